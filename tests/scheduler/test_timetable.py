"""The rounds: what one does, how they are started and stopped, and the moments worth standing still at."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from models import outbox
from models.agency_file import HolidaysEntry, HoursEntry
from models.claiming import claim
from models.migrating import migrate
from models.outbox import Sending
from models.store import Store
from scheduler import reminders, timetable
from scheduler.delivery import SENDING_SECONDS, NotNow, Receipt
from scheduler.timetable import next_moment, start, tick
from tests.seeded import Office, counted, demo, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"


def owe(office, count, handle="dana", **more):
    for number in range(count):
        with office.store.transaction() as db:
            to = outbox.to_staff(office.member(handle))
            outbox.put(db, f"{handle}:{number}", to, "help", {"number": number}, now=office.now, **more)


def test_a_round_goes_on_until_nothing_more_can_be_said_at_this_moment(either):
    owe(either, 3, "dana")
    owe(either, 2, "lee")
    assert len(either.tick()) == 5
    assert either.owed(Sending.OWED) == []


@pytest.mark.parametrize("fault", [NotNow("busy"), NotNow("busy", 0), RuntimeError("a bug"), "put right"])
def test_no_round_goes_on_for_ever(office, fault):
    if fault == "put right":
        office.at("Sunday 2026-03-08 12:00")
    else:
        office.chat.fails["dana"] = [fault] * 1000
    owe(office, 3)
    assert len(office.tick()) == 3
    assert len(office.chat.fails.get("dana", [])) in (0, 997)


def test_a_round_that_drags_on_claims_nothing_more_under_its_old_moment(office, monkeypatch):
    owe(office, 5)
    seconds = itertools.count(0, SENDING_SECONDS * 0.4)
    with monkeypatch.context() as slow:
        slow.setattr(timetable, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
        assert len(office.tick()) == 2  # at two fifths of the time and at four; not at six
    assert len(office.tick()) == 3


def test_a_sweep_that_fails_is_an_alarm_and_what_is_owed_is_carried(either, monkeypatch, caplog):
    owe(either, 1)
    with monkeypatch.context() as broken:
        broken.setattr(reminders, "sweep", lambda store, now: 1 / 0)
        assert len(either.tick()) == 1
    assert [one.action for one in caplog.records] == ["sweep"]


def test_before_there_is_an_agency_answers_are_said_and_nothing_is_an_alarm(tmp_path, caplog):
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    office = Office(store, moment("Monday 2026-03-02 09:00"))
    migrate(store, office.now)
    assert office.say("dana", "help", key="a", by_message=True).template == "not_set_up"
    office.tick()
    assert office.heard() == ["dana not_set_up"]
    assert caplog.records == []
    store.close()


class Waits:
    """A door that says when it has begun, and ends when it is let."""

    def __init__(self):
        self.begun, self.let = asyncio.Event(), asyncio.Event()

    async def send(self, letter):
        self.begun.set()
        await self.let.wait()
        return Receipt(None, "said")


def present():
    """APScheduler counts the rounds missed since the first one should have been: it should be now."""
    return datetime.now(UTC)


async def test_the_first_round_begins_at_once_and_stopping_waits_until_it_is_recorded(either):
    owe(either, 1, any_hour=True)
    door = Waits()
    rounds = start(either.store, {"terminal": door}, present)
    await asyncio.wait_for(door.begun.wait(), 30)
    stopping = asyncio.create_task(rounds.stop())
    await asyncio.sleep(0)
    assert rounds.running
    assert not stopping.done()
    door.let.set()
    await asyncio.wait_for(stopping, 30)
    assert not rounds.running
    assert [row.state for row in either.owed()] == [Sending.SENT]


async def test_stopping_between_rounds_is_quick(office):
    rounds = start(office.store, {}, present)
    await asyncio.wait_for(rounds.stop(), 30)
    assert not rounds.running


async def test_a_round_that_fails_is_an_alarm_and_the_next_one_comes(office, monkeypatch, caplog):
    begun = asyncio.Event()

    async def fail(*given):
        begun.set()
        raise ZeroDivisionError

    monkeypatch.setattr(timetable, "carry", fail)
    rounds = start(office.store, {}, present)
    await asyncio.wait_for(begun.wait(), 30)
    (job,) = rounds.get_jobs()
    assert job.next_run_time is not None
    await rounds.stop()
    assert [one.action for one in caplog.records if one.name == "scheduler.timetable"] == ["tick"]


async def test_the_rounds_come_every_quarter_of_a_minute_one_at_a_time_and_are_never_lost(office):
    rounds = start(office.store, {}, present)
    (job,) = rounds.get_jobs()
    assert job.trigger.interval == timedelta(seconds=15)
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    assert str(rounds.timezone) == "UTC"
    await rounds.stop()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("Monday 2026-03-02 09:00", "Tuesday 2026-03-03 08:00"),  # an opening
        ("Tuesday 2026-03-03 08:00", "Tuesday 2026-03-03 13:00"),  # due soon
        ("Tuesday 2026-03-03 13:00", "Tuesday 2026-03-03 17:00"),  # due
        ("Tuesday 2026-03-03 17:00", "Wednesday 2026-03-04 08:00"),  # an opening
        ("Wednesday 2026-03-04 08:00", "Wednesday 2026-03-04 09:00"),  # late
        ("Wednesday 2026-03-04 09:00", "Wednesday 2026-03-04 10:00"),  # late for the supervisor
        ("Wednesday 2026-03-04 10:00", "Wednesday 2026-03-04 16:00"),  # late for the one above
        ("Wednesday 2026-03-04 16:00", "Thursday 2026-03-05 08:00"),
        ("Friday 2026-03-06 12:00", "Monday 2026-03-09 08:00"),
        ("Saturday 2026-03-07 12:00", "Monday 2026-03-09 08:00"),
    ],
)
def test_the_next_moment_is_the_next_at_which_a_word_may_be_owed(office, after, expected):
    office.say("dana", LOG)
    office.until(after)
    end = moment("Friday 2026-03-13 12:00")
    assert next_moment(office.store, moment(after), end) == moment(expected)


def test_the_next_moment_is_when_a_word_that_waits_or_whose_lease_runs_out_can_be_said(either):
    end = moment("Monday 2026-03-02 12:00")
    assert next_moment(either.store, either.now, end) == end
    either.chat.fails["dana"] = [NotNow("busy", 90)]
    owe(either, 1)
    either.tick()
    assert next_moment(either.store, either.now, end) == either.now + timedelta(seconds=90)
    owe(either, 1, "lee")
    with either.store.transaction() as db:
        (row,) = claim(db, either.now)
    after_the_lease = next_moment(either.store, either.now, end)
    assert after_the_lease == row.lease_until
    either.now = after_the_lease
    either.tick()
    assert either.heard() == ["lee help 0"]


def test_the_next_moment_always_lies_ahead_and_never_past_the_end(office):
    office.say("dana", LOG)
    office.say("lee", LOG)
    office.say("lee", "inquiry ack INQ-2 by 2026-03-03 12:00:30")
    now, end = moment("Monday 2026-03-02 08:00"), moment("Tuesday 2026-03-10 20:00")
    while now < end:
        for later in (timedelta(), timedelta(microseconds=1), timedelta(seconds=59)):
            after = min(now + later, end - timedelta(microseconds=1))
            assert after < next_moment(office.store, after, end) <= end
        now += timedelta(hours=3, minutes=7)


def test_the_afternoon_and_the_night_shift_are_openings_too(tmp_path):
    split = HoursEntry(tuesday="8:00-12:00, 13:00-17:00", friday="22:00-2:00")
    agency = demo().model_copy(update={"hours": split})
    with seeded(f"sqlite:///{tmp_path / 'split.db'}", agency=agency) as office:
        end = moment("Saturday 2026-03-07 23:00")
        stops = [moment("Monday 2026-03-02 09:00")]
        while stops[-1] < end:
            stops.append(next_moment(office.store, stops[-1], end))
        assert stops[1:] == [
            moment("Tuesday 2026-03-03 08:00"), moment("Tuesday 2026-03-03 13:00"),
            moment("Friday 2026-03-06 22:00"), end,
        ]  # fmt: skip


def test_the_end_of_the_calendar_is_no_obstacle(tmp_path):
    holidays = HolidaysEntry(country="US", first_year=2026, last_year=2026)
    agency = demo().model_copy(update={"holidays": holidays})
    with seeded(f"sqlite:///{tmp_path / 'year.db'}", "Wednesday 2026-12-30 16:00", agency) as office:
        office.say("dana", LOG)
        office.tick()
        assert office.heard() == [f"{handle} calendar_ends" for handle in ("sam", "robin", "alex")]
        assert office.until("Thursday 2026-12-31 16:59") == ["Thursday 2026-12-31 13:00 dana due_soon INQ-1"]
        end = moment("Friday 2027-01-01 12:00")
        assert next_moment(office.store, moment("Thursday 2026-12-31 18:00"), end) == end


def test_standing_still_at_those_moments_alone_misses_nothing(tmp_path):
    def day_by_day(name, walk):
        with seeded(f"sqlite:///{tmp_path / name}.db") as office:
            office.say("dana", LOG)
            office.say("dana", "inquiry ack INQ-1 by 2026-03-04 10:20")
            office.say("lee", LOG, "Monday 2026-03-02 18:00")
            office.say("lee", "inquiry ack INQ-2 by 2026-03-04 19:00")
            office.say("kim", LOG)
            office.say("kim", "away from 2026-03-04 to 2026-03-04")
            for handle in ("sam", "alex"):
                office.say(handle, "away from 2026-03-04 to 2026-03-05 alternate robin")
            walk(office)
            return sorted(f"{one.key} {one.sent_to} {one.state.value}" for one in office.owed())

    def every_quarter_hour(office):
        end = moment("Friday 2026-03-06 09:00")
        while office.now <= end:
            asyncio.run(tick(office.store, office.senders, office.now))
            office.now += timedelta(minutes=15)

    careful = day_by_day("a", every_quarter_hour)
    assert day_by_day("b", lambda office: office.until("Friday 2026-03-06 09:00")) == careful
    assert sum("sent" in line for line in careful) >= 9


def test_the_next_moment_is_found_without_reading_every_inquiry(either):
    either.say("dana", LOG)
    counts = set()
    for _ in range(3):
        with counted(either) as statements:
            next_moment(either.store, either.now, moment("Friday 2026-03-13 12:00"))
        counts.add(len(statements))
        for _ in range(10):
            either.say("dana", LOG)
    assert len(counts) == 1
    # Of the deadlines, each question reads the nearest alone.
    asked = [sql for sql in statements if "FROM deadline" in sql]
    assert asked
    assert all("LIMIT" in sql for sql in asked)
