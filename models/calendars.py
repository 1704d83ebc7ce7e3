"""The calendars in force: the agency's, and those of departments that keep hours or closures of their own.

Closures and weekly hours are rows that say who set them and when. Whenever one changes, what they come to is
stored as a version: a deadline names the version that it was reckoned by, and an old version stays readable.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from threading import Lock
from typing import Any

from sqlalchemy import JSON, Column, or_
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.agency import Agency, agency_of
from models.calendar import Calendar, Closure, Week
from models.columns import Instant
from models.own_hours import key_of, own_calendar
from models.staff import Department, Staff
from models.store import insert_once


class ClosureDay(SQLModel, table=True):
    """A closure: a whole day, or from `start` to `end` in minutes after midnight.

    Of the whole agency, or of one department. `every` is the rule that brought a recurring one about, as
    models/recurring.py writes it. Taken back when `ended_at` is set.
    """

    __tablename__ = "closure"

    id: int | None = Field(default=None, primary_key=True)
    day: date = Field(index=True)
    name: str
    start: int | None = None
    end: int | None = None
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    every: str | None = None
    put_at: datetime | None = Field(default=None, sa_type=Instant)
    put_by_id: int | None = Field(default=None, foreign_key="staff.id")
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class WeeklyHours(SQLModel, table=True):
    """A week of hours in force from a day on: of the agency, of a department, or of one member of staff.

    Without a week: from that day on the usual hours hold again (the agency's, or all of the office's for a
    member). Taken back when `ended_at` is set.
    """

    __tablename__ = "weekly_hours"

    id: int | None = Field(default=None, primary_key=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    first: date
    week: list[Any] | None = Field(default=None, sa_column=Column(JSON))
    set_at: datetime = Field(sa_type=Instant)
    set_by_id: int | None = Field(default=None, foreign_key="staff.id")
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class CalendarVersion(SQLModel, table=True):
    """A calendar that was in force from `since` on, as `written` puts it; never changed, never removed."""

    __tablename__ = "calendar_version"

    version: str = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    since: datetime = Field(sa_type=Instant)


def calendar_of(db: Session, department_id: int | None = None) -> Calendar:
    """The calendar in force: the department's own if it has one, else the agency's.

    Raises LookupError in a database that has no agency.
    """
    department = db.get(Department, department_id) if department_id is not None else None
    return at_version(db, (department and department.calendar_version) or _agency(db).calendar_version)


def calendar_for(db: Session, staff_id: int | None) -> Calendar:
    """The member's working time (models/own_hours.py); the agency's calendar for whoever is no member.

    No deadline goes by it, and no day: absences are whole days in the office's zone (`office_day`).
    """
    return calendars_for(db, [staff_id])[staff_id] if staff_id is not None else calendar_of(db)


def calendars_for(db: Session, staff_ids: Collection[int]) -> dict[int, Calendar]:
    """The working time of each of these members, by their ids; three questions, however many they are.

    Raises LookupError in a database that has no agency.
    """
    theirs = (col(Staff.id), col(Staff.zone), col(Department.calendar_version))
    joined = select(*theirs).join(Department, col(Department.id) == col(Staff.department_id))
    people = db.exec(joined.where(col(Staff.id).in_(staff_ids))).all()
    own: dict[int | None, list[tuple[date, Week | None]]] = {}
    for row in db.exec(own_hours_of(staff_ids)):
        own.setdefault(row.staff_id, []).append(
            (row.first, read_week(row.week) if row.week is not None else None)
        )
    agencys = _agency(db).calendar_version
    found = {member: (version or agencys, own.get(member, []), zone) for member, zone, version in people}
    return {staff_id: _personal(db, *found.get(staff_id, (agencys, [], None))) for staff_id in staff_ids}


def _personal(
    db: Session, version: str, own: Sequence[tuple[date, Week | None]], zone: str | None
) -> Calendar:
    office = at_version(db, version)
    key = key_of(office, own, zone)
    known = _remembered(key)
    if known is None:
        # Members who work alike share one.
        known = own_calendar(office, own, zone)
        _remember(key, known)
    return known


def own_hours_of(staff_ids: Collection[int] | None) -> SelectOfScalar[WeeklyHours]:
    """The weeks that were set for these members, or for all (None), by their first day."""
    whose = col(WeeklyHours.staff_id)
    query = select(WeeklyHours).where(
        whose.is_not(None) if staff_ids is None else whose.in_(staff_ids), col(WeeklyHours.ended_at).is_(None)
    )
    return query.order_by(col(WeeklyHours.first), col(WeeklyHours.id))


def office_day(db: Session, now: datetime) -> date:
    """The day at the office, which is the day that absences are counted in. Raises ValueError when naive."""
    return calendar_of(db).today(now)


def at_version(db: Session, version: str) -> Calendar:
    """A calendar that is, or was, in force. Raises LookupError for a version that was never stored."""
    known = _remembered(version)
    if known is None:
        row = db.get(CalendarVersion, version)
        if row is None:
            raise LookupError(f"There is no calendar of version {version}.")
        known = read(row.content)
        _remember(version, known)
    return known


MOST_REMEMBERED = 64  # calendars; what a calendar has compiled takes about two megabytes
_by_version: OrderedDict[str, Calendar] = OrderedDict()
_one_at_a_time = Lock()


def _remember(version: str, calendar: Calendar) -> None:
    with _one_at_a_time:
        # The version is a digest of the content, so what is kept under it never changes.
        _by_version[version] = calendar
        while len(_by_version) > MOST_REMEMBERED:
            _by_version.popitem(last=False)


def _remembered(version: str) -> Calendar | None:
    with _one_at_a_time:
        if version in _by_version:
            _by_version.move_to_end(version)
        return _by_version.get(version)


def in_use(db: Session) -> list[tuple[Calendar, list[int] | None]]:
    """Every calendar in force with the ids of the departments that keep it; None when all keep the one."""
    agency = _agency(db)
    departments = list(db.exec(select(Department).order_by(col(Department.id))))
    if not any(one.calendar_version for one in departments):
        return [(at_version(db, agency.calendar_version), None)]
    kept = sorted((one.calendar_version or agency.calendar_version, one.id or 0) for one in departments)
    groups = groupby(kept, key=lambda pair: pair[0])
    return [(at_version(db, version), [number for _, number in pairs]) for version, pairs in groups]


def compose(db: Session, department_id: int | None = None) -> Calendar:
    """What the rows come to, for the agency or a department. Raises ValueError as Calendar does."""
    agency = _agency(db)
    base = read_week(agency.week)
    closures = [
        Closure(row.day, row.name, row.start, row.end)
        for row in closures_of(db, department_id)
        if agency.first <= row.day <= agency.last
    ]
    usual = [(row.first, row.week) for row in hours_of(db, None)]
    own = [(row.first, row.week) for row in hours_of(db, department_id)] if department_id else []
    return Calendar(agency.zone, base, tuple(closures), agency.first, agency.last, _changes(base, usual, own))


def _changes(
    base: Week, usual: Sequence[tuple[date, list[Any] | None]], own: Sequence[tuple[date, list[Any] | None]]
) -> tuple[tuple[date, Week], ...]:
    """Which week is in force from when: a department's own while it has one, else the agency's."""
    found: list[tuple[date, Week]] = []
    for day in sorted({first for first, _ in (*usual, *own)}):
        week = _latest(own, day) or _latest(usual, day)
        now = read_week(week) if week else base
        if now != (found[-1][1] if found else base):
            found.append((day, now))
    return tuple(found)


def _latest(rows: Sequence[tuple[date, list[Any] | None]], day: date) -> list[Any] | None:
    weeks = [week for first, week in rows if first <= day]
    return weeks[-1] if weeks else None


def closures_of(db: Session, department_id: int | None = None) -> list[ClosureDay]:
    """The closures in force: the agency's, and with a department its own too, by day."""
    whose = or_(col(ClosureDay.department_id).is_(None), col(ClosureDay.department_id) == department_id)
    query = select(ClosureDay).where(whose, col(ClosureDay.ended_at).is_(None))
    return list(db.exec(query.order_by(col(ClosureDay.day), col(ClosureDay.id))))


