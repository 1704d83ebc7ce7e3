"""Words that reached nobody, given up or waiting for an address: whose they are, and trying them again."""

from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_
from sqlmodel import Session, col, func, select

from models.absence import covered_by
from models.agency_file import Role
from models.inquiry import Inquiry
from models.instant import iso
from models.outbox import Owed, Sending, member_id
from models.staff import Address, Staff, by_address, ident

NO_ADDRESS = "there is no address that can be reached"
KEPT = timedelta(days=30)  # what is older nobody needs to hear any more
PLATFORMS = {"slack": "Slack", "teams": "Teams", "email": "e-mail", "terminal": "the terminal"}
_GONE = "this person cannot be reached there any more"
# What platforms and delivery call their reasons; whatever has several words is a sentence already.
_REASONS = {
    "cannot_dm_bot": _GONE,
    "channel_not_found": _GONE,
    "is_archived": _GONE,
    "not_in_channel": _GONE,
    "user_disabled": "the account is switched off there",
    "user_not_found": "there is no such account any more",
    "users_not_found": "there is no such account any more",
    "user_not_visible": _GONE,
    "ratelimited": "the platform was too busy, again and again",
}
_NO_WORD = "no confirmation came back that it arrived"


def undelivered(db: Session, scope: set[int] | None, now: datetime) -> list[int]:
    """The ids of the words of the last KEPT that reached nobody, the newest first.

    `scope`: the ids of the staff whom they are to concern, as `in_charge_of` has them; None: everybody.
    """
    newest = func.coalesce(Owed.finished_at, Owed.put_at)
    since = now - KEPT
    dead = and_(col(Owed.state) == Sending.DEAD, col(Owed.finished_at) >= since)
    waits = and_(col(Owed.state) == Sending.OWED, col(Owed.reason) == NO_ADDRESS, col(Owed.put_at) >= since)
    query = select(Owed.id, Owed.recipient, Owed.kind).where(or_(dead, waits))
    found = []
    for number, recipient, kind in db.exec(query.order_by(newest.desc(), col(Owed.id).desc())):
        member = member_id(recipient) if kind != "survey" else None
        if member is None and scope is not None:
            member = concerns(db, db.get_one(Owed, number))
        if number is not None and (scope is None or member in scope):
            found.append(number)
    return found


def reaches_nobody(row: Owed, now: datetime) -> bool:
    """Whether the word is one of those that `undelivered` finds."""
    if row.state is Sending.DEAD:
        return row.finished_at is not None and row.finished_at >= now - KEPT
    return row.state is Sending.OWED and row.reason == NO_ADDRESS and row.put_at >= now - KEPT


def concerns(db: Session, row: Owed) -> int | None:
    """The id of the member whom the word is to, or whose customer; None when that is nobody here."""
    if row.kind == "survey":
        inquiry = db.get(Inquiry, int(str(row.facts["survey"]).partition(".")[0]))
        return inquiry.owner_id if inquiry else None
    if row.staff_id is not None:
        return row.staff_id
    member = by_address(db, Address.read(row.recipient))
    return ident(member) if member else None


def addressee(db: Session, row: Owed) -> str:
    """The name of whom the word is to; a customer by name, as the inquiry has it."""
    if row.kind == "survey":
        inquiry = db.get(Inquiry, int(str(row.facts["survey"]).partition(".")[0]))
        return f"{inquiry.customer}, a customer" if inquiry else "a customer"
    number = concerns(db, row)
    return db.get_one(Staff, number).name if number is not None else "somebody who is not on the staff"


def in_charge_of(db: Session, member: Staff, day: date) -> set[int] | None:
    """The ids of those whose words a supervisor may try again; None for an admin: everybody's.

    The department's, of those below, and of whomever the supervisor covers for that day, in their place.
    """
    if member.role is Role.ADMIN:
        return None
    rows = db.exec(select(Staff.id, Staff.department_id, Staff.supervisor_id))
    people = [(number, department, above) for number, department, above in rows if number is not None]
    heads = [member, *(db.get_one(Staff, one) for one in covered_by(db, member, day))]
    found: set[int] = set()
    for head in heads:
        if head is member or head.role is not Role.STAFF:
            found |= {number for number, department, _ in people if department == head.department_id}
            found |= _below(ident(head), [(number, above) for number, _, above in people])
    return found


def _below(head: int, people: list[tuple[int, int | None]]) -> set[int]:
    """The ids of all who report to the head, or to one who does."""
    found, added = {head}, {head}
    while added:
        added = {number for number, above in people if above in added} - found
        found |= added
    return found


def tried(row: Owed) -> list[str]:
    """Where it was tried, each once, as people call the platforms."""
    names = (Address.read(one).platform for one in row.unreachable)
    return list(dict.fromkeys(PLATFORMS.get(one, one) for one in names))


def why(reason: str | None) -> str:
    """Why it reached nobody, in words."""
    if reason and " " in reason:
        return reason
    return _REASONS.get(reason or "", _NO_WORD)


def try_again(db: Session, row: Owed, now: datetime) -> None:
    """Owes the word afresh, under the key that it has; it is looked at once more before it is said.

    Where every address refused it at the first try it was said nowhere. Else it may have been, and whoever
    can look for it does so before it speaks.
    """
    row.doubtful = row.doubtful or row.attempts > len(row.unreachable)
    row.state, row.attempts, row.unreachable = Sending.OWED, 0, []
    row.not_before, row.finished_at, row.reason = now, None, None
    db.add(row)
    # Should it fail again, that is news.
    for begins in ("undelivered", "survey_undelivered"):
        word = db.exec(select(Owed).where(Owed.key == f"{begins}:{row.id}")).first()
        if word is not None and word.state not in (Sending.OWED, Sending.SENDING):
            word.key = f"{word.key}:tried-again:{iso(now)}"
            db.add(word)


def told_meanwhile(db: Session, row: Owed) -> bool:
    """Whether a word that reached nobody has been said, or taken back, since `row` was owed about it."""
    about = db.get(Owed, int(row.key.split(":")[1]))
    return about is not None and about.state in (Sending.SENT, Sending.WITHDRAWN)
