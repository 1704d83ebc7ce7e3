"""The course of a clock: what its plan comes to, in instants.

The plan is the standard's, of the day on which the inquiry came in, by the calendar of its department. Its
owner's own wish takes the place of what it says before the deadline, and comes while they are at work.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlmodel import Session, col, select

from models.absence import Absence
from models.adopting import standard_for
from models.calendar import Calendar, UnknownDay
from models.calendars import calendars_for
from models.plan import USUAL, Kind, Point
from models.planned import Planned, planned
from models.preference import Wishes
from models.staff import Department
from scheduler.desks import Desks


class Clock(Protocol):
    """What a course needs to know of a clock and its inquiry."""

    @property
    def due(self) -> datetime: ...
    @property
    def set_at(self) -> datetime: ...
    @property
    def excused_until(self) -> datetime | None: ...
    @property
    def owner_id(self) -> int: ...
    @property
    def department_id(self) -> int: ...
    @property
    def received_at(self) -> datetime: ...


class Courses:
    """The courses of a page of clocks; what they have in common is read once."""

    def __init__(self, db: Session, desks: Desks, wishes: Wishes, clocks: Iterable[Clock]) -> None:
        self._db, self._desks, self._wishes = db, desks, wishes
        self._plans: dict[tuple[int, date], tuple[Point, ...]] = {}
        page = list(clocks)
        owners = {one.owner_id for one in page}
        self._own = calendars_for(db, owners)
        self._absences = self._read_absences(page, owners)

    def of(self, clock: Clock) -> list[Planned]:
        """The points of the clock's plan with their instants, in order."""
        calendar = self._desks.calendar(clock.department_id)
        plan = self._plan(clock, calendar)
        lead = self._wishes.leads.get(clock.owner_id)
        leaves = self._leaves(clock, calendar) if any(one.kind is Kind.LEAVING for one in plan) else None
        if lead is not None and any(one.kind is Kind.BEFORE for one in plan):
            wish = Point(Kind.BEFORE, lead)
            # Whoever wants to hear early hears as usual of what was set too late for that.
            if any(one.point == wish for one in self._planned(clock, calendar, [wish])):
                plan = (*(one for one in plan if one.kind is not Kind.BEFORE), wish)
            else:
                plan = tuple(one for one in plan if one.kind is not Kind.BEFORE or one.minutes < lead)
        return self._planned(clock, calendar, plan, leaves)

    def _planned(
        self, clock: Clock, calendar: Calendar, plan: Sequence[Point], leaves: datetime | None = None
    ) -> list[Planned]:
        missed = max(clock.due, clock.excused_until or clock.due)
        due = calendar.today(clock.due)
        return planned(
            clock.set_at,
            clock.due,
            calendar,
            plan,
            missed=missed,
            leaves=leaves,
            theirs=self._own.get(clock.owner_id),
            away=any(one.first <= due <= one.last for one in self._absences.get(clock.owner_id, ())),
        )

    def _plan(self, clock: Clock, calendar: Calendar) -> tuple[Point, ...]:
        key = clock.department_id, calendar.today(clock.received_at)
        if key not in self._plans:
            department = self._db.get_one(Department, clock.department_id)
            try:
                self._plans[key] = standard_for(self._db, department, key[1]).plan
            except (ValueError, OSError):
                # A file that is gone is told of where it is used; a deadline is reminded of all the same.
                self._plans[key] = USUAL
        return self._plans[key]

    def _read_absences(self, page: Sequence[Clock], owners: set[int]) -> dict[int, list[Absence]]:
        found: dict[int, list[Absence]] = {}
        if not page:
            return found
        # Those that end before the deadline too: the one on which it falls may follow them.
        first = min(one.set_at for one in page).date() - timedelta(days=1)
        query = select(Absence).where(
            col(Absence.staff_id).in_(owners), col(Absence.ended_at).is_(None), col(Absence.last) >= first
        )
        for one in self._db.exec(query.order_by(col(Absence.first))):
            found.setdefault(one.staff_id, []).append(one)
        return found

    def _leaves(self, clock: Clock, calendar: Calendar) -> datetime | None:
        """When the absence, or the day off, begins on which the owner will be at the deadline.

        None when it was planned within the last hours before: whoever planned it knows what is open.
        """
        due, theirs = calendar.today(clock.due), self._own.get(clock.owner_id)
        away = self._absences.get(clock.owner_id, [])
        found = next((one for one in away if one.first <= due <= one.last), None)
        off = theirs is not None and calendar.is_open_day(due) and not theirs.is_open_day(due)
        if found is None and not off:
            return None
        first, told = (found.first, max(clock.set_at, found.told_at)) if found else (due, clock.set_at)
        # They are gone from the first of several absences on that follow each other.
        for one in reversed(away):
            if one.first < first <= _next_day_in(one.last, theirs or calendar):
                first, told = one.first, max(told, one.told_at)
        begins = calendar.midnight(first)
        # One that was told of after that word was owed makes no word look back.
        leaving = [Point(Kind.LEAVING)]
        spoken = planned(told, clock.due, calendar, leaving, leaves=begins, theirs=theirs)
        return begins if spoken else None


def _next_day_in(day: date, calendar: Calendar) -> date:
    """The first day after it on which the office opens; the day after it where the calendar ends."""
    try:
        return calendar.next_open_day(day)
    except UnknownDay:
        return day + timedelta(days=1)
