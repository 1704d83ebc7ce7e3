"""The engine held against an oracle that walks minute by minute, at desks and hours that invite mistakes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from models.calendar import Calendar, Closure, UnknownDay, hours
from models.count import Count
from models.deadline import reckon
from models.standard import Rule
from tests.models.generated import LENGTH, SMALL_HOURS, USUAL_DAYS, WINDOWS, Office, known, without_overlaps
from tests.models.minute_oracle import Desk

CASES_A_DESK = 100
COUNTS = [("business_days", number) for number in (1, 2, 3, 10)]
COUNTS += [
    ("clock_hours", 24),
    ("clock_hours", 48),
    ("weeks", 1),
    ("business_hours", 36),
    ("elapsed_hours", 24),
]
Answers = tuple[object, object]


def against_oracle(cases: int, seed: int = 2026) -> tuple[int, int]:
    """In how many cases the two differ, and how many began in an hour that the clocks show twice."""
    draw = Random(seed)  # noqa: S311  # a sample, not a secret
    wrong = twice = 0
    for number in range(cases):
        if number % CASES_A_DESK == 0:
            office = strange_desk(draw)
        minute = draw.choice(MOMENTS)(office, draw)
        at = office.desk.instant(minute).astimezone(draw.choice([UTC, office.calendar.tz]))
        engine, oracle = draw.choice(QUESTIONS)(office, minute, at, draw)
        wrong += engine != oracle
        local = office.calendar.local(at)
        twice += local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return wrong, twice


def strange_desk(draw: Random) -> Office:
    """Some zone round a change of its clocks, with nights, lunches, half days, or open seven days a week."""
    zone, first = draw.choice(WINDOWS)
    usual, other = draw.sample(USUAL_DAYS, 2)
    days = draw.choice(
        [[usual] * 7, [usual] * 5 + [other] * 2, [draw.choice([usual, other]) for _ in range(7)]]
    )
    week = without_overlaps([hours(day) for day in days])
    if not any(week):
        week = (hours("8:00-17:00"),) * 7
    closures = []
    for _ in range(draw.randrange(6)):
        day, start = first + timedelta(days=draw.randrange(LENGTH)), draw.choice([*SMALL_HOURS, 720, 780])
        closures.append(draw.choice([Closure(day, "holiday"), Closure(day, "half day", start, start + 240)]))
    last = first + timedelta(days=LENGTH - 1)
    shut = [(one.day, one.start, one.end) for one in closures]
    return Office(Calendar(zone, week, tuple(closures), first, last), Desk(zone, week, shut, first, last))


def anywhere(office: Office, draw: Random) -> int:
    """A minute of the second day or later; the known days end before some of its deadlines."""
    return draw.randrange(1441, office.desk.end)


def at_an_edge(office: Office, draw: Random) -> int:
    """Where the desk opens or closes."""
    return draw.choice(office.edges) + draw.randint(-2, 2) if office.edges else anywhere(office, draw)


def at_a_change(office: Office, draw: Random) -> int:
    """Within an hour and a half of a change of the clocks."""
    return draw.choice(office.changes) + draw.randint(-90, 90) if office.changes else anywhere(office, draw)


def before_a_change(office: Office, draw: Random) -> int:
    """Days before: what falls due in those hours was received then."""
    return max(1441, at_a_change(office, draw) - draw.randint(1, 3) * 1440)


MOMENTS = (anywhere, at_an_edge, at_a_change, at_a_change, before_a_change)


def added(office: Office, minute: int, at: datetime, draw: Random) -> Answers:
    count = draw.choice([0, 1, 30, 540, 2160, draw.randrange(3000)])
    oracle = office.desk.add(minute, count)
    return asked(lambda: office.calendar.add_minutes(at, count)), known(office, oracle)


def taken(office: Office, minute: int, at: datetime, draw: Random) -> Answers:
    count = draw.choice([0, 1, 30, 540, 2160, draw.randrange(3000)])
    oracle = office.desk.subtract(minute, count)
    return asked(lambda: office.calendar.subtract_minutes(at, count)), known(office, oracle)


def between(office: Office, minute: int, at: datetime, draw: Random) -> Answers:
    later = min(minute + draw.randrange(10 * 1440), office.desk.end)
    engine = office.calendar.minutes_between(at, office.desk.instant(later))
    return engine, office.desk.between(minute, later)


def due(office: Office, minute: int, at: datetime, draw: Random) -> Answers:
    unit, number = draw.choice(COUNTS)
    rule = Rule(
        id="R0",
        citation="made up",
        says="It is answered in time.",
        channels=("email",),
        kind="answer",
        count=Count.model_validate({unit: number}),
        met_by=("answer",),
    )
    oracle = getattr(office.desk, unit)(minute, number)
    return asked(lambda: reckon(at, rule, office.calendar).due), known(office, oracle)


QUESTIONS = (added, taken, between, due, due)


def asked(ask: Callable[[], datetime]) -> datetime | None:
    """The engine's answer; None when it says that it does not know the days it needs, as the oracle does."""
    try:
        return ask()
    except UnknownDay:
        return None
