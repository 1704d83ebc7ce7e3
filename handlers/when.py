"""Times as staff type them: `8:40`, `yesterday 16:30`, `Fri 4pm`, `Mar 9 at noon`, `in 2 hours`, ISO 8601.

What was received lies in the past, what is promised lies ahead. An hour from 1 to 11 with neither am nor pm
means the reading at which the office is open; when that does not settle it, we ask.

On the nights when clocks change: a time that they skip cannot be read. Of a time that they show twice the
first showing is meant, so that nothing falls due later than it should; a promise means the second when the
first is over. The name of the zone settles it ("1:30 CST").
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.days import Said, Standpoint, parse
from handlers.times import Unreadable, instant
from models.calendar import Calendar
from models.instant import aware

__all__ = [
    "Gone",
    "LongAgo",
    "NotYet",
    "Reading",
    "TwoReadings",
    "Unreadable",
    "read_day",
    "read_promise",
    "read_received",
]

LONG = timedelta(days=92)


class TwoReadings(ValueError):
    """A day or a time may mean several. `args[0]` is the text, `readings` what it may mean, earliest first.

    A day is given as the midnight that begins it. `readings` is empty when they are not known.
    """

    def __init__(self, text: str, readings: tuple[datetime, ...] = ()) -> None:
        super().__init__(text)
        self.readings = readings


class NotYet(ValueError):
    """A past time was wanted and a future one was given; `args[0]` is the instant."""


class LongAgo(ValueError):
    """A date without its year lies more than LONG before now; `args[0]` is the instant."""


class Gone(ValueError):
    """A future time was wanted and a past one was given; `args[0]` is the instant."""


@dataclass(frozen=True)
class Reading:
    """An instant in UTC, and a word on what was taken for granted (None when nothing was)."""

    instant: datetime
    assumed: str | None = None


def read_received(text: str, now: datetime, calendar: Calendar) -> Reading:
    """When something was received; never after now. A day alone means its opening.

    Raises Unreadable, TwoReadings, NotYet, LongAgo, and UnknownDay for a day that the calendar does not know.
    """
    return _read(text, aware(now), calendar, ahead=False)


def read_promise(text: str, now: datetime, calendar: Calendar) -> Reading:
    """Until when something is promised; always after now.

    A day alone means its last closing, a closed day the closing before it. Raises Unreadable, TwoReadings,
    Gone, and UnknownDay for a day that the calendar does not know.
    """
    return _read(text, aware(now), calendar, ahead=True)


def read_day(text: str, now: datetime, calendar: Calendar, since: date | None = None) -> date:
    """The day that is meant: today, one ahead, or a past one that the words leave no doubt of.

    since: the first day of a period whose last day this is, so that "Monday" to "Friday" is one week. Raises
    Unreadable, also when a time stands with the day; TwoReadings; UnknownDay.
    """
    said = parse(text, Standpoint(calendar.today(now), calendar, ahead=True, since=since))
    if not said.days or said.times or said.closing:
        raise Unreadable(text)
    if len(said.days) > 1:
        raise TwoReadings(text, tuple(_wall(day, time(), calendar) for day in said.days))
    calendar.is_open_day(said.days[0])  # refuses a day that it does not know
    return said.days[0]


def _read(text: str, now: datetime, calendar: Calendar, ahead: bool) -> Reading:
    """The one reading that lies the right way."""
    today, given = calendar.today(now), instant(text, now)
    said = parse(text, Standpoint(today, calendar, ahead)) if given is None else Said()

    def on(days: tuple[date, ...]) -> list[Reading]:
        return [one for day in days for one in _on(said, day, now, calendar, ahead)]

    def fitting(readings: list[Reading]) -> list[Reading]:
        return [one for one in readings if (one.instant > now) is ahead]

    readings = on(said.days or (today,)) if given is None else [Reading(given)]
    found = fitting(readings)
    if not found and said.again:
        found = fitting(on((said.again,)))
    if not found and not readings:
        raise Unreadable(text)
    if not found:
        nearest = min((one.instant for one in readings), key=lambda one: abs(one - now))
        raise Gone(nearest) if ahead else NotYet(nearest)
    instants = {one.instant for one in found}
    if len(instants) > 1:
        raise TwoReadings(text, tuple(sorted(instants)))
    calendar.check_known(found[0].instant)
    if said.yearless and found[0].instant < now - LONG:
        # A wrong month is a likelier slip than an inquiry that lay about for so long.
        raise LongAgo(found[0].instant)
    return found[0]


def _on(said: Said, day: date, now: datetime, calendar: Calendar, ahead: bool) -> list[Reading]:
    """What the words may mean on that day."""
    if said.times or said.same_time:
        return [Reading(one) for one in _at_times(said, day, now, calendar, ahead)]
    if ahead or said.closing:
        return _closing(said, day, calendar, ahead)
    return _opening(day, now, calendar)


def _at_times(said: Said, day: date, now: datetime, calendar: Calendar, ahead: bool) -> list[datetime]:
    """The instants that a time may mean on that day: one, two that stay open, or none that there is."""
    if said.same_time:
        return [_wall(day, calendar.local(now).time().replace(second=0, microsecond=0), calendar)]
    shown = [found for one in said.times if (found := _showings(day, one, said.zone, calendar))]
    if ahead:
        readings = [next((one for one in found if one > now), found[-1]) for found in shown]
    else:
        firsts = [found[0] for found in shown]
        readings = [one for one in firsts if one <= now] or firsts
    in_hours = [one for one in readings if calendar.in_hours(one)] if len(readings) > 1 else []
    return in_hours or readings


def _showings(day: date, clock: time, zone: str, calendar: Calendar) -> list[datetime]:
    """When the clock on the wall shows that time, in a zone of that name: once, twice, or not at all."""
    found = {_wall(day, clock.replace(fold=fold), calendar) for fold in (0, 1)}
    local = (calendar.local(one) for one in sorted(found))
    shown = [one for one in local if one.replace(tzinfo=None) == datetime.combine(day, clock)]
    return [aware(one) for one in shown if zone in ("", str(one.tzname()).lower())]


def _wall(day: date, clock: time, calendar: Calendar) -> datetime:
    return aware(datetime.combine(day, clock, calendar.tz))


def _opening(day: date, now: datetime, calendar: Calendar) -> list[Reading]:
    if not calendar.is_open_day(day):
        return [Reading(_wall(day, time(), calendar), "the start of that day")]
    opening = calendar.opening(day)
    if opening > now and day == calendar.today(now):
        return [Reading(now, "now")]
    return [Reading(opening, "opening time")]


def _closing(said: Said, day: date, calendar: Calendar, ahead: bool) -> list[Reading]:
    if calendar.is_open_day(day):
        return [Reading(calendar.closing(day), None if said.closing else "closing time")]
    if not ahead:
        return []  # a day that had no closing
    before = calendar.last_close(_wall(day, time(), calendar))
    return [Reading(before, f"the last closing before; {calendar.why_closed(day)}")]
