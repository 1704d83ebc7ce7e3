"""Bringing a database to the newest schema: safely, once, whoever else starts at the same time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, text
from sqlalchemy.pool import NullPool

# Every table must be known to the metadata before Alembic looks at it.
from models import (
    absence,
    adopting,
    agency,
    audit,
    calendars,
    draft,
    extension,
    inbox,
    inquiry,
    outbox,
    preference,
    rounds,
    staff,
    survey,
)
from models.store import Store, private_file

TABLES = (
    absence, adopting, agency, audit, calendars, draft, extension, inbox, inquiry, outbox, preference,
    rounds, staff, survey,
)  # fmt: skip
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_426_291  # any number that nobody else on the server takes


def migrate(store: Store, now: datetime) -> str | None:
    """Applies what is missing; returns the revision that was there before (None for an empty database).

    SQLite is copied first, beside itself, when it holds an agency. On PostgreSQL replicas that start
    together wait for each other. Raises ValueError, in a sentence, for a database of a newer Replyby.
    """
    with _connection(store) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        if before == newest():
            return before
        if before is not None:
            _check_known(before)
            # Where no agency is, nothing was ever said: there is nothing to keep.
            if not store.on_postgresql and connection.exec_driver_sql("SELECT 1 FROM agency").first():
                _copy(Path(str(store.url.database)), before, now)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _check_references(store, connection)
        done = audit.entry(now, audit.COMMAND_LINE, "migrate", f"revision {newest()}")
        connection.execute(insert(audit.Audited).values(done))
        connection.commit()
        return before


def newest() -> str:
    """The revision that this code was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def is_current(store: Store) -> bool:
    """Whether the database has the schema that this code needs."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def is_known(revision: str) -> bool:
    """Whether this program can bring a database of that revision to the newest one."""
    return revision in {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}


def _check_known(revision: str) -> None:
    if not is_known(revision):
        raise ValueError(
            f"The database was last used by a newer Replyby (revision {revision}). Install that version, "
            "or name another database."
        )


@contextmanager
def _connection(store: Store) -> Iterator[Connection]:
    """A connection that nobody else migrates beside."""
    if not store.on_postgresql:
        # BEGIN IMMEDIATE of the store's engine is the lock.
        with store.engine.connect() as connection:
            # SQLite changes a table by making it anew: the references to it must not go with the old one.
            # Only outside a transaction can they be let go; the connection is not used for anything else.
            connection.detach()
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            yield connection
        return
    engine = create_engine(store.url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()


def _check_references(store: Store, connection: Connection) -> None:
    """What SQLite did not watch over meanwhile."""
    if not store.on_postgresql:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"The migration left a row of {broken[0]} that refers to nothing.")


def _copy(database: Path, revision: str, now: datetime) -> None:
    """A whole copy beside the database, under a name that no other copy has."""
    stem = f"{database.stem}-before-{revision}-{now:%Y%m%dT%H%M%S}"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{database.suffix}" for number in count(1))
    target = next(path for path in map(database.with_name, names) if not path.exists())
    # VACUUM INTO takes an empty file, and leaves its mode as it is.
    private_file(target)
    try:
        with closing(sqlite3.connect(database)) as source:
            source.execute("VACUUM INTO ?", (str(target),))
    except BaseException:
        target.unlink()
        raise
