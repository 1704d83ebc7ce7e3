"""The words that name a period that has begun: `last quarter`, `Q3 2025`, `March`, `last 90 days`.

A period is whole days, both ends included; weeks begin on Monday. One that is not over yet, such as "this
month", runs to its end all the same: what has not been received is not in it.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from handlers import times
from handlers.days import MONTHS, Standpoint, parse
from handlers.times import Unreadable
from models.calendar import Calendar

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LONGEST_PERIOD = 12  # words that a period may have: "from Thu the 2nd of October 2025 to …"

_BEGINNINGS = "|".join(name[:length] for name in MONTHS for length in range(len(name), 2, -1))
_YEAR = r"(?P<year>[12]\d{3})"
_LEADING = re.compile(r"^(?:in|for|over|on|during) ")
_NAMED = re.compile(r"(?:the )?(?P<which>last|past|previous|this|current) (?P<unit>week|month|quarter|year)")
_COUNTED = re.compile(
    rf"(?:the )?(?:last|past|previous) {times.COUNT} (?P<unit>day|week|month|quarter|year)s?"
)
_OF_A_YEAR = re.compile(_YEAR)
_QUARTER = re.compile(rf"(?:q(?P<number>[1-4])(?:[ -]{_YEAR})?)")
_YEAR_QUARTER = re.compile(rf"{_YEAR}[ -]?q(?P<number>[1-4])")
_MONTH = re.compile(rf"(?P<month>{_BEGINNINGS})\.?(?: {_YEAR})?")
_YEAR_MONTH = re.compile(rf"{_YEAR}-(?P<number>\d\d?)")
_BETWEEN = re.compile(r"(?:from|since|between) (?P<first>.+?)(?: (?:to|until|through|and) (?P<last>.+))?")


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included. `words`: as it is called, "last quarter"."""

    first: date
    last: date
    words: str


class StillToCome(ValueError):
    """A period that has begun was wanted and one ahead was given; `args[0]` is its first day."""


class Backwards(ValueError):
    """The last day lies before the first; `args` are both."""


def read_period(text: str, today: date, calendar: Calendar) -> Period:
    """The period that the words name. Whatever names no year is the latest that has begun.

    Raises Unreadable; StillToCome; Backwards; UnknownDay for days counted beyond the calendar.
    """
    words = _LEADING.sub("", times.plain(text))
    for pattern, reader in _READERS:
        if match := pattern.fullmatch(words):
            first, last = reader(match, today)
            break
    else:
        first, last = _between(words, today, calendar)
    if first > today:
        raise StillToCome(first)
    if last < first:
        raise Backwards(first, last)
    return Period(first, last, words)


def ends_with_period(text: str, today: date, calendar: Calendar) -> tuple[str, str]:
    """The words before a period at the end of the text, and the period's; "" when none stands there."""
    words = text.split()
    for start in range(max(0, len(words) - LONGEST_PERIOD), len(words)):
        try:
            read_period(" ".join(words[start:]), today, calendar)
        except (StillToCome, Backwards):
            pass  # a period all the same, which its reader refuses
        except ValueError:
            continue
        return " ".join(words[:start]), " ".join(words[start:])
    return text, ""


def _unit(unit: str, day: date) -> date:
    """The first day of the week, month, quarter or year that the day is in."""
    match unit:
        case "week":
            return day - DAY * day.weekday()
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case _:
            return date(day.year, 1, 1)


def _before(unit: str, first: date, number: int) -> date:
    """The first day of the unit that begins so many units before the one that begins on `first`."""
    for _ in range(number):
        first = _unit(unit, first - DAY)
    return first


def _end(unit: str, first: date) -> date:
    """The last day of the unit that begins on `first`."""
    match unit:
        case "week":
            return first + WEEK - DAY
        case "month":
            return first.replace(day=monthrange(first.year, first.month)[1])
        case "quarter":
            return _end("month", first.replace(month=first.month + 2))
        case _:
            return date(first.year, 12, 31)


def _named(match: re.Match[str], today: date) -> tuple[date, date]:
    unit = match["unit"]
    first = _unit(unit, today)
    if match["which"] not in ("this", "current"):
        first = _before(unit, first, 1)
    return first, _end(unit, first)


def _counted(match: re.Match[str], today: date) -> tuple[date, date]:
    """So many days up to today; so many whole weeks, months, quarters or years before this one."""
    number, unit = times.COUNTS.get(match["count"]) or int(match["count"]), match["unit"]
    if not number:
        raise Unreadable(match[0])
    if unit == "day":
        return today - DAY * (number - 1), today
    begun = _unit(unit, today)
    return _before(unit, begun, number), begun - DAY


def _year(match: re.Match[str], _: date) -> tuple[date, date]:
    first = date(int(match["year"]), 1, 1)
    return first, _end("year", first)


def _quarter(match: re.Match[str], today: date) -> tuple[date, date]:
    return _part_of_year("quarter", int(match["number"]) * 3 - 2, match["year"], today)


def _month(match: re.Match[str], today: date) -> tuple[date, date]:
    number = [one[:3] for one in MONTHS].index(match["month"][:3]) + 1
    return _part_of_year("month", number, match["year"], today)


def _year_month(match: re.Match[str], today: date) -> tuple[date, date]:
    if not 1 <= int(match["number"]) <= 12:
        raise Unreadable(match[0])
    return _part_of_year("month", int(match["number"]), match["year"], today)


def _part_of_year(unit: str, month: int, year: str | None, today: date) -> tuple[date, date]:
    first = date(int(year) if year else today.year, month, 1)
    if not year and first > today:
        first = first.replace(year=first.year - 1)
    return first, _end(unit, first)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], tuple[date, date]]], ...] = (
    (_NAMED, _named),
    (_COUNTED, _counted),
    (_OF_A_YEAR, _year),
    (_QUARTER, _quarter),
    (_YEAR_QUARTER, _quarter),
    (_MONTH, _month),
    (_YEAR_MONTH, _year_month),
)


def _between(words: str, today: date, calendar: Calendar) -> tuple[date, date]:
    match = _BETWEEN.fullmatch(words)
    if match is None:
        raise Unreadable(words)
    first = one_day(match["first"], Standpoint(today, calendar, ahead=False))
    if match["last"] is None:
        return first, max(first, today)
    # "from Dec 15 to Jan 15": the last day is the first of its name that comes after.
    return first, one_day(match["last"], Standpoint(today, calendar, ahead=True, since=first))


def one_day(words: str, at: Standpoint) -> date:
    """The one day that the words name. Raises Unreadable, also when they may name several."""
    said = parse(words, at)
    if len(said.days) != 1 or said.times or said.closing:
        raise Unreadable(words)
    return said.days[0]
