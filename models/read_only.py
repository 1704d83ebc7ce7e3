"""A look into a database that cannot change it, and that holds nobody up however long it takes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from models.migrating import newest
from models.store import BUSY_SECONDS, database_url


@contextmanager
def read_only(address: str) -> Iterator[Session]:
    """A session that sees one state of the database and refuses to write.

    Raises ValueError, in a sentence, for an unusable address, an SQLite file that is not there, and a
    database of another schema than this code's.
    """
    engine = _engine(database_url(address))
    try:
        with engine.connect() as connection, connection.begin():
            if MigrationContext.configure(connection).get_current_revision() != newest():
                raise ValueError(
                    "The database has the schema of another Replyby. Run `replyby migrate`, then try again."
                )
            yield Session(connection)
    finally:
        engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        options = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        return create_engine(url, poolclass=NullPool, hide_parameters=True, execution_options=options)
    path = Path(str(url.database)).resolve()
    if not path.is_file():
        raise ValueError(f"There is no database at {url.database}.")

    def connect() -> sqlite3.Connection:
        # Without a level of its own, the driver begins no transaction: ours does, below.
        place = f"{path.as_uri()}?mode=ro"
        return sqlite3.connect(
            place, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # Deferred: a reader of a database with a write-ahead log is in nobody's way.
        connection.exec_driver_sql("BEGIN")

    return engine
