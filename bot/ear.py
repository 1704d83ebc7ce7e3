"""The ear behind every door: asks are heard in threads, and what is owed at once is carried afterwards.

SQLite has one writer at a time. There the asks that come while one is heard wait, and are then heard together
by one thread, with one commit; no answer goes out before it. PostgreSQL hears each in a thread of its own.
"""

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.doors import Clock
from handlers import answer
from handlers.answering import answer_together
from handlers.asking import Ask, House, Reply
from handlers.commands import find
from models.claiming import something_waits
from models.trouble import Trouble, trouble_of
from scheduler.delivery import Sender, carry

if TYPE_CHECKING:
    from bot.metrics import Metrics

log = logging.getLogger(__name__)

# Seconds until a database that was away is asked again: a server that starts anew is back by then.
AWAY_PAUSES = (0.5, 2.0)
# So many that whoever comes last among them still has an answer within the tenth of a second.
MOST_TOGETHER = 32
# Seconds after which none of them is begun any more: what is done is committed, and answered.
SECONDS_TOGETHER = 0.25
# Asks that PostgreSQL hears at once; the turnstile before the ear sees to it.
AT_ONCE = 8

Waiting = tuple[Ask, "asyncio.Future[Reply]"]


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
    ticks: Callable[[], float] = time.monotonic
    _queue: "Queue" = field(init=False, repr=False, compare=False)
    _carrier: "Carrier" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_queue", Queue(self.house, self.ticks))
        object.__setattr__(self, "_carrier", Carrier(self))

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
            self._carrier.soon()
        if self.metrics:
            found = find(ask.words)
            self.metrics.asked(found[0].words if found else "none", reply.template, time.monotonic() - began)
        return reply

    async def _answer(self, ask: Ask) -> Reply:
        """The reply; asked again where the database went away and a repeated hearing is harmless."""
        for pause in AWAY_PAUSES if ask.key is not None else ():
            try:
                return await self._once(ask)
            except Exception as error:
                if trouble_of(error) is not Trouble.AWAY:
                    raise
                await asyncio.sleep(pause)
        return await self._once(ask)

    async def _once(self, ask: Ask) -> Reply:
        if self.house.store.on_postgresql:
            return await asyncio.to_thread(answer, ask, self.house)
        return await self._queue.hear(ask)


class Queue:
    """Where asks wait for the one who hears them: first come, first heard."""

    def __init__(self, house: House, ticks: Callable[[], float]) -> None:
        self._house, self._ticks = house, ticks
        self._waiting: deque[Waiting] = deque()
        self._hearing: asyncio.Task[None] | None = None

    async def hear(self, ask: Ask) -> Reply:
        """The reply. Raises what the ask, or the database, failed with."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append((ask, reply))
        if self._hearing is None:
            # Not a part of this ask: it goes on when whoever asked is gone.
            self._hearing = asyncio.create_task(self._hear_all())
        return await reply

    async def _hear_all(self) -> None:
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
                asks = [ask for ask, _ in taken]
                found = await asyncio.to_thread(_heard, asks, self._house, self._ticks)
                # Whom the time did not suffice for comes first the next time.
                self._waiting.extendleft(reversed(taken[len(found) :]))
                for (_, reply), outcome in zip(taken, found, strict=False):
                    # Whoever does not wait any more needs none.
                    if not reply.done():
                        _tell(reply, outcome)
        finally:
            self._hearing = None


def _tell(reply: "asyncio.Future[Reply]", outcome: Reply | Exception) -> None:
    if isinstance(outcome, Exception):
        reply.set_exception(outcome)
    else:
        reply.set_result(outcome)


def _limit(ticks: Callable[[], float]) -> Callable[[], bool]:
    """Whether the time of some asks is over; it begins when that is first asked: one is always heard."""
    ends: list[float] = []

    def over() -> bool:
        if not ends:
            ends.append(ticks() + SECONDS_TOGETHER)
            return False
        return ticks() >= ends[0]

    return over


def _heard(asks: Sequence[Ask], house: House, ticks: Callable[[], float]) -> list[Reply | Exception]:
    """Of each ask the reply, or what it failed with; together, and if that fails, each by itself.

    Of as many, from the first on, as are begun before the time is over.
    """
    if len(asks) > 1:
        try:
            return answer_together(asks, house, _limit(ticks))
        except Exception as error:
            if trouble_of(error) in (Trouble.BUSY, Trouble.AWAY):
                # They would meet it again, one after the other.
                return [error for _ in asks]
            # Nothing is stored of any. Each for itself, so that what one meets is not the others'.
            log.warning("asks were heard one by one", exc_info=True, extra={"action": "apart"})
    over, found = _limit(ticks), list[Reply | Exception]()
    for ask in asks:
        if over():
            break
        found.append(_alone(ask, house))
    return found


def _alone(ask: Ask, house: House) -> Reply | Exception:
    try:
        return answer(ask, house)
    except Exception as error:  # noqa: BLE001  # the ear says which trouble it is
        return error


class Carrier:
    """Carries what is owed, one round at a time: whatever comes meanwhile, the next round carries."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._under_way = self._again = False

    def soon(self) -> None:
        self._again = True
        if not self._under_way:
            self._ear.spawn(self._carry())

    async def _carry(self) -> None:
        if self._under_way:
            return
        self._under_way = True
        try:
            while self._again:
                self._again = False
                await self._round()
        finally:
            self._under_way = False

    async def _round(self) -> None:
        ear = self._ear
        try:
            while await asyncio.to_thread(_waits, ear) and (
                done := await carry(ear.house.store, ear.senders, ear.clock())
            ):
                if ear.metrics:
                    ear.metrics.carried([one.outcome for one in done if one.outcome])
        except Exception:
            # The timetable tries again; the rows are still owed.
            log.exception("carrying failed", extra={"action": "carry"})


def _waits(ear: Ear) -> bool:
    """Whether anything is owed now: most asks owe nothing, and to claim takes the writer's turn."""
    with ear.house.store.reading() as db:
        return something_waits(db, ear.clock())


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
