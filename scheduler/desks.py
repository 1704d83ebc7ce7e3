"""The calendars in use: which of them an inquiry goes by, and which desks are at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlmodel import Session

from models.calendar import Calendar
from models.calendars import in_use


@dataclass(frozen=True)
class Desks:
    """Each calendar in use with the ids of the departments that keep it; None when all keep the one."""

    groups: Sequence[tuple[Calendar, list[int] | None]]

    @classmethod
    def now(cls, db: Session) -> "Desks":
        """Raises LookupError in a database that has no agency."""
        return cls(in_use(db))

    def calendar(self, department_id: int) -> Calendar:
        """The calendar that an inquiry of the department goes by."""
        return self._by_department.get(department_id, self.groups[0][0])

    def today(self, now: datetime) -> date:
        """The day at the agency, which has one zone."""
        return self.groups[0][0].today(now)

    def at_work(self, now: datetime, grace_minutes: int) -> "Desks":
        """Those that are open, or closed so few minutes ago. Raises UnknownDay beyond a calendar's end."""
        return Desks([one for one in self.groups if one[0].in_hours(now, grace_minutes)])

    @cached_property
    def _by_department(self) -> dict[int, Calendar]:
        return {number: calendar for calendar, numbers in self.groups for number in numbers or ()}