def hours_of(db: Session, department_id: int | None) -> list[WeeklyHours]:
    """The weekly hours that were set for the agency (None) or for the department, by their first day."""
    query = select(WeeklyHours).where(
        col(WeeklyHours.department_id).is_(None)
        if department_id is None
        else col(WeeklyHours.department_id) == department_id,
        col(WeeklyHours.staff_id).is_(None),
        col(WeeklyHours.ended_at).is_(None),
    )
    return list(db.exec(query.order_by(col(WeeklyHours.first), col(WeeklyHours.id))))


def composed(db: Session) -> dict[int | None, Calendar]:
    """What the rows come to now: the agency's calendar under None, and each department's under its id.

    A department without rows of its own has the agency's. Nothing is stored. Raises ValueError, as Calendar
    does.
    """
    db.flush()
    agencys = _compiled(compose(db))
    found: dict[int | None, Calendar] = {None: agencys}
    for number in db.exec(select(Department.id).order_by(col(Department.id))).all():
        found[number] = _compiled(compose(db, number)) if _has_own(db, number) else agencys
    return found


def _compiled(calendar: Calendar) -> Calendar:
    """The same calendar, as it is remembered: to compile one takes longer than to read it."""
    return _remembered(calendar.version) or calendar


def _has_own(db: Session, department_id: int | None) -> bool:
    query = select(ClosureDay.id).where(
        ClosureDay.department_id == department_id, col(ClosureDay.ended_at).is_(None)
    )
    return db.exec(query).first() is not None or bool(hours_of(db, department_id))


