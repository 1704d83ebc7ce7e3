"""A pause that grows old: the owner is asked every five open days of the department, and never at night."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from models.absence import Absence
from models.agency import agency_of
from models.calendar import Calendar, hours
from models.calendars import ClosureDay, WeeklyHours, put_in_force, write_week
from models.inquiry import UNPLANNED, Deadline, Inquiry
from models.outbox import Sending
from models.planning import plan_again
from scheduler import nudges
from scheduler.nudges import begins
from scheduler.timetable import next_moment, tick
from tests.models.spelled_dates import day
from tests.seeded import counted, emptied, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"
PAUSE = "inquiry pause 1 waiting for the form"
NIGHTS = (hours("22:00-6:00"),) * 7


def paused(office, at="Monday 2026-03-02 10:00"):
    office.say("dana", LOG)
    assert office.say("dana", PAUSE, at).template == "inquiry_paused"


def only(diary):
    return [line for line in diary if "pause_old" in line]


@pytest.mark.parametrize(
    ("at", "first", "second"),
    [
        ("Monday 2026-03-02 10:00", "Monday 2026-03-09 08:00", "Monday 2026-03-16 08:00"),
        ("Friday 2026-03-06 16:59", "Friday 2026-03-13 08:00", "Friday 2026-03-20 08:00"),
        # after closing and on a closed day the next open day is day 0
        ("Monday 2026-03-02 17:30", "Tuesday 2026-03-10 08:00", "Tuesday 2026-03-17 08:00"),
        ("Saturday 2026-03-07 12:00", "Monday 2026-03-16 08:00", "Monday 2026-03-23 08:00"),
        # Memorial Day, Monday 25 May, is no open day
        ("Wednesday 2026-05-20 10:00", "Thursday 2026-05-28 08:00", "Thursday 2026-06-04 08:00"),
    ],
)
def test_the_owner_is_asked_every_five_open_days(office, at, first, second):
    paused(office, at)
    end = (moment(second) + timedelta(hours=5)).strftime("%A %Y-%m-%d %H:%M")
    assert only(office.until(end)) == [f"{first} dana pause_old INQ-1", f"{second} dana pause_old INQ-1"]
    sent = [row for row in office.owed(Sending.SENT) if row.template == "pause_old"]
    assert [row.facts["days"] for row in sent] == [5, 10]
    assert sent[0].facts["paused"]["reason"] == "waiting for the form"
    assert [one["words"] for one in sent[0].choices] == ["inquiry resume INQ-1", "inquiry close INQ-1"]


def test_no_reminder_is_said_while_it_waits(office):
    paused(office)
    assert office.until("Monday 2026-03-09 12:00") == ["Monday 2026-03-09 08:00 dana pause_old INQ-1"]


def test_it_is_said_once_however_often_it_is_looked_for_and_on_either_database(either):
    paused(either)
    for at in ("Monday 2026-03-09 08:00", "Monday 2026-03-09 12:00", "Tuesday 2026-03-10 09:00"):
        either.tick(at)
    assert either.heard() == ["dana pause_old INQ-1"]


def test_after_a_long_standstill_the_last_one_alone_is_said(office):
    paused(office)
    office.tick("Wednesday 2026-03-25 09:00")
    assert office.heard() == ["dana pause_old INQ-1"]
    assert [row.facts["days"] for row in office.owed(Sending.SENT)] == [15]


def test_one_that_could_not_be_said_is_overtaken_by_the_next(office):
    paused(office)
    nudges.sweep(office.store, moment("Monday 2026-03-09 08:00"))
    nudges.sweep(office.store, moment("Monday 2026-03-16 08:00"))
    assert [(row.facts["days"], row.state) for row in office.owed()] == [
        (5, Sending.WITHDRAWN),
        (10, Sending.OWED),
    ]


@pytest.mark.parametrize(
    "words", ["inquiry resume 1", "inquiry answer 1", 'inquiry close 1 "done"', "inquiry ack 1 by Fri"]
)
def test_it_is_taken_back_when_the_pause_is_over(office, words):
    paused(office)
    nudges.sweep(office.store, moment("Monday 2026-03-09 08:00"))
    office.say("dana", words, "Monday 2026-03-09 08:00")
    assert [row.state for row in office.owed() if row.template == "pause_old"] == [Sending.WITHDRAWN]
    office.tick("Monday 2026-03-09 08:01")
    assert "dana pause_old INQ-1" not in office.heard()


@pytest.mark.parametrize("again", [False, True])
def test_it_is_looked_at_again_before_it_is_said(office, again, monkeypatch):
    """A word that is claimed while the pause ends, as if nobody had taken it back."""
    paused(office)
    nudges.sweep(office.store, moment("Monday 2026-03-09 08:00"))
    monkeypatch.setattr("handlers.pausing.nudging", lambda inquiry: "nothing begins so")
    office.say("dana", "inquiry resume 1", "Monday 2026-03-09 08:00")
    if again:
        office.say("dana", PAUSE, "Monday 2026-03-09 08:01")
    office.tick("Monday 2026-03-09 08:02")
    assert "dana pause_old INQ-1" not in office.heard()
    [row] = [row for row in office.owed() if row.template == "pause_old"]
    assert (row.state, row.reason) == (Sending.WITHDRAWN, "pause-over")


def test_another_pause_begins_to_count_anew(office):
    paused(office)
    office.say("dana", "inquiry resume 1", "Friday 2026-03-06 10:00")
    office.say("dana", PAUSE, "Friday 2026-03-06 10:01")
    assert only(office.until("Monday 2026-03-16 08:00")) == ["Friday 2026-03-13 08:00 dana pause_old INQ-1"]


def test_whoever_covers_is_asked_and_whoever_comes_back_is_asked_next(office):
    paused(office)
    office.say("dana", "away from 2026-03-09 to 2026-03-13 alternate lee")
    assert only(office.until("Monday 2026-03-16 12:00")) == [
        "Monday 2026-03-09 08:00 lee pause_old INQ-1",
        "Monday 2026-03-16 08:00 dana pause_old INQ-1",
    ]
    assert [row.facts["covering_for"] for row in office.owed() if row.template == "pause_old"] == [
        "Dana Whitfield",
        None,
    ]


def test_when_nobody_is_there_it_waits_until_somebody_is(office):
    paused(office)
    for handle in ("dana", "lee", "sam", "alex"):
        office.say(handle, "away from 2026-03-09 to 2026-03-10")
    assert only(office.until("Wednesday 2026-03-11 12:00")) == [
        "Wednesday 2026-03-11 08:00 dana pause_old INQ-1"
    ]


def test_a_new_owner_is_asked_in_place_of_the_former(office):
    paused(office)
    nudges.sweep(office.store, moment("Monday 2026-03-09 08:00"))
    office.say("dana", "inquiry assign 1 to lee", "Monday 2026-03-09 08:00")
    office.tick("Monday 2026-03-09 08:01")
    assert "lee pause_old INQ-1" in office.heard()


def test_nothing_is_put_while_the_office_is_closed(office):
    paused(office)
    for at in ("Monday 2026-03-09 17:00", "Tuesday 2026-03-10 07:59", "Saturday 2026-03-14 12:00"):
        assert nudges.sweep(office.store, moment(at)) == 0
    assert nudges.sweep(office.store, moment("Monday 2026-03-16 07:59")) == 0
    assert nudges.sweep(office.store, moment("Monday 2026-03-16 16:59")) == 1


def test_the_days_are_those_of_the_department(office):
    with office.store.transaction() as db:
        db.add(ClosureDay(day=day("Thursday 2026-03-05"), name="move", department_id=1))
        put_in_force(db, office.now)
    paused(office)
    office.say("kim", "inquiry log email from Ann about a fence", "Monday 2026-03-02 10:30")
    office.say("kim", "inquiry pause 2 waiting for the survey of the land")
    assert only(office.until("Tuesday 2026-03-10 12:00")) == [
        "Monday 2026-03-09 08:00 kim pause_old INQ-2",
        "Tuesday 2026-03-10 08:00 dana pause_old INQ-1",
    ]


def test_a_night_desk_is_asked_at_its_own_opening(office):
    with office.store.transaction() as db:
        night = WeeklyHours(
            department_id=1, first=day("Monday 2026-02-02"), week=write_week(NIGHTS), set_at=office.now
        )
        db.add(night)
        put_in_force(db, office.now)
    paused(office, "Tuesday 2026-03-03 01:00")
    # One in the morning belongs to Monday's desk; five nights later is Saturday's.
    assert only(office.until("Sunday 2026-03-08 12:00")) == ["Saturday 2026-03-07 22:00 dana pause_old INQ-1"]


def test_the_clock_moved_by_hand_stops_at_it(office):
    paused(office)
    end = moment("Friday 2026-03-13 12:00")
    assert next_moment(office.store, moment("Sunday 2026-03-08 12:00"), end) == moment(
        "Monday 2026-03-09 08:00"
    )


def test_standing_still_at_those_moments_alone_misses_nothing(tmp_path):
    def walked(name, walk):
        with seeded(f"sqlite:///{tmp_path / name}.db") as office:
            paused(office)
            office.say("lee", LOG)
            office.say("lee", "inquiry pause 2 waiting for a photo", "Tuesday 2026-03-03 20:00")
            walk(office)
            return sorted(f"{one.key} {one.sent_to} {one.state.value}" for one in office.owed())

    def every_quarter_hour(office):
        end = moment("Wednesday 2026-03-11 09:00")
        office.at("Monday 2026-03-09 06:00")
        while office.now <= end:
            asyncio.run(tick(office.store, office.senders, office.now))
            office.now += timedelta(minutes=15)

    careful = walked("a", every_quarter_hour)
    assert walked("b", lambda office: office.until("Wednesday 2026-03-11 09:00")) == careful
    # INQ-2 was past due before it was paused, so its owner and those above hear of that too.
    sent = [line.split(":")[0] for line in careful if line.endswith("sent")]
    assert sent == ["deadline", "deadline", "deadline", "paused", "paused"]


def test_the_end_of_the_calendar_asks_nothing_more():
    week = (hours("8:00-17:00"),) * 5 + ((), ())
    calendar = Calendar("America/Chicago", week, (), day("Monday 2026-03-02"), day("Friday 2026-03-20"))
    at = moment("Wednesday 2026-03-04 10:00")
    assert begins(1, at, calendar) == moment("Wednesday 2026-03-11 08:00")
    assert nudges._number(at, calendar, moment("Friday 2026-03-20 16:00")) == 2


def test_many_pauses_are_read_a_page_at_a_time_and_asked_about_in_one_question(office, monkeypatch):
    monkeypatch.setattr(nudges, "PAGE", 4)
    for number in range(1, 10):
        office.say("dana", LOG)
        office.say("dana", f"inquiry pause {number} waiting for the form")
    assert nudges.sweep(office.store, moment("Monday 2026-03-09 09:00")) == 9
    with office.store.transaction() as db:
        plan_again(db)
    with counted(office) as statements:
        assert nudges.sweep(office.store, moment("Monday 2026-03-09 09:01")) == 0
    assert sum("FROM outbox" in one for one in statements) == 3
    assert sum("FROM inquiry" in one for one in statements) == 3


def test_old_pauses_of_which_nothing_is_owed_are_not_read(either, monkeypatch):
    monkeypatch.setattr(nudges, "PAGE", 2)
    for number in range(1, 6):
        either.say("dana", LOG)
        either.say("dana", f"inquiry pause {number} waiting for the form")
    assert nudges.sweep(either.store, moment("Monday 2026-03-09 09:00")) == 5
    with counted(either) as statements:
        assert nudges.sweep(either.store, moment("Friday 2026-03-13 16:59")) == 0
    assert sum("FROM" in one for one in statements) == 1
    assert [one.nudge_at for one in either.rows(Inquiry)] == [moment("Monday 2026-03-16 08:00")] * 5


def test_a_closure_moves_what_is_still_to_be_asked_in_its_department_alone(either):
    paused(either)
    either.say("kim", "inquiry log email from Ann about a fence", "Monday 2026-03-02 10:30")
    either.say("kim", "inquiry pause 2 waiting for the survey of the land")
    nudges.sweep(either.store, either.now)
    assert next_at(either) == [moment("Monday 2026-03-09 08:00")] * 2
    with either.store.transaction() as db:
        db.add(ClosureDay(day=day("Thursday 2026-03-05"), name="move", department_id=1))
        put_in_force(db, either.now)
    assert next_at(either) == [UNPLANNED, moment("Monday 2026-03-09 08:00")]
    nudges.sweep(either.store, either.now)
    assert next_at(either) == [moment("Tuesday 2026-03-10 08:00"), moment("Monday 2026-03-09 08:00")]


def test_one_without_a_running_clock_is_moved_too(office):
    paused(office)
    with office.store.transaction() as db:
        db.execute(update(Deadline).values(ended_at=office.now))
    nudges.sweep(office.store, office.now)
    with office.store.transaction() as db:
        plan_again(db)
    assert next_at(office) == [UNPLANNED]


def test_when_nobody_is_there_it_looks_again_a_quarter_of_an_hour_later_and_then_at_the_opening(office):
    paused(office)
    for handle in ("dana", "lee", "sam", "alex"):
        office.say(handle, "away from 2026-03-09 to 2026-03-10")
    nudges.sweep(office.store, moment("Monday 2026-03-09 08:00"))
    assert next_at(office) == [moment("Monday 2026-03-09 08:15")]
    nudges.sweep(office.store, moment("Monday 2026-03-09 16:50"))
    assert next_at(office) == [moment("Tuesday 2026-03-10 08:00")]
    with office.store.transaction() as db:
        db.exec(select(Absence).where(Absence.staff_id == 1)).one().ended_at = office.now
    assert next_at(office) == [UNPLANNED]


def test_beyond_the_calendar_it_looks_again_a_day_later_and_asks_once_the_calendar_goes_on(office):
    def ends(last):
        with office.store.transaction() as db:
            agency = agency_of(db)
            agency.last = day(last)
            db.add(agency)
            put_in_force(db, office.now)

    paused(office)
    ends("Friday 2026-03-06")
    for at in ("Monday 2026-03-02 10:00", "Tuesday 2026-03-10 10:00"):
        assert nudges.sweep(office.store, moment(at)) == 0
        assert next_at(office) == [moment(at) + timedelta(days=1)]
    ends("Friday 2026-12-18")
    assert nudges.sweep(office.store, moment("Tuesday 2026-03-10 10:01")) == 1


def test_what_another_process_is_changing_is_left_to_it(postgres_url):
    with seeded(emptied(postgres_url)) as office:
        paused(office)
        due = moment("Monday 2026-03-09 08:00")
        with office.store.transaction() as db:
            db.exec(select(Inquiry).with_for_update()).one()
            assert nudges.sweep(office.store, due) == 0
        assert nudges.sweep(office.store, due) == 1


def next_at(office):
    return [one.nudge_at for one in office.rows(Inquiry)]
