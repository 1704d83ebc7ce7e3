"""Who may see an inquiry."""

from datetime import date

from sqlmodel import Session

from models.absence import not_in, supervisors_of, who_covers
from models.agency_file import Role
from models.inquiry import Inquiry
from models.staff import Staff


def may_see(db: Session, member: Staff, inquiry: Inquiry, day: date) -> bool:
    """A department sees its own, an admin all; owners, those above, and whoever covers on the day, theirs."""
    if (
        member.role is Role.ADMIN
        or inquiry.department_id == member.department_id
        or inquiry.owner_id == member.id
    ):
        return True
    # Whoever is told of an inquiry, wherever they work, can look at it.
    owner = db.get_one(Staff, inquiry.owner_id)
    above = supervisors_of(db, owner)
    if member.id in [one.id for one in above]:
        return True
    out = not_in(db, day)
    covers = [who_covers(db, one, day, out=out) for one in [owner, *above[:1]]]
    return member.id in [one.id for one in covers if one is not None]
