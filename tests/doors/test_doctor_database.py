"""What the doctor says of the settings and the database: one test a fault."""

import os
import shutil
import socket
import sqlite3
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from bot.doctor import database, settings
from bot.doctor.examine import Patient, examine
from models.migrating import newest
from models.store import Store
from tests.doors.doctor_office import fine, given, worst
from tests.models.spelled_dates import at
from tests.seeded import seeded

NOW = at("Monday 2026-03-02 09:00")


# Settings


def known(**environ):
    found = settings.known(environ)
    return found, worst(settings.check(found))


def test_settings_that_are_whole_are_in_order():
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-x",
        "SLACK_APP_TOKEN": "xapp-x",
        "REPLYBY_SECRET": os.urandom(32).hex(),
    }
    found, wrong = known(**environ)
    assert wrong == []
    assert fine(settings.check(found)) == [
        "They can be read. Set up: Slack.",
        "Survey links are made with REPLYBY_SECRET.",
    ]


def test_every_fault_of_the_settings_is_told_and_the_rest_is_kept():
    found, wrong = known(
        REPLYBY_ZONE="America/Chicgo",
        REPLYBY_PORT="0",
        REPLYBY_SEKRET="x",
        SLACK_BOT_TOKEN="xoxp-hush",
        MicrosoftAppId="x",
        REPLYBY_SMTP_FROM="a@x.example",
        REPLYBY_PUBLIC_URL="https://replies.example.gov",
    )
    assert [one.split()[2] for one in wrong] == [
        "REPLYBY_SEKRET",
        "REPLYBY_PORT",
        "REPLYBY_ZONE",
        "SLACK_BOT_TOKEN",
        "MicrosoftAppId",
        "REPLYBY_SMTP_FROM",
    ]
    assert all(one.startswith("FAULT settings: ") for one in wrong)
    assert "hush" not in " ".join(wrong)
    assert (found.settings.public_url, found.settings.has_teams) == ("https://replies.example.gov", False)


@pytest.mark.parametrize(
    "environ",
    [
        {"SLACK_BOT_TOKEN": "xoxp-hush", "SLACK_SIGNING_SECRET": "x", "SLACK_APP_TOKEN": "xapp-x"},
        {
            "REPLYBY_SMTP_URL": "ftp://x",
            "REPLYBY_SMTP_FROM": "a@x.example",
            "REPLYBY_PUBLIC_URL": "https://x",
        },
        {"REPLYBY_PUBLIC_URL": "x", "REPLYBY_SMTP_URL": "smtps://x", "REPLYBY_SMTP_FROM": "a@x.example"},
        {"MicrosoftAppTenantId": "two words", "MicrosoftAppId": "x", "MicrosoftAppPassword": "x"},
    ],
)
def test_what_a_faulty_variable_leaves_alone_is_no_second_fault(environ):
    (one,) = known(**environ)[1]
    assert one.startswith(f"FAULT settings: {next(iter(environ))} must ")


def test_a_replyby_that_nobody_can_talk_with_is_to_look_at():
    one = known()[1][0]
    assert one.startswith("LOOK settings: Neither Slack nor Teams is set up")
    assert one.endswith("See docs/install-slack.md or docs/install-teams.md.")


