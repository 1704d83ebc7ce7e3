"""Office hours and closures: which minutes count, and which days.

A calendar knows the days from `first` to `last`. Whatever would need another day raises UnknownDay: a date
that was guessed would look like any other. All instants are aware; answers are in UTC.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from models.hours import WEEKDAYS, Closure, Span, Week, check_week, hours
from models.openings import Openings, compile_openings

__all__ = ["Calendar", "Closure", "Span", "UnknownDay", "Week", "hours"]


class UnknownDay(ValueError):  # it names what happened, as Refusal does
    """A calendar was asked about a day that it does not know."""


@dataclass(frozen=True)
class Calendar:
    """Office hours of one zone by weekday (Monday first), less closures, for the days `first` to `last`.

    `changes` are other weeks, each in force from its day on, in order. Raises ValueError for a week that is
    not seven days of ordered spans, or is never open, and for a zone that does not exist.
    """

    zone: str
    week: Week
    closures: tuple[Closure, ...]
    first: date
    last: date
    changes: tuple[tuple[date, Week], ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"There is no time zone called {self.zone!r}.") from error
        if self.first > self.last:
            raise ValueError(f"A calendar cannot begin on {self.first} and end on {self.last}.")
        check_week(self.week)
        for _, week in self.changes:
            check_week(week)
        begins = [day for day, _ in self.changes]
        if begins != sorted(set(begins)):
            raise ValueError("Changes of the office hours come in order, one a day.")

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change with the content, whatever the order of the closures."""
        closures = sorted(json.dumps(asdict(one), default=str) for one in self.closures)
        content = [self.zone, self.week, closures, str(self.first), str(self.last)]
        if self.changes:
            content.append([[str(day), week] for day, week in self.changes])
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _openings(self) -> Openings:
        return self._compiled([one.day for one in self.closures if one.start is None])

    @cached_property
    def _usual(self) -> Openings:
        """The openings if no day were closed whole."""
        return self._compiled([])

    def _compiled(self, whole: list[date]) -> Openings:
        cuts = [(one.day, one.start, one.end) for one in self.closures if one.start is not None and one.end]
        return compile_openings(self.tz, self.week_on, whole, cuts, self.first, self.last)

    def local(self, instant: datetime) -> datetime:
        """The instant in the office's zone. Raises ValueError when it is naive."""
        return _aware(instant).astimezone(self.tz)

    def today(self, now: datetime) -> date:
        return self.local(now).date()

    def midnight(self, day: date) -> datetime:
        """The instant at which the day begins in the office's zone, known or not."""
        return datetime.combine(day, time(), self.tz).astimezone(UTC)

    # Days

    def week_on(self, day: date) -> Week:
        """The week of hours that is in force on the day."""
        if not self.changes:
            return self.week
        index = bisect_right(self.changes, day, key=lambda change: change[0])
        return self.changes[index - 1][1] if index else self.week

    def usual_hours(self, day: date) -> tuple[Span, ...]:
        """The hours that the day would have without closures."""
        return self.week_on(day)[day.weekday()]

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The open hours that begin on the day, after closures."""
        pieces = self._openings.by_day.get(self._known_day(day), ())
        return tuple((_instant(start), _instant(self._known_end(end))) for start, end in pieces)

    def is_open_day(self, day: date) -> bool:
        return self._known_day(day) in self._openings.by_day

    def opening(self, day: date) -> datetime:
        """The first opening of the day. Raises ValueError on a closed day."""
        return _instant(self._openings.by_day[self._open(day)][0][0])

    def closing(self, day: date) -> datetime:
        """The last closing of the day, which may lie after midnight. Raises ValueError on a closed day."""
        table = self._openings
        index = bisect_left(table.days, self._open(day))
        return _instant(self._known_end(table.closings[index]))

    def usual_closing(self, day: date) -> datetime | None:
        """The last closing that the day has, or would have were it not closed whole; None without hours."""
        table = self._usual
        if self._known_day(day) not in table.by_day:
            return None
        return _instant(table.closings[bisect_left(table.days, day.toordinal())])

    def open_day(self, day: date, after: int) -> date:
        """The day if it is open, else the next open one; and from there so many open days later."""
        if after < 0:
            raise ValueError("Open days are counted forward.")
        days = self._openings.days
        index = bisect_left(days, self._known_day(day)) + after
        if index >= len(days):
            raise self._unknown(self.last + timedelta(days=1))
        return date.fromordinal(days[index])

    def next_open_day(self, day: date) -> date:
        """The first open day after the day."""
        return self.open_day(day + timedelta(days=1), 0)

    def business_day(self, received: datetime) -> date:
        """Day 0: the first open day whose last closing is still to come.

        That is the day of receipt when it is open and not over yet. Hours after midnight belong to the night
        desk that opened the evening before, so what reaches it then belongs to that day.
        """
        table = self._openings
        index = bisect_right(table.closings, self._second(received))
        if index >= len(table.days):
            raise self._unknown(self.last + timedelta(days=1))
        return date.fromordinal(table.days[index])

    def why_closed(self, day: date) -> str:
        """The closure's name, or "closed on Saturdays". Raises ValueError on an open day."""
        if self.is_open_day(day):
            raise ValueError(f"{day} is an open day.")
        whole = [one.name for one in self.closures if one.day == day and one.start is None]
        partial = [one.name for one in self.closures if one.day == day and one.start is not None]
        if whole or not self.usual_hours(day):
            return " and ".join(whole) or f"closed on {WEEKDAYS[day.weekday()]}s"
        return " and ".join(partial) or "the clocks skip its hours"

    # Instants

    def is_open(self, instant: datetime) -> bool:
        """Whether the office is open: from an opening, and no longer at the closing."""
        return self._is_open(self._second(instant))

    def in_hours(self, instant: datetime, grace_minutes: int = 0) -> bool:
        """Open, at a closing, or at most so many minutes after one."""
        at = self._second(instant)
        closed = bisect_right(self._openings.ends, at) - 1
        just_closed = closed >= 0 and at - self._openings.ends[closed] <= grace_minutes * 60
        return just_closed or self._is_open(at)

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself when open, else the next opening."""
        at, table = self._second(instant), self._openings
        index = bisect_right(table.ends, at)
        if index >= len(table.ends):
            raise self._unknown(self.last + timedelta(days=1))
        return _instant(max(at, table.starts[index]))

    def last_close(self, instant: datetime) -> datetime:
        """The latest closing, of a lunch break too, at the instant or before."""
        table = self._openings
        index = bisect_right(table.ends, self._second(instant)) - 1
        if index < 0:
            raise self._unknown(self.first - timedelta(days=1))
        return _instant(table.ends[index])

    # Working time

    def add_minutes(self, instant: datetime, minutes: float) -> datetime:
        """So many working minutes later; exactly at a closing rather than at the opening after it.

        While closed, the count begins at the next opening. Raises ValueError for a negative count.
        """
        if minutes <= 0:
            _refuse_negative(minutes)
            return self.next_open(instant)
        table = self._openings
        found = table.first_at(self._worked(instant) + minutes * 60)
        if found is None:
            raise self._unknown(self.last + timedelta(days=1))
        return _instant(found)

    def subtract_minutes(self, instant: datetime, minutes: float) -> datetime:
        """So many working minutes earlier; exactly at an opening rather than at the closing before it.

        While closed, the count begins at the last closing. Raises ValueError for a negative count.
        """
        if minutes <= 0:
            _refuse_negative(minutes)
            return _aware(instant).astimezone(UTC) if self.in_hours(instant) else self.last_close(instant)
        table = self._openings
        found = table.last_at(self._worked(instant) - minutes * 60)
        if found is None:
            raise self._unknown(self.first - timedelta(days=1))
        return _instant(found)

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """Working minutes from one instant to another; negative when the second comes first."""
        return (self._worked(end) - self._worked(start)) / 60

    # What is known

    def check_known(self, instant: datetime) -> None:
        """Raises UnknownDay when the calendar does not know the instant, ValueError when it is naive."""
        self._second(instant)

    def _second(self, instant: datetime) -> float:
        """Epoch seconds of a known instant; the midnight that ends the last day is one."""
        table = self._openings
        if instant.tzinfo is not None and table.known_from <= (at := instant.timestamp()) <= table.known_to:
            return at
        raise self._beyond(instant)

    def _worked(self, instant: datetime) -> float:
        """Open seconds from the beginning up to a known instant.

        The look of `_second` is repeated here, because a call costs as much as the search.
        """
        table = self._openings
        if instant.tzinfo is None or not table.known_from <= (at := instant.timestamp()) <= table.known_to:
            raise self._beyond(instant)
        passed = bisect_right(table.edges, at)
        return at + table.behind[passed] if passed & 1 else table.behind[passed]

    def _beyond(self, instant: datetime) -> UnknownDay:
        day = self.local(instant).date()
        # The small hours of the first day may belong to the night before it.
        return self._unknown(day if day > self.last else min(day, self.first - timedelta(days=1)))

    def _is_open(self, at: float) -> bool:
        table = self._openings
        if at >= table.known_to:
            raise self._unknown(self.last + timedelta(days=1))
        index = bisect_right(table.starts, at) - 1
        return index >= 0 and at < table.ends[index]

    def _known_day(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise self._unknown(day)
        return day.toordinal()

    def _known_end(self, end: float) -> float:
        if end > self._openings.known_to:
            raise self._unknown(self.last + timedelta(days=1))
        return end

    def _open(self, day: date) -> int:
        if not self.is_open_day(day):
            raise ValueError(f"The office does not open on {day}: {self.why_closed(day)}.")
        return day.toordinal()

    def _unknown(self, day: date) -> UnknownDay:
        return UnknownDay(
            f"The office calendar knows the days from {self.first} to {self.last}; this needs {day}."
        )


def _refuse_negative(minutes: float) -> None:
    if minutes < 0:
        raise ValueError("Working minutes are counted from zero up.")


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"A naive datetime is no instant: {instant.isoformat()}")
    return instant


def _instant(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)
