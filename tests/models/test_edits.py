"""Edits owed: one for each message that can be changed, whatever happens to its inquiry and whenever."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import col, update

from models import claiming, edits, leasing, outbox
from models.inquiry import Happening, Inquiry, note, running
from models.outbox import Owed, Sending
from models.restored import mark_restored
from models.tally import tally
from tests.messaged import LATER, Messaged
from tests.seeded import moment

LETTER = "deadline:1:before-240:2026-03-03T23:00:00+00:00:1"


@pytest.fixture
def sent(either):
    return Messaged(either).reminded()


def happens(db, now, what=Happening.ANSWERED):
    """As a handler writes it, with the inquiry's clock ended."""
    inquiry = db.get_one(Inquiry, 1)
    clocks = running(db, inquiry)
    for clock in clocks:
        clock.ended_at, clock.ended_by = now, "answer"
        db.add(clock)
    outbox.withdraw(db, clocks, now, "answered")
    note(db, inquiry, what, 1, now)
    db.flush()


def change(sent, **values):
    with sent.office.store.transaction() as db:
        db.execute(update(Owed).where(col(Owed.key) == LETTER).values(**values))


def test_an_edit_goes_to_where_the_message_went_at_any_hour(sent):
    sent.say("inquiry answer INQ-1", at=LATER)
    (row,) = sent.edits()
    assert (row.edits, row.recipient, row.kind, row.any_hour) == (LETTER, "slack:T0:dana", "edit", True)
    assert (row.deadline_id, row.not_before) == (None, sent.office.now)
    with sent.office.store.transaction() as db:
        assert [one.key for one in edits.messages(db, row)] == [LETTER]


@pytest.mark.parametrize(
    "words",
    [
        "inquiry answer INQ-1",
        'inquiry close INQ-1 "Permit sent"',
        "inquiry ack INQ-1 by Friday",
        "inquiry pause INQ-1 waiting for the form",
        "inquiry assign INQ-1 to lee",
        "inquiry extend INQ-1 information not readily available until Wed",
    ],
)
def test_whatever_happens_owes_an_edit(office, words):
    sent = Messaged(office).reminded()
    sent.say(words, by="sam", at=LATER)
    assert [row.edits for row in sent.edits(Sending.OWED)] == [LETTER]


@pytest.mark.parametrize(
    "changed",
    [
        {"sent_to": "email::dana@riverbend.example"},
        {"sent_to": "terminal::dana"},
        {"provider_id": None},
        {"state": Sending.DEAD},
        {"state": Sending.WITHDRAWN},
        {"not_before": moment("Sunday 2026-02-01 13:29")},
    ],
)
def test_what_cannot_be_changed_or_is_old_or_was_not_said_is_left_alone(office, changed):
    sent = Messaged(office).reminded()
    change(sent, **changed)
    sent.say("inquiry answer INQ-1", at=LATER)
    assert sent.edits() == []


def test_a_message_about_another_inquiry_is_left_alone(office):
    sent = Messaged(office).reminded()
    sent.say("inquiry log email from Bo about rent")
    sent.say("inquiry answer INQ-2", at=LATER)
    assert sent.edits() == []


def test_one_edit_changes_a_letter_that_told_of_several_things(either):
    sent = Messaged(either).reminded(asked="Tuesday 12:00")
    with either.store.transaction() as db:
        db.execute(update(Owed).where(col(Owed.state) == Sending.SENT).values(bundle="together"))
    sent.say("inquiry answer INQ-1", at=LATER)
    assert [row.edits for row in sent.edits()] == ["together"]


def test_a_message_of_an_earlier_release_has_its_own_key_for_its_letter(office):
    sent = Messaged(office).reminded()
    change(sent, bundle=None)
    sent.say("inquiry answer INQ-1", at=LATER)
    assert [row.edits for row in sent.edits()] == [LETTER]
    (letter,) = sent.round()
    assert letter.facts["since"][0]["what"] == "answered"


def test_a_message_on_its_way_is_edited_after_it_has_arrived(sent):
    later = sent.office.at(LATER).now
    change(
        sent, state=Sending.SENDING, lease_until=later + timedelta(seconds=9), sent_to=None, provider_id=None
    )
    with sent.office.store.transaction() as db:
        happens(db, later)
    (row,) = sent.edits()
    assert (row.edits, row.recipient) == (LETTER, "staff:1")
    assert sent.round() == [], "the message is not there yet"
    change(sent, state=Sending.SENT, sent_to="slack:T0:dana", provider_id="D1/1.5", lease_until=None)
    (letter,) = sent.round("Tuesday 2026-03-03 13:31")
    assert (letter.edits, str(letter.to)) == ("D1/1.5", "slack:T0:dana")


