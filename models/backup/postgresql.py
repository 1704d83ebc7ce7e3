"""Backups of PostgreSQL, by its own pg_dump and pg_restore in their custom format.

A restore is refused while anybody else is connected, and holds the lock that every Replyby waits for at its
start. The revision is written last, in one transaction with the marks: until then no Replyby serves what is
there.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from models import audit
from models.backup.file import begins_with, new_file, newer
from models.migrating import LOCK, is_known, migrate
from models.restored import Restored, mark_restored
from models.store import Store

MARK = b"PGDMP"
_VERSION = "TABLE DATA public alembic_version"
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND coalesce(backend_type, 'client backend') = 'client backend'"
)
# Those that an extension brought are its own.
_FUNCTIONS = text(
    "SELECT pg_proc.oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
    "AND NOT EXISTS (SELECT FROM pg_depend WHERE pg_depend.objid = pg_proc.oid AND deptype = 'e')"
)
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


def back_up(url: URL, file: Path) -> str:
    """See models.backup. The revision of the copy."""
    with _connected(url) as connection:
        if "alembic_version" not in set(connection.scalars(_TABLES)):
            raise ValueError("The database holds no data of Replyby.")
    with new_file(file) as target:
        _dump(url, target)
        return _revision(target)


def restore(url: URL, file: Path, now: datetime, *, replace: bool) -> tuple[Restored, Path | None]:
    """See models.backup. The copy of what was there stands beside the file."""
    if not begins_with(file, MARK):
        raise ValueError(f"{file} is no backup of a PostgreSQL database (pg_dump's custom format).")
    revision = _revision(file)
    if not is_known(revision):
        raise newer(file, revision)
    _run(url, "pg_restore", "--file", os.devnull, str(file))  # can all of it be read?
    with _connected(url) as connection, _alone(connection):
        old = _keep(url, file, now) if _holds_data(connection, replace) else None
        try:
            _empty(connection)
            _fill(url, file)
            with Session(connection) as db, db.begin():
                restored = mark_restored(db, now)
                db.connection().execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": revision})
        except BaseException as fault:
            # Half a restore must not be served, nor stand in the way of the next attempt.
            connection.rollback()
            _empty(connection)
            if old is not None and isinstance(fault, ValueError):
                raise ValueError(f"{fault} The database is empty now; what it held is in {old}.") from fault
            raise
    store = Store(url.render_as_string(hide_password=False))
    try:
        migrate(store, now)
        with store.transaction() as db:
            audit.append(db, now, audit.COMMAND_LINE, "restore", "restored")
    finally:
        store.close()
    return restored, old


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        words = str(error.orig).strip().splitlines()[0]
        raise ValueError(f"The database cannot be used: {words}") from error


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Holds off every Replyby that starts. Raises ValueError when somebody is connected already."""
    alone = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    if not alone:
        raise ValueError("A Replyby is starting, or another restore is under way; nothing was changed.")
    try:
        others = connection.scalar(_OTHERS)
        connection.commit()
        if others:
            raise ValueError(
                f"The database is in use by {others} other connection(s). Stop every Replyby (and whatever "
                "else is connected), then say it again; nothing was changed."
            )
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()


def _holds_data(connection: Connection, replace: bool) -> bool:
    """Whether there is an agency. Raises ValueError when it is there and may not be replaced."""
    tables = set(connection.scalars(_TABLES))
    if tables and "alembic_version" not in tables:
        raise ValueError("The database holds the data of another program; nothing was changed.")
    whole = tables and connection.scalar(text("SELECT count(*) FROM alembic_version"))
    # Without a revision they are the rest of a restore that was killed; its backup is still there.
    there = whole and "agency" in tables and connection.scalar(text("SELECT count(*) FROM agency"))
    connection.commit()
    if there and not replace:
        raise ValueError(
            "The database holds an agency already. With --replace it is replaced, and a copy of it is kept; "
            "nothing was changed."
        )
    return bool(there)


def _keep(url: URL, file: Path, now: datetime) -> Path:
    old = file.with_name(f"{url.database}-before-restore-{now:%Y%m%dT%H%M%S}.dump")
    with new_file(old) as target:
        _dump(url, target)
        _revision(target)
    return old


def _empty(connection: Connection) -> None:
    """Takes our tables and functions away, those of a newer schema too."""
    tables = ", ".join(f'public."{name}"' for name in connection.scalars(_TABLES))
    if tables:
        connection.execute(text(f"DROP TABLE {tables} CASCADE"))
    functions = ", ".join(connection.scalars(_FUNCTIONS))
    if functions:
        connection.execute(text(f"DROP ROUTINE {functions} CASCADE"))
    connection.commit()


def _fill(url: URL, file: Path) -> None:
    """Everything of the backup but its revision, in one transaction."""
    listed = _run(url, "pg_restore", "--list", str(file)).splitlines()
    with TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted")
        # The schema itself is there; a server may not let us comment on it.
        wanted.write_text(
            "\n".join(line for line in listed if _VERSION not in line and " SCHEMA " not in line)
        )
        options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        _run(url, "pg_restore", *options, "--use-list", str(wanted), "--dbname", _address(url), str(file))


def _dump(url: URL, target: Path) -> None:
    options = (
        "--format=custom",
        "--schema=public",
        "--no-owner",
        "--no-privileges",
        "--lock-wait-timeout=20s",
    )
    _run(url, "pg_dump", *options, "--file", str(target), "--dbname", _address(url))


def _revision(file: Path) -> str:
    """The schema of a backup. Raises ValueError when it cannot be read."""
    said = _run(None, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file))
    found = re.search(r"^COPY public\.alembic_version .*\n(\S+)\n\\\.$", said, re.MULTILINE)
    if not found:
        raise ValueError(f"{file} holds no data of Replyby.")
    return found[1]


def _address(url: URL) -> str:
    """For libpq; the password travels apart, since everybody may read the words of a command."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _run(url: URL | None, program: str, *words: str) -> str:
    """What the program says. Raises ValueError, in a sentence, when it is missing or fails."""
    path = shutil.which(program)
    if path is None:
        raise ValueError(
            f"{program} is not on the path. Install PostgreSQL's client programs, of the server's version or "
            "newer (Debian and Ubuntu: postgresql-client)."
        )
    password = {"PGPASSWORD": url.password} if url is not None and url.password else {}
    done = subprocess.run(  # noqa: S603  # our own words, no shell
        [path, *words],
        env={**os.environ, **password, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()), "it gave no reason")
        hint = " Install the client programs of the server's version." if "version mismatch" in said else ""
        raise ValueError(f"{program} failed: {said.removeprefix(f'{program}: error: ')}.{hint}")
    return done.stdout
