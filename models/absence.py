"""Who is away when, who is not in, and who covers (R18–R25)."""

import itertools
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select

from models.agency_file import Role
from models.columns import Instant
from models.schedule import off_on, off_throughout
from models.staff import Staff, behind, ident

VOICEMAIL_DAYS = 2  # R18


class Absence(SQLModel, table=True):
    """Whole days away, in the office's zone, both ends included. Taken back when `ended_at` is set."""

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    first: date = Field(index=True)
    last: date = Field(index=True)
    alternate_id: int | None = Field(default=None, foreign_key="staff.id")
    told_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def overlapping(db: Session, staff_id: int, first: date, last: date) -> list[Absence]:
    """The member's absences that touch the period, the earliest first."""
    return list(
        db.exec(
            select(Absence)
            .where(
                Absence.staff_id == staff_id,
                col(Absence.ended_at).is_(None),
                col(Absence.first) <= last,
                col(Absence.last) >= first,
            )
            .order_by(col(Absence.first))
        )
    )


def away_on(db: Session, staff_id: int, day: date) -> Absence | None:
    """The absence that the member is on that day."""
    found = overlapping(db, staff_id, day, day)
    return found[0] if found else None


def coming(db: Session, staff_id: int, today: date) -> list[Absence]:
    """The member's absences that are not over, the earliest first."""
    return overlapping(db, staff_id, today, date.max)


def away_between(db: Session, first: date, last: date) -> set[int]:
    """The ids of all who are away on some day of the period."""
    return set(
        db.exec(
            select(Absence.staff_id).where(
                col(Absence.ended_at).is_(None), col(Absence.first) <= last, col(Absence.last) >= first
            )
        )
    )


def not_in(db: Session, day: date) -> set[int]:
    """The ids of all who are away on the day, and of those whose schedule has no hours on it."""
    return away_between(db, day, day) | off_on(db, day)


def cannot_stand_in(db: Session, first: date, last: date) -> set[int]:
    """The ids of all who are away on some day of the period, or work on none of its days."""
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    return away_between(db, first, last) | off_throughout(db, days)


def alternate_for(
    db: Session, member: Staff, first: date, last: date, named: Staff | None = None
) -> Staff | None:
    """Who stands in: the one named, else the supervisor (R20), else the next in the chain, if not away.

    Whoever works on some of the days may be it: on the others `who_covers` goes on to the next.
    """
    out = cannot_stand_in(db, first, last)
    line = itertools.chain([named] if named else [], behind(db, member))
    return next((one for one in line if ident(one) not in out), None)


def who_covers(
    db: Session, member: Staff, day: date, refused: Collection[int] = (), out: Collection[int] | None = None
) -> Staff | None:
    """Who is to be told on that day what concerns the member.

    The member when in; else the absence's alternate; else the next in the chain who is in. None when nobody
    is: then the word stays owed until somebody is back. `out`: what `not_in` says of the day, where it is
    known already.
    """
    gone = {*(not_in(db, day) if out is None else out), *refused}
    if member.active and ident(member) not in gone:
        return member
    absence = away_on(db, ident(member), day)
    named = db.get(Staff, absence.alternate_id) if absence and absence.alternate_id else None
    line = itertools.chain([named] if named and named.active else [], behind(db, member))
    return next((one for one in line if ident(one) not in gone), None)


def covered_by(db: Session, member: Staff, day: date) -> list[int]:
    """The ids of those who are not in that day and for whom the member covers."""
    out = not_in(db, day)
    covered = []
    for gone in sorted(out - {ident(member)}):
        cover = who_covers(db, db.get_one(Staff, gone), day, out=out)
        if cover is not None and cover.id == member.id:
            covered.append(gone)
    return covered


def supervisors_of(db: Session, member: Staff) -> list[Staff]:
    """Those in the member's chain who may be told that a deadline was missed: supervisors and admins."""
    line = behind(db, member, colleagues=False)
    return [one for one in line if one.id == member.supervisor_id or one.role is not Role.STAFF]
