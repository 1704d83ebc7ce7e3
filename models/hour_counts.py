"""Counts in hours: business hours, and hours as they pass."""

from datetime import date, datetime, timedelta

from models.because import closed_days, day_by_day, days, in_short, moment, moment_zone, short_moment, spelled
from models.calendar import Calendar
from models.count import Count
from models.counts import Counted, opening_line


def business_hours(received: datetime, count: Count, calendar: Calendar) -> Counted:
    """R7: working time only; what is received while closed counts from the next opening."""
    start = calendar.next_open(received)
    aim = calendar.add_minutes(received, count.aim * 60)
    due = calendar.add_minutes(received, count.due * 60)
    zero = calendar.business_day(start)
    begin, end = min(calendar.local(received).date(), zero), _last_day(due, zero, calendar)
    because = (
        opening_line(received, start, calendar),
        *day_by_day(calendar, begin, end, _minutes_by_day(start, due, zero, end, calendar)),
        *([f"Aim: {_end(count.aim)} {moment_zone(aim, calendar)}."] if aim != due else []),
        f"Due when {_hours(count.due, 'business hour')} have passed, {moment_zone(due, calendar)}.",
    )
    middle = "" if aim == due else f"aim {short_moment(aim, calendar)}, "
    said = f"from {short_moment(start, calendar)}, {middle}{_end(count.due)} "
    said += short_moment(due, calendar)
    return Counted(aim, due, because, in_short(said, closed_days(calendar, begin, end), calendar))


def _last_day(due: datetime, zero: date, calendar: Calendar) -> date:
    """The day whose hours were counted last."""
    last = min(calendar.local(due).date(), calendar.last)
    counted = (day for day in days(zero, last) if calendar.is_open_day(day) and calendar.opening(day) < due)
    return max(counted)


def _minutes_by_day(
    start: datetime, due: datetime, zero: date, last: date, calendar: Calendar
) -> dict[date, str]:
    """How much of the count each open day took."""
    counted = [day for day in days(zero, last) if calendar.is_open_day(day)]
    begins = [start, *(calendar.opening(day) for day in counted[1:]), due]
    return {
        day: f"Counted {_long(round(calendar.minutes_between(begin, end)))} on {spelled(day)}."
        for day, begin, end in zip(counted, begins[:-1], begins[1:], strict=True)
    }


def elapsed_hours(received: datetime, count: Count, calendar: Calendar) -> Counted:
    """R7: hours as they pass, nights and closed days included."""
    aim, due = received + timedelta(hours=count.aim), received + timedelta(hours=count.due)
    for instant in (received, due):
        calendar.check_known(instant)
    because = [f"Received {moment(received, calendar)}; every hour counts, open or closed."]
    if aim != due:
        because.append(f"Aim: {_hours(count.aim, 'hour')} later, {moment_zone(aim, calendar)}.")
    because.append(f"Due {_hours(count.due, 'hour')} later, {moment_zone(due, calendar)}.")
    middle = "" if aim == due else f"aim {short_moment(aim, calendar)}, "
    said = f"from {short_moment(received, calendar)}, {middle}{_hours(count.due, 'elapsed hour')} end "
    return Counted(aim, due, tuple(because), said + short_moment(due, calendar))


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
