"""Looking again before speaking: is it still true, is it still theirs, is it their working time?

Whether a deadline's word is still true goes by the calendar of the inquiry's department, working time by the
calendar of the recipient's.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlmodel import Session

from models import moved_words, outbox, reminding
from models.absence import who_covers
from models.agency_file import Role
from models.calendar import Calendar, UnknownDay
from models.calendars import ClosureDay, calendar_for, calendar_of
from models.claiming import finish
from models.inquiry import Deadline, Inquiry
from models.instant import aware
from models.outbox import Owed, Sending
from models.preference import QUIETED, is_quiet
from models.staff import Staff
from models.undelivered import told_meanwhile
from scheduler import nudges, undecided
from scheduler.calendar_ends import still_ends
from scheduler.recipients import Recipients

# A word owed at closing time may still be said this many minutes after it.
GRACE_MINUTES = 15
GRACE = timedelta(minutes=GRACE_MINUTES)
# What nobody else can do anything with: it is not for who covers, and waits.
PERSONAL = ("calendar_ends", "schedule_set", reminding.TEMPLATE)


def look_again(db: Session, row: Owed, now: datetime) -> bool:
    """Whether the claimed row is to be sent now; otherwise it is put right: withdrawn, moved or handed on.

    Raises UnknownDay when the recipient's calendar does not know whether it is working time.
    """
    reason = _untrue(db, row, now)
    if reason:
        finish(db, row, **outbox.withdrawal(reason, now))
        return False
    if row.any_hour or row.staff_id is None:
        return True
    calendar = calendar_for(db, row.staff_id)
    if not calendar.in_hours(now, GRACE_MINUTES):
        opening = _or_end(calendar, lambda: calendar.next_open(now))
        finish(db, row, state=Sending.OWED, not_before=opening, attempts=row.attempts - 1)
        return False
    if row.kind in QUIETED and is_quiet(db, row.staff_id, calendar.today(now)):
        if row.deadline_id is not None:
            # The sweep owes it anew tomorrow, if it is still to come then.
            finish(db, row, **outbox.withdrawal("quiet", now))
            return False
        if not row.facts["despite_quiet"]:
            _until_tomorrow(db, row, now, calendar)
            return False
    # That its excuse is over was meant for the owner, as it was; the sweep would not find it again.
    if row.deadline_id is not None and row.kind != "excuse_over":
        return _still_theirs(db, row, now, calendar)
    return _there(db, row, now, calendar)


def due_now_from(clock: Deadline, calendar: Calendar) -> datetime:
    """When to say that it is due now: at it; when that is while closed, at the last closing before it.

    A clock that was set after that closing is told of at its due instant.
    """
    try:
        closing = clock.due if calendar.in_hours(clock.due) else calendar.last_close(clock.due)
    except UnknownDay:
        return clock.due
    return closing if clock.set_at < closing else clock.due


def _untrue(db: Session, row: Owed, now: datetime) -> str | None:
    """The name of the reason why a reminder is no longer true."""
    if row.deadline_id is None:
        if row.template == moved_words.TEMPLATE:
            return None if moved_words.put_right(db, row, now) else "nothing-moved"
        if row.template == "closure_told":
            rows = [db.get(ClosureDay, one) for one in row.facts["closures"]]
            there = any(one is not None and one.ended_at is None for one in rows)
            over = row.facts["change"]["last"] < calendar_for(db, row.staff_id).today(now).isoformat()
            return None if there and not over else "closure-over"
        if row.template == nudges.TEMPLATE:
            return "pause-over" if nudges.is_over(db, row) else None
        if row.template == undecided.TEMPLATE:
            return "request-over" if undecided.is_over(db, row, now) else None
        if row.kind == reminding.KIND:
            return reminding.put_right(db, row, now, calendar_for(db, row.staff_id).today(now))
        if row.kind == "undelivered" and told_meanwhile(db, row):
            return "told-meanwhile"
        if row.template in PERSONAL and not db.get_one(Staff, row.staff_id).active:
            return "recipient-left"
        if row.template == "calendar_ends" and not still_ends(db, row.facts["last"]):
            return "calendar-extended"
        over = (
            row.template == "you_cover"
            and row.facts.get("last", "9999") < calendar_of(db).today(now).isoformat()
        )
        return "absence-over" if over else None
    clock = db.get_one(Deadline, row.deadline_id)
    if clock.ended_at is not None:
        return "deadline-ended"
    if clock.stopped_at is not None:
        return "deadline-paused"
    if clock.due != row.deadline_due:
        return "deadline-moved"
    if row.kind in ("overdue", "excuse_over") and (clock.excused_until or clock.due) >= now:
        return "excused"
    if row.kind in ("due_soon", "due_now"):
        inquiry = db.get_one(Inquiry, clock.inquiry_id)
        told = due_now_from(clock, calendar_of(db, inquiry.department_id))
        if now >= told if row.kind == "due_soon" else now > told + GRACE:
            return "overtaken"
    return None


def _still_theirs(db: Session, row: Owed, now: datetime, calendar: Calendar) -> bool:
    """Whether the reminder would go to the same person now; if not, the sweep finds the deadline untold."""
    inquiry = db.get_one(Inquiry, db.get_one(Deadline, row.deadline_id).inquiry_id)
    owner = db.get_one(Staff, inquiry.owner_id)
    _, recipient = Recipients(db, calendar.today(now)).of(row.kind, owner)
    if recipient is not None and outbox.to_staff(recipient) == row.recipient:
        return True
    finish(db, row, **outbox.withdrawal("recipient-changed", now))
    return False


def _there(db: Session, row: Owed, now: datetime, calendar: Calendar) -> bool:
    """Whether the recipient of a word about no deadline is in; if not, it goes to who covers."""
    member = db.get_one(Staff, row.staff_id)
    today = calendar.today(now)
    cover = who_covers(db, member, today)
    if cover is not None and cover.id == member.id:
        return True
    if row.template in PERSONAL:
        cover = None
    # Where it could not be said to one, it may well be said to the other.
    afresh = {"state": Sending.OWED, "attempts": 0, "doubtful": False, "unreachable": []}
    if cover is not None:
        facts = {**row.facts, "covering_for": row.facts.get("covering_for") or member.name}
        # To try a word again is for supervisors.
        barred = row.kind == "undelivered" and cover.role is Role.STAFF
        choices = [] if barred else row.choices
        finish(db, row, recipient=outbox.to_staff(cover), facts=facts, choices=choices, **afresh)
    else:
        _until_tomorrow(db, row, now, calendar)
    return False


def _until_tomorrow(db: Session, row: Owed, now: datetime, calendar: Calendar) -> None:
    """Leaves the word until the next day opens."""
    opening = _or_end(calendar, lambda: calendar.opening(calendar.next_open_day(calendar.today(now))))
    finish(db, row, state=Sending.OWED, not_before=opening, attempts=row.attempts - 1)


def _or_end(calendar: Calendar, opening: Callable[[], datetime]) -> datetime:
    """The opening; when the calendar ends before it, that end: by then it may reach further."""
    try:
        return opening()
    except UnknownDay:
        return aware(datetime.combine(calendar.last + timedelta(days=1), time(), calendar.tz))
