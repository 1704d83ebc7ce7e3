"""Counts in days: N business days, 24 to 48 hours, a week.

Each way of counting takes the instant of receipt in UTC, the rule's count, the calendar and the pauses, and
gives the instants with the steps in words. It raises UnknownDay when it needs a day that the calendar
does not know.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.because import (
    clock,
    closed_days,
    day_by_day,
    days_paused,
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
from models.pause import Pauses
from models.wallclock import reached, reading


@dataclass(frozen=True)
class Counted:
    """What a count comes to: UTC instants, the steps as sentences, and all of it in one line."""

    aim: datetime
    due: datetime
    because: tuple[str, ...]
    in_short: str


def business_days(received: datetime, count: Count, calendar: Calendar, pauses: Pauses) -> Counted:
    """R1, R4, R5, R8: date arithmetic; due at the last closing of the N-th open day after day 0.

    Paused days are not counted. Day 0 is never counted, so it may be a paused one.
    """
    zero = calendar.business_day(received)
    begin = min(calendar.local(received).date(), zero)
    aim_day, due_day = pauses.business_day(zero, count.aim), pauses.business_day(zero, count.due)
    aim, due = calendar.closing(aim_day), calendar.closing(due_day)
    counted = pauses.skipped(zero + timedelta(days=1), due_day)
    paused, gave_none = len(counted), pauses.gave_none(received, due, counted)
    if begin < zero:
        counted[zero] = f"Day 0 is {spelled(zero)}."
    day = zero
    for number in range(1, count.due + 1):
        day = pauses.business_day(day, 1)
        counted[day] = f"Business day {number} is {spelled(day)}."
    if aim != due:
        counted[aim_day] += f" Aim for its last closing, {clock(aim, calendar, aim_day)}."
    because = (
        _day_zero(received, zero, calendar),
        *day_by_day(calendar, begin, due_day, counted),
        *gave_none,
        f"Due at its last closing, {moment_zone(due, calendar)}.",
    )
    closing = f"at closing {clock(due, calendar, due_day)}"
    if aim == due:
        said = f"day 0 {short(zero)}, business day {count.due} {short(due_day)}, due {closing}"
    else:
        said = f"day 0 {short(zero)}, aim {shorter(aim_day)}, due {short(due_day)} {closing}"
    said += days_paused(paused)
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


def clock_hours(received: datetime, count: Count, calendar: Calendar, pauses: Pauses) -> Counted:
    """R3: the same time of day one or two open days later, never after that day's closing.

    A paused day is as good as closed: what was received on it counts as received at the next opening that is
    counted. An instant that falls inside a pause which is over before closing waits for the end of it.
    """
    opened = calendar.next_open(received)
    on = calendar.business_day(opened)
    zero = pauses.open_day(on, 0)
    start = opened if zero == on else calendar.opening(zero)
    wall = reading(start, calendar.tz)
    aim_days, due_days = count.aim // 24, count.due // 24
    aim, _ = _same_time(wall, zero, aim_days, calendar, pauses)
    due, how = _same_time(wall, zero, due_days, calendar, pauses)
    begin, due_day = min(calendar.local(received).date(), on), pauses.business_day(zero, due_days)
    counted = pauses.skipped(on, due_day)
    # A pause that the same time of day is inside has moved that.
    same, _ = _same_wall(wall, zero, due_days, calendar, pauses)
    paused, gave_none = len(counted), pauses.gave_none(received, same, counted)
    counted[zero] = f"Counted from {spelled(zero)}."
    day = zero
    for number in range(1, due_days + 1):
        day = pauses.business_day(day, 1)
        counted[day] = f"Open day {number} is {spelled(day)}."
    if aim != due:
        counted[pauses.business_day(zero, aim_days)] += f" Aim for {moment_zone(aim, calendar)}."
    twice = wall != calendar.local(start).replace(tzinfo=None)
    because = (
        opening_line(received, opened, calendar) if zero == on else _paused_line(received, start, calendar),
        *([f"The clocks show that time twice, so it counts as {wall:%H:%M}."] if twice else []),
        *day_by_day(calendar, begin, due_day, counted),
        *gave_none,
        f"Due {how}, {moment_zone(due, calendar)}.",
    )
    middle = "" if aim == due else f" aim {shorter(calendar.local(aim).date())} {calendar.local(aim):%H:%M},"
    said = f"from {short_moment(start, calendar)},{middle} due {short_moment(due, calendar)}"
    said += days_paused(paused)
    return Counted(aim, due, because, in_short(said, closed_days(calendar, begin, due_day), calendar))


def _same_time(
    wall: datetime, zero: date, later: int, calendar: Calendar, pauses: Pauses
) -> tuple[datetime, str]:
    """The wall-clock time so many counted days after day 0, and in words how it was found."""
    found, how = _same_wall(wall, zero, later, calendar, pauses)
    resumed = pauses.resumed(found)
    if resumed == found:
        return found, how
    closing = calendar.closing(pauses.business_day(zero, later))
    return min(resumed, closing), "when the pause ends, as the same time of day is inside it"


def _same_wall(
    wall: datetime, zero: date, later: int, calendar: Calendar, pauses: Pauses
) -> tuple[datetime, str]:
    day = pauses.business_day(zero, later)
    closing = calendar.closing(day)
    wanted = wall + (day - zero)
    same = reached(wanted, calendar.tz)
    # A night desk's early hours would else fall before the day ahead of it is over.
    over = calendar.closing(pauses.business_day(zero, later - 1))
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


def _paused_line(received: datetime, start: datetime, calendar: Calendar) -> str:
    """From when a count runs that was paused before its first day was over."""
    return (
        f"Received {moment(received, calendar)}, and paused before that day counted: "
        f"counts as received at the next opening that is counted, {moment(start, calendar)}."
    )


def weeks(received: datetime, count: Count, calendar: Calendar, pauses: Pauses) -> Counted:
    """R6: 7 calendar days from the date of receipt; at closing of that date, or of the next open day.

    Paused days are not counted, and it is not due on one.
    """
    calendar.check_known(received)
    on = calendar.local(received).date()
    same = pauses.calendar_day(on, 7 * count.due)
    day = pauses.open_day(same, 0)
    due = calendar.closing(day)
    before = pauses.skipped(on + timedelta(days=1), same)
    counted = pauses.skipped(same, day)
    paused, gave_none = len(before | counted), pauses.gave_none(received, due, before | counted)
    less = ", paused days left out" if before else ""
    if day > same:
        counted[day] = f"The next open day is {spelled(day)}."
    because = (
        f"Received {moment(received, calendar)}.",
        *before.values(),
        f"{7 * count.due} calendar days later is {spelled(same)}{less}.",
        *day_by_day(calendar, same, day, counted),
        *gave_none,
        f"Due at its last closing, {moment_zone(due, calendar)}.",
    )
    said = f"{count} from {short(on)} is {short(same)}, due "
    said += f"{'' if day == same else short(day) + ' '}at closing {clock(due, calendar, day)}"
    said += days_paused(paused)
    return Counted(due, due, because, in_short(said, closed_days(calendar, same, day), calendar))
