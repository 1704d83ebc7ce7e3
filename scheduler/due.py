"""The clocks that are to be looked at, with what matters of their inquiries."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models.inquiry import UNPLANNED, Deadline, Inquiry


class Due(NamedTuple):
    """A clock to be looked at, with what matters of its inquiry."""

    id: int
    inquiry_id: int
    due: datetime
    set_at: datetime
    ended_at: datetime | None
    stopped_at: datetime | None
    excused_until: datetime | None
    next_at: datetime | None
    told: list[str]
    points: list[list[str | None]]
    owner_id: int
    department_id: int
    received_at: datetime

    @property
    def is_new(self) -> bool:
        """Whether its plan is still to be reckoned out."""
        return self.next_at == UNPLANNED or not self.points


def clocks(
    db: Session, which: ColumnElement[bool], limit: int, *, lock: bool, by_id: bool = False
) -> list[Due]:
    """Clocks with their inquiries, by when to look at them or by their ids: one page, locked or not."""
    there = {name: getattr(Deadline, name) for name in Due._fields if name in Deadline.model_fields}
    query = (
        select(*there.values())
        # By this index alone: what has ended, or stands still, has no such instant.
        .where(which)
        .order_by(*([] if by_id else [col(Deadline.next_at)]), col(Deadline.id))
        .limit(limit)
    )
    if lock:
        # What another process is looking at, or changing, is left to it.
        query = query.with_for_update(skip_locked=True)
    page = db.execute(query).all()
    # Read after the clocks are held: who owns an inquiry may have changed up to then.
    rest = [getattr(Inquiry, name) for name in Due._fields[len(there) :]]
    theirs = select(Inquiry.id, *rest).where(col(Inquiry.id).in_({row.inquiry_id for row in page}))
    about = {number: more for number, *more in db.execute(theirs)}
    return [Due(*row, *about[row.inquiry_id]) for row in page]
