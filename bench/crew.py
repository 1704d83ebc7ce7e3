"""Processes of their own for B5: four that put and claim at once, and one that ticks as served."""

import asyncio
import re
import resource
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

from models.claiming import claim
from models.leasing import finish
from models.outbox import Sending
from models.store import Store
from scheduler.reminders import sweep
from scheduler.timetable import EVERY_SECONDS, tick

CLAIMERS = 4
# What `replyby serve` holds in memory besides.
SERVED = ("bot.assemble", "bot.health", "bot.metrics", "bot.survey_page", "bot.web", "bot.slack", "bot.teams")
TICKS = 9

_together: list[Barrier] = []


def _meet_at(barrier: Barrier) -> None:
    _together.append(barrier)


def at_once(address: str, now: datetime, claimers: int = CLAIMERS) -> list[int]:
    """The ids of the rows that so many processes claimed together, each as often as it was claimed."""
    processes = get_context("spawn")
    barrier = processes.Barrier(claimers)
    with processes.Pool(claimers, _meet_at, (barrier,)) as pool:
        shares = pool.starmap(_share, [(address, now)] * claimers, chunksize=1)
    return [one for share in shares for one in share]


def _share(address: str, now: datetime) -> list[int]:
    """Puts what is due, then claims and marks as sent until nothing is left."""
    store, mine = Store(address), list[int]()
    with store.transaction():
        pass  # connected before the others begin
    _together[0].wait()
    sweep(store, now)
    while True:
        with store.transaction() as db:
            rows = claim(db, now)
        mine += [row.id or 0 for row in rows]
        if not rows:
            break
        with store.transaction() as db:
            for row in rows:
                finish(db, row, state=Sending.SENT, finished_at=now)
    store.close()
    return mine


@dataclass(frozen=True)
class Ticks:
    """Seconds of the tick that put what is due, and of a later one (median); the most memory, in bytes."""

    first: float
    later: float
    memory: int


def ticking(address: str, now: datetime) -> Ticks:
    """A tick at `now`, and those after it, in a process that has loaded all that is served."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_tick, (address, now))


def _tick(address: str, now: datetime) -> Ticks:
    for name in SERVED:
        import_module(name)
    store = Store(address)
    with asyncio.Runner() as runner:

        def timed(at: datetime) -> float:
            begun = time.perf_counter()
            runner.run(tick(store, {}, at))
            return time.perf_counter() - begun

        # An hour ago nothing was due: whatever a process does once is done.
        timed(now - timedelta(hours=1))
        first = timed(now)
        later = median(timed(now + timedelta(seconds=EVERY_SECONDS)) for _ in range(TICKS))
    store.close()
    return Ticks(first, later, most_memory())


def most_memory() -> int:
    """The most memory, in bytes, that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
