"""An inquiry, its deadlines and its history.

Whether a deadline was met is read from the history (`Event`), never from when a sweep happened to run.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, Session, SQLModel, col, func, select

from models.columns import Instant, spelled

# `next_at` of a clock that is new or has changed, and `nudge_at` of a pause: whoever sweeps next plans what
# is said of it.
UNPLANNED = datetime(1970, 1, 1, tzinfo=UTC)
_NUDGED = "nudge_at IS NOT NULL"
_RUNNING = "coalesce(ended_at, stopped_at) IS NULL"


class Happening(StrEnum):
    """What can happen to an inquiry."""

    LOGGED = "logged"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    DECLINED = "declined"
    NEEDED = "needed"
    MOVED = "moved"
    REOPENED = "reopened"


class State(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    CLOSED = "closed"


class Inquiry(SQLModel, table=True):
    """One request of one customer. Its number is its id: INQ-1 has id 1.

    `nudge_at`: while it is paused, when to look next whether to ask if the customer is still waited for;
    UNPLANNED when nobody has looked since it was paused, or its calendar changed. models/planning.py sets it.
    `source`: the chat message that it was made of ("message:slack:C1:1700000000.000100"); no two of one.
    """

    __table_args__ = (
        Index(
            "ix_inquiry_nudge_at",
            "nudge_at",
            "id",
            sqlite_where=text(_NUDGED),
            postgresql_where=text(_NUDGED),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    owner_id: int = Field(foreign_key="staff.id", index=True)
    channel: str
    customer: str
    phone: str | None = None
    email: str | None = None
    chat: str | None = None
    subject: str
    received_at: datetime = Field(sa_type=Instant)
    logged_at: datetime = Field(sa_type=Instant)
    logged_by_id: int = Field(foreign_key="staff.id")
    state: State = Field(default=State.OPEN, sa_type=spelled(State), index=True)
    resolution: str | None = None
    nudge_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    paused_for: str | None = None
    source: str | None = Field(default=None, unique=True, index=True)

    @property
    def number(self) -> str:
        return f"INQ-{self.id}"

    @property
    def contact(self) -> str | None:
        """How to reach the customer, as it was given."""
        # A platform's own address is kept whole; people know its last part.
        chat = f"@{self.chat.rsplit(':', 1)[1]}" if self.chat and ":" in self.chat else self.chat
        return " ".join(filter(None, (self.phone, self.email, chat))) or None


class Deadline(SQLModel, table=True):
    """One clock of an inquiry. While `ended_at` and `stopped_at` are empty, words may be owed about it.

    Counted by a rule from `counted_from` on (`counted_by` is the rule as it was then), or agreed upon: then
    `agreed_due` is the instant that was agreed, at `agreed_at`. `notes` are sentences that stay when it is
    reckoned anew.
    `stopped_at`: since when it is paused. `excused_until`: past due, it is excused up to then (R1).
    `next_at`: when something is owed about it next; None when nothing more is, UNPLANNED when nobody has
    looked since it changed. `points`: its plan, reckoned out (models/planned.py, `Planned.kept`). `told`: the
    points that are said, or owed, as it is due now.
    models/planning.py keeps both in step with the rest.
    """

    __table_args__ = (
        Index("ix_deadline_next", "ended_at", "due"),
        Index("ix_deadline_next_at", "next_at", "id"),
        # What runs, one after the other: the auditor goes through all of it.
        Index("ix_deadline_running", "id", sqlite_where=text(_RUNNING), postgresql_where=text(_RUNNING)),
    )

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="inquiry.id", index=True)
    kind: str
    rule: str
    citation: str
    aim: datetime = Field(sa_type=Instant)
    due: datetime = Field(sa_type=Instant)
    set_at: datetime = Field(sa_type=Instant)
    because: list[str] = Field(sa_column=Column(JSON, nullable=False))
    in_short: str
    standard: str
    standard_version: str
    calendar_version: str
    met_by: list[str] = Field(sa_column=Column(JSON, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str | None = None
    counted_from: datetime | None = Field(default=None, sa_type=Instant)
    counted_by: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    agreed_due: datetime | None = Field(default=None, sa_type=Instant)
    agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    notes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    stopped_at: datetime | None = Field(default=None, sa_type=Instant)
    excused_until: datetime | None = Field(default=None, sa_type=Instant)
    next_at: datetime | None = Field(default=UNPLANNED, sa_type=Instant)
    told: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    points: list[list[str | None]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


# As ix_deadline_running spells it: by another index, all that runs would be sorted first.
RUNNING = func.coalesce(Deadline.ended_at, Deadline.stopped_at).is_(None)


class Event(SQLModel, table=True):
    """One line of an inquiry's history; only ever appended."""

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="inquiry.id", index=True)
    at: datetime = Field(sa_type=Instant)
    what: Happening = Field(sa_type=spelled(Happening))
    by_id: int = Field(foreign_key="staff.id")
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def ident(row: Inquiry | Deadline) -> int:
    """The row's id, once it is stored."""
    assert row.id is not None
    return row.id


