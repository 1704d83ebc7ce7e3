"""Places to be heard: so many at once, a fair turn for every department, and lanes that it shares with few.

Whoever must wait stands in the line of their department; the lines are served in turn, and the people within
one in turn. A department takes half of the places that the others leave free, at most: one that is slow never
has them all.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.doors import Hear
from handlers.asking import Ask, Reply

Desk = int | None
"""A department's number; None for whoever is not known, or not known yet."""


@dataclass(slots=True, eq=False)
class Guest:
    """Somebody who takes places. heard: how many at the moment."""

    heard: int = 0


_Line = OrderedDict[Guest, deque[asyncio.Future[None]]]
"""Those of a department who wait, in turn, each with their asks in order."""


class Places:
    """`most` places, and `each` for one guest. waiting: how many asks stand in the lines."""

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._lines: OrderedDict[Desk, _Line] = OrderedDict()
        self._heard: dict[Desk, int] = {}
        self._taken = self.waiting = 0

    @asynccontextmanager
    async def place(self, guest: Guest, desk: Desk) -> AsyncIterator[None]:
        """A place while the block lasts, at once or when its turn comes."""
        if self._may_enter(guest, desk):
            self._take(guest, desk)
        else:
            await self._wait(guest, desk)
        try:
            yield
        finally:
            self._leave(guest, desk)

    async def _wait(self, guest: Guest, desk: Desk) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(desk, OrderedDict()).setdefault(guest, deque()).append(called)
        self.waiting += 1
        try:
            await called
        except asyncio.CancelledError:
            if called.cancelled():
                self._lines[desk][guest].remove(called)
                self._tidy(desk, guest)
            else:
                # Called in the same moment: the place is for the next.
                self._leave(guest, desk)
            raise
        finally:
            self.waiting -= 1

    def _may_enter(self, guest: Guest, desk: Desk) -> bool:
        heard = self._heard.get(desk, 0)
        share = max(1, (self._most - self._taken + heard) // 2)
        return self._taken < self._most and heard < share and guest.heard < self._each

    def _take(self, guest: Guest, desk: Desk) -> None:
        self._taken += 1
        self._heard[desk] = self._heard.get(desk, 0) + 1
        guest.heard += 1

    def _leave(self, guest: Guest, desk: Desk) -> None:
        """Gives the place back, and calls whoever may enter now."""
        self._taken -= 1
        self._heard[desk] -= 1
        if not self._heard[desk]:
            del self._heard[desk]
        guest.heard -= 1
        while any(self._call(one) for one in list(self._lines)):
            pass

    def _call(self, desk: Desk) -> bool:
        """Calls whose turn it is in a line, and puts them and the line behind the others."""
        line = self._lines[desk]
        guest = next((one for one in line if self._may_enter(one, desk)), None)
        if guest is None:
            return False
        self._take(guest, desk)
        line[guest].popleft().set_result(None)
        line.move_to_end(guest)
        self._lines.move_to_end(desk)
        self._tidy(desk, guest)
        return True

    def _tidy(self, desk: Desk, guest: Guest) -> None:
        """Nobody stands in a line for nothing."""
        if not self._lines[desk][guest]:
            del self._lines[desk][guest]
        if not self._lines[desk]:
            del self._lines[desk]


class Lanes:
    """Several who hear: a department by one of them at a time, so that a slow one keeps no other busy."""

    def __init__(self, ears: Sequence[Hear]) -> None:
        self._ears = tuple(ears)
        self._busy = [0] * len(self._ears)
        self._of: dict[Desk, tuple[int, int]] = {}

    async def hear(self, ask: Ask, desk: Desk) -> Reply:
        """The reply, from whoever hears this department now, else from whoever has the least to hear."""
        if len(self._ears) == 1:
            return await self._ears[0](ask)
        lane, asks = self._of.get(desk) or (self._busy.index(min(self._busy)), 0)
        self._of[desk] = lane, asks + 1
        self._busy[lane] += 1
        try:
            return await self._ears[lane](ask)
        finally:
            self._busy[lane] -= 1
            _, asks = self._of.pop(desk)
            if asks > 1:
                self._of[desk] = lane, asks - 1
