"""The clock that the workers are handed: it runs as ours does, and skips the time in which all rest.

Leases, pauses and rounds keep the lengths that they have in service. While anybody is at work, or a message
is on its way, a second is a second; when everybody waits for the next round, it is there at once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta


class Pace:
    """Hands out rounds. `ended` is asked whenever everybody rests; once it says so, there are no more."""

    def __init__(self, start: datetime, every: timedelta, ended: Callable[[], Awaitable[bool]]) -> None:
        self.start, self._every, self._ended = start, every, ended
        self._began, self.skipped = time.monotonic(), timedelta()
        self._busy: set[object] = set()
        self._met: set[str] = set()
        self._waiting: dict[str, tuple[datetime, asyncio.Future[datetime | None]]] = {}
        self._changed = asyncio.Event()

    def __call__(self) -> datetime:
        return self.start + self.skipped + timedelta(seconds=time.monotonic() - self._began)

    def hold(self, who: object) -> None:
        """Nothing is skipped until this one is released."""
        self._busy.add(who)

    def release(self, who: object) -> None:
        """It is done, or gone for good."""
        self._busy.discard(who)
        if isinstance(who, str) and who in self._waiting:
            self._waiting.pop(who)[1].cancel()
        self._changed.set()

    async def round(self, worker: str) -> datetime | None:
        """Waits for the worker's next round: the first at once, the others at the same instants for all."""
        due = self()
        if worker in self._met:
            due = self.start + ((due - self.start) // self._every + 1) * self._every
        self._met.add(worker)
        turn: asyncio.Future[datetime | None] = asyncio.get_running_loop().create_future()
        self._waiting[worker] = (due, turn)
        self._busy.discard(worker)
        self._changed.set()
        return await turn

    async def run(self) -> None:
        """Wakes whoever's round has come, until it has all ended."""
        while True:
            self._changed.clear()
            for worker, (due, turn) in list(self._waiting.items()):
                if due <= self():
                    self._wake(worker, turn, self())
            earliest = min((due for due, _ in self._waiting.values()), default=None)
            if earliest is not None and not self._busy:
                if await self._ended():
                    break
                self.skipped += max(earliest - self(), timedelta())
                continue
            patience = None if earliest is None else max((earliest - self()).total_seconds(), 0)
            try:
                async with asyncio.timeout(patience):
                    await self._changed.wait()
            except TimeoutError:
                continue
        for worker, (_, turn) in list(self._waiting.items()):
            self._wake(worker, turn, None)

    def _wake(self, worker: str, turn: asyncio.Future[datetime | None], at: datetime | None) -> None:
        del self._waiting[worker]
        self._busy.add(worker)
        turn.set_result(at)
