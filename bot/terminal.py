"""The third door: a conversation in the terminal or through a pipe, with a clock that can be moved."""

import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import select

from bot.doors import Hear
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Ask, Reply
from models import outbox
from models.agency import calendar_of
from models.instant import aware
from models.staff import Address, Department, Staff, StaffAddress, by_name
from models.store import Store
from scheduler.delivery import Letter, Receipt, Sender
from scheduler.timetable import next_moment, tick

STEERING = """\
  :as NAME            speak as another member of staff
  :who                who there is
  :later 3h           move the clock on (m, h, d or w)
  :until 2026-03-09 08:00
  :inbox              the messages that the speaker has had
  :quit               leave"""
_STEP = re.compile(r"(\d{1,4})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
MASKED = re.compile(r"/survey/[\w-]+")


class Steered(Protocol):
    """A clock that can be moved ahead."""

    def __call__(self) -> datetime: ...
    def move_to(self, moment: datetime) -> None: ...


@dataclass
class TerminalSender:
    """Prints each message as it is delivered, with its addressee and its moment."""

    store: Store
    voice: Voice
    clock: Callable[[], datetime]

    async def send(self, letter: Letter) -> Receipt:
        said = to_text(self.voice.say(letter.template, letter.facts))
        print(f"\n  → {await asyncio.to_thread(self._name, letter.to)} · {self.moment()}")
        print("\n".join(f"    {line}".rstrip() for line in said.splitlines()) + "\n", flush=True)
        return Receipt(None, MASKED.sub("/survey/…", said))

    def moment(self) -> str:
        with self.store.transaction() as db:
            return f"{calendar_of(db).local(self.clock()):%a %Y-%m-%d %H:%M %Z}"

    def _name(self, address: Address) -> str:
        if address.platform == "email":
            return f"e-mail to {address.user}"
        with self.store.transaction() as db:
            found = by_name(db, address.user)
            return f"{found[0].name} ({address.user})" if found else address.user


@dataclass
class Terminal:
    """One conversation. `steerable`: the clock may be moved, and messages are delivered here."""

    store: Store
    hear: Hear
    voice: Voice
    clock: Steered
    senders: Mapping[str, Sender]
    steerable: bool
    speaker: str
    at_keyboard: bool = field(default_factory=sys.stdin.isatty)

    def converse(self) -> None:
        """Reads lines until :quit or the end of input."""
        with asyncio.Runner() as runner:
            self._greet()
            runner.run(self._tick())
            while True:
                line = self._read()
                if line is None or line.split()[:1] == [":quit"]:
                    break
                try:
                    runner.run(self._line(line.strip()))
                except KeyboardInterrupt:
                    print("\nStopped.")

    def _greet(self) -> None:
        with self.store.transaction() as db:
            local = calendar_of(db).local(self.clock())
        print(f"Replyby. It is {local:%a %Y-%m-%d %H:%M %Z}; you speak as {self.speaker}.")
        print("Say “help” for what you can ask, “:help” for what steers this demonstration.\n", flush=True)

    def _read(self) -> str | None:
        prompt = f"{self.speaker}> "
        try:
            line = input(prompt)
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
            await self._steer(line)
        else:
            ask = Ask(Address("terminal", "", self.speaker), line, self.clock())
            self._say(await self.hear(ask))
        await self._tick()
        sys.stdout.flush()

    def _say(self, reply: Reply) -> None:
        said = self.voice.say(reply.template, reply.facts)
        print("\n" + to_text(said, reply.choices) + "\n")

    async def _tick(self) -> None:
        if self.steerable:
            await tick(self.store, self.senders, self.clock())

    async def _steer(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        acts = {":as": self._as, ":who": self._who, ":inbox": self._inbox}
        if word in (":later", ":until"):
            await self._move(word, rest.strip())
        elif word in acts:
            acts[word](rest.strip())
        else:
            print(STEERING)

    def _as(self, name: str) -> None:
        with self.store.transaction() as db:
            found = by_name(db, name)
        if len(found) != 1:
            print(f"“{name}” is nobody here. :who lists everyone." if name else "Say who: :as dana")
            return
        self.speaker = found[0].handle

    def _who(self, _rest: str) -> None:
        with self.store.transaction() as db:
            departments = {one.id: one.name for one in db.exec(select(Department))}
            people = list(db.exec(select(Staff).where(Staff.active).order_by(Staff.id)))  # type: ignore[arg-type]
        handles = {one.id: one.handle for one in people}
        rows = [("handle", "name", "role", "department", "supervisor")]
        for one in people:
            above = handles.get(one.supervisor_id, "-")
            rows.append((one.handle, one.name, one.role.value, departments[one.department_id], above))
        widths = [max(len(row[at]) for row in rows) for at in range(5)]
        for row in rows:
            print(
                "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )

    def _inbox(self, _rest: str) -> None:
        with self.store.transaction() as db:
            rows = outbox.sent_to(db, by_name(db, self.speaker)[0])
            calendar = calendar_of(db)
        if not rows:
            print("No messages yet.")
        for row in rows:
            assert row.finished_at is not None
            print(f"\n  {calendar.local(row.finished_at):%a %Y-%m-%d %H:%M %Z}")
            print("\n".join(f"    {line}".rstrip() for line in (row.said or "").splitlines()))

    async def _move(self, word: str, rest: str) -> None:
        if not self.steerable:
            print("This database serves Slack or Teams; its clock is the real one and is not moved.")
            return
        target = self._target(word, rest)
        if target is None:
            print("Say how far: :later 3h, :later 2d, :until 2026-03-09 08:00")
            return
        if target <= self.clock():
            print("The clock moves ahead only.")
            return
        while self.clock() < target:
            self.clock.move_to(next_moment(self.store, self.clock(), target))
            await self._tick()
        with self.store.transaction() as db:
            print(f"It is {calendar_of(db).local(self.clock()):%a %Y-%m-%d %H:%M %Z}.")

    def _target(self, word: str, rest: str) -> datetime | None:
        if word == ":later":
            match = _STEP.fullmatch(rest)
            return self.clock() + timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
        try:
            moment = datetime.fromisoformat(rest)
        except ValueError:
            return None
        if moment.tzinfo is None:
            with self.store.transaction() as db:
                moment = moment.replace(tzinfo=calendar_of(db).tz)
        return aware(moment)


def serves_others(store: Store) -> bool:
    """Whether staff are reached through Slack or Teams from this database."""
    with store.transaction() as db:
        query = select(StaffAddress.id).where(StaffAddress.platform != "terminal")
        return db.exec(query.limit(1)).first() is not None


def first_speaker(store: Store) -> str:
    """Who speaks at the start: the first on the staff list."""
    with store.transaction() as db:
        return db.exec(select(Staff.handle).order_by(Staff.id)).first() or ""  # type: ignore[arg-type]
