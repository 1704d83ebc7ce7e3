"""Departments with hours of their own.

Here Human Resources (dana, lee, sam) is open on Saturdays as well, from 9:00 to 13:00; Permits (kim, robin)
keeps the agency's hours. An e-mail logged on one day is due at the closing of the next open one.
"""

import asyncio
from datetime import timedelta

import pytest

from models import outbox
from models.agency_file import HoursEntry
from models.calendars import ClosureDay, put_in_force
from scheduler import reminders
from scheduler.reminders import sweep
from scheduler.timetable import next_moment, tick
from tests.models.spelled_dates import day
from tests.scheduler.own_hours import SATURDAY, keeps, works
from tests.seeded import counted, demo, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"


@pytest.fixture
def saturday(either):
    keeps(either, "Human Resources", *SATURDAY)
    return either


def test_a_desk_that_is_open_on_saturday_is_reminded_on_saturday_and_the_others_are_not(saturday):
    saturday.say("dana", LOG, "Friday 2026-03-06 09:00")
    saturday.say("kim", LOG)
    assert saturday.until("Tuesday 2026-03-10 12:00") == [
        "Saturday 2026-03-07 09:00 dana due_soon INQ-1",
        "Saturday 2026-03-07 13:00 dana due_now INQ-1",
        "Monday 2026-03-09 09:00 dana late INQ-1",
        "Monday 2026-03-09 10:00 sam overdue INQ-1",
        "Monday 2026-03-09 13:00 kim due_soon INQ-2",
        "Monday 2026-03-09 16:00 alex overdue INQ-1",
        "Monday 2026-03-09 17:00 kim due_now INQ-2",
        "Tuesday 2026-03-10 09:00 kim late INQ-2",
        "Tuesday 2026-03-10 10:00 robin overdue INQ-2",
    ]


def test_what_fell_due_at_a_desk_that_is_closed_is_not_put_while_another_is_open(saturday):
    for handle in ("dana", "kim"):
        saturday.say(handle, LOG, "Thursday 2026-03-05 09:00")
    saturday.say("kim", "inquiry ack INQ-2 by 2026-03-06 14:00")  # late since 15:01 on Friday
    assert sweep(saturday.store, saturday.at("Saturday 2026-03-07 10:00").now) == 1
    assert [row.recipient for row in saturday.owed()] == ["staff:1"]
    assert sweep(saturday.store, saturday.at("Saturday 2026-03-07 11:00").now) == 1
    assert [row.recipient for row in saturday.owed()] == ["staff:1", "staff:3"]
    assert sweep(saturday.store, saturday.at("Monday 2026-03-09 08:00").now) == 1
    assert saturday.owed()[-1].recipient == "staff:4"


def test_a_departments_closing_is_when_the_last_word_before_a_promise_is_said(office):
    keeps(office, "Human Resources", *("10:00-15:00",) * 5)
    for handle in ("dana", "kim"):
        office.say(handle, LOG)
    for number, handle in enumerate(("dana", "kim"), 1):
        office.say(handle, f"inquiry ack INQ-{number} by 2026-03-03 20:00")
    assert office.until("Wednesday 2026-03-04 12:00") == [
        "Tuesday 2026-03-03 11:00 dana due_soon INQ-1",
        "Tuesday 2026-03-03 13:00 kim due_soon INQ-2",
        "Tuesday 2026-03-03 15:00 dana due_now INQ-1",
        "Tuesday 2026-03-03 17:00 kim due_now INQ-2",
        "Wednesday 2026-03-04 09:00 kim late INQ-2",
        "Wednesday 2026-03-04 10:00 robin overdue INQ-2",
        "Wednesday 2026-03-04 11:00 dana late INQ-1",
        "Wednesday 2026-03-04 12:00 sam overdue INQ-1",
    ]


def test_a_departments_own_closure_holds_back_its_words_alone(office):
    office.say("dana", LOG)
    office.say("kim", LOG)
    with office.store.transaction() as db:
        db.add(ClosureDay(day=day("Tuesday 2026-03-03"), name="Moving", department_id=1))
        put_in_force(db, office.now)
    assert office.until("Wednesday 2026-03-04 07:00") == [
        # Known by now to lie on a closed day, so told of at the last closing before it.
        "Monday 2026-03-02 13:00 dana due_soon INQ-1",
        "Monday 2026-03-02 17:00 dana due_now INQ-1",
        "Tuesday 2026-03-03 13:00 kim due_soon INQ-2",
        "Tuesday 2026-03-03 17:00 kim due_now INQ-2",
    ]


def test_a_word_is_said_in_the_working_time_of_whoever_gets_it(saturday):
    saturday.say("dana", LOG, "Friday 2026-03-06 09:00")
    saturday.say("dana", "inquiry ack INQ-1 by 2026-03-07 10:00")
    saturday.say("sam", "away from 2026-03-07 to 2026-03-09")
    assert saturday.until("Monday 2026-03-09 12:00") == [
        "Friday 2026-03-06 09:00 alex you_cover",
        "Friday 2026-03-06 14:00 dana due_soon INQ-1",
        "Saturday 2026-03-07 10:00 dana due_now INQ-1",
        # Owed since 12:01 on Saturday; alex works in Administration, which is closed then.
        "Saturday 2026-03-07 11:00 dana late INQ-1",
        "Monday 2026-03-09 08:00 alex overdue INQ-1",
    ]


