"""Long lists of inquiries: light rows to sort, to count and to cut, and the facts of those that are shown.

However many there are, each of these asks the database a fixed number of times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_
from sqlalchemy import select as sa_select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from models import telling
from models.inquiry import Deadline, Inquiry, State
from models.staff import Department, Staff


@dataclass(frozen=True)
class Clock:
    """What a list is sorted by of a running deadline. `inquiry`, `number`: ids."""

    inquiry: int
    number: int
    due: datetime
    stopped_at: datetime | None
    excused_until: datetime | None
    ended_at: None = None
    ended_by: None = None


@dataclass(frozen=True)
class Line:
    """An inquiry that is not closed. `clock`: its nearest running deadline, None when none runs."""

    inquiry: int
    owner: int
    state: State
    paused: bool
    clock: Clock | None


_INQUIRY: list[Mapped[Any]] = [
    col(one) for one in (Inquiry.id, Inquiry.owner_id, Inquiry.state, Inquiry.paused_at)
]
_CLOCK: list[Mapped[Any]] = [
    col(one) for one in (Deadline.id, Deadline.due, Deadline.stopped_at, Deadline.excused_until)
]
_LAST = datetime.max.replace(tzinfo=UTC)  # what has no deadline comes after all that has one


def unclosed_lines(db: Session, owner_ids: Sequence[int]) -> list[Line]:
    """What these owners have that is not closed: the nearest deadline first, then the oldest."""
    query = (
        sa_select(*_INQUIRY, *_CLOCK)
        .outerjoin(
            Deadline, and_(col(Deadline.inquiry_id) == col(Inquiry.id), col(Deadline.ended_at).is_(None))
        )
        .where(col(Inquiry.owner_id).in_(owner_ids), col(Inquiry.state) != State.CLOSED)
        .order_by(col(Inquiry.received_at), col(Inquiry.id), col(Deadline.due), col(Deadline.id))
    )
    found: dict[int, Line] = {}
    for inquiry, owner, state, paused_at, *clock in db.execute(query):
        if inquiry not in found:
            nearest = None if clock[0] is None else Clock(inquiry, *clock)
            found[inquiry] = Line(inquiry, owner, state, paused_at is not None, nearest)
    return sorted(found.values(), key=lambda one: one.clock.due if one.clock else _LAST)


def late_clocks(db: Session, owner_ids: Sequence[int], now: datetime) -> list[Clock]:
    """The running deadlines of these owners that are past due, or were when they were paused; by due."""
    query = (
        sa_select(col(Deadline.inquiry_id), *_CLOCK)
        .join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
        .where(col(Inquiry.owner_id).in_(owner_ids), col(Deadline.ended_at).is_(None))
        .where(col(Deadline.due) <= now)
        .order_by(col(Deadline.due), col(Deadline.id))
    )
    every = [Clock(*row) for row in db.execute(query)]
    return [one for one in every if one.due < (one.stopped_at or now)]


def facts_of(db: Session, shown: Sequence[Line | Clock], now: datetime) -> list[dict[str, Any]]:
    """Of each what `telling.of_line` says of an inquiry; "next" is the clock that the line names."""
    if not shown:
        return []
    clocks = [one.clock if isinstance(one, Line) else one for one in shown]
    wanted = {one.inquiry for one in shown}
    query = (
        select(Inquiry, Staff, Department)
        .join(Staff, col(Staff.id) == col(Inquiry.owner_id))
        .join(Department, col(Department.id) == col(Inquiry.department_id))
        .where(col(Inquiry.id).in_(wanted))
    )
    each = {one.id: telling.facts(one, owner, department) for one, owner, department in db.exec(query)}
    running = select(Deadline).where(col(Deadline.id).in_([one.number for one in clocks if one]))
    nexts = {one.id: telling.of_deadline(one, now) for one in db.exec(running)}
    return [
        {**each[one.inquiry], "next": nexts[clock.number] if clock else None}
        for one, clock in zip(shown, clocks, strict=True)
    ]
