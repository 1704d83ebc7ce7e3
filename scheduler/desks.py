"""The calendars in use: which of them an inquiry goes by, and which desks are at work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlmodel import Session

from models.calendar import Calendar
from models.calendars import in_use

Bounds = tuple[datetime | None, list[tuple[list[int], datetime | None]]]


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

    def bounds(self, until: Callable[[Calendar], datetime | None], everybody: "Desks") -> Bounds:
        """Up to when each group looks: the latest of all, and each with its own where they differ.

        `until`: the last instant for a calendar, None without an end. `everybody`: all the desks there are;
        no groups are told apart when all of them look equally far.
        """
        ends = [(departments, until(calendar)) for calendar, departments in self.groups]
        far = [end for _, end in ends]
        latest = None if None in far else max(end for end in far if end is not None)
        if len(ends) == len(everybody.groups) and len(set(far)) == 1:
            return latest, []
        return latest, [(departments or [], end) for departments, end in ends]

    @cached_property
    def _by_department(self) -> dict[int, Calendar]:
        return {number: calendar for calendar, numbers in self.groups for number in numbers or ()}
