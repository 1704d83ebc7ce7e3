"""A served Replyby with the demonstration's agency on a database of its own, and the hand on its clock."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from models.agency_file import StaffEntry
from tests.clients.processes import free_port, running
from tests.clients.tools import ROOT
from tests.models.spelled_dates import at
from tests.seeded import demo

MORNING = "Monday 2026-03-02 09:00"  # in Chicago
PUBLIC = "https://replies.example.gov"  # what survey links begin with; nobody goes there
PATIENCE = 30.0  # seconds until something that was to be said is missed


class Missed(Exception):  # a sentence about what a client was to see
    """What should have been said was not said in time."""


def people() -> dict[str, StaffEntry]:
    """The members of the demonstration's agency, by handle."""
    return {one.handle: one for one in demo().staff}


@dataclass
class Served:
    """One served Replyby. `now` is what its clock shows."""

    url: str
    process: asyncio.subprocess.Process
    now: datetime
    told: Path
    web: aiohttp.ClientSession = field(repr=False)

    async def move_to(self, spelled: str) -> None:
        """Moves the clock ("Tuesday 2026-03-03 13:00", in Chicago); afterwards all that is due is said."""
        assert self.process.stdin is not None
        self.now = at(spelled)
        line = self.now.isoformat()
        self.process.stdin.write(f"{line}\n".encode())
        async with asyncio.timeout(PATIENCE):
            while not self.told.exists() or self.told.read_text() != line:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def served(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Served]:
    """Starts it on 127.0.0.1, on Monday morning; its log is kept in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    port, start = free_port(), at(MORNING)
    database, told = folder / "office.db", folder / "clock"
    told.unlink(missing_ok=True)
    for old in folder.glob("office.db*"):
        old.unlink()
    environ = {
        "PATH": str(Path(sys.executable).parent),
        "REPLYBY_DATABASE_URL": f"sqlite:///{database}",
        "REPLYBY_PUBLIC_URL": PUBLIC,
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    command = [sys.executable, "-m", "tests.clients.served", str(port), start.isoformat(), str(told)]
    url = f"http://127.0.0.1:{port}"
    async with (
        running("Replyby", command, folder / "replyby.log", environ, f"{url}/health") as process,
        aiohttp.ClientSession() as web,
    ):
        yield Served(url, process, start, told, web)
