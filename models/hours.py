"""A week of office hours, how people write them, and what closes them."""

import re
from dataclasses import dataclass
from datetime import date

from models.wallclock import DAY

Span = tuple[int, int]
"""Minutes after local midnight, start before end. An end over 1440 runs into the next day (a night desk);
such hours belong to the day they start on."""

Week = tuple[tuple[Span, ...], ...]
"""The hours of seven days, Monday first."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_HOURS = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)")


@dataclass(frozen=True)
class Closure:
    """A closed day, or its closed minutes from `start` to `end` (both or neither). Raises ValueError."""

    day: date
    name: str
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError(f"The closure on {self.day} has no name.")
        if (self.start is None) != (self.end is None):
            raise ValueError(f"The closure on {self.day} needs both a start and an end, or neither.")
        if self.start is None or self.end is None:
            return
        if not (0 <= self.start < DAY and self.start < self.end <= 2 * DAY):
            raise ValueError(f"The closure on {self.day} must start on that day and end after its start.")


def hours(text: str) -> tuple[Span, ...]:
    """Reads "8:00-12:00, 13:00-17:00" (a day's hours), "" (closed), "22:00-06:00" (into the next day).

    Raises ValueError with a sentence that shows how hours are written.
    """
    found = []
    for part in text.split(",") if text.strip() else ():
        match = _HOURS.fullmatch(part.strip())
        if match is None:
            raise ValueError(f'Hours are written like "8:00-12:00, 13:00-17:00", not {part.strip()!r}.')
        start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if start >= DAY or end > DAY or start == end:
            raise ValueError(f"{part.strip()!r} are not hours of a day.")
        found.append((start, end if start < end else end + DAY))
    return tuple(found)


def check_week(week: Week) -> None:
    """Raises ValueError unless these are seven days of hours, in order, open at least once."""
    if len(week) != len(WEEKDAYS):
        raise ValueError(f"A week has seven days of hours, Monday first; here are {len(week)}.")
    if not any(week):
        raise ValueError("The office is never open: give at least one weekday its hours.")
    over = max((end - DAY for _, end in week[-1]), default=0)
    for name, spans in zip(WEEKDAYS, week, strict=True):
        for start, end in spans:
            if not (0 <= start < DAY and start < end <= start + DAY):
                raise ValueError(f"{name}: hours must start on that day and end within 24 hours.")
            if start < over:
                raise ValueError(f"{name}: hours must be in order and must not overlap.")
            over = end
        over -= DAY
