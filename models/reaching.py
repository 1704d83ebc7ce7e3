"""When a word may reach a member of staff: at their own working time, or sooner whoever covers for them."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.absence import away_on
from models.calendars import calendar_for, calendar_of, office_day
from models.schedule import works_on
from models.staff import Staff


def when_reached(db: Session, staff_id: int, now: datetime, grace_minutes: int = 0) -> datetime:
    """From when on a word to the member may be said, or be handed to who covers: now, or later.

    Now, while it is their own working time, or at most so many minutes after it. Else the next time that it
    is; but on an open day on which they are not in, the opening of their department is earlier than that:
    then it is for who covers. Raises UnknownDay where a calendar ends before.
    """
    own = calendar_for(db, staff_id)
    if own.in_hours(now, grace_minutes):
        return now
    member = db.get(Staff, staff_id)
    office = calendar_of(db, member.department_id if member else None)
    opening = own.next_open(now)
    day, last = office_day(db, now), office_day(db, opening)
    while day <= last:
        if office.is_open_day(day) and not is_in(db, staff_id, day):
            if office.today(now) == day and office.in_hours(now, grace_minutes):
                return now
            if now < office.closing(day):
                return office.next_open(max(now, office.opening(day)))
        day += timedelta(days=1)
    return opening


def is_in(db: Session, staff_id: int, day: date) -> bool:
    """Whether the member is neither away on the day nor without hours on it."""
    return away_on(db, staff_id, day) is None and works_on(db, staff_id, day)
