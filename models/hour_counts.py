"""Counts in hours: business hours, and hours as they pass."""

from datetime import date, datetime

from models.because import closed_days, day_by_day, days, in_short, moment, moment_zone, short_moment, spelled
from models.calendar import Calendar
from models.count import Count
from models.counts import Counted, opening_line
from models.pause import Pauses

LESS = "; less pauses"


def business_hours(received: datetime, count: Count, calendar: Calendar, pauses: Pauses) -> Counted:
    """R7: working time only; what is received while closed counts from the next opening.

    The working minutes of the pauses are left out. What is used up when a pause begins is due then.
    """
    start = calendar.next_open(received)
    aim, due = pauses.working(received, count.aim * 60), pauses.working(received, count.due * 60)
    zero = calendar.business_day(start)
    begin, end = min(calendar.local(received).date(), zero), _last_day(due, zero, calendar)
    because = (
        opening_line(received, start, calendar),
        *day_by_day(calendar, begin, end, _minutes_by_day(start, due, zero, end, calendar, pauses)),
        *([f"Aim: {_end(count.aim)} {moment_zone(aim, calendar)}."] if aim != due else []),
        f"Due when {_hours(count.due, 'business hour')} have passed, {moment_zone(due, calendar)}.",
    )
    middle = "" if aim == due else f"aim {short_moment(aim, calendar)}, "
    said = f"from {short_moment(start, calendar)}, {middle}{_end(count.due)} "
    said += short_moment(due, calendar) + (LESS if pauses.working_minutes(start, due) else "")
    return Counted(aim, due, because, in_short(said, closed_days(calendar, begin, end), calendar))


def _last_day(due: datetime, zero: date, calendar: Calendar) -> date:
    """The day whose hours were counted last."""
    last = min(calendar.local(due).date(), calendar.last)
    counted = (day for day in days(zero, last) if calendar.is_open_day(day) and calendar.opening(day) < due)
    return max(counted)


def _minutes_by_day(
    start: datetime, due: datetime, zero: date, last: date, calendar: Calendar, pauses: Pauses
) -> dict[date, str]:
    """How much of the count each open day took, and what of it was paused."""
    counted = [day for day in days(zero, last) if calendar.is_open_day(day)]
    begins = [start, *(calendar.opening(day) for day in counted[1:]), due]
    told = {}
    for day, begin, end in zip(counted, begins[:-1], begins[1:], strict=True):
        paused = pauses.working_minutes(begin, end)
        minutes = calendar.minutes_between(begin, end) - paused
        why = pauses.why_between(begin, end)
        if paused and minutes < 1e-6:
            told[day] = f"Skipped {spelled(day)}: {why}."
        elif paused:
            told[day] = (
                f"Counted {_long(round(minutes))} on {spelled(day)}, not {_long(round(paused))}: {why}."
            )
        else:
            told[day] = f"Counted {_long(round(minutes))} on {spelled(day)}."
    return told


def elapsed_hours(received: datetime, count: Count, calendar: Calendar, pauses: Pauses) -> Counted:
    """R7: hours as they pass, nights and closed days included.

    As every hour counts, every paused hour is left out, by night and on closed days too.
    """
    aim, due = pauses.elapsed(received, count.aim * 60), pauses.elapsed(received, count.due * 60)
    for instant in (received, due):
        calendar.check_known(instant)
    because = [f"Received {moment(received, calendar)}; every hour counts, open or closed."]
    paused = pauses.between(received, due)
    for start, end in paused:
        span = f"{moment(start, calendar)} to {moment(end, calendar)}"
        because.append(f"Skipped {span}: {pauses.why_between(start, end)}.")
    later = "counted later" if paused else "later"
    if aim != due:
        because.append(f"Aim: {_hours(count.aim, 'hour')} {later}, {moment_zone(aim, calendar)}.")
    because.append(f"Due {_hours(count.due, 'hour')} {later}, {moment_zone(due, calendar)}.")
    middle = "" if aim == due else f"aim {short_moment(aim, calendar)}, "
    said = f"from {short_moment(received, calendar)}, {middle}{_hours(count.due, 'elapsed hour')} end "
    said += short_moment(due, calendar) + (LESS if paused else "")
    return Counted(aim, due, tuple(because), said)


def _end(number: int) -> str:
    """4 business hours end"""
    return f"{_hours(number, 'business hour')} end{'s' if number == 1 else ''}"


def _hours(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _long(minutes: int) -> str:
    """2 hours 30 minutes"""
    hours, rest = divmod(minutes, 60)
    parts = [_hours(hours, "hour") if hours else "", _hours(rest, "minute") if rest else ""]
    return " ".join(filter(None, parts)) or "less than a minute"
