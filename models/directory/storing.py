"""A difference put into the database, in the transaction of whoever calls; nobody is told of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select, update

from models import audit, outbox, turns
from models.calendar import Week
from models.calendars import WeeklyHours, write_week
from models.directory.changes import Change, Difference
from models.directory.known import Person
from models.inquiry import UNPLANNED, Inquiry
from models.outbox import Owed, Sending
from models.planning import plan_again
from models.rounds import Round
from models.staff import Department, Staff, StaffAddress
from models.store import insert_all_once, update_all

WHAT = "directory import"
AT_ONCE = 10_000  # ids in one statement
# A change of these says who hears, and when.
_PLANNED_BY = {"zone", "week", "department", "active", "supervisor"}


def store(db: Session, found: Difference, today: date, now: datetime, standard: str | None = None) -> None:
    """Stores the difference. Schedules hold from `today` on; a new department keeps the `standard`.

    What is planned for those whose zone, hours, department or supervisor change is planned anew. Raises
    ValueError for a new department without a standard.
    """
    departments = _departments(db, found.departments, standard, now)
    _add(db, found.new, departments)
    ids = dict(db.exec(select(Staff.handle, Staff.id)).all())
    _settle(db, found, ids, now)
    # In the order of the inquiries, as everybody does who locks them.
    _plan(db, found, now)
    rows = {one.id: one for one in _staff(db, [one.before.id or 0 for one in found.changed])}
    for change in found.changed:
        _write(db, rows[change.before.id], change, departments, ids)
    db.flush()
    _set_hours(db, found, ids, today, now)
    _note(db, found, ids, now)
    # The digests of whoever is new may come before anybody else's.
    db.execute(update(Round).where(col(Round.name) == turns.NEXT).values(at=UNPLANNED))


def _departments(
    db: Session, new: Sequence[str], standard: str | None, now: datetime
) -> dict[str, int | None]:
    if new and standard is None:
        raise ValueError("A new department needs a standard.")
    for name in new:
        # It keeps the agency's calendar, until it sets hours or closures of its own.
        row = Department(name=name, standard=standard or "")
        db.add(row)
        db.flush()
        audit.append(db, now, audit.COMMAND_LINE, WHAT, "department_added", about=f"department:{row.id}")
    return dict(db.exec(select(Department.name, Department.id)).all())


def _add(db: Session, new: Sequence[Person], departments: dict[str, int | None]) -> None:
    rows = [
        {
            "handle": one.handle,
            "name": one.name,
            "email": one.email,
            "phone": one.phone,
            "department_id": departments[one.department],
            "role": one.role,
            "active": True,
            "zone": one.zone,
        }
        for one in new
    ]
    if rows:
        db.execute(insert(Staff), rows)


def _settle(db: Session, found: Difference, ids: dict[str, int | None], now: datetime) -> None:
    """Whom the new ones report to, and where the third door knows them."""
    above = [
        {"id": ids[one.handle], "supervisor_id": ids[one.supervisor]} for one in found.new if one.supervisor
    ]
    if above:
        update_all(db, Staff, above)
    doors = [
        {"platform": "terminal", "place": "", "user": one.handle, "staff_id": ids[one.handle], "seen_at": now}
        for one in found.new
    ]
    if doors:
        insert_all_once(db, StaffAddress, doors, unique=("platform", "place", "user"))


def _staff(db: Session, numbers: Sequence[int]) -> list[Staff]:
    found: list[Staff] = []
    for start in range(0, len(numbers), AT_ONCE):
        query = select(Staff).where(col(Staff.id).in_(numbers[start : start + AT_ONCE]))
        found += db.exec(query.execution_options(populate_existing=True)).all()
    return found


def _write(
    db: Session, row: Staff, change: Change, departments: dict[str, int | None], ids: dict[str, int | None]
) -> None:
    after = change.after
    for name in change.fields:
        if name == "department":
            row.department_id = departments[after.department] or 0
        elif name == "supervisor":
            row.supervisor_id = ids[after.supervisor] if after.supervisor else None
        elif name != "week":
            setattr(row, name, getattr(after, name))
    db.add(row)


def _set_hours(
    db: Session, found: Difference, ids: dict[str, int | None], today: date, now: datetime
) -> None:
    """What was set for today is set anew; what was set for a later day stays."""
    changed = [one for one in found.changed if "week" in one.fields]
    theirs = [one.before.id for one in changed]
    for start in range(0, len(theirs), AT_ONCE):
        some = col(WeeklyHours.staff_id).in_(theirs[start : start + AT_ONCE])
        over = (some, col(WeeklyHours.first) == today, col(WeeklyHours.ended_at).is_(None))
        db.execute(update(WeeklyHours).where(*over).values(ended_at=now))
    wanted: list[tuple[int | None, Week | None]]
    wanted = [(ids[one.handle], one.week) for one in found.new if one.week is not None]
    wanted += [(one.before.id, one.after.week) for one in changed]
    rows = [
        {
            "staff_id": number,
            "first": today,
            "week": write_week(week) if week is not None else None,
            "set_at": now,
        }
        for number, week in wanted
    ]
    if rows:
        db.execute(insert(WeeklyHours), rows)


def _plan(db: Session, found: Difference, now: datetime) -> None:
    """Lets the next sweep plan what they own anew, and look at once at what waits for them."""
    concerned = [one for one in found.changed if _PLANNED_BY & set(one.fields)]
    numbers = [one.before.id for one in concerned]
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        plan_again(db, col(Inquiry.owner_id).in_(some))
        theirs = col(Owed.recipient).in_([f"staff:{number}" for number in some])
        waits = (
            theirs,
            col(Owed.state) == Sending.OWED,
            col(Owed.reason).is_(None),
            col(Owed.kind) != "asked",
        )
        later = col(Owed.not_before) > col(Owed.put_at)
        db.execute(update(Owed).where(*waits, later).values(not_before=col(Owed.put_at)))
    _take_back_hours(db, {one.before.id for one in concerned}, now)


def _take_back_hours(db: Session, members: set[int | None], now: datetime) -> None:
    """A word about hours or a zone that the file has changed since is not said."""
    unsaid = select(Owed.key, Owed.recipient).where(
        Owed.template == "schedule_set", Owed.state == Sending.OWED
    )
    for key, recipient in db.exec(unsaid).all():
        if recipient in {f"staff:{number}" for number in members}:
            outbox.take_back(db, key, now, "set anew")


def _note(db: Session, found: Difference, ids: dict[str, int | None], now: datetime) -> None:
    told = [(ids[one.handle], "staff_added") for one in found.new]
    for change in found.changed:
        back = change.after.active and not change.before.active
        outcome = "staff_deactivated" if change.leaves else "staff_activated" if back else "staff_changed"
        told.append((change.before.id, outcome))
    rows: list[dict[str, Any]] = [
        audit.entry(now, audit.COMMAND_LINE, WHAT, outcome, about=audit.staff(number))
        for number, outcome in told
    ]
    if rows:
        db.connection().execute(insert(SQLModel.metadata.tables["audit"]), rows)
