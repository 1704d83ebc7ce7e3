"""The hours of one day as people type them: `8-5`, `8:30 to noon and 1-5pm`, `22:00-06:00`, `closed`.

A bare hour means what offices do: from 6 to 11 the morning, from 1 to 5 the afternoon, and an end comes after
its start, so that "8-5" is 8:00-17:00. What may mean two things is refused with both.
"""

import re
from collections.abc import Iterator

from models.hours import Span, Week, check_week
from models.wallclock import DAY

EXAMPLE = "“Mon-Thu 8:00-18:00, Fri 8:00-12:00”"
LONGEST = 400  # characters; no week of hours needs more
HALF_DAY = 720
EVENING_FROM = 6 * 60  # a bare hour before this is an hour of the afternoon

_TIME = re.compile(
    r"(?P<noon>noon|midday)(?!\w)|(?P<midnight>midnight)(?!\w)"
    r"|(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?(?: ?(?P<half>[ap])(?:\.?m)?\.?(?!\w)|(?![\w:]|\.\d))"
    r"|(?P<four>[0-2]\d[0-5]\d)(?!\w)"
)
RANGE = re.compile(r"-|(?:to|until|till|through|thru)(?!\w)")
AND = re.compile(r"[,;&+/]|and(?!\w)")
_CLOSED = re.compile(r"(?:closed|off|none|no hours)(?!\w)")
_ROUND_THE_CLOCK = re.compile(r"(?:24 ?hours|24/7|24h|all day|around the clock|round the clock)(?!\w)")
FILLER = re.compile(r":|(?:from|on|each|open|the)(?!\w)")


class HoursUnreadable(ValueError):  # it names what happened, as Refusal does
    """The words are no hours that we can read; the sentence says why and how hours are written."""


def read_spans(text: str) -> tuple[Span, ...]:
    """The hours of one day, "8-12 and 1-5pm"; none for "closed". Raises HoursUnreadable."""
    words = plain(text)
    found, rest = spans(words)
    if rest:
        raise HoursUnreadable(
            f"I cannot read “{beginning(rest)}” as hours. Hours of a day: 8:00-12:00 and 13:00-17:00."
        )
    if found:
        checked((found, *((),) * 6))
    return found


def read_time(text: str) -> tuple[int, ...]:
    """The minutes after midnight that one time may mean, the likelier first. Raises HoursUnreadable."""
    words = plain(text)
    match = _TIME.match(words)
    if match is None or words[match.end() :].strip():
        raise HoursUnreadable(
            f"I cannot read “{beginning(words)}” as a time. Times are written 13:00 or 1pm."
        )
    found = _candidates(match, ends=False)
    return tuple(sorted(found, key=_unlikely))


def spoken_spans(hours: tuple[Span, ...]) -> str:
    """The hours of a day as they can be typed: "8:00-12:00 and 13:00-17:00", or "closed"."""
    if not hours:
        return "closed"
    ways = (_hour_plain, _hour_of_24, _hour_of_12)
    written = [" and ".join(f"{way(start)}-{way(end)}" for start, end in hours) for way in ways]
    # Overlapping or longer than a day, as closures may be: then they are only shown.
    return next((text for text in written if _reads_as(text, hours)), written[0])


def _reads_as(text: str, hours: tuple[Span, ...]) -> bool:
    try:
        return spans(text)[0] == hours
    except HoursUnreadable:
        return False


def _hour_plain(minute: int) -> str:
    return "24:00" if minute == DAY else f"{minute % DAY // 60}:{minute % 60:02}"


def _hour_of_24(minute: int) -> str:
    return f"{_hour_plain(minute):0>5}"


def _hour_of_12(minute: int) -> str:
    hour, half = divmod(minute % DAY // 60, 12)[::-1]
    return f"{hour or 12}:{minute % 60:02}{'pm' if half else 'am'}"


def plain(text: str) -> str:
    """Small letters, one space apart, every dash a hyphen."""
    words = " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", text).split()).lower().strip(" .")
    if len(words) > LONGEST:
        raise HoursUnreadable(f"That is more than hours need. Write them as {EXAMPLE}.")
    return words


def beginning(words: str) -> str:
    return " ".join(words.split()[:3])[:40]


def after(match: re.Match[str]) -> str:
    return match.string[match.end() :].lstrip()


def skipped(words: str, *what: re.Pattern[str]) -> str:
    while match := next((one for pattern in what if (one := pattern.match(words))), None):
        words = after(match)
    return words


