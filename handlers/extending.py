"""More time: what the policy allows for a reason; beyond that a supervisor is asked (R5, R7)."""

import re
from datetime import datetime

from handlers.asking import Facts, Hearing, Refusal, Reply
from handlers.clocks import at_its_desk, buttons
from handlers.granting import agree, decided_facts, movable, move, no_more_time, signed, tell
from handlers.offers import more_time
from handlers.reading import QUOTES, clauses, number_and_rest, one_line, promised, still_open, unquoted
from handlers.requests import ask, deciders, make, of_request, replace_open, settle, who_writes
from models import telling
from models.anew import rule_of
from models.because import moment
from models.deadline import Reckoning, reckon
from models.inquiry import Deadline, Inquiry, counted, running
from models.instant import iso
from models.pausing import pauses_of
from models.staff import ident
from models.standard import Rule

USAGE = "/inquiry extend INQ-1 information not readily available until Fri"


def extend(hearing: Hearing, rest: str) -> Reply:
    """Takes the longer count that the rule allows; for anything beyond it a supervisor is asked."""
    inquiry, rest = number_and_rest(hearing, rest, USAGE)
    still_open(hearing, inquiry)
    usage = USAGE.replace("INQ-1", inquiry.number)
    reason, words = _reason_and_until(rest)
    wanted = (("the reason, in a few words", reason), ("the new time: until WHEN", words != ""))
    missing = [what for what, there in wanted if not there]
    if missing:
        raise Refusal("missing_piece", missing=missing, usage=usage)
    until = promised(at_its_desk(hearing, inquiry), words).instant if words else None
    return extend_until(hearing, inquiry, reason, until)


def extend_until(hearing: Hearing, inquiry: Inquiry, reason: str, until: datetime | None) -> Reply:
    """Extends its nearest deadline, or asks. until: None for the longer count that the rule allows."""
    clock = _nearest(hearing, inquiry)
    there = at_its_desk(hearing, inquiry)
    if until is not None and until <= clock.due:
        raise no_more_time(hearing, inquiry, "later", clock)
    rule = rule_of(hearing.db, clock, inquiry, hearing.calendar_for(inquiry))
    longer = _longer(hearing, inquiry, clock, rule)
    if rule and longer and (until is None or until <= longer.due):
        return _by_rule(hearing, inquiry, clock, rule, longer, reason)
    able = deciders(hearing, inquiry)
    if until is None:
        asks = [one.name for one in able[:1] if one.id != hearing.speaker.id]
        choices = more_time(there, inquiry, clock, reason)
        raise Refusal(
            "extension_needs_time",
            choices,
            offered=len(choices),
            number=inquiry.number,
            rule=clock.rule,
            due=iso(clock.due),
            asks=asks[0] if asks else None,
            usage=USAGE.replace("INQ-1", inquiry.number),
        )
    if hearing.speaker.id in [one.id for one in able]:
        return _at_once(hearing, inquiry, clock, until, reason)
    return _asked(hearing, inquiry, clock, until, reason)


def outlook(hearing: Hearing, inquiry: Inquiry) -> Facts:
    """What extending its nearest deadline comes to: {"clock", "allows", "longer", "asks"}.

    allows: what the rule gives for a reason, until `longer`, without asking; None when it gives nothing more.
    asks: who is asked for anything beyond; None when the speaker need not ask.
    """
    clock = _nearest(hearing, inquiry)
    rule = rule_of(hearing.db, clock, inquiry, hearing.calendar_for(inquiry))
    longer = _longer(hearing, inquiry, clock, rule)
    able = deciders(hearing, inquiry)
    mine = hearing.speaker.id in [one.id for one in able]
    return {
        "clock": telling.of_deadline(clock, hearing.now),
        "allows": str(rule.extension) if rule and longer else None,
        "longer": iso(longer.due) if longer else None,
        "asks": None if mine else able[0].name,
    }


