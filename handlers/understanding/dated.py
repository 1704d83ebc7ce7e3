"""What a stretch of words may mean as a day and a time: read by handlers/when.py, after it is put plainly.

A day is an ISO date and a time HH:MM, both of the office's zone; a time that was not said is "".
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum

from handlers import when
from handlers.days import MONTHS, Said, Standpoint, parse
from handlers.times import instant
from handlers.understanding.foreign import in_english
from handlers.understanding.here import Here

DAY = timedelta(days=1)
Moment = tuple[str, str]
"""(day, time), the time "" where none was said."""


class Way(Enum):
    """Where what is looked for lies."""

    PAST = False
    AHEAD = True


_PART = r"(?:early |late )?(?P<part>morning|afternoon|evening|night|lunch(?:time)?)"
_REWRITTEN = (
    (r"^(?:a (?:minute|moment|second|sec|bit)|a few minutes|a couple (?:of )?minutes|moments) ago$", "now"),
    (r"^(?:just|right) this (?:minute|second)$", "now"),
    (r"^earlier(?: today)?$", "today"),
    (r"^(?:first thing|early|late|sometime|bright and early) ", ""),
    (r" (?:first thing|sometime)$", ""),
    (r"\b(?:around|approx\.?|approximately|circa|roughly|~) ?(?=\d)", "at "),
    (r"@ ?(?=\d)", "at "),
    (r"\b(\d{1,2})(\d\d) ?([ap])\.?m?\.?(?!\w)", r"\1:\2 \3m"),
    (r"\bhalf past (\w+)", r"at \1:30"),
    (r"\bquarter past (\w+)", r"at \1:15"),
    (r"\b(\d{1,2}) ?o'? ?clock", r"at \1"),
    (r"\b(\d{1,2}(?::\d\d)?)ish\b", r"at \1"),
    (r"\b(?:a|one) couple (?:of )?", "2 "),
    (r"\ba (?=(?:day|week) ago)", "1 "),
    (r"\bwithin (?:the next )?", "in "),
    (r"\b(\w+ (?:business |working )?(?:days?|weeks?)) from (?:now|today)\b", r"in \1"),
    (r"\bin a fortnight\b", "in 2 weeks"),
    (r"\b(?:this )?coming (?=[a-z])", ""),
    (r"\bend of business(?: day)?\b", "end of business"),
    (r"\b(?:midday|noontime)\b", "noon"),
    (r"^at at ", "at "),
)
_REWRITES = [(re.compile(pattern), new) for pattern, new in _REWRITTEN]
_DAY_AFTER = re.compile(r"\b(?:the )?day after tomorrow\b")
_DAY_BEFORE = re.compile(r"\b(?:the )?day before yesterday\b")
_WEEK_FROM = re.compile(r"^(?:a|one|1) week from (.{3,30})$")
_THE_NTH = re.compile(r"^(?:on )?the (\d{1,2})(?:st|nd|rd|th)(?: of (?:this|the) month)?(?P<rest> .{1,20})?$")
_IN_PART = re.compile(rf"\bin the {_PART}\b|\bat (?P<late>night)\b")
_DAY_PART = re.compile(rf"\b(?P<day>this|tomorrow|yesterday|last|[a-z]{{3,6}}day) {_PART}\b")
_NUMERIC = re.compile(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d\d)|(\.))?(?![\w/-])(?!\.\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)([12]\d{3})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_SPAN_ALONE = re.compile(r"\w+ (?:(?:business|working) )?(?:min|minute|hr|hour|day|week|month)s?")
_BARE_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}:\d\d|(?<=at )\d{1,2})(?!:?\d| ?[ap]\.?m)")


def moments(words: str, way: Way, here: Here) -> list[Moment]:
    """What the words may mean, as they are written in every way that people write; none for other words."""
    found: dict[Moment, None] = {}
    for plain in meanings(words, here):
        found |= dict.fromkeys(_moments(plain, way, here))
    return _fitting(list(found), words, way, here)


def _fitting(found: list[Moment], words: str, way: Way, here: Here) -> list[Moment]:
    """Of several, those that lie the right way, where a year was named and so leaves no doubt."""
    if len(found) < 2 or not re.search(r"\d[/.-]\d{1,2}[/.-]\d", words):
        return found
    today = here.today.isoformat()
    right = [one for one in found if (one[0] >= today if way is Way.AHEAD else one[0] <= today)]
    return right or found


def before(moment: Moment, here: Here) -> Moment:
    """ "Before Thursday": the last closing ahead of that day, or its opening where that closing has passed.

    A moment with a time is a time by which, and stays as it is; so does a day that the calendar cannot place.
    """
    if moment[1]:
        return moment
    calendar = here.calendar
    midnight = datetime.fromisoformat(moment[0]).replace(tzinfo=calendar.tz)
    try:
        last = calendar.last_close(midnight)
        if last > here.now:
            return _shown(last, here)
        day = midnight.date()
        return _shown(calendar.opening(day), here) if calendar.is_open_day(day) else moment
    except ValueError:  # beyond the calendar
        return moment


def has_time(words: str, here: Here) -> bool:
    """Whether the words name a time of the day."""
    return any(clock for plain in meanings(words, here) for _, clock in _moments(plain, Way.AHEAD, here))


def part_of(words: str) -> str:
    """ "afternoon" of "yesterday afternoon": the part of a day that they name, "" for none."""
    text = words.lower()
    found = _IN_PART.search(text) or _DAY_PART.search(text)
    if found:
        return found.groupdict().get("part") or "night"
    return "night" if "tonight" in text else ""


def meanings(words: str, here: Here) -> Iterator[str]:
    """The same in the plain words that handlers/when.py reads; several where figures may be turned about."""
    text = " ".join(words.lower().replace(",", " ").split()).rstrip(" ;:!?")
    text = _YEAR_FIRST.sub(r"\1-\2-\3", text)
    if not _NUMERIC.search(text[-6:]):
        text = text.rstrip(".")
    if (foreign := in_english(text, here)) is not None:
        text = foreign
    text = _part_said(text)
    for pattern, new in _REWRITES:
        text = pattern.sub(new, text)
    text = _DAY_AFTER.sub((here.today + 2 * DAY).isoformat(), text)
    text = _DAY_BEFORE.sub((here.today - 2 * DAY).isoformat(), text)
    if _SPAN_ALONE.fullmatch(text):
        return
    yield from _turned(text.strip())


def _part_said(text: str) -> str:
    """Without the part of the day, which says of a time that is there which half it is in."""
    part = part_of(text)
    if not part:
        return text
    text = _IN_PART.sub("", text).replace("tonight", "today")
    text = _DAY_PART.sub(lambda one: _day_of(one["day"], one["part"]), text)
    half = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}.get(part, "")
    text = " ".join(text.split())
    return _BARE_CLOCK.sub(rf"\1 {half}", text, count=1) if half else text


def _day_of(day: str, part: str) -> str:
    if day == "last":
        return "yesterday" if part in ("night", "evening") else "today"
    return "today" if day == "this" else day


def _turned(text: str) -> Iterator[str]:
    """A date in figures, month first and day first: 3/4 is one writer's March and another's April."""
    found = _NUMERIC.search(text)
    if found is None or (found[2] != "/" and not (found[4] or found[5])):
        yield text.rstrip(".")
        return
    first, second = int(found[1]), int(found[3])
    year = "" if not found[4] else f" {found[4]}" if len(found[4]) == 4 else f" 20{found[4]}"
    # With a full stop behind the month it is only written day first: 9.3.
    told = {(second, first)} if found[5] and found[2] == "." else {(first, second), (second, first)}
    for month, day in sorted(told, key=lambda one: one != (first, second)):
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield text.replace(found[0], f"{MONTHS[month - 1]} {day}{year}", 1).rstrip(".")


def _moments(text: str, way: Way, here: Here) -> list[Moment]:
    if week := _WEEK_FROM.match(text):
        return [(_later(day), clock) for day, clock in moments(week[1], way, here)]
    if nth := _THE_NTH.match(text):
        return _on_the(int(nth[1]), nth["rest"] or "", way, here)
    try:
        if instant(text, here.now) is not None:
            return [_shown(one, here) for one in _instants(text, way, here)]
        said = parse(text, Standpoint(here.today, here.calendar, ahead=way.value))
        if said.times:
            return [_shown(one, here) for one in _instants(text, way, here)]
        return _days(said, way, here)
    except ValueError:
        return []


def _days(said: Said, way: Way, here: Here) -> list[Moment]:
    days = said.days or (here.today,)
    if way is Way.AHEAD and said.again and _is_over(said, here):
        days = (said.again,)
    return [(one.isoformat(), "") for one in days]


def _is_over(said: Said, here: Here) -> bool:
    """Whether today's office is closed already, so that its weekday means the next one."""
    day = said.days[0]
    return not here.calendar.is_open_day(day) or here.calendar.closing(day) <= here.now


def _instants(text: str, way: Way, here: Here) -> list[datetime]:
    """The instants that are meant; one that lies the wrong way too: whoever stores it says what is wrong."""
    read = when.read_promise if way is Way.AHEAD else when.read_received
    try:
        return [read(text, here.now, here.calendar).instant]
    except when.TwoReadings as error:
        return list(error.readings)
    except (when.Gone, when.NotYet, when.LongAgo) as error:
        return [error.args[0]]


def _shown(instant_: datetime, here: Here) -> Moment:
    local = here.calendar.local(instant_)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"


def _later(day: str) -> str:
    return (datetime.fromisoformat(day) + 7 * DAY).date().isoformat()


def _on_the(number: int, rest: str, way: Way, here: Here) -> list[Moment]:
    """The nearest such day of a month that way, today included."""
    step = DAY if way is Way.AHEAD else -DAY
    day = here.today
    for _ in range(62):
        if day.day == number:
            return _moments(f"{day.isoformat()}{rest}", way, here) if rest else [(day.isoformat(), "")]
        day += step
    return []
