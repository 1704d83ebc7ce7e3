"""The pauses of an inquiry, as its history has them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.inquiry import Event, Happening, Inquiry, history
from models.pause import Pause

PAGE = 500  # inquiries a query


def nudging(inquiry: Inquiry) -> str:
    """How the keys of words about a pause that has grown old begin."""
    return f"paused:{inquiry.id}:"


def pauses_of(db: Session, inquiry: Inquiry, until: datetime) -> tuple[Pause, ...]:
    """Every pause so far, with its reason; one that is not over counts up to `until`."""
    return pauses_in(history(db, inquiry), until)


def pauses_by_inquiry(db: Session, inquiry_ids: Sequence[int]) -> dict[int, list[Event]]:
    """The histories of those of the inquiries that have been paused, for `pauses_in`; in a few queries."""
    found: dict[int, list[Event]] = {}
    for at in range(0, len(inquiry_ids), PAGE):
        theirs = col(Event.inquiry_id).in_(inquiry_ids[at : at + PAGE])
        paused = db.exec(select(Event.inquiry_id).where(theirs, Event.what == Happening.PAUSED)).all()
        query = select(Event).where(col(Event.inquiry_id).in_(set(paused))).order_by(col(Event.id))
        for one in db.exec(query) if paused else ():
            found.setdefault(one.inquiry_id, []).append(one)
    return found


def pauses_in(events: Iterable[Event], until: datetime) -> tuple[Pause, ...]:
    """The pauses in a history, in order."""
    found: list[Pause] = []
    begun: Event | None = None
    for one in events:
        if one.what is Happening.PAUSED:
            begun = one
        elif one.what is Happening.RESUMED and begun is not None:
            found.append(_pause(begun, one.at))
            begun = None
    if begun is not None:
        found.append(_pause(begun, until))
    return tuple(found)


def _pause(begun: Event, end: datetime) -> Pause:
    # A clock that was set back between two asks must not make an impossible pause.
    return Pause(begun.at, max(begun.at, end), str(begun.detail.get("said") or ""))
