"""The engine and the one way to a transaction.

SQLite: WAL, `synchronous=FULL`, every transaction `BEGIN IMMEDIATE` (a deferred one that turns to writing
fails at once under load, whatever its timeout). PostgreSQL through psycopg 3.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, ExceptionContext, make_url
from sqlmodel import Session, SQLModel

BUSY_SECONDS = 20
IDLE_SECONDS = 30  # in mid-transaction; who stands still for longer is cut off, and its rows are free again


class Store:
    """A database that has the tables. `transaction()` is the only way in."""

    def __init__(self, address: str) -> None:
        self.url = database_url(address)
        self.engine = _engine(self.url)

    @property
    def on_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not."""
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            yield db

    def close(self) -> None:
        self.engine.dispose()


def insert_once(
    db: Session, table: type[SQLModel], row: Mapping[str, Any], unique: Sequence[str] = ("key",)
) -> bool:
    """Inserts a row unless one with the same unique columns is there already; False when it is."""
    dialect = db.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(dict(row)).on_conflict_do_nothing(index_elements=unique)
    done = db.execute(statement.returning(insert(table).table.c[unique[0]]))
    return done.scalar() is not None


def database_url(address: str) -> URL:
    """The SQLAlchemy address; `postgres://` and `postgresql://` come to mean psycopg 3.

    Raises ValueError, in a sentence, for anything that is neither an SQLite file nor PostgreSQL.
    """
    try:
        url = make_url(address)
    except Exception as error:
        raise ValueError(
            "The database address cannot be read. Use sqlite:///FILE or postgresql://…"
        ) from error
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    in_a_file = url.database and not url.database.startswith((":memory:", "file:"))
    if url.drivername in ("sqlite", "sqlite+pysqlite") and in_a_file:
        return url.set(drivername="sqlite")
    raise ValueError("The database must be SQLite (sqlite:///FILE) or PostgreSQL (postgresql://…).")


def _engine(url: URL) -> Engine:
    # Parameters are residents' data: they stay out of errors and logs.
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "handle_error", _say_no_row)
        event.listen(engine, "connect", _leave_no_lock)
        return engine
    private_file(Path(str(url.database)))
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own BEGIN is deferred: we begin by ourselves, below.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _leave_no_lock(connection: psycopg.Connection[Any], _record: Any) -> None:
    """A process that is stopped, or whose machine is gone, would keep the rows it has locked for ever."""
    connection.autocommit = True
    connection.execute(sql.SQL("SET idle_in_transaction_session_timeout = {}").format(IDLE_SECONDS * 1000))
    connection.autocommit = False


def _say_no_row(context: ExceptionContext) -> None:
    """PostgreSQL's details of an error repeat the row: only its first sentence is kept."""
    error, wrapped = context.original_exception, context.sqlalchemy_exception
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        error.args = (error.diag.message_primary,)
        if wrapped is not None:
            wrapped.args = (f"({type(error).__name__}) {error.diag.message_primary}",)


def private_file(path: Path) -> None:
    """Makes the folder, and the file readable by its owner alone: it holds residents' data."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
