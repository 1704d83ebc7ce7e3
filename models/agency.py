"""The agency as the database keeps it: its name, zone, hours, closures and people."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field as Col
from sqlmodel import Session, SQLModel, col, select

from models import staff
from models.agency_file import AgencyFile
from models.calendar import Calendar, Closure
from models.staff import Address, Department, Staff


class Agency(SQLModel, table=True):
    """The one agency of this installation. `key` makes survey links when no REPLYBY_SECRET is set."""

    id: int = Col(default=1, primary_key=True)
    name: str
    zone: str
    week: list[Any] = Col(sa_column=Column(JSON, nullable=False))
    first: date
    last: date
    calendar_version: str
    key: str

    def survey_key(self, secret: str | None) -> bytes:
        """What survey links are made with: REPLYBY_SECRET where it is set, else the agency's own key."""
        return (secret or self.key).encode()


class ClosureDay(SQLModel, table=True):
    """A frozen closure: a whole day, or from `start` to `end` in minutes after midnight."""

    __tablename__ = "closure"

    id: int | None = Col(default=None, primary_key=True)
    day: date = Col(index=True)
    name: str
    start: int | None = None
    end: int | None = None


def agency_of(db: Session) -> Agency | None:
    return db.get(Agency, 1)


def calendar_of(db: Session) -> Calendar:
    """The office calendar in force. Raises LookupError in a database that has no agency."""
    agency = agency_of(db)
    if agency is None:
        raise LookupError("This database has no agency yet. Run `replyby seed`.")
    known = _by_version.get(agency.calendar_version)
    if known is None:
        rows = db.exec(select(ClosureDay).order_by(col(ClosureDay.day), col(ClosureDay.id)))
        closed = tuple(Closure(row.day, row.name, row.start, row.end) for row in rows)
        week = tuple(tuple((start, end) for start, end in day) for day in agency.week)
        known = Calendar(agency.zone, week, closed, agency.first, agency.last)
        # The version is a digest of the content, so what is kept under it never changes.
        _by_version[agency.calendar_version] = known
    return known


_by_version: dict[str, Calendar] = {}


def seed(db: Session, described: AgencyFile, now: datetime) -> bool:
    """Stores the agency in an empty database. False, and nothing changed, when one is there."""
    if agency_of(db) is not None:
        return False
    calendar = described.calendar()
    db.add(
        Agency(
            name=described.name,
            zone=described.zone,
            week=[[list(span) for span in day] for day in calendar.week],
            first=calendar.first,
            last=calendar.last,
            calendar_version=calendar.version,
            key=secrets.token_hex(32),
        )
    )
    for one in calendar.closures:
        db.add(ClosureDay(day=one.day, name=one.name, start=one.start, end=one.end))
    _seed_people(db, described, now)
    return True


def _seed_people(db: Session, described: AgencyFile, now: datetime) -> None:
    departments: dict[str, Department] = {}
    for one in described.department:
        row = Department(name=one.name, standard=described.standard_of(one), email=one.email, phone=one.phone)
        db.add(row)
        departments[one.name] = row
    db.flush()
    people: dict[str, Staff] = {}
    for entry in described.staff:
        member = Staff(
            handle=entry.handle,
            name=entry.name,
            email=entry.email,
            phone=entry.phone,
            role=entry.role,
            department_id=staff.ident(departments[entry.department]),
        )
        db.add(member)
        people[entry.handle] = member
    db.flush()
    for entry in described.staff:
        member = people[entry.handle]
        member.supervisor_id = people[entry.supervisor].id if entry.supervisor else None
        # The third door knows everybody by handle.
        staff.remember_address(db, member, Address("terminal", "", entry.handle), now)
        for platform, signed in (("slack", entry.slack), ("teams", entry.teams)):
            if signed:
                place, user = signed.split(":")
                staff.remember_address(db, member, Address(platform, place, user), now)
