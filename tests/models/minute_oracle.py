"""A slow second opinion on working time: it walks the clock minute by minute and knows nothing of the engine.

It takes plain data and asks zoneinfo one thing only: what the wall clock shows at a minute of UTC. Minutes
are whole numbers, counted from the midnight that begins the first known day; None stands for "not known".
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
Shut = tuple[date, int | None, int | None]
Stops = Sequence[tuple[int, int]]


@lru_cache(maxsize=32)
def wall_clock(zone: str, first: date, last: date) -> tuple[datetime, tuple[int, ...], int]:
    """The first minute; the reading (minutes since year 1) at each, and a day more; where the last ends."""
    tz = ZoneInfo(zone)
    at = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
    while at.astimezone(tz).date() < first:
        at += MINUTE
    begin, shown = at, []
    while (local := at.astimezone(tz)).date() <= last + timedelta(days=1):
        shown.append(local.toordinal() * 1440 + local.hour * 60 + local.minute)
        at += MINUTE
    return begin, tuple(shown), next(i for i, wall in enumerate(shown) if wall // 1440 > last.toordinal())


class Desk:
    """One desk: zone, seven days of (start, end) minutes, closures as (day, start, end), known days.

    `changes` are other weeks, each from its day on.
    """

    def __init__(self, zone: str, week, closures: list[Shut], first: date, last: date, changes=()) -> None:
        # The end is the midnight that ends the known days; beyond it nothing is known.
        self.begin, self.shown, self.end = wall_clock(zone, first, last)
        self.first, self.last = first.toordinal(), last.toordinal()
        shut = bytearray(len(self.shown))
        for day, start, end in closures:
            if start is not None:
                for i in range(self.when(day.toordinal(), start), self.when(day.toordinal(), end)):
                    if i < len(shut):
                        shut[i] = 1
        self.holidays = {day.toordinal() for day, start, _ in closures if start is None}
        self.open = bytearray(len(self.shown))
        self.over: dict[int, int] = {}  # by open day, the minute at which its hours are over
        self.begins: dict[int, int] = {}  # by open day, its first minute
        self.usual: dict[int, int] = {}  # the same as `over` if there were no holidays
        latest = usual = 0
        weeks = dict(changes)
        for day in range(self.first, self.last + 1):
            week = weeks.get(date.fromordinal(day), week)
            for start, end in week[date.fromordinal(day).weekday()]:
                for i in range(self.when(day, start), self.when(day, end)):
                    if shut[i]:
                        continue
                    usual = max(usual, i + 1)
                    self.usual[day] = usual
                    if day not in self.holidays:
                        self.open[i] = 1
                        self.begins[day] = min(i, self.begins.get(day, i))
                        latest = max(latest, i + 1)
                        self.over[day] = latest

    def minute(self, instant: datetime) -> int:
        return (instant - self.begin) // MINUTE

    def instant(self, minute: int) -> datetime:
        return self.begin + minute * MINUTE

    def day(self, i: int) -> int:
        return self.shown[i] // 1440

    def when(self, day: int, minutes: int) -> int:
        """The first minute that shows the time; when none does, so much after the last one before."""
        wall = day * 1440 + minutes
        i = max(0, wall - self.shown[0] - 200)
        while i < len(self.shown) and self.shown[i] < wall:
            i += 1
        if i < len(self.shown) and self.shown[i] == wall:
            return i
        return min(i - 1 + wall - self.shown[i - 1], len(self.shown))

    def closing(self, day: int) -> int | None:
        over = self.over[day]
        return over if over <= self.end else None

    # Walking

    def next_open(self, i: int) -> int | None:
        while i < self.end and not self.open[i]:
            i += 1
        return i if i < self.end else None

    def add(self, i: int, minutes: int) -> int | None:
        if minutes == 0:
            return self.next_open(i)
        while minutes:
            if i >= self.end:
                return None
            minutes -= self.open[i]
            i += 1
        return i

    def subtract(self, i: int, minutes: int) -> int | None:
        if minutes == 0:
            while i and not (self.open[i] or self.open[i - 1]):
                i -= 1
            return i if i or self.open[0] else None
        while minutes:
            if i == 0:
                return None
            i -= 1
            minutes -= self.open[i]
        return i

    def between(self, i: int, j: int) -> int:
        count = 0
        for minute in range(i, j):
            count += self.open[minute]
        return count

    # Days

    def open_day(self, day: int, later: int) -> int | None:
        while day <= self.last:
            if day in self.over:
                if later == 0:
                    return day
                later -= 1
            day += 1
        return None

    def day_zero(self, i: int) -> int | None:
        """Yesterday, while its hours last; today, unless they are over; else the next open day."""
        today = self.day(i)
        for day in (today - 1, today):
            if day in self.over and i < self.over[day]:
                return day
        return self.open_day(today + 1, 0)

    # The five counts; pauses are pairs of minutes, the second no longer paused

    def paused(self, i: int, pauses: Stops) -> bool:
        return any(start <= i < end for start, end in pauses)

    def lost(self, day: int, pauses: Stops) -> bool:
        return day in self.usual and self.paused(self.usual[day], pauses)

    def counted_day(self, day: int, pauses: Stops) -> int | None:
        """The day, if it is open and not lost, or the next such day."""
        while day <= self.last and (day not in self.over or self.lost(day, pauses)):
            day += 1
        return day if day <= self.last else None

    def business_days(self, i: int, number: int, pauses: Stops = ()) -> int | None:
        day = self.day_zero(i)
        while number and day is not None:
            day = self.counted_day(day + 1, pauses)
            number -= 1
        return None if day is None else self.closing(day)

    def clock_hours(self, i: int, hours: int, pauses: Stops = ()) -> int | None:
        start = self.next_open(i)
        if start is None:
            return None
        received = self.day_zero(start)
        zero = self.counted_day(received, pauses)
        if zero is None:
            return None
        if zero != received:
            start = self.begins[zero]
        before = day = zero
        for _ in range(hours // 24):
            before, day = day, self.counted_day(day + 1, pauses)
            if day is None:
                return None
        if self.closing(day) is None:
            return None
        # A minute that is over has shown all its seconds: the clock stood at the next one when it went back.
        reading = max(self.shown[start], *(self.shown[k] + 1 for k in range(max(0, start - 200), start)))
        wall = reading + (day - zero) * 1440
        while start < len(self.shown) and self.shown[start] < wall:
            start += 1
        found = min(max(start, self.over[before]), self.over[day])
        while found < self.over[day] and self.paused(found, pauses):
            found += 1
        return found

    def weeks(self, i: int, number: int, pauses: Stops = ()) -> int | None:
        day, left = self.day(i), 7 * number
        while left:
            day += 1
            left -= not self.lost(day, pauses)
        day = self.counted_day(day, pauses)
        return None if day is None else self.closing(day)

    def business_hours(self, i: int, hours: int, pauses: Stops = ()) -> int | None:
        left = hours * 60
        while left:
            if i >= self.end:
                return None
            left -= self.open[i] and not self.paused(i, pauses)
            i += 1
        return i

    def elapsed_hours(self, i: int, hours: int, pauses: Stops = ()) -> int | None:
        left = hours * 60
        while left:
            if i >= self.end:
                return None
            left -= not self.paused(i, pauses)
            i += 1
        return i
