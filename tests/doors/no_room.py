"""What becomes of a Replyby whose disk fills up, and has room again: told as facts.

As a program (`python -m tests.doors.no_room FOLDER`) it fills the whole of a small disk that FOLDER is, and
prints the facts as JSON.
"""

import asyncio
import json
import logging
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from bot import health
from bot.ear import Ear, Tasks
from handlers.asking import Ask
from models.inbox import Heard
from models.inquiry import Deadline, Event, Inquiry
from models.outbox import Sending
from models.staff import Address
from scheduler import recording
from scheduler.timetable import tick
from tests.remembering import Remembering
from tests.seeded import Office, seeded

FEW, MOST, REFUSED = 3, 3000, 5
LEAVE = 200_000  # bytes that are left when the disk is filled


async def story(
    office: Office,
    fill: Callable[[], None],
    free: Callable[[], None],
    ready: Callable[[], Any] | None = None,
) -> dict[str, Any]:
    """Inquiries are logged until it is refused, reminders are tried, and all goes on when there is room."""
    office.chat, tasks = Remembering(), Tasks()
    ear = Ear(office.house, office.senders, lambda: office.now, tasks.spawn)
    acknowledged, refused = list[str](), Counter[str]()

    async def log(number: int) -> None:
        words = f"inquiry log email from Jane Doe about permit {number}"
        reply = await ear(Ask(Address("terminal", "", "dana"), words, office.now, key=f"key:{number}"))
        if reply.template == "inquiry_logged":
            acknowledged.append(str(reply.facts["number"]))
        else:
            refused[f"{reply.template} {reply.facts.get('trouble')}"] += 1

    numbers = iter(range(1, MOST))
    for number in range(FEW):
        await log(-number)
    fill()
    while refused.total() < REFUSED:
        await log(next(numbers))
    facts: dict[str, Any] = {"refused": dict(refused), "ready when full": ready and await ready()}
    facts["kept when full"] = kept(office) == acknowledged
    office.at("Tuesday 2026-03-03 13:00")
    await tried(office)
    free()
    facts["ready with room"] = ready and await ready()
    before = len(acknowledged)
    await log(0 - FEW)
    facts["goes on"] = len(acknowledged) - before
    facts["kept with room"] = kept(office) == acknowledged
    for at in ("Tuesday 2026-03-03 13:20", "Tuesday 2026-03-03 13:40"):
        await tried(office.at(at))
    await tasks.finish()
    keys = [one.key for one in office.chat.said]
    facts["said twice"] = len(keys) - len(set(keys))
    facts["unsaid"] = sum(row.state is not Sending.SENT for row in office.owed())
    facts["said"] = len(keys) > 0
    return facts


def kept(office: Office) -> list[str]:
    """The numbers of what is stored; fails when something is half stored."""
    with office.store.reading() as db:
        found = [one.number for one in db.exec(select(Inquiry).order_by(Inquiry.id))]  # type: ignore[arg-type]  # a column
        for table in (Deadline, Event, Heard):
            rows = [
                one for one in db.exec(select(table)) if not getattr(one, "key", "").startswith("replyby")
            ]
            assert len(rows) == len(found), table
    return found


async def tried(office: Office) -> None:
    """A round; one that fails is logged, and the next one comes."""
    with suppress(SQLAlchemyError):
        await tick(office.store, office.senders, office.now)


def main(folder: Path) -> None:
    logging.disable(logging.CRITICAL)
    recording.RECORDING_PAUSES = (0.0,)
    ballast = folder / "ballast"
    with seeded(f"sqlite:///{folder / 'replyby.db'}") as office:
        disk = health.disk_check(folder, 1)

        def fill() -> None:
            ballast.write_bytes(b"\0" * (shutil.disk_usage(folder).free - LEAVE))

        async def ready() -> bool:
            well, _page = await health.readiness([health.database_check(office.store), disk])
            return well

        facts = asyncio.run(story(office, fill, ballast.unlink, ready))
    json.dump(facts, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
