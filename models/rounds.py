"""When a round was made last, whoever made it: what is done now and then is done by one replica alone."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import Field, Session, SQLModel, col

from models.columns import Instant
from models.store import insert_once

# The clocks of two replicas differ by less; more than this ago, the clock has been set back.
SKEW = timedelta(minutes=5)


class Round(SQLModel, table=True):
    """One row for each kind of round. `mark`: how far it came, for one that goes on where it ended."""

    __tablename__ = "round"

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    mark: int = 0


def take(db: Session, name: str, now: datetime, every: timedelta) -> bool:
    """Whether it is time for a round of this kind; then it is the caller's, and nobody else's."""
    if insert_once(db, Round, {"name": name, "at": now, "mark": 0}, unique=("name",)):
        return True
    turn = or_(col(Round.at) <= now - every, col(Round.at) > now + SKEW)
    taken = db.execute(
        update(Round)
        .where(col(Round.name) == name, turn)
        .values(at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # Result of an UPDATE is a CursorResult


def write(db: Session, name: str, at: datetime) -> None:
    """Says that the round of this kind was made then, or is to be."""
    if insert_once(db, Round, {"name": name, "at": at, "mark": 0}, unique=("name",)):
        return
    change = update(Round).where(col(Round.name) == name).values(at=at)
    db.execute(change.execution_options(synchronize_session=False))


def mark(db: Session, name: str, reached: int | None = None) -> int:
    """How far the rounds of this kind have come; `reached` is written as that."""
    row = db.get_one(Round, name)
    if reached is not None:
        row.mark = reached
        db.add(row)
    return row.mark


def set_back(db: Session, name: str, now: datetime) -> bool:
    """Whether the clock shows less than at the last round of this kind, which is this one from now on."""
    last = db.get(Round, name)
    if last is not None and last.at - SKEW <= now < last.at + timedelta(minutes=1):
        return False
    back = last is not None and now < last.at
    write(db, name, now)
    return back
