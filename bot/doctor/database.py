"""The database: is it there, is it ours, can it be written to? Nothing in it is changed or migrated."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.doctor.clocks import compared
from bot.doctor.finding import Finding, Level, fault, look, ok, some
from models.migrating import newest
from models.store import Store, database_url
from models.tally import revision
from models.trouble import Trouble, trouble_of

ABOUT = "database"
BUSY_SECONDS = 2.0
CONNECT_SECONDS = 5
_RESTORE = (
    "Stop Replyby and restore a backup (docs/running.md, “Restore”), or name another file by "
    "REPLYBY_DATABASE_URL or --database."
)
OLDEST_POSTGRESQL = 15  # the oldest that Replyby is tried with
# Whoever asks past SQLAlchemy meets the drivers' own errors.
_DRIVERS = (psycopg.Error, sqlite3.Error)
_UNGRANTED = text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace "
    "AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT') "
    "AND has_table_privilege(oid, 'UPDATE')) ORDER BY relname"
)


def open_as_it_is(address: str) -> Store:
    """A store with short time limits, which changes no journal mode. Raises ValueError."""
    url = database_url(address)
    if url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    return Store(url.render_as_string(hide_password=False), busy_seconds=BUSY_SECONDS, as_it_is=True)


def check(address: str, least_mb: int, clock: Callable[[], datetime]) -> tuple[list[Finding], Store | None]:
    """What is so; and the store, when the rest can be looked up in it."""
    try:
        url = database_url(address)
    except ValueError as error:
        return [fault(ABOUT, str(error), "See REPLYBY_DATABASE_URL.")], None
    found: list[Finding] = []
    if url.get_backend_name() == "sqlite":
        found = _file(Path(str(url.database)).absolute(), least_mb)
        if any(one.level is Level.FAULT for one in found):
            return found, None
    try:
        store = open_as_it_is(address)
        schema = _schema(store)
        found.append(schema)
        if schema.level is Level.FAULT:
            store.close()
            return found, None
        found += _server(store, clock) if store.on_postgresql else []
        found.append(_writing(store))
    except (DBAPIError, *_DRIVERS) as error:
        return [*found, away(error)], None
    return found, store


def _file(path: Path, least_mb: int) -> list[Finding]:
    if not path.is_file():
        return [
            fault(
                ABOUT,
                f"There is no file {path}.",
                "Make it with replyby seed --agency FOLDER, or name another by --database or "
                "REPLYBY_DATABASE_URL.",
            )
        ]
    found = []
    if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        found.append(
            fault(
                ABOUT,
                f"This user may not write to {path} and its folder, where SQLite makes files beside it.",
                "Run Replyby as the owner of both, or give them to it.",
            )
        )
    if path.stat().st_mode & 0o077:
        found.append(look(ABOUT, f"Others on this machine may read {path}.", f"Say chmod 600 {path}."))
    if path.parent.stat().st_mode & stat.S_IWOTH:
        says = f"Everybody on this machine may write in {path.parent}, and put another file in its place."
        found.append(look(ABOUT, says, f"Say chmod o-w {path.parent}."))
    free = shutil.disk_usage(path.parent).free // 1_000_000
    if free < least_mb:
        says = f"{free} MB are free beside the database; REPLYBY_LEAST_DISK_MB asks for {least_mb}."
        found.append(fault("disk", says, "Make room: a full disk keeps Replyby from storing anything."))
    else:
        found.append(ok("disk", f"{free} MB are free beside the database."))
    return [*found, _journal(path)]


def _journal(path: Path) -> Finding:
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        return fault(
            ABOUT,
            f"{path} cannot be read ({error}).",
            _RESTORE,
        )
    if mode != "wal":
        return look(
            ABOUT,
            f"Its journal mode is “{mode}”, with which readers wait for writers. replyby serve makes it WAL.",
        )
    return ok(ABOUT, "It is an SQLite file with journal mode WAL.")


def _schema(store: Store) -> Finding:
    found, wanted = revision(store), newest()
    if found is None:
        return fault(ABOUT, "It has no tables of Replyby.", "Run replyby seed --agency FOLDER.")
    if found > wanted:
        says = f"A newer Replyby made its schema ({found}); this one knows {wanted}."
        return fault(ABOUT, says, "Install that version again, or restore a backup of this one.")
    if found != wanted:
        says = f"Its schema is {found}; this version needs {wanted}."
        return fault(ABOUT, says, "Run replyby backup FILE, then replyby migrate.")
    return ok(ABOUT, f"It answers, and its schema is current ({found}).")


def _server(store: Store, clock: Callable[[], datetime]) -> list[Finding]:
    with store.engine.connect() as connection:
        version = str(connection.execute(text("SHOW server_version")).scalar_one())
        ungranted = [str(name) for name in connection.execute(_UNGRANTED).scalars()]
    number = int(version.split(".", maxsplit=1)[0].split()[0])
    found = [ok(ABOUT, f"It is PostgreSQL {version}.")]
    if number < OLDEST_POSTGRESQL:
        says = f"It is PostgreSQL {version}; Replyby is tried with {OLDEST_POSTGRESQL} and newer."
        found = [look(ABOUT, says)]
    if ungranted:
        says = f"This user may not read and write the tables {some(ungranted)}."
        found.append(
            fault(ABOUT, says, "GRANT SELECT, INSERT, UPDATE, DELETE on them, or make it their owner.")
        )
    theirs = store.server_time()
    if theirs is not None:
        found.append(compared("the database’s server", (clock() - theirs).total_seconds()))
    return found


def _writing(store: Store) -> Finding:
    """A change that changes nothing, and is taken back."""
    try:
        with store.engine.connect() as connection, connection.begin() as attempt:
            connection.execute(text("UPDATE agency SET name = name"))
            attempt.rollback()
    except DBAPIError as error:
        if trouble_of(error) is Trouble.BUSY:
            return look(ABOUT, f"Others were writing to it for more than {BUSY_SECONDS:g} seconds.")
        if _is_damage(error):
            return away(error)
        return fault(
            ABOUT,
            f"It cannot be written to ({_first(error)}).",
            "It may be a replica, a read-only disk, or another user's.",
        )
    return ok(ABOUT, "It can be written to.")


def away(error: Exception) -> Finding:
    """What an error of the database means, and what to do."""
    if _is_damage(error):
        return fault(ABOUT, f"The file is damaged ({_first(error)}).", _RESTORE)
    return fault(
        ABOUT,
        f"It cannot be used ({_first(error)}).",
        "Is it running, and is REPLYBY_DATABASE_URL (or --database) right?",
    )


def _is_damage(error: Exception) -> bool:
    inner = error.orig if isinstance(error, DBAPIError) else error
    # The kind stands in the last byte.
    kind = getattr(inner, "sqlite_errorcode", 0) & 0xFF
    return kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _first(error: Exception) -> str:
    """Its first line; passwords stand in none."""
    said = error.orig if isinstance(error, DBAPIError) else error
    lines = str(said).strip().splitlines()
    return lines[0].rstrip(".")[:200] if lines else type(said).__name__
