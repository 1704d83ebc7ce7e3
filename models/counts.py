"""Counts in days: N business days, 24 to 48 hours, a week.

Each way of counting takes the instant of receipt in UTC, the rule's count and the calendar, and gives the
instants with the steps in words. It raises UnknownDay when it needs a day that the calendar does not know.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.because import (
    clock,
    closed_days,
    day_by_day,
    in_short,
    moment,
    moment_zone,
    short,
    short_moment,
    shorter,
    spelled,
)
from models.calendar import Calendar
from models.count import Count
from models.wallclock import reached, reading


@dataclass(frozen=True)
class Counted:
    """What a count comes to: UTC instants, the steps as sentences, and all of it in one line."""

    aim: datetime
    due: datetime
    because: tuple[str, ...]
    in_short: str


def business_days(received: datetime, count: Count, calendar: Calendar) -> Counted:
    """R1, R4, R5, R8: date arithmetic; due at the last closing of the N-th open day after day 0."""
    zero = calendar.business_day(received)
    begin = min(calendar.local(received).date(), zero)
    aim_day, due_day = calendar.open_day(zero, count.aim), calendar.open_day(zero, count.due)
    aim, due = calendar.closing(aim_day), calendar.closing(due_day)
    counted = {zero: f"Day 0 is {spelled(zero)}."} if begin < zero else {}
    for number in range(1, count.due + 1):
        day = calendar.open_day(zero, number)
        counted[day] = f"Business day {number} is {spelled(day)}."
    if aim != due:
        counted[aim_day] += f" Aim for its last closing, {clock(aim, calendar, aim_day)}."
    because = (
        _day_zero(received, zero, calendar),
        *day_by_day(calendar, begin, due_day, counted),
        f"Due at its last closing, {moment_zone(due, calendar)}.",
    )
    closing = f"at closing {clock(due, calendar, due_day)}"
    if aim == due:
        said = f"day 0 {short(zero)}, business day {count.due} {short(due_day)}, due {closing}"
    else:
        said = f"day 0 {short(zero)}, aim {shorter(aim_day)}, due {short(due_day)} {closing}"
    return Counted(aim, due, because, in_short(said, closed_days(calendar, begin, due_day), calendar))


def _day_zero(received: datetime, zero: date, calendar: Calendar) -> str:
    """Why day 0 is the day that it is."""
    at, on = f"Received {moment(received, calendar)}", calendar.local(received).date()
    if on == zero:
        closing = clock(calendar.closing(zero), calendar, zero)
        return f"{at}, before closing at {closing}: that day is day 0."
    if zero < on:
        closing = clock(calendar.closing(zero), calendar, on)
        return f"{at}, in the hours that began on {spelled(zero)} and close at {closing}: that is day 0."
    if not calendar.is_open_day(on):
        return f"{at}, a closed day: the next open day is day 0."
    closed = calendar.closing(on)
    which = "at closing" if received == closed else f"after closing at {clock(closed, calendar, on)}"
    return f"{at}, {which}: the next open day is day 0."


def clock_hours(received: datetime, count: Count, calendar: Calendar) -> Counted:
    """R3: the same time of day one or two open days later, never after that day's closing."""
    start = calendar.next_open(received)
    zero = calendar.business_day(start)
    wall = reading(start, calendar.tz)
    aim_days, due_days = count.aim // 24, count.due // 24
    aim, _ = _same_time(wall, zero, aim_days, calendar)
    due, how = _same_time(wall, zero, due_days, calendar)
    begin, due_day = min(calendar.local(received).date(), zero), calendar.open_day(zero, due_days)
    counted = {zero: f"Counted from {spelled(zero)}."}
    for number in range(1, due_days + 1):
        day = calendar.open_day(zero, number)
        counted[day] = f"Open day {number} is {spelled(day)}."
    if aim != due:
        counted[calendar.open_day(zero, aim_days)] += f" Aim for {moment_zone(aim, calendar)}."
    twice = wall != calendar.local(start).replace(tzinfo=None)
    because = (
        opening_line(received, start, calendar),
        *([f"The clocks show that time twice, so it counts as {wall:%H:%M}."] if twice else []),
        *day_by_day(calendar, begin, due_day, counted),
        f"Due {how}, {moment_zone(due, calendar)}.",
    )
    middle = "" if aim == due else f" aim {shorter(calendar.local(aim).date())} {calendar.local(aim):%H:%M},"
    said = f"from {short_moment(start, calendar)},{middle} due {short_moment(due, calendar)}"
    return Counted(aim, due, because, in_short(said, closed_days(calendar, begin, due_day), calendar))


def _same_time(wall: datetime, zero: date, later: int, calendar: Calendar) -> tuple[datetime, str]:
    """The wall-clock time so many open days after day 0, and in words how it was found."""
    day = calendar.open_day(zero, later)
    closing = calendar.closing(day)
    wanted = wall + (day - zero)
    same = reached(wanted, calendar.tz)
    # A night desk's early hours would else fall before the day ahead of it is over.
    over = calendar.closing(calendar.open_day(zero, later - 1))
    if same > closing:
        return closing, "at closing, as the same time of day would be later"
    if same < over:
        return over, "when the hours of the open day before end, as the same time of day would be earlier"
    if calendar.local(same).replace(tzinfo=None) != wanted:
        return same, f"when the clocks have skipped {wanted:%H:%M}"
    return same, "at the same time of day"


def opening_line(received: datetime, start: datetime, calendar: Calendar) -> str:
    """From when a count of hours runs."""
    if start == received:
        return f"Received {moment(received, calendar)}, while open."
    return (
        f"Received {moment(received, calendar)}, while closed: "
        f"counts as received at the next opening, {moment(start, calendar)}."
    )


def weeks(received: datetime, count: Count, calendar: Calendar) -> Counted:
    """R6: 7 calendar days from the date of receipt; at closing of that date, or of the next open day."""
    calendar.check_known(received)
    on = calendar.local(received).date()
    same = on + timedelta(weeks=count.due)
    day = calendar.open_day(same, 0)
    due = calendar.closing(day)
    counted = {day: f"The next open day is {spelled(day)}."} if day > same else {}
    because = (
        f"Received {moment(received, calendar)}.",
        f"{7 * count.due} calendar days later is {spelled(same)}.",
        *day_by_day(calendar, same, day, counted),
        f"Due at its last closing, {moment_zone(due, calendar)}.",
    )
    said = f"{count} from {short(on)} is {short(same)}, due "
    said += f"{'' if day == same else short(day) + ' '}at closing {clock(due, calendar, day)}"
    return Counted(due, due, because, in_short(said, closed_days(calendar, same, day), calendar))
