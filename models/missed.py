"""What was missed and has been done since: no reminder tells of it any more, the digest does."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from models.calendar import Calendar, UnknownDay
from models.inquiry import Deadline, Inquiry
from models.outbox import Owed, Sending

DAYS = 10  # working days to look back for the digest before
AT_ONCE = 500  # values in one statement
# A digest tells of what was so shortly before it was said. Rather twice than never.
SHORTLY = timedelta(minutes=10)

Value = TypeVar("Value")


def key(number: int, day: date) -> str:
    """The one digest of a member on a day, as the outbox names it; reminders look for it too."""
    return f"digest:{number}:{day.isoformat()}"


def told_until(db: Session, asked: Mapping[int, tuple[Calendar, date]]) -> dict[int, datetime]:
    """Up to when each was told by the last digest before this day's; the working day before, if by none.

    asked: by staff id, their calendar and the day. Whoever has no working day before is left out.
    """
    keys: dict[str, int] = {}
    found: dict[int, datetime] = {}
    for number, (calendar, day) in asked.items():
        before = _open_days(calendar, day)
        keys |= {key(number, one): number for one in before}
        if before:
            found[number] = calendar.opening(before[0])
    said: dict[int, datetime] = {}
    for chunk in _chunks(list(keys)):
        query = select(Owed.key, Owed.finished_at).where(col(Owed.key).in_(chunk))
        for name, at in db.exec(query.where(Owed.state == Sending.SENT)):
            if at is not None:
                said[keys[name]] = max(at - SHORTLY, said.get(keys[name], at - SHORTLY))
    return found | said


def _open_days(calendar: Calendar, day: date) -> list[date]:
    """The last working days before this one, the nearest first."""
    found: list[date] = []
    try:
        for back in range(1, 5 * DAYS):
            if len(found) < DAYS and calendar.is_open_day(day - timedelta(days=back)):
                found.append(day - timedelta(days=back))
    except UnknownDay:
        pass  # the calendar begins after it
    return found


def done_late(db: Session, owners: Collection[int], since: datetime, now: datetime) -> list[int]:
    """The ids of their clocks that have ended since, after they were due and with no excuse; one an inquiry.

    What was due first comes first.
    """
    query = (
        select(Deadline.id, Deadline.inquiry_id, Inquiry.owner_id)
        .join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
        .where(*_late(since, now))
        .order_by(col(Deadline.due), col(Deadline.id))
    )
    found: dict[int, int] = {}
    # Asked for the owners too, SQLite would go through all that these have ever had.
    for number, inquiry, owner in db.exec(query):
        if owner in owners:
            found.setdefault(inquiry, number or 0)
    return list(found.values())


def last_done_late(db: Session, since: datetime, now: datetime) -> dict[int, datetime]:
    """When the last such clock of each owner ended."""
    query = (
        select(Inquiry.owner_id, func.max(col(Deadline.ended_at)))
        .join(Deadline, col(Deadline.inquiry_id) == col(Inquiry.id))
        .where(*_late(since, now))
        .group_by(col(Inquiry.owner_id))
    )
    return {owner: at for owner, at in db.exec(query) if at is not None}


def _late(since: datetime, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What models/telling.py calls missed, by the index that begins with `ended_at`."""
    ended, excused = col(Deadline.ended_at), col(Deadline.excused_until)
    return (
        ended > since,
        ended <= now,
        col(Deadline.due) < ended,
        or_(excused.is_(None), excused < ended),
    )


def _chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
