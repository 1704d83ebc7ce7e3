"""Who is owed a word about a deadline, and has not had it?

Three kinds, by the state of the clock and not by the hour: `due_soon` from LEAD working minutes before it, or
as many as its owner prefers; `due_now` at it, or at the last closing before it when the office is closed
then; `overdue` past it, to the supervisor. What was excused past due (R1) is overdue when that has run out;
the owner, who may have been away when it was due, hears of it too. All of it by the calendar of the inquiry's
department, and in its working time only; to whoever covers while the recipient is away or not in.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from models import outbox, telling
from models.calendar import Calendar, UnknownDay
from models.inquiry import Deadline, Inquiry, State
from models.instant import iso
from models.preference import USUAL_LEAD, Wishes, leads_in_use
from models.staff import Staff
from models.store import Store
from scheduler.desks import Desks
from scheduler.looking_again import GRACE, GRACE_MINUTES, due_now_from
from scheduler.recipients import Recipients

LEAD = USUAL_LEAD
MINUTE = timedelta(minutes=1)
PAGE = 100  # deadlines in one transaction, so that asks need not wait long for theirs


def sweep(store: Store, now: datetime) -> int:
    """Puts what is owed by now into the outbox; the number of new rows.

    Raises UnknownDay when a calendar in use does not know now, LookupError when there is no agency.
    """
    with store.transaction() as db:
        desks = Desks.now(db)
        wishes = Wishes.on(db, desks.today(now))
    if not desks.at_work(now, GRACE_MINUTES).groups:
        return 0
    begins = {"due_soon": now + timedelta(microseconds=1), "due_now": now - GRACE, "overdue": None}
    count = sum(_sweep_kind(store, now, desks, kind, since, wishes) for kind, since in begins.items())
    if wishes.longer:
        # Theirs alone: whoever hears as usual has nothing to be looked at so far ahead.
        count += _sweep_kind(store, now, desks, "due_soon", begins["due_soon"], wishes, far=True)
    return count


def _until(kind: str, now: datetime, calendar: Calendar, lead: int) -> datetime | None:
    """The last due instant of which a word of this kind may be owed by now; None when the calendar ends."""
    if kind == "overdue":
        return now - MINUTE
    return soon_until(now, calendar, lead if kind == "due_soon" else 0)


def soon_until(now: datetime, calendar: Calendar, lead: float = LEAD) -> datetime | None:
    """The last instant that is at most `lead` working minutes away; None when the calendar ends before it."""
    try:
        return calendar.next_open(calendar.add_minutes(now, lead))
    except UnknownDay:
        return None


def soon_from(clock: Deadline, calendar: Calendar, lead: int = LEAD) -> datetime | None:
    """`lead` working minutes before it is due; None when that is before the calendar begins."""
    try:
        return calendar.subtract_minutes(clock.due, lead)
    except UnknownDay:
        return None


def late_from(clock: Deadline, calendar: Calendar) -> datetime | None:
    """The first working minute past due, and past its excuse (R1); None when the calendar ends before it."""
    try:
        return calendar.next_open(max(clock.due, clock.excused_until or clock.due) + MINUTE)
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
    due, excused_until = col(Deadline.due), col(Deadline.excused_until)
    for lead in leads_in_use(db):
        if soon := soon_until(after, calendar, lead):
            yield from (soon_from(clock, calendar, lead) for clock in _next(db, departments, due, soon))
    yield from (due_now_from(clock, calendar) for clock in _next(db, departments, due, after))
    for begins, which in ((due, excused_until.is_(None)), (excused_until, excused_until.is_not(None))):
        late = _next(db, departments, begins, after - MINUTE, which)
        yield from (late_from(clock, calendar) for clock in late)


def _have_work(db: Session, departments: list[int]) -> bool:
    """Whether they have any inquiry that is not closed; else every deadline of the others would be read."""
    theirs = col(Inquiry.department_id).in_(departments)
    query = select(Inquiry.id).where(theirs, Inquiry.state != State.CLOSED)
    return db.exec(query.limit(1)).first() is not None


def _next(
    db: Session,
    departments: list[int] | None,
    by: Mapped[datetime] | Mapped[datetime | None],
    after: datetime,
    *which: ColumnElement[bool],
) -> list[Deadline]:
    """Of these running clocks, the one whose instant `by` is the first after the instant, if there is one."""
    running = (col(Deadline.ended_at).is_(None), col(Deadline.stopped_at).is_(None))
    query = select(Deadline).where(*running, by > after, *which)
    if departments is not None:
        theirs = (col(Inquiry.department_id) + 0).in_(departments)  # walked by due instant
        query = query.join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id)).where(theirs)
    return list(db.exec(query.order_by(by).limit(1)))


def _sweep_kind(
    store: Store,
    now: datetime,
    desks: Desks,
    kind: str,
    since: datetime | None,
    wishes: Wishes,
    far: bool = False,
) -> int:
    """Puts the words of one kind, a page in a transaction. `far`: of those who want to hear earlier alone."""
    at_work = desks.at_work(now, GRACE_MINUTES)
    lead = wishes.longest if far else LEAD
    by, within = at_work.bounds(lambda calendar: _until(kind, now, calendar, lead), desks)
    which = (*_which(kind, now), *([col(Inquiry.owner_id).in_(wishes.longer)] if far else []))
    count, last = 0, None
    while True:
        with store.transaction() as db:
            page = outbox.untold(db, kind, since, by, last, PAGE, within, *which)
            recipients = Recipients(db, desks.today(now))
            for clock, inquiry in page:
                lead = wishes.lead(inquiry.owner_id)
                if _begun(kind, clock, now, desks.calendar(inquiry.department_id), lead):
                    early = kind == "due_now" and now < clock.due
                    quiet = wishes.quiet if kind == "due_soon" else ()
                    count += _put(db, kind, clock, inquiry, recipients, now, early, quiet)
        if len(page) < PAGE:
            return count
        last = page[-1][0]


def _which(kind: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What holds of clocks that a word of this kind may be owed about: none that is excused yet is late."""
    excused_until = col(Deadline.excused_until)
    return (or_(excused_until.is_(None), excused_until <= now - MINUTE),) if kind == "overdue" else ()


