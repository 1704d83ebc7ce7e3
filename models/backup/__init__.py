"""Backups: a whole copy of the database in one file, checked before it counts, and the way back.

SQLite by VACUUM INTO, PostgreSQL by pg_dump and pg_restore. A backup holds every row that was acknowledged
before it began, and no half of one, however busy Replyby is meanwhile. A restore wants to be alone with it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.backup import postgresql, sqlite
from models.restored import Restored
from models.store import database_url


@dataclass(frozen=True)
class Kept:
    """A backup that was made and checked: its schema, and its size in bytes."""

    revision: str
    size: int


def back_up(address: str, file: Path) -> Kept:
    """Copies the database at the address into a new file, readable by its owner alone.

    Raises ValueError, in a sentence, when the file is there already, when there is no database of Replyby, or
    when the copy is not sound; nothing is left of it then.
    """
    url = database_url(address)
    on_postgresql = url.get_backend_name() == "postgresql"
    revision = postgresql.back_up(url, file) if on_postgresql else sqlite.back_up(url, file)
    return Kept(revision, file.stat().st_size)


def restore(
    address: str, file: Path, now: datetime, *, replace: bool = False
) -> tuple[Restored, Path | None]:
    """Puts a backup into the database at the address, brings it to the newest schema, marks what is doubtful.

    What the database holds now is only replaced when `replace` says so, and then a copy of it is kept: its
    path is returned too. Raises ValueError, in a sentence, and changes nothing, when the file is no sound
    backup or that of a newer Replyby, or when anybody uses the database.
    """
    url = database_url(address)
    if url.get_backend_name() == "postgresql":
        return postgresql.restore(url, file, now, replace=replace)
    return sqlite.restore(url, file, now, replace=replace)
