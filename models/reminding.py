"""Reminders that people ask for themselves: one word, to them alone, at the time that they named."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models import telling
from models.absence import away_on, supervisors_of, who_covers
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_of
from models.inquiry import Happening, Inquiry, State, history, running
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
    if _handed_over(db, row, member, inquiry, today):
        return "handed-over"
    if _acknowledged(db, row, inquiry, now):
        return "acknowledged"
    row.facts = {**row.facts, **telling.of_line(db, inquiry, now)}
    calendar = calendar_of(db, inquiry.department_id)
    row.choices = telling.reminder_buttons(inquiry, running(db, inquiry), TEMPLATE, now, calendar)
    db.add(row)
    return None


def cannot_wait(db: Session, row: Owed, now: datetime, calendar: Calendar) -> bool:
    """Whether the next deadline of its inquiry is there before the asker is at work on another day.

    calendar: their own working time.
    """
    inquiry = db.get_one(Inquiry, int(row.key.split(":")[1]))
    ahead = [one.due for one in running(db, inquiry) if one.stopped_at is None and one.due > now]
    day = calendar.today(now)
    try:
        while ahead:
            day = calendar.next_open_day(day)
            if calendar.opening(day) >= min(ahead):
                return True
            if row.staff_id is None or away_on(db, row.staff_id, day) is None:
                return False
    except UnknownDay:
        return True
    return False


def _handed_over(db: Session, row: Owed, member: Staff, inquiry: Inquiry, today: date) -> bool:
    """Whether they asked for it as the owner, and it is no concern of theirs any more."""
    as_owner = row.facts.get("as_owner", row.facts["owner"]["handle"] == member.handle)
    if not as_owner or inquiry.owner_id == member.id:
        return False
    owner = db.get_one(Staff, inquiry.owner_id)
    cover = who_covers(db, owner, today)
    concerned = [*supervisors_of(db, owner), *([cover] if cover else [])]
    return member.id not in [one.id for one in concerned]


def _acknowledged(db: Session, row: Owed, inquiry: Inquiry, now: datetime) -> bool:
    """Whether it was acknowledged since, and no promise that is still to be kept runs."""
    asked_at = datetime.fromisoformat(row.facts["asked_at"])
    since = [one for one in history(db, inquiry) if one.what is Happening.ACKNOWLEDGED and one.at > asked_at]
    promises = [one for one in running(db, inquiry) if one.kind == "promise"]
    return bool(since) and not any(one.stopped_at is not None or one.due > now for one in promises)


def asked_facts(
    db: Session,
    inquiry: Inquiry,
    member: Staff,
    now: datetime,
    about: str | None,
    *,
    snoozed: bool,
    despite_quiet: bool,
) -> dict[str, Any]:
    """What the word says: the inquiry, and why it comes. `despite_quiet`: it was asked for on a quiet day.

    `as_owner`: whether who asks owns it.
    """
    return {
        **telling.of_line(db, inquiry, now),
        "about": about,
        "asked_at": iso(now),
        "snoozed": snoozed,
        "despite_quiet": despite_quiet,
        "as_owner": inquiry.owner_id == member.id,
    }
