"""Who works here, in which department, under whom, and where they can be written to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint, bindparam, func
from sqlmodel import Field, Session, SQLModel, col, select

from models.agency_file import Role
from models.columns import Instant, spelled
from models.store import insert_once

# A member who writes all day is not worth a write each time.
SEEN_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Address:
    """A person on a platform, as the platform signs it: slack + team + user, teams + tenant + AAD id."""

    platform: str
    place: str
    user: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.place}:{self.user}"

    @classmethod
    def read(cls, text: str) -> "Address":
        platform, place, user = text.split(":", 2)
        return cls(platform, place, user)


def email_address(email: str) -> Address:
    return Address("email", "", email)


class Department(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    standard: str
    email: str | None = None
    phone: str | None = None
    calendar_version: str | None = None


class Staff(SQLModel, table=True):
    """A member of staff. `handle` is the short name that colleagues type.

    `zone` is the name of the time zone that they work in, when it is not the office's.
    """

    id: int | None = Field(default=None, primary_key=True)
    handle: str = Field(unique=True)
    name: str
    email: str = Field(index=True)
    phone: str
    department_id: int = Field(foreign_key="department.id", index=True)
    role: Role = Field(default=Role.STAFF, sa_type=spelled(Role))
    supervisor_id: int | None = Field(default=None, foreign_key="staff.id")
    active: bool = True
    zone: str | None = None


class StaffAddress(SQLModel, table=True):
    """Where a member of staff is on a platform. `reference` is what Teams needs to write first."""

    __tablename__ = "staff_address"
    __table_args__ = (UniqueConstraint("platform", "place", "user"),)

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    platform: str
    place: str
    user: str
    reference: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    seen_at: datetime = Field(sa_type=Instant)

    @property
    def address(self) -> Address:
        return Address(self.platform, self.place, self.user)


def ident(row: Department | Staff) -> int:
    """The row's id, once it is stored."""
    assert row.id is not None
    return row.id


def by_address(db: Session, address: Address) -> Staff | None:
    """The active member of staff at this address."""
    found = known_at(db, address)
    return found[1] if found else None


def known_at(db: Session, address: Address) -> tuple[StaffAddress, Staff, Department] | None:
    """What is kept of the address, whose it is and where they work; None where nobody active is there."""
    found = db.execute(_KNOWN_AT, _place(address)).first()
    return (found[0], found[1], found[2]) if found else None


def by_email(db: Session, email: str) -> Staff | None:
    """The active member of staff with this e-mail address, whatever its capitals.

    None for one with letters beyond ASCII: some of them become those of somebody else's when their case is
    put aside.
    """
    wanted = email.strip().lower()
    if not email.isascii():
        return None
    found = db.exec(select(Staff).where(func.lower(Staff.email) == wanted, col(Staff.active))).all()
    # Two people behind one address cannot be told apart.
    return found[0] if len(found) == 1 else None


def by_name(db: Session, text: str) -> list[Staff]:
    """The active staff that `text` may mean: a handle, `@handle`, an e-mail address, a first or full name."""
    wanted = text.strip().removeprefix("@").casefold()
    if not wanted:
        return []
    everyone = db.exec(select(Staff).where(col(Staff.active)).order_by(Staff.handle)).all()
    exact = [one for one in everyone if wanted in (one.handle.casefold(), one.email.casefold())]
    return exact or [
        one for one in everyone if one.name.casefold() == wanted or one.name.casefold().split()[0] == wanted
    ]


def remember_address(
    db: Session,
    member: Staff,
    address: Address,
    now: datetime,
    reference: dict[str, Any] | None = None,
    row: StaffAddress | None = None,
) -> None:
    """Notes that the member was seen at this address; a new reference replaces what it names.

    row: what is kept of the address, where it has been read.
    """
    row = row or _row(db, address)
    if row is None:
        place = _place(address)
        new = {**place, "staff_id": ident(member), "reference": None, "seen_at": now}
        # Two asks may see the same address for the first time at once.
        insert_once(db, StaffAddress, new, unique=tuple(place))
        row = _row(db, address)
        assert row is not None
    if row.staff_id != member.id:
        row.staff_id, row.reference = ident(member), None
    if now - row.seen_at > SEEN_AGAIN:
        row.seen_at = now
    if reference is not None:
        # A group does not say which conversation is the member's own: what is known of it stays.
        row.reference = {**(row.reference or {}), **reference}
    db.add(row)


