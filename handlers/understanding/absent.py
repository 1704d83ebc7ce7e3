"""An absence as it is told: "I'm out next week", "on leave Mar 9-13, Lee covers", "back on Monday"."""

import re
from datetime import date, timedelta

from handlers.times import COUNTS
from handlers.understanding.absence_cues import (
    ALTERNATES,
    AND,
    BACK_NOW,
    COUNTED,
    CUES,
    FOR,
    LEAD,
    NOT_GOING,
    RANGE,
    SAID_BACK,
    SICK,
    UNTIL,
)
from handlers.understanding.dated import Way, moments
from handlers.understanding.here import Here
from handlers.understanding.periods import Days, ahead_of, open_on_or_before, weeks
from handlers.understanding.ranges import spread
from handlers.understanding.said import Intent, Names, Understood
from handlers.understanding.stretches import TIME, Marked, mark

DAY = timedelta(days=1)


def absent(cleaned: str, here: Here, names: Names) -> Understood | None:
    """The days that the speaker is away; None where the sentence tells of no absence of theirs."""
    text = LEAD.sub("", cleaned, count=1)
    marked = mark(spread(text), here)
    text = marked.text.replace("\n", ", ")
    if not any(one.search(text) for one in CUES) or _is_back(text):
        return None
    slots: dict[str, str] = {}
    text = _alternate(text, slots, names)
    days = _days(text, marked, here) or weeks(text, marked, here)
    if days is None:
        days = Days((here.today,), (here.today,)) if SICK.search(text) else Days()
    unsure: dict[str, tuple[str, ...]] = {}
    for name, several in (("first", days.first), ("last", days.last)):
        written = tuple(one.isoformat() for one in several)
        if len(written) == 1:
            slots[name] = written[0]
        elif written:
            unsure[name] = written
    there = {*slots, *unsure, *(("last",) if days.alone else ())}
    missing = tuple(one for one in ("first", "last") if one not in there)
    return Understood(Intent.AWAY, slots, missing, unsure)


def _is_back(text: str) -> bool:
    return bool(
        re.fullmatch(r"(?:i(?:'m| am) )?back(?: in(?: the office)?| at work| at my desk)?[ .!]*", text, re.I)
    )


def is_back(marked: Marked, here: Here) -> Understood | None:
    """ "I'm back": an absence that is on, or was planned, is over."""
    text = re.sub(r"\s+", " ", marked.text).strip()
    if NOT_GOING.fullmatch(text):
        return Understood(Intent.BACK)
    if not BACK_NOW.fullmatch(text):
        return None
    day = marked.first(TIME)
    if day is not None and {one for one, _ in moments(day, Way.AHEAD, here)} != {here.today.isoformat()}:
        return None
    return Understood(Intent.BACK)


def _alternate(text: str, slots: dict[str, str], names: Names) -> str:
    for pattern in ALTERNATES:
        for found in pattern.finditer(text):
            who = found["who"]
            handle = names.handle(who) or names.handle(who.split()[0])
            if handle:
                slots["alternate"] = handle
                return f"{text[: found.start()]} , {text[found.end() :]}"
    return text


def _read(marked: Marked, name: str, here: Here) -> tuple[date, ...]:
    found = moments(marked[f"⟦{name}⟧"], Way.AHEAD, here)
    return tuple(dict.fromkeys(date.fromisoformat(day) for day, _ in found))


def _first(marked: Marked, name: str, here: Here) -> tuple[date, ...]:
    """A weekday that is today may be today, or a week on."""
    found = _read(marked, name, here)
    words = marked[f"⟦{name}⟧"].lower().strip(" .,")
    if (
        found == (here.today,)
        and re.fullmatch(r"(?:on )?[a-z]{3,9}", words)
        and words not in ("today", "now", "hoy", "heute", "hoje")
    ):
        return (*found, here.today + 7 * DAY)
    return found


