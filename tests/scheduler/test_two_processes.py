"""Several processes on one database: each reminder is said once, whoever dies in the middle of it."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.leasing import LEASE
from models.outbox import Sending
from tests.seeded import moment

ROOT = Path(__file__).parents[2]
OWNERS = ("dana", "lee", "kim", "robin")
SOON = moment("Tuesday 2026-03-03 13:00")


@pytest.fixture
def owed(either):
    """Forty reminders of which the sweep has still to be made, ten for each of four people."""
    for number in range(40):
        either.say(OWNERS[number % 4], f"inquiry log email from Jane Doe about permit {number}")
    return either


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "ledger"
    path.touch()
    return path


def worker(office, ledger: Path, now: datetime, *hang: str) -> subprocess.Popen[str]:
    """A process that has loaded everything and waits for the word to begin."""
    address = office.store.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.scheduler.worker", address, str(ledger), now.isoformat(), *hang],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process):
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process):
    said, _ = process.communicate()
    assert (process.returncode, said) == (0, "")


def check_said_once(office, ledger):
    """Forty reminders, each once, each person's in the order they were owed."""
    keys = [line.split()[0] for line in ledger.read_text().splitlines()]
    assert sorted(keys) == sorted(row.key for row in office.owed())
    assert len(keys) == len(set(keys)) == 40
    assert {row.state for row in office.owed()} == {Sending.SENT}
    clocks = [int(key.split(":")[1]) for key in keys]
    for owner in range(4):
        mine = [clock for clock in clocks if clock % 4 == owner]
        assert mine == sorted(mine)


def test_two_processes_say_each_reminder_once(owed, ledger):
    both = [worker(owed, ledger, SOON) for _ in range(2)]
    for one in both:
        begin(one)
    for one in both:
        finish(one)
    check_said_once(owed, ledger)


def test_what_a_killed_process_was_saying_is_said_once_by_another(owed, ledger):
    now = SOON
    for hang, count in (("before", "2"), ("after", "1")):
        doomed = worker(owed, ledger, now, hang, count)
        begin(doomed)
        assert doomed.stdout.readline() == "hanging\n"
        doomed.kill()
        doomed.communicate()
        assert owed.owed(Sending.SENDING)
        now += LEASE
    heir = worker(owed, ledger, now)
    begin(heir)
    finish(heir)
    check_said_once(owed, ledger)
    assert any(row.provider_id == "found" for row in owed.owed())


def test_until_the_lease_of_a_killed_process_runs_out_nobody_says_its_words(owed, ledger):
    doomed = worker(owed, ledger, SOON, "before", "1")
    begin(doomed)
    assert doomed.stdout.readline() == "hanging\n"
    doomed.kill()
    doomed.communicate()
    held = {row.key for row in owed.owed(Sending.SENDING)}
    owed.now = SOON + LEASE - timedelta(seconds=1)
    owed.tick()
    assert held
    assert held.isdisjoint(key for one in owed.chat.said for key in one.says)
    owed.now = SOON + LEASE
    owed.tick()
    assert held <= {key for one in owed.chat.said for key in one.says}
