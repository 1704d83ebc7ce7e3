"""Claim, send with no transaction open, record: nothing lost, nothing doubled, no fault stops the others."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlmodel import select

from models import outbox
from models.claiming import claim
from models.leasing import LEASE
from models.outbox import Owed, Sending
from models.staff import Address, Staff, email_address, remember_address
from scheduler import delivery, recording
from scheduler.addressing import MOST_ATTEMPTS
from scheduler.delivery import Delivered, InDoubt, NotNow, Receipt, Unreachable, carry
from tests.seeded import Recorder

SECOND = timedelta(seconds=1)
DANA = Address("terminal", "", "dana")


def owe(office, *handles, key="a"):
    """Owes each a word; the keys are key:0, key:1, …"""
    for number, handle in enumerate(handles):
        to = outbox.to_staff(office.member(handle))
        with office.store.transaction() as db:
            outbox.put(db, f"{key}:{number}", to, "you_cover", {"name": "Dana"}, now=office.now)


def carried(office, later=timedelta()):
    return asyncio.run(carry(office.store, office.senders, office.now + later))


def only(office):
    (row,) = office.owed()
    return row


def test_what_was_said_is_recorded_with_when_and_where(either):
    owe(either, "dana")
    assert carried(either) == [Delivered("a:0", Sending.SENT, DANA)]
    row = only(either)
    assert (row.state, row.finished_at, row.sent_to) == (Sending.SENT, either.now, "terminal::dana")
    assert (row.provider_id, row.said) == ("terminal::dana/1", "you_cover ")
    assert (row.lease_token, row.lease_until, row.attempts) == (None, None, 1)
    assert carried(either) == []


def test_a_letter_holds_what_the_door_needs(office):
    reference = {"conversation": "c1"}
    with office.store.transaction() as db:
        dana = db.exec(select(Staff).where(Staff.handle == "dana")).one()
        remember_address(db, dana, Address("terminal", "", "dana"), office.now, reference)
        buttons = [{"label": "Show", "words": "inquiry show INQ-1"}]
        outbox.put(db, "a", outbox.to_staff(dana), "help", {"n": 1}, now=office.now, choices=buttons)
    carried(office)
    (letter,) = office.chat.said
    assert (letter.key, letter.template, letter.facts, letter.to) == ("a", "help", {"n": 1}, DANA)
    assert (letter.choices, letter.reference, letter.doubtful) == (tuple(buttons), reference, False)


def test_no_transaction_is_open_while_something_is_being_sent(either):
    owe(either, "dana")

    class Looks:
        async def send(self, letter):
            # On SQLite this would wait for ever for a transaction that waits for us.
            owe(either, "lee", key="b")
            return Receipt(None, "said")

    either.chat = Looks()
    carried(either)
    assert [row.state for row in either.owed()] == [Sending.SENT, Sending.OWED]


def test_words_to_one_person_are_said_one_after_the_other_in_their_order(either):
    owe(either, *["dana"] * 3, key="a")
    owe(either, "lee", key="b")
    assert [len(carried(either)) for _ in range(4)] == [2, 1, 1, 0]
    assert [one.key for one in either.chat.said if one.to == DANA] == ["a:0", "a:1", "a:2"]


def test_without_a_door_out_everything_waits(office):
    owe(office, "dana")
    assert asyncio.run(carry(office.store, {}, office.now)) == []
    assert (only(office).state, only(office).attempts) == (Sending.OWED, 0)


@pytest.mark.parametrize(("asked", "waits"), [(30, 30), (0, 1), (-5, 1), (0.2, 1), (1e9, 3600), (900, 900)])
def test_we_come_back_when_the_platform_says_and_it_is_no_attempt(office, asked, waits):
    office.chat.fails["dana"] = [NotNow("ratelimited", asked)]
    owe(office, "dana")
    carried(office)
    row = only(office)
    assert (row.state, row.reason, row.attempts, row.doubtful) == (Sending.OWED, "ratelimited", 0, False)
    assert row.not_before == office.now + waits * SECOND
    assert carried(office, (waits - 0.5) * SECOND) == []
    assert len(carried(office, waits * SECOND)) == 1
    assert [one.doubtful for one in office.chat.said] == [False]


def test_a_platform_that_asks_for_patience_a_hundred_times_gets_the_word_in_the_end(office):
    office.chat.fails["dana"] = [NotNow("ratelimited", 1)] * 100
    owe(office, "dana")
    for seconds in range(101):
        carried(office, seconds * SECOND)
    assert office.heard() == ["dana you_cover"]


def test_pauses_grow_and_are_spread_out_but_have_a_limit(office, monkeypatch):
    for share in (0, 1):
        monkeypatch.setattr(recording.random, "uniform", lambda low, high, share=share: (low, high)[share])
        office.chat.fails["dana"] = [NotNow("busy")] * 10
        owe(office, "dana", key=str(share))
        pauses, later = [], timedelta()
        for _ in range(10):
            carried(office, later)
            waits = office.owed()[-1].not_before - (office.now + later)
            pauses.append(waits.total_seconds())
            later += waits
        expected = [1] * 10 if share == 0 else [10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
        assert pauses == expected
        carried(office, later)
        assert office.owed()[-1].state is Sending.SENT


@pytest.mark.parametrize(
    "fault", [InDoubt("connection cut"), RuntimeError("a bug of the door"), TimeoutError()]
)
def test_when_nobody_knows_whether_it_was_said_the_door_is_told_to_look(office, fault, caplog):
    office.chat.fails["dana"] = [fault]
    owe(office, "dana", "lee")
    assert {one.state for one in carried(office)} == {Sending.OWED, Sending.SENT}
    assert office.heard() == ["lee you_cover"]
    carried(office, timedelta(minutes=1))
    assert [(one.to.user, one.doubtful) for one in office.chat.said] == [("dana", True)]
    alarms = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(alarms) == (type(fault) is RuntimeError)


def test_doubt_stays_while_the_platform_asks_for_patience(office):
    office.chat.fails["dana"] = [InDoubt("cut"), NotNow("ratelimited", 5)]
    owe(office, "dana")
    for minutes in range(3):
        carried(office, timedelta(minutes=minutes))
    assert [one.doubtful for one in office.chat.letters] == [False, True, True]


def test_a_door_that_never_answers_is_given_up_after_a_third_of_the_lease(office, monkeypatch):
    assert LEASE.total_seconds() == delivery.SENDING_SECONDS * 3
    monkeypatch.setattr(delivery, "SENDING_SECONDS", 0)

    class Silent:
        async def send(self, letter):
            await asyncio.Event().wait()

    office.chat = Silent()
    owe(office, "dana")
    assert [one.state for one in carried(office)] == [Sending.OWED]
    assert (only(office).doubtful, only(office).reason) == (True, "TimeoutError")


def test_a_word_whose_sender_died_is_said_by_another_who_is_told_to_look_first(either):
    owe(either, "dana")
    with either.store.transaction() as db:
        claim(db, either.now)
    assert carried(either, LEASE - SECOND) == []
    assert len(carried(either, LEASE)) == 1
    assert [one.doubtful for one in either.chat.said] == [True]
    assert (only(either).state, only(either).attempts) == (Sending.SENT, 2)


def test_a_sender_that_is_stopped_midway_leaves_the_word_to_another(either):
    owe(either, "dana")
    either.chat.fails["dana"] = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        carried(either)
    assert only(either).state is Sending.SENDING
    carried(either, LEASE)
    assert [one.doubtful for one in either.chat.said] == [True]


def twice_stopped_midway(office):
    """A word whose first sender was stopped while saying it, and the second one too."""
    office.mail = Recorder()
    office.chat.fails["dana"] = [asyncio.CancelledError(), asyncio.CancelledError()]
    owe(office, "dana")
    for later in (timedelta(), LEASE):
        with pytest.raises(asyncio.CancelledError):
            carried(office, later)


def test_a_word_that_may_have_been_said_twice_is_not_said_there_a_third_time(either):
    twice_stopped_midway(either)
    carried(either, 2 * LEASE)
    assert [one.doubtful for one in either.chat.letters] == [False, True]
    assert [(one.to.platform, one.doubtful) for one in either.mail.said] == [("email", False)]
    row = only(either)
    assert (row.state, row.unreachable) == (Sending.SENT, ["terminal::dana"])


def test_a_word_that_may_have_been_said_twice_is_looked_for_where_one_can_look(either):
    either.chat.looks = True
    twice_stopped_midway(either)
    carried(either, 2 * LEASE)
    assert [one.doubtful for one in either.chat.said] == [True]
    assert (only(either).sent_to, either.mail.letters) == ("terminal::dana", [])


def broken_finish(monkeypatch, times):
    """Recording by itself fails so many times for the first member of staff; with others, always."""
    broken = [RuntimeError("the database is away")] * times

    def finish_all(db, outcomes):
        if any(row.recipient == "staff:1" for row, _ in outcomes) and broken:
            raise broken[0] if len(outcomes) > 1 else broken.pop()
        return unbroken(db, outcomes)

    unbroken = recording.finish_all
    monkeypatch.setattr(recording, "finish_all", finish_all)


def test_an_outcome_that_cannot_be_recorded_is_looked_for_later(either, monkeypatch, caplog):
    owe(either, "dana", "lee")
    broken_finish(monkeypatch, 3)
    monkeypatch.setattr(recording, "RECORDING_PAUSES", (0, 0))
    assert {one.key: one.state for one in carried(either)} == {"a:0": Sending.SENDING, "a:1": Sending.SENT}
    assert [one.action for one in caplog.records] == ["record"]
    carried(either, LEASE)
    assert [(one.to.user, one.doubtful) for one in either.chat.said] == [
        ("dana", False), ("lee", False), ("dana", True),
    ]  # fmt: skip
    assert [row.state for row in either.owed()] == [Sending.SENT] * 2


def test_an_outcome_is_recorded_once_the_database_is_back_within_the_lease(either, monkeypatch, caplog):
    owe(either, "dana", "lee")
    broken_finish(monkeypatch, 2)
    monkeypatch.setattr(recording, "RECORDING_PAUSES", (0, 0))
    assert {one.key: one.state for one in carried(either)} == {"a:0": Sending.SENT, "a:1": Sending.SENT}
    assert caplog.records == []
    assert [row.doubtful for row in either.owed()] == [False] * 2


def test_recording_is_tried_for_no_longer_than_its_third_of_the_lease():
    assert LEASE.total_seconds() / 4 < sum(recording.RECORDING_PAUSES) < LEASE.total_seconds() / 3


def test_who_lost_the_lease_while_sending_does_not_overwrite_the_other(either):
    owe(either, "dana")

    class Slow(Recorder):
        async def send(self, letter):
            with either.store.transaction() as db:
                (row,) = claim(db, either.now + LEASE)
                assert row.doubtful
            return Receipt(None, "too late")

    either.chat = Slow()
    assert carried(either) == [Delivered("a:0", Sending.SENDING, DANA)]
    assert (only(either).state, only(either).said) == (Sending.SENDING, None)


def test_an_address_that_will_never_take_it_makes_room_for_the_next_and_then_for_email(either):
    with either.store.transaction() as db:
        dana = db.exec(select(Staff).where(Staff.handle == "dana")).one()
        remember_address(db, dana, Address("terminal", "", "elsewhere"), either.now + timedelta(hours=2))
    either.mail = Recorder()
    either.chat.fails = {"elsewhere": [Unreachable("user_not_found")], "dana": [Unreachable("gone")]}
    owe(either, "dana")
    either.tick()
    assert [one.to.user for one in either.chat.letters] == ["elsewhere", "dana"]
    assert [one.to for one in either.mail.said] == [email_address("dana@riverbend.example")]
    row = only(either)
    assert (row.state, row.sent_to) == (Sending.SENT, "email::dana@riverbend.example")
    assert row.unreachable == ["terminal::elsewhere", "terminal::dana"]


def test_when_no_address_takes_it_the_supervisor_is_told_once(either, caplog):
    either.mail = Recorder(fails={"dana@riverbend.example": [Unreachable("no such mailbox")]})
    either.chat.fails["dana"] = [Unreachable("user_not_found")]
    either.say("dana", "inquiry log email from Jane Doe about a permit")
    either.tick("Tuesday 2026-03-03 13:00")
    assert either.heard() == ["sam undelivered"]
    dead, told = either.owed()
    assert (dead.state, dead.reason) == (Sending.DEAD, "no such mailbox")
    assert (told.recipient, told.facts) == (
        "staff:3",
        {
            "recipient": "Dana Whitfield",
            "about": "the reminder that INQ-1 is due soon",
            "reason": "no such mailbox",
            "attempts": 2,
        },
    )
    assert [one.action for one in caplog.records] == ["undelivered"]
    for _ in range(3):
        either.tick()
    assert either.heard() == []


def test_that_a_word_is_undelivered_waits_for_working_time(office):
    office.at("Sunday 2026-03-08 12:00").chat.fails["dana"] = [Unreachable("gone")]
    with office.store.transaction() as db:
        outbox.put(db, "a", "staff:1", "help", {}, now=office.now, any_hour=True)
    assert office.until("Monday 2026-03-09 12:00") == ["Monday 2026-03-09 08:00 sam undelivered"]


def test_a_word_that_the_supervisor_does_not_get_either_is_an_alarm_and_no_endless_chain(office, caplog):
    office.chat.fails = {name: [Unreachable("gone")] * 9 for name in ("dana", "sam", "alex")}
    owe(office, "dana")
    office.tick()
    assert [(row.recipient, row.state) for row in office.owed()] == [
        ("staff:1", Sending.DEAD), ("staff:3", Sending.DEAD),
    ]  # fmt: skip
    assert [one.action for one in caplog.records] == ["undelivered"] * 2


def test_where_nobody_stands_above_an_undelivered_word_is_an_alarm(office, caplog):
    office.chat.fails["alex"] = [Unreachable("gone")]
    owe(office, "alex")
    office.tick()
    assert only(office).state is Sending.DEAD
    assert [one.action for one in caplog.records] == ["undelivered"]


def test_a_word_to_somebody_outside_that_cannot_be_said_is_an_alarm(office, caplog):
    office.chat.fails["jane"] = [Unreachable("gone")]
    with office.store.transaction() as db:
        outbox.put(db, "a", Address("terminal", "", "jane"), "survey_invitation", {}, now=office.now)
    office.tick()
    assert only(office).state is Sending.DEAD
    assert [one.action for one in caplog.records] == ["undelivered"]


def test_an_address_that_failed_often_enough_makes_room_for_the_next(office):
    office.mail = Recorder()
    office.chat.fails["dana"] = [InDoubt("HTTP 502")] * MOST_ATTEMPTS
    owe(office, "dana")
    for hours in range(MOST_ATTEMPTS + 1):
        # In working time, or it would wait for the morning.
        carried(office, timedelta(minutes=hours * 16))
    assert len(office.chat.letters) == MOST_ATTEMPTS
    assert [(one.to.user, one.doubtful) for one in office.mail.said] == [("dana@riverbend.example", False)]


def test_a_word_that_fails_everywhere_dies_in_the_end_and_says_why(office):
    office.chat.fails["dana"] = [InDoubt("HTTP 502")] * MOST_ATTEMPTS
    owe(office, "dana")
    for round_ in range(MOST_ATTEMPTS + 1):
        carried(office, timedelta(minutes=round_ * 16))
    dead, told = office.owed()
    assert (dead.state, dead.reason, dead.attempts) == (Sending.DEAD, "InDoubt", MOST_ATTEMPTS)
    assert told.facts["attempts"] == MOST_ATTEMPTS


def test_a_word_that_kills_its_sender_every_time_dies_in_the_end(office):
    owe(office, "dana")
    for round_ in range(MOST_ATTEMPTS):
        with office.store.transaction() as db:
            assert len(claim(db, office.now + round_ * LEASE)) == 1
    assert [one.state for one in carried(office, MOST_ATTEMPTS * LEASE)] == [Sending.DEAD]
    assert office.chat.letters == []


def test_one_row_that_cannot_be_read_holds_up_nobody(either, caplog):
    with either.store.transaction() as db:
        outbox.put(db, "bad", "nonsense", "help", {}, now=either.now - SECOND)
    owe(either, "dana")
    assert {one.key: one.state for one in carried(either)} == {"bad": None, "a:0": Sending.SENT}
    assert [one.action for one in caplog.records] == ["look_again"]
    bad = either.owed()[0]
    assert (bad.state, bad.not_before) == (Sending.OWED, either.now + timedelta(minutes=15))


def test_many_recipients_are_served_fifty_at_a_time_until_all_are(either):
    with either.store.transaction() as db:
        for number in range(125):
            to = Address("terminal", "", f"u{number}")
            outbox.put(db, str(number), to, "help", {}, now=either.now)
    assert [len(carried(either)) for _ in range(4)] == [50, 50, 25, 0]
    with either.store.transaction() as db:
        assert {row.state for row in db.exec(select(Owed))} == {Sending.SENT}
