"""Acknowledging, answering, closing, handing over (R2, R8, R12, R33, R34)."""

import re

from sqlmodel import col, select

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.clocks import (
    at_its_desk,
    buttons,
    changing,
    handing_over,
    reopening,
    set_deadline,
    tell_anew,
    tell_new_owner,
    tell_owner,
    versioned,
)
from handlers.offers import takers
from handlers.pausing import end_pause
from handlers.promising import doubts, not_in_when_due, promised_time
from handlers.reading import (
    colleague,
    happened,
    may_see,
    not_closed,
    nothing_more,
    number_and_rest,
    one_line,
    still_open,
    unquoted,
)
from handlers.requests import ask_again, settle_ended
from handlers.surveying import invite
from handlers.when import Reading
from models import outbox, telling
from models.deadline import promise
from models.excuse import excuse_again
from models.inquiry import Deadline, Happening, Inquiry, State, end_deadlines, note, running
from models.instant import iso
from models.outbox import Owed, Sending
from models.pausing import nudging
from models.staff import Staff, ident


def ack(hearing: Hearing, rest: str) -> Reply:
    """Records an acknowledgement; the time promised becomes a deadline of its own (R2)."""
    usage = '/inquiry ack INQ-1 by Thu "We are looking into it"'
    inquiry, rest = number_and_rest(hearing, rest, usage)
    still_open(hearing, inquiry)
    # First, since the deadlines that a promise is to keep within move with it.
    resumed = end_pause(hearing, inquiry, "acknowledged")
    until, words = promised_time(at_its_desk(hearing, inquiry), inquiry, rest)
    return acknowledge(hearing, inquiry, resumed, until, words)


def acknowledge(
    hearing: Hearing, inquiry: Inquiry, resumed: list[Facts], until: Reading, words: str
) -> Reply:
    """Records it. resumed: what moved as its pause ended; until: when the customer hears more; words: what
    they were told, or ""."""
    db, now = hearing.db, hearing.now
    ended = [
        *end_deadlines(db, inquiry, "acknowledgement", now),
        *end_deadlines(db, inquiry, "promise", now),
    ]
    outbox.withdraw(db, ended, now, "acknowledged")
    settle_ended(hearing, inquiry, ended)
    calendar = hearing.calendar_for(inquiry)
    reckoning = promise(until.instant, now, calendar)
    clock = set_deadline(hearing, inquiry, reckoning, versioned(hearing, inquiry, calendar.today(now)))
    inquiry.state = State.ACKNOWLEDGED
    db.add(inquiry)
    note(
        db,
        inquiry,
        Happening.ACKNOWLEDGED,
        ident(hearing.speaker),
        now,
        until=iso(until.instant),
        said=words or None,
    )
    db.flush()
    tell_anew(hearing, inquiry)
    facts: Facts = {
        **telling.of_inquiry(db, inquiry),
        "assumed": until.assumed,
        "ended": [telling.of_deadline(one, now) for one in ended],
        "next": telling.of_deadline(running(db, inquiry)[0], now),
        "promised": iso(until.instant),
        "doubts": doubts(hearing, inquiry, clock),
        "resumed": resumed,
        "told": _tell_of(hearing, inquiry, "acknowledged", words or None, iso(until.instant)),
    }
    return Reply("inquiry_acknowledged", facts, buttons(hearing, inquiry))


def answered(hearing: Hearing, rest: str) -> Reply:
    """Records that the customer has the answer; every clock ends. What they were told may stand in quotes."""
    usage = '/inquiry answer INQ-1 "what you told the customer"'
    inquiry, rest = number_and_rest(hearing, rest, usage)
    still_open(hearing, inquiry)
    words = one_line(unquoted(rest))
    if rest and words == one_line(rest):
        nothing_more(rest, usage.replace("INQ-1", inquiry.number))
    return answer(hearing, inquiry, words[:1000])


def answer(hearing: Hearing, inquiry: Inquiry, words: str) -> Reply:
    """Records it. words: what the customer was told, or ""."""
    resumed = end_pause(hearing, inquiry, "answered")
    ended = _end(hearing, inquiry, "answered")
    inquiry.state = State.ANSWERED
    by = ident(hearing.speaker)
    note(hearing.db, inquiry, Happening.ANSWERED, by, hearing.now, said=words or None)
    facts: Facts = {
        **telling.of_inquiry(hearing.db, inquiry),
        "ended": [telling.of_deadline(one, hearing.now) for one in ended],
        "resumed": resumed,
        "told": _tell_of(hearing, inquiry, "answered", words or None),
    }
    choices = (
        Choice("Close…", f"inquiry close {inquiry.number}"),
        Choice("Show", f"inquiry show {inquiry.number}"),
    )
    return Reply("inquiry_answered", facts, choices)


def close(hearing: Hearing, rest: str) -> Reply:
    """Closes with a resolution that is written down (R34); invites the customer to the survey (R40)."""
    usage = '/inquiry close INQ-1 "Permit sent by mail"'
    inquiry, rest = number_and_rest(hearing, rest, usage)
    not_closed(hearing, inquiry)
    resolution = one_line(unquoted(rest))[:1000]
    if not resolution:
        raise Refusal(
            "missing_piece",
            missing=["the resolution, a few words in quotes"],
            usage=usage.replace("INQ-1", inquiry.number),
        )
    return close_with(hearing, inquiry, resolution)


