"""What makes a clock be planned anew: whoever changes it, or what its plan hangs on, need not know.

The words about a clock are planned ahead (`Deadline.next_at`). A changed clock, another owner or department,
an absence, a wish, a calendar put in force: each takes that plan back, in the same transaction. So it is with
the words about a pause (`Inquiry.nudge_at`).
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, event, or_, update
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, SQLModel, col, select

from models.absence import Absence
from models.adopting import Adoption
from models.agency import Agency
from models.calendars import WeeklyHours
from models.changed import differs
from models.inquiry import UNPLANNED, Deadline, Inquiry
from models.planned import MOVED
from models.preference import Preference
from models.staff import Department, Staff

_WATCHED = ("due", "set_at", "ended_at", "stopped_at", "excused_until")
AT_ONCE = 500  # ids in one statement
_RUNNING = (col(Deadline.ended_at).is_(None), col(Deadline.stopped_at).is_(None))


def plan_again(db: Session | Connection, *which: ColumnElement[bool]) -> None:
    """Lets the next sweep plan the running clocks and the pauses of these inquiries anew; of all, without a
    condition.

    Locks the inquiries first, paused ones too, as everybody does who changes their clocks.
    """
    joined = col(Deadline.inquiry_id) == col(Inquiry.id)
    open_ = select(Deadline.id).where(joined, col(Deadline.ended_at).is_(None)).exists()
    paused = col(Inquiry.paused_at).is_not(None)
    locked = select(Inquiry.id, paused).where(*which, or_(open_, paused)).order_by(col(Inquiry.id))
    found = db.execute(locked.with_for_update()).all()
    # Those that are unplanned too: a sweep may be planning them by what has just ceased to hold.
    change = (
        update(Deadline)
        .where(*_RUNNING)
        .values(next_at=UNPLANNED)
        .execution_options(synchronize_session=False)
    )
    _in_parts(db, change, col(Deadline.inquiry_id), [number for number, _ in found])
    nudge = update(Inquiry).where(paused).values(nudge_at=UNPLANNED)
    nudge = nudge.execution_options(synchronize_session=False)
    _in_parts(db, nudge, col(Inquiry.id), [number for number, resting in found if resting])


def _in_parts(db: Session | Connection, change: Update, column: Any, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), AT_ONCE):
        db.execute(change.where(column.in_(numbers[start : start + AT_ONCE])))


def _watch(name: str) -> None:
    def changed(clock: Deadline, value: Any, old: Any, _initiator: object) -> None:
        if value == old:
            return
        if name == "due":
            clock.told = [MOVED]
            flag_modified(clock, "told")
        ended, stopped = (value if name == one else getattr(clock, one) for one in ("ended_at", "stopped_at"))
        # Of what has ended, or stands still, nothing is owed; the sweep need not pass it by.
        clock.next_at = UNPLANNED if ended is None and stopped is None else None
        # A sweep may have written another value since the clock was read.
        flag_modified(clock, "next_at")

    event.listen(getattr(Deadline, name), "set", changed, active_history=True)


for _name in _WATCHED:
    _watch(_name)


def _paused(inquiry: Inquiry, value: Any, old: Any, _initiator: object) -> None:
    if value == old:
        return
    inquiry.nudge_at = None if value is None else UNPLANNED
    # As above.
    flag_modified(inquiry, "nudge_at")


event.listen(Inquiry.paused_at, "set", _paused, active_history=True)


def _handed_over(_mapper: Mapper[Any], connection: Connection, row: Inquiry) -> None:
    if differs(row, "owner_id", "department_id"):
        plan_again(connection, col(Inquiry.id) == row.id)


def _of_owner(*names: str) -> Callable[[Mapper[Any], Connection, Any], None]:
    def changed(_mapper: Mapper[Any], connection: Connection, row: Absence | Preference) -> None:
        if differs(row, *names):
            _of(connection, row.staff_id)

    return changed


def _of(connection: Connection, staff_id: int) -> None:
    """Plans anew what the member owns. What waits for them to be there is looked at at once: it may be for
    who covers now."""
    plan_again(connection, col(Inquiry.owner_id) == staff_id)
    words = SQLModel.metadata.tables["outbox"]
    waits = (words.c.recipient == f"staff:{staff_id}", words.c.state == "owed", words.c.reason.is_(None))
    # What they asked for themselves has an instant of its own.
    change = update(words).where(*waits, words.c.kind != "asked", words.c.not_before > words.c.put_at)
    connection.execute(change.values(not_before=words.c.put_at))


def _calendar_of_department(_mapper: Mapper[Any], connection: Connection, row: Department) -> None:
    if differs(row, "calendar_version"):
        plan_again(connection, col(Inquiry.department_id) == row.id)


def _calendar_of_agency(_mapper: Mapper[Any], connection: Connection, row: Agency) -> None:
    if differs(row, "calendar_version"):
        theirs = select(Department.id).where(col(Department.calendar_version).is_(None))
        plan_again(connection, col(Inquiry.department_id).in_(theirs))


def _own_hours(_mapper: Mapper[Any], connection: Connection, row: WeeklyHours) -> None:
    if row.staff_id is not None:
        _of(connection, row.staff_id)


def _own_zone(_mapper: Mapper[Any], connection: Connection, row: Staff) -> None:
    if differs(row, "zone", "department_id"):
        _of(connection, row.id or 0)


def _adopted(_mapper: Mapper[Any], connection: Connection, row: Adoption) -> None:
    plan_again(connection, col(Inquiry.department_id) == row.department_id)


event.listen(Inquiry, "after_update", _handed_over)
event.listen(Department, "after_update", _calendar_of_department)
event.listen(Agency, "after_update", _calendar_of_agency)
event.listen(Staff, "after_update", _own_zone)
for _when in ("after_insert", "after_update"):
    event.listen(Absence, _when, _of_owner("staff_id", "first", "last", "ended_at"))
    event.listen(Preference, _when, _of_owner("lead_minutes", "quiet_on"))
    event.listen(Adoption, _when, _adopted)
    event.listen(WeeklyHours, _when, _own_hours)


def unsay(clock: Deadline, point: str) -> None:
    """A word about the clock was taken back: it may become true again."""
    clock.told = [one for one in clock.told if one != point]
    clock.next_at = UNPLANNED if clock.ended_at is None and clock.stopped_at is None else None
    flag_modified(clock, "told")
    flag_modified(clock, "next_at")
