"""How long a member's like inquiries took: what a promise is held against (R14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlmodel import Session, col, func, select

from models.calendar import Calendar, UnknownDay
from models.inquiry import Event, Happening, Inquiry
from models.pause import Pauses
from models.pausing import pauses_by_inquiry, pauses_in, pauses_of

RECENT = timedelta(days=365)
FEWEST = 8  # fewer say nothing of a pace
MOST = 200  # the newest; a year of a busy desk is not read for one promise
SHARE = Fraction(4, 5)


@dataclass(frozen=True)
class Pace:
    """In working minutes from receipt: `took`, the 80th percentile of `count` like inquiries; `leaves`, what
    the promise gives."""

    took: float
    leaves: float
    count: int

    @property
    def bold(self) -> bool:
        return self.leaves < self.took


def percentile(values: Sequence[float], share: Fraction) -> float:
    """The nearest rank: the least of the values that is no less than so large a share of them.

    Raises ValueError for no values, or a share that is not above 0 and at most 1.
    """
    if not values or not 0 < share <= 1:
        raise ValueError("A percentile needs values, and a share above 0 and at most 1.")
    rank = -(-len(values) * share.numerator // share.denominator)
    return sorted(values)[rank - 1]


def pace(db: Session, inquiry: Inquiry, promised: datetime, calendar: Calendar, now: datetime) -> Pace | None:
    """The owner's pace beside what is promised; None while fewer than FEWEST say anything of it.

    Like inquiries are the owner's, on the same channel and of the same department, answered within the last
    365 days. What was paused counts on neither side.
    """
    taken = minutes_taken(db, inquiry, calendar, now)
    if len(taken) < FEWEST:
        return None
    own = Pauses(calendar, pauses_of(db, inquiry, now))
    try:
        leaves = _worked(inquiry.received_at, promised, own)
    except UnknownDay:
        return None
    return Pace(percentile(taken, SHARE), leaves, len(taken))


def minutes_taken(db: Session, like: Inquiry, calendar: Calendar, now: datetime) -> list[float]:
    """The working minutes from receipt to the first answer, less pauses, of inquiries like this one.

    At most MOST, the newest answers; without those from before the calendar begins.
    """
    answered = func.min(Event.at).label("answered")
    query = (
        select(Inquiry.id, Inquiry.received_at, answered)
        .join(Event, col(Event.inquiry_id) == col(Inquiry.id))
        .where(
            Inquiry.owner_id == like.owner_id,
            Inquiry.department_id == like.department_id,
            Inquiry.channel == like.channel,
            Inquiry.id != like.id,
            col(Event.what).in_((Happening.ANSWERED, Happening.CLOSED)),
        )
        .group_by(col(Inquiry.id), col(Inquiry.received_at))
        .having(answered >= now - RECENT)
        .order_by(answered.desc(), col(Inquiry.id).desc())
        .limit(MOST)
    )
    found = list(db.exec(query))
    stops = pauses_by_inquiry(db, [number for number, _, _ in found if number is not None])
    taken = []
    for number, received, end in found:
        try:
            taken.append(_worked(received, end, Pauses(calendar, pauses_in(stops.get(number or 0, ()), end))))
        except UnknownDay:
            continue
    return taken


def _worked(start: datetime, end: datetime, pauses: Pauses) -> float:
    return pauses.calendar.minutes_between(start, end) - pauses.working_minutes(start, end)