def addresses(db: Session, staff_id: int) -> list[StaffAddress]:
    """The member's chat addresses, the one seen last first."""
    return list(
        db.exec(
            select(StaffAddress)
            .where(StaffAddress.staff_id == staff_id)
            .order_by(col(StaffAddress.seen_at).desc(), col(StaffAddress.id).desc())
        )
    )


def reference_of(db: Session, address: Address) -> dict[str, Any] | None:
    """What the platform needs to write to this address first; None when it was never seen."""
    row = _row(db, address)
    return row.reference if row else None


def _row(db: Session, address: Address) -> StaffAddress | None:
    return db.execute(_AT, _place(address)).scalars().first()


def _place(address: Address) -> dict[str, str]:
    return {"platform": address.platform, "place": address.place, "user": address.user}


# Every ask asks this first: built once, with the names of `_place`.
_AT = select(StaffAddress).where(
    *(col(getattr(StaffAddress, name)) == bindparam(name) for name in ("platform", "place", "user"))
)
_KNOWN_AT = (
    _AT.join(Staff, col(Staff.id) == col(StaffAddress.staff_id))
    .join(Department, col(Department.id) == col(Staff.department_id))
    .where(col(Staff.active))
    .add_columns(Staff, Department)
)


def departments(db: Session) -> list[Department]:
    """Every department, by name."""
    return list(db.exec(select(Department).order_by(Department.name)))


def called(every: Sequence[Department], name: str) -> Department | None:
    """The department of that name, whatever its capitals."""
    wanted = name.strip().casefold()
    return next((one for one in every if one.name.casefold() == wanted), None)


def members(db: Session, department_id: int) -> list[Staff]:
    """The active staff of a department, by name."""
    return list(
        db.exec(
            select(Staff).where(Staff.department_id == department_id, col(Staff.active)).order_by(Staff.name)
        )
    )


def everybody(db: Session) -> list[Staff]:
    """The active staff of the agency, by name."""
    return list(db.exec(select(Staff).where(col(Staff.active)).order_by(Staff.name)))


def reports(db: Session, member: Staff) -> list[Staff]:
    """The active staff who report to the member, by name."""
    query = select(Staff).where(Staff.supervisor_id == member.id, col(Staff.active))
    return list(db.exec(query.order_by(Staff.name)))


def chain(db: Session, member: Staff) -> list[Staff]:
    """Who stands behind a member, nearest first: supervisors upwards (R20), then the department, then admins.

    In the department, whoever supervises comes before the others. Never holds the member; each person once;
    active staff only.
    """
    return list(behind(db, member))


def behind(db: Session, member: Staff, *, colleagues: bool = True) -> Iterator[Staff]:
    """The same, one after the other: the department is read only when nobody above it was the right one.

    colleagues: whether those of the department who supervise nobody belong to it.
    """
    met = {member.id}
    for one in _behind(db, member, colleagues):
        if one.active and one.id not in met:
            met.add(one.id)
            yield one


def _behind(db: Session, member: Staff, colleagues: bool) -> Iterator[Staff]:
    above, seen = member.supervisor_id, {member.id}
    while above is not None and above not in seen:
        seen.add(above)
        boss = db.get(Staff, above)
        if boss is not None:
            yield boss
        above = boss.supervisor_id if boss else None
    theirs = select(Staff).where(Staff.department_id == member.department_id, col(Staff.active))
    yield from db.exec(theirs.where(Staff.role != Role.STAFF).order_by(Staff.name)).all()
    if colleagues:
        yield from db.exec(theirs.where(Staff.role == Role.STAFF).order_by(Staff.name)).all()
    yield from db.exec(select(Staff).where(Staff.role == Role.ADMIN).order_by(Staff.name)).all()