@pytest.mark.parametrize(
    ("host", "says"), [("replyby.invalid", "no name that can be looked up"), ("192.0.2.1", "cannot listen")]
)
def test_a_host_where_nobody_can_listen_is_a_fault(host, says, monkeypatch):
    look_up = socket.getaddrinfo

    def found(name, *more, **named):
        if name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return look_up(name, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    (fault,) = worst(settings.listening(given(REPLYBY_HOST=host)))
    assert fault.startswith(f"FAULT settings: REPLYBY_HOST is {host}, ")
    assert says in fault
    assert settings.listening(given()) == []


def test_a_secret_that_may_be_guessed_is_to_look_at():
    _, wrong = known(REPLYBY_SECRET="ab" * 20)
    assert any("may be guessed" in one for one in wrong)


# The database


@pytest.fixture
def office(database_url):
    with seeded(database_url, digests=True) as found:
        yield found


def address(office):
    return office.store.url.render_as_string(hide_password=False)


def stored(where, least=0, clock=lambda: NOW):
    found, store = database.check(where, least, clock)
    if store is not None:
        store.close()
    return worst(found)


def test_a_database_that_is_well_is_in_order_and_stays_as_it_is(office):
    if not office.store.on_postgresql:
        Path(str(office.store.url.database)).chmod(0o600)
    theirs = office.store.server_time()
    assert stored(address(office), clock=lambda: theirs or NOW) == []


def test_a_file_that_is_not_there_is_a_fault_and_is_not_made(tmp_path):
    (fault,) = stored(f"sqlite:///{tmp_path / 'x' / 'none.db'}")
    assert "There is no file" in fault
    assert "replyby seed" in fault
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_none_is_a_fault():
    assert "See REPLYBY_DATABASE_URL" in stored("mysql://x")[0]


def test_a_file_of_another_kind_is_a_fault(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("no database, and long enough to be looked at " * 50)
    path.chmod(0o600)
    (fault,) = stored(f"sqlite:///{path}")
    assert "cannot be read (file is not a database). Stop Replyby and restore a backup" in fault


def test_an_empty_database_an_old_one_and_a_newer_one_are_faults(tmp_path):
    where = f"sqlite:///{tmp_path / 'x.db'}"
    Store(where).close()
    sqlite3.connect(tmp_path / "x.db").execute("PRAGMA journal_mode=WAL")
    assert "It has no tables of Replyby. Run replyby seed" in stored(where)[0]
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    assert f"Its schema is 0001; this version needs {newest()}. Run replyby backup" in stored(where)[0]
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "A newer Replyby made its schema (9999)" in stored(where)[0]


@pytest.fixture
def file(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}"):
        pass
    path = tmp_path / "replyby.db"
    path.chmod(0o600)
    return path


def test_a_folder_that_may_not_be_written_to_is_a_fault(file, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, _mode: path != file.parent)
    (fault,) = stored(f"sqlite:///{file}")
    assert "may not write to" in fault


def test_a_file_that_others_may_read_is_to_look_at(file):
    file.chmod(0o644)
    assert stored(f"sqlite:///{file}") == [
        f"LOOK database: Others on this machine may read {file}. Say chmod 600 {file}."
    ]


def test_a_disk_that_is_nearly_full_is_a_fault(file, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(150_000_000))
    (fault,) = stored(f"sqlite:///{file}", least=200)
    assert "150 MB are free beside the database; REPLYBY_LEAST_DISK_MB asks for 200. Make room" in fault


def test_another_journal_mode_is_to_look_at(file):
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    (one,) = stored(f"sqlite:///{file}")
    assert one.startswith("LOOK database: Its journal mode is “delete”")
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_a_folder_that_everybody_may_write_in_is_to_look_at(file):
    file.parent.chmod(0o777)
    assert stored(f"sqlite:///{file}") == [
        f"LOOK database: Everybody on this machine may write in {file.parent}, and put another file in its "
        f"place. Say chmod o-w {file.parent}."
    ]
    file.parent.chmod(0o755)
    assert stored(f"sqlite:///{file}") == []


async def test_a_damaged_file_is_a_fault_that_says_to_restore(file):
    with sqlite3.connect(file) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'staff'").fetchone()[0]
    connection.close()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\xff" * size)
    found = worst(await examine(Patient({}, lambda: NOW, f"sqlite:///{file}")))
    (fault,) = [one for one in found if one.startswith("FAULT database")]
    assert (
        "The file is damaged (database disk image is malformed). Stop Replyby and restore a backup" in fault
    )


def test_a_database_that_others_write_to_all_the_time_is_to_look_at(file, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    (one,) = stored(f"sqlite:///{file}")
    other.close()
    assert one.startswith("LOOK database: Others were writing to it")


def test_a_postgresql_that_is_not_there_is_a_fault():
    (fault,) = stored("postgresql://nobody:hush@127.0.0.1:1/none")
    assert "It cannot be used (" in fault
    assert "hush" not in fault


@pytest.fixture
def postgres(fresh_postgres):
    with seeded(fresh_postgres) as found:
        yield found


def test_a_clock_that_is_not_the_servers_is_a_fault(postgres):
    theirs = postgres.store.server_time()
    (fault,) = stored(address(postgres), clock=lambda: theirs + timedelta(minutes=5))
    assert fault.startswith("FAULT clock: It is 300 seconds ahead of that of the database’s server.")


def test_a_postgresql_that_only_reads_is_a_fault(postgres):
    where = address(postgres)
    with create_engine(where, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        name = make_url(where).database
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    faults = [one for one in stored(where) if "clock" not in one]
    assert "It cannot be written to (cannot execute UPDATE in a read-only transaction)" in faults[0]


def test_tables_that_this_user_may_not_use_are_a_fault(postgres):
    where = make_url(address(postgres))
    with create_engine(where, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS guest"))
        connection.execute(text("CREATE ROLE guest LOGIN"))
        connection.execute(text("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO guest"))
        connection.execute(text("REVOKE INSERT ON outbox FROM guest"))
        try:
            guest = where.set(username="guest", password=None).render_as_string(hide_password=False)
            faults = [one for one in stored(guest) if "clock" not in one]
        finally:
            connection.execute(text("DROP OWNED BY guest"))
            connection.execute(text("DROP ROLE guest"))
    assert "may not read and write the tables outbox. GRANT" in faults[0]
