"""What a trial comes to: verdicts on inquiries, counted side by side."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Verdict(StrEnum):
    """How an inquiry fared. In the order of their weight: the worst of its clocks decides."""

    ON_TIME = "on time"
    EXCUSED = "excused"
    OPEN = "open"
    MISSED = "missed"
    NOT_RECKONED = "not reckoned"


@dataclass(frozen=True)
class Side:
    """A verdict with the clock that decided it; `nearest` is the first due of all. None when not reckoned."""

    verdict: Verdict
    due: datetime | None = None
    rule: str | None = None
    in_short: str | None = None
    nearest: datetime | None = None


UNRECKONED = Side(Verdict.NOT_RECKONED)


@dataclass
class Tally:
    """How many inquiries got which verdict: as it was, and as tried."""

    today: Counter[Verdict] = field(default_factory=Counter)
    tried: Counter[Verdict] = field(default_factory=Counter)

    def count(self, today: Side, tried: Side) -> None:
        self.today[today.verdict] += 1
        self.tried[tried.verdict] += 1

    @property
    def inquiries(self) -> int:
        return self.today.total()


@dataclass(frozen=True)
class Change:
    """An inquiry whose verdict is another when tried."""

    number: str
    customer: str
    channel: str
    received: datetime
    today: Side
    tried: Side


@dataclass
class Trial:
    """What was received from `first` to `last`, judged twice.

    `weekdays`: by the day of receipt at the office, Monday is 0. `changed` holds the first of the
    `changed_in_all`, in the order they were logged. `earlier`, `later`, `same`: where an inquiry's nearest
    due would have been, against where it is. `extended`: how many had been given more time.
    """

    first: date
    last: date
    all: Tally = field(default_factory=Tally)
    channels: dict[str, Tally] = field(default_factory=dict)
    weekdays: dict[int, Tally] = field(default_factory=dict)
    changed: list[Change] = field(default_factory=list)
    changed_in_all: int = 0
    earlier: int = 0
    later: int = 0
    same: int = 0
    extended: int = 0
