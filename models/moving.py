"""What a change of the calendar does to deadlines that still run (R5, R6: open days and open hours count).

What is met or missed stays so. A promise and a customer's own deadline are instants that people agreed upon:
no calendar moves them, but whoever made one should hear when the office will be closed then. A change makes
nothing overdue: a clock whose time would be up already, or nearly, stays as it was. A clock that the change
does not concern stays too, even where it would be reckoned otherwise for another reason (a hand-over to a
department with other hours).
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
from models.excuse import ABSENCE
from models.inquiry import Deadline, Inquiry, ident
from models.pausing import pauses_by_inquiry, pauses_in
from models.staff import Department
from models.staff import ident as staff_id

HEADSTART_MINUTES = 60  # working minutes that a deadline must leave when it is moved to be earlier


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
    """Every running clock of some departments under the new calendars, the nearest due first.

    before, after: the calendars by department. moved: reckoned otherwise. staying: left as they were, as
    their time would be up. agreed: promises and customers' own deadlines at which the office is closed now,
    and was not; standing: those at which it is open now, and was not. excusable: those that an owner's
    absence excuses (R1), which is to be looked at again. kept: how many do not change. overdue: how many are
    past due, and stay so.
    """

    before: Mapping[int, Calendar]
    after: Mapping[int, Calendar]
    moved: list[Move] = field(default_factory=list)
    staying: list[tuple[Deadline, Inquiry]] = field(default_factory=list)
    agreed: list[tuple[Deadline, Inquiry]] = field(default_factory=list)
    standing: list[tuple[Deadline, Inquiry]] = field(default_factory=list)
    excusable: list[tuple[Deadline, Inquiry]] = field(default_factory=list)
    kept: int = 0
    overdue: int = 0

    @property
    def shifted(self) -> list[Move]:
        return [one for one in self.moved if one.shifts]


def calendars_by_department(db: Session) -> dict[int, Calendar]:
    """The calendar in force of each department, by its id."""
    return {staff_id(one): calendar_of(db, one.id) for one in db.exec(select(Department))}


def moves(
    db: Session,
    departments: Sequence[int],
    now: datetime,
    before: Mapping[int, Calendar],
    after: Mapping[int, Calendar] | None = None,
    *,
    lock: bool = True,
) -> Moves:
    """What other calendars make of the running and paused clocks of these departments.

    `before` and `after` are the calendars by department; without `after`, those in force. Changes nothing;
    with `lock`, nobody else changes the inquiries until the transaction ends. Raises CannotMove when a clock
    leaves the days that the calendar knows.
    """
    if after is None:
        after = {number: calendar_of(db, number) for number in departments}
    found = Moves(before, after)
    running = _running(db, departments, lock)
    histories = pauses_by_inquiry(db, [ident(inquiry) for _, inquiry in running])
    for clock, inquiry in running:
        old, new = before[inquiry.department_id], after[inquiry.department_id]
        changes = old.version != new.version
        if changes and (clock.counted_by is None or ABSENCE in clock.counted_by.get("excused_by", ())):
            found.excusable.append((clock, inquiry))
        since = clock.stopped_at or now
        if clock.due < since:
            found.overdue += 1
        elif not changes:
            found.kept += 1
        elif clock.agreed_due is not None:
            found.kept += 1
            was, now_open = is_open(old, clock.due), is_open(new, clock.due)
            if was != now_open:
                (found.standing if now_open else found.agreed).append((clock, inquiry))
        else:
            # A pause that is on is reckoned when it ends: until then the clock shows where it stopped.
            known = pauses_in(histories.get(ident(inquiry), ()), since)
            _sort(
                found,
                clock,
                inquiry,
                since,
                [_reckoned(db, clock, inquiry, one, since, known) for one in (old, new)],
            )
    return found


def _sort(
    found: Moves,
    clock: Deadline,
    inquiry: Inquiry,
    since: datetime,
    reckoned: Sequence[Reckoning | ValueError | None],
) -> None:
    """Puts a clock that runs, as the old calendar has it and as the new one does, where it belongs."""
    was, reckoning = reckoned
    if isinstance(reckoning, ValueError) and not isinstance(was, ValueError):
        raise CannotMove(inquiry.number, str(reckoning)) from reckoning
    if not isinstance(reckoning, Reckoning):
        found.kept += 1
        return
    stands = (reckoning.due, reckoning.aim) == (clock.due, clock.aim)
    concerned = not isinstance(was, Reckoning) or (was.due, was.aim) != (reckoning.due, reckoning.aim)
    earlier = reckoning.due < clock.due
    if not (concerned or stands) or (earlier and clock.stopped_at is not None):
        found.kept += 1
    elif earlier and not _ahead(reckoning, found.after[inquiry.department_id], since, inquiry):
        found.staying.append((clock, inquiry))
    elif stands and clock.because == [*clock.notes, *reckoning.because]:
        found.kept += 1
    else:
        calendar = found.after[inquiry.department_id]
        found.moved.append(Move(clock, inquiry, reckoning, calendar, clock.due, clock.aim))
        found.kept += not found.moved[-1].shifts


def _reckoned(
    db: Session, clock: Deadline, inquiry: Inquiry, calendar: Calendar, since: datetime, known: Sequence[Any]
) -> Reckoning | ValueError | None:
    """The clock by that calendar; the error, where it leaves the days that are known."""
    try:
        return anew(db, clock, inquiry, calendar, since, known=known)
    except ValueError as error:
        return error


def _running(db: Session, departments: Sequence[int], lock: bool) -> list[tuple[Deadline, Inquiry]]:
    theirs = (col(Deadline.ended_at).is_(None), col(Inquiry.department_id).in_(departments))
    joined = col(Inquiry.id) == col(Deadline.inquiry_id)
    if lock:
        # Nobody may answer what is being moved; what was answered while we waited is read as it is now.
        locked = select(Inquiry.id).where(select(Deadline.id).where(joined, *theirs).exists())
        db.exec(locked.order_by(col(Inquiry.id)).with_for_update()).all()
    query = select(Deadline, Inquiry).join(Inquiry, joined).where(*theirs)
    query = query.order_by(col(Deadline.due), col(Deadline.id)).execution_options(populate_existing=True)
    return [(clock, inquiry) for clock, inquiry in db.exec(query)]


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Whether the office is open then, or closes just then; not on a day that the calendar does not know."""
    try:
        return calendar.in_hours(instant)
    except UnknownDay:
        return False


def _ahead(reckoning: Reckoning, calendar: Calendar, since: datetime, inquiry: Inquiry) -> bool:
    """Whether enough working time is left until then."""
    try:
        return calendar.minutes_between(since, reckoning.due) >= HEADSTART_MINUTES
    except UnknownDay as error:
        raise CannotMove(inquiry.number, str(error)) from error
