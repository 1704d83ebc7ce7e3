"""Whom a supervisor looks after, and how they stand: what `/desk` and the morning's digest share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, true
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, or_, select

from models.absence import overlapping
from models.agency_file import Role
from models.covering import covers_of
from models.inquiry import Deadline, Inquiry
from models.instant import iso
from models.staff import Staff, departments, ident, members, reports


def people_of(db: Session, member: Staff) -> list[Staff]:
    """The member's department and whoever else reports to them; for an admin, everybody."""
    if member.role is Role.ADMIN:
        return [one for department in departments(db) for one in members(db, ident(department))]
    own = members(db, member.department_id)
    there = {one.id for one in own}
    return own + [one for one in reports(db, member) if one.id not in there]


@dataclass(frozen=True)
class Standing:
    """How an owner stands. `overdue`: inquiries past due, since when the first is; `today`: others due."""

    owner: int
    overdue: int
    since: datetime | None
    today: int


def by_owner(
    db: Session, owners: Collection[int], now: datetime, until: datetime, *, everybody: bool
) -> list[Standing]:
    """Those with something past due, or due by `until`; the most overdue first. Without what is paused.

    An inquiry counts once, as models/digest_items.py counts them. `everybody`: the owners are all there are.
    """
    late, due = _late(now), col(Deadline.due)
    each = (
        sa_select(
            col(Inquiry.owner_id).label("owner"),
            func.min(case((late, due))).label("late"),
            func.max(case((due >= now, due))).label("ahead"),
        )
        .join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
        .where(col(Deadline.ended_at).is_(None), col(Deadline.stopped_at).is_(None), due <= until)
        .where(true() if everybody else col(Inquiry.owner_id).in_(owners))
        .group_by(col(Inquiry.owner_id), col(Deadline.inquiry_id))
        .subquery()
    )
    one = each.c
    today = func.count(case((one.late.is_(None), one.ahead)))
    query = select(one.owner, func.count(one.late), func.min(one.late), today).group_by(one.owner)
    found = [Standing(*row) for row in db.exec(query) if row[0] in owners and (row[1] or row[3])]
    return sorted(found, key=lambda one: (-one.overdue, -one.today, one.owner))


def oldest_of(
    db: Session, owners: Collection[int], now: datetime, most: int
) -> dict[int, list[dict[str, Any]]]:
    """The inquiries of each owner that are overdue the longest: {"number", "subject", "since"}"""
    since = func.min(col(Deadline.due))
    order = [since, col(Inquiry.id)]
    place = func.row_number().over(partition_by=col(Inquiry.owner_id), order_by=order).label("place")
    each = (
        select(col(Inquiry.id).label("id"), since.label("since"), place)
        .join(Deadline, col(Deadline.inquiry_id) == col(Inquiry.id))
        .where(col(Deadline.ended_at).is_(None), col(Deadline.stopped_at).is_(None), _late(now))
        .where(col(Inquiry.owner_id).in_(owners))
        .group_by(col(Inquiry.owner_id), col(Inquiry.id))
        .subquery()
        .c
    )
    query = select(Inquiry, each.since).join_from(Inquiry, each.id.table, each.id == Inquiry.id)
    found: dict[int, list[dict[str, Any]]] = {}
    for inquiry, due in db.exec(query.where(each.place <= most).order_by(each.since, each.id)):
        line = {"number": inquiry.number, "subject": inquiry.subject, "since": iso(due)}
        found.setdefault(inquiry.owner_id, []).append(line)
    return found


def _late(now: datetime) -> ColumnElement[bool]:
    excused = col(Deadline.excused_until)
    return (col(Deadline.due) < now) & or_(excused.is_(None), excused < now)


def answers_to(number: int, line: Mapping[int, tuple[int | None, Role]]) -> int | None:
    """The nearest above them who supervises or is an admin; None where nobody active does.

    line: everybody who is active, or those above at the least: whom each reports to, and their role.
    """
    seen, above = {number}, line[number][0]
    while above is not None and above in line and above not in seen:
        if line[above][1] is not Role.STAFF:
            return above
        seen.add(above)
        above = line[above][0]
    return None


def away_of(
    db: Session, people: Sequence[Staff], day: date, out: set[int], most: int
) -> tuple[list[dict[str, Any]], int]:
    """Who of them is not in on the day, at most so many, and how many more.

    {"name", "away_until", "covered_by"}; `away_until` is None for a day on which they do not work.
    """
    gone = [one for one in people if ident(one) in out]
    shown = gone[:most]
    covers = covers_of(db, [ident(one) for one in shown], day, out)
    lines = []
    for one in shown:
        absence = next(iter(overlapping(db, ident(one), day, day)), None)
        cover = covers.get(ident(one))
        lines.append(
            {
                "name": one.name,
                "away_until": absence.last.isoformat() if absence else None,
                "covered_by": cover.name if cover else None,
            }
        )
    return lines, len(gone) - len(shown)
