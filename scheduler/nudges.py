"""Pauses that have grown old: does the office still wait for the customer?

The owner, or who covers, is asked every EVERY open days, in working time. Each word begins to be owed at an
opening of the department. One that was not said before the next one is owed is overtaken by it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from models import outbox, telling
from models.absence import who_covers
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_of
from models.inquiry import Inquiry
from models.instant import iso
from models.outbox import Owed
from models.pausing import nudging
from models.staff import Staff
from models.store import Store

EVERY = 5  # open days of the department
PAGE = 100  # inquiries in one transaction, so that asks need not wait long for theirs
TEMPLATE = "pause_old"


def sweep(store: Store, now: datetime) -> int:
    """Puts what is owed by now into the outbox; the number of new rows.

    Raises UnknownDay when a department's calendar does not know now, LookupError when there is no agency.
    """
    count, last = 0, None
    while True:
        with store.transaction() as db:
            page = _paused(db, now, last)
            count += _sweep_page(db, page, now)
        if len(page) < PAGE:
            return count
        last = page[-1]


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


def _paused(db: Session, now: datetime, beyond: Inquiry | None) -> list[Inquiry]:
    """A page of inquiries whose pause may be old enough; EVERY open days take all but one as many days.

    In the order of the pauses, so that the few paused ones are found by their index.
    """
    paused_at, number = col(Inquiry.paused_at), col(Inquiry.id)
    query = select(Inquiry).where(paused_at <= now - timedelta(days=EVERY - 1))
    if beyond is not None:
        later = and_(paused_at == beyond.paused_at, number > beyond.id)
        query = query.where(or_(paused_at > beyond.paused_at, later))
    return list(db.exec(query.order_by(paused_at, number).limit(PAGE)))


def _sweep_page(db: Session, page: list[Inquiry], now: datetime) -> int:
    owed: dict[str, tuple[Inquiry, int, date]] = {}
    for inquiry in page:
        calendar = calendar_of(db, inquiry.department_id)
        assert inquiry.paused_at is not None
        number = _number(inquiry.paused_at, calendar, now)
        if number and calendar.is_open(now):
            key = f"{_of_the_pause(inquiry, inquiry.paused_at)}{number}"
            owed[key] = inquiry, number, calendar.today(now)
    there = set(db.exec(select(Owed.key).where(col(Owed.key).in_(owed))))
    return sum(_put(db, key, *what, now) for key, what in owed.items() if key not in there)


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
    """Owes the word to the owner, or who covers; when nobody is there, the next sweep tries again."""
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