def _begun(kind: str, clock: Deadline, now: datetime, calendar: Calendar, lead: int) -> bool:
    """Whether a word of this kind is owed by now about a clock of its period."""
    if kind == "due_soon":
        begins = soon_from(clock, calendar, lead)
        if lead > LEAD and (begins is None or begins < clock.set_at):
            # Whoever wants to hear early hears as usual of what was set too late for that.
            begins = soon_from(clock, calendar)
        # Set within the last LEAD minutes: the answer that set it has told the due time just now.
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
    quiet: Collection[int],
) -> int:
    """Owes the word to who is to be told, how many; when nobody is there, the next sweep tries again."""
    owner = db.get_one(Staff, inquiry.owner_id)
    wanted, recipient = recipients.of(kind, owner)
    if recipient is None or recipient.id in quiet:
        return 0
    _, cover = recipients.of("due_now", owner)
    facts = {
        **telling.of_inquiry(db, inquiry),
        "next": telling.of_deadline(clock, now),
        "covering_for": wanted.name if recipient.id != wanted.id else None,
        "owner_away": cover is None or cover.id != owner.id,
        "covered_by": cover.name if cover and cover.id != owner.id else None,
        "early": early,
    }
    told = {kind: recipient}
    if kind == "overdue" and clock.excused_until is not None and recipient.id != owner.id:
        told["excuse_over"] = owner
    return sum(
        outbox.put(
            db,
            # Of ids and the due instant: said once, and anew when the deadline is moved.
            f"deadline:{clock.id}:{which}:{iso(clock.due)}:{whom.id}",
            outbox.to_staff(whom),
            which,
            facts if which == kind else {**facts, "covering_for": None},
            choices=telling.buttons(inquiry) if which == "due_now" else telling.reminder_buttons(inquiry),
            now=now,
            kind=which,
            about=clock,
        )
        for which, whom in told.items()
    )
