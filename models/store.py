"""The engine and the one way to a transaction.

SQLite: WAL, `synchronous=FULL`, every transaction `BEGIN IMMEDIATE` (a deferred one that turns to writing
fails at once under load, whatever its timeout). PostgreSQL through psycopg 3.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, bindparam, create_engine, event, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, ExceptionContext, make_url
from sqlmodel import Session, SQLModel

BUSY_SECONDS = 20
READING = {"reading": True}
IDLE_SECONDS = 30  # in mid-transaction; who stands still for longer is cut off, and its rows are free again


Part = Callable[[], AbstractContextManager[Session]]
"""Begins one of several transactions that share a commit."""


class Store:
    """A database that has the tables. `transaction()` is the only way in."""

    def __init__(self, address: str, busy_seconds: float = BUSY_SECONDS, *, as_it_is: bool = False) -> None:
        """busy_seconds: how long to wait for a turn to write (SQLite) or for what is locked (PostgreSQL).

        as_it_is: an SQLite file is not made when it is not there, and keeps the journal mode that it has.
        """
        self.url = database_url(address)
        self.engine = _engine(self.url, busy_seconds, as_it_is)
        self._busy_seconds = busy_seconds
        self._writing = RLock()

    @property
    def on_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not."""
        with self._turn(), Session(self.engine, expire_on_commit=False) as db, db.begin():
            yield db

    @contextmanager
    def together(self) -> Iterator[Part]:
        """Transactions one after the other that share one COMMIT, when the block ends well.

        Each is a `with part() as db:`, a SAVEPOINT: what one raises takes back what that one has done.
        """
        with self.transaction() as db:

            @contextmanager
            def part() -> Iterator[Session]:
                try:
                    with db.begin_nested():
                        yield db
                finally:
                    # The next one reads for itself.
                    db.expunge_all()

            yield part

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer at a time: those of this process queue here, where waiting costs nothing.

        SQLite itself would have them sleep and look again, and who looks at the wrong moments never comes in.
        """
        had = not self.on_postgresql and self._writing.acquire(timeout=self._busy_seconds)
        try:
            # Without a turn it is for the database to say that it is busy.
            yield
        finally:
            if had:
                self._writing.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; in SQLite it waits for no writer."""
        with Session(self.engine.execution_options(**READING), expire_on_commit=False) as db, db.begin():
            yield db

    def server_time(self) -> datetime | None:
        """What the clock of PostgreSQL's server shows, in UTC; None for SQLite, which has none of its own."""
        if not self.on_postgresql:
            return None
        with self.engine.connect() as connection:
            shown: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return shown.astimezone(UTC)

    def close(self) -> None:
        self.engine.dispose()


def insert_once(
    db: Session, table: type[SQLModel], row: Mapping[str, Any], unique: Sequence[str] = ("key",)
) -> bool:
    """Inserts a row unless one with the same unique columns is there already; False when it is."""
    statement, columns = _unless_there(db.get_bind().dialect.name, table, tuple(unique))
    done = db.execute(statement.returning(columns[unique[0]]), dict(row))
    return done.scalar() is not None


def insert_all_once(
    db: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]], unique: Sequence[str] = ("key",)
) -> int:
    """Inserts those of the rows that are not there already, by the same columns each; how many they were."""
    statement, columns = _unless_there(db.get_bind().dialect.name, table, tuple(unique))
    values = [dict(row) for row in rows]
    if db.get_bind().dialect.name == "postgresql":
        # psycopg does not count the rows of many.
        return len(db.connection().execute(statement.returning(columns[unique[0]]), values).all())
    return int(db.connection().execute(statement, values).rowcount)


def update_all(db: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes into many rows at once: each says by "id" which one it is, and the columns that it changes."""
    columns = SQLModel.metadata.tables[str(table.__tablename__)].c
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        # A bound value must not bear the name of a column.
        alike.setdefault(tuple(sorted(row)), []).append({f"new_{name}": row[name] for name in row})
    for names, values in alike.items():
        new = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in names if name != "id"}
        statement = update(columns.id.table).where(columns.id == bindparam("new_id")).values(new)
        db.connection().execute(statement, values)


@cache
def _unless_there(dialect: str, table: type[SQLModel], unique: tuple[str, ...]) -> tuple[Any, Any]:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(SQLModel.metadata.tables[str(table.__tablename__)])
    return statement.on_conflict_do_nothing(index_elements=unique), statement.table.c


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
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.host and not url.password:
        # With two slashes, the first folder would be a host.
        raise ValueError(
            f"The database address lacks a slash: sqlite:///{url.host}/{url.database or ''} (three for a "
            "file below this folder, four for a whole path)."
        )
    if url.drivername in ("sqlite", "sqlite+pysqlite") and in_a_file and not url.host:
        return url.set(drivername="sqlite")
    raise ValueError("The database must be SQLite (sqlite:///FILE) or PostgreSQL (postgresql://…).")


def _engine(url: URL, busy_seconds: float, as_it_is: bool) -> Engine:
    # Parameters are residents' data: they stay out of errors and logs.
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "handle_error", _say_no_row)
        event.listen(engine, "connect", lambda connection, _: _leave_no_lock(connection, busy_seconds))
        return engine
    if not as_it_is:
        private_file(Path(str(url.database)))
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": busy_seconds, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own BEGIN is deferred: we begin by ourselves, below.
        connection.isolation_level = None
        journal = () if as_it_is else ("journal_mode=WAL",)
        for pragma in (*journal, "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _leave_no_lock(connection: psycopg.Connection[Any], busy_seconds: float) -> None:
    """A process that is stopped, or whose machine is gone, would keep the rows it has locked for ever."""
    connection.autocommit = True
    for name, seconds in (
        ("idle_in_transaction_session_timeout", IDLE_SECONDS),
        ("lock_timeout", busy_seconds),
    ):
        milliseconds = sql.Literal(round(seconds * 1000))
        connection.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), milliseconds))
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
