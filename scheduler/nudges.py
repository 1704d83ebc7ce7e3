"""Pauses that have grown old: does the office still wait for the customer?

The owner, or who covers, is asked every EVERY open days, in working time. Each word begins to be owed at an
opening of the department. One that was not said before the next one is owed is overtaken by it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session, col, select

from models import outbox, telling
from models.absence import who_covers
from models.calendar import Calendar, UnknownDay
from models.inquiry import Inquiry
from models.instant import iso
from models.outbox import Owed
from models.pausing import nudging
from models.staff import Staff
from models.store import Store, update_all
from scheduler.desks import Desks
from scheduler.points import RETRY

EVERY = 5  # open days of the department
PAGE = 100  # inquiries in one transaction, so that asks need not wait long for theirs
TEMPLATE = "pause_old"


def sweep(store: Store, now: datetime) -> int:
    """Puts what is owed by now into the outbox; the number of new rows.

    Each pause that was looked at says when to look at it next (`Inquiry.nudge_at`), so a round reads those
    alone whose time has come. Raises LookupError when there is no agency.
    """
    count = 0
    while True:
        with store.transaction() as db:
            page = _waiting(db, now)
            # Calendars and absences are read after the rows are held: whoever changes them asks for the rows.
            count += _sweep_page(db, page, now) if page else 0
        if len(page) < PAGE:
            return count


def moments(db: Session, after: datetime) -> list[datetime]:
    """The next instant after `after` at which a pause is looked at, if there is one."""
    waiting = select(Inquiry.nudge_at).where(col(Inquiry.nudge_at) > after)
    coming = db.exec(waiting.order_by(col(Inquiry.nudge_at)).limit(1)).first()
    return [coming] if coming else []


def begins(number: int, paused_at: datetime, calendar: Calendar) -> datetime:
    """When the pause has lasted `number` times EVERY open days: the opening of that day.

    Day 0 is the day of the pause, or the next open one. Raises UnknownDay when the calendar ends before it.
    """
    day_zero = calendar.business_day(paused_at)
    return calendar.opening(calendar.open_day(day_zero + timedelta(days=1), number * EVERY - 1))


def is_over(db: Session, row: Owed) -> bool:
    """Whether the pause that the word asks about is over."""
    inquiry = db.get_one(Inquiry, int(row.key.split(":")[1]))
    return inquiry.paused_at is None or not row.key.startswith(_of_the_pause(inquiry, inquiry.paused_at))


def _waiting(db: Session, now: datetime) -> list[Inquiry]:
    """A page of paused inquiries that are to be looked at now, locked; by their index."""
    query = select(Inquiry).where(col(Inquiry.nudge_at) <= now, col(Inquiry.paused_at).is_not(None))
    query = query.order_by(col(Inquiry.nudge_at), col(Inquiry.id)).limit(PAGE)
    # What another process is looking at, or changing, is left to it.
    return list(db.exec(query.with_for_update(skip_locked=True)))


def _sweep_page(db: Session, page: list[Inquiry], now: datetime) -> int:
    """Puts what is owed about these pauses, and writes when to look at each next; how many words."""
    found, desks = {}, Desks.now(db)
    for inquiry in page:
        assert inquiry.paused_at is not None
        calendar = desks.calendar(inquiry.department_id)
        number = _number(inquiry.paused_at, calendar, now)
        key = f"{_of_the_pause(inquiry, inquiry.paused_at)}{number}"
        found[key] = inquiry, inquiry.paused_at, calendar, number
    there = set(db.exec(select(Owed.key).where(col(Owed.key).in_(found))))
    put, changes = 0, []
    for key, (inquiry, paused_at, calendar, number) in found.items():
        coming = _or_tomorrow(now, partial(begins, number + 1, paused_at, calendar))
        if number and key not in there:
            today = calendar.today(now)
            at_work = today <= calendar.last and calendar.is_open(now)
            if at_work and _put(db, key, inquiry, number, today, now):
                put += 1
            else:
                # When nobody is there, somebody may be soon.
                again = now + RETRY if at_work else now
                coming = min(coming, _or_tomorrow(now, partial(calendar.next_open, again)))
        changes.append({"id": inquiry.id, "nudge_at": coming})
    update_all(db, Inquiry, changes)
    return put


def _or_tomorrow(now: datetime, instant: Callable[[], datetime]) -> datetime:
    """The instant; where the calendar ends before it, a day from now. Once it is extended it plans anew."""
    try:
        return instant()
    except UnknownDay:
        return now + timedelta(days=1)


def _number(paused_at: datetime, calendar: Calendar, now: datetime) -> int:
    """How many such words the pause has brought by now."""
    number = 0
    try:
        while begins(number + 1, paused_at, calendar) <= now:
            number += 1
    except UnknownDay:
        pass
    return number


def _put(db: Session, key: str, inquiry: Inquiry, number: int, today: date, now: datetime) -> bool:
    """Owes the word to the owner, or who covers; False when nobody is there."""
    owner = db.get_one(Staff, inquiry.owner_id)
    recipient = who_covers(db, owner, today)
    if recipient is None:
        return False
    outbox.take_back(db, nudging(inquiry), now, "overtaken")
    facts = {
        **telling.of_inquiry(db, inquiry),
        "days": number * EVERY,
        "covering_for": owner.name if recipient.id != owner.id else None,
    }
    choices = [
        {"label": "Resume", "words": f"inquiry resume {inquiry.number}"},
        {"label": "Close…", "words": f"inquiry close {inquiry.number}"},
    ]
    to = outbox.to_staff(recipient)
    return outbox.put(db, key, to, TEMPLATE, facts, choices=choices, now=now, kind=TEMPLATE)


def _of_the_pause(inquiry: Inquiry, paused_at: datetime) -> str:
    """How the keys of the words about this pause of the inquiry begin."""
    return f"{nudging(inquiry)}{iso(paused_at)}:"
