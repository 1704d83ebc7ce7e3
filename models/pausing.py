"""The pauses of an inquiry, as its history has them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from models.inquiry import Event, Happening, Inquiry, history
from models.pause import Pause


def nudging(inquiry: Inquiry) -> str:
    """How the keys of words about a pause that has grown old begin."""
    return f"paused:{inquiry.id}:"


def pauses_of(db: Session, inquiry: Inquiry, until: datetime) -> tuple[Pause, ...]:
    """Every pause so far, with its reason; one that is not over counts up to `until`."""
    return pauses_in(history(db, inquiry), until)


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
