"""Changing what was sent: messages about a deadline that has ended, stopped or moved, or has a new owner.

Whatever happens to an inquiry owes an edit of each message about it that can be changed; what the edited
message says is found out when it is carried (scheduler/edits.py), so that an edit may be carried twice.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, event, insert, literal, or_
from sqlalchemy.orm import Mapper
from sqlmodel import Session, col, func, select

from models import reminding
from models.inquiry import Deadline, Event, Happening
from models.outbox import Owed, Sending, row
from models.staff import Address

KIND = "edit"
PLATFORMS = ("slack", "teams")  # what was sent by e-mail, or printed, stays as it is
KEPT = timedelta(days=30)  # nobody looks for the buttons of an older message
AT_ONCE = 100  # inquiries in one statement
# A new inquiry has had no message yet; an extension that is declined changes nothing.
_SILENT = (Happening.LOGGED, Happening.DECLINED)
_ALIVE = (Sending.OWED, Sending.SENDING, Sending.SENT)
Message = tuple[str, str, int]


def owe(db: Connection, inquiries: Sequence[int], last: int, now: datetime) -> int:
    """Owes an edit of each message about these inquiries; how many. last: the id of the event that is told.

    A message on its way counts: its edit follows it. Those that wait are held, and so are the clocks, so that
    no message is put or claimed between this look and the end of the transaction.
    """
    count = 0
    for start in range(0, len(inquiries), AT_ONCE):
        some = inquiries[start : start + AT_ONCE]
        found: dict[str, Message] = {}
        for which in (_about_clocks(db, some, now), _asked_for(db, some, now)):
            rows = _read(db, which)
            waiting = [one.id for one in rows if one.state is Sending.OWED]
            if waiting:
                held = select(Owed.id).where(col(Owed.id).in_(waiting), Owed.state == Sending.OWED)
                db.execute(held.order_by(col(Owed.id)).with_for_update())
                rows = _read(db, which)
            found |= _editable(rows, now)
        edited = _waiting(db, found) if found else set()
        new = [
            {
                **row(
                    f"{KIND}:{key}:{last}",
                    to,
                    template,
                    {"message": number},
                    now=now,
                    any_hour=True,
                    kind=KIND,
                ),
                "edits": key,
            }
            for key, (to, template, number) in found.items()
            if key not in edited
        ]
        if new:
            db.execute(insert(Owed), new)
        count += len(new)
    return count


def _waiting(db: Connection, letters: Iterable[str]) -> set[str]:
    """Those letters of which an edit waits. It is held until the transaction ends, so it will say this too.

    One that is held by somebody else is being carried, perhaps, by who has not seen what happened here.
    """
    waiting = select(Owed.edits).where(col(Owed.edits).in_(letters), Owed.state == Sending.OWED)
    return set(db.execute(waiting.with_for_update(skip_locked=True)).scalars())


def _about_clocks(db: Connection, inquiries: Sequence[int], now: datetime) -> ColumnElement[bool]:
    # Of a clock that had ended before, everything is said.
    running = or_(col(Deadline.ended_at).is_(None), col(Deadline.ended_at) >= now)
    clocks = select(Deadline.id).where(col(Deadline.inquiry_id).in_(inquiries), running)
    held = db.execute(clocks.order_by(col(Deadline.id)).with_for_update()).scalars()
    return col(Owed.deadline_id).in_(list(held))


def _asked_for(db: Connection, inquiries: Sequence[int], now: datetime) -> ColumnElement[bool]:
    key = col(Owed.key)
    begins = [f"{reminding.KIND}:{number}:" for number in inquiries]
    if db.dialect.name == "sqlite":
        # In its index of keys. PostgreSQL's may be sorted by the rules of a language.
        return or_(*(and_(key >= one, key < f"{one[:-1]};") for one in begins))
    recent = and_(col(Owed.state).in_(_ALIVE), col(Owed.not_before) >= now - KEPT)
    these = or_(*(key.startswith(one, autoescape=True) for one in begins))
    # Spelled out, so that the plan is made with the index of those alone.
    asked = col(Owed.kind) == literal(reminding.KIND, literal_execute=True)
    return and_(recent, asked, these)


def _read(db: Connection, which: ColumnElement[bool]) -> Sequence[Any]:
    """Of each message the columns that matter; its state is left to the reader, as it has an index too."""
    names = ("id", "key", "bundle", "state", "recipient", "sent_to", "provider_id", "template", "not_before")
    return db.execute(select(*(getattr(Owed, name) for name in names)).where(which)).all()


def _editable(rows: Iterable[Any], now: datetime) -> dict[str, Message]:
    """By letter: to whom an edit goes, the template, and the id of a message that was said in it."""
    found: dict[str, Message] = {}
    for one in rows:
        if one.not_before < now - KEPT:
            continue
        sent = one.state is Sending.SENT
        if sent and can_be_edited(one.sent_to, one.provider_id):
            found[one.bundle or one.key] = (one.sent_to, one.template, one.id)
        elif one.state is Sending.SENDING:
            # Where to is not known yet. An edit waits for the message, as it is to the same person.
            found[one.bundle or one.key] = (one.recipient, one.template, one.id)
    return found


def can_be_edited(sent_to: str | None, provider_id: str | None) -> bool:
    """Whether a message to this address can be changed."""
    return bool(sent_to and provider_id) and Address.read(sent_to or "").platform in PLATFORMS


def messages(db: Session, edit: Owed) -> list[Owed]:
    """The rows that were said in the letter that the edit changes, or are being said, in their order."""
    one = db.get(Owed, edit.facts["message"], populate_existing=True)
    if one is None:
        return []
    alive = col(Owed.state).in_((Sending.SENDING, Sending.SENT))
    # By the index of recipients: a letter is to one person.
    query = select(Owed).where(Owed.recipient == one.recipient, alive, col(Owed.edits).is_(None))
    query = query.where(func.coalesce(Owed.bundle, Owed.key) == edit.edits)
    return list(db.exec(query.order_by(col(Owed.id)).execution_options(populate_existing=True)))


def last_said(db: Session, key: str) -> list[dict[str, Any]]:
    """What the letter says that has happened since, as it was edited last."""
    query = select(Owed).where(Owed.edits == key, Owed.state == Sending.SENT)
    last = db.exec(query.order_by(col(Owed.id).desc()).limit(1)).first()
    return list(last.facts["since"]) if last else []


def _happened(_mapper: Mapper[Any], connection: Connection, one: Event) -> None:
    if one.what not in _SILENT:
        owe(connection, [one.inquiry_id], one.id or 0, one.at)


def moved(db: Session, inquiries: Sequence[int], now: datetime) -> None:
    """Owes the edits of messages whose deadlines a change of the calendar moved; its events are stored."""
    last = db.exec(select(func.max(Event.id))).one() or 0
    owe(db.connection(), inquiries, last, now)


event.listen(Event, "after_insert", _happened)
