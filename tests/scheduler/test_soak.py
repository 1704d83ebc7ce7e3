"""Nothing is lost and nothing doubled while workers are killed in the middle of it: `make soak`, in small.

What befalls whom is drawn anew each time; the seed is printed, and what must come out is always the same.
"""

import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta

from models.leasing import LEASE
from tests.soak.misfortunes import KEPT
from tests.soak.office import Record, Reminder
from tests.soak.plan import Outcome, Plan
from tests.soak.server import Server
from tests.soak.soak import soak

SMALL = {"reminders": 60, "members": 12, "kills": 6}
# Each of these strikes when a message was kept, and its sender does not know it yet.
CERTAIN = {"reminders": 40, "kills": 3, "moments": (KEPT,)}
FALLS = {"kills": 0, "restarts": 2, "longest_away": 0.5, "frozen": 1}


async def soaked(address: str, **plan: object) -> Outcome:
    seed = secrets.randbelow(1_000_000)
    outcome = await soak(Plan(seed, **{**SMALL, **plan}), address)
    # pytest shows this when a test fails.
    print(f"seed {seed}: {outcome.line}\n{outcome.log}")  # noqa: T201
    assert (outcome.failed, outcome.unsettled) == ([], [])
    return outcome


def test_the_closing_line_says_what_was_counted():
    start = datetime(2026, 3, 2, 15, tzinfo=UTC)
    owed = [Reminder(f"k:{number}", f"INQ-{number}", start) for number in range(4)]
    kept = [(owed[number].number, start + timedelta(seconds=late)) for number, late in ((0, 3), (1, 40.2))]
    kept += [(owed[1].number, start + timedelta(seconds=90)), (owed[2].number, start)]
    outcome = Outcome(Plan(1), "sqlite", Counter(kills=60))
    outcome.count(kept, owed, Record(frozenset({"k:3"}), frozenset(), frozenset()))
    assert outcome.line == "soak: lost 1, doubled 1, kills 60, late max 41 s, database sqlite"
    assert outcome.unsettled == ["k:3"]


async def test_whoever_is_killed_each_reminder_is_said_once(database_url):
    outcome = await soaked(database_url)
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert len(outcome.late) == 60
    # The last kill may find nobody at work any more.
    assert outcome.befell["kills"] in (5, 6)


async def test_without_a_look_before_a_repeat_reminders_are_doubled(tmp_path):
    outcome = await soaked(f"sqlite:///{tmp_path / 'soak.db'}", door="blind", **CERTAIN)
    assert (outcome.lost, outcome.befell["kills"]) == (0, 3)
    assert outcome.doubled >= 1


async def test_where_nobody_can_look_a_reminder_is_repeated_once_at_most(tmp_path):
    outcome = await soaked(f"sqlite:///{tmp_path / 'soak.db'}", door="teams", **CERTAIN)
    assert (outcome.lost, outcome.doubled, outcome.befell["kills"]) == (0, 0, 3)
    assert outcome.repeated + outcome.handed_on >= 1


async def test_a_server_that_falls_and_a_worker_that_never_returns_delay_words_and_lose_none():
    server = Server()
    try:
        address = server.url(server.create())
        outcome = await soaked(address, restart=server.restart, **FALLS)
    finally:
        server.stop()
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert (outcome.befell["restarts"], outcome.befell["frozen"]) == (2, 1)
    # Two of the three may strike the same reminder, one after the other.
    assert outcome.late_by(1) <= 2 * (LEASE.total_seconds() + 60)
