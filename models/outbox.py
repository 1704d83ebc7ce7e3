"""Words owed. A row is put in the transaction of the fact that it tells of; delivery keeps the promise.

States: owed → sending (leased) → sent, or back to owed, or dead; withdrawn when it is no longer true.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, String, cast, literal_column, text, update
from sqlmodel import Field, Session, SQLModel, col, func, select

from models.columns import Instant, spelled
from models.inquiry import Deadline
from models.planning import unsay
from models.point_keys import point_of
from models.staff import Address, Staff
from models.store import insert_all_once, insert_once


class Sending(StrEnum):
    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"


_FREED = ":withdrawn:"
THREAD = "thread"
"""The kind of a word that stands beneath somebody's message; its recipient is "slack:T1:thread:C1:…"."""
_ASKED = "kind = 'asked'"
_LIVE = "state IN ('owed', 'sending')"


class Owed(SQLModel, table=True):
    """One message to one recipient: "staff:3", or a platform address as `Address` writes it.

    `bundle`: the key of the letter in which it is said together with others; its own key where it is said
    alone. `edits`: the key of the letter that it changes, for a row that says nothing new.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_next", "state", "not_before"),
        # What is not done with is a few rows beside all that was ever said.
        Index(
            "ix_outbox_live", "state", "not_before", sqlite_where=text(_LIVE), postgresql_where=text(_LIVE)
        ),
        # What was asked for about one inquiry is found by the beginning of its key.
        Index("ix_outbox_asked", "key", sqlite_where=text(_ASKED), postgresql_where=text(_ASKED)),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    recipient: str = Field(index=True)
    template: str
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    choices: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    kind: str = "message"
    deadline_id: int | None = Field(default=None, foreign_key="deadline.id", index=True)
    deadline_due: datetime | None = Field(default=None, sa_type=Instant)
    bundle: str | None = Field(default=None, index=True)
    edits: str | None = Field(default=None, index=True)
    any_hour: bool = False
    put_at: datetime = Field(sa_type=Instant)
    not_before: datetime = Field(sa_type=Instant)
    state: Sending = Field(default=Sending.OWED, sa_type=spelled(Sending))
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    lease_token: str | None = None
    attempts: int = 0
    doubtful: bool = False
    unreachable: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    sent_to: str | None = None
    provider_id: str | None = None
    said: str | None = None
    reason: str | None = None
    finished_at: datetime | None = Field(default=None, sa_type=Instant)

    @property
    def staff_id(self) -> int | None:
        return member_id(self.recipient)


# Spelled out as the index is: a bound value would keep either database from seeing that the index will do.
LIVE = col(Owed.state).in_([literal_column(f"'{one}'") for one in (Sending.OWED, Sending.SENDING)])


def to_staff(member: Staff) -> str:
    return f"staff:{member.id}"


def to(recipient: Staff | Address) -> str:
    """How a row names them."""
    return to_staff(recipient) if isinstance(recipient, Staff) else str(recipient)


def member_id(recipient: str | Address) -> int | None:
    """Whom `to_staff` meant; None for an address."""
    kind, _, rest = str(recipient).partition(":")
    return int(rest) if kind == "staff" else None


def put(
    db: Session,
    key: str,
    recipient: str | Address,
    template: str,
    facts: Mapping[str, Any],
    *,
    now: datetime,
    not_before: datetime | None = None,
    choices: Sequence[Mapping[str, str]] = (),
    any_hour: bool = False,
    kind: str = "message",
    about: Deadline | None = None,
) -> bool:
    """Owes a message, once a key. False when the key is there already, in whatever state."""
    owed = row(
        key,
        recipient,
        template,
        facts,
        now=now,
        not_before=not_before,
        choices=choices,
        any_hour=any_hour,
        kind=kind,
        about=(about.id or 0, about.due) if about else None,
    )
    return insert_once(db, Owed, owed)


def put_all(db: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Owes many messages at once, each once a key, as `row` makes them; how many were not there already."""
    return insert_all_once(db, Owed, rows) if rows else 0


