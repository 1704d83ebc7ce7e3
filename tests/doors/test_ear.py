"""The ear: on SQLite asks share a commit, and nothing else; what is owed is carried, once."""

import asyncio
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot import ear as ears
from bot.ear import Ear, Tasks
from handlers.asking import Ask, House
from models.inbox import Heard
from models.inquiry import Event, Inquiry
from models.staff import Address
from models.store import Store
from tests.doors.test_no_room import held
from tests.seeded import Office, seeded

DANA = Address("terminal", "", "dana")
LOG = "inquiry log email from Jane Doe about permit {}"


@pytest.fixture
def office(tmp_path):
    """SQLite, where asks wait for each other; the other tests ask for `either`."""
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}") as office:
        yield office


def ear_of(office, senders=None, store=None):
    tasks = Tasks()
    house = House(store or office.store)
    # No time passes: how many share a commit is not for this machine to say.
    return Ear(house, senders or {}, lambda: office.now, tasks.spawn, ticks=lambda: 0.0), tasks


def asks(office, *words, **more):
    return [Ask(DANA, said, office.now, key=f"key:{number}", **more) for number, said in enumerate(words)]


async def hear(office, *words, **more):
    """What is said at once, and the replies."""
    ear, tasks = ear_of(office)
    replies = await asyncio.gather(*map(ear, asks(office, *words, **more)))
    await tasks.finish()
    return replies


@contextmanager
def commits(office):
    """Which threads have committed meanwhile."""
    found = []

    def note(connection):
        if not connection.get_execution_options().get("reading"):
            found.append(threading.get_ident())

    event.listen(office.store.engine, "commit", note)
    try:
        yield found
    finally:
        event.remove(office.store.engine, "commit", note)


async def test_asks_that_come_at_once_share_one_commit_and_each_has_its_own_answer(office):
    with commits(office) as found:
        replies = await hear(office, *(LOG.format(number) for number in range(5)))
    numbers = [(reply.facts["number"], reply.facts["subject"]) for reply in replies]
    assert numbers == [(f"INQ-{number + 1}", f"permit {number}") for number in range(5)]
    assert len(found) == 1
    assert len(office.rows(Inquiry)) == 5


async def test_no_answer_goes_out_before_the_commit(office):
    ear, order = ear_of(office)[0], []

    async def ask(one):
        await ear(one)
        order.append("answer")

    def note(connection):
        if not connection.get_execution_options().get("reading"):
            order.append("commit")

    event.listen(office.store.engine, "commit", note)
    try:
        await asyncio.gather(*map(ask, asks(office, *(LOG.format(number) for number in range(3)))))
    finally:
        event.remove(office.store.engine, "commit", note)
    assert order == ["commit", *["answer"] * 3]


async def test_a_crash_takes_back_its_own_ask_alone(office, monkeypatch, caplog):
    monkeypatch.setattr(
        "handlers.inquiry.note",
        lambda db, inquiry, *rest, **more: (
            1 / 0 if inquiry.subject == "permit 1" else noted(db, inquiry, *rest, **more)
        ),
    )
    replies = await hear(office, *(LOG.format(number) for number in range(3)))
    assert [reply.template for reply in replies] == ["inquiry_logged", "crash", "inquiry_logged"]
    assert [row.subject for row in office.rows(Inquiry)] == ["permit 0", "permit 2"]
    assert [record.action for record in caplog.records] == ["ask"]
    with office.store.transaction() as db:
        assert sorted(row.key for row in db.exec(select(Heard))) == ["key:0", "key:2"]


def noted(db, inquiry, what, by_id, at, **detail):
    db.add(Event(inquiry_id=inquiry.id, at=at, what=what, by_id=by_id, detail=detail))


async def test_a_refusal_beside_others_keeps_nothing_and_says_why(office):
    replies = await hear(office, LOG.format(0), "inquiry answer INQ-9", LOG.format(2))
    assert [reply.template for reply in replies] == ["inquiry_logged", "unknown_inquiry", "inquiry_logged"]


async def test_who_asks_after_another_in_the_same_commit_sees_what_that_one_stored(office):
    logged, mine = await hear(office, LOG.format(0), "inquiry mine")
    assert [line["number"] for line in mine.facts["lines"]] == [logged.facts["number"]]


async def test_the_same_delivery_twice_in_one_commit_is_stored_once_and_answered_alike(office):
    ear, _ = ear_of(office)
    one = asks(office, LOG.format(0))[0]
    first, second = await asyncio.gather(ear(one), ear(one))
    assert first == second
    assert len(office.rows(Inquiry)) == 1


