"""Days from one to another, and the weeks that people speak of."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.understanding.dated import Way, moments
from handlers.understanding.here import Here
from handlers.understanding.stretches import TIME, Marked

DAY, WEEK = timedelta(days=1), timedelta(days=7)

_WEEK_OF = re.compile(rf"\bweek of (?:the )?⟦(?P<mark>{TIME}\d+)⟧", re.I)
_NEXT_WEEKS = re.compile(r"\b(?:the )?next (?P<count>two|2|three|3|four|4|couple(?: of)?) weeks\b", re.I)
_NEXT_WEEK = re.compile(
    r"\b(?:all |the whole |the entire |all of )?next week\b|la semana que viene|la próxima semana|"
    r"la proxima semana|nächste woche|naechste woche|la semaine prochaine|"
    r"(?:na )?próxima semana|semana que vem|下周|下星期|tuần sau",
    re.I,
)
_THIS_WEEK = re.compile(
    r"\b(?:the )?(?:rest|remainder) of (?:the|this) week\b|\bthis week\b|\ball week\b|\bthe (?:whole|"
    r"entire) week\b|esta semana|diese woche|cette semaine",
    re.I,
)
_REST_OF_DAY = re.compile(
    r"\b(?:the )?(?:rest|remainder) of (?:the|this) day\b|\bthe day\b|\ball day\b", re.I
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "couple": 2}


@dataclass(frozen=True)
class Days:
    """The first and the last day of an absence; several where several may be meant, none where none is said.

    alone: it is one day only, whichever it is.
    """

    first: tuple[date, ...] = ()
    last: tuple[date, ...] = ()
    alone: bool = False


def open_on_or_before(day: date, here: Here) -> date:
    """The last open day up to that day; within a fortnight, else that day itself."""
    return next(
        (day - number * DAY for number in range(14) if here.calendar.is_open_day(day - number * DAY)), day
    )


def ahead_of(first: tuple[date, ...], last: tuple[date, ...]) -> Days:
    """A last day that lies before the first is that weekday after it: from Monday to Friday is one week."""
    if not first or not last:
        return Days(first, last)
    found = []
    for begin in first:
        for end in last:
            later = end + WEEK if end < begin and begin - end < WEEK else end
            if begin <= later and later not in found:
                found.append(later)
    return Days(first, tuple(found[:2]) or last[:1])


def weeks(text: str, marked: Marked, here: Here) -> Days | None:
    """The office's days of the week that is spoken of."""
    monday = here.today - DAY * here.today.weekday()
    if found := _WEEK_OF.search(text):
        days = {date.fromisoformat(day) for day, _ in moments(marked[f"⟦{found['mark']}⟧"], Way.AHEAD, here)}
        if len(days) == 1:
            of = days.pop()
            return _week(of - DAY * of.weekday(), 1, here)
        return None
    if found := _NEXT_WEEKS.search(text):
        said = found["count"].lower().split()[0]
        return _week(monday + WEEK, _COUNTS.get(said) or int(said), here)
    if _NEXT_WEEK.search(text):
        return _week(monday + WEEK, 1, here)
    if _THIS_WEEK.search(text):
        last = open_on_or_before(monday + 6 * DAY, here)
        return Days((here.today,), (max(last, here.today),))
    if _REST_OF_DAY.search(text):
        return Days((here.today,), (here.today,))
    return None


def _week(monday: date, count: int, here: Here) -> Days:
    first = next((monday + n * DAY for n in range(7) if here.calendar.is_open_day(monday + n * DAY)), monday)
    return Days((first,), (open_on_or_before(monday + (7 * count - 1) * DAY, here),))
