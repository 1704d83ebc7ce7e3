"""When a reminder that somebody asks for may come: while they are at work, and before the next deadline."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.asking import Choice, Hearing, Refusal
from handlers.offers import written
from models import telling
from models.because import short, short_moment
from models.calendar import Calendar
from models.calendars import calendar_for, office_day
from models.inquiry import Deadline, Inquiry, running
from models.instant import iso
from models.reaching import is_in
from models.staff import ident

SPARE = 60  # working minutes before the deadline: the latest reminder that is offered leaves them
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """What is asked for, but for its time."""

    inquiry: Inquiry
    about: str | None
    snoozed: bool

    def words(self, when: str) -> str:
        """What asks for the same at that time."""
        if self.snoozed:
            return f"inquiry snooze {self.inquiry.number} {when}"
        begins = f"inquiry remind me of {self.inquiry.number} {when}"
        return f"{begins} about {self.about}" if self.about else begins


def limit_of(hearing: Hearing, inquiry: Inquiry) -> Deadline | None:
    """The nearest deadline ahead that runs; what is past due or stands still sets no limit."""
    clocks = running(hearing.db, inquiry)
    ahead = [one for one in clocks if one.due > hearing.now and one.stopped_at is None]
    return ahead[0] if ahead else None


def at_work(hearing: Hearing, wanted: datetime, limit: Deadline | None) -> datetime:
    """The instant itself when the speaker is at work then, else the next opening at which they are.

    Anything past the limit will do for one that would come later than it.
    """
    theirs = _own(hearing)
    try:
        at = wanted if theirs.in_hours(wanted) else theirs.next_open(wanted)
        while (limit is None or at < limit.due) and not _in(hearing, at):
            at = theirs.opening(theirs.next_open_day(theirs.today(at)))
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(wanted), reason=str(error)) from error
    return at


def which(hearing: Hearing, refusal: Refusal, wanted: Wanted) -> datetime:
    """The reading that is meant where it makes no difference; else refuses, with a button for each.

    On a day on which the office is closed the morning is meant: all of it comes at the next opening.
    """
    facts = refusal.reply.facts
    readings: list[str] = facts["readings"]
    if not all("T" in one for one in readings):
        days = [date.fromisoformat(one) for one in readings]
        choices = [Choice(short(one), wanted.words(one.isoformat())) for one in days]
        raise Refusal("two_readings", tuple(choices), **facts) from refusal
    instants = [datetime.fromisoformat(one) for one in readings]
    days = sorted({hearing.calendar.today(one) for one in instants})
    if len(days) == 1 and not hearing.calendar.is_open_day(days[0]):
        return min(instants)
    choices = [
        Choice(short_moment(one, hearing.calendar), wanted.words(written(hearing, one))) for one in instants
    ]
    raise Refusal("two_readings", tuple(choices), **facts) from refusal


def too_late(hearing: Hearing, at: datetime, limit: Deadline, wanted: Wanted) -> Refusal:
    """Says when it is due, and offers the last working time that leaves SPARE minutes for it; else a shorter.

    at: what was asked for. "absent": whether that is before it is due, but the speaker is not at work from
    then on.
    """
    latest, inquiry = _latest(hearing, limit), wanted.inquiry
    soon = latest is None and _soon(hearing, limit)
    choices = []
    if latest is not None:
        label = f"Remind me {short_moment(latest, hearing.calendar)}"
        choices.append(Choice(label, wanted.words(written(hearing, latest))))
    if soon:
        words = f"in {telling.SHORT_SNOOZE} minutes"
        choices.append(Choice(f"Remind me {words}", wanted.words(words)))
    return Refusal(
        "reminder_too_late",
        (*choices, Choice("Show", f"inquiry show {inquiry.number}")),
        number=inquiry.number,
        next=telling.of_deadline(limit, hearing.now),
        wanted=iso(at),
        absent=at < limit.due,
        latest=iso(latest) if latest else None,
        soon=telling.SHORT_SNOOZE if soon else None,
    )


def _latest(hearing: Hearing, limit: Deadline) -> datetime | None:
    """SPARE working minutes before it is due, or before the end of the last day on which they are in."""
    theirs = _own(hearing)
    day, today = theirs.today(limit.due), theirs.today(hearing.now)
    with suppress(ValueError):  # where the calendar begins
        while day >= today:
            if theirs.is_open_day(day) and _in(hearing, theirs.opening(day)):
                at = theirs.subtract_minutes(min(theirs.closing(day), limit.due), SPARE)
                if at > hearing.now and theirs.in_hours(at) and _in(hearing, at):
                    return at
            day -= DAY
    return None


def _soon(hearing: Hearing, limit: Deadline) -> bool:
    """Whether the shorter snooze comes while they are at work, and leaves time."""
    at = hearing.now + timedelta(minutes=telling.SHORT_SNOOZE)
    with suppress(ValueError):
        left = _own(hearing).minutes_between(hearing.now, limit.due)
        return left >= telling.SPARE and _own(hearing).in_hours(at) and _in(hearing, at)
    return False


def _own(hearing: Hearing) -> Calendar:
    """The speaker's own working time."""
    return calendar_for(hearing.db, ident(hearing.speaker))


def _in(hearing: Hearing, at: datetime) -> bool:
    """Whether they are neither away on that day nor without hours on it."""
    return is_in(hearing.db, ident(hearing.speaker), office_day(hearing.db, at))
