"""B4: business hours added and counted, against the libraries that people use for it now, and the oracle.

Every peer gets the same desk (Monday to Friday 8 to 17 in Chicago, the federal holidays) and the same
instants, in the shape that it takes quickest; only the reckoning is timed. Two of them know no zones and are
given what the clock on the wall shows. That comes to the same, because no clock changes while this desk is
open; the nights on which they do are the oracle's part.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from bench.figure import Figure
from bench.interleaved import alone, in_turns
from bench.oracle import against_oracle
from models.calendar import Calendar, hours
from models.closures import freeze

PACKAGES = ("business-duration", "businesstimedelta", "pandas")
ZONE = "America/Chicago"
OPENS, CLOSES = time(8), time(17)
FIRST, LAST = date(2024, 12, 1), date(2027, 12, 31)
FROM, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
SAMPLE = 1000
HOURS = 36
DAYS = 10
APART = timedelta(days=30)
CASES = 20_000


def desk() -> Calendar:
    """The desk of every comparison."""
    week = (hours(f"{OPENS:%H:%M}-{CLOSES:%H:%M}"),) * 5 + ((), ())
    return Calendar(ZONE, week, freeze("US", FIRST, LAST), FIRST, LAST)


def instants(number: int) -> list[datetime]:
    """So many instants over two years, to the second, the same each time."""
    draw, seconds = Random(4), int((UNTIL - FROM).total_seconds())  # noqa: S311  # a sample, not a secret
    return [FROM + timedelta(seconds=draw.randrange(seconds)) for _ in range(number)]


def pairs(number: int) -> list[tuple[datetime, datetime]]:
    """The same instants, each with one that is up to 30 days later."""
    draw, seconds = Random(44), int(APART.total_seconds())  # noqa: S311  # a sample, not a secret
    return [(start, start + timedelta(seconds=draw.randrange(seconds))) for start in instants(number)]


def figures() -> Iterator[Figure]:
    calendar, received, apart = desk(), instants(SAMPLE), pairs(SAMPLE)

    def adding() -> list[datetime]:
        return [calendar.add_minutes(at, HOURS * 60) for at in received]

    def between() -> list[float]:
        return [calendar.minutes_between(start, end) for start, end in apart]

    def days() -> list[datetime]:
        return [calendar.closing(calendar.open_day(calendar.business_day(at), DAYS)) for at in received]

    def shown(instant: datetime) -> datetime:
        # What is over exactly at a closing, pandas puts at the opening after it.
        return wall(calendar, calendar.next_open(instant))

    yield from against("add", "businesstimedelta", adding, by_businesstimedelta(calendar, received), 150)
    yield from against("add", "pandas", adding, by_pandas(calendar, received), 20, shown)
    yield from against("between", "business-duration", between, by_business_duration(calendar, apart), 35)
    yield Figure(f"add {HOURS} business hours", alone(adding) / SAMPLE * 1e6, " us")
    yield Figure(f"add {DAYS} business days", alone(days) / SAMPLE * 1e6, " us")
    yield Figure("business time between", alone(between) / SAMPLE * 1e6, " us")
    wrong, twice = against_oracle(CASES)
    yield Figure("oracle", wrong, of=f" disagreements of {CASES}", at_most=0)
    yield Figure("oracle from an hour shown twice", twice, of=f" of {CASES}", at_least=CASES // 20)


def against(
    work: str,
    peer: str,
    ours: Callable[[], Sequence[Any]],
    theirs: Callable[[], Sequence[Any]],
    at_least: float,
    as_theirs: Callable[[Any], Any] = lambda answer: answer,
) -> Iterator[Figure]:
    """How many times as fast as a peer we are, and in how many answers the two differ.

    `as_theirs` puts an answer of ours in the peer's terms. A peer's own mistakes count as differences, too.
    """
    yield Figure(f"{work} vs {peer}", in_turns(ours, theirs).ratio, "x", at_least=at_least)
    answers = list(zip(map(as_theirs, ours()), theirs(), strict=True))
    differ = sum(mine != other for mine, other in answers)
    yield Figure(f"{work} same as {peer}", differ, of=f" disagreements of {len(answers)}", at_most=0)


def wall(calendar: Calendar, instant: datetime) -> datetime:
    """What the clock on the office's wall shows (naive)."""
    return calendar.local(instant).replace(tzinfo=None)


# The peers, each prepared so that only its reckoning is left to be timed


def by_businesstimedelta(calendar: Calendar, received: list[datetime]) -> Callable[[], list[datetime]]:
    import businesstimedelta
    import pytz

    zone = pytz.timezone(ZONE)
    # A set of dates: with a list or a holidays object it is slower by a fifth or more.
    shut = businesstimedelta.HolidayRule(frozenset(one.day for one in calendar.closures), tz=zone)
    days = businesstimedelta.WorkDayRule(
        start_time=OPENS, end_time=CLOSES, working_days=[0, 1, 2, 3, 4], tz=zone
    )
    delta = businesstimedelta.BusinessTimeDelta(businesstimedelta.Rules([days, shut]), hours=HOURS)
    return lambda: [at + delta for at in received]


def by_pandas(calendar: Calendar, received: list[datetime]) -> Callable[[], list[datetime]]:
    import pandas

    shut = [one.day for one in calendar.closures]
    delta = pandas.offsets.CustomBusinessHour(n=HOURS, start=OPENS, end=CLOSES, holidays=shut)
    stamps = [pandas.Timestamp(wall(calendar, at)) for at in received]
    return lambda: [at + delta for at in stamps]


def by_business_duration(
    calendar: Calendar, apart: list[tuple[datetime, datetime]]
) -> Callable[[], list[float]]:
    from business_duration import businessDuration

    shut = frozenset(one.day for one in calendar.closures)
    shown = [(wall(calendar, start), wall(calendar, end)) for start, end in apart]
    return lambda: [
        businessDuration(start, end, OPENS, CLOSES, holidaylist=shut, unit="min") for start, end in shown
    ]
