"""One replica of the soak: the real round of the timetable with a real sender, again and again.

It asks the harness when it is time and what time it is, as `now` is handed in; everything else is as it is
served. It lives through whatever a round raises, as the timetable does.
"""

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path

import aiohttp

from bot.slack.line import Line
from bot.slack.sending import SlackSender
from bot.voice import Voice
from models.store import Store
from scheduler.delivery import Letter, Receipt, Sender
from scheduler.timetable import tick
from tests.doors.fake_slack import BOT_TOKEN

TEMPLATES = Path(__file__).parents[2] / "templates"

log = logging.getLogger(__name__)


@dataclass
class Blind:
    """A sender that never looks before it repeats itself: with it the soak has to find doubles."""

    seeing: Sender
    looks = True  # so it says

    async def send(self, letter: Letter) -> Receipt:
        return await self.seeing.send(replace(letter, doubtful=False))


def voice(dialect: str) -> Voice:
    link = "https://replies.example.gov/survey/{}".format
    return Voice(TEMPLATES, dialect, "America/Chicago", link)


def load(door: str) -> None:
    """Imports what the door needs, so that nobody else waits for botbuilder."""
    if door == "teams":
        import_module("tests.soak.teams_way")


@asynccontextmanager
async def senders(name: str, door: str, url: str) -> AsyncIterator[dict[str, Sender]]:
    """The way out through a door: slack, teams, or blind (Slack without a look)."""
    if door == "teams":
        from tests.soak.teams_way import way_out

        async with way_out(name, voice("teams")) as teams:
            yield {"teams": teams}
    else:
        line = Line(BOT_TOKEN, f"{url}{name}/api/")
        slack = SlackSender(line, voice("slack"))
        yield {"slack": Blind(slack) if door == "blind" else slack}
        await line.close()


async def work(name: str, database: str, door: str, url: str) -> None:
    """Rounds until the harness has no more of them."""
    store, patient = Store(database), aiohttp.ClientTimeout(total=None)
    async with senders(name, door, url) as ways, aiohttp.ClientSession(timeout=patient) as session:
        while True:
            async with session.post(f"{url}{name}/round") as answer:
                if answer.status != 200:
                    break
                now = datetime.fromisoformat(await answer.text())
            try:
                await tick(store, ways, now)
            except Exception:
                log.exception("a round failed", extra={"action": "tick"})
    store.close()


def main(name: str, database: str, door: str, url: str) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=f"{name} %(message)s")
    try:
        asyncio.run(work(name, database, door, url))
    except BaseException:  # noqa: BLE001  # the process ends here, whatever it is
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
