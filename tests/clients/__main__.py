"""`make test-clients`: real clients hold a day with a served Replyby; each saying is checked and drawn.

ONLY names the parts, with spaces between: day, screen, checks, pictures. What is left is in build/clients:
screenshots, pictures, and the logs of every program that took part.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.voice import MissingWordError
from tests.clients.checking import blocks, broken, cards, types
from tests.clients.day import Wrong, differences, live
from tests.clients.manifest import teams_package
from tests.clients.office import Missed
from tests.clients.pictures import draw
from tests.clients.processes import Failed
from tests.clients.said import Said
from tests.clients.sayings import Json, Shown, every_template, gather, shown
from tests.clients.screen import look
from tests.clients.script import DAY
from tests.clients.slack import slack
from tests.clients.teams import teams
from tests.clients.tools import BUILD, ROOT, Lacking, Tools, tools

PARTS = ("day", "screen", "checks", "pictures")
LONGEST = 1800.0  # seconds: a run that hangs is broken off
SHOWN_FAULTS = 40

Found = TypeVar("Found")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Run:
    """What was done, and what is wrong."""

    tools: Tools
    parts: Sequence[str]
    days: dict[str, dict[str, Said]] = field(default_factory=dict)
    sayings: dict[str, list[Json]] = field(default_factory=dict)
    passed: int = 0
    wrong: list[str] = field(default_factory=list)

    def count(self, passed: int, wrong: Sequence[str]) -> None:
        self.passed += passed
        self.wrong += wrong

    async def whole(self) -> None:
        async with asyncio.timeout(LONGEST):
            for part in PARTS:
                if part in self.parts:
                    began = time.monotonic()
                    line = await getattr(self, part)()
                    say(f"{part}: {line} ({time.monotonic() - began:.0f} s)")

    async def day(self) -> str:
        """The same day in Slack and in Teams, each with an office of its own."""

        async def in_slack(folder: Path) -> dict[str, Said]:
            async with slack(self.tools, folder) as client:
                return await live(client)

        async def in_teams(folder: Path) -> dict[str, Said]:
            async with teams(self.tools, folder) as client:
                return await live(client)

        self.days["slack"] = await self._tried(lambda: in_slack(BUILD / "slack")) or {}
        self.days["teams"] = await self._tried(lambda: in_teams(BUILD / "teams")) or {}
        self.count(sum(map(len, self.days.values())), [])
        if not all(self.days.values()):
            return "not held to its end"
        compared = differences(self.days["slack"], self.days["teams"])
        self.count(len(DAY) - len(compared), [f"Slack and Teams differ: {one}" for one in compared])
        return f"{len(DAY)} steps in Slack and in Teams, {len(compared)} differences"

    async def screen(self) -> str:
        shots = await self._tried(lambda: look(self.tools, BUILD / "screen")) or []
        self.count(len(shots), [])
        return f"{len(shots)} pictures of the Playground’s page in {BUILD.name}/screen"

    async def checks(self) -> str:
        """Every template, in all the ways in which it may be seen; and the Teams app's package."""
        await self._gathered()
        missing = sorted(every_template() - set(self.sayings))
        unsaid = "no test of SOURCES (tests/clients/sayings.py) has it said"
        self.count(0, [f"{one}: {unsaid}" for one in missing])
        items: list[Shown] = []
        for template, sayings in sorted(self.sayings.items()):
            for number, saying in enumerate(sayings):
                try:
                    items += shown(template, saying, number)
                except (MissingWordError, ValueError, TypeError) as fault:
                    self.count(0, [f"{template} {number}: {type(fault).__name__}: {fault}"])
        in_teams = [one for one in items if one.kind in ("card", "dialog")]
        in_slack = [one for one in items if one.kind not in ("card", "dialog")]
        wrong = [
            *cards(in_teams),
            *blocks(in_slack),
            *await types(self.tools, BUILD / "types", in_slack),
            *await teams_package(self.tools, BUILD / "package"),
            *await broken(self.tools, BUILD / "types", in_slack, in_teams),
        ]
        self.count(len(items) + 1, wrong)
        both = f"{len(in_slack)} messages and views, {len(in_teams)} cards and dialogs"
        return f"{both} of {len(self.sayings)} templates, and the Teams package"

    async def pictures(self) -> str:
        await self._gathered()
        folder, days = BUILD / "pictures", [self.days.get(name, {}) for name in ("slack", "teams")]
        drawn = await self._tried(lambda: draw(self.tools, folder, days[0], days[1], self.sayings))
        self.count(drawn or 0, [])
        return f"{drawn or 0} in {folder.parent.name}/{folder.name}"

    async def _gathered(self) -> None:
        if not self.sayings:
            self.sayings = await gather(BUILD / "said")

    async def _tried(self, do: Callable[[], Awaitable[Found]]) -> Found | None:
        try:
            return await do()
        except (Wrong, Missed, Failed) as fault:
            self.count(0, [str(fault)])
            return None


def main(parts: Sequence[str]) -> int:
    began = time.monotonic()
    if unknown := [one for one in parts if one not in PARTS]:
        say(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
        return 2
    try:
        run = Run(tools(), parts or PARTS)
    except Lacking as lacking:
        say(str(lacking))
        return 2
    asyncio.run(run.whole())
    for sentence in run.wrong[:SHOWN_FAULTS]:
        say(sentence)
    if len(run.wrong) > SHOWN_FAULTS:
        say(f"… and {len(run.wrong) - SHOWN_FAULTS} more.")
    say(f"What they left is in {BUILD.relative_to(ROOT)}; it took {time.monotonic() - began:.0f} s.")
    say(f"clients: {run.passed} passed, {len(run.wrong)} failed")
    return 1 if run.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
