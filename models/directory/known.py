"""What the database knows of its staff, as a directory says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.agency import agency_of
from models.agency_file import Role
from models.calendar import Week
from models.calendars import own_hours_of, read_week
from models.staff import Department, Staff

MOST_NAMED = 20


@dataclass(frozen=True)
class Person:
    """A member of staff. `supervisor`: a handle. zone and week: None for the office's. id: None when new."""

    id: int | None
    handle: str
    name: str
    email: str
    phone: str
    department: str
    supervisor: str | None
    role: Role
    zone: str | None
    week: Week | None
    active: bool


@dataclass(frozen=True)
class Known:
    """people: by handle, whoever has left too. departments: the names. zone: the office's."""

    people: Mapping[str, Person]
    departments: tuple[str, ...]
    zone: str


def read_known(db: Session, today: date) -> Known:
    """All of it, in three questions. `today`: the office's day, whose schedules are meant.

    Raises LookupError in a database that has no agency.
    """
    agency = agency_of(db)
    if agency is None:
        raise LookupError("The database has no agency yet. Run replyby seed.")
    departments = {one.id: one.name for one in db.exec(select(Department).order_by(Department.name))}
    rows = db.exec(select(Staff).order_by(col(Staff.id))).all()
    handles = {one.id: one.handle for one in rows}
    weeks = _weeks(db, today)
    people = {
        one.handle: Person(
            one.id,
            one.handle,
            one.name,
            one.email,
            one.phone,
            departments[one.department_id],
            handles.get(one.supervisor_id),
            one.role,
            one.zone,
            weeks.get(one.id),
            one.active,
        )
        for one in rows
    }
    return Known(people, tuple(departments.values()), agency.zone)


def departments_told(known: Known) -> str:
    """Which departments there are, and how another comes in."""
    names = known.departments
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return (
        f"There are {', '.join(names[:MOST_NAMED])}{more}; "
        "--new-departments STANDARD adds those that are not there."
    )


def _weeks(db: Session, today: date) -> dict[int | None, Week | None]:
    """The members' own weeks that are in force on the day."""
    begun = (row for row in db.exec(own_hours_of(None)) if row.first <= today)
    return {row.staff_id: read_week(row.week) if row.week is not None else None for row in begun}
