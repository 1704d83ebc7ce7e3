"""Who hears that a word has reached nobody: it is theirs to pass on by another way."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import outbox
from models.absence import supervisors_of
from models.agency_file import Role
from models.inquiry import Inquiry
from models.outbox import Owed
from models.owed_titles import title_of
from models.staff import Address, Staff, chain
from models.undelivered import NO_ADDRESS, why

__all__ = ["NO_ADDRESS", "owe_word"]


def owe_word(db: Session, row: Owed, now: datetime, reason: str, attempts: int, *, waits: bool) -> None:
    """Owes a word about the row, once a row however often it is asked for.

    A survey's owner gets the text to send by hand; of any other word the supervisor of its recipient hears.
    `waits`: the row is still owed. Working time and absences are looked at when the word is claimed.
    """
    member = db.get(Staff, row.staff_id) if row.staff_id is not None else None
    if row.kind == "survey":
        _owe_text(db, row, member, now)
    elif member is not None and row.kind != "undelivered":
        above = supervisors_of(db, member) or chain(db, member)
        if above:
            about = title_of(row.kind, row.template, row.facts)
            facts = {"recipient": member.name, "about": about, "reason": why(reason), "attempts": attempts}
            if waits:
                facts["waits"] = True
            key, to = f"undelivered:{row.id}", outbox.to_staff(above[0])
            again = [{"label": "Try again", "words": f"desk retry {row.id}"}]
            choices = again if above[0].role is not Role.STAFF else []
            outbox.put(db, key, to, "undelivered", facts, now=now, choices=choices, kind="undelivered")


def _owe_text(db: Session, row: Owed, member: Staff | None, now: datetime) -> None:
    """Owes the survey's text to the inquiry's owner, who was told that it goes out by itself."""
    inquiry = db.get(Inquiry, int(row.facts["survey"].partition(".")[0]))
    if inquiry is None:
        return
    place = None if member else Address.read(row.recipient)
    facts: dict[str, Any] = {
        **row.facts,
        "number": inquiry.number,
        # An e-mail address can be read; what a chat platform calls a person cannot.
        "pushed_to": member.name if member else place.user if place and place.platform == "email" else None,
    }
    owner = db.get_one(Staff, inquiry.owner_id)
    key = f"survey_undelivered:{row.id}"
    outbox.put(db, key, outbox.to_staff(owner), "survey_undelivered", facts, now=now)
