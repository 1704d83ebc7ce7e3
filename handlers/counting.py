"""A count as staff type it: `4 business hours`, `1-2 business days`, `24 to 48 hours`, `a week`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from handlers.asking import Choice, Refusal
from handlers.inquiry import CALLED
from models.count import Count, Unit
from models.standard import CHANNELS

LONGEST = 80  # characters; no count needs more
_WORDS = {"a": 1, "an": 1} | {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_OPEN = r"(?:business|working|work|office|open)"
_NUMBER = rf"(?:\d{{1,9}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_HOURS = r"(?:hours?|hrs?|h)"
# Days alone are business days: every policy that counts in days means those.
_UNITS: tuple[tuple[re.Pattern[str], tuple[Unit, ...]], ...] = (
    (re.compile(rf"(?:{_OPEN} )?days?"), ("business_days",)),
    (re.compile(r"(?:weeks?|wks?)"), ("weeks",)),
    (re.compile(rf"{_OPEN} {_HOURS}"), ("business_hours",)),
    (re.compile(rf"elapsed {_HOURS}"), ("elapsed_hours",)),
    (re.compile(rf"clock {_HOURS}"), ("clock_hours",)),
    (re.compile(_HOURS), ("business_hours", "elapsed_hours")),
)
_COUNT = re.compile(
    rf"(?:(?:within|in|up to) )?(?P<aim>{_NUMBER})(?: ?(?:to|or|-|–|—) ?(?P<due>{_NUMBER}))?"
    r"(?: |(?<=\d)-?(?=[a-z]))(?P<unit>[a-z ]+)"
)
# Where a count begins behind the channels: "email, call 1 business day"; "a call" is no count.
_BEGINS = re.compile(
    rf"(?<!\S)(?:\d|(?:within|(?<!walk )in|up to) |(?:{'|'.join(word for word in _WORDS if len(word) > 2)})\b"
    rf"|an? (?={_OPEN} |elapsed |day|week|hour))",
    re.IGNORECASE,
)
_KIND = re.compile(r"\s+(?:for |to |by |with )?(?:an )?(?:answer|answered)\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,;&+/]|\band\b|\bor\b)\s*", re.IGNORECASE)
_EVERY = ("all", "every", "everything", "all channels", "every channel")


class Uncountable(ValueError):
    """The words are no count that we know; `args[0]` is a sentence, `given` the words."""

    def __init__(self, given: str) -> None:
        super().__init__(
            f"“{given[:60]}” is no count that Replyby knows. "
            "Write it like 4 business hours, 1 to 2 business days, 24 to 48 hours or 1 week."
        )
        self.given = given


class SeveralCounts(ValueError):
    """Hours that may be counted in several ways; `counts` are the ways, `given` the words."""

    def __init__(self, given: str, counts: tuple[Count, ...]) -> None:
        ways = " or ".join(typed(one) for one in counts)
        super().__init__(f"“{given[:60]}” can be counted in more than one way. Write {ways}.")
        self.given = given
        self.counts = counts


class CountBeyond(ValueError):
    """A count that no rule may have; `args[0]` says why, in a sentence. `given`: the words."""

    def __init__(self, given: str, reason: str) -> None:
        super().__init__(f"“{given[:60]}” cannot be a count: {reason}.")
        self.given = given


class UnknownChannel(ValueError):
    """A word that is no channel; `args[0]` is a sentence, `given` the word."""

    def __init__(self, given: str) -> None:
        super().__init__(f"“{given[:40]}” is no channel. There are {', '.join(CHANNELS)}.")
        self.given = given


@dataclass(frozen=True)
class Wish:
    """What a rule of one's own asks for; each part may be missing but the kind.

    channels: in the order of CHANNELS, each once. count: the words of it, for `read_count`.
    """

    channels: tuple[str, ...]
    count: str
    kind: Literal["respond", "answer"]


def read_count(text: str) -> Count:
    """The count that the words mean. Days alone are business days.

    Raises ValueErrors, each with a whole sentence: Uncountable for words that are no count; SeveralCounts
    for hours that may be business hours or elapsed ones ("4 hours"); CountBeyond for what models/count.py
    refuses.
    """
    words = " ".join(text.split()).lower().rstrip(" .")
    match = _COUNT.fullmatch(words) if len(words) <= LONGEST else None
    ways = next((ways for name, ways in _UNITS if name.fullmatch(match["unit"])), ()) if match else ()
    if match is None or not ways:
        raise Uncountable(text)
    aim = _number(match["aim"])
    due = _number(match["due"]) if match["due"] else aim
    if len(ways) == 1:
        return _count(text, ways[0], aim, due)
    if not aim % 24 and not due % 24:
        if 0 < aim < due:
            # A range in twenty-fours is the way that policies write R3.
            return _count(text, "clock_hours", aim, due)
        ways = ("clock_hours", *ways)
    found, last = [], None
    for unit in ways:
        try:
            found.append(_count(text, unit, aim, due))
        except CountBeyond as error:
            last = error
    if not found and last:
        raise last
    raise SeveralCounts(text, tuple(found))


def read_wish(text: str) -> Wish:
    """`email, call 1 business day answer` taken apart. Raises UnknownChannel."""
    text = " ".join(text.split())
    asked = _KIND.search(text)
    if asked:
        text = text[: asked.start()]
    begins = _BEGINS.search(text)
    at = begins.start() if begins else len(text)
    return Wish(read_channels(text[:at]), text[at:].strip(), "answer" if asked else "respond")


def read_channels(text: str) -> tuple[str, ...]:
    """The channels named, in the order of CHANNELS, each once; none for no words. Raises UnknownChannel."""
    if " ".join(text.casefold().split()) in _EVERY:
        return CHANNELS
    found = {_channel(one) for one in _BETWEEN.split(text) if one.strip()}
    return tuple(one for one in CHANNELS if one in found)


def wished(text: str, usage: str) -> Wish:
    """`read_wish` for a conversation: refuses what is no channel."""
    try:
        return read_wish(text)
    except UnknownChannel as error:
        raise Refusal("standard_unread", reason=str(error), usage=usage) from error


def counted(text: str, usage: str, again: Callable[[str], str] = str) -> Count:
    """`read_count` for a conversation: refuses with examples, or asks which hours are meant.

    again: the whole command with other words for the count; it goes on a button.
    """
    try:
        return read_count(text)
    except SeveralCounts as error:
        choices = tuple(Choice(in_words(one).capitalize(), again(typed(one))) for one in error.counts)
        ways = [{"unit": one.unit, "typed": typed(one)} for one in error.counts]
        raise Refusal("standard_which_hours", choices, given=text[:60], ways=ways) from error
    except (Uncountable, CountBeyond) as error:
        raise Refusal("standard_unread", reason=str(error), usage=usage) from error


def _channel(word: str) -> str:
    said = " ".join(word.casefold().split()).strip(" .:")
    for before in ("a ", "an ", "the ", "on ", "by ", "phone "):
        said = said.removeprefix(before)
    for one in (said, said.removesuffix("s")):
        if CALLED.get(one, one) in CHANNELS:
            return CALLED.get(one, one)
    raise UnknownChannel(word.strip())


def _number(word: str) -> int:
    return _WORDS.get(word) or int(word)


def _count(text: str, unit: Unit, aim: int, due: int) -> Count:
    try:
        return Count.model_validate({unit: (aim, due)})
    except ValidationError as error:
        reason = str(error.errors()[0].get("ctx", {}).get("error", error.errors()[0]["msg"]))
        # The model speaks of the keys of a file.
        raise CountBeyond(text, reason.replace("_", " ")) from error


def typed(count: Count) -> str:
    """The count in words that `read_count` reads in no other way."""
    if count.unit == "clock_hours":
        return str(count).replace("hours", "clock hours")
    return str(count)


def in_words(count: Count) -> str:
    """The count in words that tell hours on open days from others."""
    return f"{count}, on open days" if count.unit == "clock_hours" else str(count)
