"""Words owed. A row is put in the transaction of the fact that it tells of; delivery keeps the promise.

States: owed → sending (leased) → sent, or back to owed, or dead; withdrawn when it is no longer true.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Index, String, and_, cast, exists, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import Instant, spelled
from models.inquiry import Deadline, Inquiry
from models.staff import Address, Staff
from models.store import insert_once


class Sending(StrEnum):
    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"


class Owed(SQLModel, table=True):
    """One message to one recipient: "staff:3", or a platform address as `Address` writes it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_next", "state", "not_before"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    recipient: str = Field(index=True)
    template: str
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    choices: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    kind: str = "message"
    deadline_id: int | None = Field(default=None, foreign_key="deadline.id", index=True)
    deadline_due: datetime | None = Field(default=None, sa_type=Instant)
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


def to_staff(member: Staff) -> str:
    return f"staff:{member.id}"


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
    row: dict[str, Any] = {
        "key": key,
        "recipient": str(recipient),
        "template": template,
        "facts": dict(facts),
        "choices": [dict(choice) for choice in choices],
        "kind": kind,
        "deadline_id": about.id if about else None,
        "deadline_due": about.due if about else None,
        "any_hour": any_hour,
        "put_at": now,
        "not_before": not_before or now,
        "state": Sending.OWED,
        "attempts": 0,
        "doubtful": False,
        "unreachable": [],
    }
    return insert_once(db, Owed, row)


def untold(
    db: Session,
    kind: str,
    since: datetime | None,
    by: datetime | None,
    beyond: Deadline | None,
    limit: int,
    within: Sequence[tuple[Sequence[int], datetime | None]] = (),
    *extra: ColumnElement[bool],
) -> list[tuple[Deadline, Inquiry]]:
    """Running clocks, due from `since` to `by`, of which no word of this kind is owed or said as they stand.

    With their inquiries, the nearest due first; one page of at most `limit`, the one after `beyond`.
    `within`: of these departments alone, each group of their ids with the last due instant that is its own.
    `extra`: what else holds of them.
    """
    told = exists().where(
        col(Owed.deadline_id) == col(Deadline.id),
        col(Owed.deadline_due) == col(Deadline.due),
        col(Owed.kind) == kind,
        col(Owed.state) != Sending.WITHDRAWN,
    )
    query = (
        select(Deadline, Inquiry)
        .join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
        .where(col(Deadline.ended_at).is_(None), col(Deadline.stopped_at).is_(None), ~told)
        .order_by(col(Deadline.due), col(Deadline.id))
        .limit(limit)
    )
    if since is not None:
        query = query.where(col(Deadline.due) >= since)
    if by is not None:
        query = query.where(col(Deadline.due) <= by)
    if extra:
        query = query.where(*extra)
    if within:
        query = query.where(or_(*(_of_group(ids, until) for ids, until in within)))
    if beyond is not None:
        same_due = and_(col(Deadline.due) == beyond.due, col(Deadline.id) > beyond.id)
        query = query.where(or_(col(Deadline.due) > beyond.due, same_due))
    return [(clock, inquiry) for clock, inquiry in db.exec(query)]


def _of_group(departments: Sequence[int], by: datetime | None) -> ColumnElement[bool]:
    # A sum is no column with an index: the deadlines are walked by due instant, not by department.
    theirs = (col(Inquiry.department_id) + 0).in_(departments)
    return theirs if by is None else and_(theirs, col(Deadline.due) <= by)


def withdraw(db: Session, clocks: Sequence[Deadline], now: datetime, reason: str) -> None:
    """Takes back what is unsent about these deadlines."""
    ids = [clock.id for clock in clocks]
    if ids:
        db.execute(
            update(Owed)
            .where(col(Owed.deadline_id).in_(ids), col(Owed.state) == Sending.OWED)
            .values(**withdrawal(reason, now))
        )


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
    freed = col(Owed.key) + ":withdrawn:" + cast(col(Owed.id), String)
    return {"state": Sending.WITHDRAWN, "reason": reason, "finished_at": now, "key": freed}


def sent_to(db: Session, member: Staff, limit: int = 20) -> list[Owed]:
    """The last messages that the member has had, the oldest first."""
    rows = db.exec(
        select(Owed)
        .where(Owed.recipient == to_staff(member), Owed.state == Sending.SENT)
        .order_by(col(Owed.finished_at).desc(), col(Owed.id).desc())
        .limit(limit)
    )
    return list(rows)[::-1]
