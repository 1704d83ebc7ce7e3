"""The words for what is tried: `email 4 business hours`, `san-jose`, `hours Mon-Thu 7-6`, `closed Dec 24`.

Several parts are parted by semicolons and tried together.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers.asking import Hearing, Refusal
from handlers.counting import UnknownChannel, counted, read_wish, typed, wished
from handlers.days import Standpoint
from handlers.hours_typed import read_week, spoken_week
from handlers.periods import Period, one_day
from handlers.reading import one_line
from handlers.spans_typed import HoursUnreadable, read_spans
from handlers.times import Unreadable
from models import recurring
from models.adopting import over_own, own_rules
from models.because import spelled
from models.calendar import Calendar, Closure
from models.standard import CHANNELS, load_standard, shipped
from models.tried import Tried

USAGE = '/desk try "email 4 business hours" last quarter'
NAME = "closed, as tried"
_HOURS = re.compile(r"(?:office |opening )?hours:? +(?P<week>.+)", re.IGNORECASE)
# A week of hours without that word begins with its days.
_WEEK = re.compile(
    r"(?P<week>(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:week|work)(?:day|end)s?|daily|every ?day)\b.*)",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"close(?:d|s)?:? +(?:on +)?(?P<days>.+)", re.IGNORECASE)
_FROM_TO = re.compile(r"(?:from +)?(?P<first>.+?) +(?:to|until|through) +(?P<last>.+)", re.IGNORECASE)
_TIMES = re.compile(r"(?<= )\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\.?)? ?(?:-|–|to) ?(?:\d|noon).*$", re.IGNORECASE)


class Untriable(ValueError):
    """Words for nothing that can be tried; the sentence says why. `given`: the words."""

    def __init__(self, given: str, reason: str) -> None:
        super().__init__(reason)
        self.given = given


@dataclass(frozen=True)
class Asked:
    """What is tried; how that is said, a sentence each; and how it would be adopted, if one command does it.

    adopt: "use san-jose", "set email 4 business hours", or None.
    """

    tried: Tried
    says: tuple[str, ...]
    adopt: str | None


def read_what(hearing: Hearing, text: str, again: str, period: Period) -> Asked:
    """All that the words ask for, parts parted by semicolons; or a refusal that names what cannot be read.

    again: the whole command with {} for what is tried, for a button. period: what it is tried on.
    """
    parts = [one for one in map(one_line, text.split(";")) if one]
    tried = Tried()
    says: list[str] = []
    adopt: list[str | None] = []
    for number, part in enumerate(parts):
        before, after = "; ".join((*parts[:number], "")), "".join(f"; {one}" for one in parts[number + 1 :])
        try:
            whole = again.replace("{}", f"{before}{{}}{after}")
            tried, said = _with(hearing, tried, part, whole, period)
        except (Untriable, HoursUnreadable) as error:
            raise unreadable(part, str(error)) from error
        says += said.says
        adopt.append(said.adopt)
    return Asked(tried, tuple(says), adopt[0] if len(adopt) == 1 else None)


def unreadable(given: str, reason: str | None) -> Refusal:
    return Refusal("trial_what", given=given[:80], reason=reason, standards=list(shipped()), usage=USAGE)


def _with(hearing: Hearing, tried: Tried, part: str, again: str, period: Period) -> tuple[Tried, Asked]:
    """What is tried so far with one part more; and that part alone."""
    if name := shipped_name(part):
        base = load_standard(name)
        return replace(tried, base=base), Asked(tried, (f"{base.title} ({name}).",), f"use {name}")
    if match := _HOURS.fullmatch(part) or _WEEK.fullmatch(part):
        week = read_week(match["week"])
        return replace(tried, week=week), Asked(tried, (f"Office hours {spoken_week(week)}.",), None)
    if match := _CLOSED.fullmatch(part):
        closures, said = read_closures(match["days"], period, hearing.calendar)
        return replace(tried, closures=tried.closures + closures), Asked(tried, (said,), None)
    return _own_rule(hearing, tried, part, again)


def shipped_name(text: str) -> str | None:
    """The shipped standard that the words mean: its name, or its title."""
    wanted = text.casefold().removeprefix("standard ")
    for name in shipped():
        if wanted in (name, name.replace("-", " "), load_standard(name).title.casefold()):
            return name
    return None


def _own_rule(hearing: Hearing, tried: Tried, part: str, again: str) -> tuple[Tried, Asked]:
    try:
        asked = read_wish(part)
    except UnknownChannel as error:
        if re.search(r"\d", part) is None:
            raise Untriable(part, "It is neither a standard that comes with Replyby nor a rule.") from error
        asked = wished(part, USAGE)
    if not asked.channels:
        raise Untriable(part, f"A rule begins with its channel: {', '.join(CHANNELS)}.")
    if not asked.count:
        raise Untriable(part, "A rule says how long it may take, such as 4 business hours.")
    answer = " answer" if asked.kind == "answer" else ""
    begins = ", ".join(asked.channels)
    count = counted(asked.count, USAGE, lambda words: again.replace("{}", f"{begins} {words}{answer}"))
    rules = own_rules(
        hearing.department.name, asked.channels, count, asked.kind, hearing.speaker.name, hearing.today
    )
    adopt = f"set {begins} {typed(count)}{answer}"
    return replace(tried, rules=over_own(tried.rules, rules)), Asked(
        tried, tuple(one.says for one in rules), adopt
    )


def read_closures(text: str, period: Period, calendar: Calendar) -> tuple[tuple[Closure, ...], str]:
    """The closures that `Dec 24 13:00-17:00`, `2025-12-24` or `Dec 24 to Jan 1` name, and a sentence.

    A day without a year is that of the period that it is tried on; after "every", of every year. Raises
    Untriable; HoursUnreadable for the hours of the day.
    """
    times = _TIMES.search(text)
    hours = read_spans(times[0]) if times else ()
    words = text[: times.start()].strip(" ,") if times else text.strip()
    days, said = _closed_days(words, period, calendar)
    when = "".join(f" {_clock(start)}-{_clock(end)}" for start, end in hours)
    spans: tuple[tuple[int | None, int | None], ...] = hours or ((None, None),)
    closures = tuple(Closure(day, NAME, start, end) for day in days for start, end in spans)
    return closures, f"Closed {said}{when}."


def _closed_days(words: str, period: Period, calendar: Calendar) -> tuple[list[date], str]:
    """The days, and how they are said."""
    every = re.match("every ", words, re.IGNORECASE)
    try:
        if every:
            yearly = recurring.read(words)
            return yearly.days(calendar.first, calendar.last), str(yearly)
        if match := _FROM_TO.fullmatch(words):
            first = _days_of(match["first"], period, calendar)[0]
            last = one_day(match["last"], Standpoint(period.last, calendar, ahead=True, since=first))
            if not first <= last <= first + timedelta(days=366):
                raise Unreadable(words)
            days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
            return days, f"from {spelled(first)} to {spelled(last)}"
        days = _days_of(words, period, calendar)
    except ValueError as error:
        raise Untriable(
            words, "A closed day is written Dec 24, 2025-12-24, Dec 24 to Jan 1, or every Dec 24."
        ) from error
    return days, f"on {' and '.join(map(spelled, days))}"


def _days_of(words: str, period: Period, calendar: Calendar) -> list[date]:
    """The day; without a year those within the period, or the nearest to it. Raises ValueError."""
    try:
        yearly = recurring.read(words)
    except ValueError:
        return [one_day(words, Standpoint(period.last, calendar, ahead=False))]
    found = yearly.days(calendar.first, calendar.last)
    within = [one for one in found if period.first <= one <= period.last]

    def away(one: date) -> int:
        return min(abs((one - period.first).days), abs((one - period.last).days))

    return within or [min(found, key=away)]


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24}:{minute % 60:02}"
