"""/metrics: who may read, what is counted, and that it names nobody."""

import re
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import event, text

from bot.assemble import Ear, Tasks
from bot.metrics import FRESH_SECONDS, Metrics, MetricsDoor
from bot.web import create_app
from handlers.asking import Ask
from models import outbox, tally
from models.staff import Address
from scheduler.delivery import InDoubt, NotNow, Unreachable
from scheduler.timetable import tick
from scheduler.watch import Outcome
from tests.seeded import seeded

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def office(database_url):
    with seeded(database_url) as office:
        yield office


@pytest.fixture
def metrics(office):
    office.running = 0.0
    return Metrics(office.store, lambda: office.now, lambda: office.running)


async def numbers(metrics):
    """The page as {'name{labels}': value}, our own alone."""
    page = (await metrics.page()).decode()
    lines = [line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("replyby_")]
    return {name: float(value) for name, value in lines if "_created" not in name}


async def asked(metrics, token=None, address="127.0.0.1", **headers):
    app = create_app(survey=SimpleNamespace(handle=None), metrics=MetricsDoor(metrics, token))
    transport = httpx.ASGITransport(app, client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://office.example") as web:
        return await web.get("/metrics", headers=headers)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
async def test_this_machine_may_read_where_there_is_no_token(metrics, address):
    answer = await asked(metrics, address=address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    assert "replyby_database_up 1.0" in answer.text


@pytest.mark.parametrize("address", ["10.0.0.7", "192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "", "unix"])
async def test_anybody_else_finds_nothing_there(metrics, address):
    answer = await asked(metrics, address=address)
    assert (answer.status_code, answer.text) == (404, "There is nothing at this address.\n")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_a_proxy_on_this_machine_is_not_this_machine(metrics, header):
    assert (await asked(metrics, **{header: "127.0.0.1"})).status_code == 404


async def test_the_token_opens_from_anywhere_and_nothing_else_does(metrics):
    good = {"Authorization": f"Bearer {TOKEN}"}
    assert (await asked(metrics, TOKEN, "192.0.2.1", **good)).status_code == 200
    assert (await asked(metrics, TOKEN, "127.0.0.1", **good)).status_code == 200
    for bad in ("", TOKEN, f"Bearer {TOKEN}x", f"bearer  {TOKEN}", f"Basic {TOKEN}", "Bearer", "Bearer é"):
        given = {"Authorization": bad.encode()} if bad else {}
        assert (await asked(metrics, TOKEN, "127.0.0.1", **given)).status_code == 404, bad


async def test_words_owed_are_counted_by_kind_and_the_longest_is_timed(office, metrics):
    with office.store.transaction() as db:
        dana = outbox.to_staff(office.member("dana"))
        for number, seconds in enumerate((90, 30, -60)):
            since = office.now - timedelta(seconds=seconds)
            outbox.put(db, f"a:{number}", dana, "help", {}, now=office.now, not_before=since, kind="due_now")
        outbox.put(db, "b", dana, "help", {}, now=office.now, kind="survey")
        db.execute(text("UPDATE outbox SET state = 'dead' WHERE key = 'b'"))
    found = await numbers(metrics)
    assert found['replyby_words{kind="due_now",state="owed"}'] == 3
    assert found['replyby_words{kind="survey",state="dead"}'] == 1
    assert found["replyby_words_oldest_owed_seconds"] == 90
    with office.store.transaction() as db:
        db.execute(text("DELETE FROM outbox"))
    # Asked again at once, the database is not counted anew; a little later it is.
    assert await numbers(metrics) == found
    office.running = FRESH_SECONDS
    found = await numbers(metrics)
    assert [name for name in found if name.startswith("replyby_words{")] == []
    assert found["replyby_words_oldest_owed_seconds"] == 0


async def test_what_is_owed_is_counted_up_to_a_bound(office, metrics, monkeypatch):
    monkeypatch.setattr(tally, "COUNT_UP_TO", 2)
    with office.store.transaction() as db:
        for number in range(5):
            outbox.put(db, f"a:{number}", "staff:1", "help", {}, now=office.now)
    assert (await numbers(metrics))['replyby_words{kind="message",state="owed"}'] == 2


async def test_inquiries_are_counted_by_state(office, metrics):
    for name in ("Jane Doe", "Max Roe"):
        office.say("dana", f"inquiry log call from {name} about a permit received 8:40")
    office.say("dana", 'inquiry close INQ-1 "Sent"')
    found = await numbers(metrics)
    assert found['replyby_inquiries{state="open"}'] == 1
    assert found['replyby_inquiries{state="closed"}'] == 1


async def test_counting_begins_no_transaction_and_waits_for_no_writer(office, metrics):
    begun = []
    note = begun.append
    event.listen(office.store.engine, "begin", note)
    try:
        with office.store.transaction() as db:
            db.execute(text("UPDATE agency SET name = 'Elsewhere'"))
            assert (await numbers(metrics))["replyby_database_up"] == 1
    finally:
        event.remove(office.store.engine, "begin", note)
    assert len(begun) <= 1  # the writer's own


async def test_a_count_that_takes_too_long_is_cut_short(office, metrics, monkeypatch, caplog):
    monkeypatch.setattr(tally, "QUERY_SECONDS", 0.001)
    monkeypatch.setattr(tally, "_STEPS", 1)
    if office.store.on_postgresql:
        slow = "SELECT pg_sleep(60)"
    else:
        slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(Exception, match=r"interrupted|timeout"), tally.reading(office.store) as cursor:
        cursor.execute(slow)
    # The connection is as good as before.
    monkeypatch.undo()
    assert tally.tally(office.store).inquiries == {}


async def test_a_database_that_cannot_be_counted_is_told_of(office, metrics, monkeypatch):
    office.say("dana", "inquiry log call from Jane Doe about a permit received 8:40")
    assert (await numbers(metrics))["replyby_database_up"] == 1
    office.running += FRESH_SECONDS

    def broken(_store):
        raise OSError("gone")

    monkeypatch.setattr("bot.metrics.tally", broken)
    found = await numbers(metrics)
    assert found["replyby_database_up"] == 0
    assert [name for name in found if name.startswith("replyby_inquiries")] == []
    monkeypatch.undo()
    assert (await numbers(metrics))["replyby_database_up"] == 1


async def test_what_becomes_of_words_is_counted(office, metrics):
    dana, sam = office.member("dana"), office.member("sam")
    office.chat.fails = {"dana": [NotNow("slow"), InDoubt("cut")], "sam": [Unreachable("gone")]}
    with office.store.transaction() as db:
        for member in (dana, sam):
            outbox.put(db, member.handle, outbox.to_staff(member), "help", {}, now=office.now, any_hour=True)
    for _ in range(6):
        await tick(office.store, office.senders, office.now, metrics)
        office.now += timedelta(seconds=30)
    found = await numbers(metrics)
    kind = 'kind="message",platform="terminal"'
    assert found[f"replyby_words_sent_total{{{kind}}}"] == 1
    assert found[f'replyby_words_retried_total{{{kind},reason="not_now"}}'] == 1
    assert found[f'replyby_words_retried_total{{{kind},reason="in_doubt"}}'] == 1
    assert found[f"replyby_words_undeliverable_total{{{kind}}}"] == 1
    assert found['replyby_words_dead_total{kind="message"}'] == 1
    assert found['replyby_words_late_seconds_count{kind="message"}'] == 1
    assert found["replyby_sweep_seconds_count"] == 6


async def test_how_late_a_word_is_counts_from_when_it_was_to_be_said(office, metrics):
    metrics.carried([Outcome("due_now", "sent", "slack", 41.0), Outcome("due_now", "sent", "slack", 0.5)])
    found = await numbers(metrics)
    assert found['replyby_words_late_seconds_sum{kind="due_now"}'] == 41.5
    assert found['replyby_words_late_seconds_bucket{kind="due_now",le="60.0"}'] == 2
    assert found['replyby_words_late_seconds_bucket{kind="due_now",le="30.0"}'] == 1
    with office.store.transaction() as db:
        to = outbox.to_staff(office.member("dana"))
        since = office.now - timedelta(seconds=41)
        outbox.put(db, "a", to, "help", {}, now=since, not_before=since, kind="survey")
    (done,) = await tick(office.store, office.senders, office.now, metrics)
    assert done.outcome == Outcome("survey", "sent", "terminal", 41.0)


async def test_asks_are_counted_by_command_and_outcome_without_what_was_said(office, metrics, monkeypatch):
    tasks = Tasks()
    ear = Ear(office.house, {}, lambda: office.now, tasks.spawn, metrics)
    lines = [
        "inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40",
        "inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40",
        "jane.doe@example.com wants a permit",
        "desk team",
    ]
    for words in lines:
        await ear(Ask(Address("terminal", "", "dana"), words, office.now))
    with monkeypatch.context() as trouble:
        trouble.setattr("bot.ear.answer", lambda *_: 1 / 0)
        await ear(Ask(Address("terminal", "", "dana"), "inquiry mine", office.now))
    await tasks.finish()
    found = await numbers(metrics)
    counted = {name: value for name, value in found.items() if name.startswith("replyby_asks_total")}
    assert counted == {
        'replyby_asks_total{command="inquiry log",outcome="inquiry_logged"}': 2,
        'replyby_asks_total{command="none",outcome="not_understood"}': 1,
        'replyby_asks_total{command="desk team",outcome="not_for_you"}': 1,
        'replyby_asks_total{command="inquiry mine",outcome="crash"}': 1,
    }
    assert found["replyby_ask_seconds_count"] == 5
    page = (await metrics.page()).decode()
    assert not re.search(r"jane|doe|608-555|permit|example|dana|whitfield|riverbend", page, re.IGNORECASE)


async def test_two_replicas_count_for_themselves_and_share_the_gauges(office, metrics):
    other = Metrics(office.store, lambda: office.now)
    metrics.asked("inquiry mine", "inquiries_mine", 0.1)
    office.say("dana", "inquiry log call from Jane Doe about a permit received 8:40")
    one, two = await numbers(metrics), await numbers(other)
    asks = 'replyby_asks_total{command="inquiry mine",outcome="inquiries_mine"}'
    assert (one[asks], asks in two) == (1, False)
    gauge = 'replyby_inquiries{state="open"}'
    assert one[gauge] == two[gauge] == 1
