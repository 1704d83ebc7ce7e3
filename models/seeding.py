"""An empty database gets its agency: the calendar, departments and people that its file describes."""

import secrets
from datetime import datetime

from sqlmodel import Session

from models import staff
from models.agency import Agency, agency_of
from models.agency_file import AgencyFile
from models.calendars import ClosureDay, keep, write_week
from models.staff import Address, Department, Staff


def seed(db: Session, described: AgencyFile, now: datetime) -> bool:
    """Stores the agency in an empty database. False, and nothing changed, when one is there."""
    if agency_of(db) is not None:
        return False
    calendar = described.calendar()
    db.add(
        Agency(
            name=described.name,
            zone=described.zone,
            week=write_week(calendar.week),
            first=calendar.first,
            last=calendar.last,
            calendar_version=keep(db, calendar, now),
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
            # None is the office's, whatever becomes of that.
            zone=entry.zone if entry.zone != described.zone else None,
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
