"""Replyby as it is served, but for its clock: `python -m tests.clients.served PORT START FILE`.

Standard input moves the clock, an instant a line; FILE holds the instant once a whole round has been carried
at it. When the input is closed, the server leaves. Everything else is what `replyby serve` does: settings of
the environment, a real socket, every door that the settings open.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import uvicorn

from bot import assemble
from bot.logs import configure
from bot.settings import read_settings
from models.agency_file import read_agency
from scheduler import timetable

EVERY_SECONDS = 1  # between two rounds: an office's fifteen would only be waited for


class Clock:
    """Stands still at the instant that it was last set to, so that two doors live the same day."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now


class Rounds(timetable.Rounds):
    """Rounds in the machine's own time, more than an office needs. `carried`: how many are done."""

    carried = 0

    def __init__(self, job: Callable[[], Awaitable[object]], _first: datetime) -> None:
        async def counted() -> None:
            await job()
            Rounds.carried += 1

        super().__init__(counted, assemble.now())


async def steer(clock: Clock, server: uvicorn.Server, told: Path) -> None:
    loop, words = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    while line := await words.readline():
        clock.now, begun = datetime.fromisoformat(line.decode().strip()), Rounds.carried
        while Rounds.carried < begun + 2:  # the one under way may have begun before
            await asyncio.sleep(0.05)
        told.write_text(line.decode().strip())
    server.should_exit = True


async def serve(port: int, start: datetime, told: Path) -> None:
    vars(timetable).update(EVERY_SECONDS=EVERY_SECONDS, Rounds=Rounds)
    settings = read_settings()
    configure(settings.log)
    clock = Clock(start)
    store = assemble.open_store(settings.database_url, clock)
    assemble.seed_when_empty(store, read_agency(assemble.DEMO), clock)
    app = assemble.serving(settings, store, clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    steering = asyncio.create_task(steer(clock, server, told))
    try:
        await server.serve()
    finally:
        steering.cancel()


if __name__ == "__main__":
    logging.captureWarnings(True)
    asyncio.run(serve(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), Path(sys.argv[3])))
