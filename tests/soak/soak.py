"""The soak: reminders to many people, workers that are killed in the middle of it, a Slack that is not well.

What was said is counted from Slack's own record, never from ours.
"""

import asyncio
import random
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from tempfile import TemporaryFile
from typing import IO

from models.store import Store
from scheduler.timetable import EVERY_SECONDS
from tests.soak.crew import Crew
from tests.soak.misfortunes import KEPT, Fate, Misfortune, spread
from tests.soak.office import START, Reminder, furnish, record
from tests.soak.pace import Pace
from tests.soak.plan import Outcome, Plan
from tests.soak.platform import Platform
from tests.soak.slack import Slack
from tests.soak.teams import Teams

PATIENCE = timedelta(minutes=60)  # of the workers' clock, after the last reminder began to be owed
LONGEST = 900.0  # seconds of ours: a run that hangs is broken off


async def soak(plan: Plan, address: str) -> Outcome:
    """Runs the plan on an empty database. Raises RuntimeError when the workers cannot be started.

    What fails in the harness itself comes as an ExceptionGroup; TimeoutError means that nothing moves.
    """
    with TemporaryFile() as log:
        run = _Run(plan, Store(address), address, log)
        try:
            return await run.whole()
        finally:
            run.store.close()


class _Run:
    def __init__(self, plan: Plan, store: Store, address: str, log: IO[bytes]) -> None:
        self.plan, self.store, self.address, self.log = plan, store, address, log
        self.rng = random.Random(plan.seed)  # noqa: S311  # chance that can be had again, no secret
        self.outcome = Outcome(plan, store.engine.dialect.name)
        self.names = (f"worker{number}" for number in count(1))
        self.group = asyncio.TaskGroup()
        self.owed: list[Reminder] = []
        self.one_by_one = asyncio.Lock()
        self.pace = Pace(START, timedelta(seconds=EVERY_SECONDS), self.ended)
        kind = Teams if plan.door == "teams" else Slack
        self.platform: Platform = kind(self.rng, self.pace, self.moment)
        self.crew = Crew(plan.door, log, self.gone)
        self.fate = Fate(self.to_come())

    def to_come(self) -> list[Misfortune]:
        plan, rng = self.plan, self.rng
        return [
            *spread(plan.kills, plan.reminders, self.kill, rng, plan.moments),
            *spread(plan.restarts, plan.reminders, self.restart, rng, plan.moments),
            *spread(plan.frozen, plan.reminders, self.freeze, rng, (KEPT,)),
        ]

    async def whole(self) -> Outcome:
        async with asyncio.timeout(LONGEST), self.platform, self.crew, self.group:
            plan, url = self.plan, self.platform.url
            self.owed = await asyncio.to_thread(
                furnish, self.store, plan.members, plan.reminders, self.rng, url
            )
            for _ in range(plan.workers):
                await self.hire()
            await self.pace.run()
            await self.crew.empty.wait()
        return self.counted()

    # What befalls the workers

    def moment(self, name: str, worker: str) -> bool:
        """Strikes the worker when its hour has come; whether it was struck there and then."""
        if worker not in self.crew.alive:
            return False
        strike = self.fate.next(name, len(self.platform.kept))
        if strike is None:
            return False
        if strike.delay:
            self.group.create_task(self.after(strike.delay, lambda: strike.deed(worker)))
            return False
        strike.deed(worker)
        return True

    def kill(self, worker: str) -> None:
        if worker not in self.crew.alive:
            self.group.create_task(self.kill_another())
            return
        self.note("kills", self.platform.in_flight[worker])
        self.crew.strike(worker, signal.SIGKILL)
        self.group.create_task(self.hire())

    async def kill_another(self) -> None:
        """Somebody came first: whoever has taken its place is struck."""
        here = object()
        self.pace.hold(here)
        while not self.crew.alive:
            await asyncio.sleep(0.05)
        self.kill(self.rng.choice(sorted(self.crew.alive)))
        self.pace.release(here)

    def freeze(self, worker: str) -> None:
        self.note("frozen", self.platform.in_flight[worker])
        self.crew.strike(worker, signal.SIGSTOP)
        self.gone(worker)

    def restart(self, worker: str) -> None:
        self.note("restarts", self.platform.in_flight.total())
        self.group.create_task(self.without_server())

    def note(self, what: str, calls: int) -> None:
        befell = self.outcome.befell
        befell.update({what: 1, "in flight": calls > 0, "calls": calls})

    async def without_server(self) -> None:
        assert self.plan.restart is not None
        here = object()
        self.pace.hold(here)
        try:
            async with self.one_by_one:
                await asyncio.to_thread(self.plan.restart, self.rng.uniform(0, self.plan.longest_away))
        finally:
            self.pace.release(here)

    async def hire(self) -> None:
        name = next(self.names)
        self.pace.hold(name)
        await self.crew.hire(name, self.address, self.platform.url)

    def gone(self, worker: str) -> None:
        self.group.create_task(self.let_go(worker))

    async def let_go(self, worker: str) -> None:
        """What a dead worker had written is in the sockets still: Slack reads it before time goes on."""
        for _ in range(50):
            await asyncio.sleep(0)
        self.pace.release(worker)

    async def after(self, delay: float, deed: Callable[[], None]) -> None:
        here = object()
        self.pace.hold(here)
        await asyncio.sleep(delay)
        deed()
        self.pace.release(here)

    # What came of it

    async def ended(self) -> bool:
        if self.pace() > self.owed[-1].not_before + PATIENCE:
            return True
        if not self.fate.over:
            return False
        return not (await asyncio.to_thread(record, self.store)).open

    def counted(self) -> Outcome:
        outcome = self.outcome
        outcome.count(self.platform.kept, self.owed, record(self.store))
        outcome.failed, outcome.did = self.crew.failed, self.platform.did
        outcome.elapsed = self.pace() - START
        self.log.seek(0)
        outcome.log = self.log.read().decode(errors="replace")
        return outcome
