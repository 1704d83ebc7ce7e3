"""What a command lacks, offered as buttons: times, reasons, colleagues. Each says a whole command."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, time, timedelta

from handlers.asking import Choice, Hearing
from handlers.reading import MYSELF, called
from handlers.when import read_promise
from models.absence import not_in
from models.because import short_moment, shorter
from models.calendar import Calendar
from models.inquiry import Deadline, Inquiry, running
from models.instant import aware, iso
from models.reaching import is_in
from models.staff import ident, members
from models.workload import open_each

MOST = 8  # colleagues that are offered
SOONEST = 60  # working minutes from now: nobody promises a time that is nearly here
AFTER = (0, 1, 2, 5)  # business days later, each at its closing
AFTERNOON = time(13)
REASONS = (
    ("Waiting for the customer", "waiting for the customer"),
    ("Waiting for a form or papers", "waiting for a form or papers"),
    ("Waiting for another office", "waiting for another office"),
)


def limit_of_promise(hearing: Hearing, inquiry: Inquiry) -> Deadline | None:
    """The nearest deadline ahead that an acknowledgement does not end: a promise is to be no later."""
    ahead = [one for one in running(hearing.db, inquiry) if one.due > hearing.now]
    return next((one for one in ahead if not {"acknowledgement", "promise"} & set(one.met_by)), None)


def promises(hearing: Hearing, inquiry: Inquiry, words: str, limit: Deadline | None) -> tuple[Choice, ...]:
    """Closings of the next days on which the owner is in; what lies beyond the limit makes room for it.

    hearing: at the inquiry's desk. words: what the customer is told, in its quotes, or "".
    """
    begins, after = f"inquiry ack {inquiry.number} by", f" {words}" if words else ""
    times = promise_times(hearing, inquiry, limit)
    return tuple(Choice(label, f"{begins} {typed}{after}") for label, typed in times)


def promise_times(hearing: Hearing, inquiry: Inquiry, limit: Deadline | None) -> list[tuple[str, str]]:
    """The same times, each as it is shown and as it is typed."""
    calendar, now = hearing.calendar, hearing.now
    try:
        soonest = calendar.add_minutes(now, SOONEST)
    except ValueError:
        return []
    owner = inquiry.owner_id
    closings = [one for one in _closings(calendar, now) if one >= soonest]
    found = [one for one in closings if is_in(hearing.db, owner, calendar.today(one))]
    if limit is not None and any(one > limit.due for one in found):
        found = [one for one in found if one < limit.due]
        found += [limit.due] if limit.due >= soonest else []
    return [(_label(hearing, one), written(hearing, one)) for one in found]


def more_time(hearing: Hearing, inquiry: Inquiry, clock: Deadline, reason: str) -> tuple[Choice, ...]:
    """Closings of the days after the deadline. hearing: at the inquiry's desk."""
    begins = f"inquiry extend {inquiry.number} {reason} until"
    later = [one for one in _closings(hearing.calendar, clock.due) if one > max(clock.due, hearing.now)]
    return tuple(
        Choice(f"Until {_label(hearing, one)}", f"{begins} {written(hearing, one)}") for one in later
    )


def reasons(inquiry: Inquiry) -> tuple[Choice, ...]:
    """What an office usually waits for."""
    return tuple(Choice(label, f"inquiry pause {inquiry.number} {words}") for label, words in REASONS)


def takers(hearing: Hearing, inquiry: Inquiry) -> tuple[Choice, ...]:
    """Who of the inquiry's department is in today and could have it: the speaker, then who has least open.

    hearing: at the inquiry's desk.
    """
    begins = f"inquiry assign {inquiry.number} to"
    return tuple(Choice(label, f"{begins} {name}") for label, name in taking(hearing, inquiry)[:MOST])


def taking(hearing: Hearing, inquiry: Inquiry) -> list[tuple[str, str]]:
    """All of them, each as they are shown and as they are typed."""
    db, me = hearing.db, hearing.speaker
    out = {*not_in(db, hearing.today), inquiry.owner_id}
    able = [one for one in members(db, inquiry.department_id) if ident(one) not in out]
    has = open_each(db, [ident(one) for one in able])
    able.sort(key=lambda one: (one.id != me.id, has[ident(one)]))
    return [
        ("I take it", MYSELF[0]) if one.id == me.id else (f"{one.name} ({has[ident(one)]} open)", called(one))
        for one in able
    ]


def later(hearing: Hearing) -> list[datetime]:
    """When one may want to hear of it again: in an hour, this afternoon, when the next day opens."""
    calendar, now = hearing.calendar, hearing.now
    found = [now + timedelta(hours=1)]
    found.append(aware(datetime.combine(hearing.today, AFTERNOON, calendar.tz)))
    with suppress(ValueError):  # where the calendar ends today
        found.append(calendar.opening(calendar.next_open_day(hearing.today)))
    return sorted(one for one in found if one > now)


def snoozes(hearing: Hearing, inquiry: Inquiry, times: Iterable[datetime]) -> tuple[Choice, ...]:
    """A button for each time in the place of what was said."""
    begins = f"inquiry snooze {inquiry.number} until"
    return tuple(
        Choice(f"{_label(hearing, one)} instead", f"{begins} {written(hearing, one)}") for one in times
    )


def written(hearing: Hearing, at: datetime) -> str:
    """The instant as it is typed, when that is read in no other way; else with its offset."""
    typed = f"{hearing.calendar.local(at):%Y-%m-%d %H:%M}"
    try:
        read = read_promise(typed, hearing.now, hearing.calendar).instant
    except ValueError:
        return iso(at)
    return typed if read == at else iso(at)


def _closings(calendar: Calendar, after: datetime) -> list[datetime]:
    """The closings of the day, and of open days that follow it, as far as the calendar knows them."""
    day, found = calendar.today(after), []
    with suppress(ValueError):
        first = 0 if calendar.is_open_day(day) else 1
        for number in AFTER:
            if number >= first:
                found.append(calendar.closing(calendar.open_day(day, number - first)))
    return found


def _label(hearing: Hearing, at: datetime) -> str:
    """Today 17:00; Tomorrow, Tue 03-03 17:00; Thu 2026-03-05 17:00. It is true on other days too."""
    local = hearing.calendar.local(at)
    days = (local.date() - hearing.today).days
    if days == 0:
        return f"Today {local:%H:%M}"
    if days == 1:
        return f"Tomorrow, {shorter(local.date())} {local:%H:%M}"
    return short_moment(at, hearing.calendar)
