"""Replicas whose machines' clocks differ go by the database server's, and hold nothing together."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.assemble import now as machine
from bot.ear import Ear
from bot.server_clock import ServerClock
from handlers.asking import Ask, House
from models import outbox
from models.claiming import claim
from models.inquiry import Inquiry
from models.leasing import LEASE
from models.outbox import Sending
from models.staff import Address
from models.store import Store
from scheduler import timetable

APART = timedelta(seconds=90)
NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


class Running:
    """Seconds that run when they are told to."""

    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


class Server:
    """A store whose server's clock is set by hand; None for SQLite, an error for a server that is away."""

    def __init__(self, shows):
        self.shows = shows

    def server_time(self):
        if isinstance(self.shows, Exception):
            raise self.shows
        return self.shows


def test_the_servers_clock_is_taken_over_and_runs_on_whatever_happens_to_the_machines():
    running, server, shown = Running(), Server(NOON), [NOON + APART]
    clock = ServerClock(server, lambda: shown[0], running)
    assert clock() == NOON + APART, "nobody has asked yet"
    assert clock.ask() == NOON
    shown[0] += timedelta(hours=25)
    running.seconds += 7
    assert clock() == NOON + timedelta(seconds=7)
    # The server's clock is moved: from the next asking on it counts.
    server.shows = NOON - timedelta(hours=1)
    assert clock() == NOON + timedelta(seconds=7)
    assert clock.ask() == NOON - timedelta(hours=1)


def test_sqlite_keeps_the_machines_clock():
    shown = [NOON]
    clock = ServerClock(Server(None), lambda: shown[0])
    assert clock.ask() == NOON
    shown[0] += APART
    assert (clock(), clock.ask()) == (NOON + APART, NOON + APART)


def test_while_the_server_does_not_answer_the_clock_goes_on_and_it_is_said_once(caplog):
    running, server = Running(), Server(OSError("away"))
    clock = ServerClock(server, lambda: NOON + APART, running)
    assert clock.ask() == NOON + APART
    server.shows = NOON
    assert clock.ask() == NOON
    server.shows = OSError("away")
    running.seconds += 15
    assert [clock.ask(), clock.ask()] == [NOON + timedelta(seconds=15)] * 2
    assert [(one.levelname, one.action) for one in caplog.records] == [("WARNING", "clock")] * 2
    assert "away" not in caplog.text


class Replica:
    """One of two, on one database: its machine's clock is this much ahead of the true time."""

    def __init__(self, office, ahead):
        self.store = Store(office.store.url.render_as_string(hide_password=False))
        self.running = Running()
        self.clock = ServerClock(self.store, lambda: machine() + ahead, self.running)

    def claim(self):
        with self.store.transaction() as db:
            return [(row.id, row.lease_until) for row in claim(db, self.clock.ask())]


# Replicas share PostgreSQL.
shared = pytest.mark.parametrize("either", ["postgresql"], indirect=True)


@pytest.fixture
def replicas(either):
    pair = [Replica(either, timedelta()), Replica(either, APART)]
    yield pair
    for one in pair:
        one.store.close()


def owe(office, count):
    with office.store.transaction() as db:
        for number in range(count):
            to = f"terminal::somebody{number}"
            outbox.put(db, f"word:{number}", to, "help", {}, now=office.now, any_hour=True)


@shared
@pytest.mark.parametrize("first", [0, 1])
def test_two_replicas_whose_clocks_differ_never_hold_the_same_row(either, replicas, first):
    owe(either, 5)
    one, other = replicas[first], replicas[1 - first]
    held = one.claim()
    assert len(held) == 5
    assert other.claim() == []
    # By the machine that is ahead, every lease had run out already.
    with other.store.transaction() as db:
        by_its_machine = claim(db, machine() + APART)
        assert APART > LEASE
        assert len(by_its_machine) == 5
        db.rollback()
    assert other.claim() == []
    assert {row.lease_until for row in either.owed(Sending.SENDING)} == {until for _, until in held}


@shared
def test_a_lease_that_has_run_out_by_the_server_is_anothers_whatever_its_own_clock_shows(either, replicas):
    owe(either, 1)
    ahead = replicas[1]
    with either.store.transaction() as db:
        claim(db, ahead.clock.ask() - LEASE)
    assert len(replicas[0].claim()) == 1
    assert ahead.claim() == []


@shared
async def test_what_is_asked_of_either_replica_is_stored_by_the_one_clock(either, replicas):
    for number, one in enumerate(replicas):
        one.clock.ask()
        ear = Ear(House(one.store), {}, one.clock, lambda work: work.close())
        ask = Ask(Address("terminal", "", "dana"), "inquiry log email from Jane Doe about a permit", NOON)
        reply = await ear(ask)
        assert reply.facts["number"] == f"INQ-{number + 1}"
    for earlier, later in pairwise(one.logged_at for one in either.rows(Inquiry)):
        assert timedelta() <= later - earlier < APART


async def test_every_round_is_told_its_moment_by_the_clock_that_it_is_handed(either, monkeypatch):
    moments, done = [], asyncio.Event()

    async def taken(_store, _senders, moment, _watch):
        moments.append(moment)
        done.set()

    monkeypatch.setattr(timetable, "tick", taken)
    rounds = timetable.start(either.store, {}, machine, ask=lambda: NOON)
    await asyncio.wait_for(done.wait(), 30)
    await rounds.stop()
    assert moments == [NOON]
