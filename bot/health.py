"""Is this Replyby fit to serve? Each check answers in words; none tells anything about people."""

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.probe import Probe
from models.migrating import newest
from models.store import Store
from models.tally import revision
from scheduler.watch import Outcome, Watch

log = logging.getLogger(__name__)

LONGEST_SINCE_SWEEP = 60.0  # seconds; rounds come every 15


@dataclass(frozen=True)
class Finding:
    ok: bool
    says: str


Check = Callable[[], Awaitable[Mapping[str, Finding]]]


async def readiness(checks: Sequence[Check]) -> tuple[bool, dict[str, Any]]:
    """Makes all checks at once. Whether all is well, and the page that says so.

    The page: {"status": "ready" or "not ready", "checks": {name: {"ok": …, "says": …}}}.
    """
    told, ready = {}, True
    for findings in await asyncio.gather(*(check() for check in checks)):
        for name, one in findings.items():
            told[name] = {"ok": one.ok, "says": one.says}
            ready = ready and one.ok
    return ready, {"status": "ready" if ready else "not ready", "checks": told}


class Heartbeat(Watch):
    """When the last sweep of this process came to its end."""

    def __init__(self, running: Callable[[], float] = time.monotonic) -> None:
        self._running = running
        self._last: float | None = None

    def swept(self) -> None:
        self._last = self._running()

    async def check(self) -> Mapping[str, Finding]:
        if self._last is None:
            return {"sweep": Finding(False, "The first sweep has not come to its end yet.")}
        since = self._running() - self._last
        return {
            "sweep": Finding(since <= LONGEST_SINCE_SWEEP, f"The last one ended {since:.0f} seconds ago.")
        }


def database_check(store: Store) -> Check:
    """Whether the database answers, and has the schema that this program was written for."""
    ask = Probe(lambda: revision(store))
    expected = newest()
    answered = True

    async def check() -> Mapping[str, Finding]:
        nonlocal answered
        try:
            found = await ask()
        except Exception as error:
            if answered:  # told once, not at every look
                log.exception("the database does not answer", extra={"action": "ready"})
            answered = False
            late = isinstance(error, TimeoutError)
            return {
                "database": Finding(False, "It does not answer in time." if late else "It cannot be used."),
                "schema": Finding(False, "Nobody knows while the database does not answer."),
            }
        answered = True
        if found == expected:
            schema = Finding(True, f"It is current (revision {expected}).")
        else:
            has = f"has revision {found}" if found else "has no tables of Replyby"
            schema = Finding(False, f"The database {has}; this program needs revision {expected}.")
        return {"database": Finding(True, "It answers."), "schema": schema}

    return check


def disk_check(folder: Path, least_mb: int) -> Check:
    """Whether there is room left beside an SQLite database, which cannot be written to when there is none."""
    free = Probe(lambda: shutil.disk_usage(folder).free)

    async def check() -> Mapping[str, Finding]:
        try:
            mb = await free() // 1_000_000
        except (OSError, TimeoutError):
            return {"disk": Finding(False, "The free space beside the database cannot be read.")}
        wanted = f"; REPLYBY_LEAST_DISK_MB asks for {least_mb}" if mb < least_mb else ""
        return {"disk": Finding(mb >= least_mb, f"{mb} MB are free{wanted}.")}

    return check


def checks(store: Store, heartbeat: Heartbeat, least_mb: int) -> list[Check]:
    """Every check that this installation can make."""
    every = [database_check(store), heartbeat.check]
    if not store.on_postgresql:
        every.append(disk_check(Path(str(store.url.database)).absolute().parent, least_mb))
    return every


class Watches(Watch):
    """Several watches as one."""

    def __init__(self, *watches: Watch) -> None:
        self._watches = watches

    def sweeping(self) -> None:
        for one in self._watches:
            one.sweeping()

    def swept(self) -> None:
        for one in self._watches:
            one.swept()

    def sweep_failed(self) -> None:
        for one in self._watches:
            one.sweep_failed()

    def carried(self, outcomes: Sequence[Outcome]) -> None:
        for one in self._watches:
            one.carried(outcomes)
