"""Opening an inquiry again that was answered or closed: the customer is not satisfied (R37, R34)."""

from dataclasses import replace
from datetime import datetime

from handlers.asking import Facts, Hearing, Refusal, Reply
from handlers.clocks import buttons, reopening, set_deadline, standard_on, tell_owner
from handlers.reading import number_and_rest, one_line, unquoted
from models import telling
from models.because import moment
from models.deadline import Reckoning, needed, reckon_all
from models.inquiry import Deadline, Happening, Inquiry, State, deadlines, note
from models.instant import iso
from models.staff import Department
from models.staff import ident as staff_id
from models.standard import Standard


def reopen(hearing: Hearing, rest: str) -> Reply:
    """Opens the inquiry again, with new clocks; what was met or missed stays so.

    The new clocks count from now by the standard in force today. The resolution stays in the history.
    """
    usage = "/inquiry reopen INQ-1 the permit never arrived"
    inquiry, rest = number_and_rest(hearing, rest, usage)
    if inquiry.state not in (State.ANSWERED, State.CLOSED):
        raise Refusal("still_open", number=inquiry.number, state=inquiry.state.value)
    reason = one_line(unquoted(rest))[:500]
    if not reason:
        missing = ["why it is opened again, in a few words"]
        raise Refusal("missing_piece", missing=missing, usage=usage.replace("INQ-1", inquiry.number))
    db, now = hearing.db, hearing.now
    before = inquiry.state.value
    standard, reckonings = _reckoned(hearing, inquiry)
    clocks = [set_deadline(hearing, inquiry, one, standard) for one in reckonings]
    inquiry.state, inquiry.resolution = State.OPEN, None
    db.add(inquiry)
    note(db, inquiry, Happening.REOPENED, staff_id(hearing.speaker), now, said=reason)
    db.flush()
    facts: Facts = {
        **telling.of_inquiry(db, inquiry),
        "before": before,
        "reason": reason,
        "clocks": [telling.of_deadline(one, now) for one in sorted(clocks, key=lambda one: one.due)],
        "standard": standard.title,
    }
    told = tell_owner(hearing, inquiry, "inquiry_reopened", facts, reopening(inquiry))
    facts |= {"by": None, "told": told, "covering_for": None}
    return Reply("inquiry_reopened", facts, buttons(hearing, inquiry))


def _reckoned(hearing: Hearing, inquiry: Inquiry) -> tuple[Standard, list[Reckoning]]:
    """The standard of today with its clocks, and the customer's own deadline if it still lies ahead (R13)."""
    calendar = hearing.calendar_for(inquiry)
    department = hearing.db.get_one(Department, inquiry.department_id)
    own = [one for one in deadlines(hearing.db, inquiry) if one.kind == "needed"]
    standard = standard_on(hearing, department, calendar.today(hearing.now))
    try:
        counted = reckon_all(hearing.now, standard, inquiry.channel, calendar)
        said = f"Reopened on {moment(hearing.now, calendar)}: counted from then."
        found = [replace(one, because=(said, *one.because), notes=(said,)) for one in counted]
        found += [needed(due, told, calendar) for due, told in _still_ahead(own[-1:], hearing)]
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(hearing.now), reason=str(error)) from error
    return standard, found


def _still_ahead(clocks: list[Deadline], hearing: Hearing) -> list[tuple[datetime, datetime]]:
    return [
        (clock.agreed_due, clock.agreed_at)
        for clock in clocks
        if clock.agreed_due is not None and clock.agreed_at is not None and clock.agreed_due > hearing.now
    ]
