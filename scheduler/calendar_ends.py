"""Who hears, in good time, that a calendar ends: beyond its last day no deadline can be reckoned."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from models import outbox
from models.adopting import standard_for
from models.agency import agency_of
from models.agency_file import Role
from models.calendar import Calendar, UnknownDay
from models.calendars import in_use
from models.deadline import reckon_all
from models.outbox import Owed
from models.staff import Department, Staff
from models.standard import CHANNELS, Standard
from models.store import Store

AHEAD = timedelta(days=90)
KIND = "calendar_ends"


def sweep(store: Store, now: datetime) -> int:
    """Owes every admin, and the supervisors of the departments, a word once a last day; how many are new.

    From AHEAD of that day on, in the calendar's working time. A calendar that has ended is an alarm instead.
    """
    with store.transaction() as db:
        return sum(_tell(db, calendar, departments, now) for calendar, departments in _ending(db, now))


def still_ends(db: Session, last: str) -> bool:
    """Whether a calendar in use ends on that day, an ISO date."""
    return any(calendar.last.isoformat() == last for calendar, _ in in_use(db))


def _ending(db: Session, now: datetime) -> list[tuple[Calendar, list[int] | None]]:
    """One calendar for each last day that is near, with all of the departments that it concerns."""
    near: dict[date, list[tuple[Calendar, list[int] | None]]] = {}
    groups = in_use(db)
    for calendar, departments in groups:
        today = calendar.today(now)
        if calendar.last - AHEAD <= today <= calendar.last and calendar.is_open(now):
            near.setdefault(calendar.last, []).append((calendar, departments))
    return [_together(found, groups) for found in near.values()]


def _together(
    found: list[tuple[Calendar, list[int] | None]], groups: Sequence[object]
) -> tuple[Calendar, list[int] | None]:
    if len(found) == len(groups):
        return found[0][0], None
    return found[0][0], [number for _, numbers in found for number in numbers or ()]


def _tell(db: Session, calendar: Calendar, departments: list[int] | None, now: datetime) -> int:
    begins = f"{KIND}:{calendar.last.isoformat()}:"
    # A closure makes a new version, and an extension a new last day: that day names the word.
    told = set(db.exec(select(Owed.key).where(col(Owed.key).startswith(begins, autoescape=True))))
    untold = [one for one in _concerned(db, departments) if f"{begins}{one.id}" not in told]
    if not untold:
        return 0
    facts = _facts(db, calendar, departments)
    return sum(
        outbox.put(db, f"{begins}{one.id}", outbox.to_staff(one), KIND, facts, now=now, kind=KIND)
        for one in untold
    )


def _concerned(db: Session, departments: list[int] | None) -> list[Staff]:
    supervises = col(Staff.role) == Role.SUPERVISOR
    if departments is not None:
        supervises &= col(Staff.department_id).in_(departments)
    query = select(Staff).where(or_(col(Staff.role) == Role.ADMIN, supervises), col(Staff.active))
    return list(db.exec(query.order_by(col(Staff.id))))


def _facts(db: Session, calendar: Calendar, departments: list[int] | None) -> dict[str, Any]:
    query = select(Department).order_by(col(Department.name))
    if departments is not None:
        query = query.where(col(Department.id).in_(departments))
    rows, agency = list(db.exec(query)), agency_of(db)
    refused_from = min((_refused_from(db, calendar, one) for one in rows), default=calendar.last)
    return {
        "whose": [one.name for one in rows] if departments is not None or agency is None else [agency.name],
        "last": calendar.last.isoformat(),
        "refused_from": refused_from.isoformat(),
        "covering_for": None,
    }


def _refused_from(db: Session, calendar: Calendar, department: Department) -> date:
    """The first day of which some inquiry of the department has a deadline beyond the calendar."""
    try:
        standard = standard_for(db, department, calendar.last)
    except ValueError:
        # A standard that cannot be read is told of where it is used; this word is about the calendar.
        return calendar.last
    day = calendar.last
    while day > calendar.first and _goes_beyond(day - timedelta(days=1), standard, calendar):
        day -= timedelta(days=1)
    return day


def _goes_beyond(day: date, standard: Standard, calendar: Calendar) -> bool:
    """Whether a deadline of what comes in at the end of the day lies beyond the calendar's last day."""
    midnight = calendar.midnight(day + timedelta(days=1))
    try:
        for channel in CHANNELS:
            reckon_all(midnight - timedelta(minutes=1), standard, channel, calendar)
    except UnknownDay:
        return True
    return False
