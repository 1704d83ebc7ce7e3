"""Who is owed a word about a deadline, and has not had it?

Each clock knows when something is owed about it next (`Deadline.next_at`); the sweep looks at those whose
time has come, puts what their plans say (scheduler/points.py), and writes when to look next. Words come in
the working time of the inquiry's department only; to whoever covers while the recipient is away or not in.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from models import rounds
from models.inquiry import Deadline, Inquiry
from models.leasing import set_back
from models.planned import GRACE_MINUTES, next_word, owed
from models.planning import plan_again
from models.preference import Wishes
from models.store import Store
from models.trouble import trouble_of
from scheduler.courses import Courses
from scheduler.desks import Desks
from scheduler.due import clocks
from scheduler.points import RETRY, Points

log = logging.getLogger(__name__)

PAGE = 1000  # clocks in one transaction, so that asks need not wait long for theirs
ROUND = "reminders"


def sweep(store: Store, now: datetime, *, mail: bool = False) -> int:
    """Puts what is owed by now into the outbox; the number of new rows.

    mail: whether a mailbox can be written to when nobody is there. Raises UnknownDay when a calendar in use
    does not know now, LookupError when there is no agency.
    """
    with store.transaction() as db:
        # Raises where a calendar has ended: an alarm, and nothing is looked at without it.
        Desks.now(db).at_work(now, GRACE_MINUTES)
        back = rounds.set_back(db, ROUND, now)
        if back:
            set_back(db, now)
    if back:
        _plan_all(store)
    count = 0
    while True:
        try:
            number, words = _look_at(store, now, mail, PAGE)
        except Exception as error:
            if trouble_of(error):
                # The database's, not a clock's: the next round looks again.
                raise
            log.exception("a page of clocks cannot be looked at", extra={"action": "plan"})
            return count + _one_by_one(store, now, mail)
        count += words
        if number < PAGE:
            return count


def _plan_all(store: Store) -> None:
    """Takes back all plans, a page in a transaction. Cut short, it leaves the others to the auditor."""
    last: int | None = 0
    while last is not None:
        with store.transaction() as db:
            ids = db.exec(
                select(Inquiry.id).where(col(Inquiry.id) > last).order_by(col(Inquiry.id)).limit(PAGE)
            ).all()
            if ids:
                plan_again(db, col(Inquiry.id) > last, col(Inquiry.id) <= ids[-1])
            last = ids[-1] if len(ids) == PAGE else None


def _look_at(
    store: Store, now: datetime, mail: bool, limit: int, which: ColumnElement[bool] | None = None
) -> tuple[int, int]:
    """Looks at a page of clocks in one transaction: how many they were, how many words were put."""
    with store.transaction() as db:
        page = clocks(db, col(Deadline.next_at) <= now if which is None else which, limit, lock=True)
        # Calendars and wishes are read after the clocks are held: whoever changes them asks for the clocks.
        return len(page), Points(db, now, mail, page).put() if page else 0


def _one_by_one(store: Store, now: datetime, mail: bool) -> int:
    """Looks at the clocks of a page each by itself: one clock's trouble is its own."""
    count = 0
    with store.transaction() as db:
        numbers = [one.id for one in clocks(db, col(Deadline.next_at) <= now, PAGE, lock=False)]
    for number in numbers:
        this = col(Deadline.id) == number
        try:
            count += _look_at(store, now, mail, 1, this)[1]
        except Exception as error:
            if trouble_of(error):
                raise
            log.exception("a clock cannot be planned", extra={"action": "plan", "row": number})
            with store.transaction() as db:
                late = update(Deadline).where(this, col(Deadline.next_at) <= now)
                db.execute(late.values(next_at=now + RETRY, points=[]))
    return count


def moments(db: Session, after: datetime) -> list[datetime]:
    """The next instants after `after` at which a word about some clock begins to be owed, or is looked for.

    What is to be planned anew is reckoned here, and not written.
    """
    due = select(Deadline.next_at).where(col(Deadline.next_at) > after)
    ahead = db.exec(due.order_by(col(Deadline.next_at)).limit(1)).first()
    waiting = clocks(db, col(Deadline.next_at) <= after, PAGE, lock=False)
    desks = Desks.now(db)
    courses = Courses(db, desks, Wishes.on(db, desks.today(after)), waiting)
    planned = []
    for one in waiting:
        # The sweep tells of those that cannot be planned.
        with suppress(Exception):
            planned.append((one, courses.of(one) if one.ended_at is None else []))
    found = [next_word(points, one.told, after) for one, points in planned]
    # Where there are more, the next round plans them all.
    now = len(waiting) == PAGE or any(owed(points, one.told, after) for one, points in planned)
    return [one for one in (ahead, after + timedelta(seconds=1) if now else None, *found) if one is not None]
