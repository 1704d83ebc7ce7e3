"""The floor of B5: the same words put and leased by SQL written by hand, two statements and two commits.

The database does it all; nothing passes through Python but the rows leased.
What the sweep and the claim look at besides (absences, schedules, calendars, who is being written to) is left
out, so nothing that keeps our promises can be as quick.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from models.leasing import LEASE
from models.planned import GRACE
from models.store import Store

DIALECT = {
    "SQLite": {
        "object": "json_object",
        "due": "strftime('%Y-%m-%dT%H:%M:%S+00:00', d.due)",
        "token": "lower(hex(randomblob(16)))", "lock": "",
        "now": ":now", "since": ":since", "until": ":until", "deadline": ":deadline",
    },
    "PostgreSQL": {
        "object": "json_build_object",
        "due": "to_char(d.due AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"')",
        "token": "replace(gen_random_uuid()::text, '-', '')", "lock": "FOR UPDATE SKIP LOCKED",
        "now": "%(now)s", "since": "%(since)s", "until": "%(until)s", "deadline": "%(deadline)s",
    },
}  # fmt: skip

PUT = """
INSERT INTO outbox (key, recipient, template, facts, choices, kind, deadline_id, deadline_due, any_hour,
    put_at, not_before, state, attempts, doubtful, unreachable)
SELECT 'deadline:' || d.id || ':due:' || {due} || ':' || i.owner_id, 'staff:' || i.owner_id, 'due_now',
    {object}('number', 'INQ-' || i.id, 'point', 'due'), '[]',
    'due_now', d.id, d.due, false, {now}, {now}, 'owed', 0, false, '[]'
FROM deadline d JOIN inquiry i ON i.id = d.inquiry_id
WHERE d.ended_at IS NULL AND d.stopped_at IS NULL AND {which}
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.deadline_id = d.id AND o.deadline_due = d.due
        AND o.kind = 'due_now' AND o.state <> 'withdrawn')
ON CONFLICT (key) DO NOTHING
"""

LEASED = """
UPDATE outbox SET state = 'sending', lease_until = {until}, lease_token = {token}, attempts = attempts + 1,
    bundle = key
WHERE id IN (SELECT id FROM outbox WHERE state = 'owed' AND not_before <= {now}
    ORDER BY not_before, id LIMIT 1000 {lock})
RETURNING id, key, recipient, template, facts, choices, kind, deadline_id, deadline_due, lease_token, attempts
"""


DUE = "d.due > {since} AND d.due <= {now}"
ONE = "d.id = {deadline}"

Words = tuple[Any, ...]


def put(kind: str, which: str) -> str:
    """The statement that puts the words of the deadlines of this condition, DUE or ONE."""
    return PUT.replace("{which}", which).format(**DIALECT[kind])


def instants(kind: str, **given: datetime) -> dict[str, Any]:
    """The parameters, as SQLAlchemy writes instants there."""
    if kind == "PostgreSQL":
        return dict(given)
    return {name: f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" for name, at in given.items()}


@contextmanager
def connected(store: Store) -> Iterator[Any]:
    """A connection of its own, by the driver alone, that commits each statement unless told otherwise."""
    if store.on_postgresql:
        address = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(address, autocommit=True)) as server:
            yield server
        return
    with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as file:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            file.execute(f"PRAGMA {pragma}")
        yield file


@contextmanager
def by_hand(store: Store, now: datetime) -> Iterator[Callable[[], list[Words]]]:
    """Puts what is due at `now` and leases it; gives the rows leased."""
    kind = "PostgreSQL" if store.on_postgresql else "SQLite"
    putting, leasing = put(kind, DUE), LEASED.format(**DIALECT[kind])
    moments = instants(kind, now=now, since=now - GRACE, until=now + LEASE)
    with connected(store) as connection:

        def once() -> list[Words]:
            connection.execute(putting, moments)
            return list(connection.execute(leasing, moments).fetchall())

        yield once
