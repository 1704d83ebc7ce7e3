"""What was left behind is found, told of in the log, and mended."""

import logging
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from models import outbox
from models.inquiry import UNPLANNED, Deadline
from models.outbox import Owed, Sending
from scheduler import auditor
from scheduler.auditor import Found
from scheduler.reminders import sweep
from tests.seeded import moment

LOG = "inquiry log email from Jane Doe about a permit"


def actions(caplog):
    return [one.action for one in caplog.records if one.levelno == logging.ERROR]


def forget(office, **values):
    """Changes the clocks as a fault would: past everything that watches over them."""
    with office.store.transaction() as db:
        db.connection().execute(update(Deadline).values(**values))


def test_a_clock_that_nobody_would_look_at_again_is_planned_anew(either, caplog):
    either.say("dana", LOG)
    sweep(either.store, either.now)
    forget(either, next_at=None)
    assert auditor.sweep(either.store, either.now) == Found(mended=1)
    assert actions(caplog) == ["audit_mend"]
    assert either.until("Tuesday 2026-03-03 14:00") == ["Tuesday 2026-03-03 13:00 dana due_soon INQ-1"]


def test_one_that_has_fallen_due_meanwhile_is_found_too(either):
    either.say("dana", LOG)
    forget(either, next_at=None)
    assert either.at("Wednesday 2026-03-04 10:00").until("Wednesday 2026-03-04 10:30") == [
        "Wednesday 2026-03-04 10:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:15 sam overdue INQ-1",
    ]


def test_a_clock_of_which_everything_is_said_is_left_in_peace(either):
    either.say("dana", LOG)
    either.until("Thursday 2026-03-05 12:00")
    assert either.rows(Deadline)[0].next_at is None
    assert auditor.sweep(either.store, either.now + timedelta(hours=1)) == Found()


def test_one_replica_looks_and_every_ten_minutes(either):
    turns = [
        auditor.sweep(either.store, either.now + timedelta(minutes=minutes)) is not None
        for minutes in (0, 0, 9, 10, 10, 19, 20)
    ]
    assert turns == [True, False, False, True, False, False, True]


def test_after_the_clock_was_set_back_it_is_looked_at_once_more(office):
    assert auditor.sweep(office.store, office.now + timedelta(days=1)) is not None
    assert auditor.sweep(office.store, office.now) is not None
    assert auditor.sweep(office.store, office.now) is None


def test_a_clock_whose_time_is_long_past_is_told_of(either, caplog):
    either.say("dana", LOG)
    forget(either, next_at=either.now - timedelta(hours=2))
    assert auditor.sweep(either.store, either.now) == Found(untouched=1)
    assert actions(caplog) == ["audit_late"]


def test_words_that_are_stuck_are_told_of(either, caplog):
    dana = outbox.to_staff(either.member("dana"))
    with either.store.transaction() as db:
        for number in range(4):
            outbox.put(db, f"word:{number}", dana, "help", {}, now=either.now)

        def change(number, **values):
            db.execute(update(Owed).where(col(Owed.key) == f"word:{number}").values(**values))

        change(0, state=Sending.SENDING, lease_until=either.now - timedelta(minutes=11))
        change(1, state=Sending.SENDING, lease_until=either.now - timedelta(minutes=9))
        change(2, not_before=either.now - timedelta(hours=2))
    assert auditor.sweep(either.store, either.now) == Found(stuck=1), "nothing went out: the way is shut"
    with either.store.transaction() as db:
        db.execute(
            update(Owed).where(col(Owed.key) == "word:3").values(state=Sending.SENT, finished_at=either.now)
        )
    assert auditor.sweep(either.store, either.now + timedelta(minutes=10)) == Found(stuck=3)
    assert actions(caplog) == ["audit_stuck"] * 2


def test_a_clock_that_would_be_looked_at_too_late_is_planned_anew(either, caplog):
    either.say("dana", LOG)
    sweep(either.store, either.now)
    forget(either, next_at=moment("Tuesday 2026-03-03 13:01"))
    assert auditor.sweep(either.store, either.now) == Found(mended=1)
    assert actions(caplog) == ["audit_mend"]
    assert [one.next_at for one in either.rows(Deadline)] == [UNPLANNED]
    sweep(either.store, either.now)
    assert [one.next_at for one in either.rows(Deadline)] == [moment("Tuesday 2026-03-03 13:00")]


def test_a_clock_that_is_looked_at_in_time_is_left_as_it_is(either):
    either.say("dana", LOG)
    sweep(either.store, either.now)
    early = moment("Tuesday 2026-03-03 12:59")
    forget(either, next_at=early)
    assert auditor.sweep(either.store, either.now) == Found()
    assert [one.next_at for one in either.rows(Deadline)] == [early]


def test_each_round_goes_on_where_the_last_one_ended_and_begins_again_at_the_end(either, monkeypatch):
    monkeypatch.setattr(auditor, "PAGE", 2)
    monkeypatch.setattr(auditor, "PAGES", 1)
    for _ in range(5):
        either.say("dana", LOG)
    sweep(either.store, either.now)
    forget(either, next_at=None)

    def one_round():
        either.now += auditor.EVERY
        auditor.sweep(either.store, either.now)
        return [one.id for one in either.rows(Deadline) if one.next_at == UNPLANNED]

    assert [one_round() for _ in range(3)] == [[1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5]]
    forget(either, next_at=None)
    assert one_round() == [1, 2]


def test_a_round_looks_at_so_many_pages_and_no_more(either, monkeypatch):
    monkeypatch.setattr(auditor, "PAGE", 2)
    monkeypatch.setattr(auditor, "PAGES", 2)
    for _ in range(5):
        either.say("dana", LOG)
    forget(either, next_at=None)
    assert auditor.sweep(either.store, either.now) == Found(mended=4)
    assert auditor.sweep(either.store, either.now + auditor.EVERY) == Found(mended=1)
    assert auditor.sweep(either.store, either.now + 2 * auditor.EVERY) == Found()


def test_a_clock_that_keeps_another_plan_is_planned_anew_and_then_left_in_peace(either, caplog):
    either.say("dana", LOG)
    either.say("dana", "inquiry promise 1 by 2026-03-12 15:00")
    either.say("dana", "away from 2026-03-10 to 2026-03-13")
    either.say("dana", "preferences remind 2")
    sweep(either.store, either.now)
    right = [one.points for one in either.rows(Deadline)]
    assert auditor.sweep(either.store, either.now) == Found()
    amiss = [[*right[0], ["2026-03-20T13:00:00+00:00", "above-480", None]]]
    forget(either, points=amiss[0])
    either.now += auditor.EVERY
    assert auditor.sweep(either.store, either.now) == Found(mended=len(right))
    assert actions(caplog) == ["audit_mend"]
    sweep(either.store, either.now)
    assert [one.points for one in either.rows(Deadline)] == right
    for _ in range(2):
        either.now += auditor.EVERY
        assert auditor.sweep(either.store, either.now) == Found()
