"""More time for an inquiry, asked of a supervisor, who grants or declines it (R7)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import Instant


class Extension(SQLModel, table=True):
    """A wish to move a deadline to `until`. Open while `decided_at` is empty."""

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
