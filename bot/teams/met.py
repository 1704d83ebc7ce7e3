"""Whom the door has met since it was opened, and the way back to them."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bot.teams.sender import Reference, thread_of
from models.staff import Address

MOST_MET = 1000


class Met:
    """The references of those who wrote last: strangers have no row for one, and are owed an answer too."""

    def __init__(self) -> None:
        self._references: OrderedDict[Address, Reference] = OrderedDict()
        self._latest: Reference | None = None

    def note(self, speaker: Address, reference: Mapping[str, Any]) -> None:
        """A reference out of a request that was verified."""
        self._references[speaker] = reference
        self._references.move_to_end(speaker)
        if len(self._references) > MOST_MET:
            self._references.popitem(last=False)
        self._latest = {"serviceUrl": reference["serviceUrl"], "botId": reference["botId"]}

    def find(self, to: Address) -> Reference | None:
        """The way to somebody; for a thread, the address that our tenant is served by."""
        return self._latest if thread_of(to) else self._references.get(to)
