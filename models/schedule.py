"""When members of staff work who do not work all of the office's hours.

A schedule decides who is reminded on a day, and when (models/own_hours.py). It moves no deadline: the
promise is the office's. Whether somebody is in on a day goes by the days of the office's zone.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col

from models.calendar import Week
from models.calendars import WeeklyHours, own_hours_of, read_week, write_week
from models.staff import Staff, ident


def schedules_of(db: Session, staff_id: int) -> list[WeeklyHours]:
    """What was set for the member, by its first day; one a day."""
    return _set(db, staff_id=staff_id)


def week_of(db: Session, staff_id: int, day: date) -> Week | None:
    """The member's own week that is in force on the day; None when all of the office's hours are theirs."""
    return _in_force(schedules_of(db, staff_id), day)


def works_on(db: Session, staff_id: int, day: date) -> bool:
    """Whether the schedule has hours that begin on the day, whatever absences and closures there are."""
    week = week_of(db, staff_id, day)
    return week is None or bool(week[day.weekday()])


def off_on(db: Session, day: date) -> set[int]:
    """The ids of the members whose schedule has no hours on the day."""
    return off_throughout(db, [day])


def off_throughout(db: Session, days: Sequence[date]) -> set[int]:
    """The ids of the members whose schedules have no hours on any of the days."""
    if not days:
        return set()
    by_member: dict[int, list[WeeklyHours]] = {}
    for row in _set(db, by=max(days)):
        by_member.setdefault(row.staff_id or 0, []).append(row)
    return {member for member, rows in by_member.items() if all(_off(rows, day) for day in days)}


def set_week(
    db: Session, member: Staff, first: date, week: Week | None, now: datetime, by: Staff
) -> WeeklyHours:
    """Stores the member's week from the day on, in the place of what was set for that day before.

    Without a week, all of the office's hours are theirs again from then on. What was set for a later day
    stays.
    """
    for row in schedules_of(db, ident(member)):
        if row.first == first:
            row.ended_at = now
            db.add(row)
    new = WeeklyHours(
        staff_id=ident(member),
        first=first,
        week=write_week(week) if week is not None else None,
        set_at=now,
        set_by_id=ident(by),
    )
    db.add(new)
    db.flush()
    return new


def _set(db: Session, staff_id: int | None = None, by: date | None = None) -> list[WeeklyHours]:
    """The rows of one member, or of all, that begin by the day."""
    query = own_hours_of(None if staff_id is None else [staff_id])
    if by is not None:
        query = query.where(col(WeeklyHours.first) <= by)
    return list(db.exec(query))


def _in_force(rows: Sequence[WeeklyHours], day: date) -> Week | None:
    begun = [row for row in rows if row.first <= day]
    return read_week(begun[-1].week) if begun and begun[-1].week is not None else None


def _off(rows: Sequence[WeeklyHours], day: date) -> bool:
    week = _in_force(rows, day)
    return week is not None and not week[day.weekday()]
