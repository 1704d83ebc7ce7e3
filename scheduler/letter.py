"""What delivery and a door out say to each other: a letter goes in, a receipt or an outcome comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from models import survey
from models.leasing import LEASE
from models.staff import Address

SENDING_SECONDS = LEASE.total_seconds() / 3  # a third to begin in, a third to send, a third to record


@dataclass(frozen=True)
class Letter:
    """One message on its way. `doubtful`: it may have been said already; look before speaking.

    `reference` is what the address's platform keeps with it (Teams' conversation reference).
    `says`: the keys of the words in it, several perhaps; a message that holds them all has said it.
    `edits`: the provider's id of the message that it takes the place of; then it may be carried twice, and
    its facts hold what templates/edited.j2 tells. `language`: what its reader prefers; `zone`: where they
    are, None for the office's zone.
    """

    key: str
    to: Address
    template: str
    facts: Mapping[str, Any]
    choices: tuple[Mapping[str, str], ...]
    doubtful: bool
    reference: Mapping[str, Any] | None = None
    says: tuple[str, ...] = ()
    edits: str | None = None
    language: str = "en"
    zone: str | None = None


@dataclass(frozen=True)
class Receipt:
    """The provider's id of the message, and the words said, less the keys of survey links: it is kept."""

    provider_id: str | None
    said: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", survey.masked(self.said))


class Sender(Protocol):
    """A door out. Raises NotNow, Unreachable or InDoubt; anything else counts as InDoubt.

    One that looks for a doubtful letter before it speaks says `looks = True`; others repeat it once at most.
    """

    async def send(self, letter: Letter) -> Receipt: ...


class NotNow(Exception):  # an outcome, not an error
    """The platform took nothing and wants us to come back, after `seconds` when it says so."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Unreachable(Exception):  # an outcome, not an error
    """This address will never take it: the next address is tried."""


class InDoubt(Exception):  # an outcome, not an error
    """Nobody knows whether it was said: the connection was cut, the answer was no answer."""
