"""The customer's own deadline, as one more clock (R13)."""

import re

from handlers.asking import Facts, Hearing, Refusal, Reply
from handlers.clocks import at_its_desk, buttons, set_deadline, tell_anew, versioned
from handlers.reading import number_and_rest, promised, still_open
from handlers.when import Reading
from models import outbox, telling
from models.calendar import Calendar, UnknownDay
from models.deadline import needed
from models.inquiry import Deadline, Happening, Inquiry, end_deadlines, note, running
from models.instant import iso
from models.staff import ident

USAGE = "/inquiry needed INQ-1 by Fri"


def need(hearing: Hearing, rest: str) -> Reply:
    """Records by when the customer needs the answer, in the place of what was recorded before."""
    inquiry, rest = number_and_rest(hearing, rest, USAGE)
    still_open(hearing, inquiry)
    match = re.fullmatch(r"(by\s+|until\s+)?(.+)", rest, re.IGNORECASE | re.DOTALL)
    there = at_its_desk(hearing, inquiry)
    if match is None or not (match[1] or readable(there, match[2])):
        usage = USAGE.replace("INQ-1", inquiry.number)
        raise Refusal("missing_piece", missing=["when the customer needs it: by WHEN"], usage=usage)
    by = read_need(there, match[2])
    db, now = hearing.db, hearing.now
    replaced = end_deadlines(db, inquiry, "needed", now)
    outbox.withdraw(db, replaced, now, "needed anew")
    clock = set_need(hearing, inquiry, by)
    tell_anew(hearing, inquiry)
    others = [one for one in running(db, inquiry) if one.id != clock.id and one.due > clock.due]
    facts: Facts = {
        **telling.of_inquiry(db, inquiry),
        "needed": needed_facts(hearing, inquiry, clock, by),
        "ended": [telling.of_deadline(one, now) for one in replaced],
        "later": [telling.of_deadline(one, now) for one in others],
    }
    return Reply("inquiry_needed", facts, buttons(hearing, inquiry))


def read_need(hearing: Hearing, text: str) -> Reading:
    """By when it is needed, or a refusal that names what could not be read."""
    try:
        return promised(hearing, text)
    except Refusal as refusal:
        if refusal.reply.template == "gone_by":
            raise Refusal("needed_gone_by", **refusal.reply.facts) from refusal
        raise


def readable(hearing: Hearing, text: str) -> bool:
    """Whether the words are a time at all: "the court" is none."""
    try:
        promised(hearing, text)
    except Refusal as refusal:
        return refusal.reply.template != "unreadable_time"
    return True


def set_need(hearing: Hearing, inquiry: Inquiry, by: Reading) -> Deadline:
    """Stores the clock, and that it was set."""
    db, now = hearing.db, hearing.now
    calendar = hearing.calendar_for(inquiry)
    standard = versioned(hearing, inquiry, calendar.today(inquiry.received_at))
    try:
        reckoning = needed(by.instant, now, calendar)
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(by.instant), reason=str(error)) from error
    clock = set_deadline(hearing, inquiry, reckoning, standard)
    note(db, inquiry, Happening.NEEDED, ident(hearing.speaker), now, until=iso(clock.due))
    db.flush()
    return clock


def needed_facts(hearing: Hearing, inquiry: Inquiry, clock: Deadline, by: Reading) -> Facts:
    """The clock's facts, "assumed", and "closed": {"why", "last"} when the office is closed at that instant.

    `last` is the last working moment before it, None when that has passed; `why` is the closed day's reason,
    None on an open day.
    """
    closed = outside(hearing.calendar_for(inquiry), clock)
    if closed and closed["last"] <= iso(hearing.now):
        closed["last"] = None
    return {**telling.of_deadline(clock, hearing.now), "assumed": by.assumed, "closed": closed}


def outside(calendar: Calendar, clock: Deadline) -> Facts | None:
    """{"why", "last"} when a clock is due while the office is closed: see `needed_facts`."""
    try:
        if calendar.in_hours(clock.due):
            return None
        day = calendar.today(clock.due)
        why = None if calendar.is_open_day(day) else calendar.why_closed(day)
        return {"why": why, "last": iso(calendar.last_close(clock.due))}
    except UnknownDay:
        return None
