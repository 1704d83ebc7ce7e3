"""After a restore: which words may have been said since the backup was made, and are not to be said twice.

The database has forgotten what was sent after the backup. What it held as owed may have been said, and so may
what the sweeps put anew about the deadlines that it held: both are doubtful, and a sender that can look for a
message (Slack) looks before it speaks. The restore is kept as a word heard, under KEY. See docs/decisions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, func, select, update

from models.inbox import Heard
from models.inquiry import Deadline, Inquiry
from models.instant import iso
from models.outbox import Owed, Sending
from models.store import insert_once

KEY = "replyby:restored"
# So long may a word wait that was due before the restore: a long weekend, a closure, a week away.
DOUBT = timedelta(days=7)
ASKED = ("message", "answer", "survey", "undelivered", "asked")


@dataclass(frozen=True)
class Restored:
    """What a restored database holds. `due`: of the words owed, those whose time had come."""

    inquiries: int
    owed: int
    due: int


def mark_restored(db: Session, now: datetime) -> Restored:
    """Marks what may have been said since the backup. Touches only what every schema of Replyby has."""
    unsaid = col(Owed.state).in_((Sending.OWED, Sending.SENDING))
    # Nobody holds a lease any more.
    free = {"state": Sending.OWED, "lease_until": None, "lease_token": None}
    db.execute(update(Owed).where(unsaid).values(doubtful=True, **free))
    last = db.exec(select(func.max(Deadline.id))).one() or 0
    db.execute(delete(Heard).where(col(Heard.key) == KEY))
    insert_once(db, Heard, {"key": KEY, "heard_at": now, "reply": {"deadlines": last, "at": iso(now)}})

    def count(table: Any, *conditions: Any) -> int:
        return int(db.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())

    return Restored(count(Inquiry), count(Owed, unsaid), count(Owed, unsaid, col(Owed.not_before) <= now))


def doubt_since_restore(db: Session, now: datetime) -> Callable[[Owed], bool] | None:
    """Whether a word may have been said before the restore without the database knowing; None for none.

    Only what sweeps put anew under the same key: about a deadline of the backup, or of a kind of its own.
    What people ask for has keys of ids that are given again after a restore: a look would find another word.
    """
    heard = db.get(Heard, KEY)
    if heard is None or heard.reply is None or now > heard.heard_at + DOUBT:
        return None
    last = int(heard.reply["deadlines"])

    def may_have_been_said(row: Owed) -> bool:
        if row.attempts:
            return False
        return row.deadline_id <= last if row.deadline_id is not None else row.kind not in ASKED

    return may_have_been_said
