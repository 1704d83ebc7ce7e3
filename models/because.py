"""The words of a reckoning: days and times spelled out, and the days that were skipped, by name."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from models.calendar import Calendar
from models.hours import WEEKDAYS

SHORT = 110  # what reads well on one line of a chat
SHORT_WITH_NAMES = 140  # a closure's name is worth a little more


def spelled(day: date) -> str:
    """Friday 2026-03-06"""
    return f"{WEEKDAYS[day.weekday()]} {day.isoformat()}"


def short(day: date) -> str:
    """Fri 2026-03-06"""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.isoformat()}"


def shorter(day: date) -> str:
    """Fri 03-06"""
    return f"{WEEKDAYS[day.weekday()][:3]} {day:%m-%d}"


def moment(instant: datetime, calendar: Calendar) -> str:
    """Friday 2026-03-06 16:30"""
    local = calendar.local(instant)
    return f"{spelled(local.date())} {local:%H:%M}"


def moment_zone(instant: datetime, calendar: Calendar) -> str:
    """Friday 2026-03-06 16:30 CST"""
    return f"{moment(instant, calendar)} {calendar.local(instant).tzname()}"


def short_moment(instant: datetime, calendar: Calendar) -> str:
    """Fri 2026-03-06 16:30"""
    local = calendar.local(instant)
    return f"{short(local.date())} {local:%H:%M}"


def clock(instant: datetime, calendar: Calendar, day: date) -> str:
    """16:30; with its own day when that is another than the day spoken of: Sat 03-07 06:00"""
    local = calendar.local(instant)
    return f"{local:%H:%M}" if local.date() == day else f"{shorter(local.date())} {local:%H:%M}"


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def closed_days(calendar: Calendar, first: date, last: date) -> list[date]:
    """The closed days from the first to the last."""
    return [day for day in days(first, last) if not calendar.is_open_day(day)]


def day_by_day(calendar: Calendar, first: date, last: date, counted: Mapping[date, str]) -> list[str]:
    """A sentence for each day from the first to the last that is closed or has one of its own."""
    lines = []
    for day in days(first, last):
        if day in counted:
            lines.append(counted[day])
        elif not calendar.is_open_day(day):
            lines.append(f"Skipped {spelled(day)}: {calendar.why_closed(day)}.")
    return lines


def days_paused(number: int) -> str:
    """; 2 days paused"""
    return f"; {number} day{'' if number == 1 else 's'} paused" if number else ""


def in_short(said: str, closed: Sequence[date], calendar: Calendar) -> str:
    """One line: what was said, and the skipped days, by name while there is room."""
    if not closed:
        return said
    # Days that are closed every week need no reason.
    named = {day: f"{short(day)} {calendar.why_closed(day)}" for day in closed if calendar.usual_hours(day)}
    every = f"{said}; skipped {', '.join(named.get(day) or shorter(day) for day in closed)}"
    if len(every) <= SHORT:
        return every
    rest = len(closed) - len(named)
    closures = f"{said}; skipped {', '.join(named.values())}{f' and {rest} more' if rest else ''}"
    if named and len(closures) <= SHORT_WITH_NAMES:
        return closures
    return f"{said}; skipped {len(closed)} closed day{'s' if len(closed) > 1 else ''}"
