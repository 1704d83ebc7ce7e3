"""Words heard: a platform's own id for a delivery is taken once; a second delivery gets the first answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Table, bindparam, update
from sqlmodel import Field, Session, SQLModel

from models.columns import Instant
from models.store import insert_once


class Heard(SQLModel, table=True):
    __tablename__ = "inbox"

    key: str = Field(primary_key=True)
    heard_at: datetime = Field(sa_type=Instant, index=True)
    reply: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))


_TABLE: Table = Heard.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_ANSWERED = (
    update(_TABLE)
    .where(_TABLE.c.key == bindparam("of"))
    .values(reply=bindparam("given", type_=_TABLE.c.reply.type))
)


def hear(db: Session, key: str, now: datetime) -> dict[str, Any] | None:
    """Takes the delivery, or returns the reply that its first hearing got.

    On PostgreSQL a second hearing waits here until the first has committed.
    """
    if insert_once(db, Heard, {"key": key, "heard_at": now, "reply": None}):
        return None
    return db.get_one(Heard, key).reply


def forget(db: Session, key: str) -> None:
    """As if the delivery had not come: nothing came of it, and it may come again."""
    db.delete(db.get_one(Heard, key))


def answered(db: Session, key: str, reply: dict[str, Any]) -> None:
    """Keeps the reply for a second delivery."""
    db.connection().execute(_ANSWERED, {"of": key, "given": reply})
