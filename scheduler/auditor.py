"""Whether what is promised is planned, and what is owed is said: finds what was left behind, and mends it.

Every EVERY, in one replica: of so many running clocks, further on each time, the plan is reckoned anew; those
that would be looked at too late, or keep another plan, are planned again. What is overtime in the outbox is
told of in the log, where an alarm can hear it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from models import rounds
from models.inquiry import RUNNING, UNPLANNED, Deadline
from models.outbox import LIVE, Owed, Sending
from models.planned import next_word, owed
from models.preference import Wishes
from models.store import Store
from scheduler.courses import Courses
from scheduler.desks import Desks
from scheduler.due import Due, clocks

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
LONG = timedelta(hours=1)
PAGE, PAGES = 250, 8  # clocks in one transaction, and transactions in one round
ROUND = "auditor"


@dataclass(frozen=True)
class Found:
    """mended: clocks that were planned amiss. untouched: their time is long past. stuck: words."""

    mended: int = 0
    untouched: int = 0
    stuck: int = 0


def sweep(store: Store, now: datetime) -> Found | None:
    """What was found, if it is this process's turn to look; None when it is not."""
    with store.transaction() as db:
        if not rounds.take(db, ROUND, now, EVERY):
            return None
    found = Found(_mend(store, now), _untouched(store, now), _stuck(store, now))
    for count, action in ((found.mended, "audit_mend"), (found.untouched, "audit_late")):
        if count:
            log.error("clocks were left behind", extra={"action": action, "count": count})
    if found.stuck:
        log.error("words are stuck", extra={"action": "audit_stuck", "count": found.stuck})
    return found


def _mend(store: Store, now: datetime) -> int:
    """Plans anew what is planned amiss, of the clocks where the last round ended; how many."""
    mended = 0
    for _ in range(PAGES):
        with store.transaction() as db:
            begins = rounds.mark(db, ROUND)
            page = clocks(db, RUNNING & (col(Deadline.id) > begins), PAGE, lock=True, by_id=True)
            amiss = _amiss(db, now, page)
            if amiss:
                theirs = update(Deadline).where(col(Deadline.id).in_(amiss))
                db.exec(theirs.values(next_at=UNPLANNED).execution_options(synchronize_session=False))
            mended += len(amiss)
            rounds.mark(db, ROUND, page[-1].id if len(page) == PAGE else 0)
        if len(page) < PAGE:
            break
    return mended


def _amiss(db: Session, now: datetime, page: list[Due]) -> list[int]:
    """The ids of those that have something to say before anybody would look at them, or keep another plan."""
    desks = Desks.now(db)
    courses = Courses(db, desks, Wishes.on(db, desks.today(now)), page)
    found = []
    for clock in page:
        if clock.next_at is not None and clock.next_at <= now:
            continue  # the sweep has it in hand
        try:
            points = courses.of(clock)
        except Exception:
            log.exception("a clock cannot be planned", extra={"action": "audit_plan", "row": clock.id})
            continue
        coming = next_word(points, clock.told, now)
        waits = clock.next_at is None and bool(owed(points, clock.told, now))
        late = waits or (coming is not None and (clock.next_at is None or clock.next_at > coming))
        # One that keeps no points is planned when it is looked at.
        if late or (clock.points and clock.points != [one.kept() for one in points]):
            found.append(clock.id)
    return found


def _untouched(store: Store, now: datetime) -> int:
    """How many clocks should have been looked at long ago; the sweep takes them up by itself."""
    with store.reading() as db:
        late = (col(Deadline.next_at) > UNPLANNED, col(Deadline.next_at) < now - LONG)
        return int(db.exec(select(func.count()).select_from(Deadline).where(*late)).one())


def _stuck(store: Store, now: datetime) -> int:
    """How many words are with a sender that never came back, or wait although newer ones went out since."""
    with store.reading() as db:
        number = select(func.count()).select_from(Owed).where(LIVE)
        held = (Owed.state == Sending.SENDING, col(Owed.lease_until) < now - EVERY)
        stuck = int(db.exec(number.where(*held)).one())
        # By when it might be said, which an index knows; what went out was said after that.
        sent = select(Owed.not_before).where(Owed.state == Sending.SENT, col(Owed.not_before) > now - LONG)
        if db.exec(sent.limit(1)).first() is not None:
            waits = (Owed.state == Sending.OWED, col(Owed.not_before) < now - LONG)
            stuck += int(db.exec(number.where(*waits)).one())
    return stuck
