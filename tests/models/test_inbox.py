"""What was heard once is not heard again."""

import threading

import pytest
from sqlalchemy import text
from sqlmodel import select

from models import inbox
from models.inbox import Heard
from models.inquiry import Event, Inquiry
from models.outbox import Owed

LOG = "inquiry log call from Jane Doe 608-555-0133 about a parking permit"
REPLY = {"template": "t", "facts": {"n": 1}, "choices": []}


def hear(store, now, key="Ev1"):
    with store.transaction() as db:
        before = inbox.hear(db, key, now)
        if before is None:
            inbox.answered(db, key, REPLY)
        return before


def test_a_second_delivery_gets_the_first_reply(either):
    assert hear(either.store, either.now) is None
    assert hear(either.store, either.now) == REPLY
    assert hear(either.store, either.now, key="Ev2") is None


def test_an_ask_delivered_four_times_is_stored_once_and_answered_alike(either):
    replies = [either.say("dana", LOG, key="Ev1") for _ in range(4)]
    assert {reply.facts["number"] for reply in replies} == {"INQ-1"}
    assert {reply.template for reply in replies} == {"inquiry_logged"}
    assert replies[3].choices == replies[0].choices
    assert (len(either.rows(Inquiry)), len(either.rows(Event))) == (1, 1)


def test_the_same_words_under_two_keys_are_two_asks(either):
    numbers = [either.say("dana", LOG, key=key).facts["number"] for key in ("Ev1", "Ev2")]
    assert numbers == ["INQ-1", "INQ-2"]


def test_a_refusal_is_repeated_too(either):
    first = either.say("dana", "inquiry answer INQ-9", key="Ev1")
    either.say("dana", LOG)
    assert first.template == "unknown_inquiry"
    assert either.say("dana", "inquiry answer INQ-1", key="Ev1") == first


def test_an_answer_that_goes_out_as_a_message_is_owed_once(either):
    for _ in range(3):
        either.say("dana", "help", key="activity-1", by_message=True)
    assert [(row.key, row.recipient) for row in either.rows(Owed)] == [
        ("answer:activity-1", "terminal::dana")
    ]


def test_an_ask_that_failed_is_heard_anew(either, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("handlers.inquiry.note", None)
        with pytest.raises(TypeError):
            either.say("dana", LOG, key="Ev1")
    assert either.rows(Inquiry) == []
    assert either.say("dana", LOG, key="Ev1").template == "inquiry_logged"


@pytest.mark.parametrize(("first_succeeds", "second_gets"), [(True, REPLY), (False, None)])
def test_a_second_delivery_waits_until_the_first_has_ended(either, first_succeeds, second_gets):
    got = []
    second = threading.Thread(target=lambda: got.append(hear(either.store, either.now)))
    with either.store.transaction() as db:
        assert inbox.hear(db, "Ev1", either.now) is None
        second.start()
        if either.store.on_postgresql:
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not db.execute(waiting).scalar():
                assert second.is_alive(), "the second delivery did not wait"
        assert got == []
        if first_succeeds:
            inbox.answered(db, "Ev1", REPLY)
        else:
            db.rollback()
    second.join()
    assert got == [second_gets]
    with either.store.transaction() as db:
        assert [row.reply for row in db.exec(select(Heard))] == [REPLY]


def test_of_many_deliveries_at_once_one_is_heard(either):
    replies = []
    deliveries = [
        threading.Thread(target=lambda: replies.append(either.say("dana", LOG, key="Ev1"))) for _ in range(6)
    ]
    for one in deliveries:
        one.start()
    for one in deliveries:
        one.join()
    assert [reply.facts["number"] for reply in replies] == ["INQ-1"] * 6
    assert len(either.rows(Inquiry)) == 1
