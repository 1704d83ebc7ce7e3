"""The workers' processes, as the harness sees them: who lives, who was killed, who left by himself."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]


class Crew:
    """`async with Crew("slack", log, gone) as crew:`; `gone` is told the name of each process that ended."""

    def __init__(self, door: str, log: IO[bytes], gone: Callable[[str], None]) -> None:
        self._door, self._log, self._gone = door, log, gone
        self._pids: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._born: dict[str, asyncio.Future[None]] = {}
        self._doomed: set[str] = set()
        self._closing = False
        self.failed: list[str] = []
        self.empty = asyncio.Event()

    async def __aenter__(self) -> "Crew":
        self._nursery = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.soak.nursery", self._door, cwd=ROOT, start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=self._log,
        )  # fmt: skip
        assert self._nursery.stdout is not None
        if await self._nursery.stdout.readline() != b"ready\n":
            await self._nursery.wait()
            raise RuntimeError("The soak's workers cannot be started; their words are in the log.")
        self._listening = asyncio.create_task(self._listen(self._nursery.stdout))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._nursery.stdin is not None
        self._closing = True
        self._nursery.stdin.close()  # with it, everybody goes who is still there
        await self._nursery.wait()
        await self._listening

    @property
    def alive(self) -> set[str]:
        """Who works, and is not about to die."""
        return set(self._pids) - self._doomed

    async def hire(self, name: str, database: str, url: str) -> None:
        """Starts a worker, and waits until its process is there."""
        assert self._nursery.stdin is not None
        self._born[name] = asyncio.get_running_loop().create_future()
        self._nursery.stdin.write(f"{json.dumps([name, database, url])}\n".encode())
        await self._born[name]

    def strike(self, name: str, number: signal.Signals) -> None:
        """SIGKILL, or SIGSTOP for one that shall never return."""
        self._doomed.add(name)
        os.kill(self._pids[name], number)

    async def _listen(self, words: asyncio.StreamReader) -> None:
        while line := await words.readline():
            match line.decode().split():
                case ["born", name, pid]:
                    self._pids[name], self._names[int(pid)] = int(pid), name
                    self._born[name].set_result(None)
                case ["died", pid, status]:
                    name = self._names.pop(int(pid))
                    del self._pids[name]
                    if int(status) and not (int(status) == -signal.SIGKILL and name in self._doomed):
                        self.failed.append(f"{name} ended with {status}")
                    if not self.alive:
                        self.empty.set()
                    if not self._closing:
                        self._gone(name)
