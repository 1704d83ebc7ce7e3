"""A database of each kind for a benchmark: durable as in service, in a folder that is gone afterwards."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from models.store import Store
from tests.postgres import FORGETFUL, Postgres

KINDS = ("SQLite", "PostgreSQL")
BLOCK = b"\0" * 4096


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of a new, empty database: an SQLite file, or PostgreSQL with `synchronous_commit=on`."""
    if kind == "SQLite":
        with TemporaryDirectory(prefix="replyby-bench-") as folder:
            yield f"sqlite:///{folder}/replyby.db"
        return
    server = Postgres()
    try:
        with psycopg.connect(host=server.socket_folder, user="postgres", autocommit=True) as admin:
            # The tests' server forgets on a power cut; ours must not.
            for setting in FORGETFUL:
                admin.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(setting)))
            admin.execute("SELECT pg_reload_conf()")
        yield server.url(server.create())
    finally:
        server.stop()


def settle(store: Store, *tables: str) -> None:
    """What a database does by itself in time: pages are written back, dead rows swept out, counts taken."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.on_postgresql:
            for table in tables:
                connection.exec_driver_sql(f"VACUUM (ANALYZE) {table}")
            connection.exec_driver_sql("CHECKPOINT")
    if not store.on_postgresql:
        raw = store.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()


def fsync_seconds(times: int = 100) -> float:
    """What it costs here to have 4 KiB on the disk: every commit waits for it once or more."""
    taken = []
    with TemporaryDirectory(prefix="replyby-bench-") as folder, (Path(folder) / "block").open("wb") as file:
        for _ in range(times):
            file.write(BLOCK)
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - begun)
    return median(taken)
