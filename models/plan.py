"""The plan of reminders: when to speak of a deadline, in words, and the instants that it comes to.

A plan is a list of points: "half", "4 business hours before", "morning", "due", "late", "supervisor",
"above after 8 business hours". All times are working time of the office's calendar.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.calendar import Calendar, UnknownDay

MINUTE = timedelta(minutes=1)
# Half the time is worth a word only when there is much of it.
LONG = 16 * 60
MOST = 40 * 60  # working minutes; a reminder further off than a week is none


class Kind(StrEnum):
    """What a point says: the deadline comes nearer, is there, or has passed."""

    HALF = "half"
    BEFORE = "before"
    MORNING = "morning"
    DUE = "due"
    LATE = "late"
    SUPERVISOR = "supervisor"
    ABOVE = "above"

    @property
    def ahead(self) -> bool:
        """Whether it is said before the deadline."""
        return self in (Kind.HALF, Kind.BEFORE, Kind.MORNING)

    @property
    def past(self) -> bool:
        """Whether it is said after the deadline."""
        return self in (Kind.LATE, Kind.SUPERVISOR, Kind.ABOVE)


@dataclass(frozen=True, order=True)
class Point:
    """One point of a plan. `minutes`: working minutes before the deadline, or after it."""

    kind: Kind
    minutes: int = 0

    @property
    def name(self) -> str:
        """What keys call it: "before-240", "due"."""
        return f"{self.kind}-{self.minutes}" if self.minutes else str(self.kind)

    def __str__(self) -> str:
        if self.kind is Kind.BEFORE:
            return f"{_hours(self.minutes)} before"
        return f"{self.kind} after {_hours(self.minutes)}" if self.minutes else str(self.kind)


@dataclass(frozen=True)
class Planned:
    """A point of a plan with the instant at which its word begins to be owed."""

    at: datetime
    point: Point


_POINT = re.compile(
    r"(?:(?P<before>\d{1,2}) (?:(?:business|working) )?hours? before"
    r"|(?P<kind>half|morning|due)"
    r"|(?P<past>late|supervisor|above)(?: after (?P<after>\d{1,2}) (?:(?:business|working) )?hours?)?)"
)


def read_point(text: str) -> Point:
    """Reads one point as `str(point)` writes it. Raises ValueError with a sentence that shows how."""
    match = _POINT.fullmatch(" ".join(text.casefold().split()))
    if match is None:
        raise ValueError(
            f"“{text.strip()}” is no reminder; there are half, 4 business hours before, morning, due, late, "
            "supervisor, above after 8 business hours"
        )
    if match["kind"]:
        return Point(Kind(match["kind"]))
    minutes = int(match["before"] or match["after"] or 0) * 60
    if minutes > MOST or (match["before"] and not minutes):
        raise ValueError(f"“{text.strip()}”: reminders lie 1 to {MOST // 60} business hours from a deadline")
    return Point(Kind(match["past"]) if match["past"] else Kind.BEFORE, minutes)


def read_plan(texts: Sequence[str]) -> tuple[Point, ...]:
    """Reads a plan, in its order of kinds, each point once. Raises ValueError; a plan that never says
    a missed deadline to the supervisor is refused."""
    order = list(Kind)
    points = sorted({read_point(one) for one in texts}, key=lambda one: (order.index(one.kind), one.minutes))
    if not any(one.kind is Kind.SUPERVISOR for one in points):
        raise ValueError("a plan has “supervisor”: somebody hears of what was missed")
    return tuple(points)


USUAL = read_plan(
    ("half", "4 business hours before", "due", "late", "supervisor", "above after 8 business hours")
)


def planned(
    set_at: datetime, due: datetime, calendar: Calendar, plan: Sequence[Point] = USUAL
) -> list[Planned]:
    """The instants that a plan comes to for a deadline that was set then, in order.

    What would have been said before it was set is left out: whoever set it was told when it is due. What
    falls beyond the days that the calendar knows is left out too.
    """
    found = []
    for point in plan:
        try:
            at = _instant(point, set_at, due, calendar)
        except UnknownDay:
            continue
        if at is not None and (not point.kind.ahead or set_at < at < told_due(set_at, due, calendar)):
            found.append(Planned(at, point))
    order = list(Kind)
    return sorted(found, key=lambda one: (one.at, order.index(one.point.kind)))


def _instant(point: Point, set_at: datetime, due: datetime, calendar: Calendar) -> datetime | None:
    match point.kind:
        case Kind.HALF:
            whole = calendar.minutes_between(set_at, due)
            return calendar.subtract_minutes(due, whole / 2) if whole > LONG else None
        case Kind.BEFORE:
            return calendar.subtract_minutes(due, point.minutes)
        case Kind.MORNING:
            day = calendar.local(due).date()
            return calendar.opening(day) if calendar.is_open_day(day) else None
        case Kind.DUE:
            return told_due(set_at, due, calendar)
        case _:
            # A minute late is late: what is due at closing is told of at the next opening.
            return calendar.next_open(calendar.add_minutes(due + MINUTE, point.minutes))


def told_due(set_at: datetime, due: datetime, calendar: Calendar) -> datetime:
    """When to say that it is due now: at it; when that is while closed, at the last closing before it.

    A clock that was set after that closing is told of at its due instant.
    """
    try:
        closing = due if calendar.in_hours(due) else calendar.last_close(due)
    except UnknownDay:
        return due
    return closing if set_at < closing else due


def _hours(minutes: int) -> str:
    hours = minutes // 60
    return f"{hours} business hour{'' if hours == 1 else 's'}"
