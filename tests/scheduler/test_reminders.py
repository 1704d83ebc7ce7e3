"""Who is told of a deadline, when, and how often.

An e-mail logged on Monday 2026-03-02 is due on Tuesday at 17:00; LEAD is four working hours. The supervisor
of dana is sam; the supervisor of sam is alex, the administrator.
"""

import logging
import threading

import pytest

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.agency_file import HolidaysEntry, HoursEntry
from models.outbox import Sending
from scheduler import reminders
from scheduler.reminders import sweep
from tests.seeded import counted, demo, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"


# After a time of standing still: one word a quarter of an hour, the owner first.
PAST_ON_FRIDAY = [
    "Friday 2026-03-06 09:00 dana late INQ-1",
    "Friday 2026-03-06 09:15 sam overdue INQ-1",
    "Friday 2026-03-06 09:30 alex overdue INQ-1",
]


def told(office):
    """What is owed and was not taken back, as "staff:1 due_soon"."""
    return [f"{row.recipient} {row.kind}" for row in office.owed() if row.state is not Sending.WITHDRAWN]


def with_hours(**days):
    return demo().model_copy(update={"hours": HoursEntry(**days)})


@pytest.mark.parametrize(
    ("at", "heard"),
    [
        ("Monday 2026-03-02 17:00", []),
        ("Tuesday 2026-03-03 12:59:59", []),
        ("Tuesday 2026-03-03 13:00", ["dana due_soon INQ-1"]),
        ("Tuesday 2026-03-03 16:59:59", ["dana due_soon INQ-1"]),
        ("Tuesday 2026-03-03 17:00", ["dana due_now INQ-1"]),
        ("Tuesday 2026-03-03 17:15", ["dana due_now INQ-1"]),
        ("Tuesday 2026-03-03 17:16", []),
        ("Tuesday 2026-03-03 23:00", []),
        ("Wednesday 2026-03-04 07:59", []),
        ("Wednesday 2026-03-04 08:59", []),
        # Of several past words, one a look.
        ("Wednesday 2026-03-04 09:00", ["dana late INQ-1"]),
        ("Wednesday 2026-03-04 10:00", ["dana late INQ-1"]),
        ("Saturday 2026-03-07 12:00", []),
        ("Wednesday 2026-03-04 16:00", ["dana late INQ-1"]),
        ("Monday 2026-03-09 08:00", ["dana late INQ-1"]),
    ],
)
def test_what_a_first_round_at_that_moment_says(office, at, heard):
    office.say("dana", LOG)
    office.tick(at)
    assert office.heard() == heard


def test_a_deadline_is_told_of_before_at_and_past_it(either):
    either.say("dana", LOG)
    assert either.until("Monday 2026-03-09 12:00") == [
        "Tuesday 2026-03-03 13:00 dana due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
        "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
    ]


@pytest.mark.parametrize(
    ("logged", "until", "diary"),
    [
        (
            "Thursday 2026-03-05 09:00",
            "Monday 2026-03-09 12:00",
            [
                "Friday 2026-03-06 13:00 dana due_soon INQ-1",
                "Friday 2026-03-06 17:00 dana due_now INQ-1",
                "Monday 2026-03-09 09:00 dana late INQ-1",
                "Monday 2026-03-09 10:00 sam overdue INQ-1",
            ],
        ),
        (  # Friday 3 July 2026 is closed for Independence Day
            "Thursday 2026-07-02 09:00",
            "Tuesday 2026-07-07 12:00",
            [
                "Monday 2026-07-06 13:00 dana due_soon INQ-1",
                "Monday 2026-07-06 17:00 dana due_now INQ-1",
                "Tuesday 2026-07-07 09:00 dana late INQ-1",
                "Tuesday 2026-07-07 10:00 sam overdue INQ-1",
            ],
        ),
        (  # the clocks go back on Sunday 1 November 2026
            "Thursday 2026-10-29 09:00",
            "Monday 2026-11-02 12:00",
            [
                "Friday 2026-10-30 13:00 dana due_soon INQ-1",
                "Friday 2026-10-30 17:00 dana due_now INQ-1",
                "Monday 2026-11-02 09:00 dana late INQ-1",
                "Monday 2026-11-02 10:00 sam overdue INQ-1",
            ],
        ),
    ],
)
def test_nothing_is_said_on_weekends_and_holidays(office, logged, until, diary):
    office.say("dana", LOG, logged)
    assert office.until(until) == diary