def row(
    key: str,
    recipient: str | Address,
    template: str,
    facts: Mapping[str, Any],
    *,
    now: datetime,
    not_before: datetime | None = None,
    choices: Sequence[Mapping[str, str]] = (),
    any_hour: bool = False,
    kind: str = "message",
    about: tuple[int, datetime] | None = None,
) -> dict[str, Any]:
    """What is stored of a message that is owed. about: a deadline's id, and when it is due."""
    number, due = about or (None, None)
    return {
        "key": key,
        "recipient": str(recipient),
        "template": template,
        "facts": dict(facts),
        "choices": [dict(choice) for choice in choices],
        "kind": kind,
        "deadline_id": number,
        "deadline_due": due,
        "any_hour": any_hour,
        "put_at": now,
        "not_before": not_before or now,
        "state": Sending.OWED,
        "attempts": 0,
        "doubtful": False,
        "unreachable": [],
    }


def withdraw(db: Session, clocks: Sequence[Deadline], now: datetime, reason: str) -> None:
    """Takes back what is unsent about these deadlines."""
    ids = [clock.id for clock in clocks]
    if not ids:
        return
    taken = db.execute(
        update(Owed)
        .where(col(Owed.deadline_id).in_(ids), col(Owed.state) == Sending.OWED)
        .values(**withdrawal(reason, now))
        .returning(col(Owed.deadline_id), col(Owed.deadline_due), col(Owed.key))
        .execution_options(synchronize_session="fetch")
    )
    db.flush()
    words = {(number, point_of(key), due) for number, due, key in taken.all()}
    # A sweep may have told of more since the clocks were read.
    told = select(Deadline).where(col(Deadline.id).in_([number for number, _, _ in words]))
    for clock in db.exec(told.order_by(col(Deadline.id)).execution_options(populate_existing=True)):
        for number, point, due in words:
            if number == clock.id and due == clock.due:
                unsay(clock, point)
                db.add(clock)


def take_back(db: Session, key_begins: str, now: datetime, reason: str) -> int:
    """Takes back the unsent words whose key begins so; how many there were."""
    done = db.execute(
        update(Owed)
        .where(col(Owed.key).startswith(key_begins, autoescape=True), col(Owed.state) == Sending.OWED)
        .values(**withdrawal(reason, now))
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # Result of an UPDATE is a CursorResult


def withdrawal(reason: str, now: datetime) -> dict[str, Any]:
    """What a withdrawn row becomes. Its key is set free, should the word become true again."""
    freed = col(Owed.key) + _FREED + cast(col(Owed.id), String)
    return {"state": Sending.WITHDRAWN, "reason": reason, "finished_at": now, "key": freed}


def in_doubt(db: Session, clocks: Collection[int]) -> set[str]:
    """The keys of words about these deadlines that were withdrawn, and may have been said."""
    freed = select(Owed.key).where(
        col(Owed.deadline_id).in_(clocks), Owed.state == Sending.WITHDRAWN, col(Owed.doubtful)
    )
    return {key.partition(_FREED)[0] for key in db.exec(freed)}


def sent_to(db: Session, member: Staff, limit: int = 20) -> list[Owed]:
    """The last messages that the member has had, the oldest first.

    Of what was said together in one letter, one row stands for it: each has the words of the whole.
    """
    number, at = col(Owed.id), func.max(Owed.finished_at)
    letters = (
        select(func.min(number))
        .where(Owed.recipient == to_staff(member), Owed.state == Sending.SENT)
        .group_by(func.coalesce(Owed.bundle, Owed.key))
        .order_by(at.desc(), func.max(number).desc())
        .limit(limit)
    )
    ids = db.exec(letters).all()
    rows = {one.id: one for one in db.exec(select(Owed).where(number.in_(ids)))}
    return [rows[one] for one in reversed(ids)]