def put_in_force(db: Session, now: datetime, found: Mapping[int | None, Calendar] | None = None) -> None:
    """Stores what the rows come to now, as the versions in force. Raises ValueError, as Calendar does.

    `found`: what `composed` says of them, where it has been asked already.
    """
    found = composed(db) if found is None else found
    agency, agencys = _agency(db), found[None]
    agency.calendar_version = keep(db, agencys, now)
    db.add(agency)
    for department in db.exec(select(Department)).all():
        own = found[department.id]
        department.calendar_version = None if own is agencys else keep(db, own, now)
        db.add(department)
    db.flush()


def keep(db: Session, calendar: Calendar, now: datetime) -> str:
    """Stores the calendar under its version, once; returns the version."""
    row = {"version": calendar.version, "content": written(calendar), "since": now}
    insert_once(db, CalendarVersion, row, unique=("version",))
    _remember(calendar.version, calendar)
    return calendar.version


def written(calendar: Calendar) -> dict[str, Any]:
    """The calendar as JSON: {"zone", "week", "closures", "first", "last", "changes"}"""
    return {
        "zone": calendar.zone,
        "week": write_week(calendar.week),
        "closures": [[str(one.day), one.name, one.start, one.end] for one in calendar.closures],
        "first": str(calendar.first),
        "last": str(calendar.last),
        "changes": [[str(day), write_week(week)] for day, week in calendar.changes],
    }


def read(content: dict[str, Any]) -> Calendar:
    """The calendar that `written` wrote."""
    return Calendar(
        content["zone"],
        read_week(content["week"]),
        tuple(Closure(date.fromisoformat(day), *rest) for day, *rest in content["closures"]),
        date.fromisoformat(content["first"]),
        date.fromisoformat(content["last"]),
        tuple((date.fromisoformat(day), read_week(week)) for day, week in content["changes"]),
    )


def write_week(week: Week) -> list[list[list[int]]]:
    return [[list(span) for span in day] for day in week]


def read_week(week: Sequence[Sequence[Sequence[int]]]) -> Week:
    return tuple(tuple((start, end) for start, end in day) for day in week)


def _agency(db: Session) -> Agency:
    agency = agency_of(db)
    if agency is None:
        raise LookupError("This database has no agency yet. Run `replyby seed`.")
    return agency