def test_the_hours_before_a_deadline_are_counted_over_a_weekend_on_which_the_clocks_change(office):
    office.say("dana", LOG, "Thursday 2026-03-05 09:00")
    office.say("dana", "inquiry ack INQ-1 by 2026-03-09 10:00")
    assert office.until("Monday 2026-03-09 14:00") == [
        "Friday 2026-03-06 15:00 dana due_soon INQ-1",
        "Monday 2026-03-09 10:00 dana due_now INQ-1",
        "Monday 2026-03-09 11:00 dana late INQ-1",
        "Monday 2026-03-09 12:00 sam overdue INQ-1",
    ]


def test_nothing_is_said_over_lunch(tmp_path):
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "8:00-12:00, 13:00-17:00")
    with seeded(f"sqlite:///{tmp_path / 'lunch.db'}", agency=with_hours(**week)) as office:
        office.say("dana", LOG)
        office.say("dana", "inquiry ack INQ-1 by 2026-03-03 12:00")
        office.say("lee", LOG)
        office.say("lee", "inquiry ack INQ-2 by 2026-03-03 12:30")
        office.say("kim", LOG)
        office.say("kim", "inquiry ack INQ-3 by 2026-03-03 17:00")
        assert sorted(office.until("Wednesday 2026-03-04 07:00")) == [
            "Tuesday 2026-03-03 08:00 dana due_soon INQ-1",
            "Tuesday 2026-03-03 08:00 lee due_soon INQ-2",
            "Tuesday 2026-03-03 12:00 dana due_now INQ-1",
            "Tuesday 2026-03-03 12:00 lee due_now INQ-2",
            "Tuesday 2026-03-03 13:00 kim due_soon INQ-3",
            "Tuesday 2026-03-03 14:00 dana late INQ-1",
            "Tuesday 2026-03-03 14:00 lee late INQ-2",
            "Tuesday 2026-03-03 15:00 sam overdue INQ-1",
            "Tuesday 2026-03-03 15:00 sam overdue INQ-2",
            "Tuesday 2026-03-03 17:00 kim due_now INQ-3",
        ]


def test_a_deadline_set_shortly_before_it_is_due_is_told_of_at_it_alone(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 14:30", "Tuesday 2026-03-03 13:00")
    assert office.until("Tuesday 2026-03-03 17:30") == [
        "Tuesday 2026-03-03 14:30 dana due_now INQ-1",
        "Tuesday 2026-03-03 15:30 dana late INQ-1",
        "Tuesday 2026-03-03 16:30 sam overdue INQ-1",
    ]


@pytest.mark.parametrize(
    ("by", "diary"),
    [
        ("2026-03-03 20:00", [
            "Tuesday 2026-03-03 13:00 dana due_soon INQ-1",
            "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
            "Wednesday 2026-03-04 09:00 dana late INQ-1",
            "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
            "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
        ]),
        ("2026-03-03 17:10", [
            "Tuesday 2026-03-03 13:00 dana due_soon INQ-1",
            "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
            "Wednesday 2026-03-04 09:00 dana late INQ-1",
            "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
            "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
        ]),
        ("2026-03-04 07:50", [
            "Tuesday 2026-03-03 13:00 dana due_soon INQ-1",
            "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
            "Wednesday 2026-03-04 09:00 dana late INQ-1",
            "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
            "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
        ]),
        ("2026-03-07 12:00", [  # a Saturday
            "Wednesday 2026-03-04 13:00 dana due_soon INQ-1",  # half of the time has gone
            "Friday 2026-03-06 13:00 dana due_soon INQ-1",
            "Friday 2026-03-06 17:00 dana due_now INQ-1",
            "Monday 2026-03-09 09:00 dana late INQ-1",
            "Monday 2026-03-09 10:00 sam overdue INQ-1",
        ]),
    ],
)  # fmt: skip
def test_a_promise_for_closed_hours_is_told_of_at_the_last_closing_before_it(either, by, diary):
    either.say("dana", LOG)
    either.say("dana", f"inquiry ack INQ-1 by {by}")
    assert either.until("Monday 2026-03-09 12:00") == diary
    early = [row.facts["early"] for row in either.owed() if row.template == "due_now"]
    assert early == [True]


@pytest.mark.parametrize(
    ("at", "heard"),
    [
        ("Tuesday 2026-03-03 16:59:59", ["dana due_soon INQ-1"]),
        ("Tuesday 2026-03-03 17:00", ["dana due_now INQ-1"]),
        ("Tuesday 2026-03-03 17:15", ["dana due_now INQ-1"]),
        ("Tuesday 2026-03-03 17:16", []),
        ("Tuesday 2026-03-03 20:00", []),
        ("Wednesday 2026-03-04 08:59", []),
        ("Wednesday 2026-03-04 09:00", ["dana late INQ-1"]),
    ],
)
def test_what_a_first_round_says_of_a_promise_for_the_evening(office, at, heard):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-03 20:00")
    office.tick(at)
    assert office.heard() == heard


def test_of_a_promise_made_after_the_closing_before_it_no_word_looks_back_to_that_closing(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 20:00", "Tuesday 2026-03-03 17:05")
    assert office.until("Wednesday 2026-03-04 12:00") == [
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
    ]


def test_a_promise_made_in_the_afternoon_for_the_evening_is_told_of_at_the_closing_alone(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 20:00", "Tuesday 2026-03-03 16:00")
    assert office.until("Tuesday 2026-03-03 23:00") == ["Tuesday 2026-03-03 17:00 dana due_now INQ-1"]


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"early": True}, "INQ-1 is due before the office opens again"),
        ({"early": False}, "INQ-1 is due now"),
        ({}, "INQ-1 is due now"),  # owed by an earlier release
    ],
)
def test_the_title_does_not_say_now_hours_ahead(office, change, title):
    office.say("dana", LOG)
    office.tick("Tuesday 2026-03-03 17:00")
    facts = {key: value for key, value in office.owed()[-1].facts.items() if key != "early"}
    voice = Voice(TEMPLATES, "plain", "America/Chicago", str)
    assert to_text(voice.say("due_now", facts | change)).splitlines()[0] == title


