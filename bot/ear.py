"""The ear behind every door: an ask is heard in a thread, and what is owed at once is carried afterwards."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.doors import Clock
from handlers import answer
from handlers.asking import Ask, House, Reply
from handlers.commands import find
from models.trouble import Trouble, trouble_of
from scheduler.delivery import Sender, carry

if TYPE_CHECKING:
    from bot.metrics import Metrics

log = logging.getLogger(__name__)

# Seconds until a database that was away is asked again: a server that starts anew is back by then.
AWAY_PAUSES = (0.5, 2.0)


@dataclass(frozen=True)
class Ear:
    """Hears asks in a thread, never raises, and has what is owed at once carried afterwards.

    An ask counts from the moment at which it is heard, by `clock`: one clock for all replicas.
    """

    house: House
    senders: Mapping[str, Sender]
    clock: Clock
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    metrics: "Metrics | None" = None

    async def __call__(self, ask: Ask) -> Reply:
        began = time.monotonic()
        try:
            reply = await self._answer(replace(ask, now=self.clock()))
        except Exception as error:
            trouble = trouble_of(error)
            if trouble is not None:
                extra = {"action": "not_stored", "trouble": trouble.value}
                log.error("an ask could not be stored: the database is %s", trouble.value, extra=extra)
                reply = Reply("not_stored", {"trouble": trouble.value})
            else:
                reference = secrets.token_hex(4)
                extra = {"action": "ask", "reference": reference}
                log.exception("an ask failed, reference %s", reference, extra=extra)
                reply = Reply("crash", {"reference": reference})
        else:
            self.spawn(self._carry())
        if self.metrics:
            found = find(ask.words)
            self.metrics.asked(found[0].words if found else "none", reply.template, time.monotonic() - began)
        return reply

    async def _answer(self, ask: Ask) -> Reply:
        """The reply; asked again where the database went away and a repeated hearing is harmless."""
        for pause in AWAY_PAUSES if ask.key is not None else ():
            try:
                return await asyncio.to_thread(answer, ask, self.house)
            except Exception as error:
                if trouble_of(error) is not Trouble.AWAY:
                    raise
                await asyncio.sleep(pause)
        return await asyncio.to_thread(answer, ask, self.house)

    async def _carry(self) -> None:
        try:
            while done := await carry(self.house.store, self.senders, self.clock()):
                if self.metrics:
                    self.metrics.carried([one.outcome for one in done if one.outcome])
        except Exception:
            # The timetable tries again; the rows are still owed.
            log.exception("carrying failed", extra={"action": "carry"})


class Tasks:
    """Work that goes on after an answer; kept until it is done, and waited for at the end."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        await asyncio.gather(*self._running, return_exceptions=True)
