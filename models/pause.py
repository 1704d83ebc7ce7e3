"""Pauses: the clock stops while the office waits for the customer.

A pause is half-open: it begins at `start` and is over at `end`. Rules in days, in hours of the clock and in
weeks leave out the days whose last closing falls inside a pause; rules in business hours and in elapsed hours
leave out the time itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from models.because import days, moment, spelled
from models.calendar import Calendar
from models.instant import aware

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Pause:
    """From when until when the clock stood still, kept in UTC, and why, in words of the one who paused it.

    Raises ValueError when an instant is naive or the pause ends before it begins.
    """

    start: datetime
    end: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", aware(self.start))
        object.__setattr__(self, "end", aware(self.end))
        if self.end < self.start:
            raise ValueError(
                f"A pause ends after it begins; this one is from {self.start.isoformat(timespec='seconds')} "
                f"to {self.end.isoformat(timespec='seconds')}."
            )

    def holds(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


@dataclass(frozen=True)
class Pauses:
    """The pauses of one inquiry, seen through the office's calendar; in any order, overlapping or not."""

    calendar: Calendar
    given: Sequence[Pause] = ()

    @cached_property
    def merged(self) -> tuple[tuple[datetime, datetime], ...]:
        """When the clock stands, in order: disjoint, none of them empty."""
        found: list[tuple[datetime, datetime]] = []
        for one in sorted(self.given, key=lambda one: (one.start, one.end)):
            if found and one.start <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], one.end))
            elif one.start < one.end:
                found.append((one.start, one.end))
        return tuple(found)

    # Days

    def over(self, day: date) -> bool:
        """Whether the day's last closing falls inside a pause.

        A closed day is judged by the closing that it would have had, so that one more closed day never gives
        time back; a weekday without hours has none and is never paused.
        """
        closing = self.calendar.usual_closing(day) if self.given else None
        return closing is not None and any(start <= closing < end for start, end in self.merged)

    def skipped(self, first: date, last: date) -> dict[date, str]:
        """A sentence for each paused open day from the first to the last."""
        if not self.given:
            return {}
        return {
            day: f"Skipped {spelled(day)}: {self.why(day)}."
            for day in days(first, last)
            if self.calendar.is_open_day(day) and self.over(day)
        }

    def why(self, day: date) -> str:
        """paused, waiting for the customer's form"""
        closing = self.calendar.usual_closing(day)
        return self._because(one for one in self.given if closing is not None and one.holds(closing))

    def gave_none(self, received: datetime, due: datetime, skipped: Iterable[date]) -> list[str]:
        """A sentence for each pause between the two instants that gave a count in days no time.

        `skipped` are the days that were left out; a pause that holds the due instant has moved that.
        """
        if not self.given:
            return []
        gave = [closing for day in skipped if (closing := self.calendar.usual_closing(day)) is not None]
        return [
            self._gave_none(one)
            for one in sorted(self.given, key=lambda one: (one.start, one.end, one.reason))
            if max(one.start, received) < min(one.end, due)
            and not any(one.holds(instant) for instant in (due, *gave))
        ]

    def _gave_none(self, pause: Pause) -> str:
        begin, end = (self.calendar.local(one).date() for one in (pause.start, pause.end))
        # The hours of a night desk close on the day after.
        within = days(max(begin - timedelta(days=1), self.calendar.first), min(end, self.calendar.last))
        calendar, reason = self.calendar, " ".join(pause.reason.split()).rstrip(".")
        why = "no closing fell inside it"
        if any(calendar.is_open_day(day) and pause.holds(calendar.closing(day)) for day in within):
            why = "the closing inside it is of a day that does not count anyway"
        span = f"Paused {moment(pause.start, calendar)} to {moment(pause.end, calendar)}"
        return f"{span}{', ' if reason else ''}{reason}: {why}, so no day is left out."

    def open_day(self, day: date, after: int) -> date:
        """The day if it is open and counted, else the next such day; and from there so many of them later."""
        if not self.given:
            return self.calendar.open_day(day, after)
        found = self._counted(self.calendar.open_day(day, 0))
        for _ in range(after):
            found = self._counted(self.calendar.next_open_day(found))
        return found

    def business_day(self, zero: date, number: int) -> date:
        """So many counted open days after day 0, which itself need not be one."""
        if not self.given:
            return self.calendar.open_day(zero, number)
        return self.open_day(zero + timedelta(days=1), number - 1) if number else zero

    def calendar_day(self, day: date, after: int) -> date:
        """So many days later, closed ones too, the paused ones left out."""
        if not self.given:
            return day + timedelta(days=after)
        while after:
            day += timedelta(days=1)
            after -= not self.over(day)
        return day

    def _counted(self, day: date) -> date:
        while self.over(day):
            day = self.calendar.next_open_day(day)
        return day

    # Instants

    def resumed(self, instant: datetime) -> datetime:
        """The instant itself, or the end of the pause that holds it."""
        return next((end for start, end in self.merged if start <= instant < end), instant)

    def working(self, start: datetime, minutes: float) -> datetime:
        """So many working minutes later, those of the pauses left out; from the next opening, if closed."""
        return self._later(start, minutes, self.calendar.add_minutes, self.calendar.minutes_between)

    def elapsed(self, start: datetime, minutes: float) -> datetime:
        """So many minutes later, day and night, those of the pauses left out."""
        return self._later(
            start,
            minutes,
            lambda at, more: at + timedelta(minutes=more),
            lambda begin, end: (end - begin) / MINUTE,
        )

    def working_minutes(self, start: datetime, end: datetime) -> float:
        """The working minutes between two instants that were paused."""
        return sum(self.calendar.minutes_between(*one) for one in self.between(start, end))

    def between(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """What of the pauses lies between two instants."""
        cut = ((max(start, begin), min(end, over)) for begin, over in self.merged)
        return [(begin, over) for begin, over in cut if begin < over]

    def why_between(self, start: datetime, end: datetime) -> str:
        """The reasons of the pauses that lie between two instants."""
        return self._because(one for one in self.given if max(one.start, start) < min(one.end, end))

    def _later(
        self,
        at: datetime,
        minutes: float,
        forward: Callable[[datetime, float], datetime],
        between: Callable[[datetime, datetime], float],
    ) -> datetime:
        for start, end in self.merged:
            if end <= at:
                continue
            # What is used up when a pause begins has not run into it.
            if forward(at, minutes) <= start:
                break
            minutes -= between(at, max(at, start))
            self.calendar.check_known(end)
            at = end
        return forward(at, minutes)

    @staticmethod
    def _because(pauses: Iterable[Pause]) -> str:
        ordered = sorted(pauses, key=lambda one: (one.start, one.end, one.reason))
        reasons = dict.fromkeys(" ".join(one.reason.split()).rstrip(".") for one in ordered)
        said = " and ".join(one for one in reasons if one)
        return f"paused, {said}" if said else "paused"
