"""More time from a supervisor: who decides, what a grant does, and who hears of it (R7)."""

import re

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.clocks import buttons, move_deadline, tell_anew
from handlers.reading import may_see, nothing_more, one_line, still_open, unquoted
from handlers.requests import deciders, settle, who_writes
from models import outbox, telling
from models.agency_file import Role
from models.anew import anew
from models.because import moment, moment_zone
from models.deadline import Reckoning
from models.extension import Extension, asking_for_time, requests_of
from models.inquiry import Deadline, Happening, Inquiry, note, running
from models.instant import iso
from models.staff import Staff, ident

GRANT, DECLINE = "/desk grant 12", '/desk decline 12 "the answer is in the handbook"'
# "12", "#12", "request 12", or the inquiry that has the request: "INQ-1"
_NUMBER = re.compile(
    r"(?:(?:request\s+)?#?(?P<request>\d{1,9})|inq[ -]?(?P<inquiry>\d{1,9}))(?!\S)", re.IGNORECASE | re.ASCII
)


def grant(hearing: Hearing, rest: str) -> Reply:
    """Moves the deadline to the time that was asked for; whoever asked, and the owner, are told."""
    request, inquiry, rest = _request(hearing, rest, GRANT)
    nothing_more(rest, GRANT)
    clock = hearing.db.get_one(Deadline, request.deadline_id)
    movable(hearing, inquiry, clock)
    if request.until <= clock.due:
        raise no_more_time(hearing, inquiry, "later", clock)
    moved = agree(hearing, inquiry, clock, request)
    return _decided(hearing, request, inquiry, moved, True, None)


def decline(hearing: Hearing, rest: str) -> Reply:
    """Leaves the deadline as it is; whoever asked, and the owner, are told."""
    request, inquiry, rest = _request(hearing, rest, DECLINE)
    clock = hearing.db.get_one(Deadline, request.deadline_id)
    why = one_line(unquoted(rest))[:500] or None
    by, until = ident(hearing.speaker), iso(request.until)
    note(hearing.db, inquiry, Happening.DECLINED, by, hearing.now, until=until, said=why)
    facts = {**telling.of_deadline(clock, hearing.now), "was": None}
    return _decided(hearing, request, inquiry, facts, False, why)


def movable(hearing: Hearing, inquiry: Inquiry, clock: Deadline) -> None:
    """Refuses for a clock that has ended, is paused, or is past due: what is missed stays missed."""
    if clock.ended_at is not None:
        raise no_more_time(hearing, inquiry, "ended", clock)
    if inquiry.paused_at is not None:
        raise no_more_time(
            hearing, inquiry, "paused", clock, Choice("Resume", f"inquiry resume {inquiry.number}")
        )
    if clock.due < hearing.now:
        raise no_more_time(hearing, inquiry, "missed", clock)


def no_more_time(
    hearing: Hearing,
    inquiry: Inquiry,
    fault: str,
    clock: Deadline | None,
    *choices: Choice,
    by: str | None = None,
) -> Refusal:
    """`fault`: ended, paused, missed, later, none; granted, declined or replaced, `by` whom.

    "due" is the clock's; of one that has ended, when the next one that runs is due, None when none does.
    """
    if clock is not None and clock.ended_at is not None:
        clock = next(iter(running(hearing.db, inquiry)), None)
    return Refusal(
        "no_more_time",
        (*choices, Choice("Show", f"inquiry show {inquiry.number}")),
        number=inquiry.number,
        fault=fault,
        due=iso(clock.due) if clock else None,
        by=by,
    )


def agree(hearing: Hearing, inquiry: Inquiry, clock: Deadline, request: Extension) -> Facts:
    """The clock becomes due when the request wants it, as agreed. Its facts, and when it was due before."""
    calendar = hearing.calendar_for(inquiry)
    clock.notes = [
        *clock.notes,
        f"It was due {moment_zone(clock.due, calendar)} until then: {clock.in_short}.",
        f"On {moment(hearing.now, calendar)} {hearing.speaker.name} gave more time, until "
        f"{moment_zone(request.until, calendar)}: {request.reason.rstrip('.')}.",
        "R7 (FED L3 (3)): a supervisor may set another time.",
    ]
    clock.agreed_due, clock.agreed_at = request.until, hearing.now
    try:
        reckoning = anew(hearing.db, clock, inquiry, calendar, hearing.now)
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(request.until), reason=str(error)) from error
    assert reckoning is not None  # what was agreed needs no rule
    return move(hearing, inquiry, clock, reckoning, request.reason)


def move(hearing: Hearing, inquiry: Inquiry, clock: Deadline, reckoning: Reckoning, reason: str) -> Facts:
    """Moves an extended clock, and tells the history. Its facts, and when it was due before."""
    moved = move_deadline(hearing, inquiry, clock, reckoning)
    by = ident(hearing.speaker)
    note(hearing.db, inquiry, Happening.EXTENDED, by, hearing.now, until=moved["due"], said=reason)
    hearing.db.flush()
    tell_anew(hearing, inquiry)
    return moved


