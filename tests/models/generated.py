"""Calendars for Hypothesis to make up: zones, weeks and closures round the days on which clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from hypothesis import strategies as st

from models.calendar import Calendar, Closure, Week, hours
from models.pause import Pause
from tests.models.minute_oracle import Desk

LENGTH = 20  # days that are known
WINDOWS = [
    ("America/Chicago", date(2026, 3, 1)),  # forward on Sunday 8 March
    ("America/Chicago", date(2026, 10, 25)),  # back on Sunday 1 November
    ("America/Chicago", date(2025, 12, 22)),
    ("America/Phoenix", date(2026, 3, 1)),  # no change
    ("America/St_Johns", date(2026, 3, 1)),  # half an hour off
    ("America/St_Johns", date(2026, 10, 25)),
    ("Europe/Berlin", date(2026, 3, 22)),  # forward on Sunday 29 March
    ("Europe/Berlin", date(2026, 10, 18)),  # back on Sunday 25 October
    ("Australia/Lord_Howe", date(2026, 3, 29)),  # back by half an hour on Sunday 5 April
    ("Australia/Lord_Howe", date(2026, 9, 27)),  # forward on Sunday 4 October
    ("America/Havana", date(2026, 3, 1)),  # forward at midnight: Sunday 8 March begins at one
    ("America/Santiago", date(2026, 3, 29)),  # back at midnight: Saturday 4 April has 25 hours
    ("UTC", date(2028, 2, 20)),  # a leap day
]
USUAL_DAYS = [
    "",
    "8:00-17:00",
    "8:00-12:00, 13:00-17:00",
    "22:00-6:00",
    "0:00-24:00",
    "0:30-1:30, 2:30-3:30",
    "1:00-2:00, 2:00-3:00, 16:00-2:00",
    "23:59-0:01",
]


@dataclass(frozen=True)
class Office:
    """A calendar with its oracle, and the minutes at which something changes."""

    calendar: Calendar
    desk: Desk

    @cached_property
    def edges(self) -> list[int]:
        """The minutes of the first half, from the second day on, at which the desk opens or closes."""
        return [i for i in range(1441, LENGTH * 720) if self.desk.open[i] != self.desk.open[i - 1]]

    @cached_property
    def changes(self) -> list[int]:
        """The minutes at which the clocks change."""
        shown = self.desk.shown
        return [i for i in range(1441, LENGTH * 720) if shown[i] != shown[i - 1] + 1]


# The clocks change between 1:00 and 3:30 in every zone above.
SMALL_HOURS = [60, 90, 120, 135, 150, 165, 180, 200, 210, 240]
MINUTES = st.integers(0, 1439) | st.sampled_from(SMALL_HOURS)


def own_days() -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Up to three spans that begin on the day, the last perhaps running into the next."""

    def spans(cuts: list[int]) -> tuple[tuple[int, int], ...]:
        pairs = zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)
        return tuple((start, min(end, start + 1440)) for start, end in pairs if start < 1440)

    ends = st.integers(0, 2200) | st.sampled_from([*SMALL_HOURS, *(minute + 1440 for minute in SMALL_HOURS)])
    return st.lists(ends, max_size=6, unique=True).map(spans)


