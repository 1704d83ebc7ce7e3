"""Taking words out of the outbox: one process at a time holds a row, by a lease with a token.

What is claimed together is said in one letter, and has its key in `bundle`. A letter that may have been said
is claimed again as it was, under the same key: whoever says it can look for it. What was certainly not said
may be put together anew, and gets a new key, so that no key ever names two letters.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, case, func, or_, type_coerce
from sqlmodel import Session, col, select

from models import reminding
from models.leasing import Doubt, in_doubt, lease, lease_alone, part
from models.outbox import LIVE, Owed, Sending
from models.restored import doubt_since_restore
from models.store import update_all

LETTERS = 50  # in one claim
WORDS = 100  # in one claim, but for the rest of the last letter: each is looked at before the claim ends
TOGETHER = 20  # words in one letter
# What may be said together: words about deadlines, and those that people asked for themselves.
_REMINDERS = or_(col(Owed.deadline_id).is_not(None), col(Owed.kind) == reminding.KIND)


def claim(db: Session, now: datetime, limit: int = LETTERS) -> list[Owed]:
    """Leases what may be sent now: one letter a recipient, those first that wait the longest.

    A letter is the recipient's oldest row; where that is a reminder, with the other reminders that are ready.
    The rows of one letter follow one another, and share `bundle` (see `letters`).

    A row whose lease ran out is claimed again and marked `doubtful`: its sender died, so it may have been
    said; so may a reminder that is put anew after a restore. Rows that another process is claiming are passed
    over, and so is whoever is being written to.
    """
    leads = _leads(db, now, limit)
    if not leads:
        return []
    doubt = doubt_since_restore(db, now) or (lambda _: False)
    before = _as_before(db, now, [lead for lead, _ in leads if in_doubt(lead)])
    joining = _joining(db, now, [lead for lead, words in leads if words > 1 and _joins(lead, doubt)])
    claimed: list[Owed] = []
    alone: list[Owed] = []
    changes: list[dict[str, Any]] = []
    for lead, _ in leads:
        if len(claimed) >= max(limit, WORDS):
            break
        if in_doubt(lead):
            rows, key = before[lead.recipient], lead.bundle or lead.key
        else:
            others = [one for one in joining.get(lead.recipient, ()) if _goes_with(one, lead, doubt)]
            rows = [lead, *others]
            # Drawn anew: another letter may have begun with this row, and have been said without it.
            key = f"{lead.key}#{secrets.token_hex(8)}" if others else lead.key
            if not others and not doubt(lead):
                alone.append(lead)
        if rows and not (alone and alone[-1] is lead):
            changes += lease(rows, key, now, doubt)
        claimed += rows
    lease_alone(db, alone, now)
    update_all(db, Owed, changes)
    return claimed


def something_waits(db: Session, now: datetime) -> bool:
    """Whether anything may be there to claim; it locks nothing."""
    return db.execute(select(Owed.id).where(LIVE, _may_be_claimed(now)).limit(1)).first() is not None


def letters(claimed: Sequence[Owed]) -> list[list[Owed]]:
    """The rows of each letter."""
    return [list(rows) for _, rows in groupby(claimed, key=lambda row: row.bundle)]


def _leads(db: Session, now: datetime, limit: int) -> list[tuple[Owed, int]]:
    """Each recipient's oldest row, locked, and how many words of theirs might be said together."""
    ready = _may_be_claimed(now)
    busy = select(Owed.recipient).where(LIVE, Owed.state == Sending.SENDING, col(Owed.lease_until) > now)
    theirs = col(Owed.recipient)
    order = (col(Owed.state) != Sending.SENDING, col(Owed.id))
    place = func.row_number().over(partition_by=theirs, order_by=order)
    words = func.sum(case((_REMINDERS, 1), else_=0)).over(partition_by=theirs)
    waits = func.min(col(Owed.not_before)).over(partition_by=theirs)
    queue = (
        select(Owed.id, place.label("place"), words.label("words"), waits.label("waits"))
        .where(LIVE, ready, col(Owed.recipient).not_in(busy))
        .subquery("queue")
    )
    rows = db.execute(
        select(Owed, queue.c.words)
        .join(queue, queue.c.id == Owed.id)
        # PostgreSQL asks `ready` again of a row that changed while it was being locked.
        .where(queue.c.place == 1, ready)
        .order_by(queue.c.waits, col(Owed.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Owed)
    )
    return [(lead, int(words)) for lead, words in rows]


def _may_be_claimed(now: datetime) -> ColumnElement[bool]:
    """What is due, and what a sender held for too long."""
    return or_(
        and_(col(Owed.state) == Sending.OWED, col(Owed.not_before) <= now),
        and_(col(Owed.state) == Sending.SENDING, col(Owed.lease_until) <= now),
    )


def _joins(lead: Owed, doubt: Doubt) -> bool:
    reminds = lead.deadline_id is not None or lead.kind == reminding.KIND
    return reminds and not in_doubt(lead) and not doubt(lead)


def _goes_with(row: Owed, lead: Owed, doubt: Doubt) -> bool:
    """What one address has refused goes by itself to the next one."""
    return row.unreachable == lead.unreachable and not doubt(row)


def _joining(db: Session, now: datetime, leads: Sequence[Owed]) -> dict[str, list[Owed]]:
    """What may be said together with these rows, locked, by recipient.

    Whoever holds a recipient's oldest row is alone in taking the others.
    """
    if not leads:
        return {}
    ready = _ready(now)
    place = func.row_number().over(partition_by=col(Owed.recipient), order_by=col(Owed.id))
    queue = (
        select(Owed.id, place.label("place"))
        .where(
            ready,
            col(Owed.recipient).in_([lead.recipient for lead in leads]),
            col(Owed.id).not_in([lead.id for lead in leads]),
        )
        .subquery("queue")
    )
    rows = db.exec(
        select(Owed)
        .join(queue, queue.c.id == Owed.id)
        .where(queue.c.place < TOGETHER, ready)
        .order_by(col(Owed.recipient), col(Owed.id))
        .with_for_update(skip_locked=True, of=Owed)
    )
    return {recipient: list(theirs) for recipient, theirs in groupby(rows, key=lambda row: row.recipient)}


def _ready(now: datetime) -> ColumnElement[bool]:
    """What may be said now, together with others."""
    waits = and_(col(Owed.state) == Sending.OWED, col(Owed.not_before) <= now)
    return and_(LIVE, waits, _REMINDERS, col(Owed.doubtful).is_(False))


def left_over(db: Session, now: datetime, recipients: Collection[str]) -> dict[str, set[str]]:
    """By recipient, the numbers of the inquiries that they are to be reminded of now by a later letter."""
    if not recipients:
        return {}
    number = type_coerce(col(Owed.facts), JSON)["number"].as_string()
    theirs = select(Owed.recipient, number).where(_ready(now), col(Owed.recipient).in_(recipients)).distinct()
    found: dict[str, set[str]] = {}
    for recipient, one in db.exec(theirs):
        found.setdefault(recipient, set()).add(one)
    return found


def _as_before(db: Session, now: datetime, leads: Sequence[Owed]) -> dict[str, list[Owed]]:
    """The rows of letters that may have been said, locked, by recipient: all of them, or none at all.

    If one row is being changed by somebody else the letter waits: said without it, it would be found later,
    and the row be taken for said.
    """
    found = {lead.recipient: [lead] for lead in leads}
    keys = {lead.bundle for lead in leads if lead.bundle is not None}
    if not keys:
        return found
    of_these = col(Owed.bundle).in_(keys)
    # What was given up is not in it any more: should somebody try it again, it goes by itself.
    part(db, of_these, col(Owed.state) == Sending.DEAD)
    live = (of_these, LIVE)
    there = set(db.exec(select(Owed.id).where(*live)))
    free = or_(col(Owed.state) == Sending.OWED, col(Owed.lease_until) <= now)
    locked = select(Owed).where(*live, free).order_by(col(Owed.id)).with_for_update(skip_locked=True)
    held = list(db.exec(locked))
    kept = {row.id for row in held}
    for lead in leads:
        if lead.bundle is not None:
            found[lead.recipient] = [row for row in held if row.bundle == lead.bundle]
    missing = there - kept
    if missing:
        lost = set(db.exec(select(Owed.bundle).where(col(Owed.id).in_(missing))))
        found |= {lead.recipient: [] for lead in leads if lead.bundle in lost}
    return found
