"""What somebody has said and not yet confirmed: a form half filled in, kept for a while, one a person.

Nothing of it is true yet. It goes when it is confirmed or cancelled, and by itself when its time is over.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from models.columns import Instant
from models.staff import Staff, ident
from models.store import Store

KEPT = timedelta(minutes=30)


class Draft(SQLModel, table=True):
    """`form`: which one; `about`: what it is about ("INQ-7"), "" for nothing or for what is asked yet.

    `filled`: what its fields hold, by name. `unsure`: fields of which several readings are possible, each as
    the field would hold it. `asks`: the field that was asked for last; "" when it waits for a yes or a no.
    """

    staff_id: int = Field(primary_key=True, foreign_key="staff.id")
    form: str
    about: str = ""
    filled: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    unsure: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))
    asks: str = ""
    until: datetime = Field(sa_type=Instant, index=True)


def draft_of(db: Session, member: Staff, now: datetime) -> Draft | None:
    """The draft that the member has open; when its time is over it goes, with all others whose time is.

    Nobody else has it until the transaction ends: of two yeses at once, one finds it gone.
    """
    found = db.get(Draft, ident(member), populate_existing=True, with_for_update=True)
    if found is None or found.until > now:
        return found
    db.expunge(found)
    _sweep(db, now)
    return None


def keep(
    db: Session,
    member: Staff,
    now: datetime,
    *,
    form: str,
    about: str,
    filled: dict[str, str],
    unsure: dict[str, list[str]],
    asks: str,
) -> None:
    """Keeps a draft from now on, in the place of the member's last one; of all others, what is over goes."""
    _sweep(db, now)
    values: dict[str, Any] = {"form": form, "about": about, "filled": filled, "unsure": unsure, "asks": asks}
    values["until"] = now + KEPT
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Draft).values(staff_id=ident(member), **values)
    # Two messages of one person may be heard at once.
    _write(db, row.on_conflict_do_update(index_elements=["staff_id"], set_=values))


def interrupt(db: Session, member: Staff, asks: str) -> None:
    """Its owner has said something else: what waits for a yes asks this instead."""
    theirs = col(Draft.staff_id) == ident(member)
    # Looked at first: hardly anybody has a draft, and what only reads writes nothing.
    if db.connection().scalar(select(Draft.asks).where(theirs)) == "":
        _write(db, update(Draft).where(theirs, col(Draft.asks) == "").values(asks=asks))


def drop(db: Session, member: Staff) -> None:
    """The draft is done with, or not wanted any more."""
    _write(db, delete(Draft).where(col(Draft.staff_id) == ident(member)))


def sweep(store: Store, now: datetime) -> None:
    """What is over goes, though nobody drafts anything."""
    with store.reading() as db:
        over = db.exec(select(Draft.staff_id).where(col(Draft.until) <= now).limit(1)).first()
    if over is not None:
        with store.transaction() as db:
            _sweep(db, now)


def _sweep(db: Session, now: datetime) -> None:
    """What is over goes; but for what somebody has in hand, who would else wait for us and we for them."""
    over = select(Draft.staff_id).where(col(Draft.until) <= now).with_for_update(skip_locked=True)
    _write(db, delete(Draft).where(col(Draft.staff_id).in_(over)))


def _write(db: Session, statement: Executable) -> None:
    """Past the session, where models/changed.py looks: a draft is no fact yet, and no act for the audit."""
    db.connection().execute(statement)
