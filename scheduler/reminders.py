"""Who is owed a word about a deadline, and has not had it?

Three kinds, by the state of the clock and not by the hour: `due_soon` from LEAD working minutes before it,
`due_now` at it, or at the last closing before it when the office is closed then, `overdue` past it, to the
supervisor. All of it by the calendar of the inquiry's department, and in its working time only; to whoever
covers while the recipient is away or not in.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import outbox, telling
from models.calendar import Calendar, UnknownDay
from models.inquiry import Deadline, Inquiry, State
from models.instant import iso
from models.staff import Staff
from models.store import Store
from scheduler.desks import Desks
from scheduler.looking_again import GRACE, GRACE_MINUTES, due_now_from
from scheduler.recipients import Recipients

LEAD = 4 * 60  # working minutes before a deadline
MINUTE = timedelta(minutes=1)
PAGE = 100  # deadlines in one transaction, so that asks need not wait long for theirs


def sweep(store: Store, now: datetime) -> int:
    """Puts what is owed by now into the outbox; the number of new rows.

    Raises UnknownDay when a calendar in use does not know now, LookupError when there is no agency.
    """
    with store.transaction() as db:
        desks = Desks.now(db)
    if not desks.at_work(now, GRACE_MINUTES).groups:
        return 0
    begins = {"due_soon": now + timedelta(microseconds=1), "due_now": now - GRACE, "overdue": None}
    return sum(_sweep_kind(store, now, desks, kind, since) for kind, since in begins.items())


def _until(kind: str, now: datetime, calendar: Calendar) -> datetime | None:
    """The last due instant of which a word of this kind may be owed by now; None when the calendar ends."""
    if kind == "overdue":
        return now - MINUTE
    return soon_until(now, calendar, LEAD if kind == "due_soon" else 0)


def soon_until(now: datetime, calendar: Calendar, lead: float = LEAD) -> datetime | None:
    """The last instant that is at most `lead` working minutes away; None when the calendar ends before it."""
    try:
        return calendar.next_open(calendar.add_minutes(now, lead))
    except UnknownDay:
        return None


def soon_from(clock: Deadline, calendar: Calendar) -> datetime | None:
    """LEAD working minutes before it is due; None when that is before the calendar begins."""
    try:
        return calendar.subtract_minutes(clock.due, LEAD)
    except UnknownDay:
        return None


def late_from(clock: Deadline, calendar: Calendar) -> datetime | None:
    """The first working minute past due; None when the calendar ends before it."""
    try:
        return calendar.next_open(clock.due + MINUTE)
    except UnknownDay:
        return None


def moments(
    db: Session, calendar: Calendar, departments: list[int] | None, after: datetime
) -> Iterator[datetime | None]:
    """The next instants after `after` at which a word of each kind begins to be owed by the calendar.

    Of the departments that keep it; None: of all.
    """
    if departments is not None and not _have_work(db, departments):
        return
    # Later deadlines begin to be soon, due and late later, so the nearest of each is enough.
    if soon := soon_until(after, calendar):
        yield from (soon_from(clock, calendar) for clock in _next(db, departments, soon))
    yield from (due_now_from(clock, calendar) for clock in _next(db, departments, after))
    yield from (late_from(clock, calendar) for clock in _next(db, departments, after - MINUTE))


def _have_work(db: Session, departments: list[int]) -> bool:
    """Whether they have any inquiry that is not closed; else every deadline of the others would be read."""
    theirs = col(Inquiry.department_id).in_(departments)
    query = select(Inquiry.id).where(theirs, Inquiry.state != State.CLOSED)
    return db.exec(query.limit(1)).first() is not None


def _next(db: Session, departments: list[int] | None, after: datetime) -> list[Deadline]:
    """The running clock that is due first after the instant, if there is one."""
    running = (col(Deadline.ended_at).is_(None), col(Deadline.stopped_at).is_(None))
    query = select(Deadline).where(*running, col(Deadline.due) > after)
    if departments is not None:
        theirs = (col(Inquiry.department_id) + 0).in_(departments)  # walked by due instant
        query = query.join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id)).where(theirs)
    return list(db.exec(query.order_by(col(Deadline.due)).limit(1)))


def _sweep_kind(store: Store, now: datetime, desks: Desks, kind: str, since: datetime | None) -> int:
    """Puts the words of one kind, a page in a transaction."""
    at_work = desks.at_work(now, GRACE_MINUTES)
    by, within = at_work.bounds(lambda calendar: _until(kind, now, calendar), desks)
    count, last = 0, None
    while True:
        with store.transaction() as db:
            page = outbox.untold(db, kind, since, by, last, PAGE, within)
            recipients = Recipients(db, desks.today(now))
            for clock, inquiry in page:
                if _begun(kind, clock, now, desks.calendar(inquiry.department_id)):
                    early = kind == "due_now" and now < clock.due
                    count += _put(db, kind, clock, inquiry, recipients, now, early)
        if len(page) < PAGE:
            return count
        last = page[-1][0]


def _begun(kind: str, clock: Deadline, now: datetime, calendar: Calendar) -> bool:
    """Whether a word of this kind is owed by now about a clock of its period."""
    if kind == "due_soon":
        # Set within the last LEAD minutes: the answer that set it has told the due time just now.
        begins = soon_from(clock, calendar)
        return begins is not None and clock.set_at <= begins <= now < due_now_from(clock, calendar)
    if kind == "overdue":
        begins = late_from(clock, calendar)
        return begins is not None and begins <= now
    return now - GRACE <= due_now_from(clock, calendar) <= now


def _put(
    db: Session,
    kind: str,
    clock: Deadline,
    inquiry: Inquiry,
    recipients: Recipients,
    now: datetime,
    early: bool,
) -> bool:
    """Owes the word to who is to be told; when nobody is there, the next sweep tries again."""
    owner = db.get_one(Staff, inquiry.owner_id)
    wanted, recipient = recipients.of(kind, owner)
    if recipient is None:
        return False
    _, cover = recipients.of("due_now", owner)
    facts = {
        **telling.of_inquiry(db, inquiry),
        "next": telling.of_deadline(clock, now),
        "covering_for": wanted.name if recipient.id != wanted.id else None,
        "owner_away": cover is None or cover.id != owner.id,
        "covered_by": cover.name if cover and cover.id != owner.id else None,
        "early": early,
    }
    return outbox.put(
        db,
        # Of ids and the due instant: said once, and anew when the deadline is moved.
        f"deadline:{clock.id}:{kind}:{iso(clock.due)}:{recipient.id}",
        outbox.to_staff(recipient),
        kind,
        facts,
        choices=telling.buttons(inquiry),
        now=now,
        kind=kind,
        about=clock,
    )
