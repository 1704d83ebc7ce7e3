"""Plans of reminders at work: of each standard, half of a long time, before an absence, up the chain."""

import logging
from datetime import datetime, timedelta
from threading import Event, Thread, current_thread

import pytest
from sqlalchemy import event, update
from sqlmodel import select

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.calendars import ClosureDay, put_in_force
from models.inquiry import UNPLANNED, Deadline
from models.planned import MOVED
from models.staff import Department
from scheduler import reminders
from scheduler.reminders import sweep
from tests.scheduler.own_hours import works
from tests.seeded import counted, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"
PLAN = """
name = "plain"
title = "Plain standard"
source = "PLAIN"
version = 1
reminders = {reminders}

[[rule]]
id = "P1"
citation = "PLAIN 1"
says = "E-mail is answered within 1 business day."
channels = ["email"]
kind = "answer"
count = {{ business_days = 1 }}
met_by = ["answer"]
"""


def keep(office, tmp_path, *points):
    """Lets everybody keep a standard with that plan."""
    path = tmp_path / "plain.toml"
    path.write_text(PLAN.format(reminders=list(points)).replace("'", '"'))
    with office.store.transaction() as db:
        for department in db.exec(select(Department)):
            department.standard = str(path)
            db.add(department)
    return path


def points(office):
    return [f"{one.recipient} {one.facts['point']}" for one in office.owed() if one.deadline_id]


def test_a_standard_has_a_plan_of_its_own(either, tmp_path):
    keep(
        either, tmp_path, "2 hours before", "morning", "due", "late after 1 hour", "supervisor after 2 hours"
    )
    either.say("dana", LOG)
    assert either.until("Thursday 2026-03-05 12:00") == [
        "Tuesday 2026-03-03 08:00 dana due_soon INQ-1",
        "Tuesday 2026-03-03 15:00 dana due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
    ]


def test_a_plan_whose_file_is_gone_is_the_usual_one(office, tmp_path):
    path = keep(office, tmp_path, "due", "supervisor")
    office.say("dana", LOG)
    path.unlink()
    assert office.until("Tuesday 2026-03-03 14:00") == ["Tuesday 2026-03-03 13:00 dana due_soon INQ-1"]


