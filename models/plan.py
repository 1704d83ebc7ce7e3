"""The plan of reminders: when to speak of a deadline, in words, and the instants that it comes to.

A plan is a list of points: "half", "4 business hours before", "morning", "due", "late", "supervisor",
"above after 8 business hours", "leaving". All times are working time of the office's calendar.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from models.calendar import Calendar, UnknownDay
from models.instant import iso

MINUTE = timedelta(minutes=1)
MOVED = "moved"  # stands among what is told of a clock that is due at another time since it was planned
# Half the time is worth a word only when there is much of it.
LONG = 24 * 60
MOST = 40 * 60  # working minutes; a reminder further off than a week is none
# A word owed at closing time may still be said this many minutes after it.
GRACE_MINUTES = 15
GRACE = timedelta(minutes=GRACE_MINUTES)
LEAVING = 2 * 60  # working minutes before the last closing ahead of an absence


class Kind(StrEnum):
    """What a point says: the deadline comes nearer, is there, or has passed."""

    HALF = "half"
    BEFORE = "before"
    MORNING = "morning"
    LEAVING = "leaving"
    DUE = "due"
    LATE = "late"
    SUPERVISOR = "supervisor"
    ABOVE = "above"

    @property
    def ahead(self) -> bool:
        """Whether it is said before the deadline."""
        return self in (Kind.HALF, Kind.BEFORE, Kind.MORNING, Kind.LEAVING)

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

    @staticmethod
    @cache
    def named(name: str) -> "Point":
        """The point of this name. Raises ValueError for none."""
        kind, _, minutes = name.partition("-")
        return Point(Kind(kind), int(minutes or 0))

    def __str__(self) -> str:
        if self.kind is Kind.BEFORE:
            return f"{_hours(self.minutes)} before"
        return f"{self.kind} after {_hours(self.minutes)}" if self.minutes else str(self.kind)


@dataclass(frozen=True, slots=True)
class Planned:
    """A point of a plan, and from when its word is owed; `until`: up to when, if it has an end."""

    at: datetime
    point: Point
    until: datetime | None = None

    def kept(self) -> list[str | None]:
        """As a clock's row keeps it: [instant, name of the point, end or None]"""
        return [iso(self.at), self.point.name, iso(self.until) if self.until else None]

    @classmethod
    def read(cls, kept: Sequence[str | None]) -> "Planned":
        """What `kept` wrote."""
        at, name, until = kept
        return cls(
            datetime.fromisoformat(at or ""),
            Point.named(name or ""),
            datetime.fromisoformat(until) if until else None,
        )


_POINT = re.compile(
    r"(?:(?P<before>\d{1,2}) (?:(?:business|working) )?hours? before"
    r"|(?P<kind>half|morning|leaving|due)"
    r"|(?P<past>late|supervisor|above)(?: after (?P<after>\d{1,2}) (?:(?:business|working) )?hours?)?)"
)


def read_point(text: str) -> Point:
    """Reads one point as `str(point)` writes it. Raises ValueError with a sentence that shows how."""
    match = _POINT.fullmatch(" ".join(text.casefold().split()))
    if match is None:
        raise ValueError(
            f"“{text.strip()}” is no reminder; there are half, 4 business hours before, morning, leaving, "
            "due, late, supervisor, above after 8 business hours"
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
    (
        "half",
        "4 business hours before",
        "leaving",
        "due",
        "late after 1 business hour",
        "supervisor after 2 business hours",
        "above after 8 business hours",
    )
)


def planned(
    set_at: datetime,
    due: datetime,
    calendar: Calendar,
    plan: Sequence[Point] = USUAL,
    *,
    missed: datetime | None = None,
    leaves: datetime | None = None,
    theirs: Calendar | None = None,
) -> list[Planned]:
    """The instants that a plan comes to for a deadline that was set then, in order.

    What would have been said before it was set is left out: whoever set it was told when it is due. What
    falls beyond the days that the calendar knows is left out too. missed: the instant after which it is
    late, if an excuse puts that off (R1). leaves: when the owner's absence begins, if they will be away then.
    theirs: the owner's own hours; what would come after they have gone comes as they leave.
    """
    told = told_due(set_at, due, calendar, theirs)
    found = []
    for point in plan:
        try:
            if point.kind is Kind.LEAVING:
                at = _leaving(leaves, theirs or calendar)
            else:
                at = _instant(point, set_at, due, calendar, missed or due)
                if at is not None and point.kind.ahead and theirs is not None:
                    at = _before_they_go(at, theirs)
                    if point.kind is Kind.BEFORE and told < due and theirs.in_hours(told):
                        # So many hours of their own before they go.
                        at = min(at, theirs.subtract_minutes(told, point.minutes))
        except UnknownDay:
            continue
        if point.kind is Kind.DUE:
            found.append(Planned(told, point, told + GRACE))
        elif at is not None and not point.kind.ahead:
            found.append(Planned(at, point))
        elif at is not None and set_at < at < told:
            found.append(
                Planned(at, point, min(told, leaves) if leaves and point.kind is Kind.LEAVING else told)
            )
    order = list(Kind)
    return sorted(found, key=lambda one: (one.at, order.index(one.point.kind)))


