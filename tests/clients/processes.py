"""Programs that a test starts: each ends with the test, however that ends."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

LEAVING_SECONDS, STARTING_SECONDS = 10.0, 60.0
LAST = 3000  # characters of a program's own words, when something went wrong


class Failed(Exception):  # a sentence about a program that did not do what it should
    """A program did not start, or ended too early; with its last words."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        return int(ear.getsockname()[1])


@asynccontextmanager
async def running(
    name: str, command: Sequence[str], log: Path, environ: Mapping[str, str], ready: str = ""
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, once the address `ready` answers with less than 500; it is stopped at the end.

    It holds an end of a pipe on its standard input, and leaves when that is closed. Raises Failed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=words, stderr=words, env=dict(environ)
        )
        try:
            if ready:
                await _until_ready(name, process, ready, log)
            yield process
            if process.returncode is not None:
                raise Failed(f"{name} ended by itself ({process.returncode}).\n{last_words(log)}")
        finally:
            await _stop(process)


async def _until_ready(name: str, process: asyncio.subprocess.Process, url: str, log: Path) -> None:
    try:
        async with asyncio.timeout(STARTING_SECONDS), aiohttp.ClientSession() as web:
            while process.returncode is None:
                try:
                    async with web.get(url) as answer:
                        if answer.status < 500:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise Failed(f"{name} did not start in time.\n{last_words(log)}") from None
    raise Failed(f"{name} did not start ({process.returncode}).\n{last_words(log)}")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), LEAVING_SECONDS)
        except TimeoutError:
            process.kill()
    await process.wait()


def last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-LAST:].strip()
