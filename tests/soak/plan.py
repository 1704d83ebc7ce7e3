"""What the soak is to be, and what came of it: counted from the platform's own record, never from ours."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.soak.misfortunes import ANSWERED, ASKED, BEGUN, KEPT
from tests.soak.office import Record, Reminder


@dataclass(frozen=True)
class Plan:
    """What is to befall whom, and when: `restart` makes the database's server stay away so many seconds, of
    which there are `longest_away` at most.

    `door` is slack, teams, or blind: Slack, with workers that never look before they repeat themselves.
    """

    seed: int
    door: str = "slack"
    reminders: int = 600
    members: int = 40
    workers: int = 3
    kills: int = 60
    moments: tuple[str, ...] = (ASKED, KEPT, ANSWERED, BEGUN)
    restarts: int = 0
    frozen: int = 0
    restart: Callable[[float], None] | None = None
    longest_away: float = 4.0


@dataclass
class Outcome:
    """`lost` and `doubled`: never accepted, and accepted too often. `repeated`: twice, and marked so.

    `handed_on`: given up, because nobody could know whether it had arrived twice; the supervisor was told.
    `late` is in seconds of the workers' clock, for each reminder that was accepted.
    """

    plan: Plan
    database: str
    befell: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    repeated: int = 0
    handed_on: int = 0
    late: list[float] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    unsettled: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    elapsed: timedelta = timedelta()
    log: str = ""

    def count(self, kept: Sequence[tuple[str, datetime]], owed: Sequence[Reminder], record: Record) -> None:
        """From what the platform kept; the record tells only what we know to be uncertain."""
        teams, first = self.plan.door == "teams", dict[str, datetime]()
        for mark, at in kept:
            first.setdefault(mark, at)
        times = Counter(mark for mark, _ in kept)
        known = record.repeated | record.dead if teams else frozenset[str]()
        self.unsettled = sorted(record.open if teams else record.open | record.dead)
        for one in owed:
            mark = one.number
            self.handed_on += teams and one.key in record.dead
            if mark in first:
                self.late.append((first[mark] - one.not_before).total_seconds())
            elif one.key not in known:
                self.lost += 1
            if times[mark] == 2 and one.key in known:
                self.repeated += 1
            else:
                self.doubled += times[mark] > 1

    def late_by(self, share: float) -> float:
        """How late, in seconds, this share of the reminders was at most."""
        ordered = sorted(self.late) or [0.0]
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    @property
    def line(self) -> str:
        repeated = f"repeated {self.repeated}, " if self.plan.door == "teams" else ""
        return (
            f"soak: lost {self.lost}, doubled {self.doubled}, {repeated}kills {self.befell['kills']}, "
            f"late max {math.ceil(self.late_by(1))} s, database {self.database}"
        )
