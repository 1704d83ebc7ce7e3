"""A migration that is killed: the next one completes it, two at once too, and nothing stored is lost."""

import json
import random
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from models.inquiry import Deadline, Event, Inquiry
from models.migrating import is_current, migrate
from models.store import Store
from tests.models.test_migrating import NOW, go_back
from tests.seeded import seeded

ROOT = Path(__file__).parents[2]
BEFORE = "0004"  # the release before plans of reminders
ROWS, STRIKES = 300, 3


def migrating(address, strike=0):
    command = [sys.executable, "-m", "tests.models.killed_migration", address, str(strike)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def multiply(store):
    """Many inquiries out of one, so that a migration has something to do."""
    with store.transaction() as db:
        for name, own in (("inquiry", ("id",)), ("deadline", ("id", "inquiry_id"))):
            columns = db.execute(text(f"SELECT * FROM {name}")).mappings()  # noqa: S608  # our own name
            row = dict(columns.one())
            names, places = ", ".join(f'"{one}"' for one in row), ", ".join(f":{one}" for one in row)
            statement = text(f"INSERT INTO {name} ({names}) VALUES ({places})")  # noqa: S608  # our own names
            more = [row | dict.fromkeys(own, number) for number in range(2, ROWS + 1)]
            db.execute(statement, [{k: _plain(v) for k, v in one.items()} for one in more])


def _plain(value):
    """PostgreSQL gives JSON as what it means, and takes it as text."""
    return json.dumps(value) if isinstance(value, list | dict) else value


@pytest.fixture
def old(database_url):
    """A database of the release before, with rows in it; what it holds."""
    with seeded(database_url) as office:
        office.say("dana", "inquiry log letter from Jane Doe about a permit")
        multiply(office.store)
        held = {table: [one.id for one in office.rows(table)] for table in (Inquiry, Deadline, Event)}
        go_back(office.store, BEFORE)
        office.store.close()
    return database_url, held


def untouched(address, aside):
    """The same database anew, as it was."""
    if address.startswith("sqlite"):
        path = Path(address.removeprefix("sqlite:///"))
        for name in path.parent.glob(f"{path.name}-*"):
            name.unlink()
        shutil.copy(aside, path)
    else:
        url = make_url(address)
        admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{url.database}" WITH (FORCE)')
            connection.exec_driver_sql(f'CREATE DATABASE "{url.database}" TEMPLATE "{aside}"')


def put_aside(address, tmp_path):
    if address.startswith("sqlite"):
        aside = tmp_path / "aside.db"
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as source:
            source.execute("VACUUM INTO ?", (str(aside),))
        return aside
    url = make_url(address)
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{url.database}_aside" TEMPLATE "{url.database}"')
    return f"{url.database}_aside"


def bring_up(address):
    store = Store(address)
    try:
        migrate(store, NOW)
    finally:
        store.close()


def check(address, held):
    """The newest schema, every row, every reference."""
    store = Store(address)
    try:
        assert is_current(store)
        with store.transaction() as db:
            for table, ids in held.items():
                name = table.__tablename__
                kept = db.execute(text(f"SELECT id FROM {name} ORDER BY id")).scalars().all()  # noqa: S608
                assert kept == ids, name
            if not store.on_postgresql:
                assert db.execute(text("PRAGMA foreign_key_check")).all() == []
                assert db.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    finally:
        store.close()


def test_a_migration_that_is_killed_anywhere_is_completed_by_the_next(old, tmp_path):
    address, held = old
    aside = put_aside(address, tmp_path)
    whole = migrating(address)
    steps = int(whole.communicate()[0])
    assert steps > STRIKES
    check(address, held)
    # Drawn anew each time, besides the last moment; pytest shows them when the test fails.
    seed = secrets.randbelow(1_000_000)
    chance = random.Random(seed)  # noqa: S311  # chance that can be had again, no secret
    drawn = chance.sample(range(1, steps), STRIKES - 1)
    for strike in (*drawn, steps):
        untouched(address, aside)
        doomed = migrating(address, strike)
        doomed.communicate()
        assert doomed.returncode == -signal.SIGKILL, (seed, strike)
        if strike == steps:
            # Two replicas start at once.
            for one in [migrating(address), migrating(address)]:
                _, stderr = one.communicate()
                assert one.returncode == 0, stderr
        else:
            bring_up(address)
        check(address, held)


def test_the_copy_that_was_made_before_a_killed_migration_is_whole(tmp_path):
    address = f"sqlite:///{tmp_path / 'replyby.db'}"
    with seeded(address) as office:
        office.say("dana", "inquiry log letter from Jane Doe about a permit")
        multiply(office.store)
        go_back(office.store, BEFORE)
        office.store.close()
    doomed = migrating(address, 30)
    doomed.communicate()
    assert doomed.returncode == -signal.SIGKILL
    [copy] = tmp_path.glob("*-before-*")
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM inquiry").fetchone() == (ROWS,)
        assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == (BEFORE,)
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    # The copy in the place of the database is a database of the release before.
    restored = Store(f"sqlite:///{copy}")
    try:
        assert migrate(restored, NOW) == BEFORE
    finally:
        restored.close()
