"""Who hears when the one who is meant is not there: a chain that never ends in nobody."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.absence import who_covers
from models.agency_file import Role
from models.staff import Address, Department, Staff, chain, email_address, ident


def who_hears(
    db: Session,
    member: Staff,
    day: date,
    refused: Collection[int] = (),
    out: Collection[int] | None = None,
    *,
    mail: bool = True,
) -> Staff | Address | None:
    """Who gets a word on that day that is meant for the member: a colleague who is in, else a mailbox.

    The member, or who covers for them (`who_covers`). When nobody of them is in: the mailbox of the member's
    department; without one, of the departments of those who stand behind the member, nearest first; then any
    other of the agency's. When there is no shared mailbox, the own one of an administrator, though away: it
    is there when they are back. None without either, or without `mail`, when this installation sends no
    e-mail: then the word stays owed until somebody is back.
    """
    cover = who_covers(db, member, day, refused, out)
    if cover is not None or not mail:
        return cover
    return next(_mailboxes(db, member, refused), None)


def _mailboxes(db: Session, member: Staff, refused: Collection[int]) -> Iterator[Address]:
    behind = chain(db, member)
    near = [one.department_id for one in (member, *behind)]
    others = db.exec(select(Department.id).order_by(col(Department.id))).all()
    for number in dict.fromkeys([*near, *others]):
        department = db.get(Department, number)
        if department is not None and department.email:
            yield email_address(department.email)
    admins = sorted((one for one in [member, *behind] if one.role is Role.ADMIN), key=ident)
    for one in admins:
        # Whoever is not to hear of it does not hear of it by mail.
        if one.active and ident(one) not in refused:
            yield email_address(one.email)
