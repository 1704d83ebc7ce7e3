"""From what the clock on the wall shows to instants, on the nights the clocks change too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 1440  # minutes


def moment(zone: ZoneInfo, day: date, minutes: int) -> int:
    """Epoch seconds when the wall clock shows that many minutes after the midnight that begins the day.

    A time shown twice means its first showing; one that is skipped means what zoneinfo gives with fold=0.
    """
    # Within one zone, adding moves the wall clock and leaves fold at 0.
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    return int(wall.timestamp())


def reading(instant: datetime, zone: ZoneInfo) -> datetime:
    """The latest time of day that the wall clock has shown (naive).

    When an hour is shown twice, its second showing counts as the end of the first: the time read off never
    goes back, so that what comes later is never due earlier.
    """
    local = instant.astimezone(zone)
    if not local.fold:
        return local.replace(tzinfo=None)
    first = local.replace(fold=0)
    change = _change(zone, first.timestamp(), local.timestamp())
    return _naive(change) + (first.utcoffset() or timedelta())


def reached(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the wall clock shows the naive time, or has just jumped over it."""
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    before = wall.replace(tzinfo=zone, fold=1).timestamp()
    return datetime.fromtimestamp(_change(zone, before, instant.timestamp()), UTC)


def _change(zone: ZoneInfo, before: float, after: float) -> int:
    """The second between two instants at which the zone's offset changes."""
    low, high = int(before), int(after)
    old = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _offset(zone: ZoneInfo, second: int) -> timedelta | None:
    return datetime.fromtimestamp(second, zone).utcoffset()


def _naive(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
