"""A week of office hours as people type it: `Mon-Thu 8-6, Fri 8:30 to noon`, `weekdays 8-12 and 1-5pm`.

Every word must be understood; how the hours of a day are read stands in handlers/spans_typed.py.
"""

import re

from handlers.asking import Refusal
from handlers.spans_typed import (
    AND,
    EXAMPLE,
    FILLER,
    RANGE,
    HoursUnreadable,
    after,
    beginning,
    checked,
    plain,
    read_spans,
    read_time,
    skipped,
    spans,
    spoken_spans,
)
from models.hours import WEEKDAYS, Span, Week

__all__ = [
    "HoursUnreadable",
    "are_hours",
    "read_spans",
    "read_time",
    "read_week",
    "spoken_spans",
    "spoken_week",
    "week_typed",
]

_GROUPS = {
    "weekday": range(5),
    "workday": range(5),
    "weekend": range(5, 7),
    "daily": range(7),
    "every day": range(7),
    "everyday": range(7),
    "all week": range(7),
    "m-f": range(5),
    "m-th": range(4),
    "m-r": range(4),
    "m-sa": range(6),
    "m-su": range(7),
}
_GROUP = re.compile(rf"(?P<group>{'|'.join(_GROUPS)})s?(?!\w)")
_DAY = re.compile(r"(?P<day>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?(?!\w)")


def read_week(text: str) -> Week:
    """Seven days of hours, Monday first; a day that is not named is closed. Raises HoursUnreadable."""
    words = plain(text)
    found: dict[int, tuple[Span, ...]] = {}
    while words:
        days, rest = _days(words)
        if not days:
            raise HoursUnreadable(
                f"Hours come after the days that they are for, as in {EXAMPLE}; "
                f"I cannot read “{beginning(words)}” as a day."
            )
        hours, rest = spans(rest)
        for day in days:
            if found.get(day) and hours:
                raise HoursUnreadable(
                    f"{WEEKDAYS[day]} has hours twice. Name each day once, as in {EXAMPLE}."
                )
            if day in found and hours:
                raise HoursUnreadable(f"{WEEKDAYS[day]} is closed and has hours. Name each day once.")
            found[day] = hours
        words = rest
    if not found:
        raise HoursUnreadable(f"There are no hours in this. Write them as {EXAMPLE}.")
    week = tuple(found.get(day, ()) for day in range(7))
    checked(week)
    return week


def spoken_week(week: Week) -> str:
    """The week as it can be typed: "Mon-Thu 08:00-18:00, Fri 08:00-12:00 and 13:00-17:00"."""
    parts: list[tuple[list[int], tuple[Span, ...]]] = []
    for day, hours in enumerate(week):
        if parts and parts[-1][1] == hours:
            parts[-1][0].append(day)
        else:
            parts.append(([day], hours))
    return ", ".join(
        f"{WEEKDAYS[days[0]][:3]}{f'-{WEEKDAYS[days[-1]][:3]}' if days[1:] else ''} {spoken_spans(hours)}"
        for days, hours in parts
        if hours
    )


def _day(words: str) -> tuple[list[int], str] | None:
    """The days that one word names, and what comes after it."""
    if group := _GROUP.match(words):
        return list(_GROUPS[group["group"]]), after(group)
    match = _DAY.match(words)
    if match is None:
        return None
    number = [name[:3].lower() for name in WEEKDAYS].index(match["day"])
    name, said = WEEKDAYS[number].lower(), match[0].rstrip(".")
    # "tues", "thurs" and "weds" are what a name begins with, or nearly.
    if not (name.startswith((said, said.removesuffix("s"))) or said == "weds"):
        return None
    return [number], after(match)


def _days(words: str) -> tuple[list[int], str]:
    """The days that the words begin with, in any number; without any, none."""
    found: list[int] = []
    words = skipped(words, FILLER, AND)
    while one := _day(words):
        days, words = one
        over = RANGE.match(words)
        until = _day(after(over)) if over else None
        if until and len(days) == len(until[0]) == 1:
            days, words = [(days[0] + step) % 7 for step in range((until[0][0] - days[0]) % 7 + 1)], until[1]
        found += [day for day in days if day not in found]
        words = skipped(words, FILLER, AND)
    return found, words


def are_hours(text: str) -> bool:
    """Whether these are the hours of a day."""
    try:
        return bool(read_spans(text))
    except HoursUnreadable:
        return False


def week_typed(text: str, usage: str) -> Week:
    """What `read_week` reads, or a refusal that shows how hours are written."""
    try:
        return read_week(text)
    except HoursUnreadable as error:
        raise Refusal("hours_unreadable", reason=str(error), usage=usage) from error
