"""Requests for more time that are open: who is asked, who decides, and what ends one undecided (R7)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from handlers.asking import Choice, Facts, Hearing
from handlers.command import Audience
from models import outbox, telling
from models.absence import not_in, supervisors_of, who_covers
from models.because import short_moment
from models.extension import Extension, asking_for_time, open_request
from models.inquiry import Deadline, Inquiry
from models.inquiry import ident as inquiry_id
from models.instant import iso
from models.outbox import Owed, Sending
from models.staff import Staff, ident


def make(hearing: Hearing, inquiry: Inquiry, clock: Deadline, until: datetime, reason: str) -> Extension:
    """Stores a request of the speaker's."""
    request = Extension(
        inquiry_id=inquiry_id(inquiry),
        deadline_id=inquiry_id(clock),
        until=until,
        reason=reason,
        asked_by_id=ident(hearing.speaker),
        asked_at=hearing.now,
    )
    hearing.db.add(request)
    hearing.db.flush()
    return request


def of_request(hearing: Hearing, request: Extension) -> Facts:
    """{"request", "until", "by", "reason"}; `request` is its number."""
    return {
        "request": request.id,
        "until": iso(request.until),
        "by": hearing.db.get_one(Staff, request.asked_by_id).name,
        "reason": request.reason,
    }


def deciders(hearing: Hearing, inquiry: Inquiry) -> list[Staff]:
    """Who may decide, nearest first: those above the owner; the owner, when nobody stands above."""
    owner = hearing.db.get_one(Staff, inquiry.owner_id)
    above = supervisors_of(hearing.db, owner)
    return [one for one in above if Audience.SUPERVISORS.admits(one)] or [owner]


def ask(hearing: Hearing, inquiry: Inquiry, request: Extension) -> tuple[Staff, str | None]:
    """Owes who is to decide the question; whom, and in whose place they are asked, if in another's."""
    asked, instead_of = _asked(hearing, inquiry)
    _owe(hearing, inquiry, request, asked, instead_of)
    return asked, instead_of


def ask_again(hearing: Hearing, inquiry: Inquiry) -> tuple[str | None, Extension | None]:
    """Asks who decides now that the owner is another; the name of whom, when there is an open request.

    Who was asked already, and still decides, is not asked twice. About a clock that is past due nobody is
    asked any more: then the request comes second.
    """
    request = open_request(hearing.db, inquiry)
    if request is None:
        return None, None
    begins = asking_for_time(inquiry)
    outbox.take_back(hearing.db, begins, hearing.now, "handed over")
    if hearing.db.get_one(Deadline, request.deadline_id).due < hearing.now:
        return None, request
    sent = (Sending.SENDING, Sending.SENT)
    asked_before = select(Owed.recipient).where(
        col(Owed.key).startswith(f"{begins}{request.id}:"), col(Owed.state).in_(sent)
    )
    asked, instead_of = _asked(hearing, inquiry)
    if outbox.to_staff(asked) not in hearing.db.exec(asked_before).all():
        _owe(hearing, inquiry, request, asked, instead_of)
    return asked.name, None


def _owe(
    hearing: Hearing, inquiry: Inquiry, request: Extension, asked: Staff, instead_of: str | None
) -> None:
    clock = hearing.db.get_one(Deadline, request.deadline_id)
    grant = f"Grant until {short_moment(request.until, hearing.calendar_for(inquiry))}"
    choices = (
        Choice(grant, f"desk grant {request.id}"),
        Choice("Decline", f"desk decline {request.id}"),
        Choice("Show", f"inquiry show {inquiry.number}"),
    )
    hearing.owe(
        f"{asking_for_time(inquiry)}{request.id}:{asked.id}:{iso(hearing.now)}",
        outbox.to_staff(asked),
        "extension_wanted",
        {
            **telling.of_inquiry(hearing.db, inquiry),
            **of_request(hearing, request),
            "next": telling.of_deadline(clock, hearing.now),
            "covering_for": instead_of,
            "again": False,
        },
        choices=[one.fact() for one in choices],
    )


def _asked(hearing: Hearing, inquiry: Inquiry) -> tuple[Staff, str | None]:
    """Who of those that may decide is asked: the nearest, who covers for them, or the next who is in."""
    able = deciders(hearing, inquiry)
    out = not_in(hearing.db, hearing.today)
    cover = who_covers(hearing.db, able[0], hearing.today, refused=[inquiry.owner_id])
    line = [one for one in able if cover is not None and one.id == cover.id] + able
    asked = next((one for one in line if ident(one) not in out), able[0])
    return asked, able[0].name if asked is not able[0] else None


def settle(hearing: Hearing, request: Extension, granted: bool | None) -> None:
    """Closes a request: granted, declined, or (None) overtaken. It is not asked for any more."""
    request.decided_by_id, request.decided_at, request.granted = ident(hearing.speaker), hearing.now, granted
    hearing.db.add(request)


def settle_ended(hearing: Hearing, inquiry: Inquiry, ended: Sequence[Deadline]) -> None:
    """Closes the open request, if the clock that it is about has ended."""
    request = open_request(hearing.db, inquiry)
    if request is not None and request.deadline_id in [one.id for one in ended]:
        settle(hearing, request, None)
        outbox.take_back(hearing.db, asking_for_time(inquiry), hearing.now, "deadline ended")


def replace_open(hearing: Hearing, inquiry: Inquiry) -> Extension | None:
    """One request at a time: an open one gives way to the new, and is not asked for any more."""
    found = open_request(hearing.db, inquiry)
    if found is not None:
        settle(hearing, found, None)
        outbox.take_back(hearing.db, asking_for_time(inquiry), hearing.now, "another request")
    return found


def who_writes(hearing: Hearing, inquiry: Inquiry, asker_id: int | None) -> Staff:
    """Who is to tell the customer of the new time: the owner; who asked, while the owner is not in."""
    out = not_in(hearing.db, hearing.today)
    if inquiry.owner_id in out and asker_id is not None and asker_id not in out:
        return hearing.db.get_one(Staff, asker_id)
    return hearing.db.get_one(Staff, inquiry.owner_id)
