"""The plan of reminders: when to speak of a deadline, in words.

A plan is a list of points: "half", "4 business hours before", "morning", "due", "late", "supervisor",
"above after 8 business hours", "leaving". All times are working time of the office's calendar.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

# Half the time is worth a word only when there is much of it.
LONG = 24 * 60
MOST = 40 * 60  # working minutes; a reminder further off than a week is none
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

    @cached_property
    def name(self) -> str:
        """What keys call it: "before-240", "due"."""
        return f"{self.kind.value}-{self.minutes}" if self.minutes else self.kind.value

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
    past = [one for one in points if one.kind.past]
    for kind in {one.kind for one in past}:
        if sum(one.kind is kind for one in past) > 1:
            raise ValueError(f"a plan has “{kind}” once")
    by_kind = {one.kind: one.minutes for one in past}
    if by_kind.get(Kind.ABOVE, MOST) < by_kind.get(Kind.SUPERVISOR, 0):
        raise ValueError("who stands above hears after the supervisor")
    if Kind.SUPERVISOR not in by_kind:
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


def _hours(minutes: int) -> str:
    hours = minutes // 60
    return f"{hours} business hour{'' if hours == 1 else 's'}"
