"""Hours of their own for a department or a member of an office to test with."""

from sqlmodel import select

from models.calendar import hours
from models.calendars import WeeklyHours, put_in_force, write_week
from models.schedule import set_week
from models.staff import Department, Staff
from tests.models.spelled_dates import day

OFFICE = ("8:00-17:00",) * 5
SATURDAY = (*OFFICE, "9:00-13:00")


def week(*days):
    return tuple(hours(text) for text in (*days, *[""] * (7 - len(days))))


def keeps(office, department, *days, since="Thursday 2026-01-01"):
    """Gives a department hours of its own."""
    with office.store.transaction() as db:
        found = db.exec(select(Department).where(Department.name == department)).one()
        own = write_week(week(*days))
        db.add(WeeklyHours(department_id=found.id, first=day(since), week=own, set_at=office.now))
        put_in_force(db, office.now)


def works(office, handle, *days, since="Thursday 2026-01-01"):
    """Gives a member hours of their own; without days, all of the office's again."""
    with office.store.transaction() as db:
        member = db.exec(select(Staff).where(Staff.handle == handle)).one()
        set_week(db, member, day(since), week(*days) if days else None, office.now, member)