def _leaving(leaves: datetime | None, calendar: Calendar) -> datetime | None:
    return calendar.subtract_minutes(calendar.last_close(leaves), LEAVING) if leaves else None


def _before_they_go(at: datetime, theirs: Calendar, *, day_before: bool = False) -> datetime:
    """The instant itself in the owner's working time, else as they leave on that day; or on the day before.

    On a day on which they do not work, whoever covers hears of it.
    """
    if theirs.in_hours(at) or not theirs.is_open_day(theirs.today(at)):
        return at
    closing = theirs.last_close(at)
    return closing if day_before or theirs.today(closing) == theirs.today(at) else at


def _instant(
    point: Point, set_at: datetime, due: datetime, calendar: Calendar, missed: datetime
) -> datetime | None:
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
            return due
        case _:
            # A minute late is late: what is due at closing is told of at the next opening.
            begins = missed if point.minutes else missed + MINUTE
            return calendar.next_open(calendar.add_minutes(begins, point.minutes))


def told_due(set_at: datetime, due: datetime, calendar: Calendar, theirs: Calendar | None = None) -> datetime:
    """When to say that it is due now: at it; when that is while closed, at the last closing before it.

    theirs: the owner's own hours, where they have gone before the office closes. A clock that was set after
    that closing is told of at its due instant.
    """
    try:
        closing = due if calendar.in_hours(due) else calendar.last_close(due)
        closing = closing if theirs is None else _before_they_go(closing, theirs, day_before=True)
    except UnknownDay:
        return due
    return closing if set_at < closing else due


def owed(points: Sequence[Planned], told: Collection[str], now: datetime) -> list[Planned]:
    """The points that are owed a word at that moment, in order, less those in `told`.

    Of what is said ahead, the newest word alone: the older ones are overtaken by it.
    """
    begun = [one for one in points if one.at <= now and not _is_over(one, now)]
    ahead = [one for one in begun if one.point.kind.ahead][-1:]
    rest = [one for one in begun if not one.point.kind.ahead]
    return [one for one in (*ahead, *rest) if not _is_told(one.point, points, told)]


def _is_over(one: Planned, now: datetime) -> bool:
    """A word ahead gives way at its end to what comes then; that it is due is said at its end as well."""
    if one.until is None:
        return False
    return now > one.until if one.point.kind is Kind.DUE else now >= one.until


def overtaken(points: Sequence[Planned], told: Sequence[str], now: datetime) -> list[str]:
    """What is told of a clock whose deadline has just been moved: whoever moved it heard when it is due.

    What its new plan would have said ahead by now counts as told.
    """
    if MOVED not in told:
        return list(told)
    passed = [one.point.name for one in points if one.point.kind.ahead and one.at <= now]
    return [*(one for one in told if one not in (MOVED, *passed)), *passed]


def next_word(points: Sequence[Planned], told: Collection[str], now: datetime) -> datetime | None:
    """The next instant after that moment at which a word begins to be owed; None when there is none."""
    coming = (one.at for one in points if one.at > now and not _is_told(one.point, points, told))
    return min(coming, default=None)


def _is_told(point: Point, points: Sequence[Planned], told: Collection[str]) -> bool:
    if point.name in told:
        return True
    if point.kind is not Kind.BEFORE:
        return False
    # A wish changes when a word comes, and not how often.
    known = {one.point.name for one in points}
    return any(one.startswith(Kind.BEFORE) and one not in known for one in told)


def _hours(minutes: int) -> str:
    hours = minutes // 60
    return f"{hours} business hour{'' if hours == 1 else 's'}"