async def test_when_the_shared_commit_fails_each_ask_is_heard_by_itself(office, caplog):
    failed = []

    def once(_connection):
        if not failed:
            failed.append(True)
            raise OSError("made up")

    event.listen(office.store.engine, "commit", once)
    try:
        replies = await hear(office, *(LOG.format(number) for number in range(3)))
    finally:
        event.remove(office.store.engine, "commit", once)
    assert [reply.template for reply in replies] == ["inquiry_logged"] * 3
    assert sorted(row.subject for row in office.rows(Inquiry)) == ["permit 0", "permit 1", "permit 2"]
    assert [record.action for record in caplog.records] == ["apart"]


async def test_a_database_that_others_hold_refuses_all_who_wait_after_one_try(office, monkeypatch):
    hurried = Office(
        Store(office.store.url.render_as_string(hide_password=False), busy_seconds=0.1), office.now
    )
    monkeypatch.setattr(ears, "answer", lambda *_: pytest.fail("tried once more by itself"))
    with held(office.store, 30):
        replies = await hear(hurried, *(LOG.format(number) for number in range(3)))
    hurried.store.close()
    assert {reply.template for reply in replies} == {"not_stored"}
    assert {reply.facts["trouble"] for reply in replies} == {"busy"}
    assert office.rows(Inquiry) == []


async def test_more_asks_than_one_commit_takes_are_all_heard(office, monkeypatch):
    monkeypatch.setattr(ears, "MOST_TOGETHER", 2)
    with commits(office) as found:
        replies = await hear(office, *(LOG.format(number) for number in range(5)))
    assert [reply.facts["number"] for reply in replies] == [f"INQ-{number}" for number in range(1, 6)]
    assert len(found) == 3


class Slow:
    """A clock on which each look takes so many seconds."""

    def __init__(self, seconds):
        self.now, self.seconds = 0.0, seconds

    def __call__(self):
        self.now += self.seconds
        return self.now


@pytest.mark.parametrize(("seconds", "batches"), [(0.001, 1), (0.1, 3), (60.0, 7)])
async def test_slow_asks_are_committed_before_the_next_ones_and_all_are_heard_in_turn(
    office, seconds, batches
):
    tasks = Tasks()
    ear = Ear(office.house, {}, lambda: office.now, tasks.spawn, ticks=Slow(seconds))
    with commits(office) as found:
        replies = await asyncio.gather(*map(ear, asks(office, *(LOG.format(one) for one in range(7)))))
    assert [reply.facts["number"] for reply in replies] == [f"INQ-{number}" for number in range(1, 8)]
    assert len(found) == batches
    assert len(office.rows(Inquiry)) == 7


async def test_who_is_quick_is_answered_while_those_who_came_later_are_still_slow(office):
    tasks, order, answered = Tasks(), [], threading.Event()
    ear = Ear(office.house, {}, lambda: office.now, tasks.spawn, ticks=Slow(60.0))

    async def ask(one):
        await ear(one)
        order.append(one.key)
        answered.set()

    def note(connection):
        if not connection.get_execution_options().get("reading"):
            assert not order or answered.wait(20), "the first has no answer before the second is heard"
            order.append("commit")

    event.listen(office.store.engine, "commit", note)
    try:
        await asyncio.gather(*map(ask, asks(office, *(LOG.format(number) for number in range(2)))))
    finally:
        event.remove(office.store.engine, "commit", note)
    assert order == ["commit", "key:0", "commit", "key:1"]


async def test_asks_that_are_heard_one_by_one_have_no_more_time(office, monkeypatch):
    sizes = []

    def fails(asks, *_):
        sizes.append(len(asks))
        raise OSError("made up")

    monkeypatch.setattr(ears, "answer_together", fails)
    ear = Ear(office.house, {}, lambda: office.now, lambda work: work.close(), ticks=Slow(60.0))
    replies = await asyncio.gather(*map(ear, asks(office, *(LOG.format(one) for one in range(4)))))
    assert [reply.facts["number"] for reply in replies] == [f"INQ-{number}" for number in range(1, 5)]
    assert sizes == [4, 3, 2]


async def test_an_ask_whose_caller_is_gone_holds_nobody_up(office):
    ear, _ = ear_of(office)
    gone, stays = (asyncio.create_task(ear(one)) for one in asks(office, LOG.format(0), LOG.format(1)))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).template == "inquiry_logged"
    assert (await ear(asks(office, *["help"] * 3)[2])).template == "help"


@pytest.fixture
def carried(monkeypatch):
    """How often something was claimed."""
    rounds = []

    async def carry(store, senders, now):
        rounds.append(now)
        return []

    monkeypatch.setattr(ears, "carry", carry)
    return rounds


async def test_nothing_is_claimed_after_an_ask_that_owes_nothing(either, carried):
    await hear(either, LOG.format(0), "inquiry mine")
    assert carried == []


async def test_what_an_ask_owes_is_carried_after_it(either, carried):
    await hear(either, "help", by_message=True)
    assert carried == [either.now]
