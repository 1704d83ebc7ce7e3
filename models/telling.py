"""What can be said of a person, an inquiry, a deadline: facts, the same for a reply and for a reminder."""

from collections.abc import Sequence
from datetime import datetime
from math import inf
from typing import Any, Protocol

from sqlmodel import Session

from models.calendar import Calendar, UnknownDay
from models.inquiry import Deadline, Inquiry, State, running
from models.instant import iso
from models.staff import Department, Staff

# Templates of reminders: what comes before the deadline, and what goes to who stands above the owner.
EARLY, ABOVE = ("due_soon", "asked_reminder"), "overdue"
SNOOZE, SHORT_SNOOZE = 60, 15  # minutes
SPARE = 20  # working minutes before the deadline, at the least, for the shorter one


def of_staff(member: Staff) -> dict[str, Any]:
    """{"name", "handle", "email", "phone"}"""
    return {"name": member.name, "handle": member.handle, "email": member.email, "phone": member.phone}


class Clock(Protocol):
    """What of a deadline says how it stands."""

    @property
    def due(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def ended_by(self) -> str | None: ...
    @property
    def stopped_at(self) -> datetime | None: ...
    @property
    def excused_until(self) -> datetime | None: ...


def standing(clock: Clock, now: datetime) -> str:
    """ "met", "missed", "overdue" (missed and still running), "running", "paused", "excused" by the owner's
    absence (R1), or "replaced" by a newer promise or need."""
    until = clock.ended_at or clock.stopped_at or now
    if clock.due < until:
        if clock.excused_until is not None and until <= clock.excused_until:
            return "excused"
        return "missed" if clock.ended_at else "overdue"
    if clock.ended_at is not None:
        # A rule of kind "answer" is ended by an answer, and met by it.
        return "replaced" if clock.ended_by in ("promise", "needed") else "met"
    return "paused" if clock.stopped_at else "running"


def of_deadline(clock: Deadline, now: datetime) -> dict[str, Any]:
    """{"kind", "aim", "due", "rule", "citation", "in_short", "standing", "excused_until"}

    `aim` is None when it is `due`; `excused_until` is None when nothing excuses it.
    """
    return {
        "kind": clock.kind,
        "aim": iso(clock.aim) if clock.aim != clock.due else None,
        "due": iso(clock.due),
        "rule": clock.rule,
        "citation": clock.citation,
        "in_short": clock.in_short,
        "standing": standing(clock, now),
        "excused_until": iso(clock.excused_until) if clock.excused_until else None,
    }


def of_inquiry(db: Session, inquiry: Inquiry) -> dict[str, Any]:
    """{"number", "customer", "contact", "channel", "subject", "received", "state", "owner", "department",
    "paused": {"since", "reason"} or None}"""
    owner = db.get(Staff, inquiry.owner_id)
    department = db.get(Department, inquiry.department_id)
    assert owner is not None
    assert department is not None
    return facts(inquiry, owner, department)


def facts(inquiry: Inquiry, owner: Staff, department: Department) -> dict[str, Any]:
    """The same, where the owner and the inquiry's department have been read."""
    return {
        "number": inquiry.number,
        "customer": inquiry.customer,
        "contact": inquiry.contact,
        "channel": inquiry.channel,
        "subject": inquiry.subject,
        "received": iso(inquiry.received_at),
        "state": inquiry.state.value,
        "owner": of_staff(owner),
        "department": department.name,
        "paused": {"since": iso(inquiry.paused_at), "reason": inquiry.paused_for}
        if inquiry.paused_at
        else None,
    }


def buttons(inquiry: Inquiry, clocks: Sequence[Deadline]) -> list[dict[str, str]]:
    """What one press can do about an inquiry: {"label", "words"} each, under a reply and a reminder alike.

    clocks: those that run and are spoken of. To acknowledge is offered while one of them waits for it.
    """
    return [*_doing(inquiry, clocks), _says("Show", "show", inquiry)]


def reminder_buttons(
    inquiry: Inquiry, clocks: Sequence[Deadline], template: str, now: datetime, calendar: Calendar
) -> list[dict[str, str]]:
    """The same under a reminder. One that comes early can be put off, as long as that leaves time.

    Who stands above is asked first to hand a missed one over. calendar: the inquiry's department's.
    """
    doing = _doing(inquiry, clocks)
    if template == ABOVE:
        # A pause does nothing about what is missed, and handing over is theirs to think of.
        doing = [one for one in doing if one["label"] not in ("Pause", "Resume")]
        doing.sort(key=lambda one: one["label"] != "Hand over")
    later = _snooze(inquiry, clocks, now, calendar) if template in EARLY else []
    return [*doing, *later, _says("Show", "show", inquiry)]


def _snooze(
    inquiry: Inquiry, clocks: Sequence[Deadline], now: datetime, calendar: Calendar
) -> list[dict[str, str]]:
    """By an hour; by a quarter of one where that leaves no time and this does."""
    if leaves(clocks, now, calendar) > SNOOZE:
        return [_says("Snooze 1 hour", "snooze", inquiry, " 1 hour")]
    if leaves(clocks, now, calendar) >= SPARE:
        return [_says("Snooze 15 minutes", "snooze", inquiry, " 15 minutes")]
    return []


def _doing(inquiry: Inquiry, clocks: Sequence[Deadline]) -> list[dict[str, str]]:
    if inquiry.state is State.CLOSED:
        return []
    if inquiry.state is State.ANSWERED:
        return [_says("Close…", "close", inquiry)]
    waits = any(one.ended_at is None and "acknowledgement" in one.met_by for one in clocks)
    paused = inquiry.paused_at is not None
    return [
        *([_says("Resume", "resume", inquiry)] if paused else []),
        *([_says("Acknowledge", "ack", inquiry)] if waits and inquiry.state is State.OPEN else []),
        _says("Answered", "answer", inquiry),
        *([] if paused else [_says("Pause", "pause", inquiry)]),
        _says("Hand over", "assign", inquiry),
    ]


def _says(label: str, verb: str, inquiry: Inquiry, rest: str = "") -> dict[str, str]:
    return {"label": label, "words": f"inquiry {verb} {inquiry.number}{rest}"}


def leaves(clocks: Sequence[Deadline], now: datetime, calendar: Calendar) -> float:
    """Working minutes to the nearest deadline ahead; without end where none runs, 0 where it is not known."""
    ahead = [one.due for one in clocks if one.ended_at is None and one.stopped_at is None and one.due > now]
    try:
        # What falls outside the working time is said at the next opening: that hour may take a night.
        return calendar.minutes_between(now, min(ahead)) if ahead else inf
    except UnknownDay:
        return 0


def of_line(db: Session, inquiry: Inquiry, now: datetime) -> dict[str, Any]:
    """The inquiry's facts, and "next": its nearest running deadline, None when none runs."""
    clocks = running(db, inquiry)
    return {**of_inquiry(db, inquiry), "next": of_deadline(clocks[0], now) if clocks else None}