def spans(words: str) -> tuple[tuple[Span, ...], str]:
    """The hours that the words begin with, up to the next day's name. Raises HoursUnreadable for none."""
    words = skipped(words, FILLER)
    for pattern, whole in ((_CLOSED, ()), (_ROUND_THE_CLOCK, ((0, DAY),))):
        if match := pattern.match(words):
            return whole, skipped(after(match), AND)
    found: list[Span] = []
    while match := _TIME.match(words):
        over = RANGE.match(after(match))
        end = _TIME.match(after(over)) if over else None
        if end is None:
            raise HoursUnreadable(f"“{match[0]}” needs a time to go with it, as in 8:00-17:00.")
        found.append(_span(match, end, found[-1][1] if found else 0))
        words = skipped(after(end), AND, FILLER)
    if not found:
        raise HoursUnreadable(
            f"I cannot read “{beginning(words)}” as hours. Write them as {EXAMPLE}."
            if words
            else f"The hours are missing. Write them as {EXAMPLE}."
        )
    return tuple(found), words


def _candidates(match: re.Match[str], ends: bool) -> list[int]:
    """The minutes after midnight that a time may mean; 24:00 is only an end."""
    if match["noon"]:
        return [HALF_DAY]
    if match["midnight"]:
        return [0]
    if match["four"]:
        hour, minute, written = int(match["four"][:2]), int(match["four"][2:]), "00"
    else:
        hour, minute, written = int(match["hour"]), int(match["minute"] or 0), match["hour"]
    if match["half"]:
        if not 1 <= hour <= 12:
            raise HoursUnreadable(f"“{match[0].strip()}” is no time of day.")
        return [hour % 12 * 60 + minute + (HALF_DAY if match["half"] == "p" else 0)]
    if hour > 24 or (hour == 24 and (minute or not ends)):
        raise HoursUnreadable(f"“{match[0].strip()}” is no time of day.")
    at = hour * 60 + minute
    return [at, at + HALF_DAY] if 1 <= hour <= 11 and not written.startswith("0") else [at]


def _unlikely(start: int) -> bool:
    """Whether a bare hour is not what an office begins with."""
    return not EVENING_FROM <= start < EVENING_FROM + HALF_DAY


def _span(start: re.Match[str], end: re.Match[str], over: int) -> Span:
    """The hours between two times that come after what ended before. Raises HoursUnreadable."""
    starts, ends = _candidates(start, ends=False), _candidates(end, ends=True)
    if len(starts) == 2 and end["half"] == "p" and start["hour"] != "12":
        _refuse_two_halves(start, end, starts, ends[0], over)
    if len(starts) == 2 and "0" in (end["hour"] or "1")[:1] and _two_digits(start):
        # Beside a time of 24 hours, 10:00 is one too.
        starts = starts[:1]
    if len(ends) == 2 and len(starts) == 1 and _counts_to_24(start) and _two_digits(end):
        ends = ends[:1]
    pairs = [pair for one in starts for pair in _pairs(one, ends)]
    in_order = [pair for pair in pairs if pair[0] >= over] or pairs
    return min(in_order, key=lambda pair: (pair[1] > DAY, _unlikely(pair[0]) and len(starts) > 1, pair))


def _pairs(start: int, ends: list[int]) -> Iterator[Span]:
    return ((start, end if end > start else end + DAY) for end in ends)


def _counts_to_24(match: re.Match[str]) -> bool:
    return bool(match["four"] or (match["hour"] and not match["half"] and match["hour"].startswith("0")))


def _two_digits(match: re.Match[str]) -> bool:
    return bool(match["hour"] and len(match["hour"]) == 2 and match["minute"] and not match["half"])


def _refuse_two_halves(
    start: re.Match[str], end: re.Match[str], starts: list[int], closing: int, over: int
) -> None:
    """ "8-10pm" may be fourteen hours or two."""
    fitting = [one for one in starts if over <= one < closing]
    if len(fitting) == 2 and not _unlikely(fitting[0]):
        early, late = (_hour_plain(one) for one in fitting)
        until = _hour_plain(closing)
        raise HoursUnreadable(
            f"“{start[0].strip()}-{end[0].strip()}” may be {early}-{until} or {late}-{until}. Write which."
        )


def checked(week: Week) -> None:
    try:
        check_week(week)
    except ValueError as error:
        raise HoursUnreadable(str(error)) from error
