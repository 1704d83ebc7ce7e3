"""How much the staff have open."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from models.inquiry import Inquiry, State


def open_each(db: Session, owner_ids: Collection[int]) -> dict[int, int]:
    """How many inquiries each of these owners has that are not answered yet; 0 for those with none."""
    query = (
        select(Inquiry.owner_id, func.count())
        .where(col(Inquiry.owner_id).in_(owner_ids), col(Inquiry.state).in_((State.OPEN, State.ACKNOWLEDGED)))
        .group_by(col(Inquiry.owner_id))
    )
    return dict.fromkeys(owner_ids, 0) | dict(db.exec(query).all())