def _days(text: str, marked: Marked, here: Here) -> Days | None:
    back = SAID_BACK.search(text)
    if counted := COUNTED.search(text):
        return _counted(_first(marked, counted["mark"], here), counted, here)
    if found := RANGE.search(text):
        return ahead_of(
            _same_writer(marked, found["first"], found["last"], here), _read(marked, found["last"], here)
        )
    if found := AND.search(text):
        first, last = _first(marked, found["first"], here), _read(marked, found["last"], here)
        if back is None or back["mark"] not in (found["first"], found["last"]):
            return _both(first, last, here)
    if back:
        others = [one for one in re.findall(rf"⟦({TIME}\d+)⟧", text) if one != back["mark"]]
        first = _first(marked, others[0], here) if others else (here.today,)
        return ahead_of(
            first, tuple(open_on_or_before(one - DAY, here) for one in _read(marked, back["mark"], here))
        )
    if until := UNTIL.search(text):
        return _until(until, text, marked, here)
    names = re.findall(rf"⟦({TIME}\d+)⟧", text)
    if names and (length := FOR.search(text)):
        return _counted(_first(marked, names[0], here), length, here)
    if names and re.search(
        rf"\b(?:from|starts?|starting|begins?|beginning|as of|since|ab|desde|"
        rf"à partir du)(?: on)? ⟦{names[0]}⟧",
        text,
        re.I,
    ):
        return Days(_first(marked, names[0], here))
    if names and not re.search(r"\bweek of ⟦", text, re.I):
        first = _first(marked, names[0], here)
        return Days(first, first if len(first) == 1 else (), alone=True)
    return None


def _same_writer(marked: Marked, first: str, last: str, here: Here) -> tuple[date, ...]:
    """The first day of a span; where figures leave it open, as the writer of the last one would mean it."""
    found, end = _first(marked, first, here), _read(marked, last, here)
    words = marked[f"⟦{first}⟧"]
    if len(found) > 1 and "/" in words and len(end) == 1:
        month_first = re.search(r"(\d+)/(\d+)", marked[f"⟦{last}⟧"])
        if month_first and int(month_first[1]) == end[0].month != int(month_first[2]):
            return found[:1]
        return found[1:]
    return found


def _both(first: tuple[date, ...], last: tuple[date, ...], here: Here) -> Days:
    """Two days that follow each other, but for closed ones; of others the last one is asked for."""
    last = ahead_of(first, last).last
    if len(first) == len(last) == 1 and first[0] < last[0] <= here.calendar.open_day(first[0] + DAY, 0):
        return Days(first, last)
    return Days(first)


def _until(found: re.Match[str], text: str, marked: Marked, here: Here) -> Days:
    """ "Until Monday" may mean that Monday is the first day back; "through Monday" does not."""
    last = _read(marked, found["mark"], here)
    others = [one for one in re.findall(rf"⟦({TIME}\d+)⟧", text) if one != found["mark"]]
    first = _first(marked, others[0], here) if others else (here.today,)
    days = ahead_of(first, last)
    if found["word"].lower() not in ("until", "til") or len(days.last) != 1 or len(days.first) != 1:
        return days
    before = open_on_or_before(days.last[0] - DAY, here)
    return Days(days.first, (before, *days.last) if before >= days.first[0] else days.last)


def _counted(first: tuple[date, ...], found: re.Match[str], here: Here) -> Days:
    said = found["count"].lower()
    count = 2 if said.startswith("a couple") else COUNTS.get(said) or int(said)
    if not first or not count:
        return Days(first)
    if found["unit"].lower() == "week":
        return Days(first, tuple(open_on_or_before(one + (7 * count - 1) * DAY, here) for one in first))
    last = []
    for one in first:
        begin = here.calendar.open_day(one, 0)
        last.append(begin if count == 1 else here.calendar.open_day(begin + DAY, count - 2))
    return Days(first, tuple(last))
