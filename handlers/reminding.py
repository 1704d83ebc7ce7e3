"""Reminders that people ask for: one more word about an inquiry, to them alone, before it is due."""

import re
from datetime import date, datetime, time

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.days import Said, Standpoint, parse
from handlers.reading import (
    bare_of_quotes,
    day,
    number_and_rest,
    one_line,
    promised,
    still_open,
    unquoted,
)
from models import outbox, telling
from models.absence import away_on
from models.because import short_moment
from models.inquiry import Deadline, Inquiry, running
from models.instant import aware, iso
from models.preference import is_quiet
from models.reminding import KIND, TEMPLATE, asked_by, asked_facts
from models.schedule import works_on
from models.staff import ident

REMIND = "/inquiry remind me of INQ-1 Thu 9:00"
SNOOZE = "/inquiry snooze INQ-1 until 15:00"
SPARE = 60  # working minutes before the deadline: the latest reminder that is offered leaves them

# "me tomorrow 9:00 of INQ-7": the time may stand before the number.
_TURNED = re.compile(r"(?P<when>.+?) (?:of|about) (?P<number>(?:inq[ -]?|#)\d{1,9})(?!\S)(?P<rest>.*)", re.I)
_FIRST = re.compile(r"(?:of|about) |(?:inq[ -]?|#)\d", re.I)
_ABOUT = re.compile(r"(?:^|(?<=\s))(?:about|to):?\s+", re.I)


def remind(hearing: Hearing, rest: str) -> Reply:
    """Owes the speaker a word about the inquiry at the time that they name."""
    words = re.sub(r"^me(?: |$)", "", one_line(rest), flags=re.I)
    turned = None if _FIRST.match(words) else _TURNED.fullmatch(words)
    if turned:
        words = f"{turned['number']} {turned['when']}{turned['rest']}"
    words = re.sub(r"^(?:of|about)(?: |$)", "", words, flags=re.I)
    inquiry, said = number_and_rest(hearing, words, REMIND)
    still_open(inquiry)
    about = _ABOUT.search(bare_of_quotes(said))
    when = said[: about.start()] if about else said
    note = one_line(unquoted(said[about.end() :]))[:500] or None if about else None
    if not when.strip():
        usage = REMIND.replace("INQ-1", inquiry.number)
        raise Refusal("missing_piece", missing=["the time, such as Thu 9:00"], usage=usage)
    return _set(hearing, inquiry, _moment(hearing, when), note, snoozed=False)


def snooze(hearing: Hearing, rest: str) -> Reply:
    """The same in an hour, or at the time named, in the place of what was snoozed before."""
    inquiry, said = number_and_rest(hearing, rest, SNOOZE)
    still_open(inquiry)
    return _set(hearing, inquiry, _moment(hearing, said or "1 hour"), None, snoozed=True)


def _moment(hearing: Hearing, text: str) -> datetime:
    """The instant that is meant. A day alone means its opening: that is when its work begins."""
    words = re.sub(r"^(?:until|till|for)\s+", "", unquoted(text), flags=re.I)
    said = _parsed(hearing, words)
    if said.days and not (said.times or said.closing or said.same_time):
        at = _opening(hearing, day(hearing, words))
        if at <= hearing.now and said.again:
            at = _opening(hearing, said.again)
        if at > hearing.now:
            return at
        raise Refusal("reminder_gone_by", given=text[:60], read_as=iso(at))
    try:
        return promised(hearing, words).instant
    except Refusal as refusal:
        if refusal.reply.template == "gone_by":
            raise Refusal("reminder_gone_by", **refusal.reply.facts) from refusal
        raise


def _parsed(hearing: Hearing, words: str) -> Said:
    try:
        return parse(words, Standpoint(hearing.today, hearing.calendar, ahead=True))
    except ValueError:
        return Said()  # whoever reads them as an instant says what is wrong


def _opening(hearing: Hearing, on: date) -> datetime:
    """The opening of the day; of a closed one its beginning, which is moved to the next opening."""
    calendar = hearing.calendar
    if calendar.is_open_day(on):
        return calendar.opening(on)
    return aware(datetime.combine(on, time(), calendar.tz))


def _set(hearing: Hearing, inquiry: Inquiry, wanted: datetime, about: str | None, *, snoozed: bool) -> Reply:
    limit = _limit(hearing, inquiry)
    at = _at_work(hearing, wanted, limit)
    if limit is not None and max(wanted, at) >= limit.due:
        raise _too_late(hearing, inquiry, limit, about)
    db, me, now = hearing.db, hearing.speaker, hearing.now
    begins = asked_by(inquiry, me, snoozed=snoozed)
    key = f"{begins}{iso(at)}"
    outbox.take_back(db, begins if snoozed else key, now, "asked anew")
    quiet = is_quiet(db, ident(me), hearing.calendar.today(at))
    facts = asked_facts(db, inquiry, now, about, snoozed=snoozed, despite_quiet=quiet)
    choices = telling.reminder_buttons(inquiry)
    outbox.put(
        db, key, outbox.to_staff(me), TEMPLATE, facts, now=now, not_before=at, choices=choices, kind=KIND
    )
    reply: Facts = {**facts, "at": iso(at), "wanted": iso(wanted) if at != wanted else None}
    return Reply("reminder_set", reply, (Choice("Show", f"inquiry show {inquiry.number}"),))


def _limit(hearing: Hearing, inquiry: Inquiry) -> Deadline | None:
    """The nearest deadline ahead that runs; what is past due or stands still sets no limit."""
    clocks = running(hearing.db, inquiry)
    ahead = [one for one in clocks if one.due > hearing.now and one.stopped_at is None]
    return ahead[0] if ahead else None


def _at_work(hearing: Hearing, wanted: datetime, limit: Deadline | None) -> datetime:
    """The instant itself when the speaker is at work then, else the next opening at which they are.

    Anything past the limit will do for one that would come later than it.
    """
    db, me, calendar = hearing.db, ident(hearing.speaker), hearing.calendar
    try:
        at = wanted if calendar.in_hours(wanted) else calendar.next_open(wanted)
        while limit is None or at < limit.due:
            on = calendar.today(at)
            if away_on(db, me, on) is None and works_on(db, me, on):
                break
            at = calendar.opening(calendar.next_open_day(on))
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(wanted), reason=str(error)) from error
    return at


def _too_late(hearing: Hearing, inquiry: Inquiry, limit: Deadline, about: str | None) -> Refusal:
    """Says when it is due, and offers the last working time that leaves SPARE minutes for it."""
    calendar = hearing.calendar
    try:
        latest = calendar.subtract_minutes(limit.due, SPARE)
        fits = latest > hearing.now and _at_work(hearing, latest, limit) == latest
    except ValueError:
        fits = False
    choices = []
    if fits:
        words = f"inquiry remind me of {inquiry.number} {iso(latest)}" + (f" about {about}" if about else "")
        choices.append(Choice(f"Remind me {short_moment(latest, calendar)}", words))
    choices.append(Choice("Show", f"inquiry show {inquiry.number}"))
    return Refusal(
        "reminder_too_late",
        tuple(choices),
        number=inquiry.number,
        next=telling.of_deadline(limit, hearing.now),
        latest=iso(latest) if fits else None,
    )
