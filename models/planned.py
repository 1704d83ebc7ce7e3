"""A plan of reminders reckoned out: from when each word is owed, and which are owed at a moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.calendar import Calendar, UnknownDay
from models.instant import iso
from models.plan import LEAVING, LONG, USUAL, Kind, Point

MINUTE = timedelta(minutes=1)
MOVED = "moved"  # stands among what is told of a clock that is due at another time since it was planned
# A word owed at closing time may still be said this many minutes after it.
GRACE_MINUTES = 15
GRACE = timedelta(minutes=GRACE_MINUTES)


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


def planned(
    set_at: datetime,
    due: datetime,
    calendar: Calendar,
    plan: Sequence[Point] = USUAL,
    *,
    missed: datetime | None = None,
    leaves: datetime | None = None,
    theirs: Calendar | None = None,
    away: bool = False,
) -> list[Planned]:
    """The instants that a plan comes to for a deadline that was set then, in order.

    What would have been said before it was set is left out: whoever set it was told when it is due. What
    falls beyond the days that the calendar knows is left out too. missed: the instant after which it is
    late, if an excuse puts that off (R1). leaves: when the owner's absence begins, if they will be away then.
    theirs: the owner's own hours; what would come after they have gone comes as they leave. away: they will
    be away when it is due, so that it is for who covers, by the office's hours.
    """
    own, theirs = theirs, None if away else theirs
    told = told_due(set_at, due, calendar, theirs)
    found = []
    for point in plan:
        try:
            if point.kind is Kind.LEAVING:
                at = _leaving(leaves, own or calendar)
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