def close_with(hearing: Hearing, inquiry: Inquiry, resolution: str) -> Reply:
    """Closes it. resolution: at most 1000 characters of one line."""
    resumed = end_pause(hearing, inquiry, "closed")
    ended = _end(hearing, inquiry, "closed")
    inquiry.state, inquiry.resolution = State.CLOSED, resolution
    note(hearing.db, inquiry, Happening.CLOSED, ident(hearing.speaker), hearing.now, said=resolution)
    facts: Facts = {
        **telling.of_inquiry(hearing.db, inquiry),
        "resolution": resolution,
        "ended": [telling.of_deadline(one, hearing.now) for one in ended],
        "resumed": resumed,
        "told": _tell_of(hearing, inquiry, "closed", resolution),
        **invite(hearing, inquiry),
    }
    return Reply("inquiry_closed", facts, (Choice("Show", f"inquiry show {inquiry.number}"),))


def _tell_of(
    hearing: Hearing, inquiry: Inquiry, what: str, said: str | None, promised: str | None = None
) -> str | None:
    """Owes the owner the word that a colleague did it, as a number is easily mistyped; the name of whom."""
    facts = {**telling.of_inquiry(hearing.db, inquiry), "what": what, "said": said, "promised": promised}
    return tell_owner(hearing, inquiry, "inquiry_done_by", facts)


def assign(hearing: Hearing, rest: str) -> Reply:
    """Hands the inquiry to a colleague, who is told (R33); its deadlines stay as they were."""
    usage = "/inquiry assign INQ-1 to dana"
    inquiry, rest = number_and_rest(hearing, rest, usage)
    not_closed(hearing, inquiry)
    name = re.sub(r"^to\s+", "", rest, flags=re.IGNORECASE).strip()
    if not name or name.casefold() == "to":
        choices = takers(at_its_desk(hearing, inquiry), inquiry)
        usage = usage.replace("INQ-1", inquiry.number)
        raise Refusal(
            "assign_needs_person", choices, number=inquiry.number, offered=len(choices), usage=usage
        )
    return hand_over(hearing, inquiry, colleague(hearing, name))


def hand_over(hearing: Hearing, inquiry: Inquiry, owner: Staff) -> Reply:
    """Gives it its new owner. Refuses who owns it already."""
    if owner.id == inquiry.owner_id:
        since = happened(hearing, inquiry, Happening.ASSIGNED)
        raise Refusal("already_theirs", number=inquiry.number, name=owner.name, **since)
    db = hearing.db
    clocks = running(db, inquiry)
    outbox.withdraw(db, clocks, hearing.now, "handed over")
    untold = outbox.take_back(db, handing_over(inquiry), hearing.now, "handed on")
    for words in (nudging(inquiry), changing(inquiry), reopening(inquiry)):
        outbox.take_back(db, words, hearing.now, "handed over")
    former = db.get_one(Staff, inquiry.owner_id)
    leaves = owner.department_id != inquiry.department_id
    inquiry.owner_id, inquiry.department_id = ident(owner), owner.department_id
    db.add(inquiry)
    by = ident(hearing.speaker)
    note(db, inquiry, Happening.ASSIGNED, by, hearing.now, to=owner.name, from_id=former.id)
    db.flush()
    for clock in clocks:
        excuse_again(db, clock, inquiry, hearing.now)
    told = owner if owner.id == hearing.speaker.id else tell_new_owner(hearing, inquiry, owner, clocks)
    _tell_former_owners(hearing, inquiry, None if untold else former)
    asked, over = ask_again(hearing, inquiry)
    still_seen = may_see(hearing, inquiry)
    facts: Facts = {
        **telling.of_inquiry(db, inquiry),
        "covered_by": told.name if told.id != owner.id else None,
        "next": telling.of_deadline(clocks[0], hearing.now) if clocks else None,
        "leaves": leaves,
        "asked": asked,
        "request_over": iso(over.until) if over else None,
        "doubts": not_in_when_due(hearing, inquiry, clocks),
        "still_seen": still_seen,
    }
    choices = (Choice("Show", f"inquiry show {inquiry.number}"),) if still_seen else ()
    return Reply("inquiry_assigned", facts, choices)


def _tell_former_owners(hearing: Hearing, inquiry: Inquiry, former: Staff | None) -> None:
    """Owes those who had it a word: nothing is to vanish from a list in silence.

    Who was to hear of an earlier hand-over, and has not yet, hears of this one.
    """
    db, begins = hearing.db, f"taken:{inquiry.id}:"
    waiting = select(Owed.recipient).where(col(Owed.key).startswith(begins), Owed.state == Sending.OWED)
    recipients = set(db.exec(waiting))
    outbox.take_back(db, begins, hearing.now, "handed on")
    if former is not None:
        recipients.add(outbox.to_staff(former))
    owner = db.get_one(Staff, inquiry.owner_id)
    for recipient in sorted(recipients - {outbox.to_staff(owner), outbox.to_staff(hearing.speaker)}):
        hearing.owe(
            f"{begins}{recipient}:{owner.id}:{iso(hearing.now)}",
            recipient,
            "inquiry_taken_on",
            {**telling.of_inquiry(db, inquiry), "by": hearing.speaker.name, "covering_for": None},
        )


def _end(hearing: Hearing, inquiry: Inquiry, reason: str) -> list[Deadline]:
    """Ends every running clock and withdraws what was still to be said about them."""
    ended = end_deadlines(hearing.db, inquiry, "answer", hearing.now)
    outbox.withdraw(hearing.db, ended, hearing.now, reason)
    settle_ended(hearing, inquiry, ended)
    for words in (handing_over(inquiry), changing(inquiry), reopening(inquiry)):
        outbox.take_back(hearing.db, words, hearing.now, reason)
    hearing.db.add(inquiry)
    return ended
