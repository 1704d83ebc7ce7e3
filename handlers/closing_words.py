"""What people type to close the office: a day, a period or a recurring day, hours, and a name in quotes."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.asking import Hearing, Refusal
from handlers.hours_typed import read_spans, read_time, spoken_spans
from handlers.reading import day, one_line
from models import recurring
from models.calendar import Calendar, Span
from models.calendars import ClosureDay

# Days and hours take no more words, and each costs a reading.
MOST_WORDS = 40
LONGEST_NAME = 80  # characters
LONGEST_PERIOD = timedelta(days=366)
NOON = 720

_QUOTED = re.compile(r"\"([^\"]*)\"|[“„]([^“”]*)[”“]")
_APPLY = re.compile(r"apply(?!\S)\s*", re.IGNORECASE)
_T = r"(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m?\.?(?!\w))?|noon|midnight)"
_SPAN = rf"{_T} ?(?:[-–—]|to|until|till) ?{_T}"
_HOURS = re.compile(
    rf"(?:^|(?<=\s))(?:(?:from|between|at) )?(?P<spans>{_SPAN}(?:(?: ?[,;&]| and) ?{_SPAN})*)$"
    rf"|(?:^|(?<=\s))(?:from|after) (?P<from>{_T})(?: on(?:wards?)?)?$"
    rf"|(?:^|(?<=\s))(?:until|till|before) (?P<until>{_T})$"
    r"|(?:^|(?<=\s))(?:(?:in|for|during) )?(?:the )?(?:whole )?(?P<half>morning|afternoon)$",
    re.IGNORECASE,
)
_THIS = re.compile(r"^this$", re.IGNORECASE)
# What begins a name without quotes: a word, and none that belongs to a time.
_NAME = re.compile(
    r"(?!(?:at|from|to|until|till|through|thru|after|before|between|and|on|in|of|the|day|days|week|weeks|every"
    r"|morning|afternoon|evening|noon|midnight|am|pm|ago|next|last|this)\b)[^\W\d_]",
    re.IGNORECASE,
)
# "Dec 24-31" are days, not hours.
_DAYS_OF_MONTH = re.compile(
    r"(?<!\S)(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? )"
    r"(?P<first>\d\d?) ?(?:[-–—]|to|until) ?(?P<last>\d\d?)$",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"(?:^from )?(?P<first>.+?)(?: (?:to|until|till|through|thru|[-–—]) |\.\.)(?P<last>.+)$", re.I
)


@dataclass(frozen=True)
class Part:
    """Which part of a day: spans in minutes, or from a time to closing, or from opening until a time.

    `typed`: in words that mean the same on the same day.
    """

    typed: str
    spans: tuple[Span, ...] = ()
    begin: tuple[int, ...] = ()
    end: tuple[int, ...] = ()

    def of(self, on: date, calendars: Sequence[Calendar]) -> tuple[Span, ...]:
        """The minutes of that day; none when nobody has hours on it that they would shorten."""
        if self.spans:
            return self.spans
        usual = [span for calendar in calendars for span in calendar.usual_hours(on)]
        if not usual:
            return ()
        opening, closing = min(start for start, _ in usual), max(end for _, end in usual)
        within = [one for one in self.begin or self.end if opening < one < closing]
        at = within[0] if within else (self.begin or self.end)[0]
        start, end = (max(at, opening), closing) if self.begin else (opening, min(at, closing))
        return ((start, end),) if start < end else ()


@dataclass(frozen=True)
class Words:
    """What was typed, taken apart: `rest` names the days, `place` the department."""

    rest: str
    name: str
    place: str | None
    apply: bool


def take_apart(text: str) -> Words:
    """Finds the name in quotes, the department after "for", and the word that applies."""
    text, name, place = " ".join(text.split()), "", None
    for match in list(_QUOTED.finditer(text))[::-1]:
        said = one_line(match[1] or match[2] or "")
        before = text[: match.start()].rstrip()
        if before.casefold().endswith(" for") or before.casefold() == "for":
            place, before = said, before[:-3].rstrip()
        else:
            name = said.replace('"', "'")
        text = f"{before} {text[match.end() :].lstrip()}".strip()
    applying = _APPLY.match(text)
    text = text[applying.end() :] if applying else text
    found = list(re.finditer(r"(?<!\S)for(?!\S)", text, re.IGNORECASE))
    if found and place is None:
        place, text = text[found[-1].end() :].strip(), text[: found[-1].start()].strip()
    return Words(text.strip(), name[:LONGEST_NAME], place, bool(applying))


def hours_apart(text: str) -> tuple[str, Part | None]:
    """The words that name the days, and the hours behind them. Raises HoursUnreadable."""
    match = _HOURS.search(text)
    if match is None or _DAYS_OF_MONTH.search(text):
        return text, None
    typed, days = match[0].strip(), text[: match.start()].strip(" ,")
    if match["half"]:
        morning = match["half"].casefold() == "morning"
        part = Part("until noon", end=(NOON,)) if morning else Part("from noon", begin=(NOON,))
        return _THIS.sub("today", days), part
    if match["spans"]:
        spans = read_spans(match["spans"])
        part = Part(spoken_spans(spans), spans=spans)
    elif match["from"]:
        part = Part(typed, begin=read_time(match["from"]))
    else:
        part = Part(typed, end=read_time(match["until"]))
    return days, part


def name_apart(text: str, readable: Callable[[str], bool]) -> tuple[str, str]:
    """The words that name days and hours, and the name behind them that stands without quotes, if any."""
    words = text.split()
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        days, name = " ".join(words[:count]), " ".join(words[count:])
        if (not name or _NAME.match(name)) and readable(days):
            return days, name[:LONGEST_NAME]
    return text, ""


def days_named(hearing: Hearing, text: str, usage: str) -> tuple[list[date], recurring.Every | None]:
    """The days that the words name, in order; with "every", those known from today on, and the rule."""
    if text.casefold().startswith("every "):
        try:
            rule = recurring.read(text)
        except ValueError as error:
            raise Refusal("closure_unreadable", reason=str(error), usage=usage) from error
        return rule.days(hearing.today, hearing.calendar.last), rule
    short = _DAYS_OF_MONTH.search(text)
    if short:
        text = f"{text[: short.start()]}{short['month']}{short['first']} to {short['month']}{short['last']}"
    period = _PERIOD.match(text)
    if period is None:
        return [day(hearing, text)], None
    first = day(hearing, period["first"])
    last = day(hearing, period["last"], since=first)
    if last < first or last - first > LONGEST_PERIOD:
        fault = "backwards" if last < first else "long"
        raise Refusal("closure_days", fault=fault, first=str(first), last=str(last), usage=usage)
    return [first + timedelta(days=count) for count in range((last - first).days + 1)], None


def named_again(days: Sequence[date], rule: recurring.Every | None) -> str:
    """The days as words that mean the same whenever they are said."""
    if rule is not None:
        return str(rule)
    return f"{days[0]} to {days[-1]}" if len(days) > 1 else f"{days[0]}"


def hours_on(rows: Iterable[ClosureDay], day: date) -> str | None:
    """The hours that rows close on a day: "13:00-17:00"; None when one of them closes it whole."""
    there = [(row.start or 0, row.end) for row in rows if row.day == day]
    closed = sorted((start, end) for start, end in there if end is not None)
    return spoken_spans(tuple(closed)) if len(closed) == len(there) else None
