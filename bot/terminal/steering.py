"""Lines that begin with a colon: who speaks, what was received, and what time it is."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import col, select

from bot.terminal.sender import indented, local
from handlers.when import read_promise
from models import outbox
from models.calendar import UnknownDay
from models.calendars import calendar_of
from models.instant import aware
from models.staff import Department, Staff, by_name
from models.store import Store
from scheduler.timetable import next_moment

HELP = """\
  :as NAME            speak as another member of staff
  :who                who there is
  :later 3h           move the clock on (30m, 3h, 2d, 1w, 4h30m)
  :until 2026-03-09 08:00, or Mon 8am
  :inbox              the messages that the speaker has had
  :quit               leave"""
_STEPS = re.compile(r"(?:\d{1,4}\s*[mhdw]\s*)+")
_STEP = re.compile(r"(\d+)\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Steered(Protocol):
    """A clock that can be moved ahead."""

    def __call__(self) -> datetime: ...
    def move_to(self, moment: datetime) -> None: ...


@dataclass
class Steering:
    """Acts on one colon line. `tick` runs the timetable at the clock's present."""

    store: Store
    clock: Steered
    tick: Callable[[], Awaitable[None]]
    steerable: bool
    speaker: str

    async def act(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        acts = {":as": self._as, ":who": self._who, ":inbox": self._inbox}
        word = word.casefold()
        if word in (":later", ":until"):
            await self._move(word, rest.strip())
        elif word in acts:
            acts[word](rest.strip())
        else:
            if word != ":help":
                print(f"“{word}” is not known here. These are:")
            print(HELP)

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
            people = list(db.exec(select(Staff).where(Staff.active).order_by(col(Staff.id))))
        handles = {one.id: one.handle for one in people}
        rows = [("handle", "name", "role", "department", "supervisor")]
        for one in people:
            above = handles.get(one.supervisor_id, "-")
            rows.append((one.handle, one.name, one.role.value, departments[one.department_id], above))
        widths = [max(len(row[at]) for row in rows) for at in range(5)]
        for row in rows:
            print("  " + "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip())

    def _inbox(self, _rest: str) -> None:
        with self.store.transaction() as db:
            rows = outbox.sent_to(db, by_name(db, self.speaker)[0])
        if not rows:
            print("No messages yet.")
        for row in rows:
            assert row.finished_at is not None
            print(f"\n  {local(self.store, row.finished_at)}\n{indented(row.said or '')}")

    async def _move(self, word: str, rest: str) -> None:
        if not self.steerable:
            print("This database serves Slack or Teams; its clock is the real one and is not moved.")
            return
        try:
            target = self._target(word, rest)
        except OverflowError:
            target = None
        if target is None:
            print("Say how far: :later 3h, :later 2d, :until 2026-03-09 08:00")
        elif target <= self.clock():
            print("The clock moves ahead only.")
        else:
            await self._run_to(target)

    async def _run_to(self, target: datetime) -> None:
        """From one moment with something to do to the next. Stops where the calendar ends."""
        try:
            with self.store.transaction() as db:
                calendar_of(db).check_known(target)
        except UnknownDay as end:
            print(end)
            return
        while self.clock() < target:
            self.clock.move_to(next_moment(self.store, self.clock(), target))
            await self.tick()
        print(f"It is {local(self.store, self.clock())}.")

    def _target(self, word: str, rest: str) -> datetime | None:
        if word == ":later":
            if not _STEPS.fullmatch(rest):
                return None
            steps = [timedelta(**{_UNITS[unit]: int(count)}) for count, unit in _STEP.findall(rest)]
            return self.clock() + sum(steps, timedelta())
        with self.store.transaction() as db:
            calendar = calendar_of(db)
        try:
            moment = datetime.fromisoformat(rest)
        except ValueError:
            return self._read(rest)
        return aware(moment if moment.tzinfo else moment.replace(tzinfo=calendar.tz))

    def _read(self, rest: str) -> datetime | None:
        """A time in words, as a promise would be read."""
        with self.store.transaction() as db:
            calendar = calendar_of(db)
        try:
            return read_promise(rest, self.clock(), calendar).instant
        except ValueError:
            return None
