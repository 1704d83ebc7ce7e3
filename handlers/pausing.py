"""Pausing an inquiry while the office waits for the customer, and letting its clocks run again."""

from dataclasses import replace
from datetime import datetime

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.clocks import buttons, changing, move_deadline, tell_anew, tell_owner
from handlers.offers import reasons
from handlers.reading import happened, number_and_rest, one_line, still_open, unquoted
from models import outbox, telling
from models.anew import anew, rule_of
from models.because import moment, moment_zone
from models.calendar import Calendar
from models.deadline import Reckoning
from models.inquiry import Deadline, Happening, Inquiry, note, running
from models.instant import iso
from models.pausing import nudging
from models.staff import ident

LONGEST = 500  # characters of a reason
LESS = ", less pauses"


def pause(hearing: Hearing, rest: str) -> Reply:
    """Stops every clock but the customer's own deadline, for a reason that is written down.

    What is missed already stays so and goes on: whoever is to hear of it hears of it.
    """
    usage = "/inquiry pause INQ-1 waiting for the customer’s form"
    inquiry, rest = number_and_rest(hearing, rest, usage)
    still_open(hearing, inquiry)
    if inquiry.paused_at is not None:
        choices = (Choice("Resume", f"inquiry resume {inquiry.number}"),)
        paused = {"since": iso(inquiry.paused_at), "reason": inquiry.paused_for}
        by = happened(hearing, inquiry, Happening.PAUSED)
        raise Refusal("already_paused", choices, number=inquiry.number, paused=paused, **by)
    reason = one_line(unquoted(rest))[:LONGEST]
    if not reason:
        usage = usage.replace("INQ-1", inquiry.number)
        raise Refusal("pause_needs_reason", reasons(inquiry), number=inquiry.number, usage=usage)
    db, now = hearing.db, hearing.now
    inquiry.paused_at, inquiry.paused_for = now, reason
    db.add(inquiry)
    note(db, inquiry, Happening.PAUSED, ident(hearing.speaker), now, said=reason)
    clocks = running(db, inquiry)
    resting = [one for one in clocks if one.kind != "needed" and not _missed(one, now)]
    calendar = hearing.calendar_for(inquiry)
    stopped = [_stop(hearing, inquiry, one, calendar) for one in resting]
    outbox.withdraw(db, resting, now, "paused")
    facts: Facts = {
        **telling.of_inquiry(db, inquiry),
        "stopped": stopped,
        "running": [telling.of_deadline(one, now) for one in clocks if one not in resting],
    }
    return _reply(hearing, inquiry, "inquiry_paused", facts)


def _missed(clock: Deadline, at: datetime) -> bool:
    """Whether it was past due then, and nothing excused it."""
    return max(clock.due, clock.excused_until or clock.due) < at


def _stop(hearing: Hearing, inquiry: Inquiry, clock: Deadline, calendar: Calendar) -> Facts:
    """The clock's facts, and "counts": what a pause gives back: "working" time, "days", or "hours" that pass.

    "left": the working minutes up to it, where they count. Both None when it is past due, and excused.
    """
    counts = _counts(hearing, inquiry, clock, calendar) if clock.due >= hearing.now else None
    try:
        left = round(calendar.minutes_between(hearing.now, clock.due)) if counts == "working" else None
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(hearing.now), reason=str(error)) from error
    clock.stopped_at = hearing.now
    hearing.db.add(clock)
    return {**telling.of_deadline(clock, hearing.now), "counts": counts, "left": left}


def _counts(hearing: Hearing, inquiry: Inquiry, clock: Deadline, calendar: Calendar) -> str | None:
    if clock.agreed_due is not None:
        return "working"
    rule = rule_of(hearing.db, clock, inquiry, calendar)
    if rule is None:
        return None
    return {"business_hours": "working", "elapsed_hours": "hours"}.get(rule.count.unit, "days")