def test_half_of_the_time_is_told_of_when_there_is_much_of_it(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry ack INQ-1 by 2026-03-13 17:00")
    assert either.until("Friday 2026-03-13 17:00") == [
        "Monday 2026-03-09 08:30 dana due_soon INQ-1",
        "Friday 2026-03-13 13:00 dana due_soon INQ-1",
        "Friday 2026-03-13 17:00 dana due_now INQ-1",
    ]
    assert points(either) == ["staff:1 half", "staff:1 before", "staff:1 due"]


def test_of_two_words_ahead_that_were_missed_the_newest_alone_is_said(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-13 17:00")
    office.tick("Friday 2026-03-13 14:00")
    office.tick("Friday 2026-03-13 14:15")
    assert points(office) == ["staff:1 before"]


def test_past_due_the_owner_hears_then_the_supervisors_up_the_chain(either):
    either.say("dana", LOG)
    either.at("Tuesday 2026-03-03 18:00")
    assert either.until("Friday 2026-03-06 12:00") == [
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
        "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
    ]
    assert either.rows(Deadline)[0].next_at is None


def test_who_stands_above_and_has_heard_for_the_supervisor_does_not_hear_again(office):
    office.say("dana", LOG)
    office.say("sam", "away from 2026-03-04 to 2026-03-04 alternate alex")
    diary = office.until("Friday 2026-03-06 12:00")
    assert [one for one in diary if "alex overdue" in one] == [
        "Wednesday 2026-03-04 10:00 alex overdue INQ-1"
    ]


def test_the_owner_who_is_about_to_leave_hears_before_it_and_who_covers_then(either):
    either.say("dana", LOG, "Thursday 2026-03-05 09:00")
    either.say("dana", "inquiry ack INQ-1 by 2026-03-09 14:00")
    either.say("dana", "away from 2026-03-09 to 2026-03-13 alternate lee")
    either.tick()
    either.heard()
    assert either.until("Monday 2026-03-09 14:00") == [
        "Friday 2026-03-06 15:00 dana due_soon INQ-1",
        "Monday 2026-03-09 10:00 lee due_soon INQ-1",
        "Monday 2026-03-09 14:00 lee due_now INQ-1",
    ]
    word = next(one for one in either.owed() if one.deadline_id)
    said = to_text(Voice(TEMPLATES, "plain", "America/Chicago", str).say("due_soon", word.facts))
    assert said.splitlines()[0] == "INQ-1 is due while you are away"
    assert "Lee Okafor covers" in said


def test_who_plans_an_absence_in_the_last_hours_before_it_hears_no_word_that_looks_back(office):
    office.say("dana", LOG)
    office.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee", "Monday 2026-03-02 16:00")
    office.tick()
    office.heard()
    assert office.until("Tuesday 2026-03-03 13:00") == ["Tuesday 2026-03-03 13:00 lee due_soon INQ-1"]


def test_an_absence_that_is_taken_back_takes_its_word_back(office):
    office.say("dana", LOG)
    office.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee")
    office.say("dana", "away back")
    office.tick()
    office.heard()
    assert office.until("Tuesday 2026-03-03 13:00") == ["Tuesday 2026-03-03 13:00 dana due_soon INQ-1"]


@pytest.mark.parametrize(
    ("point", "words"),
    [("half", "Half of the time has gone."), ("morning", "It is due today."), ("before", None), (None, None)],
)
def test_a_word_ahead_says_why_it_comes(office, point, words):
    office.say("dana", LOG)
    office.tick("Tuesday 2026-03-03 13:00")
    facts = {key: value for key, value in office.owed()[-1].facts.items() if key != "point"}
    facts |= {"point": point} if point else {}  # without: owed by an earlier release
    text = to_text(Voice(TEMPLATES, "plain", "America/Chicago", str).say("due_soon", facts))
    assert text.startswith("INQ-1 is due soon")
    for one in ("Half of the time has gone.", "It is due today."):
        assert (one in text) == (one == words)


def test_a_clock_thrown_forth_and_back_says_everything_once(either):
    either.say("dana", LOG)
    assert either.at("Wednesday 2026-03-04 10:00").until("Wednesday 2026-03-04 10:30") == [
        "Wednesday 2026-03-04 10:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:15 sam overdue INQ-1",
    ]
    either.at("Tuesday 2026-03-03 12:00")
    assert either.until("Wednesday 2026-03-04 17:00") == [
        "Tuesday 2026-03-03 13:00 dana due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
        "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
    ]


def test_a_clock_that_cannot_be_planned_stops_no_other_and_is_tried_again(office, monkeypatch, caplog):
    office.say("dana", LOG)
    office.say("lee", LOG)
    office.say("kim", LOG)
    real = reminders.Courses.of

    def of(self, clock):
        if clock.id == 2:
            raise LookupError("gone")
        return real(self, clock)

    with monkeypatch.context() as broken:
        broken.setattr(reminders.Courses, "of", of)
        office.tick("Tuesday 2026-03-03 13:00")
        assert sorted(office.heard()) == ["dana due_soon INQ-1", "kim due_soon INQ-3"]
        alarms = [one.msg for one in caplog.records if getattr(one, "action", "") == "plan"]
        assert alarms == ["a page of clocks cannot be looked at", "a clock cannot be planned"]
        office.tick("Tuesday 2026-03-03 13:14")
        assert [one.action for one in caplog.records if one.levelno == logging.ERROR].count("plan") == 2
    office.tick("Tuesday 2026-03-03 13:15")
    assert office.heard() == ["lee due_soon INQ-2"]


def test_a_sweep_looks_at_nothing_whose_time_has_not_come(either):
    for _ in range(5):
        either.say("dana", LOG)
    sweep(either.store, either.now)
    with counted(either) as statements:
        assert sweep(either.store, either.now + timedelta(seconds=15)) == 0
    assert len(statements) <= 10
    assert not [one for one in statements if one.startswith("UPDATE deadline")]
    assert UNPLANNED not in [one.next_at for one in either.rows(Deadline)]


def test_a_pause_that_moves_nothing_leaves_what_was_taken_back_to_be_said(office):
    office.say("dana", LOG)
    office.at("Tuesday 2026-03-03 13:00")
    sweep(office.store, office.now)
    with office.store.transaction() as db:
        clock = db.get_one(Deadline, 1)
        clock.stopped_at = office.now
        db.add(clock)
    office.tick()
    assert office.heard() == []
    with office.store.transaction() as db:
        clock = db.get_one(Deadline, 1)
        clock.stopped_at = None
        db.add(clock)
    office.tick("Tuesday 2026-03-03 14:00")
    assert office.heard() == ["dana due_soon INQ-1"]
    assert moment("Tuesday 2026-03-03 17:00") == office.rows(Deadline)[0].next_at


def test_of_several_past_words_one_is_said_a_look_and_the_next_in_working_time(either):
    either.say("dana", LOG)
    assert either.at("Friday 2026-03-06 16:55").until("Monday 2026-03-09 12:00") == [
        "Friday 2026-03-06 16:55 dana late INQ-1",
        "Monday 2026-03-09 08:00 sam overdue INQ-1",
        "Monday 2026-03-09 08:15 alex overdue INQ-1",
    ]


def test_the_one_above_hears_only_after_a_supervisor_did(office, tmp_path):
    keep(office, tmp_path, "due", "supervisor after 4 hours", "above after 4 hours")
    office.say("dana", LOG)
    office.until("Tuesday 2026-03-03 18:00")
    assert office.until("Wednesday 2026-03-04 17:00") == [
        "Wednesday 2026-03-04 12:00 sam overdue INQ-1",
        "Wednesday 2026-03-04 12:15 alex overdue INQ-1",
    ]


def test_absences_that_follow_each_other_over_a_weekend_are_one_leaving(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry ack INQ-1 by 2026-03-11 14:00")
    either.say("dana", "away from 2026-03-09 to 2026-03-13 alternate lee")
    sweep(either.store, either.now)
    assert _leaving(either) == "Friday 2026-03-06 15:00"
    either.say("dana", "away from 2026-03-05 to 2026-03-06 alternate lee")
    sweep(either.store, either.now)
    assert _leaving(either) == "Wednesday 2026-03-04 15:00"
    either.until("Wednesday 2026-03-11 14:00")
    words = [(row.recipient, row.put_at) for row in either.owed() if row.kind == "leaving"]
    assert words == [("staff:1", moment("Wednesday 2026-03-04 15:00"))]


def test_an_absence_that_ends_a_day_before_the_next_one_is_another_leaving(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-11 14:00")
    office.say("dana", "away from 2026-03-10 to 2026-03-13 alternate lee")
    office.say("dana", "away from 2026-03-05 to 2026-03-06 alternate lee")
    sweep(office.store, office.now)
    assert _leaving(office) == "Monday 2026-03-09 15:00"


def _leaving(office):
    """When the word before an absence comes, by the plan of the last clock."""
    (found,) = [at for at, name, _ in office.rows(Deadline)[-1].points if name == "leaving"]
    return f"{datetime.fromisoformat(found).astimezone(office.now.tzinfo):%A %Y-%m-%d %H:%M}"


def test_the_word_before_an_absence_comes_on_a_quiet_day_too(either):
    either.say("dana", LOG)
    either.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee")
    either.say("dana", "inquiry quiet today")
    either.tick()
    either.heard()
    assert either.until("Monday 2026-03-02 17:00") == ["Monday 2026-03-02 15:00 dana due_soon INQ-1"]
    assert [row.kind for row in either.owed() if row.deadline_id] == ["leaving"]


def close(office):
    """Closes Tuesday for dana's department."""
    with office.store.transaction() as db:
        db.add(ClosureDay(day=moment("Tuesday 2026-03-03 12:00").date(), name="Moving", department_id=1))
        put_in_force(db, office.now)


def go_away(office):
    office.say("dana", "away from 2026-03-03 to 2026-03-03 alternate lee")


def wish(office):
    office.say("dana", "inquiry prefer reminders 1 hour before")


@pytest.mark.parametrize("planned", [False, True])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (close, "Monday 2026-03-02 13:00"),
        (go_away, "Monday 2026-03-02 15:00"),
        (wish, "Tuesday 2026-03-03 16:00"),
    ],
)
def test_what_changes_while_a_sweep_holds_the_clocks_plans_them_anew_after_it(
    either, monkeypatch, change, expected, planned
):
    either.say("dana", LOG)
    if planned:
        # It has been looked at before, and is looked at again for the sake of nothing.
        sweep(either.store, either.now)
        with either.store.transaction() as db:
            db.connection().execute(update(Deadline).values(next_at=either.now))
    changing, waits = Thread(target=change, args=(either,)), Event()
    real = reminders.clocks

    def clocks(*given, **more):
        page = real(*given, **more)
        if page and not changing.ident:
            changing.start()
            assert waits.wait(30)
        return page

    def note(*given):
        # On PostgreSQL it is about to wait for the clocks; on SQLite, for its turn to write.
        if current_thread() is changing and given[2].startswith(("UPDATE deadline", "BEGIN")):
            waits.set()

    event.listen(either.store.engine, "before_cursor_execute", note)
    try:
        with monkeypatch.context() as between:
            between.setattr(reminders, "clocks", clocks)
            sweep(either.store, either.now)
        changing.join(30)
    finally:
        event.remove(either.store.engine, "before_cursor_execute", note)
    assert not changing.is_alive()
    assert [one.next_at for one in either.rows(Deadline)] == [UNPLANNED]
    sweep(either.store, either.now)
    assert [one.next_at for one in either.rows(Deadline)] == [moment(expected)]


def test_what_a_sweep_told_since_the_clock_was_read_is_told_no_more_of_another_due_instant(either):
    either.say("dana", LOG)
    (clock,) = either.rows(Deadline)
    sweep(either.store, either.at("Tuesday 2026-03-03 13:00").now)
    assert (clock.told, either.rows(Deadline)[0].told) == ([], ["before-240"])
    with either.store.transaction() as db:
        clock.due = moment("Wednesday 2026-03-04 17:00")
        db.add(clock)
    (clock,) = either.rows(Deadline)
    assert (clock.told, clock.next_at) == ([MOVED], UNPLANNED)
    assert either.until("Wednesday 2026-03-04 14:00")[-1] == "Wednesday 2026-03-04 13:00 dana due_soon INQ-1"


def test_what_a_moved_deadline_would_have_said_by_now_is_not_said_on_top_of_the_answer(either):
    either.say("dana", LOG, "Monday 2026-03-02 09:00")
    either.say("dana", "inquiry ack INQ-1 by 2026-03-13 17:00")
    either.tick("Thursday 2026-03-12 16:00")
    either.heard()
    either.say("dana", "inquiry ack INQ-1 by 2026-03-16 17:00")
    # Half of the time up to Monday has gone, and she has just said when.
    assert either.until("Monday 2026-03-16 14:00") == ["Monday 2026-03-16 13:00 dana due_soon INQ-1"]


def test_that_half_of_the_time_has_gone_is_for_the_owner_alone(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-16 17:00")
    office.say("dana", "away from 2026-03-06 to 2026-03-11 alternate lee")
    office.tick()
    office.heard()
    assert [one for one in office.until("Friday 2026-03-13 12:00") if "due_soon" in one] == []


def test_whoever_read_in_the_digest_that_it_is_past_due_is_not_told_again(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'a.db'}", digests=True) as office:
        office.tick()
        office.say("dana", LOG)
        assert [one for one in office.until("Wednesday 2026-03-04 12:00") if "INQ" in one] == [
            "Tuesday 2026-03-03 13:00 dana due_soon INQ-1",
            "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
            "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
        ]


def test_somebody_who_works_elsewhere_is_told_while_they_are_at_work(office):
    office.say("alex", "desk hours of dana zone America/Los_Angeles")
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-04 14:00")
    office.say("dana", "away on 2026-03-04 alternate lee")
    office.tick()
    office.heard()
    # Her day ends at seven in Chicago, two hours after the office's.
    assert office.until("Tuesday 2026-03-03 18:00")[-1] == "Tuesday 2026-03-03 17:00 dana due_soon INQ-1"


def test_whoever_takes_an_inquiry_over_is_told_of_it_though_its_owner_was_told_before_they_left(either):
    works(either, "dana", *["8:00-12:00"] * 5)
    either.say("dana", LOG)
    either.until("Tuesday 2026-03-03 12:05")
    either.say("dana", "inquiry assign INQ-1 to lee")
    assert either.until("Tuesday 2026-03-03 17:00")[-2:] == [
        "Tuesday 2026-03-03 13:00 lee due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 lee due_now INQ-1",
    ]


def test_whoever_covers_for_a_part_timer_is_told_by_the_offices_hours(office):
    works(office, "dana", *["8:00-12:00"] * 5)
    office.say("dana", LOG)
    office.say("dana", "away on 2026-03-03 alternate lee")
    office.tick()
    office.heard()
    assert office.until("Tuesday 2026-03-03 17:00")[-2:] == [
        "Tuesday 2026-03-03 13:00 lee due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 lee due_now INQ-1",
    ]


def test_before_a_day_off_that_follows_an_absence_the_owner_is_told_before_the_absence(office):
    works(office, "dana", *["8:00-17:00"] * 3, "", "")
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-12 14:00")
    office.say("dana", "away from 2026-03-09 to 2026-03-11 alternate lee")
    sweep(office.store, office.now)
    assert _leaving(office) == "Wednesday 2026-03-04 15:00"
