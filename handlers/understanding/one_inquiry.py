"""What the rules about one inquiry have in common: how they begin, how inquiry and time are named."""

import re

from handlers.understanding.dated import Way, moments
from handlers.understanding.here import Here
from handlers.understanding.people import about
from handlers.understanding.stretches import Marked

I_DID = (
    r"(?:(?:ok|okay|so|and|fyi|hi|hey|hello|just|please|pls)[,:! ]+)*"
    r"(?:(?:i|we)(?:'ve| have|'d| had)?(?: just| already| also| finally)* |just |already |finally )?"
)
AND_DONE = (
    r"(?:[,.;: –-]+(?:(?:and |so )?(?:all )?(?:done|finished|all set|sorted|that's it|it's done|just now|"
    r"this morning|now|already|today|thanks|as well|too|earlier)|⟦t\d+⟧))*"
)
PRONOUN = re.compile(
    r"^(?:it|this|that|this one|that one|him|her|them|everything|everyone|the customer|me|you|us|all|these|"
    r"those|someone|somebody|he|she|they|i|i'm|we|and|today|tomorrow|the office|the day)$",
    re.I,
)
_TEAM = re.compile(
    r"^(?:my|the|our|your) (?:boss|supervisor|team|wife|husband|manager|kids?|report|lunch|door|shift|"
    r"timesheet|mom|dad)\b",
    re.I,
)


def is_home(words: str) -> bool:
    """Whether it is somebody of the speaker's own: "my boss"."""
    return _TEAM.match(words) is not None


def whole(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of whole sentences."""
    return tuple(re.compile(one, re.I | re.S) for one in patterns)


def named(marked: Marked, words: str) -> str:
    """How the inquiry is called; "" for "it" and "my boss"."""
    name = about(marked.whole(words))
    return "" if PRONOUN.match(name) or is_home(name) else name


def dated_by(
    marked: Marked,
    mark: str,
    name: str,
    here: Here,
    slots: dict[str, str],
    unsure: dict[str, tuple[str, ...]],
) -> None:
    """Day and time of a promise: NAME_day and NAME_time."""
    found = moments(marked[f"⟦{mark}⟧"], Way.AHEAD, here)
    for field, several in (
        (f"{name}_day", tuple(dict.fromkeys(day for day, _ in found))),
        (f"{name}_time", tuple(dict.fromkeys(clock for _, clock in found))),
    ):
        if len(several) == 1 and several[0]:
            slots[field] = several[0]
        elif len(several) > 1:
            unsure[field] = several
