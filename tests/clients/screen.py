"""Before a screen: the Playground's own page in a real browser, with pictures of what was seen."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.clients.office import Missed, served
from tests.clients.playground import SETTINGS, playground
from tests.clients.processes import last_words
from tests.clients.signing import signing
from tests.clients.tools import Tools

ANSWERING_SECONDS = 60.0
LOGGED = "inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40"


@dataclass
class Screen:
    """A page in a browser. `shots`: the pictures that were taken."""

    process: asyncio.subprocess.Process
    log: Path
    shots: list[str]

    async def do(self, what: str, **told: Any) -> dict[str, Any]:
        """Raises Missed when it cannot be done, or not in time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps({'do': what, **told})}\n".encode())
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), ANSWERING_SECONDS)
        except TimeoutError:
            line = b""
        answer = json.loads(line) if line else {"error": last_words(self.log) or "no answer"}
        if "error" in answer:
            raise Missed(f"The browser: {what} {told}: {answer['error'][:500]}")
        return dict(answer)

    async def shot(self, name: str) -> None:
        await self.do("shot", name=name)
        self.shots.append(name)


@asynccontextmanager
async def screen(tools: Tools, url: str, folder: Path) -> AsyncIterator[Screen]:
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "browser.log"
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            *tools.script("browser.cjs", url, str(folder), str(tools.chromium)), env=tools.environ(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=words, limit=1 << 24,
        )  # fmt: skip
        try:
            yield Screen(process, log, [])
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), ANSWERING_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()


async def look(tools: Tools, folder: Path) -> list[str]:
    """Welcome, a command, a button that renews its card in place, a reminder. The names of the pictures."""
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(signing())
        office = await stack.enter_async_context(served(folder / "screen", {**SETTINGS, **line.settings}))
        line.door = office
        chat = await stack.enter_async_context(playground(tools, folder / "screen", "dana", line.url))
        page = await stack.enter_async_context(screen(tools, chat.url, folder))
        await page.do("card")  # the page itself installs the app, and the app says welcome
        await page.do("alone")
        await page.shot("1-welcome")
        await page.do("type", text=LOGGED)
        await page.do("see", text="INQ-1 logged")
        await page.shot("2-logged")
        before = await page.do("cards")
        await page.do("press", label="Show")
        await page.do("see", text="INQ-1: open")
        after = await page.do("cards")
        await page.shot("3-shown-in-place")
        if after != before:
            raise Missed(f"The card was not renewed in place: {before} before, {after} after.")
        await office.move_to("Tuesday 2026-03-03 13:00")
        await page.do("see", text="INQ-1 is due soon")
        await page.shot("4-reminder")
        return page.shots