def resume(hearing: Hearing, rest: str) -> Reply:
    """Ends the pause: its clocks are reckoned anew, and the reply tells what moved."""
    inquiry, rest = number_and_rest(hearing, rest, "/inquiry resume INQ-1")
    if inquiry.paused_at is None:
        by = happened(hearing, inquiry, Happening.RESUMED, Happening.ANSWERED, Happening.CLOSED)
        raise Refusal("not_paused", number=inquiry.number, state=inquiry.state.value, **by)
    waited = {"since": iso(inquiry.paused_at), "reason": inquiry.paused_for}
    said = one_line(unquoted(rest))[:LONGEST]
    resumed = end_pause(hearing, inquiry, None, said=said)
    # The customer was promised the earlier time, and is to hear of the new one.
    later = [one for one in resumed if one["kind"] == "promise" and one["due"] != one["was"]]
    facts: Facts = {
        **telling.of_inquiry(hearing.db, inquiry),
        "waited": waited,
        "said": said or None,
        "resumed": resumed,
        "promised": {"was": later[0]["was"], "until": later[0]["due"]} if later else None,
        "agency": hearing.agency.name,
    }
    return _reply(hearing, inquiry, "inquiry_resumed", facts)


def end_pause(hearing: Hearing, inquiry: Inquiry, because: str | None, said: str = "") -> list[Facts]:
    """Ends the pause, if there is one: each stopped clock is reckoned with it, up to now, and runs again.

    because: what ended it ("acknowledged", "answered", "closed") when nobody resumed it. Each clock's facts,
    and "was": when it was due before; nothing when there was no pause. A clock that was missed when the pause
    began has gone on, and stays as it was.
    """
    if inquiry.paused_at is None:
        return []
    db, now = hearing.db, hearing.now
    note(db, inquiry, Happening.RESUMED, ident(hearing.speaker), now, because=because, said=said or None)
    for words in (nudging(inquiry), changing(inquiry)):
        outbox.take_back(db, words, now, "resumed")
    inquiry.paused_at = inquiry.paused_for = None
    db.add(inquiry)
    return [_go_on(hearing, inquiry, one) for one in running(db, inquiry) if one.kind != "needed"]


def _go_on(hearing: Hearing, inquiry: Inquiry, clock: Deadline) -> Facts:
    stopped = clock.stopped_at or hearing.now
    missed = clock.stopped_at is None or _missed(clock, stopped)
    clock.stopped_at = None
    hearing.db.add(clock)
    try:
        calendar = hearing.calendar_for(inquiry)
        reckoning = None if missed else anew(hearing.db, clock, inquiry, calendar, hearing.now)
        if reckoning is not None and reckoning.due < clock.due:
            reckoning = _given_back(reckoning, clock, calendar, stopped, hearing.now)
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(hearing.now), reason=str(error)) from error
    if reckoning is None:
        return {**telling.of_deadline(clock, hearing.now), "was": iso(clock.due)}
    return move_deadline(hearing, inquiry, clock, reckoning)


def _given_back(
    reckoning: Reckoning, clock: Deadline, calendar: Calendar, stopped: datetime, now: datetime
) -> Reckoning | None:
    """The clock with the working time that was left when it stopped, where a rule would make it earlier.

    So it is when the calendar has changed and the clock stayed as it was: a pause makes nothing earlier.
    None when that needs no other due instant than it has.
    """
    left = calendar.minutes_between(stopped, clock.due)
    due = max(clock.due, calendar.add_minutes(now, left) if left else now)
    if due == clock.due:
        return None
    kept = clock.because if reckoning.agreed_due is not None else clock.because[len(clock.notes) :]
    told = (
        f"Paused from {moment(stopped, calendar)} to {moment(now, calendar)}: "
        f"what was left of the working time then counts from there, to {moment_zone(due, calendar)}."
    )
    said = clock.in_short.removesuffix(LESS) + LESS
    return replace(reckoning, aim=due, due=due, because=(*kept, told), in_short=said)


def _reply(hearing: Hearing, inquiry: Inquiry, template: str, facts: Facts) -> Reply:
    """The reply; the owner hears the same when somebody else said it."""
    # A new owner who has not heard of the hand-over yet hears all of it in one word.
    told = None if tell_anew(hearing, inquiry) else tell_owner(hearing, inquiry, template, facts)
    signed = None if told else hearing.speaker.name
    mine = {**facts, "by": None, "told": told, "covering_for": None, "signed": signed}
    return Reply(template, mine, buttons(hearing, inquiry))
