"""The agency as the database keeps it: its name, zone, hours and years."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select


class Agency(SQLModel, table=True):
    """The one agency of this installation. `key` makes survey links when no REPLYBY_SECRET is set.

    `week`, `first` and `last` are what its calendar begins with; models/calendars.py has what changed since.
    """

    id: int = Field(default=1, primary_key=True)
    name: str
    zone: str
    week: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    first: date
    last: date
    calendar_version: str
    key: str

    def survey_key(self, secret: str | None) -> bytes:
        """What survey links are made with: REPLYBY_SECRET where it is set, else the agency's own key."""
        return (secret or self.key).encode()


def agency_of(db: Session) -> Agency | None:
    return db.get(Agency, 1)


# Built once: every ask begins with it.
_HELD = {
    alone: select(Agency)
    .where(col(Agency.id) == 1)
    .with_for_update(read=not alone)
    .execution_options(populate_existing=True)
    for alone in (False, True)
}


def agency_held(db: Session, alone: bool = False) -> Agency | None:
    """The agency, whose calendar nobody changes until the transaction ends: so what is reckoned stays true.

    `alone`: to change it, when nobody else is reckoning. Taken before any other lock, so that those who wait
    for each other do so in one order.
    """
    return db.execute(_HELD[alone]).scalar()
