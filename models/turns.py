"""When the morning's digest of each member of staff comes: at the start of their day, or when they prefer it.

A turn is what members share who share hours and a wish, so that a thousand of them are reckoned as one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, event, update
from sqlalchemy.orm import Mapper
from sqlmodel import Session, SQLModel, col, select

from models.agency import Agency
from models.calendar import Calendar, UnknownDay
from models.calendars import WeeklyHours, calendars_for
from models.changed import differs
from models.inquiry import UNPLANNED
from models.preference import Preference
from models.rounds import Round
from models.staff import Department, Staff
from models.wallclock import reached

# The rounds of the sweep: up to when it has looked, and when there is something to look for next.
LOOKED, NEXT = "digest", "digest-next"


@dataclass(frozen=True)
class Turn:
    """Those whose digest comes at the same instant. `wish`: minutes after midnight, None for the opening."""

    calendar: Calendar
    wish: int | None
    members: tuple[int, ...]

    def now(self, now: datetime) -> tuple[date, datetime] | None:
        """The working day that is under way, or comes next, and its instant; None beyond the calendar."""
        try:
            day = self.calendar.business_day(now)
            return day, morning(self.calendar, day, self.wish)
        except UnknownDay:
            return None

    def next(self, now: datetime) -> datetime | None:
        """The first such instant after that moment; None beyond the calendar."""
        found = self.now(now)
        if found is None or found[1] > now:
            return found and found[1]
        try:
            return morning(self.calendar, self.calendar.next_open_day(found[0]), self.wish)
        except UnknownDay:
            return None


def morning(calendar: Calendar, day: date, wish: int | None) -> datetime:
    """The instant on that open day: its opening, or the wished time of day, in working time.

    A time in a break comes after it. One before the opening, or after the closing, comes at the opening.
    """
    opening = calendar.opening(day)
    if wish is None:
        return opening
    wanted = reached(datetime.combine(day, time()) + timedelta(minutes=wish), calendar.tz)
    return calendar.next_open(wanted) if opening < wanted < calendar.closing(day) else opening


def turns(db: Session) -> list[Turn]:
    """The turns of all the active staff who want a digest."""
    at, wanted = col(Preference.digest_at), col(Preference.digest_on)
    query = (
        select(col(Staff.id), at)
        .join(Preference, col(Preference.staff_id) == col(Staff.id), isouter=True)
        .where(col(Staff.active), wanted.is_not(False))
        .order_by(col(Staff.id))
    )
    wishes = {number or 0: wish for number, wish in db.exec(query)}
    calendars = calendars_for(db, wishes)
    groups: dict[tuple[int, int | None], list[int]] = {}
    for number, wish in wishes.items():
        groups.setdefault((id(calendars[number]), wish), []).append(number)
    return [Turn(calendars[theirs[0]], wish, tuple(theirs)) for (_, wish), theirs in groups.items()]


def _look_again(connection: Connection) -> None:
    connection.execute(update(Round).where(col(Round.name) == NEXT).values(at=UNPLANNED))


def _changed(*names: str) -> Callable[[Mapper[Any], Connection, SQLModel], None]:
    """Lets the next sweep look when the turns may be others than they were."""

    def changed(_mapper: Mapper[Any], connection: Connection, row: SQLModel) -> None:
        if differs(row, *names):
            _look_again(connection)

    return changed


_SHAPED_BY: dict[type[SQLModel], tuple[str, ...]] = {
    Preference: ("digest_at", "digest_on"),
    WeeklyHours: ("week", "ended_at"),
    Staff: ("zone", "department_id", "active"),
    Department: ("calendar_version",),
    Agency: ("calendar_version",),
}
for _table, _names in _SHAPED_BY.items():
    event.listen(_table, "after_update", _changed(*_names))
for _table in (Preference, WeeklyHours):
    event.listen(_table, "after_insert", _changed(*_SHAPED_BY[_table]))
