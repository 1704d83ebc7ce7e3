"""A conversation, line by line, from the keyboard or through a pipe."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import col, select

from bot.doors import Hear
from bot.plain import to_text
from bot.terminal.sender import local, width
from bot.terminal.steering import Steered, Steering
from bot.voice import Voice
from handlers.asking import Ask, Reply
from models.staff import Address, Staff, StaffAddress
from models.store import Store
from scheduler.delivery import Sender
from scheduler.timetable import tick


@dataclass
class Terminal:
    """Reads, asks, speaks. Between two lines it carries what is owed, unless the database serves others."""

    store: Store
    hear: Hear
    voice: Voice
    clock: Steered
    senders: Mapping[str, Sender]
    at_keyboard: bool = field(default_factory=sys.stdin.isatty)

    def __post_init__(self) -> None:
        self.steering = Steering(
            self.store, self.clock, self._tick, not serves_others(self.store), first_speaker(self.store)
        )

    def converse(self) -> None:
        """Reads lines until :quit or the end of input."""
        if self.at_keyboard:
            _edit_lines()
        with asyncio.Runner() as runner:
            print(f"Replyby. It is {local(self.store, self.clock())}; you speak as {self.steering.speaker}.")
            print(
                "Say “help” for what you can ask, “:help” for what steers this demonstration.\n", flush=True
            )
            runner.run(self._tick())
            while True:
                line = self._read()
                if line is None or line.casefold().split()[:1] == [":quit"]:
                    break
                try:
                    runner.run(self._line(line.strip()))
                except KeyboardInterrupt:
                    print("\nStopped.")

    def _read(self) -> str | None:
        try:
            line = input(f"{self.steering.speaker}> ")
        except EOFError:
            print()
            return None
        except KeyboardInterrupt:
            print()
            return ""
        if not self.at_keyboard:
            # In a pipe nothing is echoed: the transcript shows what was said.
            print(line)
        return line

    async def _line(self, line: str) -> None:
        if not line:
            return
        if line.startswith(":"):
            await self.steering.act(line)
        else:
            ask = Ask(Address("terminal", "", self.steering.speaker), line, self.clock())
            self._say(await self.hear(ask))
        await self._tick()
        sys.stdout.flush()

    def _say(self, reply: Reply) -> None:
        said = self.voice.say(reply.template, reply.facts, reply.language, reply.zone)
        print(f"\n{to_text(said, reply.choices, width=width())}\n")

    async def _tick(self) -> None:
        if self.steering.steerable:
            await tick(self.store, self.senders, self.clock())


def _edit_lines() -> None:
    """Arrow keys and history, where Python has readline."""
    try:
        import readline  # noqa: F401  # importing it is what switches it on
    except ImportError:
        return


def serves_others(store: Store) -> bool:
    """Whether staff are reached through Slack or Teams from this database."""
    with store.transaction() as db:
        query = select(StaffAddress.id).where(StaffAddress.platform != "terminal")
        return db.exec(query.limit(1)).first() is not None


def first_speaker(store: Store) -> str:
    """Who speaks at the start: the first on the staff list."""
    with store.transaction() as db:
        return db.exec(select(Staff.handle).order_by(col(Staff.id))).first() or ""
