"""The words that name a time of day (`4:30`, `4 p.m.`, `EOD`), or an instant (`2 hours ago`, ISO 8601)."""

import re
from datetime import datetime, time, timedelta

from models.instant import aware

LONGEST = 80  # characters; no day or time needs more
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(COUNTS)})"
END = r"(?![\w:/.-])"

_HALF = r"(?P<half>[ap])(?:\.?m)?\.?(?!\w)"
_CLOCK = re.compile(
    rf"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{{1,6}})?)?(?: ?{_HALF})?{END}"
)
_HOUR = re.compile(rf"(?P<hour>\d\d?)(?:\.(?P<minute>\d\d))? ?{_HALF}")
# A lone number is an hour only after "at".
_AT_HOUR = re.compile(rf"at (?P<hour>\d\d?){END}(?! {_HALF})")
_NOON = re.compile(r"(?:12(?::00)? )?noon(?!\w)")
CLOSING = re.compile(r"(?:(?:end|close) of (?:the )?(?:day|business)|closing(?: time)?|eod|cob)(?!\w)")
PATTERNS = (_CLOCK, _HOUR, _AT_HOUR, _NOON, CLOSING)

_SPAN = re.compile(rf"(?P<in>in )?{COUNT} (?P<unit>min|minute|hr|hour)s?(?P<ago> ago)?")
_ISO = re.compile(r"([12]\d{3}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(z|[+-]\d\d:?\d\d)")


class Unreadable(ValueError):
    """The words are no day or time that we know."""


def plain(text: str) -> str:
    """The words in small letters, one space apart. Raises Unreadable for what nobody writes as a time."""
    words = " ".join(text.replace(",", " ").split())
    if len(words) > LONGEST or not words.isascii():
        raise Unreadable(text)
    return words.lower().rstrip(" .")


def count(match: re.Match[str]) -> int:
    """The number in a span, negative for "ago". Raises Unreadable for "in 2 days ago"."""
    if match["in"] and match["ago"]:
        raise Unreadable(match[0])
    number = COUNTS.get(match["count"]) or int(match["count"])
    return -number if match["ago"] else number


def instant(text: str, now: datetime) -> datetime | None:
    """An instant (UTC) that needs no calendar: now, minutes and hours from now, ISO 8601 with an offset.

    None for other words. Raises Unreadable for one that cannot be, such as 2026-13-01T00:00Z.
    """
    words = plain(text)
    if words in ("now", "just now", "right now"):
        return aware(now)
    if span := _SPAN.fullmatch(words):
        return aware(now) + timedelta(minutes=count(span) * (60 if span["unit"].startswith("h") else 1))
    if iso := _ISO.fullmatch(words):
        try:
            return aware(datetime.fromisoformat(f"{iso[1]}T{iso[2]}{iso[3].upper()}"))
        except ValueError as error:
            raise Unreadable(text) from error
    return None


def times_of_day(match: re.Match[str], to_24: bool) -> tuple[time, ...]:
    """The times that a match of one of PATTERNS may mean; none for CLOSING, which only a calendar knows.

    An hour from 1 to 11 may be either half of the day, unless the half is named, the hour is written "08" or
    hours count to 24. Raises Unreadable for 25:00 and 13pm.
    """
    if match.re is CLOSING:
        return ()
    if match.re is _NOON:
        return (time(12),)
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = parts["half"]
    if hour > 23 or minute > 59 or second > 59 or (half and not 1 <= hour <= 12):
        raise Unreadable(match[0])
    if half:
        return (time(hour % 12 + (12 if half == "p" else 0), minute, second),)
    if to_24 or parts["hour"].startswith("0") or not 1 <= hour <= 11:
        return (time(hour, minute, second),)
    return (time(hour, minute, second), time(hour + 12, minute, second))
