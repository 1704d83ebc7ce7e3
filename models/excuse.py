"""R1's excuse: while the owner's out-of-office message is on, a clock that runs past due is not missed.

The clock stays the policy's, and its reminders go to the alternate as ever. What is excused lasts as long as
the owner was away: up to the instant at which it would be due if the absences had been pauses.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models.absence import Absence
from models.anew import anew, rule_of
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_of
from models.inquiry import Deadline, Event, Happening, Inquiry, counted, history
from models.pause import Pause
from models.pausing import pauses_in

ABSENCE = "absence"
Away = Mapping[int, Sequence[Absence]]  # absences by member of staff


def excuse(db: Session, clock: Deadline, inquiry: Inquiry, calendar: Calendar, now: datetime) -> None:
    """Writes until when the clock is excused past due, or that it is not; for other rules than R1's, nothing.

    An absence that reaches beyond the known calendar excuses nothing: no date is guessed.
    """
    rule = rule_of(db, clock, inquiry, calendar) if counted(clock) else None
    if rule is None or ABSENCE not in rule.excused_by:
        return
    happened = history(db, inquiry)
    owners = {owner_id for owner_id, _, _ in _owners(inquiry, happened)}
    away = absences_since(db, calendar.today(inquiry.received_at), owners)
    absences = absences_in(inquiry, happened, away, calendar)
    found = None
    if absences:
        with suppress(UnknownDay):
            found = anew(db, clock, inquiry, calendar, now, absences, pauses_in(happened, now))
    clock.excused_until = found.due if found is not None and found.due > clock.due else None
    db.add(clock)


def excuse_owner(db: Session, owner_id: int, now: datetime) -> None:
    """Looks again at what the member's absences excuse, when one was planned or has ended.

    What is missed stays missed: a clock past due that was not excused, or is not any more, stays so.
    Locks the inquiries until the transaction ends: nobody moves or answers meanwhile what is reckoned here.
    """
    theirs = (Inquiry.owner_id == owner_id, col(Deadline.ended_at).is_(None))
    joined = col(Inquiry.id) == col(Deadline.inquiry_id)
    locked = select(Inquiry.id).where(theirs[0], select(Deadline.id).where(joined, theirs[1]).exists())
    db.exec(locked.order_by(col(Inquiry.id)).with_for_update()).all()
    query = select(Deadline, Inquiry).join(Inquiry, joined).where(*theirs).order_by(col(Deadline.id))
    for clock, inquiry in db.exec(query.execution_options(populate_existing=True)):
        excuse_again(db, clock, inquiry, now)


def excuse_again(db: Session, clock: Deadline, inquiry: Inquiry, now: datetime) -> None:
    """As `excuse`, for a clock that runs; one that is missed stays so."""
    if (clock.stopped_at or now) <= max(clock.due, clock.excused_until or clock.due):
        excuse(db, clock, inquiry, calendar_of(db, inquiry.department_id), now)


def absences_since(db: Session, first: date, staff_ids: Collection[int] | None = None) -> Away:
    """Who was away, and when, on that day and later; of these members of staff alone, if they are named."""
    query = select(Absence).where(col(Absence.last) >= first)
    if staff_ids is not None:
        query = query.where(col(Absence.staff_id).in_(staff_ids))
    found: dict[int, list[Absence]] = {}
    for one in db.exec(query.order_by(col(Absence.id))):
        found.setdefault(one.staff_id, []).append(one)
    return found


def absences_in(inquiry: Inquiry, happened: Iterable[Event], away: Away, calendar: Calendar) -> list[Pause]:
    """The absences of each owner, in the office's days, while the inquiry was theirs.

    One that was taken back lasted until then, so that the days away stay excused.
    """
    pauses = []
    received = calendar.today(inquiry.received_at)
    for owner_id, since, until in _owners(inquiry, happened):
        for one in away.get(owner_id, ()):
            if one.last < received:
                continue
            start = max(_midnight(one.first, calendar), since or inquiry.received_at)
            ends = (_midnight(one.last + timedelta(days=1), calendar), one.ended_at, until)
            end = min(end for end in ends if end is not None)
            if start < end:
                pauses.append(Pause(start, end, "the owner is away"))
    return pauses


def _midnight(day: date, calendar: Calendar) -> datetime:
    return calendar.midnight(day)


def _owners(
    inquiry: Inquiry, happened: Iterable[Event]
) -> list[tuple[int, datetime | None, datetime | None]]:
    """Whose it was from when until when; None at the ends. A hand-over that names nobody leaves a gap."""
    spans: list[tuple[int, datetime | None, datetime | None]] = []
    since = None
    for one in happened:
        if one.what is Happening.ASSIGNED:
            if "from_id" in one.detail:
                spans.append((int(one.detail["from_id"]), since, one.at))
            since = one.at
    return [*spans, (inquiry.owner_id, since, None)]
