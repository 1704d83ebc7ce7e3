"""What a command is: how it begins, who may, how it is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.asking import Choice, Hearing, Reply
from models.agency_file import Role
from models.staff import Staff

TIMES = "Thu 4pm, tomorrow noon, 3/9, 2026-03-09 16:30"
DAYS = "tomorrow, Fri, Mar 9, 3/9, 2026-03-09"


class Audience(StrEnum):
    EVERYONE = "everyone on the staff"
    SUPERVISORS = "supervisors"

    def admits(self, member: Staff) -> bool:
        return self is Audience.EVERYONE or member.role is not Role.STAFF


@dataclass(frozen=True)
class Command:
    """`words`: how it begins, lower case. `function` gets the hearing and the rest of what was typed.

    `group`: a noun alone, which only lists its verbs. `more`: further examples, with the options. `also`:
    other words that people use for it, single and in small letters; they only help to guess what was meant.
    """

    words: str
    function: Callable[[Hearing, str], Reply]
    audience: Audience
    usage: str
    example: str
    says: str
    group: bool = False
    alone: Callable[[str], bool] = lambda _rest: False
    more: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        return self.words.split()[0]

    @property
    def verb(self) -> str:
        """The words after the noun: "log", "standard use"; "" for `away` alone."""
        return self.words.partition(" ")[2]

    @property
    def times(self) -> str | None:
        """How its times or days are written; None for a command that has none."""
        if "WHEN" in self.usage:
            return TIMES
        return DAYS if re.search(r"\bDAY\b", self.usage) else None

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(r"\s+".join(map(re.escape, self.words.split())) + r"(?:\s+|$)", re.IGNORECASE)

    @property
    def short(self) -> str:
        """The command without its arguments, as it is typed."""
        return ("/" if self.usage.startswith("/") else "") + self.words

    @property
    def how_to(self) -> Choice:
        """The button that explains the command."""
        if self.words == "help":
            return Choice("Help", "help")
        return Choice(f"How to: {self.words}", f"help {self.words}")

    def fact(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "verb": self.verb,
            "short": self.short,
            "usage": self.usage,
            "example": self.example,
            "more": list(self.more),
            "times": self.times,
            "says": self.says,
            "audience": self.audience.value,
        }
