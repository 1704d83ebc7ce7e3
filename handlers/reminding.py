"""Reminders that people ask for: one more word about an inquiry, to them alone, before it is due."""

import re
from datetime import date, datetime

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.days import Said, Standpoint, parse
from handlers.offers import later, snoozes
from handlers.reading import (
    bare_of_quotes,
    day,
    number_and_rest,
    one_line,
    promised,
    shortened,
    still_open,
    unquoted,
)
from handlers.reminder_times import Wanted, at_work, limit_of, too_late, which
from models import outbox, telling
from models.absence import supervisors_of
from models.inquiry import Deadline, Inquiry, running
from models.instant import iso
from models.preference import is_quiet
from models.reminding import KIND, TEMPLATE, asked_by, asked_facts
from models.staff import Staff, ident

REMIND = "/inquiry remind me of INQ-1 Thu 9:00"
SNOOZE = "/inquiry snooze INQ-1 until 15:00"
LONGEST = 500  # characters of a note

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
    still_open(hearing, inquiry)
    about = _ABOUT.search(bare_of_quotes(said))
    when = said[: about.start()] if about else said
    note = shortened(one_line(unquoted(said[about.end() :])), LONGEST) or None if about else None
    if not when.strip():
        usage = REMIND.replace("INQ-1", inquiry.number)
        raise Refusal("missing_piece", missing=["the time, such as Thu 9:00"], usage=usage)
    wanted = Wanted(inquiry, note, snoozed=False)
    return _set(hearing, wanted, _moment(hearing, when, wanted))


def snooze(hearing: Hearing, rest: str) -> Reply:
    """The same in an hour, or at the time named, in the place of what was snoozed before."""
    inquiry, said = number_and_rest(hearing, rest, SNOOZE)
    still_open(hearing, inquiry)
    wanted = Wanted(inquiry, None, snoozed=True)
    return _set(hearing, wanted, _moment(hearing, said or "1 hour", wanted))


def _moment(hearing: Hearing, text: str, wanted: Wanted) -> datetime:
    """The instant that is meant; where several may be, a button for each."""
    try:
        return _read(hearing, text)
    except Refusal as refusal:
        if refusal.reply.template == "two_readings":
            return which(hearing, refusal, wanted)
        raise


def _read(hearing: Hearing, text: str) -> datetime:
    """The instant that is named. A day alone means its opening: that is when its work begins."""
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
    return calendar.midnight(on)


def _set(hearing: Hearing, wanted: Wanted, named: datetime) -> Reply:
    inquiry, snoozed = wanted.inquiry, wanted.snoozed
    limit = limit_of(hearing, inquiry)
    at = at_work(hearing, named, limit)
    if limit is not None and max(named, at) >= limit.due:
        raise too_late(hearing, named, limit, wanted)
    db, me, now = hearing.db, hearing.speaker, hearing.now
    begins = asked_by(inquiry, me, snoozed=snoozed)
    key = f"{begins}{iso(at)}"
    outbox.take_back(db, begins if snoozed else key, now, "asked anew")
    quiet = is_quiet(db, ident(me), hearing.calendar.today(at))
    facts = asked_facts(db, inquiry, me, now, wanted.about, snoozed=snoozed, despite_quiet=quiet)
    clocks, calendar = running(db, inquiry), hearing.calendar_for(inquiry)
    choices = telling.reminder_buttons(inquiry, clocks, TEMPLATE, at, calendar)
    outbox.put(
        db, key, outbox.to_staff(me), TEMPLATE, facts, now=now, not_before=at, choices=choices, kind=KIND
    )
    reply: Facts = {
        **facts,
        "at": iso(at),
        "wanted": iso(named) if at != named else None,
        "hears": _hears(hearing, inquiry),
    }
    others = snoozes(hearing, inquiry, _others(hearing, at, limit)) if snoozed else ()
    return Reply("reminder_set", reply, (*others, Choice("Show", f"inquiry show {inquiry.number}")))


def _hears(hearing: Hearing, inquiry: Inquiry) -> str | None:
    """Who else hears that it is past due; None for the speaker, and where nobody stands above the owner."""
    owner = hearing.db.get_one(Staff, inquiry.owner_id)
    above = supervisors_of(hearing.db, owner)
    return above[0].name if above and above[0].id != hearing.speaker.id else None


def _others(hearing: Hearing, chosen: datetime, limit: Deadline | None) -> list[datetime]:
    """Other times at which the speaker is at work, before the limit."""
    free = [one for one in later(hearing) if one != chosen and (limit is None or one < limit.due)]
    try:
        return [one for one in free if at_work(hearing, one, limit) == one]
    except Refusal:
        return []  # the calendar ends
