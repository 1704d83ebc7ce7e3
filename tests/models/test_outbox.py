"""Words owed: put once, claimed by one, withdrawn when no longer true."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from models import outbox
from models.claiming import claim
from models.inquiry import UNPLANNED, Deadline, Event, Inquiry
from models.leasing import LEASE, finish
from models.outbox import Owed, Sending
from models.point_keys import about_point, point_of

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


def test_what_is_taken_back_is_told_no_more_and_the_deadline_is_looked_at_again(box):
    clock, dana = box.deadline(), box.office.member("dana")
    with box.store.transaction() as db:
        clock = db.get_one(Deadline, clock.id)
        clock.told, clock.next_at = ["half", "due"], box.now
        db.add(clock)
        outbox.put(
            db,
            about_point(clock.id, clock.due, "due", outbox.to_staff(dana)),
            "staff:1",
            "due_now",
            {},
            now=box.now,
            about=clock,
        )
    with box.store.transaction() as db:
        outbox.withdraw(db, [db.get_one(Deadline, clock.id)], box.now, "handed over")
    (clock,) = box.office.rows(Deadline)
    assert (clock.told, clock.next_at) == (["half"], UNPLANNED)


@pytest.mark.parametrize(
    ("key", "point"),
    [
        ("deadline:7:before-240:2026-03-03T23:00:00+00:00:1", "before-240"),
        ("deadline:7:due:2026-03-03T23:00:00+00:00:1:withdrawn:9", "due"),
        ("deadline:7:due_soon:2026-03-03T23:00:00+00:00:1", "before-240"),  # of an earlier release
        ("deadline:7:overdue:2026-03-03T23:00:00+00:00:1", "supervisor-120"),
        ("asked:7:1:2026-03-03T23:00:00+00:00", ""),
    ],
)
def test_a_key_says_which_point_of_a_plan_its_word_is_about(key, point):
    assert point_of(key) == point


def test_the_last_messages_of_a_member_are_shown_the_oldest_first(box):
    dana = box.office.member("dana")
    for number in range(4):
        box.put(str(number), recipient=outbox.to_staff(dana))
        box.finish(box.claim()[0], finished_at=box.now + number * SECOND)
    box.put("unsent", recipient=outbox.to_staff(dana))
    with box.store.transaction() as db:
        assert keys(outbox.sent_to(db, dana, limit=3)) == ["1", "2", "3"]


def test_what_was_said_in_one_letter_is_shown_once(box):
    dana = box.office.member("dana")
    for number in range(4):
        box.put(str(number), recipient=outbox.to_staff(dana))
        row = box.claim()[0]
        box.finish(row, finished_at=box.now + number * SECOND, bundle="1" if number in (1, 2) else None)
    with box.store.transaction() as db:
        assert keys(outbox.sent_to(db, dana)) == ["0", "1", "3"]
        assert keys(outbox.sent_to(db, dana, limit=2)) == ["1", "3"]


def test_a_word_and_the_fact_it_tells_of_are_kept_or_lost_together(box, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("handlers.inquiry.may_see", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            box.office.say("sam", "inquiry log email from Jane Doe about a permit owner dana")
    assert [box.office.rows(table) for table in (Inquiry, Deadline, Event, Owed)] == [[], [], [], []]
