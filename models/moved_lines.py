"""What a change of the calendar does to deadlines, in lines: for who makes it, and for the owners."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.inquiry import Deadline, Inquiry
from models.instant import iso
from models.moving import Move, Moves
from models.staff import Staff

LONGEST_LIST = 20


def instants(one: Move) -> dict[str, str]:
    return {"was": iso(one.was), "due": iso(one.reckoning.due)}


def listed(name: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The first of them, and how many more there are: {"lines": […], "more_lines": 3}"""
    return {name: lines[:LONGEST_LIST], f"more_{name}": max(0, len(lines) - LONGEST_LIST)}


def told(db: Session, found: Moves) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line for each clock that shifts, and for each agreed time at which the office is closed now."""
    _people = owners(db, [one.inquiry for one in found.shifted])
    shifted = [
        moved_line(db, one.clock, one.inquiry, (one.was, one.was_aim), (one.reckoning.due, one.reckoning.aim))
        for one in found.shifted
    ]
    return shifted, [line(db, *one) for one in found.agreed]


def staying(db: Session, found: Moves) -> list[dict[str, Any]]:
    """A line for each clock that stays although it would be reckoned otherwise."""
    _people = owners(db, [inquiry for _, inquiry in found.staying])
    return [line(db, *one) for one in found.staying]


def owners(db: Session, inquiries: Sequence[Inquiry]) -> Sequence[Staff]:
    """Their owners, at once: while they are held, the session asks for none of them again."""
    wanted = {one.owner_id for one in inquiries}
    return db.exec(select(Staff).where(col(Staff.id).in_(wanted))).all()


def moved_line(
    db: Session,
    clock: Deadline,
    inquiry: Inquiry,
    was: tuple[datetime, datetime],
    now: tuple[datetime, datetime],
) -> dict[str, Any]:
    """As `line`, with "was", "earlier" and, where the aim alone moves, "aim". `was`, `now`: due and aim."""
    return {
        **line(db, clock, inquiry),
        "was": iso(was[0]),
        "due": iso(now[0]),
        "aim": iso(now[1]) if now[0] == was[0] else None,
        "earlier": now[0] < was[0],
    }


def line(db: Session, clock: Deadline, inquiry: Inquiry) -> dict[str, Any]:
    """{"number", "customer", "subject", "owner": {"id", "name"}, "kind", "due", "paused"}"""
    owner = db.get_one(Staff, inquiry.owner_id)
    return {
        "number": inquiry.number,
        "customer": inquiry.customer,
        "subject": inquiry.subject,
        "owner": {"id": owner.id, "name": owner.name},
        "kind": clock.kind,
        "due": iso(clock.due),
        "paused": clock.stopped_at is not None,
    }
