"""Taking words out of the outbox: one process at a time holds a row, by a lease with a token."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, update
from sqlmodel import Session, col, select

from models.outbox import Owed, Sending
from models.restored import doubt_since_restore

LEASE = timedelta(seconds=60)
AGAIN = "again-"  # begins the token of a lease on a word that may have been said twice already


def claim(db: Session, now: datetime, limit: int = 20) -> list[Owed]:
    """Leases what may be sent now: a recipient's oldest row alone, those first that wait the longest.

    A row whose lease ran out is claimed again and marked `doubtful`: its sender died, so it may have been
    said; so may a reminder that is put anew after a restore. Rows that another process is claiming are passed
    over, and so is whoever is being written to.
    """
    ready = or_(
        and_(col(Owed.state) == Sending.OWED, col(Owed.not_before) <= now),
        and_(col(Owed.state) == Sending.SENDING, col(Owed.lease_until) <= now),
    )
    busy = select(Owed.recipient).where(Owed.state == Sending.SENDING, col(Owed.lease_until) > now)
    place = func.row_number().over(
        partition_by=col(Owed.recipient), order_by=(col(Owed.state) != Sending.SENDING, col(Owed.id))
    )
    queue = (
        select(Owed.id, place.label("place")).where(ready, col(Owed.recipient).not_in(busy)).subquery("queue")
    )
    rows = db.exec(
        select(Owed)
        .join(queue, queue.c.id == Owed.id)
        # PostgreSQL asks `ready` again of a row that changed while it was being locked.
        .where(queue.c.place == 1, ready)
        .order_by(col(Owed.not_before), col(Owed.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Owed)
    )
    claimed = list(rows)
    doubt = doubt_since_restore(db, now) if claimed else None
    for row in claimed:
        # Its sender died as well, and had been told that it may be a repeat.
        again = AGAIN if row.doubtful and row.state is Sending.SENDING else ""
        forgotten = doubt is not None and doubt(row)
        row.doubtful = row.doubtful or row.state is Sending.SENDING or forgotten
        row.state = Sending.SENDING
        row.lease_until = now + LEASE
        row.lease_token = again + secrets.token_hex(16)
        row.attempts += 1
        db.add(row)
    db.flush()
    return claimed


def perhaps_said_twice(row: Owed) -> bool:
    """Whether two senders of a claimed row may have said it, one after the other."""
    return (row.lease_token or "").startswith(AGAIN)


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
