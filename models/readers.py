"""How those who read our words have them: the language that they prefer, the zone that they are in."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.languages import ENGLISH
from models.preference import Preference
from models.staff import Staff, StaffAddress


@dataclass(frozen=True)
class Reader:
    """language: a tag such as "es". zone: an IANA name, None for the office's."""

    language: str = ENGLISH
    zone: str | None = None


USUAL = Reader()


def readers(db: Session, members: Collection[int], recipients: Collection[str]) -> dict[int | str, Reader]:
    """Those who have a wish or a zone of their own, by members’ ids and by addresses ("slack:T:U")."""
    tag, zone = col(Preference.language), col(Staff.zone)
    own = or_(tag.is_not(None), zone.is_not(None))
    found: dict[int | str, Reader] = {}
    joined = col(Preference.staff_id) == col(Staff.id)
    if members:
        query = select(Staff.id, tag, zone).join(Preference, joined, isouter=True)
        for number, said, place in db.exec(query.where(col(Staff.id).in_(members), own)):
            assert number is not None
            found[number] = Reader(said or ENGLISH, place)
    if recipients:
        users = {one.rpartition(":")[2] for one in recipients}
        known = (
            select(StaffAddress, tag, zone)
            .join(Staff, col(Staff.id) == col(StaffAddress.staff_id))
            .join(Preference, joined, isouter=True)
            .where(col(StaffAddress.user).in_(users), own)
        )
        for row, said, place in db.exec(known):
            if str(row.address) in recipients:
                found[str(row.address)] = Reader(said or ENGLISH, place)
    return found
