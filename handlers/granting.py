"""More time from a supervisor: who decides, what a grant does, and who hears of it (R7)."""

import re

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.clocks import asking_for_time, buttons, move_deadline, tell_anew
from handlers.command import Audience
from handlers.reading import may_see, nothing_more, one_line, still_open, unquoted
from models import outbox, telling
from models.absence import supervisors_of
from models.agency_file import Role
from models.anew import anew
from models.because import moment, moment_zone
from models.deadline import Reckoning
from models.extension import Extension
from models.inquiry import Deadline, Happening, Inquiry, note
from models.instant import iso
from models.staff import Staff, chain, ident

GRANT, DECLINE = "/desk grant 12", '/desk decline 12 "the answer is in the handbook"'


def grant(hearing: Hearing, rest: str) -> Reply:
    """Moves the deadline to the time that was asked for; whoever asked, and the owner, are told."""
    wish, inquiry, rest = _wish(hearing, rest, GRANT)
    nothing_more(rest, GRANT)
    clock = hearing.db.get_one(Deadline, wish.deadline_id)
    movable(hearing, inquiry, clock)
    if wish.until <= clock.due:
        raise no_more_time(inquiry, "later", clock)
    moved = agree(hearing, inquiry, clock, wish)
    return _decided(hearing, wish, inquiry, moved, True, None)


def decline(hearing: Hearing, rest: str) -> Reply:
    """Leaves the deadline as it is; whoever asked, and the owner, are told."""
    wish, inquiry, rest = _wish(hearing, rest, DECLINE)
    clock = hearing.db.get_one(Deadline, wish.deadline_id)
    facts = {**telling.of_deadline(clock, hearing.now), "was": None}
    return _decided(hearing, wish, inquiry, facts, False, one_line(unquoted(rest))[:500] or None)


def deciders(hearing: Hearing, inquiry: Inquiry) -> list[Staff]:
    """Who may decide, nearest first: those above the owner; the owner, when nobody stands above."""
    owner = hearing.db.get_one(Staff, inquiry.owner_id)
    above = supervisors_of(owner, chain(hearing.db, owner))
    return [one for one in above if Audience.SUPERVISORS.admits(one)] or [owner]


def movable(hearing: Hearing, inquiry: Inquiry, clock: Deadline) -> None:
    """Refuses for a clock that has ended, is paused, or is past due: what is missed stays missed."""
    if clock.ended_at is not None:
        raise no_more_time(inquiry, "ended", clock)
    if inquiry.paused_at is not None:
        raise no_more_time(inquiry, "paused", clock, Choice("Resume", f"inquiry resume {inquiry.number}"))
    if clock.due < hearing.now:
        raise no_more_time(inquiry, "missed", clock)


def no_more_time(
    inquiry: Inquiry, fault: str, clock: Deadline | None, *choices: Choice, by: str | None = None
) -> Refusal:
    """`fault`: ended, paused, missed, later, none; granted, declined or replaced, `by` whom."""
    return Refusal(
        "no_more_time",
        (*choices, Choice("Show", f"inquiry show {inquiry.number}")),
        number=inquiry.number,
        fault=fault,
        due=iso(clock.due) if clock else None,
        by=by,
    )


def agree(hearing: Hearing, inquiry: Inquiry, clock: Deadline, wish: Extension) -> Facts:
    """The clock becomes due when the wish wants it, as agreed. Its facts, and when it was due before."""
    calendar = hearing.calendar_for(inquiry)
    clock.notes = [
        *clock.notes,
        f"It was due {moment_zone(clock.due, calendar)} until then: {clock.in_short}.",
        f"On {moment(hearing.now, calendar)} {hearing.speaker.name} gave more time, until "
        f"{moment_zone(wish.until, calendar)}: {wish.reason.rstrip('.')}.",
        "R7 (FED L3 (3)): a supervisor may set another time.",
    ]
    clock.agreed_due, clock.agreed_at = wish.until, hearing.now
    try:
        reckoning = anew(hearing.db, clock, inquiry, calendar, hearing.now)
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(wish.until), reason=str(error)) from error
    assert reckoning is not None  # what was agreed needs no rule
    return move(hearing, inquiry, clock, reckoning, wish.reason)


