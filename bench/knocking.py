"""Many at a door at once, over connections that are kept open: each asks again when it has its answer."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import uvloop

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass(frozen=True)
class Answer:
    """What a request got, and after how many seconds."""

    status: int
    body: bytes
    seconds: float


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST request as it travels."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def knock(port: int, requests: Sequence[bytes], connections: int) -> list[Answer]:
    """Sends the requests over so many connections; the answers in the order in which they came.

    Raises ConnectionError for a door that hangs up.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_knock(port, requests, connections))


async def _knock(port: int, requests: Sequence[bytes], connections: int) -> list[Answer]:
    loop = asyncio.get_running_loop()
    left, found = iter(requests), list[Answer]()
    done: asyncio.Future[None] = loop.create_future()

    class Caller(asyncio.Protocol):
        """A plain client: httpx or aiohttp would take longer than what answers them."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            # uvloop's is one, and says that it is none.
            self.transport = cast(asyncio.Transport, transport)
            self.send()

        def send(self) -> None:
            self.come = b""
            request = next(left, None)
            self.resting = request is None
            if request is None:
                self.transport.close()
                return
            self.sent = time.perf_counter()
            self.transport.write(request)

        def data_received(self, data: bytes) -> None:
            self.come += data
            head, end, body = self.come.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if not end or (length and len(body) < int(length[1])):
                return
            found.append(Answer(int(head[9:12]), body, time.perf_counter() - self.sent))
            self.send()
            if len(found) == len(requests) and not done.done():
                done.set_result(None)

        def connection_lost(self, exc: Exception | None) -> None:
            if not self.resting and not done.done():
                done.set_exception(ConnectionError("The door hung up."))

    for _ in range(min(connections, len(requests))):
        await loop.create_connection(Caller, "127.0.0.1", port)
    await done
    return found
