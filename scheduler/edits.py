"""Carrying an edit: the words as they were sent, with what has happened since, and without what is over.

All of it is read anew when the edit is claimed, so carrying it twice does no harm, and several edits of one
message come to one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models import edits, outbox
from models.calendars import calendar_for
from models.inquiry import Deadline, Event, Happening, Inquiry, State, ident, running
from models.instant import iso
from models.leasing import SOON, finish
from models.outbox import Owed, Sending
from models.seeing import may_see
from models.staff import Staff
from scheduler.bundling import letter_of

MOST_ATTEMPTS = 5
# What ends a clock, and what moves one.
_ENDING = (Happening.ANSWERED, Happening.CLOSED, Happening.ACKNOWLEDGED, Happening.NEEDED)
_MOVING = (Happening.EXTENDED, Happening.MOVED, Happening.RESUMED)

Since = dict[str, Any]


def ready(db: Session, row: Owed, now: datetime) -> bool:
    """Whether the claimed edit is to be carried now: then it holds the words, else it is put right.

    What cannot be edited stays as it was sent, and nobody is told of that.
    """
    rows = edits.messages(db, row)
    if any(one.state is Sending.SENDING for one in rows):
        finish(db, row, state=Sending.OWED, not_before=now + SOON, attempts=row.attempts - 1)
        return False
    reason = _hopeless(row, rows)
    if reason is None:
        happened = [since(db, one) for one in rows]
        told = _told_once(happened)
        if told != edits.last_said(db, row.edits or ""):
            _say(db, row, rows, happened, now)
            return True
        reason = "nothing-changed"
    finish(db, row, **outbox.withdrawal(reason, now))
    return False


def _hopeless(row: Owed, rows: Sequence[Owed]) -> str | None:
    if not rows:
        return "not-said"
    reached = edits.can_be_edited(rows[0].sent_to, rows[0].provider_id)
    if row.unreachable or row.attempts > MOST_ATTEMPTS or not reached:
        return "cannot-be-edited"
    return None


def _say(
    db: Session, row: Owed, rows: Sequence[Owed], happened: Sequence[Since | None], now: datetime
) -> None:
    """Writes the words into the edit: those of the letter, and "since": what has happened, by inquiry.

    "message" is the id of one of the rows that it changes, as before.
    """
    first = rows[0]
    row.recipient, row.provider_id = first.sent_to or row.recipient, first.provider_id
    for one, what in zip(rows, happened, strict=True):
        if what is not None:
            # For the letter alone: what is stored of the message stays as it was said.
            db.expunge(one)
            one.choices = _only_show(db, one, what["number"], now)
    row.template, facts, choices = letter_of(rows)
    row.choices = list(choices)
    told = {"since": _told_once(happened), "several": len(rows) > 1}
    row.facts = {**facts, **told, "message": first.id}
    db.add(row)
    db.flush()


def _told_once(happened: Iterable[Since | None]) -> list[Since]:
    """What has happened; several words of one letter may be about one inquiry."""
    told: list[Since] = []
    for one in happened:
        if one is not None and one not in told:
            told.append(one)
    return told


def _only_show(db: Session, message: Owed, number: str, now: datetime) -> list[dict[str, str]]:
    """The one button that is never wrong, for who may see the inquiry still."""
    member = db.get(Staff, message.staff_id) if message.staff_id is not None else None
    inquiry = db.get_one(Inquiry, _inquiry_id(db, message))
    if member is None or not may_see(db, member, inquiry, calendar_for(db, member.id).today(now)):
        return []
    return [{"label": "Show", "words": f"inquiry show {number}"}]


def _inquiry_id(db: Session, message: Owed) -> int:
    if message.deadline_id is not None:
        return db.get_one(Deadline, message.deadline_id).inquiry_id
    return int(message.key.split(":")[1])


def since(db: Session, message: Owed) -> Since | None:
    """What has happened since a message was said that makes it untrue; None while it is true.

    {"number", "what", "by", "at"}, and "to" of what was assigned, "reason" of what is paused, "until" of what
    was promised, "due" of what has moved.
    """
    inquiry = db.get_one(Inquiry, _inquiry_id(db, message))
    clock = db.get_one(Deadline, message.deadline_id) if message.deadline_id is not None else None
    ended = _ended(db, inquiry, clock)
    if ended is not None:
        promised = ended.what is Happening.ACKNOWLEDGED
        return _told(db, inquiry, ended, **({"until": ended.detail["until"]} if promised else {}))
    owner = db.get_one(Staff, inquiry.owner_id)
    if (message.facts.get("owner") or {}).get("handle", owner.handle) != owner.handle:
        return _told(db, inquiry, _last(db, inquiry, [Happening.ASSIGNED]), to=owner.name)
    stopped = clock.stopped_at if clock else inquiry.paused_at
    if stopped is not None and not message.facts.get("paused"):
        return _told(db, inquiry, _last(db, inquiry, [Happening.PAUSED]), reason=inquiry.paused_for)
    if clock is not None:
        moved = clock.due != message.deadline_due
        return _told(db, inquiry, _last(db, inquiry, _MOVING), due=iso(clock.due)) if moved else None
    return _due_otherwise(db, inquiry, message)


def _due_otherwise(db: Session, inquiry: Inquiry, message: Owed) -> Since | None:
    """Whether the deadline that a word about no clock has named was moved; another may be the nearest now."""
    was, clocks = message.facts.get("next"), running(db, inquiry)
    if not was or not clocks or iso(clocks[0].due) == was["due"]:
        return None
    last = _last(db, inquiry, _MOVING)
    if last is None or message.finished_at is None or last.at < message.finished_at:
        return None
    return _told(db, inquiry, last, due=iso(clocks[0].due))


def _ended(db: Session, inquiry: Inquiry, clock: Deadline | None) -> Event | None:
    """What ended the clock; or the inquiry, for a word about no clock."""
    if clock is not None:
        if clock.ended_at is None:
            return None
        # Others may have come at the same instant, when a clock stands still.
        ending = _events(inquiry, _ENDING).where(Event.at == clock.ended_at)
        return db.exec(ending.order_by(col(Event.id)).limit(1)).first()
    if inquiry.state not in (State.ANSWERED, State.CLOSED):
        return None
    opened = _last(db, inquiry, [Happening.LOGGED, Happening.REOPENED])
    query = _events(inquiry, [Happening.ANSWERED, Happening.CLOSED])
    after = query.where(col(Event.id) > (opened.id if opened else 0))
    return db.exec(after.order_by(col(Event.id)).limit(1)).first()


def _last(db: Session, inquiry: Inquiry, whats: Iterable[Happening]) -> Event | None:
    return db.exec(_events(inquiry, whats).order_by(col(Event.id).desc()).limit(1)).first()


def _events(inquiry: Inquiry, whats: Iterable[Happening]) -> SelectOfScalar[Event]:
    return select(Event).where(Event.inquiry_id == ident(inquiry), col(Event.what).in_(list(whats)))


def _told(db: Session, inquiry: Inquiry, event: Event | None, **more: Any) -> Since | None:
    if event is None:
        return None
    by = db.get_one(Staff, event.by_id).name
    return {"number": inquiry.number, "what": event.what.value, "by": by, "at": iso(event.at), **more}