def history(db: Session, inquiry: Inquiry) -> list[Event]:
    return list(db.exec(select(Event).where(Event.inquiry_id == inquiry.id).order_by(col(Event.id))))


def note(db: Session, inquiry: Inquiry, what: Happening, by_id: int, at: datetime, **detail: Any) -> None:
    """Appends one event."""
    db.add(Event(inquiry_id=ident(inquiry), at=at, what=what, by_id=by_id, detail=detail))


def deadlines(db: Session, inquiry: Inquiry) -> list[Deadline]:
    """Every clock that the inquiry has had, in the order they were set."""
    return list(db.exec(select(Deadline).where(Deadline.inquiry_id == inquiry.id).order_by(col(Deadline.id))))


def running(db: Session, inquiry: Inquiry) -> list[Deadline]:
    """The clocks that still run, the nearest due first."""
    clocks = [one for one in deadlines(db, inquiry) if one.ended_at is None]
    return sorted(clocks, key=lambda one: one.due)


def counted(clock: Deadline) -> bool:
    """Whether a rule's count set the clock, and no time that was promised or needed."""
    return clock.kind not in ("promise", "needed")


def end_deadlines(db: Session, inquiry: Inquiry, by: str, at: datetime) -> list[Deadline]:
    """Ends the running clocks that `by` ("answer", "acknowledgement", "promise", "needed") meets."""
    ended = []
    for clock in running(db, inquiry):
        if by in clock.met_by:
            clock.ended_at, clock.ended_by = at, by
            db.add(clock)
            ended.append(clock)
    return ended


def open_deadlines(
    db: Session, *, owner_ids: Sequence[int] | None = None, due_by: datetime | None = None
) -> list[tuple[Deadline, Inquiry]]:
    """Running clocks with their inquiries, the nearest due first."""
    query = (
        select(Deadline, Inquiry)
        .join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
        .where(col(Deadline.ended_at).is_(None))
        .order_by(col(Deadline.due), col(Deadline.id))
    )
    if owner_ids is not None:
        query = query.where(col(Inquiry.owner_id).in_(owner_ids))
    if due_by is not None:
        query = query.where(col(Deadline.due) <= due_by)
    return [(clock, inquiry) for clock, inquiry in db.exec(query)]


def has_had_any(db: Session, staff_id: int) -> bool:
    """Whether the member owns an inquiry, whatever became of it."""
    return db.exec(select(Inquiry.id).where(Inquiry.owner_id == staff_id).limit(1)).first() is not None


def from_source(db: Session, source: str) -> Inquiry | None:
    """The inquiry that was made of this message."""
    return db.exec(select(Inquiry).where(Inquiry.source == source)).first()


def unclosed(db: Session, owner_ids: Sequence[int]) -> list[Inquiry]:
    """The inquiries of these owners that are not closed, the oldest first."""
    return list(
        db.exec(
            select(Inquiry)
            .where(col(Inquiry.owner_id).in_(owner_ids), Inquiry.state != State.CLOSED)
            .order_by(col(Inquiry.received_at), col(Inquiry.id))
        )
    )
