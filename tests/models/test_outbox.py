"""Words owed: put once, claimed by one, withdrawn when no longer true."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from models import outbox
from models.claiming import LEASE, claim, finish
from models.inquiry import Deadline, Event, Inquiry
from models.outbox import Owed, Sending

SECOND = timedelta(seconds=1)


@pytest.fixture
def box(either):
    return Box(either)


class Box:
    """Short words for these tests; everything happens at nine unless it says otherwise."""

    def __init__(self, office):
        self.office, self.store, self.now = office, office.store, office.now

    def put(self, key, recipient="staff:1", **more):
        with self.store.transaction() as db:
            return outbox.put(db, key, recipient, "due_soon", {"number": key}, now=self.now, **more)

    def claim(self, later=timedelta(), limit=20):
        with self.store.transaction() as db:
            return claim(db, self.now + later, limit)

    def finish(self, row, state=Sending.SENT, **change):
        with self.store.transaction() as db:
            return finish(db, row, state=state, **change)

    def keys(self, *states):
        return [row.key for row in self.office.owed(*states)]

    def deadline(self):
        self.office.say("dana", "inquiry log email from Jane Doe about a permit")
        return self.office.rows(Deadline)[-1]


def keys(rows):
    return [row.key for row in rows]


def test_a_word_is_owed_once_a_key(box):
    assert box.put("a")
    assert not box.put("a", recipient="staff:2")
    assert [(row.key, row.recipient) for row in box.office.owed()] == [("a", "staff:1")]


@pytest.mark.parametrize("state", [Sending.SENT, Sending.DEAD, Sending.OWED])
def test_a_key_stays_taken_whatever_became_of_the_word(box, state):
    box.put("a")
    box.finish(box.claim()[0], state)
    assert not box.put("a")


def test_a_word_with_a_naive_instant_is_refused(box):
    with pytest.raises(StatementError, match="naive"):
        box.put("a", not_before=box.now.replace(tzinfo=None))


def test_a_word_is_claimed_from_its_moment_on(box):
    box.put("a", not_before=box.now + SECOND)
    assert box.claim() == []
    assert keys(box.claim(SECOND)) == ["a"]


def test_what_is_claimed_is_leased_and_not_claimed_again(box):
    box.put("a")
    (row,) = box.claim()
    assert (row.state, row.attempts, row.doubtful) == (Sending.SENDING, 1, False)
    assert row.lease_until == box.now + LEASE
    assert box.claim() == []
    assert box.claim(LEASE - SECOND) == []


def test_a_recipient_gets_one_word_at_a_time_in_the_order_they_were_owed(box):
    for key in ("a", "b", "c"):
        box.put(key)
    said = []
    while claimed := box.claim():
        assert len(claimed) == 1
        said += keys(claimed)
        assert box.claim() == [], "nobody else writes to the same person meanwhile"
        box.finish(claimed[0])
    assert said == ["a", "b", "c"]


def test_a_word_owed_first_goes_first_though_a_later_one_may_be_said_earlier(box):
    box.put("planned for now", not_before=box.now)
    box.put("owed at once", not_before=box.now - SECOND)
    assert keys(box.claim()) == ["planned for now"]


def test_a_word_that_waits_for_another_try_holds_up_nobody(box):
    box.put("a")
    box.put("b")
    box.finish(box.claim()[0], Sending.OWED, not_before=box.now + 30 * SECOND)
    assert keys(box.claim()) == ["b"]


def test_a_hundred_words_to_one_person_do_not_keep_the_others_waiting(box):
    for number in range(100):
        box.put(f"many {number}")
    box.put("other", recipient="staff:2", not_before=box.now + SECOND)
    assert keys(box.claim(SECOND)) == ["many 0", "other"]


def test_no_more_is_claimed_than_was_asked_for_and_the_longest_waiting_first(box):
    for number in range(5):
        box.put(str(number), recipient=f"staff:{number}", not_before=box.now - number * SECOND)
    assert keys(box.claim(limit=2)) == ["4", "3"]


def test_a_word_whose_sender_died_is_claimed_anew_and_is_doubtful(box):
    box.put("a")
    (dead,) = box.claim()
    (again,) = box.claim(LEASE)
    assert (again.id, again.doubtful, again.attempts) == (dead.id, True, 2)
    assert again.lease_token != dead.lease_token


def test_a_doubtful_word_goes_before_the_next_one_to_the_same_person(box):
    box.put("a")
    box.put("b")
    box.finish(box.claim()[0], Sending.OWED, not_before=box.now + SECOND)
    assert keys(box.claim()) == ["b"]  # and its sender dies
    assert keys(box.claim(LEASE)) == ["b"]


def test_who_lost_the_lease_records_nothing(box):
    box.put("a")
    (slow,) = box.claim()
    (quick,) = box.claim(LEASE)
    assert not box.finish(slow, said="twice")
    assert box.finish(quick, said="once")
    assert not box.finish(quick, said="again")
    assert [(row.state, row.said) for row in box.office.owed()] == [(Sending.SENT, "once")]


def test_who_is_late_but_not_overtaken_still_records(box):
    box.put("a")
    (slow,) = box.claim()
    assert box.finish(slow, said="late")


def test_a_finished_word_has_no_lease(box):
    box.put("a")
    box.finish(box.claim()[0])
    (row,) = box.office.owed()
    assert (row.lease_until, row.lease_token) == (None, None)


def test_two_who_claim_at_once_never_write_to_the_same_person(either):
    if not either.store.on_postgresql:
        return  # SQLite lets one transaction in at a time
    box = Box(either)
    for key, recipient in (("a1", "staff:1"), ("a2", "staff:1"), ("b1", "staff:2"), ("b2", "staff:2")):
        box.put(key, recipient)
    with either.store.transaction() as first, either.store.transaction() as second:
        assert keys(claim(first, box.now, limit=1)) == ["a1"]
        assert keys(claim(second, box.now)) == ["b1"]


def test_a_word_being_withdrawn_is_passed_over(either):
    if not either.store.on_postgresql:
        return  # as above
    box = Box(either)
    clock = box.deadline()
    box.put("a", about=clock)
    box.put("b", recipient="staff:2")
    with either.store.transaction() as closing, either.store.transaction() as claiming:
        outbox.withdraw(closing, [clock], box.now, "closed")
        assert keys(claim(claiming, box.now)) == ["b"]


def test_eight_who_claim_and_finish_at_once_say_each_word_once_and_in_order(box):
    for number in range(48):
        box.put(f"{number // 6}:{number:02}", recipient=f"staff:{number // 6}")
    said, writing_to, lock, faults = [], set(), threading.Lock(), []

    def work():
        idle = 0
        while idle < 3 and not faults:
            claimed = box.claim(limit=3)
            idle = idle + 1 if not claimed else 0
            with lock:
                if writing_to & {row.recipient for row in claimed}:
                    faults.append(claimed)
                writing_to.update(row.recipient for row in claimed)
            for row in claimed:
                with lock:
                    said.append(row.key)
                    writing_to.discard(row.recipient)
                if not box.finish(row):
                    faults.append(row)

    threads = [threading.Thread(target=work) for _ in range(4 if box.store.on_postgresql else 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    while claimed := box.claim():
        for row in claimed:
            said.append(row.key)
            box.finish(row)
    assert faults == []
    assert set(Counter(said).values()) == {1}
    assert len(said) == 48
    for recipient in range(8):
        mine = [key for key in said if key.startswith(f"{recipient}:")]
        assert mine == sorted(mine)


def test_what_is_unsent_about_a_deadline_is_withdrawn(box):
    clock = box.deadline()
    for key in ("sent", "sending", "owed"):
        box.put(key, recipient=f"staff:{key}", about=clock)
        if key != "owed":
            (row,) = box.claim()
            if key == "sent":
                box.finish(row)
    box.put("about nothing")
    with box.store.transaction() as db:
        outbox.withdraw(db, [clock], box.now, "closed")
    rows = {row.key.partition(":")[0]: row for row in box.office.owed()}
    assert {key: row.state.value for key, row in rows.items()} == {
        "sent": "sent", "sending": "sending", "owed": "withdrawn", "about nothing": "owed",
    }  # fmt: skip
    assert (rows["owed"].reason, rows["owed"].finished_at) == ("closed", box.now)


def test_withdrawing_about_nothing_withdraws_nothing(box):
    box.put("a")
    with box.store.transaction() as db:
        outbox.withdraw(db, [], box.now, "closed")
    assert box.keys(Sending.OWED) == ["a"]


def test_a_withdrawn_word_may_be_owed_again_as_often_as_it_comes_true(box):
    clock = box.deadline()
    for _ in range(3):
        assert box.put("a", about=clock)
        with box.store.transaction() as db:
            outbox.withdraw(db, [clock], box.now, "handed over")
    assert box.put("a", about=clock)
    assert box.keys(Sending.OWED) == ["a"]
    assert len(set(box.keys(Sending.WITHDRAWN))) == 3


def untold(box, kind="due_soon", since=None, by=None, beyond=None, limit=9):
    with box.store.transaction() as db:
        return [clock.id for clock, _ in outbox.untold(db, kind, since, by, beyond, limit)]


def test_a_deadline_is_untold_until_a_word_of_that_kind_is_owed(box):
    clock = box.deadline()
    assert untold(box) == [clock.id]
    box.put("other", about=clock, kind="due_now")
    assert untold(box) == [clock.id]
    box.put("a", about=clock, kind="due_soon")
    assert untold(box) == []
    box.finish(box.claim()[0])
    assert untold(box, "due_now") == []


def test_a_deadline_is_untold_again_when_the_word_was_withdrawn_or_the_deadline_moved(box):
    clock = box.deadline()
    box.put("a", about=clock, kind="due_soon")
    with box.store.transaction() as db:
        outbox.withdraw(db, [clock], box.now, "handed over")
    assert untold(box) == [clock.id]
    box.put("a", about=clock, kind="due_soon")
    assert untold(box) == []
    with box.store.transaction() as db:
        moved = db.get_one(Deadline, clock.id)
        moved.due += SECOND
        db.add(moved)
    assert untold(box) == [clock.id]


def test_deadlines_are_told_of_by_when_they_are_due_page_by_page(box):
    clocks = [box.deadline() for _ in range(4)]
    with box.store.transaction() as db:
        for clock, hours in zip(clocks, (3, 1, 1, 2), strict=True):
            clock.due = box.now + timedelta(hours=hours)
            db.add(clock)
    second, third, fourth, first = (clocks[at].id for at in (1, 2, 3, 0))
    assert untold(box) == [second, third, fourth, first]
    assert untold(box, limit=2) == [second, third]
    assert untold(box, beyond=clocks[1], limit=2) == [third, fourth]
    assert untold(box, since=clocks[3].due) == [fourth, first]
    assert untold(box, by=clocks[3].due) == [second, third, fourth]


def test_a_deadline_that_has_ended_is_not_told_of(box):
    box.deadline()
    box.office.say("dana", "inquiry answer INQ-1")
    assert untold(box) == []


def test_the_last_messages_of_a_member_are_shown_the_oldest_first(box):
    dana = box.office.member("dana")
    for number in range(4):
        box.put(str(number), recipient=outbox.to_staff(dana))
        box.finish(box.claim()[0], finished_at=box.now + number * SECOND)
    box.put("unsent", recipient=outbox.to_staff(dana))
    with box.store.transaction() as db:
        assert keys(outbox.sent_to(db, dana, limit=3)) == ["1", "2", "3"]


def test_a_word_and_the_fact_it_tells_of_are_kept_or_lost_together(box, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("handlers.inquiry.buttons", lambda inquiry: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            box.office.say("sam", "inquiry log email from Jane Doe about a permit owner dana")
    assert [box.office.rows(table) for table in (Inquiry, Deadline, Event, Owed)] == [[], [], [], []]
