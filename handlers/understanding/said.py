"""What can be understood of a sentence: what it wants, and the pieces that it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Intent(StrEnum):
    """What somebody may want. The first group stores something, once it is confirmed."""

    LOG = "log"
    ACK = "ack"
    ANSWER = "answer"
    CLOSE = "close"
    ASSIGN = "assign"
    EXTEND = "extend"
    REMIND = "remind"
    AWAY = "away"
    BACK = "back"
    PREFER = "prefer"

    DUE = "due"
    SHOW = "show"
    COVERS = "covers"
    HELP = "help"
    THANKS = "thanks"
    GREETING = "greeting"

    YES = "yes"
    NO = "no"
    CANCEL = "cancel"
    UNKNOWN = "unknown"


STORES = frozenset(list(Intent)[:10])


@dataclass(frozen=True)
class Names:
    """Whom the speaker may speak of. colleagues: full names by handle."""

    colleagues: Mapping[str, str] = field(default_factory=dict)

    def handle(self, words: str) -> str | None:
        """The colleague of that handle, first or full name; None for nobody and for several."""
        wanted = words.strip(" .,!?").removeprefix("@").casefold()
        if not wanted:
            return None
        if wanted in self.colleagues:
            return wanted
        found = [
            handle
            for handle, name in self.colleagues.items()
            if wanted in (name.casefold(), name.casefold().split()[0])
        ]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Understood:
    """What was made of a sentence.

    slots: fields of the intent's form by name, as the form would hold them (a day as ISO date, a time HH:MM),
    and "about" for the inquiry, as it was named. missing: what has to be asked for, in that order. unsure:
    slots that may hold one of several, which must be asked. near: of what is not understood, the words of the
    two nearest commands.
    """

    intent: Intent
    slots: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unsure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    near: tuple[str, ...] = ()
