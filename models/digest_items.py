"""The lines of the morning's digest: each inquiry once, by the clock that is the most pressing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import telling
from models.buttons import SHOW, numbered
from models.inquiry import Deadline, Inquiry
from models.instant import iso
from models.staff import Staff

LONGEST = 10  # lines of one list
ROOM = 24  # lines of all the lists of inquiries: so many, cut as they are, fit in a message on Slack
ACTING = 3  # inquiries that have buttons of their own
# How pressing a clock is; what is excused is counted apart, and brings nothing forward.
OVERDUE, TODAY, NEXT, EXCUSED = range(4)


@dataclass(frozen=True)
class Item:
    """One inquiry. `clock`: its most pressing one; `then`: when the next one after it is due."""

    inquiry: Inquiry
    clock: Deadline
    rank: int
    then: datetime | None


def items_of(
    db: Session, owner_ids: Sequence[int], now: datetime, today_ends: datetime, ends: datetime
) -> list[Item]:
    """What these owners have past due, or due up to `ends`; the most pressing first; nothing paused."""
    if not owner_ids:
        return []
    query = (
        select(Deadline, Inquiry)
        .join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
        .where(col(Inquiry.owner_id).in_(owner_ids), col(Deadline.ended_at).is_(None))
        .where(col(Deadline.stopped_at).is_(None), col(Deadline.due) <= ends)
        .order_by(col(Deadline.due), col(Deadline.id))
    )
    clocks: dict[int, list[tuple[int, Deadline]]] = {}
    inquiries: dict[int, Inquiry] = {}
    for clock, inquiry in db.exec(query):
        clocks.setdefault(clock.inquiry_id, []).append((_rank(clock, now, today_ends), clock))
        inquiries[clock.inquiry_id] = inquiry
    found = [_item(inquiries[number], ranked) for number, ranked in clocks.items()]
    return sorted(found, key=lambda one: (one.rank, one.clock.due, one.inquiry.id or 0))


def _rank(clock: Deadline, now: datetime, today_ends: datetime) -> int:
    standing = telling.standing(clock, now)
    if standing in ("overdue", "excused"):
        return OVERDUE if standing == "overdue" else EXCUSED
    return TODAY if clock.due <= today_ends else NEXT


def _item(inquiry: Inquiry, ranked: Sequence[tuple[int, Deadline]]) -> Item:
    rank, clock = min(ranked, key=lambda one: one[0])  # the nearest of those: they come by due
    later = [one.due for place, one in ranked if place in (TODAY, NEXT) and one.due > clock.due]
    return Item(inquiry, clock, rank, min(later, default=None))


def counts(items: Iterable[Item]) -> dict[str, int]:
    """{"overdue", "today", "next", "excused"}: inquiries, each once."""
    ranks = [one.rank for one in items]
    names = {"overdue": OVERDUE, "today": TODAY, "next": NEXT, "excused": EXCUSED}
    return {name: ranks.count(rank) for name, rank in names.items()}


def shares(lengths: Sequence[int]) -> list[int]:
    """How many lines each list shows: all have some, none more than LONGEST, together no more than ROOM."""
    given = [0] * len(lengths)
    for _ in range(LONGEST):
        for place, there in enumerate(lengths):
            if given[place] < there and sum(given) < ROOM:
                given[place] += 1
    return given


def cut(lines: Sequence[Any], most: int) -> dict[str, Any]:
    """{"lines", "more"}"""
    return {"lines": list(lines[:most]), "more": max(0, len(lines) - most)}


def listed(
    db: Session, items: Sequence[Item], most: int, now: datetime, *, covering: bool = False
) -> dict[str, Any]:
    """{"lines", "more"}: a line each, as everywhere, its clock as "next"; "then": an instant or None."""
    lines = [
        {
            **telling.of_inquiry(db, one.inquiry),
            "next": telling.of_deadline(one.clock, now),
            "then": iso(one.then) if one.then else None,
        }
        for one in items[:most]
    ]
    for line in lines:
        line["covering_for"] = line["owner"]["name"] if covering else None
    return {"lines": lines, "more": max(0, len(items) - most)}


def paused_of(db: Session, member: Staff) -> list[Inquiry]:
    """What the member has that waits for the customer, the longest first."""
    query = select(Inquiry).where(Inquiry.owner_id == member.id, col(Inquiry.paused_at).is_not(None))
    return list(db.exec(query.order_by(col(Inquiry.paused_at), col(Inquiry.id))))


def buttons_of(items: Iterable[Item]) -> list[dict[str, str]]:
    """What one press can do about the first of them that are past due, or due."""
    found = []
    for one in [one for one in items if one.rank != EXCUSED][:ACTING]:
        there = telling.buttons(one.inquiry, [one.clock])
        wanted = [choice for choice in there if choice["label"] in ("Answered", SHOW)]
        found += numbered(one.inquiry.number, wanted, 1)
    return found
