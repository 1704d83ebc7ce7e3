"""The words that name a day, with or without a time, and what they may mean: `Mon 3/2 at 4:30`, `2 days ago`.

Every word must be understood. Which of several meanings is the one is not decided here: handlers/when.py
knows what is over and when the office is open.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

from handlers import times
from handlers.times import Unreadable, count, plain
from models.calendar import Calendar

DAY, WEEK, JUST_MISSED = timedelta(days=1), timedelta(days=7), timedelta(days=31)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def _beginnings(names: tuple[str, ...]) -> str:
    """A pattern for the names and for what they begin with, from three letters on."""
    return "|".join(name[:length] for name in names for length in range(len(name), 2, -1))


# Years below 3000, so that no reckoning leaves the years that Python has.
_YEAR, _DAY = r"(?P<year>[12]\d{3})", r"(?P<day>\d\d?)"
_NTH, _MONTH = rf"{_DAY}(?:st|nd|rd|th)?", rf"(?P<month>{_beginnings(MONTHS)})\.?"
_ISO = re.compile(rf"{_YEAR}-(?P<month>\d\d?)-{_DAY}(?:t(?=\d\d?:)|{times.END})")
_US = re.compile(rf"(?P<month>\d\d?)/{_DAY}(?:/(?P<year>[12]\d{{3}}|\d\d))?{times.END}")
_MONTH_DAY = re.compile(rf"{_MONTH} {_NTH}(?: {_YEAR})?{times.END}")
_DAY_MONTH = re.compile(rf"{_NTH} (?:of )?{_MONTH}(?: {_YEAR})?{times.END}")
_NEAR = re.compile(r"(?P<near>yesterday|today|tomorrow)(?!\w)")
_AWAY = re.compile(
    rf"(?P<in>in )?{times.COUNT} (?P<unit>day|week|(?:business|working) day)s?(?P<ago> ago)?(?!\w)"
)
_WEEKDAY = re.compile(rf"(?:(?P<which>last|this|next) )?(?P<weekday>{_beginnings(WEEKDAYS)}|weds)(?!\w)\.?")
_END = re.compile(r"(?:end of (?:(?:the|this|(?P<next>next)) )?(?P<unit>week|month)|eo(?P<short>[wm]))(?!\w)")
_ZONE = re.compile(r"[a-z]{2,3}t(?!\w)")
_LINK = re.compile(r"(?:at|on|by|the) ")
_SLOTS = (
    *(("day", pattern) for pattern in (_ISO, _US, _MONTH_DAY, _DAY_MONTH, _NEAR, _AWAY, _END)),
    ("weekday", _WEEKDAY),
    *(("time", pattern) for pattern in times.PATTERNS),
    ("zone", _ZONE),
    ("", _LINK),
)


@dataclass(frozen=True)
class Standpoint:
    """From where words are read, and which way. `since`: what is looked for does not lie before that day."""

    today: date
    calendar: Calendar
    ahead: bool
    since: date | None = None


@dataclass(frozen=True)
class Said:
    """What the words name; any part may be missing, but not all.

    days: one, or several that may be meant. again: a weekday that is today, a week further the same way.
    times: one, or two that may be meant. closing: the end of the office's day. same_time: the time of day
    that it is now ("in 2 days"). zone: what the clock is called then, in small letters ("cdt"). yearless: a
    day of a month without its year.
    """

    days: tuple[date, ...] = ()
    again: date | None = None
    times: tuple[time, ...] = ()
    closing: bool = False
    same_time: bool = False
    zone: str = ""
    yearless: bool = False


def parse(text: str, at: Standpoint) -> Said:
    """Takes day and time apart. Raises Unreadable, and UnknownDay for business days beyond the calendar."""
    found: dict[str, re.Match[str]] = {}
    rest = plain(text)
    while rest:
        slot, match = next(((slot, one) for slot, words in _SLOTS if (one := words.match(rest))), ("", None))
        if match is None or slot in found:
            raise Unreadable(text)
        if slot:
            found[slot] = match
        rest = rest[match.end() :].lstrip()
    day, weekday, clock, zone = map(found.get, ("day", "weekday", "time", "zone"))
    days = _day(day, at) if day else _weekday(weekday, at) if weekday else ()
    if day and weekday:
        days = tuple(one for one in days if one.weekday() == _number(weekday["weekday"], WEEKDAYS))
    hours = times.times_of_day(clock, to_24=bool(day and day.re is _ISO)) if clock else ()
    if not found or (zone and not hours) or ((day or weekday) and not days):
        raise Unreadable(text)
    bare = weekday and not weekday["which"] and not day and days == (at.today,)
    return Said(
        days=tuple(one for one in days if at.since and one >= at.since) or days,
        again=at.today + (WEEK if at.ahead else -WEEK) if bare else None,
        times=hours,
        # Ahead, a day alone means its closing anyway, and may be one of whole days.
        closing=bool(clock and clock.re is times.CLOSING)
        or bool(day and day.re is _END and not hours and not at.ahead),
        same_time=bool(day and day.re is _AWAY and day["unit"] in ("day", "week") and not clock),
        zone=zone[0] if zone else "",
        yearless=bool(day and day.re in (_US, _MONTH_DAY, _DAY_MONTH) and not day["year"]),
    )


def _number(name: str, names: tuple[str, ...]) -> int:
    return [one[:3] for one in names].index(name[:3])


def _day(match: re.Match[str], at: Standpoint) -> tuple[date, ...]:
    if match.re is _NEAR:
        return (at.today + DAY * (("yesterday", "today", "tomorrow").index(match["near"]) - 1),)
    if match.re is _END:
        return _end(match, at)
    if match.re is not _AWAY:
        return (_dated(match, at),)
    if match["unit"] in ("day", "week"):
        return (at.today + count(match) * (DAY if match["unit"] == "day" else WEEK),)
    if count(match) < 1:
        raise Unreadable(match[0])
    return (at.calendar.open_day(at.today + DAY, count(match) - 1),)


def _end(match: re.Match[str], at: Standpoint) -> tuple[date, ...]:
    """The last open day of the week or month; of the next one when that has passed."""
    week, since = "w" in (match["short"], (match["unit"] or "")[:1]), at.since or at.today
    if not week:
        month = _first_after(since) if match["next"] else since.replace(day=1)
        found = _last_open(month, at)
        return (found if found >= since or match["next"] else _last_open(_first_after(since), at),)
    monday = since - DAY * since.weekday()
    if match["next"]:
        # As with "next Friday": a week may begin on Monday or on Sunday.
        sunday = since - DAY * ((since.weekday() + 1) % 7)
        return tuple(sorted({_last_open(one, at, WEEK) for one in (monday + WEEK, sunday + DAY + WEEK)}))
    found = _last_open(monday, at, WEEK)
    return (found if found >= since else _last_open(monday + WEEK, at, WEEK),)


def _first_after(day: date) -> date:
    """The first day of the next month."""
    return day.replace(day=monthrange(day.year, day.month)[1]) + DAY


def _last_open(first: date, at: Standpoint, length: timedelta | None = None) -> date:
    """The last open day of so many, or of the month, from the first on; with none open the last weekday."""
    following = first + length if length else _first_after(first)
    days = [following - DAY * number for number in range(1, (following - first).days + 1)]
    usual = [one for one in days if one.weekday() < 5]
    return next((one for one in days if at.calendar.is_open_day(one)), usual[0])


def _dated(match: re.Match[str], at: Standpoint) -> date:
    """A day of a month; without a year, the nearest one that way, unless it has just been missed."""
    named, day, since = match["month"], int(match["day"]), at.since or at.today
    month = int(named) if named.isdigit() else _number(named, MONTHS) + 1
    # A year that has 29 February stands for the one that is not named.
    year = int(match["year"] or 2000) + (2000 if len(match["year"] or "") == 2 else 0)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise Unreadable(match[0])
    if match["year"]:
        return date(year, month, day)
    # Two days ago is not next year: a slip is to be told, rather than a promise to be kept in a year.
    missed = _nearest(month, day, since, not at.ahead)
    return missed if abs(missed - since) <= JUST_MISSED else _nearest(month, day, since, at.ahead)


def _nearest(month: int, day: int, since: date, ahead: bool) -> date:
    # The next leap year may be eight years off.
    years = range(since.year, since.year + 9) if ahead else range(since.year, since.year - 9, -1)
    found = (date(one, month, day) for one in years if day <= monthrange(one, month)[1])
    return next(one for one in found if (one >= since if ahead else one <= since))


def _weekday(match: re.Match[str], at: Standpoint) -> tuple[date, ...]:
    """The nearest one that way, today included, unless "last", "this" or "next" stands before it."""
    number, which, since = _number(match["weekday"], WEEKDAYS), match["which"], at.since or at.today
    monday = at.today - DAY * at.today.weekday()
    if which == "last":
        return (at.today - DAY * ((at.today.weekday() - number - 1) % 7 + 1),)
    if which == "this" and not at.ahead:
        return (monday + DAY * number,)
    if which == "next":
        # The one that comes first, or the one of next week; a week may begin on Monday or on Sunday.
        coming = at.today + DAY * ((number - at.today.weekday() - 1) % 7 + 1)
        sunday = at.today - DAY * ((at.today.weekday() + 1) % 7)
        return tuple(sorted({coming, monday + WEEK + DAY * number, sunday + WEEK + DAY * ((number + 1) % 7)}))
    return (
        since + DAY * ((number - since.weekday()) % 7 if at.ahead else -((since.weekday() - number) % 7)),
    )
