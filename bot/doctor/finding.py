"""What a check finds, and how all of it is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_NAMED = 5


class Level(StrEnum):
    """LOOK: it works, and somebody should know. FAULT: it does not."""

    OK = "OK"
    LOOK = "LOOK"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Finding:
    """about: the subject, in a word. says: what is so, in sentences. do: what to do about it."""

    level: Level
    about: str
    says: str
    do: str = ""


def ok(about: str, says: str) -> Finding:
    return Finding(Level.OK, about, says)


def look(about: str, says: str, do: str = "") -> Finding:
    return Finding(Level.LOOK, about, says, do)


def fault(about: str, says: str, do: str) -> Finding:
    return Finding(Level.FAULT, about, says, do)


def report(findings: Iterable[Finding]) -> list[str]:
    """A line for each, and one that counts them."""
    found = list(findings)
    wide = max((len(one.about) for one in found), default=0)
    lines = [
        f"{one.level:<6} {one.about:<{wide}}  {one.says}{f' {one.do}' if one.do else ''}" for one in found
    ]
    counts = [sum(one.level is level for one in found) for level in (Level.FAULT, Level.LOOK, Level.OK)]
    faults = f"{counts[0]} fault{'' if counts[0] == 1 else 's'}"
    return [*lines, "", f"{faults}, {counts[1]} to look at, {counts[2]} in order."]


def some(names: Sequence[str]) -> str:
    """The first few of these, and how many more."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
