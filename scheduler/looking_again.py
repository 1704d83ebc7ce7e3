"""Looking again before speaking: is it still true, is it still theirs, is it their working time?

Whether a deadline's word is still true goes by the calendar of the inquiry's department, working time by the
calendar of the recipient's.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, select

from models import outbox, reminding
from models.absence import away_on, who_covers
from models.agency_file import Role
from models.calendar import Calendar, UnknownDay
from models.inquiry import Deadline
from models.leasing import SOON, finish
from models.outbox import Owed, Sending
from models.planned import GRACE, GRACE_MINUTES, told_due
from models.planning import unsay
from models.point_keys import AHEAD, PAST, point_of
from models.preference import QUIETED, is_quiet
from models.reaching import when_reached
from models.staff import Staff
from scheduler import edits
from scheduler.deadline_words import point_about, write
from scheduler.seen import Seen
from scheduler.still_true import why_not

OVERTAKEN = "overtaken"
# What nobody else can do anything with: it is not for who covers, and waits.
PERSONAL = ("calendar_ends", "schedule_set", "digest", reminding.TEMPLATE)


def look_again(row: Owed, seen: Seen) -> bool:
    """Whether the claimed row is to be sent now; otherwise it is put right: withdrawn, moved or handed on.

    Raises UnknownDay when the recipient's calendar does not know whether it is working time.
    """
    db, now = seen.db, seen.now
    if row.edits is not None:
        return edits.ready(db, row, now)
    reason = _untrue(row, seen)
    if reason:
        return _withdraw(db, row, now, reason)
    if row.any_hour or (row.staff_id is None and row.deadline_id is None):
        return True
    calendar = _hours(row, seen)
    if not calendar.in_hours(now, GRACE_MINUTES):
        opening = _or_end(calendar, lambda: _opening(db, row, now, calendar))
        # On a day on which they are not in, it is for who covers.
        if opening > now:
            finish(db, row, state=Sending.OWED, not_before=opening, attempts=row.attempts - 1)
            return False
    if row.kind in QUIETED and row.staff_id and is_quiet(db, row.staff_id, seen.today):
        if row.deadline_id is not None:
            # The sweep owes it anew tomorrow, if it is still to come then.
            return _withdraw(db, row, now, "quiet")
        # Before the deadline all the same: that is what they asked for.
        if not row.facts["despite_quiet"] and not reminding.cannot_wait(db, row, now, calendar):
            _until_tomorrow(db, row, now, calendar)
            return False
    if row.deadline_id is None:
        return _there(row, seen, calendar)
    # That its excuse is over was meant for the owner, as it was; the sweep would not find it again.
    if not (_there(row, seen, calendar) if row.kind == "excuse_over" else _still_theirs(row, seen)):
        return False
    write(row, seen)
    return True


def _hours(row: Owed, seen: Seen) -> Calendar:
    """When the word may be said: in its recipient's own hours; to a mailbox, in its department's."""
    if row.staff_id is not None:
        return seen.hours(row.staff_id)
    return seen.desk(seen.inquiry(row).department_id)


def _opening(db: Session, row: Owed, now: datetime, calendar: Calendar) -> datetime:
    if row.staff_id is not None:
        return when_reached(db, row.staff_id, now, GRACE_MINUTES)
    return calendar.next_open(now)


def _untrue(row: Owed, seen: Seen) -> str | None:
    """The name of the reason why a reminder is no longer true."""
    if row.deadline_id is None:
        return why_not(seen.db, row, seen.now)
    clock = seen.clock(row)
    if clock.ended_at is not None:
        return "deadline-ended"
    if clock.stopped_at is not None:
        return "deadline-paused"
    if clock.due != row.deadline_due:
        return "deadline-moved"
    if row.kind in PAST and (clock.excused_until or clock.due) >= seen.now:
        return "excused"
    if row.kind in AHEAD or row.kind == "due_now":
        inquiry = seen.inquiry(row)
        calendar, theirs = seen.desk(inquiry.department_id), seen.hours(inquiry.owner_id)
        # While they are away it is for who covers, by the office's hours.
        away = away_on(seen.db, inquiry.owner_id, calendar.today(clock.due)) is not None
        told = told_due(clock.set_at, clock.due, calendar, None if away else theirs)
        if seen.now > told + GRACE if row.kind == "due_now" else seen.now >= told:
            return OVERTAKEN
    return None


def _still_theirs(row: Owed, seen: Seen) -> bool:
    """Whether the reminder would go to the same person now; if not, the sweep owes it to another."""
    owner = seen.db.get_one(Staff, seen.inquiry(row).owner_id)
    _, recipient = seen.recipients(mail=row.staff_id is None).of(point_about(row).kind, owner)
    if recipient is not None and outbox.to(recipient) == row.recipient:
        return True
    return _withdraw(seen.db, row, seen.now, "recipient-changed")


def _withdraw(db: Session, row: Owed, now: datetime, reason: str) -> bool:
    """Takes the word back; the sweep owes it anew when it is true again, or somebody else's."""
    if row.deadline_id is not None:
        free = select(Deadline).where(Deadline.id == row.deadline_id).with_for_update(skip_locked=True)
        clock = db.exec(free.execution_options(populate_existing=True)).first()
        if clock is None:
            # Whoever changes the clock may be waiting for this word: neither waits for the other.
            finish(db, row, state=Sending.OWED, not_before=now + SOON, attempts=row.attempts - 1)
            return False
        # What may have been said and was overtaken is not said anew when a thrown clock is put right.
        if clock.due == row.deadline_due and not (row.doubtful and reason == OVERTAKEN):
            next_at = clock.next_at
            unsay(clock, point_of(row.key))
            if reason == OVERTAKEN:
                # By this plan it never comes true again; the words past due keep their turns.
                clock.next_at = next_at
            db.add(clock)
    finish(db, row, **outbox.withdrawal(reason, now))
    return False


def _there(row: Owed, seen: Seen, calendar: Calendar) -> bool:
    """Whether the recipient of a word about no deadline is in; if not, it goes to who covers."""
    db, now = seen.db, seen.now
    member = db.get_one(Staff, row.staff_id)
    cover = who_covers(db, member, seen.today, out=seen.recipients(mail=False).out)
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
        return calendar.midnight(calendar.last + timedelta(days=1))