def move(hearing: Hearing, inquiry: Inquiry, clock: Deadline, reckoning: Reckoning, reason: str) -> Facts:
    """Moves an extended clock, and tells the history. Its facts, and when it was due before."""
    moved = move_deadline(hearing, inquiry, clock, reckoning)
    by = ident(hearing.speaker)
    note(hearing.db, inquiry, Happening.EXTENDED, by, hearing.now, until=moved["due"], said=reason)
    hearing.db.flush()
    tell_anew(hearing, inquiry)
    return moved


def tell(hearing: Hearing, key: str, whom: list[int], facts: Facts, inquiry: Inquiry) -> list[str]:
    """Owes each of them, but the speaker, a word of the decision; their names."""
    told = []
    for number in dict.fromkeys(whom):
        if number != hearing.speaker.id:
            member = hearing.db.get_one(Staff, number)
            words = {**facts, "signed": member.name, "told": [], "covering_for": None}
            recipient = outbox.to_staff(member)
            hearing.owe(
                f"{key}:{number}", recipient, "extension_decided", words, choices=telling.buttons(inquiry)
            )
            told.append(member.name)
    return told


def decided_facts(
    hearing: Hearing, inquiry: Inquiry, moved: Facts, reason: str, granted: bool, why: str | None
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
    }


def _decided(
    hearing: Hearing, wish: Extension, inquiry: Inquiry, moved: Facts, granted: bool, why: str | None
) -> Reply:
    settle(hearing, wish, granted)
    outbox.take_back(hearing.db, asking_for_time(inquiry), hearing.now, "decided")
    facts = decided_facts(hearing, inquiry, moved, wish.reason, granted, why)
    told = tell(hearing, f"extended:{wish.id}", [wish.asked_by_id, inquiry.owner_id], facts, inquiry)
    mine = {**facts, "signed": hearing.speaker.name, "told": told, "covering_for": None}
    return Reply("extension_decided", mine, buttons(inquiry))


def _wish(hearing: Hearing, rest: str, usage: str) -> tuple[Extension, Inquiry, str]:
    """The wish that the words begin with, while it is open. Who may not decide on it does not find it."""
    if not rest:
        raise Refusal("missing_piece", missing=["the number of the wish, as its button has it"], usage=usage)
    db = hearing.db
    match = re.match(r"#?(\d{1,9})(?!\S)", rest, re.ASCII)
    wish = db.get(Extension, int(match[1])) if match else None
    # The inquiry is the lock: two who press at once come one after the other.
    inquiry = db.get(Inquiry, wish.inquiry_id, with_for_update=True) if wish else None
    if match is None or wish is None or inquiry is None or not _may_decide(hearing, wish, inquiry):
        raise Refusal("unknown_extension", given=rest.split()[0][:40])
    db.refresh(wish)
    clock = db.get_one(Deadline, wish.deadline_id)
    if wish.decided_at is not None:
        fault = {True: "granted", False: "declined", None: "replaced"}[wish.granted]
        by = db.get_one(Staff, wish.decided_by_id).name if wish.decided_by_id else None
        raise no_more_time(inquiry, fault, clock, by=by)
    still_open(inquiry)
    return wish, inquiry, rest[match.end() :].strip()


def _may_decide(hearing: Hearing, wish: Extension, inquiry: Inquiry) -> bool:
    """Those above the owner, and admins; who asked, and the owner, only when nobody else could."""
    me = hearing.speaker
    able = deciders(hearing, inquiry)
    alone = [one.id for one in able] == [inquiry.owner_id]
    if me.id in (wish.asked_by_id, inquiry.owner_id) and not alone:
        return False
    return may_see(hearing, inquiry) and (me.role is Role.ADMIN or me.id in [one.id for one in able])


def settle(hearing: Hearing, wish: Extension, granted: bool | None) -> None:
    """Closes a wish: granted, declined, or (None) replaced by a newer one."""
    wish.decided_by_id, wish.decided_at, wish.granted = ident(hearing.speaker), hearing.now, granted
    hearing.db.add(wish)
