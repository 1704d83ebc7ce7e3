"""What a draft holds, read as its form reads it: what cannot be stored is asked about before the yes."""

from collections.abc import Iterator
from datetime import date, datetime

from handlers.asking import Hearing, Refusal, Reply
from handlers.clocks import at_its_desk
from handlers.filled import Filled, inquiry_of
from handlers.needing import read_need
from handlers.reading import promised, received
from handlers.reminder_times import Wanted, at_work, limit_of, too_late
from handlers.talking_forms import filling_of
from models.draft import Draft
from models.instant import iso


def fault_of(hearing: Hearing, draft: Draft) -> tuple[str, Reply] | None:
    """The first field whose value cannot be stored, and why; None for a draft that may be shown."""
    filled = Filled(filling_of(draft))
    name = ""
    try:
        for name in _read(hearing, draft, filled):  # noqa: B007  # the last one that was begun is at fault
            pass
    except Refusal as refusal:
        return name, refusal.reply
    return None


def _read(hearing: Hearing, draft: Draft, filled: Filled) -> Iterator[str]:
    """Names each field, then reads it."""
    match draft.form:
        case "log":
            if when := filled.when("received"):
                yield "received_time" if filled.line("received_time") else "received_day"
                received(hearing, when)
            if filled.line("needed_day"):
                yield "needed_day"
                read_need(hearing, filled.when("needed"))
        case "ack" | "extend":
            stem = "by" if draft.form == "ack" else "until"
            if filled.line(f"{stem}_day"):
                yield f"{stem}_day"
                promised(at_its_desk(hearing, inquiry_of(hearing, filling_of(draft))), filled.when(stem))
        case "away":
            yield "last"
            _check_days(hearing, filled)
        case "remind":
            yield "when"
            _check_reminder(hearing, draft, filled.line("when"))


def _check_days(hearing: Hearing, filled: Filled) -> None:
    """A last day that lies before the first."""
    try:
        first = date.fromisoformat(filled.line("first"))
        last = date.fromisoformat(filled.line("last") or filled.line("first"))
    except ValueError:
        return  # the form reads it, and says what is wrong with it
    if last < first:
        usage = f"/away from {first} to {first}"
        raise Refusal("absence_days", fault="backwards", first=f"{first}", last=f"{last}", usage=usage)


def _check_reminder(hearing: Hearing, draft: Draft, when: str) -> None:
    """A reminder that would come too late, or whose time has passed."""
    inquiry = inquiry_of(hearing, filling_of(draft))
    at = _reminded_at(hearing, when)
    if at <= hearing.now:
        raise Refusal("reminder_gone_by", given=when[:60], read_as=iso(at))
    limit = limit_of(hearing, inquiry)
    if limit is not None and max(at, at_work(hearing, at, limit)) >= limit.due:
        raise too_late(hearing, at, limit, Wanted(inquiry, draft.filled.get("note"), snoozed=False))


def _reminded_at(hearing: Hearing, when: str) -> datetime:
    """The instant of "2026-03-04 14:00"; of a day alone its opening, of a closed day its beginning."""
    day, _, clock = when.partition(" ")
    if not clock:
        on, calendar = date.fromisoformat(day), hearing.calendar
        return calendar.opening(on) if calendar.is_open_day(on) else calendar.midnight(on)
    try:
        return promised(hearing, when).instant
    except Refusal as refusal:
        if refusal.reply.template == "gone_by":
            raise Refusal("reminder_gone_by", **refusal.reply.facts) from refusal
        raise
