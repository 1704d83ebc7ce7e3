"""Whatever changes a clock, or what its plan hangs on, has it planned anew."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from models.absence import Absence
from models.inquiry import UNPLANNED, Deadline, Inquiry
from models.planned import MOVED
from models.preference import prefer
from scheduler import nudges
from scheduler.reminders import sweep
from tests.scheduler.own_hours import keeps
from tests.seeded import emptied, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"  # on Monday at nine: due on Tuesday at 17:00
SOON = moment("Tuesday 2026-03-03 13:00")


@pytest.fixture(params=["sqlite", "postgresql"])
def planned(request, tmp_path):
    """An office with two clocks that are planned: of dana, and of kim in another department."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'replyby.db'}"
    else:
        address = emptied(request.getfixturevalue("postgres_url"))
    with seeded(address) as office:
        office.say("dana", LOG)
        office.say("kim", LOG)
        assert next_at(office) == [UNPLANNED, UNPLANNED]
        sweep(office.store, office.now)
        assert next_at(office) == [SOON, SOON]
        yield office


def next_at(office):
    return [one.next_at for one in office.rows(Deadline)]


def alter(office, change):
    with office.store.transaction() as db:
        clock = db.exec(select(Deadline).order_by(Deadline.id)).first()
        change(db, clock)
        db.add(clock)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("due", moment("Thursday 2026-03-05 17:00"), UNPLANNED),
        ("set_at", moment("Monday 2026-03-02 10:00"), UNPLANNED),
        ("excused_until", moment("Thursday 2026-03-05 17:00"), UNPLANNED),
        ("ended_at", moment("Monday 2026-03-02 10:00"), None),
        ("stopped_at", moment("Monday 2026-03-02 10:00"), None),
        ("ended_at", None, SOON),  # as it was
        ("in_short", "other words", SOON),
    ],
)
def test_a_clock_that_changes_is_planned_anew_and_the_others_are_not(planned, name, value, expected):
    alter(planned, lambda _, clock: setattr(clock, name, value))
    assert next_at(planned) == [expected, SOON]


def test_what_was_told_of_one_due_instant_is_not_told_of_another(planned):
    alter(planned, lambda _, clock: setattr(clock, "told", ["half"]))
    alter(planned, lambda _, clock: setattr(clock, "due", clock.due))
    assert planned.rows(Deadline)[0].told == ["half"]
    alter(planned, lambda _, clock: setattr(clock, "due", clock.due + timedelta(hours=1)))
    assert planned.rows(Deadline)[0].told == [MOVED]


def test_a_clock_that_runs_again_is_planned_anew(planned):
    alter(planned, lambda _, clock: setattr(clock, "stopped_at", planned.now))
    alter(planned, lambda _, clock: setattr(clock, "stopped_at", None))
    assert next_at(planned) == [UNPLANNED, SOON]


def test_another_owner_a_wish_and_an_absence_plan_the_clocks_of_the_owner_anew(planned):
    day = moment("Tuesday 2026-03-03 12:00").date()

    def of(change):
        alter(planned, change)
        found = next_at(planned)
        sweep(planned.store, planned.now)
        return found

    assert of(lambda db, _: setattr(db.get_one(Inquiry, 1), "owner_id", 2)) == [UNPLANNED, SOON]
    assert of(lambda db, _: setattr(db.get_one(Inquiry, 1), "owner_id", 1)) == [UNPLANNED, SOON]
    assert of(lambda db, _: setattr(db.get_one(Inquiry, 1), "subject", "rent")) == [SOON, SOON]
    dana = planned.member("dana")
    assert of(lambda db, _: prefer(db, dana, lead_minutes=60)) == [UNPLANNED, SOON]
    hour = moment("Tuesday 2026-03-03 16:00")
    assert next_at(planned) == [hour, SOON]
    away = Absence(staff_id=1, first=day, last=day, told_at=planned.now)
    assert of(lambda db, _: db.add(away)) == [UNPLANNED, SOON]
    assert next_at(planned) == [moment("Monday 2026-03-02 15:00"), SOON]
    assert of(lambda db, _: setattr(db.get_one(Absence, 1), "ended_at", planned.now)) == [UNPLANNED, SOON]
    assert next_at(planned) == [hour, SOON]


def test_a_calendar_put_in_force_plans_the_clocks_of_its_departments_anew(planned):
    keeps(planned, "Permits", "8:00-17:00", "8:00-18:00")
    assert next_at(planned).count(UNPLANNED) == 1
    assert next_at(planned).count(SOON) == 1


def test_a_pause_is_looked_at_when_it_begins_and_whenever_its_plan_may_have_changed(planned):
    def found():
        return [one.nudge_at for one in planned.rows(Inquiry)]

    assert found() == [None, None]
    planned.say("dana", "inquiry pause 1 waiting for the form")
    assert found() == [UNPLANNED, None]
    nudges.sweep(planned.store, planned.now)
    opening = moment("Monday 2026-03-09 08:00")
    assert found() == [opening, None]
    day = moment("Tuesday 2026-03-10 12:00").date()
    alter(planned, lambda db, _: db.add(Absence(staff_id=1, first=day, last=day, told_at=planned.now)))
    assert found() == [UNPLANNED, None]
    nudges.sweep(planned.store, planned.now)
    alter(planned, lambda db, _: setattr(db.get_one(Inquiry, 1), "subject", "rent"))
    assert found() == [opening, None]
    planned.say("dana", "inquiry resume 1")
    assert found() == [None, None]


def test_a_pause_is_written_over_what_a_sweep_wrote_since_it_was_read(planned):
    with planned.store.transaction() as db:
        inquiry = db.get_one(Inquiry, 1)
        change = update(Inquiry).values(nudge_at=SOON).execution_options(synchronize_session=False)
        db.execute(change)
        inquiry.paused_at = planned.now
        inquiry.paused_at = None
        db.add(inquiry)
    assert [one.nudge_at for one in planned.rows(Inquiry)] == [None, SOON]