def _reason_and_until(rest: str) -> tuple[str, str | None]:
    """`waiting for the archive until Fri` → the reason, the time; None without `until`.

    The time may stand first when the reason is in quotes.
    """
    parts = clauses(rest, first=(), last=("until",))
    reason, until = parts[""], parts.get("until")
    if not reason and until:
        opens, closes = "".join(QUOTES), "".join(set(QUOTES.values()))
        split = re.fullmatch(rf"([^{opens}]*)([{opens}].*[{closes}])", until, re.DOTALL)
        until, reason = (split[1].strip(), split[2]) if split else (until, "")
    return one_line(unquoted(reason))[:1000], until


def _nearest(hearing: Hearing, inquiry: Inquiry) -> Deadline:
    """The clock of the policy's that is due next. Refuses when none runs, or it cannot be moved."""
    clocks = [one for one in running(hearing.db, inquiry) if counted(one)]
    if not clocks:
        raise no_more_time(hearing, inquiry, "none", None)
    movable(hearing, inquiry, clocks[0])
    return clocks[0]


def _longer(hearing: Hearing, inquiry: Inquiry, clock: Deadline, rule: Rule | None) -> Reckoning | None:
    """The clock by the longer count that its rule still allows; None when there is none that gives more."""
    if rule is None or rule.extension is None or clock.agreed_due is not None:
        return None
    update = {"count": rule.extension, "extension": None, "extension_for": None}
    pauses = pauses_of(hearing.db, inquiry, hearing.now)
    begins = clock.counted_from or inquiry.received_at
    try:
        found = reckon(begins, rule.model_copy(update=update), hearing.calendar_for(inquiry), pauses)
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(begins), reason=str(error)) from error
    return found if found.due > clock.due else None


def _by_rule(
    hearing: Hearing, inquiry: Inquiry, clock: Deadline, rule: Rule, longer: Reckoning, reason: str
) -> Reply:
    case = f" when {rule.extension_for}" if rule.extension_for else ""
    allows = f"{rule.id} allows {rule.extension}{case}."
    day = moment(hearing.now, hearing.calendar_for(inquiry)).rsplit(" ", 1)[0]
    clock.notes = [
        *clock.notes,
        f"Extended on {day} by {hearing.speaker.name}: {reason.rstrip('.')}. {allows}",
    ]
    assert longer.counted_by is not None  # it was counted just now
    clock.counted_by = longer.counted_by.model_dump(mode="json", exclude_none=True)
    moved = move(hearing, inquiry, clock, longer, reason)
    return _extended(hearing, inquiry, moved, reason, allows, f"extended:rule:{clock.id}", [])


def _at_once(hearing: Hearing, inquiry: Inquiry, clock: Deadline, until: datetime, reason: str) -> Reply:
    """Whoever could be asked need not ask (R7)."""
    replaced = replace_open(hearing, inquiry)
    request = make(hearing, inquiry, clock, until, reason)
    moved = agree(hearing, inquiry, clock, request)
    settle(hearing, request, True)
    also = [replaced.asked_by_id] if replaced else []
    return _extended(hearing, inquiry, moved, reason, None, f"extended:{request.id}", also)


def _extended(
    hearing: Hearing,
    inquiry: Inquiry,
    moved: Facts,
    reason: str,
    allows: str | None,
    key: str,
    also: list[int],
) -> Reply:
    writer = who_writes(hearing, inquiry, ident(hearing.speaker))
    facts = decided_facts(hearing, inquiry, moved, reason, True, None, writer)
    told = tell(hearing, key, [*also, inquiry.owner_id], facts, inquiry, writer)
    facts = {**facts, "allows": allows, "told": told, "signed": signed(hearing.speaker, writer)}
    return Reply("inquiry_extended", facts, buttons(hearing, inquiry))


def _asked(hearing: Hearing, inquiry: Inquiry, clock: Deadline, until: datetime, reason: str) -> Reply:
    replaced = replace_open(hearing, inquiry)
    before = of_request(hearing, replaced) if replaced else None
    request = make(hearing, inquiry, clock, until, reason)
    asked, instead_of = ask(hearing, inquiry, request)
    facts: Facts = {
        **telling.of_inquiry(hearing.db, inquiry),
        "next": telling.of_deadline(clock, hearing.now),
        "request": request.id,
        "until": iso(until),
        "reason": reason,
        "asked": asked.name,
        "covering_for": instead_of,
        "replaced": before,
    }
    return Reply("extension_asked", facts, buttons(hearing, inquiry))