@pytest.mark.parametrize(
    ("by", "to", "at", "said_at"),
    [
        ("kim", "dana", "Friday 2026-03-06 18:00", "Saturday 2026-03-07 09:00"),
        ("dana", "kim", "Saturday 2026-03-07 10:00", "Monday 2026-03-09 08:00"),
        ("dana", "lee", "Saturday 2026-03-07 10:00", "Saturday 2026-03-07 10:00"),
        ("kim", "robin", "Saturday 2026-03-07 10:00", "Monday 2026-03-09 08:00"),
    ],
)
def test_a_word_between_departments_waits_for_the_hours_of_the_one_that_gets_it(
    saturday, by, to, at, said_at
):
    saturday.say(by, f"{LOG} owner {to}", at)
    assert saturday.until(said_at) == [f"{said_at} {to} inquiry_handed_over INQ-1"]


def test_a_word_put_too_early_waits_for_the_recipients_department(saturday):
    for handle in ("dana", "kim"):
        with saturday.store.transaction() as db:
            to = outbox.to_staff(saturday.member(handle))
            outbox.put(db, handle, to, "help", {}, now=saturday.at("Friday 2026-03-06 19:00").now)
    saturday.tick()
    assert [row.not_before for row in saturday.owed()] == [
        moment("Saturday 2026-03-07 09:00"), moment("Monday 2026-03-09 08:00"),
    ]  # fmt: skip


WEEKS = {
    "saturdays": SATURDAY,
    "late on Thursdays": ("8:00-17:00",) * 3 + ("10:00-20:00", "8:00-13:00"),
    "lunch": ("8:00-12:00, 13:00-17:00",) * 5,
    "four days": ("7:00-18:00",) * 4,
    "nights": ("22:00-6:00",) * 5,
}
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.mark.parametrize("kept", list(WEEKS))
def test_a_department_is_told_what_an_agency_of_its_hours_would_tell_it(tmp_path, kept):
    diaries = []
    agency = demo().model_copy(update={"hours": HoursEntry(**dict(zip(NAMES, WEEKS[kept], strict=False)))})
    for name, described in (("own", demo()), ("all", agency)):
        with seeded(f"sqlite:///{tmp_path / name}.db", agency=described) as office:
            if name == "own":
                keeps(office, "Human Resources", *WEEKS[kept])
            office.say("dana", LOG)
            office.say("dana", "inquiry ack INQ-1 by 2026-03-05 19:30")
            office.say("dana", LOG)
            office.say("kim", LOG)
            diary = office.until("Thursday 2026-03-05 12:30")
            office.say("lee", LOG)
            diary += office.until("Wednesday 2026-03-11 12:00")
            diaries.append([line for line in diary if line.split()[3] in ("dana", "lee", "sam")])
    own, alone = diaries
    assert own == alone
    assert len(own) >= 6


def test_standing_still_at_the_moments_of_every_calendar_misses_nothing(tmp_path):
    def day_by_day(name, walk):
        with seeded(f"sqlite:///{tmp_path / name}.db") as office:
            keeps(office, "Human Resources", *SATURDAY)
            keeps(office, "Permits", *("22:00-6:00",) * 5)
            works(office, "lee", "8:00-12:00", "8:00-12:00", "8:00-12:00", "", "8:00-12:00")
            for handle in ("dana", "lee", "kim", "alex"):
                office.say(handle, LOG, "Thursday 2026-03-05 09:00")
            office.say("dana", "inquiry ack INQ-1 by 2026-03-07 10:20")
            office.say("kim", f"{LOG} owner dana", "Friday 2026-03-06 23:00")
            office.say("dana", f"{LOG} owner kim")
            office.say("sam", "away from 2026-03-07 to 2026-03-09")
            walk(office)
            return sorted(f"{one.key} {one.sent_to} {one.state.value}" for one in office.owed())

    end = moment("Tuesday 2026-03-10 12:00")

    def every_quarter_hour(office):
        while office.now <= end:
            asyncio.run(tick(office.store, office.senders, office.now))
            office.now += timedelta(minutes=15)

    careful = day_by_day("a", every_quarter_hour)
    assert day_by_day("b", lambda office: office.until("Tuesday 2026-03-10 12:00")) == careful
    assert sum("sent" in line for line in careful) >= 12


def test_the_next_moment_is_the_nearest_of_every_calendar(saturday):
    end = moment("Wednesday 2026-03-11 12:00")
    stops = [moment("Friday 2026-03-06 16:00")]
    while stops[-1] < end:
        stops.append(next_moment(saturday.store, stops[-1], end))
    assert stops[1:3] == [moment("Saturday 2026-03-07 09:00"), moment("Monday 2026-03-09 08:00")]


@pytest.mark.parametrize("at", ["Friday 2026-03-06 09:00", "Saturday 2026-03-07 09:00"])
def test_a_sweep_asks_no_more_when_there_are_more_calendars(either, at):
    def asked():
        sweep(either.store, moment(at))  # a version is read once
        with counted(either) as statements:
            assert sweep(either.store, moment(at)) == 0
        return len(statements)

    keeps(either, "Human Resources", *SATURDAY)
    with_two = asked()
    keeps(either, "Permits", *("10:00-20:00",) * 6)
    keeps(either, "Administration", *("7:00-15:00",) * 6)
    assert asked() == with_two <= 10


def test_many_of_several_departments_are_told_of_page_by_page_and_none_is_left_out(saturday, monkeypatch):
    monkeypatch.setattr(reminders, "PAGE", 2)
    for _ in range(3):
        for handle in ("dana", "kim", "lee"):
            saturday.say(handle, LOG, "Friday 2026-03-06 09:00")
    at = [f"{on} {time}" for on, time in (("Saturday 2026-03-07", "09:00"), ("Monday 2026-03-09", "13:00"))]
    # On Monday the owners of six are told that it is past due, and kim that three are due soon.
    assert [sweep(saturday.store, moment(one)) for one in at] == [6, 6 + 3]
