"""Backups of SQLite.

A copy is one reading of the database: writers go on beside it. A restore takes the exclusive lock, which
SQLite gives to nobody while another connection is open, and writes the backup in one transaction of the same
file: a restore that is killed leaves the old data, and a connection that was waiting finds the new.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL

from models import audit
from models.backup.file import begins_with, new_file, newer
from models.migrating import is_known, migrate
from models.restored import Restored, mark_restored
from models.store import BUSY_SECONDS, Store, private_file

MARK = b"SQLite format 3\0"
IN_USE = (
    "The database is in use. Stop Replyby (and whatever else has the file open), then say it again; "
    "nothing was changed."
)


def back_up(url: URL, file: Path) -> str:
    """See models.backup. The revision of the copy."""
    database = Path(str(url.database))
    if not database.exists():
        raise ValueError(f"There is no database {database}.")
    with _opened(database, "rw") as source:
        _revision(source, f"{database} holds no data of Replyby.")
        with new_file(file) as target:
            _vacuum(source, target, file)
            return _check(target)


def restore(url: URL, file: Path, now: datetime, *, replace: bool) -> tuple[Restored, Path | None]:
    """See models.backup."""
    if not begins_with(file, MARK):
        raise ValueError(f"{file} is no backup of an SQLite database.")
    revision = _check(file)
    if not is_known(revision):
        raise newer(file, revision)
    database = Path(str(url.database))
    new = not database.exists()
    private_file(database)
    try:
        with TemporaryDirectory(dir=database.parent, prefix=".restoring-") as folder:
            prepared, restored = _prepare(file, Path(folder), now)
            with _alone(database) as target:
                old = _keep(target, database, now) if _holds_data(target, database, replace) else None
                try:
                    with _opened(prepared, "rw") as source:
                        source.backup(target)
                except ValueError as error:
                    raise ValueError(f"{database} cannot be written; nothing was changed. {error}") from error
                if target.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    raise RuntimeError(f"The restored database is not sound; its old data is in {old}.")
            return restored, old
    except BaseException:
        if new:
            for end in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.unlink(f"{database}{end}")
        raise


def _prepare(file: Path, folder: Path, now: datetime) -> tuple[Path, Restored]:
    """A copy of the backup with the newest schema and with its doubts, so that one step puts it in place."""
    prepared = folder / "prepared.db"
    private_file(prepared)
    with _opened(file) as source, closing(sqlite3.connect(prepared)) as target:
        source.backup(target)
    store = Store(f"sqlite:///{prepared}")
    try:
        migrate(store, now)
        with store.transaction() as db:
            restored = mark_restored(db, now)
            audit.append(db, now, audit.COMMAND_LINE, "restore", "restored")
    finally:
        store.close()
    return prepared, restored


@contextmanager
def _opened(database: Path, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    uri = f"{database.absolute().as_uri()}?mode={mode}"  # never made anew
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as opened:
            yield opened
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{database} cannot be used: {error}.") from error


@contextmanager
def _alone(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection that nobody else can be connected beside. Raises ValueError when somebody is."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as target:
        try:
            target.execute("PRAGMA journal_mode=WAL")
            target.execute("PRAGMA locking_mode=EXCLUSIVE")
            # The lock of this transaction stays until the connection is closed.
            target.execute("BEGIN EXCLUSIVE")
            target.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise ValueError(IN_USE) from error
        target.execute("PRAGMA synchronous=FULL")
        yield target


def _holds_data(target: sqlite3.Connection, database: Path, replace: bool) -> bool:
    """Whether there is an agency. Raises ValueError when it is there and may not be replaced."""
    tables = {name for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "alembic_version" not in tables:
        raise ValueError(f"{database} holds the data of another program; nothing was changed.")
    if "agency" not in tables or target.execute("SELECT 1 FROM agency").fetchone() is None:
        return False
    if not replace:
        raise ValueError(
            f"{database} holds an agency already. With --replace it is replaced, and a copy of it is kept; "
            "nothing was changed."
        )
    return True


def _keep(target: sqlite3.Connection, database: Path, now: datetime) -> Path:
    old = database.with_name(f"{database.stem}-before-restore-{now:%Y%m%dT%H%M%S}{database.suffix}")
    with new_file(old) as copy:
        _vacuum(target, copy, old)
        _check(copy)
    return old


def _vacuum(source: sqlite3.Connection, into: Path, called: Path) -> None:
    try:
        source.execute("VACUUM INTO ?", (str(into),))
    except sqlite3.Error as error:
        raise ValueError(f"{called} cannot be written: {error}.") from error


def _check(file: Path) -> str:
    """The revision of a sound copy. Raises ValueError."""
    with _opened(file) as copy:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok" or copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise ValueError(f"{file} is damaged: SQLite does not find it sound.")
        return _revision(copy, f"{file} holds no data of Replyby.")


def _revision(opened: sqlite3.Connection, none: str) -> str:
    there = opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    found = there and opened.execute("SELECT version_num FROM alembic_version").fetchone()
    if not found:
        raise ValueError(none)
    return str(found[0])
