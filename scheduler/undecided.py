"""Requests for more time that nobody has decided on: who was asked hears once more, while it can be granted.

From LEAD working minutes before the deadline at issue, by the calendar of the inquiry's department.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from models import outbox, telling
from models.calendar import UnknownDay
from models.calendars import calendar_of
from models.extension import Extension, asking_for_time
from models.inquiry import Deadline, Inquiry
from models.outbox import Owed, Sending
from models.store import Store

LEAD = 2 * 60  # working minutes before the deadline
TEMPLATE = "extension_wanted"


def sweep(store: Store, now: datetime) -> int:
    """Puts what is owed by now into the outbox; the number of new rows."""
    with store.transaction() as db:
        return sum(_put(db, *one, now) for one in _undecided(db, now))


def moments(db: Session, after: datetime) -> Iterator[datetime | None]:
    """The instants at which such a word begins to be owed."""
    for _, clock, inquiry in _undecided(db, after):
        yield _begins(db, clock, inquiry)


def is_over(db: Session, row: Owed, now: datetime) -> bool:
    """Whether the request that the word asks about is decided on, or cannot be granted any more."""
    request = db.get_one(Extension, int(row.key.split(":")[2]))
    clock = db.get_one(Deadline, request.deadline_id)
    return request.decided_at is not None or clock.ended_at is not None or clock.due < now


def _undecided(db: Session, now: datetime) -> list[tuple[Extension, Deadline, Inquiry]]:
    """Open requests that would move a clock which runs and is not past due; there are few at any time."""
    query = (
        select(Extension, Deadline, Inquiry)
        .join(Deadline, col(Deadline.id) == col(Extension.deadline_id))
        .join(Inquiry, col(Inquiry.id) == col(Extension.inquiry_id))
        .where(
            col(Extension.decided_at).is_(None),
            col(Deadline.ended_at).is_(None),
            col(Deadline.stopped_at).is_(None),
            col(Deadline.due) >= now,
            col(Extension.until) > col(Deadline.due),
        )
        .order_by(col(Extension.id))
    )
    return [(request, clock, inquiry) for request, clock, inquiry in db.exec(query)]


def _begins(db: Session, clock: Deadline, inquiry: Inquiry) -> datetime | None:
    """LEAD working minutes before it is due; None when that is before the calendar begins."""
    try:
        return calendar_of(db, inquiry.department_id).subtract_minutes(clock.due, LEAD)
    except UnknownDay:
        return None


def _put(db: Session, request: Extension, clock: Deadline, inquiry: Inquiry, now: datetime) -> bool:
    """Owes the word to whom the question has reached; who has not heard it yet needs no reminder."""
    begins = _begins(db, clock, inquiry)
    # Asked within the last LEAD minutes, of whoever it was: the question has told the due time just now.
    if begins is None or not request.asked_at <= begins <= now:
        return False
    asked = f"{asking_for_time(inquiry)}{request.id}:"
    # Once; and once more when another decides, as another owns it.
    key = f"{asked}again:{inquiry.owner_id}"
    words = select(Owed).where(col(Owed.key).startswith(asked), Owed.state != Sending.WITHDRAWN)
    said = db.exec(words.order_by(col(Owed.id).desc())).first()
    if said is None or said.state is not Sending.SENT or said.put_at > begins:
        return False
    facts = {
        **said.facts,
        **telling.of_inquiry(db, inquiry),
        "next": telling.of_deadline(clock, now),
        "again": True,
    }
    return outbox.put(db, key, said.recipient, TEMPLATE, facts, choices=said.choices, now=now)