def test_each_word_is_said_once_however_often_the_rounds_come(either):
    either.say("dana", LOG)
    for day, times in (("Tuesday 2026-03-03", ("13", "17")), ("Wednesday 2026-03-04", ("09", "10"))):
        for hour in times:
            for _ in range(3):
                either.tick(f"{day} {hour}:00")
    assert either.heard() == [
        "dana due_soon INQ-1",
        "dana due_now INQ-1",
        "dana late INQ-1",
        "sam overdue INQ-1",
    ]


def test_each_word_is_owed_once_however_many_sweep_at_the_same_time(either):
    for _ in range(4):
        either.say("dana", LOG)
    either.at("Tuesday 2026-03-03 13:00")
    counts = []
    sweeps = [
        threading.Thread(target=lambda: counts.append(sweep(either.store, either.now))) for _ in range(5)
    ]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    assert sum(counts) == 4
    assert told(either) == ["staff:1 due_soon"] * 4


def test_the_clock_jumps_three_days_and_what_was_overtaken_is_not_said(either):
    either.say("dana", LOG)
    assert either.at("Friday 2026-03-06 09:00").until("Friday 2026-03-06 12:00") == PAST_ON_FRIDAY


def test_a_reminder_that_was_not_sent_in_time_is_not_said_days_later(either):
    either.say("dana", LOG)
    sweep(either.store, either.at("Tuesday 2026-03-03 13:00").now)
    assert either.at("Friday 2026-03-06 09:00").until("Friday 2026-03-06 12:00") == PAST_ON_FRIDAY
    assert [row.reason for row in either.owed(Sending.WITHDRAWN)] == ["overtaken"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("inquiry answer INQ-1", "answered"),
        ('inquiry close INQ-1 "done"', "closed"),
        ("inquiry ack INQ-1 by Friday", "acknowledged"),
        ("inquiry assign INQ-1 to lee", "handed over"),
    ],
)
def test_a_reminder_that_is_no_longer_true_is_taken_back_before_it_is_sent(office, words, reason):
    office.say("dana", LOG)
    sweep(office.store, office.at("Tuesday 2026-03-03 13:00").now)
    assert told(office) == ["staff:1 due_soon"]
    office.say("dana", words)
    assert [row.reason for row in office.owed(Sending.WITHDRAWN)] == [reason]
    office.tick()
    assert "dana due_soon INQ-1" not in office.heard()