def without_overlaps(days: list[tuple[tuple[int, int], ...]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The week with every span dropped that begins before the one ahead of it ends."""
    week, over = [], 0
    for day in days:
        kept = []
        for start, end in day:
            if start >= over:
                kept.append((start, end))
                over = end
        week.append(tuple(kept))
        over -= 1440
    monday = week[0][0][0] if week[0] else 1440
    week[-1] = tuple((start, end) for start, end in week[-1] if end - 1440 <= monday)
    return tuple(week)


@st.composite
def closures(draw: st.DrawFn, first: date) -> Closure:
    on = first + timedelta(days=draw(st.integers(0, LENGTH - 1)))
    if draw(st.booleans()):
        return Closure(on, "holiday")
    start = draw(MINUTES)
    return Closure(on, "half day", start, start + draw(st.integers(1, 1440) | st.sampled_from([15, 30, 60])))


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """A week that is open at least once."""
    usual = st.sampled_from([hours(text) for text in USUAL_DAYS])
    one = draw(usual | own_days())
    # The same hours most days, or seven different ones.
    every = draw(st.sampled_from([st.just(one), st.sampled_from([one, ()]), usual | own_days()]))
    week = without_overlaps(draw(st.lists(every, min_size=7, max_size=7)))
    return week if any(week) else (hours("8:00-17:00"),) * 5 + ((), ())


@st.composite
def offices(draw: st.DrawFn) -> Office:
    zone, first = draw(st.sampled_from(WINDOWS))
    last = first + timedelta(days=LENGTH - 1)
    week = draw(weeks())
    closed = tuple(draw(st.lists(closures(first), max_size=6)))
    # Other hours from some day on, in some offices.
    days = draw(st.just([]) | st.lists(st.integers(0, LENGTH - 1), max_size=2, unique=True))
    changes = tuple((first + timedelta(days=day), draw(weeks())) for day in sorted(days))
    return Office(
        Calendar(zone, week, closed, first, last, changes),
        Desk(zone, week, [(one.day, one.start, one.end) for one in closed], first, last, changes),
    )


def moments(office: Office) -> st.SearchStrategy[int]:
    """Minutes from the second day on, most of them in the first half and where something changes."""
    choices = [st.integers(1441, LENGTH * 720), st.integers(1441, office.desk.end - 1)]
    for points, far in ((office.edges, 2), (office.changes, 120)):
        if points:
            near = st.builds(int.__add__, st.sampled_from(points), st.integers(-far, far))
            choices.append(near.map(lambda minute: max(1441, minute)))
    # A day before the clocks change and a day after matter as well: what falls due then was received then.
    if office.changes:
        days = st.sampled_from([-4320, -2880, -1440, 1440])
        choices.append(st.builds(int.__add__, choices[-1], days).map(lambda minute: max(1441, minute)))
    return st.one_of(choices)


def instants(office: Office) -> st.SearchStrategy[tuple[int, datetime]]:
    """Such minutes with their instant, in UTC or as the wall clock of the office shows it."""
    return st.builds(
        lambda minute, zone: (minute, office.desk.instant(minute).astimezone(zone)),
        moments(office),
        st.sampled_from([UTC, office.calendar.tz]),
    )


Stop = tuple[int, int]


def stops(office: Office, minute: int) -> st.SearchStrategy[list[Stop]]:
    """Up to four pauses in minutes, in any order, overlapping or not: empty, a minute long, or days.

    They lie where they matter to what was received at the minute: from a little before it to days after it.
    """
    end = office.desk.end
    lengths = st.integers(0, 3) | st.integers(0, 600) | st.integers(600, 1800) | st.integers(0, 6 * 1440)
    begins = st.integers(-300, 1200) | st.integers(-1440, 8 * 1440)
    one = st.builds(lambda after, length: (minute + after, minute + after + length), begins, lengths)
    # Most of them begin or end where the desk opens or closes.
    near = [edge for edge in office.edges if -1440 <= edge - minute <= 5 * 1440]
    if near:
        edge = st.sampled_from(near)
        ends = st.builds(lambda over, length: (over - length, over), edge, lengths)
        starts = st.builds(lambda start, length: (start, start + length), edge, lengths)
        one = st.one_of(one, ends, starts)
    within = one.map(lambda stop: (min(max(0, stop[0]), end), min(max(0, stop[1]), end)))
    return st.lists(within, min_size=1, max_size=4)


def paused(office: Office, drawn: list[Stop]) -> list[Pause]:
    instant = office.desk.instant
    return [Pause(instant(start), instant(end), f"reason {n}") for n, (start, end) in enumerate(drawn)]


def known(office: Office, minute: int | None) -> datetime | None:
    return None if minute is None else office.desk.instant(minute)
