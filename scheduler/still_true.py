"""Whether a word that is owed is still true, by its template: one line for each that may cease to be."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from models import moved_words, reminding, telling
from models.calendars import ClosureDay, calendar_for, calendar_of
from models.inquiry import Inquiry
from models.outbox import Owed
from models.staff import Staff
from models.undelivered import told_meanwhile
from scheduler import digests, nudges, undecided
from scheduler.calendar_ends import still_ends

Check = Callable[[Session, Owed, datetime], str | None]
"""The name of the reason why the row is not to be said; None when it is. It may write newer facts into it."""


def _moved(db: Session, row: Owed, now: datetime) -> str | None:
    return None if moved_words.put_right(db, row, now) else "nothing-moved"


def _closure(db: Session, row: Owed, now: datetime) -> str | None:
    rows = [db.get(ClosureDay, one) for one in row.facts["closures"]]
    there = any(one is not None and one.ended_at is None for one in rows)
    over = row.facts["change"]["last"] < calendar_for(db, row.staff_id).today(now).isoformat()
    return None if there and not over else "closure-over"


def _pause(db: Session, row: Owed, _now: datetime) -> str | None:
    return "pause-over" if nudges.is_over(db, row) else None


def _request(db: Session, row: Owed, now: datetime) -> str | None:
    return "request-over" if undecided.is_over(db, row, now) else None


def _asked(db: Session, row: Owed, now: datetime) -> str | None:
    return reminding.put_right(db, row, now, calendar_for(db, row.staff_id).today(now))


def _handed_over(db: Session, row: Owed, now: datetime) -> None:
    """What was still ahead when it was handed over may be past due when it is said."""
    inquiry = db.get_one(Inquiry, int(row.key.split(":")[1]))
    row.facts = {**row.facts, "next": telling.of_line(db, inquiry, now)["next"]}
    db.add(row)


def _undelivered(db: Session, row: Owed, _now: datetime) -> str | None:
    return "told-meanwhile" if told_meanwhile(db, row) else None


def _theirs_alone(db: Session, row: Owed, _now: datetime) -> str | None:
    return None if db.get_one(Staff, row.staff_id).active else "recipient-left"


def _calendar(db: Session, row: Owed, now: datetime) -> str | None:
    gone = _theirs_alone(db, row, now)
    return gone or (None if still_ends(db, row.facts["last"]) else "calendar-extended")


def _cover(db: Session, row: Owed, now: datetime) -> str | None:
    over = row.facts.get("last", "9999") < calendar_of(db).today(now).isoformat()
    return "absence-over" if over else None


# By template, or by kind where a kind has several.
STILL: dict[str, Check] = {
    moved_words.TEMPLATE: _moved,
    "closure_told": _closure,
    nudges.TEMPLATE: _pause,
    undecided.TEMPLATE: _request,
    reminding.KIND: _asked,
    reminding.TEMPLATE: _asked,
    "inquiry_handed_over": _handed_over,
    "undelivered": _undelivered,
    "schedule_set": _theirs_alone,
    "calendar_ends": _calendar,
    "you_cover": _cover,
    "digest": digests.put_right,
}


def why_not(db: Session, row: Owed, now: datetime) -> str | None:
    """The name of the reason why a word about no deadline is not to be said any more."""
    check = STILL.get(row.template) or STILL.get(row.kind)
    return check(db, row, now) if check else None
