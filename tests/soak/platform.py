"""A platform that keeps what it accepts, and is not always well; beside it, where workers ask for rounds."""

import asyncio
import random
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.soak.misfortunes import ANSWERED, ASKED, BEGUN, KEPT
from tests.soak.pace import Pace

REMINDER = re.compile(r"Reminder (INQ-\d+)")
CROWDED, BROKEN, CUT = 0.05, 0.05, 0.02
SLOWEST = 0.08  # seconds before, and again after, it does what it is asked


class Platform(ABC):
    """On 127.0.0.1 within `async with`. `kept` tells when it accepted what, by the marks of a message: the
    numbers of all the reminders in it.

    `moment(name, worker)` is told how far the worker has come, and says whether the worker was struck there.
    """

    def __init__(self, rng: random.Random, pace: Pace, moment: Callable[[str, str], bool]) -> None:
        self.kept: list[tuple[str, datetime]] = []
        self.in_flight: Counter[str] = Counter()
        self.did: Counter[str] = Counter()
        self._rng, self._pace, self._moment = rng, pace, moment
        app = web.Application()
        app.router.add_post("/{worker}/round", self._round)
        self.open_to(app.router)
        self.server = TestServer(app, host="127.0.0.1")

    async def __aenter__(self) -> "Platform":
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("/"))

    @abstractmethod
    def open_to(self, router: web.UrlDispatcher) -> None:
        """Adds the platform's own routes."""

    @abstractmethod
    def refusal(self, fault: str) -> web.Response:
        """What it answers when it is crowded, or broken."""

    async def _round(self, request: web.Request) -> web.Response:
        """The worker rests until its next round, and gets the time."""
        worker = request.match_info["worker"]
        now = await self._pace.round(worker)
        if now is None:
            return web.Response(status=204)
        self._moment(BEGUN, worker)
        return web.Response(text=now.isoformat())

    async def call(
        self, request: web.Request, worker: str, words: str, do: Callable[[], Any]
    ) -> web.StreamResponse:
        """A call of a worker's, slow and perhaps in vain; words: of the message, if it is to keep one."""
        here = object()
        self._pace.hold(here)
        self.in_flight[worker] += 1
        try:
            return await self._answer(request, worker, words, do)
        finally:
            self.in_flight[worker] -= 1
            self._pace.release(here)

    async def _answer(
        self, request: web.Request, worker: str, words: str, do: Callable[[], Any]
    ) -> web.StreamResponse:
        self.did["said" if words else "looked"] += 1
        if self._moment(ASKED, worker) and self._rng.random() < 0.5:
            return web.Response()  # it was lost on its way
        await asyncio.sleep(self._rng.uniform(0, SLOWEST))
        fault = self._fault(words)
        answer = None
        # Of what an internal error did, nobody knows.
        if fault in (None, "cut") or (fault == "broken" and self._rng.random() < 0.5):
            answer = do()
            if words:
                at = self._pace()
                self.kept += [(mark, at) for mark in dict.fromkeys(REMINDER.findall(words))]
                self._moment(KEPT, worker)
        await asyncio.sleep(self._rng.uniform(0, SLOWEST))
        self._moment(ANSWERED, worker)
        if fault == "cut":
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer) if fault is None else self.refusal(fault)

    def _fault(self, words: str) -> str | None:
        """What goes wrong with this call, if anything; only a message is delivered and then cut."""
        drawn = self._rng.random()
        for fault, share in {"crowded": CROWDED, "broken": BROKEN, "cut": CUT if words else 0.0}.items():
            if drawn < share:
                self.did[fault] += 1
                return fault
            drawn -= share
        return None
