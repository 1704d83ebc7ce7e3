"""What a change of the calendar does to deadlines that still run (R5, R6: open days and open hours count).

What is met or missed stays so. A promise and a customer's own deadline are instants that people agreed upon:
no calendar moves them, but whoever made one should hear when the office will be closed then. A change makes
nothing overdue: a clock whose time would be up already, or nearly, stays as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.anew import anew
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_of
from models.deadline import Reckoning
from models.inquiry import Deadline, Inquiry
from models.instant import iso
from models.staff import Department, Staff
from models.staff import ident as staff_id

HEADSTART_MINUTES = 60  # working minutes that a deadline must leave when it is moved to be earlier
LONGEST_LIST = 20


class CannotMove(ValueError):  # it names what happened, as Refusal does
    """An inquiry cannot be reckoned by the calendar: `number` says which, the sentence why."""

    def __init__(self, number: str, reason: str) -> None:
        super().__init__(reason)
        self.number = number


@dataclass(frozen=True)
class Move:
    """One clock as it is reckoned now; `was`: when it was due before."""

    clock: Deadline
    inquiry: Inquiry
    reckoning: Reckoning
    calendar: Calendar
    was: datetime
    was_aim: datetime

    @property
    def shifts(self) -> bool:
        """Whether an instant changes, and not only the way that it was reckoned."""
        return (self.reckoning.due, self.reckoning.aim) != (self.was, self.was_aim)


@dataclass
class Moves:
    """Every running clock of some departments under the calendar in force, the nearest due first.

    moved: reckoned otherwise. staying: left as they were, as their time would be up. agreed: promises and
    customers' own deadlines at which the office is closed now, and was not. excused: past due while their
    owner is away (R1). kept: how many do not change. overdue: how many are past due, and stay so.
    """

    moved: list[Move] = field(default_factory=list)
    staying: list[tuple[Deadline, Inquiry]] = field(default_factory=list)
    agreed: list[tuple[Deadline, Inquiry]] = field(default_factory=list)
    excused: list[tuple[Deadline, Inquiry]] = field(default_factory=list)
    kept: int = 0
    overdue: int = 0

    @property
    def shifted(self) -> list[Move]:
        return [one for one in self.moved if one.shifts]


def calendars_by_department(db: Session) -> dict[int, Calendar]:
    """The calendar in force of each department, by its id."""
    return {staff_id(one): calendar_of(db, one.id) for one in db.exec(select(Department))}


def moves(db: Session, departments: Sequence[int], now: datetime, before: Mapping[int, Calendar]) -> Moves:
    """What the calendars in force make of the running and paused clocks of these departments.

    `before`: the calendars as they were, by department. Changes nothing, and locks the inquiries until the
    transaction ends. Raises CannotMove when a clock leaves the days that the calendar knows.
    """
    found = Moves()
    calendars = {number: calendar_of(db, number) for number in departments}
    for clock, inquiry in _running(db, departments):
        calendar, since = calendars[inquiry.department_id], clock.stopped_at or now
        if clock.due < since:
            excused = clock.excused_until is not None and since <= clock.excused_until
            found.excused += [(clock, inquiry)] if excused else []
            found.overdue += 1
            continue
        if clock.agreed_due is not None:
            if _open(before[inquiry.department_id], clock.due) and not _open(calendar, clock.due):
                found.agreed.append((clock, inquiry))
            found.kept += 1
            continue
        try:
            # A pause that is on is reckoned when it ends: until then the clock shows where it stopped.
            reckoning = anew(db, clock, inquiry, calendar, since)
            early = (
                reckoning is not None and reckoning.due < clock.due and not _ahead(reckoning, calendar, since)
            )
        except ValueError as error:
            raise CannotMove(inquiry.number, str(error)) from error
        if early:
            found.staying.append((clock, inquiry))
        elif reckoning is None or _says_the_same(clock, reckoning):
            found.kept += 1
        else:
            found.moved.append(Move(clock, inquiry, reckoning, calendar, clock.due, clock.aim))
            found.kept += not found.moved[-1].shifts
    return found


def _running(db: Session, departments: Sequence[int]) -> list[tuple[Deadline, Inquiry]]:
    theirs = (col(Deadline.ended_at).is_(None), col(Inquiry.department_id).in_(departments))
    joined = col(Inquiry.id) == col(Deadline.inquiry_id)
    # Nobody may answer what is being moved meanwhile; what was answered while we waited is read as it is now.
    locked = select(Inquiry.id).where(select(Deadline.id).where(joined, *theirs).exists())
    db.exec(locked.order_by(col(Inquiry.id)).with_for_update()).all()
    query = select(Deadline, Inquiry).join(Inquiry, joined).where(*theirs)
    query = query.order_by(col(Deadline.due), col(Deadline.id)).execution_options(populate_existing=True)
    return [(clock, inquiry) for clock, inquiry in db.exec(query)]


def _open(calendar: Calendar, instant: datetime) -> bool:
    try:
        return calendar.in_hours(instant)
    except UnknownDay:
        return False


def _ahead(reckoning: Reckoning, calendar: Calendar, since: datetime) -> bool:
    """Whether enough working time is left until then."""
    return calendar.minutes_between(since, reckoning.due) >= HEADSTART_MINUTES


def _says_the_same(clock: Deadline, reckoning: Reckoning) -> bool:
    return (clock.due, clock.aim, clock.because) == (
        reckoning.due,
        reckoning.aim,
        [*clock.notes, *reckoning.because],
    )


def instants(one: Move) -> dict[str, str]:
    return {"was": iso(one.was), "due": iso(one.reckoning.due)}


def listed(name: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The first of them, and how many more there are: {"lines": […], "more_lines": 3}"""
    return {name: lines[:LONGEST_LIST], f"more_{name}": max(0, len(lines) - LONGEST_LIST)}


def told(db: Session, found: Moves) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line for each clock that shifts, and for each agreed time at which the office is closed now.

    {"number", "customer", "subject", "owner": {"id", "name"}, "kind", "was", "due", "earlier", "paused"}
    """
    shifted = [
        {
            **_line(db, one.clock, one.inquiry),
            **instants(one),
            "aim": iso(one.reckoning.aim) if one.reckoning.due == one.was else None,
            "earlier": one.reckoning.due < one.was,
        }
        for one in found.shifted
    ]
    return shifted, [_line(db, *one) for one in found.agreed]


def staying(db: Session, found: Moves) -> list[dict[str, Any]]:
    """A line for each clock that stays although it would be reckoned otherwise."""
    return [_line(db, *one) for one in found.staying]


def _line(db: Session, clock: Deadline, inquiry: Inquiry) -> dict[str, Any]:
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
