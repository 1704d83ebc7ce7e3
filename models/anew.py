"""Reckoning a stored deadline anew: when a pause ends, when the office is closed, when more time is given."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.adopting import standard_for
from models.calendar import Calendar
from models.deadline import Agreement, Reckoning, agreed, reckon
from models.inquiry import Deadline, Inquiry
from models.pause import Pause
from models.pausing import pauses_of
from models.staff import Department
from models.standard import Rule

_IN_SHORT = {"promise": "promised", "needed": "needed, as told"}


def anew(
    db: Session,
    clock: Deadline,
    inquiry: Inquiry,
    calendar: Calendar,
    now: datetime,
    also: Sequence[Pause] = (),
    known: Sequence[Pause] | None = None,
) -> Reckoning | None:
    """The clock as its inquiry's history and the calendar have it now; a pause that is on counts up to now.

    `also` are pauses that the history does not have, such as absences that excuse (R1); `known` are those
    that it has, where they have been read already.
    None when nobody knows any more what it was counted by (a file that is gone). Raises ValueError and
    UnknownDay as `reckon` does.
    """
    pauses = (*(pauses_of(db, inquiry, now) if known is None else known), *also)
    if clock.agreed_due is not None and clock.agreed_at is not None:
        return agreed_again(clock, calendar, pauses)
    rule = rule_of(db, clock, inquiry, calendar)
    if rule is None:
        return None
    return reckon(clock.counted_from or inquiry.received_at, rule, calendar, pauses)


def agreed_again(clock: Deadline, calendar: Calendar, pauses: Sequence[Pause]) -> Reckoning:
    """A clock that was agreed upon, with these pauses. Raises as `agreed` does."""
    assert clock.agreed_due is not None
    assert clock.agreed_at is not None
    agreement = Agreement(
        clock.kind,
        clock.rule,
        clock.citation,
        tuple(clock.notes),
        _IN_SHORT.get(clock.kind, "agreed"),
        tuple(clock.met_by),
        moves=clock.kind != "needed",
    )
    return agreed(clock.agreed_due, clock.agreed_at, calendar, agreement, pauses)


def write(clock: Deadline, reckoning: Reckoning, calendar: Calendar) -> None:
    """Puts the reckoning, with its trace, in place of what the clock said before."""
    clock.aim, clock.due = reckoning.aim, reckoning.due
    notes = () if reckoning.agreed_due is not None else clock.notes
    clock.because = [*notes, *reckoning.because]
    clock.in_short = reckoning.in_short
    clock.calendar_version = calendar.version


def rule_of(db: Session, clock: Deadline, inquiry: Inquiry, calendar: Calendar) -> Rule | None:
    """The rule that the clock is counted by; None when nobody knows it any more."""
    if clock.counted_by is not None:
        return Rule.model_validate(clock.counted_by)
    # A clock from before rules were kept beside it.
    department = db.get_one(Department, inquiry.department_id)
    try:
        standard = standard_for(db, department, calendar.today(inquiry.received_at))
    except ValueError:  # its file is gone, or cannot be read
        return None
    rules = standard.rules_for(inquiry.channel)
    return next((one for one in rules if one.id == clock.rule), None)
