"""Every database reaches the models' schema, once, without losing a row."""

import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, select

from models import migrating
from models.anew import anew
from models.calendars import CalendarVersion, calendar_of, read
from models.inquiry import UNPLANNED, Deadline, Event, Inquiry
from models.migrating import is_current, migrate, newest
from models.staff import Staff
from models.store import Store
from tests.models.spelled_dates import at
from tests.seeded import seeded

NOW = at("Monday 2026-03-02 09:00")
ROOT = Path(__file__).parents[2]

# A change that SQLite can only make by building the table anew, beneath rows that refer to it.
LATER = """
    import sqlalchemy as sa
    from alembic import op

    revision = "later"
    down_revision = "{before}"
    branch_labels = None
    depends_on = None

    def upgrade() -> None:
        with op.batch_alter_table("inquiry") as table:
            table.add_column(sa.Column("language", sa.String(), nullable=False, server_default="en"))
            table.alter_column("subject", existing_type=sa.String(), nullable=True)
        {more}
"""


@pytest.fixture
def store(database_url):
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def later(monkeypatch, tmp_path):
    """Adds a second migration; `more` is a line of its own."""

    def add(more="pass"):
        folder = tmp_path / "migrations %20"
        shutil.copytree(migrating.MIGRATIONS, folder)
        words = dedent(LATER).format(before=newest(), more=more)
        (folder / "versions" / "later.py").write_text(words)
        monkeypatch.setattr(migrating, "MIGRATIONS", folder)

    return add


def copies(folder):
    return sorted(one.name for one in folder.glob("*-before-*"))


def test_a_new_database_reaches_the_schema_of_the_models_exactly(store):
    assert not is_current(store)
    assert migrate(store, NOW) is None
    assert is_current(store)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
        assert len(inspect(connection).get_table_names()) == len(SQLModel.metadata.tables) + 1


def test_constraints_and_indexes_have_the_names_that_the_models_give_them(store):
    migrate(store, NOW)
    with store.engine.connect() as connection:
        there = inspect(connection)
        for name, table in SQLModel.metadata.tables.items():
            assert {
                one["name"] for one in there.get_indexes(name) if not one.get("duplicates_constraint")
            } == {one.name for one in table.indexes}
            assert there.get_pk_constraint(name)["name"] == table.primary_key.name
            named = {str(one.name) for one in table.constraints if one is not table.primary_key}
            uniques = {one["name"] for one in there.get_unique_constraints(name)}
            assert uniques | {one["name"] for one in there.get_foreign_keys(name)} == named


def test_every_table_that_there_is_has_a_migration():
    mapped = {mapper.local_table.name for mapper in SQLModel._sa_registry.mappers}
    assert mapped == set(SQLModel.metadata.tables)


def test_migrating_twice_is_harmless(store):
    migrate(store, NOW)
    assert migrate(store, NOW) == newest()
    assert is_current(store)


def test_rows_survive_a_migration_that_builds_their_table_anew(database_url, later):
    with seeded(database_url) as office:
        office.say("dana", "inquiry log email from Jane Doe about a permit")
        before = newest()
        later()
        assert migrate(office.store, NOW) == before
        assert newest() == "later"
        assert [len(office.rows(table)) for table in (Inquiry, Deadline, Event)] == [1, 1, 1]
        with office.store.transaction() as db:
            assert db.execute(text("SELECT subject, language FROM inquiry")).one() == ("a permit", "en")


def test_references_are_minded_again_after_a_migration(database_url, later):
    with seeded(database_url) as office:
        later()
        migrate(office.store, NOW)
        with pytest.raises(DBAPIError), office.store.transaction() as db:
            db.execute(text("UPDATE staff SET department_id = 99"))


def test_a_migration_that_fails_changes_nothing(database_url, later):
    with seeded(database_url) as office:
        before = newest()
        later("raise ZeroDivisionError")
        with pytest.raises(ZeroDivisionError):
            migrate(office.store, NOW)
        with office.store.engine.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == before
            assert "language" not in {one["name"] for one in inspect(connection).get_columns("inquiry")}
        assert len(office.rows(Staff)) == 6
        # Nobody waits for the lock of the one that failed.
        with pytest.raises(ZeroDivisionError):
            migrate(office.store, NOW)


def test_a_migration_that_leaves_a_row_without_what_it_refers_to_is_taken_back(tmp_path, later):
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}") as office:
        later('op.execute("DELETE FROM department")')
        with pytest.raises(RuntimeError, match="refers to nothing"):
            migrate(office.store, NOW)
        assert len(office.rows(Staff)) == 6
        assert office.member("dana").department_id == 1


def test_a_database_of_a_newer_replyby_is_refused_in_a_sentence(store, tmp_path):
    migrate(store, NOW)
    with store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ValueError, match=r"newer Replyby \(revision 9999\).*\.$"):
        migrate(store, NOW)
    assert copies(tmp_path) == []


def test_sqlite_is_copied_before_it_is_migrated_and_not_otherwise(tmp_path, later):
    before = newest()
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}") as office:
        migrate(office.store, NOW)
        assert copies(tmp_path) == []
        office.say("dana", "inquiry log email from Jane Doe about a permit")
        later()
        migrate(office.store, NOW)
        assert copies(tmp_path) == [f"replyby-before-{before}-20260302T090000.db"]
        copy = tmp_path / copies(tmp_path)[0]
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with closing(sqlite3.connect(copy)) as kept:
            assert kept.execute("SELECT customer, subject FROM inquiry").fetchall() == [
                ("Jane Doe", "a permit")
            ]
            assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [(before,)]
            assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_database_without_an_agency_is_not_copied(tmp_path, later):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}")
    migrate(store, NOW)
    later()
    migrate(store, NOW)
    store.close()
    assert copies(tmp_path) == []


