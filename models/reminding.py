"""Reminders that people ask for themselves: one word, to them alone, at the time that they named."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models import telling
from models.inquiry import Inquiry, State
from models.instant import iso
from models.outbox import Owed
from models.seeing import may_see
from models.staff import Staff

KIND = "asked"
TEMPLATE = "asked_reminder"


def asked_by(inquiry: Inquiry, member: Staff, *, snoozed: bool) -> str:
    """How the keys of the words begin that the member asked for about the inquiry; the instant follows."""
    return f"asked:{inquiry.id}:{member.id}:" + ("snooze:" if snoozed else "")


def put_right(db: Session, row: Owed, now: datetime, today: date) -> str | None:
    """Writes the inquiry's facts as they are now into the word; the reason if it is not to be said."""
    member = db.get_one(Staff, row.staff_id)
    inquiry = db.get_one(Inquiry, int(row.key.split(":")[1]))
    if not member.active:
        return "recipient-left"
    if inquiry.state in (State.ANSWERED, State.CLOSED):
        return "inquiry-over"
    if not may_see(db, member, inquiry, today):
        return "not-theirs"
    row.facts = {**row.facts, **telling.of_line(db, inquiry, now)}
    row.choices = telling.reminder_buttons(inquiry)
    db.add(row)
    return None


def asked_facts(
    db: Session, inquiry: Inquiry, now: datetime, about: str | None, *, snoozed: bool, despite_quiet: bool
) -> dict[str, Any]:
    """What the word says: the inquiry, and why it comes. `despite_quiet`: it was asked for on a quiet day."""
    return {
        **telling.of_line(db, inquiry, now),
        "about": about,
        "asked_at": iso(now),
        "snoozed": snoozed,
        "despite_quiet": despite_quiet,
    }
