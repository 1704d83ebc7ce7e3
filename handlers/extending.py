"""More time: what the policy allows for a reason; beyond that a supervisor is asked (R5, R7)."""

import re
from datetime import datetime

from sqlmodel import col, select

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.clocks import asking_for_time, buttons
from handlers.granting import agree, decided_facts, deciders, movable, move, no_more_time, settle, tell
from handlers.reading import QUOTES, clauses, number_and_rest, one_line, promised, still_open, unquoted
from models import outbox, telling
from models.absence import not_in, who_covers
from models.anew import rule_of
from models.because import moment, short_moment
from models.deadline import Reckoning, reckon
from models.extension import Extension
from models.inquiry import Deadline, Inquiry, counted, running
from models.inquiry import ident as inquiry_id
from models.instant import iso
from models.pausing import pauses_of
from models.staff import Staff, ident
from models.standard import Rule

USAGE = "/inquiry extend INQ-1 information not readily available until Fri"


def extend(hearing: Hearing, rest: str) -> Reply:
    """Takes the longer count that the rule allows; for anything beyond it a supervisor is asked."""
    inquiry, rest = number_and_rest(hearing, rest, USAGE)
    still_open(inquiry)
    usage = USAGE.replace("INQ-1", inquiry.number)
    reason, words = _reason_and_until(rest)
    wanted = (("the reason, in a few words", reason), ("the new time: until WHEN", words != ""))
    missing = [what for what, there in wanted if not there]
    if missing:
        raise Refusal("missing_piece", missing=missing, usage=usage)
    clock = _nearest(hearing, inquiry)
    until = promised(hearing, words).instant if words else None
    if until is not None and until <= clock.due:
        raise no_more_time(inquiry, "later", clock)
    rule = rule_of(hearing.db, clock, inquiry, hearing.calendar_for(inquiry))
    longer = _longer(hearing, inquiry, clock, rule)
    if rule and longer and (until is None or until <= longer.due):
        return _by_rule(hearing, inquiry, clock, rule, longer, reason)
    able = deciders(hearing, inquiry)
    if until is None:
        asks = [one.name for one in able[:1] if one.id != hearing.speaker.id]
        raise Refusal(
            "extension_needs_time",
            number=inquiry.number,
            rule=clock.rule,
            due=iso(clock.due),
            asks=asks[0] if asks else None,
            usage=usage,
        )
    if hearing.speaker.id in [one.id for one in able]:
        return _at_once(hearing, inquiry, clock, until, reason)
    return _asked(hearing, inquiry, clock, until, reason, able)


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
        raise no_more_time(inquiry, "none", None)
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
    replaced = _replace(hearing, inquiry)
    wish = _wish(hearing, inquiry, clock, until, reason)
    moved = agree(hearing, inquiry, clock, wish)
    settle(hearing, wish, True)
    also = [replaced.asked_by_id] if replaced else []
    return _extended(hearing, inquiry, moved, reason, None, f"extended:{wish.id}", also)


def _extended(
    hearing: Hearing,
    inquiry: Inquiry,
    moved: Facts,
    reason: str,
    allows: str | None,
    key: str,
    also: list[int],
) -> Reply:
    facts = decided_facts(hearing, inquiry, moved, reason, True, None)
    told = tell(hearing, key, [*also, inquiry.owner_id], facts, inquiry)
    facts = {**facts, "allows": allows, "told": told, "signed": hearing.speaker.name}
    return Reply("inquiry_extended", facts, buttons(inquiry))


def _asked(
    hearing: Hearing, inquiry: Inquiry, clock: Deadline, until: datetime, reason: str, able: list[Staff]
) -> Reply:
    replaced = _replace(hearing, inquiry)
    wish = _wish(hearing, inquiry, clock, until, reason)
    asked = _at_work(hearing, inquiry, able)
    facts: Facts = {
        **telling.of_inquiry(hearing.db, inquiry),
        "next": telling.of_deadline(clock, hearing.now),
        "until": iso(until),
        "reason": reason,
        "covering_for": able[0].name if asked is not able[0] else None,
    }
    grant = f"Grant until {short_moment(until, hearing.calendar_for(inquiry))}"
    choices = (
        Choice(grant, f"desk grant {wish.id}"),
        Choice("Decline", f"desk decline {wish.id}"),
        Choice("Show", f"inquiry show {inquiry.number}"),
    )
    hearing.owe(
        f"{asking_for_time(inquiry)}{wish.id}:{asked.id}",
        outbox.to_staff(asked),
        "extension_wanted",
        {**facts, "by": hearing.speaker.name},
        choices=[one.fact() for one in choices],
    )
    before = None
    if replaced:
        by = hearing.db.get_one(Staff, replaced.asked_by_id).name
        before = {"until": iso(replaced.until), "by": by}
    return Reply("extension_asked", {**facts, "asked": asked.name, "replaced": before}, buttons(inquiry))


def _at_work(hearing: Hearing, inquiry: Inquiry, able: list[Staff]) -> Staff:
    """Who of those that may decide is asked: the nearest, who covers for them, or the next who is in."""
    out = not_in(hearing.db, hearing.today)
    cover = who_covers(hearing.db, able[0], hearing.today, refused=[inquiry.owner_id])
    line = [one for one in able if cover is not None and one.id == cover.id] + able
    return next((one for one in line if ident(one) not in out), able[0])


def _replace(hearing: Hearing, inquiry: Inquiry) -> Extension | None:
    """One wish at a time: an open one gives way to the new, and is not asked for any more."""
    query = select(Extension).where(Extension.inquiry_id == inquiry.id, col(Extension.decided_at).is_(None))
    found = hearing.db.exec(query.order_by(col(Extension.id).desc())).first()
    if found is not None:
        settle(hearing, found, None)
        outbox.take_back(hearing.db, asking_for_time(inquiry), hearing.now, "another wish")
    return found


def _wish(hearing: Hearing, inquiry: Inquiry, clock: Deadline, until: datetime, reason: str) -> Extension:
    wish = Extension(
        inquiry_id=inquiry_id(inquiry),
        deadline_id=inquiry_id(clock),
        until=until,
        reason=reason,
        asked_by_id=ident(hearing.speaker),
        asked_at=hearing.now,
    )
    hearing.db.add(wish)
    hearing.db.flush()
    return wish
