"""A Slack on 127.0.0.1 that answers at once, in a process of its own: aiohttp, as raw as it comes."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.request import urlopen

import uvloop
from aiohttp import web


@dataclass(frozen=True)
class QuickSlack:
    """`url` is its web API; a message goes to `url` + "chat.postMessage"."""

    url: str

    def messages(self) -> list[str]:
        """The bodies that it was posted since the last look, as they came."""
        with urlopen(self.url) as answer:  # noqa: S310  # our own, on 127.0.0.1
            return list(json.load(answer))


@contextmanager
def quick_slack() -> Iterator[QuickSlack]:
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield QuickSlack(f"http://127.0.0.1:{ours.recv()}/api/")
    finally:
        # It ends by itself when nobody holds the other end, whatever became of us.
        ours.close()
        process.join()


def _serve(other_end: Connection) -> None:
    posted, numbers = list[str](), count(1)

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.method == "GET":
            told, posted[:] = list(posted), []
            return web.json_response(told)
        posted.append(await request.text())
        ts = f"1772640000.{next(numbers):06}"
        return web.json_response({"ok": True, "channel": "D0BENCH", "ts": ts})

    async def until_left() -> None:
        loop, left = asyncio.get_running_loop(), asyncio.Event()
        server = await loop.create_server(web.Server(answer), "127.0.0.1", 0)
        other_end.send(server.sockets[0].getsockname()[1])
        loop.add_reader(other_end.fileno(), left.set)
        await left.wait()
        server.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_left())
