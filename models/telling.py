"""What can be said of a person, an inquiry, a deadline: facts, the same for a reply and for a reminder."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.inquiry import Deadline, Inquiry, running
from models.instant import iso
from models.staff import Department, Staff


def of_staff(member: Staff) -> dict[str, Any]:
    """{"name", "handle", "email", "phone"}"""
    return {"name": member.name, "handle": member.handle, "email": member.email, "phone": member.phone}


def standing(clock: Deadline, now: datetime) -> str:
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


def buttons(inquiry: Inquiry) -> list[dict[str, str]]:
    """What one press can do about an inquiry: {"label", "words"} each, under a reply and a reminder alike."""
    resume = [{"label": "Resume", "words": f"inquiry resume {inquiry.number}"}] if inquiry.paused_at else []
    return [
        *resume,
        {"label": "Mark answered", "words": f"inquiry answer {inquiry.number}"},
        {"label": "Show", "words": f"inquiry show {inquiry.number}"},
    ]


def reminder_buttons(inquiry: Inquiry) -> list[dict[str, str]]:
    """The same under a reminder that may come once more before the deadline."""
    return [*buttons(inquiry), {"label": "Snooze 1 hour", "words": f"inquiry snooze {inquiry.number} 1 hour"}]


def of_line(db: Session, inquiry: Inquiry, now: datetime) -> dict[str, Any]:
    """The inquiry's facts, and "next": its nearest running deadline, None when none runs."""
    clocks = running(db, inquiry)
    return {**of_inquiry(db, inquiry), "next": of_deadline(clocks[0], now) if clocks else None}


def of_lines(db: Session, inquiries: list[Inquiry], now: datetime) -> list[dict[str, Any]]:
    """A line each, the nearest deadline first."""
    lines = [of_line(db, inquiry, now) for inquiry in inquiries]
    return sorted(lines, key=lambda line: line["next"]["due"] if line["next"] else "9999")