def waiting_reminder(sent):
    """The reminder of INQ-1 once more, as it was before it was claimed."""
    change(sent, state=Sending.OWED, bundle=None, sent_to=None, provider_id=None, finished_at=None)
    sent.office.at(LATER)


def test_an_edit_follows_a_message_that_was_claimed_before_the_answer_and_recorded_after_it(sent):
    waiting_reminder(sent)
    store, now = sent.office.store, sent.office.now
    with store.transaction() as db:
        (row,) = claiming.claim(db, now)
    with store.transaction() as db:
        happens(db, now)
    with store.transaction() as db:
        said = {"state": Sending.SENT, "sent_to": "slack:T0:dana", "provider_id": "D1/1.5"}
        assert leasing.finish(db, row, **said)
    assert [one.edits for one in sent.round()] == ["D1/1.5"]


def test_an_answer_that_waits_for_a_claim_sees_that_the_message_is_on_its_way(sent):
    if not sent.office.store.on_postgresql:
        return  # SQLite lets one transaction in at a time
    waiting_reminder(sent)
    store, now = sent.office.store, sent.office.now
    begun = threading.Event()

    def answer():
        begun.set()
        with store.transaction() as db:
            happens(db, now)

    answering = threading.Thread(target=answer)
    with store.transaction() as db:
        (row,) = claiming.claim(db, now)
        answering.start()
        begun.wait(10)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        with store.engine.connect() as looking:
            while not looking.exec_driver_sql(waits).scalar():
                looking.rollback()
    answering.join(10)
    assert [row.edits for row in sent.edits()] == [row.key]


def test_a_message_that_waits_cannot_be_claimed_while_somebody_answers(sent):
    if not sent.office.store.on_postgresql:
        return  # as above
    waiting_reminder(sent)
    store, now = sent.office.store, sent.office.now
    with store.transaction() as answering:
        note(answering, answering.get_one(Inquiry, 1), Happening.ANSWERED, 1, now)
        answering.flush()
        with store.transaction() as db:
            assert [row.key for row in claiming.claim(db, now) if row.deadline_id] == []


def test_another_edit_follows_one_that_is_being_carried(sent):
    if not sent.office.store.on_postgresql:
        return  # as above
    sent.say("inquiry pause INQ-1 waiting for the form", at=LATER)
    store, now = sent.office.store, sent.office.now
    with store.transaction() as carrying:
        (row,) = [one for one in claiming.claim(carrying, now) if one.edits]
        with store.transaction() as db:
            happens(db, now)
    assert {one.state for one in sent.edits()} == {Sending.SENDING, Sending.OWED}
    with store.transaction() as db:
        leasing.finish(db, row, state=Sending.SENT, facts={"since": [{"what": "paused"}]})
    (letter,) = sent.round()
    assert letter.facts["since"][0]["what"] == "answered"


def test_an_edit_that_waits_is_held_by_who_adds_to_it(sent):
    if not sent.office.store.on_postgresql:
        return  # as above
    sent.say("inquiry pause INQ-1 waiting for the form", at=LATER)
    store, now = sent.office.store, sent.office.now
    with store.transaction() as answering:
        happens(answering, now)
        with store.transaction() as db:
            assert [one for one in claiming.claim(db, now) if one.edits] == []
    assert len(sent.edits()) == 1


def test_two_edits_of_one_letter_are_carried_one_after_the_other(sent):
    sent.say("inquiry pause INQ-1 waiting for the form", at=LATER)
    with sent.office.store.transaction() as db:
        db.add(Owed(**{**sent.edits()[0].model_dump(exclude={"id"}), "key": "edit:again"}))
    assert len(sent.round()) == 1
    assert sorted(row.state for row in sent.edits()) == [Sending.SENT, Sending.WITHDRAWN]


def test_after_a_restore_an_edit_says_what_the_restored_database_knows(sent):
    sent.say("inquiry pause INQ-1 waiting for the form", at=LATER)
    with sent.office.store.transaction() as db:
        mark_restored(db, sent.office.now)
    (letter,) = sent.round("Tuesday 2026-03-03 13:40")
    assert (letter.facts["since"][0]["what"], letter.edits) == ("paused", "slack:T0:dana/1")
    assert [row.state for row in sent.edits()] == [Sending.SENT]


def test_edits_are_counted_by_themselves_and_make_nothing_late(sent):
    sent.say("inquiry answer INQ-1", at=LATER)
    found = tally(sent.office.store)
    assert (found.words["owed", "edit"], found.longest_owed) == (1, None)


def test_edits_are_no_messages_to_their_reader(sent):
    sent.say("inquiry answer INQ-1", at=LATER)
    sent.round()
    with sent.office.store.transaction() as db:
        said = outbox.sent_to(db, sent.office.member("dana"))
    assert LETTER in [row.key for row in said]
    assert [row.key for row in said if row.kind == edits.KIND] == []
