"""More time for an inquiry, asked of a supervisor, who grants or declines it (R7)."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import Instant
from models.inquiry import Inquiry


class Extension(SQLModel, table=True):
    """A request to move a deadline to `until`. Open while `decided_at` is empty.

    `granted` stays None for one that a newer request or the end of its clock has settled.
    """

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="inquiry.id", index=True)
    deadline_id: int = Field(foreign_key="deadline.id")
    until: datetime = Field(sa_type=Instant)
    reason: str
    asked_by_id: int = Field(foreign_key="staff.id")
    asked_at: datetime = Field(sa_type=Instant)
    decided_by_id: int | None = Field(default=None, foreign_key="staff.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    granted: bool | None = None


def asking_for_time(inquiry: Inquiry) -> str:
    """How the keys of words to a supervisor who is asked for more time begin; the request's id follows."""
    return f"more-time:{inquiry.id}:"


def requests_of(db: Session, inquiry: Inquiry) -> list[Extension]:
    """Every request for more time for the inquiry, the newest first."""
    query = select(Extension).where(Extension.inquiry_id == inquiry.id)
    return list(db.exec(query.order_by(col(Extension.id).desc())))


def open_request(db: Session, inquiry: Inquiry) -> Extension | None:
    """The request that nobody has decided on; there is one at a time."""
    return next((one for one in requests_of(db, inquiry) if one.decided_at is None), None)
