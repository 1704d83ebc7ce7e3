"""The list: which sweep runs how often. APScheduler is the clock only; the database decides.

Every job is safe in every replica at once, and after any time of standing still.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import col, func, select

from models import draft
from models.agency import agency_of
from models.audit_chain import seal
from models.calendar import Calendar, UnknownDay
from models.outbox import Owed, Sending
from models.store import Store
from scheduler import auditor, calendar_ends, digests, nudges, reminders, undecided
from scheduler.delivery import SENDING_SECONDS, Delivered, Sender, carry
from scheduler.desks import Desks
from scheduler.watch import NOBODY, Watch

log = logging.getLogger(__name__)

EVERY_SECONDS = 15


async def tick(
    store: Store, senders: Mapping[str, Sender], now: datetime, watch: Watch = NOBODY
) -> list[Delivered]:
    """One round: put what is owed by now, then carry until nothing more can be sent at this moment."""
    began = time.monotonic()
    watch.sweeping()
    if await asyncio.to_thread(_sweep, store, now, "email" in senders):
        watch.swept()
    else:
        watch.sweep_failed()
    done: list[Delivered] = []
    # Leases count from `now`: what a long round leaves over, the next one claims with a later `now`.
    while time.monotonic() - began < SENDING_SECONDS:
        carried = await carry(store, senders, now)
        if not carried:
            break
        watch.carried([one.outcome for one in carried if one.outcome])
        done += carried
    return done


def _sweep(store: Store, now: datetime, mail: bool) -> bool:
    """Puts what is owed by now; False when a part of it failed. mail: whether there is a door for e-mail."""
    with store.transaction() as db:
        agency = agency_of(db)
    if agency is None:
        return True
    well = True
    for sweep in (
        partial(reminders.sweep, mail=mail),
        undecided.sweep,
        nudges.sweep,
        digests.sweep,
        calendar_ends.sweep,
        seal,
        auditor.sweep,
        draft.sweep,
    ):
        try:
            sweep(store, now)
        except Exception:
            # The others put what they owe, and what is owed already is carried all the same.
            log.exception("a sweep failed", extra={"action": "sweep"})
            well = False
    return well


class Rounds(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler has no types
    """The rounds that run in the event loop. `shutdown()` cuts the one under way short; `stop()` does not."""

    def __init__(self, job: Callable[[], Awaitable[object]], first: datetime) -> None:
        super().__init__(timezone=UTC)
        self._job = job
        self._under_way = asyncio.Lock()
        self.add_job(
            self._round,
            "interval",
            seconds=EVERY_SECONDS,
            id="tick",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=first,
        )

    async def stop(self) -> None:
        """Begins no more rounds, and waits until what is being said now is said and recorded."""
        self.pause()
        async with self._under_way:
            self.shutdown(wait=False)
        # APScheduler leaves its shutdown to the next turn of the event loop.
        await asyncio.sleep(0)

    async def _round(self) -> None:
        async with self._under_way:
            try:
                await self._job()
            except Exception:
                # The next round tries again; the database still holds what is owed.
                log.exception("a round failed", extra={"action": "tick"})


def start(
    store: Store,
    senders: Mapping[str, Sender],
    clock: Callable[[], datetime],
    watch: Watch = NOBODY,
    ask: Callable[[], datetime] | None = None,
) -> Rounds:
    """Starts the rounds in the running event loop; `stop()` of the result ends them.

    clock is the machine's. ask, called in a thread, tells each round its moment, where that is another's.
    """

    async def one_round() -> None:
        await tick(store, senders, await asyncio.to_thread(ask or clock), watch)

    rounds = Rounds(one_round, clock())
    rounds.start()
    return rounds


def next_moment(store: Store, after: datetime, until: datetime) -> datetime:
    """The next instant, up to `until`, at which a round may have something to do.

    For a clock that is moved by hand: standing still at these instants alone misses nothing.
    """
    with store.transaction() as db:
        desks = Desks.now(db)
        waiting = select(func.min(Owed.not_before)).where(
            Owed.state == Sending.OWED, col(Owed.not_before) > after
        )
        leased = select(func.min(Owed.lease_until)).where(
            Owed.state == Sending.SENDING, col(Owed.lease_until) > after
        )
        candidates = [
            db.exec(waiting).one(),
            db.exec(leased).one(),
            *undecided.moments(db, after),
            *nudges.moments(db, after),
            *digests.moments(db, after),
            *reminders.moments(db, after),
            *(one for calendar, _ in desks.groups for one in _openings(calendar, after)),
        ]
    return min((one for one in candidates if one is not None and after < one < until), default=until)


def _openings(calendar: Calendar, after: datetime) -> Iterator[datetime]:
    """The next openings by the calendar, after its breaks too: what was held back is said then."""
    try:
        today = calendar.open_day(calendar.today(after), 0)
        for day in (today, calendar.next_open_day(today)):
            yield from (opening for opening, _ in calendar.spans(day))
    except UnknownDay:
        return
