"""The working time of one member of staff: the office's calendar, their own weekly hours, their own zone.

No deadline goes by it: the promise is the office's. It says when a word may reach the member.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from models.calendar import Calendar, Closure
from models.hours import Week
from models.wallclock import moment
from models.zones import is_zone

OwnWeek = tuple[date, Week | None]
"""From which day on which week holds; None: all of the office's hours again."""


def key_of(office: Calendar, own: Sequence[OwnWeek], zone: str | None) -> str:
    """What `own_calendar` depends on; the office's version where nothing is the member's own."""
    if (zone or office.zone) == office.zone and not any(week for _, week in own):
        return office.version
    return json.dumps([office.version, zone or office.zone, [(str(day), week) for day, week in own]])


def own_calendar(office: Calendar, own: Sequence[OwnWeek], zone: str | None) -> Calendar:
    """The member's working time: their own hours on the days on which the office opens, by their own clock.

    own: by first day, one a day. zone: None for the office's. Where no hours are the member's own, the
    office's are theirs, read off the clock on their own wall. A day that the office closes is closed for
    them; hours that it closes are closed by its clock and by theirs. Raises ValueError for an unknown zone.
    """
    if key_of(office, own, zone) == office.version:
        return office
    theirs = zone or office.zone
    if not is_zone(theirs):
        raise ValueError(f"There is no time zone called {theirs!r}.")
    own = [(day, week) for day, week in own if day <= office.last]
    begins = sorted({day for day, _ in (*office.changes, *own)})
    return Calendar(
        theirs,
        _in_force(office, own, office.first),
        (*office.closures, *_elsewhere(office, theirs)),
        office.first,
        office.last,
        tuple((day, _in_force(office, own, day)) for day in begins if day > office.first),
    )


def _in_force(office: Calendar, own: Sequence[OwnWeek], day: date) -> Week:
    usual = office.week_on(day)
    week = next((week for first, week in reversed(own) if first <= day), None)
    if week is None:
        return usual
    both = tuple(spans if open_ else () for spans, open_ in zip(week, usual, strict=True))
    # Who works only on days on which the office never opens has no others.
    return both if any(both) else week


def _elsewhere(office: Calendar, zone: str) -> list[Closure]:
    """The hours that the office closes, as the wall clock of another zone shows them."""
    if zone == office.zone:
        return []
    found, there = [], ZoneInfo(zone)
    for one in office.closures:
        if one.start is None or one.end is None:
            continue
        first, last = (moment(office.tz, one.day, minutes) for minutes in (one.start, one.end))
        if first >= last:
            # The clocks skip it.
            continue
        begin, end = _shown(first, there), _shown(last, there)
        start = begin.hour * 60 + begin.minute
        minutes = int((end.replace(tzinfo=None) - begin.replace(tzinfo=None)).total_seconds()) // 60
        # Of an hour that is shown twice, both showings are closed.
        found.append(Closure(begin.date(), one.name, start, start + minutes + 60 * end.fold))
    return found


def _shown(second: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(second, UTC).astimezone(zone)