def test_who_gets_an_inquiry_gets_its_reminders_and_their_supervisor_too(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry assign INQ-1 to kim")
    assert office.until("Wednesday 2026-03-04 12:00") == [
        "Monday 2026-03-02 09:00 kim inquiry_handed_over INQ-1",
        "Tuesday 2026-03-03 13:00 kim due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 kim due_now INQ-1",
        "Wednesday 2026-03-04 09:00 kim late INQ-1",
        "Wednesday 2026-03-04 10:00 robin overdue INQ-1",
    ]


def test_while_the_owner_is_away_the_alternate_is_told_and_past_it_the_supervisor(either):
    either.say("dana", LOG)
    either.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee")
    either.tick()
    either.heard()
    assert either.until("Wednesday 2026-03-04 12:00") == [
        "Monday 2026-03-02 15:00 dana due_soon INQ-1",  # before they leave
        "Tuesday 2026-03-03 13:00 lee due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 lee due_now INQ-1",
        "Wednesday 2026-03-04 09:00 lee late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
    ]
    leaving, soon, now, late, overdue = (row.facts for row in either.owed() if row.deadline_id)
    assert [one["covering_for"] for one in (leaving, soon, now, late, overdue)] == [
        None,
        *["Dana Whitfield"] * 3,
        None,
    ]
    assert (leaving["point"], leaving["covers_then"]) == ("leaving", "Lee Okafor")
    assert [(one["owner_away"], one["covered_by"]) for one in (soon, overdue)] == [(True, "Lee Okafor")] * 2


def test_the_owner_who_comes_back_early_is_told_again(office):
    office.say("dana", LOG)
    office.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee")
    office.tick("Tuesday 2026-03-03 13:00")
    office.heard()
    office.say("dana", "away back", "Tuesday 2026-03-03 14:00")
    office.tick()
    office.heard()
    assert office.until("Tuesday 2026-03-03 17:30") == ["Tuesday 2026-03-03 17:00 dana due_now INQ-1"]


def test_a_word_for_the_alternate_goes_to_the_owner_who_is_back_before_it_was_sent(either):
    either.say("dana", LOG)
    either.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee")
    either.tick()
    either.heard()
    sweep(either.store, either.at("Tuesday 2026-03-03 13:00").now)
    assert told(either)[-1] == "staff:2 due_soon"
    with either.store.transaction() as db:
        from models.absence import coming

        (absence,) = coming(db, 1, either.now.date())
        absence.ended_at = either.now
        db.add(absence)
    either.tick()
    either.tick()
    assert either.heard() == ["dana due_soon INQ-1"]


def test_a_recipient_who_goes_away_before_it_was_sent_leaves_it_to_the_alternate(either):
    either.say("dana", LOG)
    sweep(either.store, either.at("Tuesday 2026-03-03 13:00").now)
    either.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee")
    either.tick()
    either.tick()
    assert either.heard() == ["lee you_cover", "lee due_soon INQ-1"]
    assert [row.reason for row in either.owed(Sending.WITHDRAWN)] == ["recipient-changed"]


def test_of_a_supervisor_who_is_away_the_alternate_is_told_that_it_is_overdue(office):
    office.say("dana", LOG)
    office.say("sam", "away from 2026-03-04 to 2026-03-04 alternate lee")
    assert office.until("Wednesday 2026-03-04 10:00")[-2:] == [
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 lee overdue INQ-1",
    ]
    assert office.owed()[-1].facts["covering_for"] == "Sam Castellano"


def test_the_owner_is_not_told_in_the_supervisors_place_of_what_they_missed(office):
    office.say("dana", LOG)
    office.say("sam", "away from 2026-03-04 to 2026-03-04 alternate dana")
    assert office.until("Wednesday 2026-03-04 10:00")[-2:] == [
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 alex overdue INQ-1",
    ]


def test_where_nobody_stands_above_the_owner_the_owner_is_told(office):
    office.say("alex", LOG)
    assert [line.split(maxsplit=2)[2] for line in office.until("Wednesday 2026-03-04 12:00")] == [
        "13:00 alex due_soon INQ-1",
        "17:00 alex due_now INQ-1",
        "09:00 alex late INQ-1",
    ]
    assert office.until("Thursday 2026-03-05 12:00") == [], "nobody hears twice of one missed deadline"


def test_who_has_left_is_told_nothing_and_their_supervisor_is(office):
    office.say("dana", LOG)
    office.change("dana", active=False)
    assert office.until("Thursday 2026-03-05 12:00") == [
        "Tuesday 2026-03-03 13:00 sam due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 sam due_now INQ-1",
        "Wednesday 2026-03-04 09:00 sam late INQ-1",
        "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
    ]


def test_a_supervisor_who_has_left_is_passed_over(office):
    office.say("dana", LOG)
    office.change("sam", active=False)
    assert office.until("Wednesday 2026-03-04 10:00")[-2:] == [
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 alex overdue INQ-1",
    ]


def test_when_nobody_is_there_the_word_waits_until_somebody_is(office):
    office.say("dana", LOG)
    for handle in ("dana", "lee", "sam", "alex"):
        office.say(handle, "away from 2026-03-03 to 2026-03-05")
    office.tick()
    office.heard()
    assert office.until("Friday 2026-03-06 12:00")[-3:] == [
        "Friday 2026-03-06 08:00 dana late INQ-1",
        "Friday 2026-03-06 08:15 sam overdue INQ-1",
        "Friday 2026-03-06 08:30 alex overdue INQ-1",
    ]
    assert told(office)[-3:] == ["staff:1 late", "staff:3 overdue", "staff:6 overdue"]


def test_a_calendar_that_begins_or_ends_near_a_deadline_stops_no_other_reminder(tmp_path):
    year = demo().model_copy(
        update={"holidays": HolidaysEntry(country="US", first_year=2026, last_year=2026)}
    )
    with seeded(f"sqlite:///{tmp_path / 'a.db'}", "Friday 2026-01-02 08:00", year) as office:
        office.say("dana", LOG)
        office.say("dana", "inquiry ack INQ-1 by 2026-01-02 11:00")
        office.say("kim", LOG)
        assert office.until("Friday 2026-01-02 13:30") == [
            "Friday 2026-01-02 11:00 dana due_now INQ-1",
            "Friday 2026-01-02 12:00 dana late INQ-1",
            "Friday 2026-01-02 13:00 sam overdue INQ-1",
        ]
    with seeded(f"sqlite:///{tmp_path / 'b.db'}", "Wednesday 2026-12-30 09:00", year) as office:
        office.say("dana", LOG)
        office.say("kim", LOG)
        office.say("kim", "inquiry ack INQ-2 by 2026-12-31 10:00")
        office.tick()
        assert office.heard() == [f"{handle} calendar_ends" for handle in ("sam", "robin", "alex")]
        assert office.until("Thursday 2026-12-31 18:00") == [
            "Wednesday 2026-12-30 15:00 kim due_soon INQ-2",
            "Thursday 2026-12-31 10:00 kim due_now INQ-2",
            "Thursday 2026-12-31 11:00 kim late INQ-2",
            "Thursday 2026-12-31 12:00 robin overdue INQ-2",
            "Thursday 2026-12-31 13:00 dana due_soon INQ-1",
            "Thursday 2026-12-31 17:00 dana due_now INQ-1",
        ]


def test_a_calendar_that_has_run_out_is_an_alarm_and_holds_up_no_answer(tmp_path, caplog):
    year = demo().model_copy(
        update={"holidays": HolidaysEntry(country="US", first_year=2026, last_year=2026)}
    )
    with seeded(f"sqlite:///{tmp_path / 'a.db'}", "Wednesday 2026-12-30 09:00", year) as office:
        office.say("dana", f"{LOG} owner lee")
        office.say("kim", "help", "Monday 2027-01-04 09:00", key="a", by_message=True)
        office.tick()
        assert office.heard() == ["kim help"]
        assert [one.action for one in caplog.records if one.levelno == logging.ERROR] == [
            "sweep",
            "look_again",
        ]
        (waiting,) = office.owed(Sending.OWED)
        assert (waiting.recipient, waiting.template) == ("staff:2", "inquiry_handed_over")


def test_a_sweep_asks_no_more_when_there_are_more_inquiries(either):
    def asked():
        with counted(either) as statements:
            assert sweep(either.store, either.now) == 0
        return len(statements)

    either.say("dana", LOG)
    sweep(either.store, either.at("Wednesday 2026-03-04 09:00").now)
    one_that_was_told = asked()
    for _ in range(20):
        either.say("dana", LOG, "Wednesday 2026-03-04 09:00")
        either.say("dana", LOG, "Monday 2026-03-02 09:00")
    sweep(either.store, either.at("Wednesday 2026-03-04 09:00").now)
    sweep(either.store, either.at("Wednesday 2026-03-04 10:00").now)
    assert len(told(either)) == 42
    assert asked() == one_that_was_told <= 10


def test_many_are_told_of_page_by_page_and_none_is_left_out(either, monkeypatch):
    monkeypatch.setattr(reminders, "PAGE", 2)
    for _ in range(5):
        either.say("dana", LOG)
    assert sweep(either.store, either.at("Tuesday 2026-03-03 13:00").now) == 5
    assert sweep(either.store, either.now) == 0


def test_pages_of_which_nobody_can_be_told_come_to_an_end(office, monkeypatch):
    monkeypatch.setattr(reminders, "PAGE", 2)
    for _ in range(5):
        office.say("dana", LOG)
    for handle in ("dana", "lee", "sam", "alex"):
        office.say(handle, "away from 2026-03-03 to 2026-03-03")
    assert sweep(office.store, moment("Tuesday 2026-03-03 13:00")) == 0
    assert sweep(office.store, moment("Wednesday 2026-03-04 09:00")) == 5
    assert sweep(office.store, moment("Wednesday 2026-03-04 10:00")) == 5
