"""Office hours compiled to sorted epoch seconds, so that `bisect` can walk working time."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from models.wallclock import DAY, moment

Interval = tuple[int, int]


@dataclass(frozen=True)
class Openings:
    """The open intervals of the known days. All instants are epoch seconds.

    `by_day`: the intervals of each open day, by its ordinal; `days`: the ordinals of the open days;
    `closings`: when each of them is over, never before the one ahead of it is; `starts`, `ends`: the
    disjoint intervals of all days; `before`: the open seconds before each interval, and at last their sum;
    `edges`: starts and ends in turn; `behind`: by how many edges have passed, the open seconds up to there
    or, within an interval (an odd number), what to add to the instant. What is searched with an instant holds
    floats, as two floats compare in half the time that an int and a float take.
    """

    by_day: Mapping[int, tuple[Interval, ...]]
    days: tuple[int, ...]
    closings: tuple[float, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    before: tuple[float, ...]
    edges: tuple[float, ...]
    behind: tuple[float, ...]
    known_from: float
    known_to: float

    def first_at(self, worked: float) -> float | None:
        """The earliest instant with so many open seconds (more than none) behind it; None when unknown."""
        index = bisect_left(self.before, worked) - 1
        if index >= len(self.starts):
            return None
        return self.starts[index] + worked - self.before[index]

    def last_at(self, worked: float) -> float | None:
        """The latest instant with so many open seconds behind it; None when unknown."""
        if not 0 <= worked < self.before[-1]:
            return None
        index = bisect_right(self.before, worked) - 1
        return self.starts[index] + worked - self.before[index]


def compile_openings(
    zone: ZoneInfo,
    week_on: Callable[[date], Sequence[Sequence[Interval]]],
    closed: Iterable[date],
    cuts: Iterable[tuple[date, int, int]],
    first: date,
    last: date,
) -> Openings:
    """Compiles the week in force on each day (minutes after midnight), closed days and partial closures.

    A closed day shuts the hours that begin on it; a cut takes its own minutes out of whatever is open then.
    """
    shut = {day.toordinal() for day in closed}
    cut: dict[int, list[Interval]] = {}
    for day, start, end in cuts:
        cut.setdefault(day.toordinal(), []).append((moment(zone, day, start), moment(zone, day, end)))
    by_day: dict[int, tuple[Interval, ...]] = {}
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        if ordinal in shut:
            continue
        day = date.fromordinal(ordinal)
        open_today = [
            (moment(zone, day, start), moment(zone, day, end)) for start, end in week_on(day)[day.weekday()]
        ]
        # A cut of the day before or after can reach into hours that run past midnight.
        near = [one for other in (ordinal - 1, ordinal, ordinal + 1) for one in cut.get(other, ())]
        pieces = _without(open_today, near)
        if pieces:
            by_day[ordinal] = pieces
    before_first = week_on(first - timedelta(days=1))[(first.weekday() - 1) % 7]
    overhang = max((end - DAY for _, end in before_first), default=0)
    known_to = moment(zone, last, DAY)
    table = _disjoint((one for pieces in by_day.values() for one in pieces), known_to)
    before = tuple(accumulate((float(end - start) for start, end in table), initial=0.0))
    return Openings(
        by_day=by_day,
        days=tuple(by_day),
        closings=tuple(accumulate((float(max(end for _, end in pieces)) for pieces in by_day.values()), max)),
        starts=tuple(float(start) for start, _ in table),
        ends=tuple(float(end) for _, end in table),
        before=before,
        edges=tuple(float(edge) for interval in table for edge in interval),
        behind=(
            0.0,
            *(
                one
                for (start, end), worked in zip(table, before, strict=False)
                for one in (worked - start, worked - start + end)
            ),
        ),
        # What runs over from the day before the first known day is not known.
        known_from=float(moment(zone, first, max(0, overhang))),
        known_to=float(known_to),
    )


def _without(open_today: Iterable[Interval], cuts: Iterable[Interval]) -> tuple[Interval, ...]:
    """The intervals less the cuts, empty ones dropped."""
    pieces = [(start, end) for start, end in open_today if start < end]
    for cut_start, cut_end in cuts:
        if cut_start >= cut_end:
            continue
        pieces = [
            piece
            for start, end in pieces
            for piece in ((start, min(end, cut_start)), (max(start, cut_end), end))
            if piece[0] < piece[1]
        ]
    return tuple(sorted(pieces))


def _disjoint(intervals: Iterable[Interval], known_to: int) -> list[Interval]:
    """Sorted, overlaps merged (a jump of the clocks can make them), nothing beyond what is known."""
    table: list[Interval] = []
    for start, unlimited in sorted(intervals):
        end = min(unlimited, known_to)
        if table and start < table[-1][1]:
            table[-1] = (table[-1][0], max(table[-1][1], end))
        elif start < end:
            table.append((start, end))
    return table
