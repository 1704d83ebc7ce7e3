"""How much is owed and open, and what schema there is: read without standing in anybody's way.

Nothing is locked and no transaction of ours is begun, so writers do not wait, and a reading is cut short
after QUERY_SECONDS. With 1,000,000 inquiries and 1,000,000 words owed it takes about 60 ms: inquiries are
counted in the index of their states; of the words in a state the first COUNT_UP_TO alone, the longest owed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models.outbox import Sending
from models.store import Store

QUERY_SECONDS = 1.5
COUNT_UP_TO = 10_000
COUNTED = (Sending.OWED, Sending.SENDING, Sending.DEAD)  # those that were sent are many, and done
_STEPS = 50_000  # of SQLite's machine, between two looks at the time


@dataclass(frozen=True)
class Tally:
    """words: by (state, kind). inquiries: by state. longest_owed: when the first word owed was to be said."""

    words: dict[tuple[str, str], int]
    inquiries: dict[str, int]
    longest_owed: datetime | None


def tally(store: Store) -> Tally:
    """Raises what the database raises, after QUERY_SECONDS too."""
    words = {}
    with reading(store) as cursor:
        for state in COUNTED:
            cursor.execute(
                "SELECT kind, count(*) FROM (SELECT kind FROM outbox "  # noqa: S608  # our own words
                f"WHERE state = '{state}' ORDER BY not_before LIMIT {COUNT_UP_TO}) AS longest GROUP BY kind"
            )
            words.update({(state.value, kind): count for kind, count in cursor.fetchall()})
        cursor.execute("SELECT state, count(*) FROM inquiry GROUP BY state")
        inquiries = dict(cursor.fetchall())
        # Nobody waits for an edit.
        cursor.execute("SELECT min(not_before) FROM outbox WHERE state = 'owed' AND kind <> 'edit'")
        first = cursor.fetchone()[0]
    if isinstance(first, str):  # SQLite keeps the bare digits of UTC
        first = datetime.fromisoformat(first).replace(tzinfo=UTC)
    return Tally(words, inquiries, first)


def revision(store: Store) -> str | None:
    """The database's schema; None when it has none. Raises as `tally` does."""
    with reading(store) as cursor:
        catalogue = "pg_tables WHERE tablename" if store.on_postgresql else "sqlite_master WHERE name"
        cursor.execute(f"SELECT 1 FROM {catalogue} = 'alembic_version'")  # noqa: S608  # our own words
        if cursor.fetchone() is None:
            return None
        cursor.execute("SELECT version_num FROM alembic_version")
        found = cursor.fetchone()
        return str(found[0]) if found else None


@contextmanager
def reading(store: Store) -> Iterator[Any]:
    """A cursor that only reads, outside the store's transactions, for QUERY_SECONDS."""
    connection = store.engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        cursor = connection.cursor()
        if store.on_postgresql:
            cursor.execute(f"SET LOCAL statement_timeout = {int(QUERY_SECONDS * 1000)}")
        else:
            end = time.monotonic() + QUERY_SECONDS
            driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        yield cursor
    finally:
        if not store.on_postgresql:
            driver.set_progress_handler(None, 0)
        connection.close()
