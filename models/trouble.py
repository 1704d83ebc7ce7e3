"""What keeps a database from storing something, when nothing is wrong with the program: named, so that the
speaker can be told in words.
"""

import sqlite3
from enum import StrEnum

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection


class Trouble(StrEnum):
    """FULL: no room on the disk. BUSY: others held it for too long. AWAY: it did not answer, or no longer.

    After FULL and BUSY nothing is stored; after AWAY nobody knows, when it was the commit that was cut off.
    """

    FULL = "full"
    BUSY = "busy"
    AWAY = "away"


_SQLITE = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_IOERR: Trouble.AWAY,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
}
# SQLSTATE, or the class of it that stands before the rest; the first that fits.
_POSTGRESQL = {
    "53100": Trouble.FULL,
    "53": Trouble.BUSY,  # too many connections, no memory
    "55P03": Trouble.BUSY,  # a lock that was not to be had
    "57014": Trouble.BUSY,  # a statement that took too long
    "40": Trouble.BUSY,  # a deadlock
    "57": Trouble.AWAY,  # shutting down, or just starting
    "25P03": Trouble.AWAY,  # cut off for standing still
    "08": Trouble.AWAY,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """Which trouble of the database this error tells of; None for a fault of the program.

    SQLite ends a whole transaction when the disk is full: what then fails of that tells of it too.
    """
    tells: BaseException | None = error
    while tells is not None:
        found = _trouble(tells)
        if found is not None:
            return found
        tells = tells.__cause__ or tells.__context__
    return None


def _trouble(error: BaseException) -> Trouble | None:
    if isinstance(error, NoConnection):
        return Trouble.BUSY
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        # The first byte is the kind, the others say more about it.
        return _SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF)
    if isinstance(cause, psycopg.Error) and cause.sqlstate:
        state = cause.sqlstate
        return next((found for begins, found in _POSTGRESQL.items() if state.startswith(begins)), None)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return Trouble.AWAY if lost or isinstance(cause, psycopg.OperationalError) else None
