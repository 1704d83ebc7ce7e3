"""What a command is: how it begins, who may, how it is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from handlers.asking import Choice, Hearing, Reply
from models.agency_file import Role
from models.staff import Staff


class Audience(StrEnum):
    EVERYONE = "everyone on the staff"
    SUPERVISORS = "supervisors"

    def admits(self, member: Staff) -> bool:
        return self is Audience.EVERYONE or member.role is not Role.STAFF


@dataclass(frozen=True)
class Command:
    """`words`: how it begins, lower case. `function` gets the hearing and the rest of what was typed.

    `group`: a noun alone, which only lists its verbs.
    """

    words: str
    function: Callable[[Hearing, str], Reply]
    audience: Audience
    usage: str
    example: str
    says: str
    group: bool = False

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

    def fact(self) -> dict[str, str]:
        return {
            "words": self.words,
            "short": self.short,
            "usage": self.usage,
            "example": self.example,
            "says": self.says,
            "audience": self.audience.value,
        }