def tell(
    hearing: Hearing, key: str, whom: list[int], facts: Facts, inquiry: Inquiry, writer: Staff | None
) -> list[str]:
    """Owes each of them, but the speaker, a word of the decision; their names.

    The customer's text goes to the writer alone.
    """
    told = []
    choices = telling.buttons(inquiry, running(hearing.db, inquiry))
    for number in dict.fromkeys(whom):
        if number != hearing.speaker.id:
            member = hearing.db.get_one(Staff, number)
            words = {**facts, "signed": signed(member, writer), "told": [], "covering_for": None}
            recipient = outbox.to_staff(member)
            hearing.owe(f"{key}:{number}", recipient, "extension_decided", words, choices=choices)
            told.append(member.name)
    return told


def signed(reader: Staff, writer: Staff | None) -> str | None:
    """Whose name stands under the customer's text; None for a reader who is not to write it."""
    return writer.name if writer is not None and reader.id == writer.id else None


def decided_facts(
    hearing: Hearing,
    inquiry: Inquiry,
    moved: Facts,
    reason: str,
    granted: bool,
    why: str | None,
    writer: Staff | None,
) -> Facts:
    """What `extension_decided` says to everyone. `reason`: why it was asked; `why`: the decider's words."""
    return {
        **telling.of_inquiry(hearing.db, inquiry),
        "agency": hearing.agency.name,
        "by": hearing.speaker.name,
        "granted": granted,
        "reason": reason,
        "why": why,
        "was": moved["was"],
        "next": {name: value for name, value in moved.items() if name != "was"},
        "until": moved["due"],
        "writer": writer.name if writer else None,
    }


def _decided(
    hearing: Hearing, request: Extension, inquiry: Inquiry, moved: Facts, granted: bool, why: str | None
) -> Reply:
    settle(hearing, request, granted)
    outbox.take_back(hearing.db, asking_for_time(inquiry), hearing.now, "decided")
    writer = who_writes(hearing, inquiry, request.asked_by_id) if granted else None
    facts = decided_facts(hearing, inquiry, moved, request.reason, granted, why, writer)
    whom = [request.asked_by_id, inquiry.owner_id]
    told = tell(hearing, f"extended:{request.id}", whom, facts, inquiry, writer)
    mine = {**facts, "signed": signed(hearing.speaker, writer), "told": told, "covering_for": None}
    return Reply("extension_decided", mine, buttons(hearing, inquiry))


def _request(hearing: Hearing, rest: str, usage: str) -> tuple[Extension, Inquiry, str]:
    """The request that the words begin with, by its number or its inquiry's, while it is open.

    Who may not decide on it does not find it.
    """
    if not rest:
        raise Refusal(
            "missing_piece", missing=["the number of the request, as its button has it"], usage=usage
        )
    db = hearing.db
    match = _NUMBER.match(rest)
    inquiry, request = _found(hearing, match) if match else (None, None)
    if match is None or request is None or inquiry is None or not _may_decide(hearing, request, inquiry):
        raise Refusal("unknown_extension", given=(match[0] if match else rest.split()[0])[:40])
    db.refresh(request)
    clock = db.get_one(Deadline, request.deadline_id)
    still_open(hearing, inquiry)
    if request.granted is None and clock.ended_at is not None:
        raise no_more_time(hearing, inquiry, "ended", clock)
    if request.decided_at is not None:
        fault = {True: "granted", False: "declined", None: "replaced"}[request.granted]
        by = db.get_one(Staff, request.decided_by_id).name if request.decided_by_id else None
        raise no_more_time(hearing, inquiry, fault, clock, by=by)
    return request, inquiry, rest[match.end() :].strip()


def _found(hearing: Hearing, match: re.Match[str]) -> tuple[Inquiry | None, Extension | None]:
    """The inquiry, locked: two who press at once come one after the other. And its request, if it has any."""
    db = hearing.db
    if match["inquiry"]:
        inquiry = db.get(Inquiry, int(match["inquiry"]), with_for_update=True)
        of_it = requests_of(db, inquiry) if inquiry else []
        # The open one is the newest.
        return inquiry, of_it[0] if of_it else None
    request = db.get(Extension, int(match["request"]))
    return db.get(Inquiry, request.inquiry_id, with_for_update=True) if request else None, request


def _may_decide(hearing: Hearing, request: Extension, inquiry: Inquiry) -> bool:
    """Those above the owner, and admins; who asked, and the owner, only when nobody else could."""
    me = hearing.speaker
    able = deciders(hearing, inquiry)
    alone = [one.id for one in able] == [inquiry.owner_id]
    if me.id in (request.asked_by_id, inquiry.owner_id) and not alone:
        return False
    return may_see(hearing, inquiry) and (me.role is Role.ADMIN or me.id in [one.id for one in able])
