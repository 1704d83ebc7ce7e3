"""Leases on words that are being sent: taken with a token, ended with what became of the word."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from models.outbox import Owed, Sending
from models.store import update_all

LEASE = timedelta(seconds=30)
SOON = timedelta(seconds=1)  # when to try again what somebody else holds
AGAIN = "again-"  # begins the token of a lease on a word that may have been said twice already
Doubt = Callable[[Owed], bool]


def in_doubt(row: Owed) -> bool:
    """Whether a row that is to be claimed may have been said already."""
    return row.doubtful or row.state is Sending.SENDING


def lease(rows: Sequence[Owed], key: str, now: datetime, doubt: Doubt) -> list[dict[str, Any]]:
    """Leases the rows of one letter; what is to be written of each."""
    # Its sender died as well, and had been told that it may be a repeat.
    again = AGAIN if any(row.doubtful and row.state is Sending.SENDING for row in rows) else ""
    doubtful = any(in_doubt(row) or doubt(row) for row in rows)
    token = again + secrets.token_hex(16)
    changes = []
    for row in rows:
        change = {
            "state": Sending.SENDING,
            "lease_until": now + LEASE,
            "lease_token": token,
            "attempts": row.attempts + 1,
            "doubtful": doubtful,
            "bundle": key,
        }
        changes.append({"id": row.id, **change})
        _keep(row, change)
    return changes


def lease_alone(db: Session, rows: Sequence[Owed], now: datetime) -> None:
    """Leases rows that are said by themselves for the first time, in one statement."""
    if not rows:
        return
    change = {"state": Sending.SENDING, "lease_until": now + LEASE, "lease_token": secrets.token_hex(16)}
    leased = update(Owed).where(col(Owed.id).in_([row.id for row in rows]))
    leased = leased.values(**change, attempts=col(Owed.attempts) + 1, bundle=col(Owed.key))
    db.execute(leased.execution_options(synchronize_session=False))
    for row in rows:
        _keep(row, {**change, "attempts": row.attempts + 1, "bundle": row.key})


def part(db: Session, *which: Any) -> None:
    """Takes rows out of the letter in which they may have been said: each is looked for by itself.

    The key of a letter of its own is a new one: under the row's own key another letter may have been said.
    """
    apart = update(Owed).where(*which).values(bundle=col(Owed.key) + ":apart")
    db.execute(apart.execution_options(synchronize_session=False))


def finish(db: Session, row: Owed, **change: Any) -> bool:
    """Writes the outcome of a claim. False when the lease was lost to another process meanwhile."""
    done = db.execute(
        update(Owed)
        .where(
            col(Owed.id) == row.id,
            col(Owed.lease_token) == row.lease_token,
            col(Owed.state) == Sending.SENDING,
        )
        .values(lease_until=None, lease_token=None, **change)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # Result of an UPDATE is a CursorResult


def finish_all(db: Session, outcomes: Sequence[tuple[Owed, Mapping[str, Any]]]) -> Collection[int | None]:
    """Writes the outcomes of many claimed rows at once; the ids of those whose lease was still held."""
    numbers = [row.id for row, _ in outcomes]
    leased = select(Owed.id, Owed.lease_token).where(
        col(Owed.id).in_(numbers), col(Owed.state) == Sending.SENDING
    )
    tokens = dict(db.exec(leased.order_by(col(Owed.id)).with_for_update()).all())
    held = [(row, change) for row, change in outcomes if row.lease_token == tokens.get(row.id, "")]
    free = {"lease_until": None, "lease_token": None}
    update_all(db, Owed, [{"id": row.id, **free, **change} for row, change in held])
    return {row.id for row, _ in held}


def set_back(db: Session, now: datetime) -> None:
    """What was leased, or put off, by a clock that was ahead does not wait until that clock is right again.

    Whoever is sending now still has a whole lease for it.
    """
    ahead = (col(Owed.state) == Sending.SENDING, col(Owed.lease_until) > now + LEASE)
    for change in (
        update(Owed).where(*ahead).values(lease_until=now + LEASE),
        # A reason says that it was tried. What waits for an opening is put off again when it is looked at.
        update(Owed)
        .where(col(Owed.state) == Sending.OWED, col(Owed.not_before) > now, col(Owed.reason).is_not(None))
        .values(not_before=now),
    ):
        db.execute(change.execution_options(synchronize_session=False))


def perhaps_said_twice(row: Owed) -> bool:
    """Whether two senders of a claimed row may have said it, one after the other."""
    return (row.lease_token or "").startswith(AGAIN)


def _keep(row: Owed, change: Mapping[str, Any]) -> None:
    """What the database has been told already."""
    for name, value in change.items():
        set_committed_value(row, name, value)