def test_a_copy_never_takes_the_place_of_another(tmp_path, later):
    before = newest()
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}") as office:
        later("raise ZeroDivisionError")
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                migrate(office.store, NOW)
    assert copies(tmp_path) == [
        f"replyby-before-{before}-20260302T090000-2.db",
        f"replyby-before-{before}-20260302T090000.db",
    ]


def test_without_a_copy_nothing_is_migrated(tmp_path, later, monkeypatch):
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}") as office:
        later()

        def full(*_):
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as disk:
            disk.setattr(migrating.sqlite3, "connect", full)
            with pytest.raises(sqlite3.OperationalError):
                migrate(office.store, NOW)
        assert copies(tmp_path) == []
        assert not is_current(office.store)


def test_two_processes_that_migrate_at_once_both_find_the_newest_schema(database_url):
    script = """
        import sys
        from datetime import datetime
        from models.migrating import is_current, migrate
        from models.store import Store
        print("ready", flush=True)
        sys.stdin.readline()
        store = Store(sys.argv[1])
        before = migrate(store, datetime.fromisoformat(sys.argv[2]))
        print(before, is_current(store), flush=True)
        store.close()
    """
    command = [sys.executable, "-c", dedent(script), database_url, NOW.isoformat()]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    answers = sorted(one.communicate()[0].strip() for one in both)
    assert answers == [f"{newest()} True", "None True"]
    assert [one.returncode for one in both] == [0, 0]


def go_back(store, revision):
    """As an older version of Replyby left the database."""
    config = migrating._config()
    with store.engine.connect() as connection:
        if not store.on_postgresql:
            connection.detach()
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        config.attributes["connection"] = connection
        migrating.command.downgrade(config, revision)
        connection.commit()


def test_going_back_leaves_an_empty_database(store):
    migrate(store, NOW)
    go_back(store, "base")
    with store.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    assert not is_current(store)
    assert migrate(store, NOW) is None
    with store.transaction() as db:
        assert db.exec(select(Staff)).all() == []


def test_what_the_first_version_stored_is_reckoned_the_same_after_the_second_migration(database_url):
    with seeded(database_url) as office:
        office.say("dana", "inquiry log letter from Jane Doe about a permit", at="Thursday 2026-02-26 09:00")
        office.say("dana", "inquiry ack INQ-1 by Mar 4 15:00")
        office.say("lee", "inquiry log email from Wei Chen about a form")
        with office.store.transaction() as db:
            calendar = calendar_of(db)
        stored = {one.id: (one.due, one.because) for one in office.rows(Deadline)}
        go_back(office.store, "0001")
        assert migrate(office.store, NOW) == "0001"
        with office.store.transaction() as db:
            assert calendar_of(db) == calendar
            assert db.exec(select(CalendarVersion.version)).all() == [calendar.version]
            assert read(db.exec(select(CalendarVersion.content)).one()) == calendar
            for clock in db.exec(select(Deadline)):
                found = anew(db, clock, db.get_one(Inquiry, clock.inquiry_id), calendar, NOW)
                assert (found.due, list(found.because)) == stored[clock.id]
        assert len(stored) == 3


def test_an_upgrade_to_plans_of_reminders_says_nothing_anew(database_url):
    log = "inquiry log email from Jane Doe about a permit"
    with seeded(database_url, "Monday 2026-03-02 09:00") as office:
        office.say("dana", log)  # told of to the end
        office.until("Wednesday 2026-03-04 12:00")
        office.say("lee", log, "Wednesday 2026-03-04 12:00")
        office.tick("Thursday 2026-03-05 13:00")
        office.heard()
        with office.store.transaction() as db:
            for kind in ("due_soon", "due_now", "overdue"):
                number = f"'deadline:' || deadline_id || ':{kind}:' || id"
                db.execute(text(f"UPDATE outbox SET key = {number} WHERE kind = '{kind}'"))  # noqa: S608  # ours
            # The release before this one knew none of these.
            db.execute(text("DELETE FROM outbox WHERE kind = 'late'"))
        go_back(office.store, "0004")
        migrate(office.store, NOW)
        assert [one.told for one in office.rows(Deadline)] == [
            ["half", "before-240", "due", "late-60", "supervisor-120", "above-480"],
            ["half", "before-240"],
        ]
        assert [one.next_at for one in office.rows(Deadline)] == [UNPLANNED] * 2
        with office.store.transaction() as db:
            # The morning's digest, which is new, is no reminder.
            db.execute(text("UPDATE preference SET digest_on = false"))
        assert office.until("Thursday 2026-03-05 18:00") == ["Thursday 2026-03-05 17:00 lee due_now INQ-2"]
        assert office.rows(Deadline)[0].next_at is None


def test_a_pause_of_an_earlier_release_is_looked_at_after_an_upgrade(database_url):
    with seeded(database_url, "Monday 2026-03-02 09:00") as office:
        for _ in range(2):
            office.say("dana", "inquiry log email from Jane Doe about a permit")
        office.say("dana", "inquiry pause 1 waiting for the form")
        go_back(office.store, "0005")
        migrate(office.store, NOW)
        assert [one.nudge_at for one in office.rows(Inquiry)] == [UNPLANNED, None]
        office.tick("Monday 2026-03-09 08:00")
        assert "dana pause_old INQ-1" in office.heard()
