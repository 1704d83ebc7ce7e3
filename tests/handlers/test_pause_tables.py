"""What a pause makes of deadlines: tables of what is due when, and why."""

import pytest

from models.agency_file import HolidaysEntry
from models.calendars import closures_of, put_in_force
from models.inquiry import Deadline, Event, Inquiry
from tests.handlers.paused import CHATS, LOG, OTHERS, PAUSE, closed, due, is_at, own_rules, paused, said, why
from tests.seeded import demo, seeded

FORM = "paused, waiting for the form"
TABLE = [
    # a pause over the closing of day 0, which is never counted
    ("email", "Monday 2026-03-02 09:00", [("Monday 2026-03-02 15:00", "Tuesday 2026-03-03 10:00")],
     "Tuesday 2026-03-03 17:00", "Business day 1 is Tuesday 2026-03-03"),
    # over the closing of day 1
    ("email", "Monday 2026-03-02 09:00", [("Tuesday 2026-03-03 15:00", "Wednesday 2026-03-04 09:00")],
     "Wednesday 2026-03-04 17:00", f"Skipped Tuesday 2026-03-03: {FORM}."),
    # within a day
    ("email", "Monday 2026-03-02 09:00", [("Tuesday 2026-03-03 09:00", "Tuesday 2026-03-03 16:59")],
     "Tuesday 2026-03-03 17:00", "Business day 1 is Tuesday 2026-03-03"),
    # from the closing at which it was due on
    ("email", "Monday 2026-03-02 09:00", [("Tuesday 2026-03-03 17:00", "Wednesday 2026-03-04 07:00")],
     "Wednesday 2026-03-04 17:00", f"Skipped Tuesday 2026-03-03: {FORM}."),
    # over a weekend: no open day is lost
    ("email", "Friday 2026-03-06 09:00", [("Friday 2026-03-06 16:00", "Monday 2026-03-09 09:00")],
     "Monday 2026-03-09 17:00", "Skipped Sunday 2026-03-08: closed on Sundays."),
    # over a weekend and a holiday beside it
    ("email", "Wednesday 2026-11-25 09:00", [("Wednesday 2026-11-25 16:00", "Tuesday 2026-12-01 09:00")],
     "Tuesday 2026-12-01 17:00", "Skipped Thursday 2026-11-26: Thanksgiving"),
    ("email", "Wednesday 2026-11-25 09:00", [("Wednesday 2026-11-25 16:00", "Tuesday 2026-12-01 09:00")],
     "Tuesday 2026-12-01 17:00", f"Skipped Monday 2026-11-30: {FORM}."),
    # several pauses
    ("email", "Monday 2026-03-02 09:00",
     [("Tuesday 2026-03-03 15:00", "Wednesday 2026-03-04 09:00"),
      ("Wednesday 2026-03-04 16:00", "Thursday 2026-03-05 09:00"),
      ("Thursday 2026-03-05 10:00", "Thursday 2026-03-05 11:00")],
     "Thursday 2026-03-05 17:00", f"Skipped Wednesday 2026-03-04: {FORM}."),
    # business hours: the hour before the weekend, then five more from when it runs again
    ("chat", "Friday 2026-03-06 15:00", [("Friday 2026-03-06 16:00", "Monday 2026-03-09 09:00")],
     "Monday 2026-03-09 14:00", f"Counted 5 hours on Monday 2026-03-09, not 1 hour: {FORM}."),
    # begun while closed, resumed before the next opening: nothing is lost
    ("chat", "Monday 2026-03-02 14:00", [("Monday 2026-03-02 20:00", "Tuesday 2026-03-03 07:00")],
     "Tuesday 2026-03-03 11:00", "Counted 3 hours on Tuesday 2026-03-03."),
    # begun while closed, resumed in the morning
    ("chat", "Monday 2026-03-02 14:00", [("Monday 2026-03-02 20:00", "Tuesday 2026-03-03 09:30")],
     "Tuesday 2026-03-03 12:30", f"Counted 3 hours on Tuesday 2026-03-03, not 1 hour 30 minutes: {FORM}."),
    # two pauses within a minute
    ("chat", "Monday 2026-03-02 09:00",
     [("Monday 2026-03-02 10:00:00", "Monday 2026-03-02 10:00:20"),
      ("Monday 2026-03-02 10:00:40", "Monday 2026-03-02 10:00:50")],
     "Monday 2026-03-02 15:00:30", "Counted 6 hours on Monday 2026-03-02"),
    # hours of the clock, two open days later: a paused day is none
    ("call", "Monday 2026-03-02 10:00", [("Tuesday 2026-03-03 12:00", "Wednesday 2026-03-04 09:00")],
     "Thursday 2026-03-05 10:00", f"Skipped Tuesday 2026-03-03: {FORM}."),
    # elapsed hours lose nights and closed days too: 23 hours in the night in which the clocks go forward
    ("walk-in", "Saturday 2026-03-07 09:00", [("Saturday 2026-03-07 12:00", "Sunday 2026-03-08 12:00")],
     "Monday 2026-03-09 15:00", f"Skipped Saturday 2026-03-07 12:00 to Sunday 2026-03-08 12:00: {FORM}."),
    # a week loses the days whose closings were paused
    ("letter", "Monday 2026-03-02 09:00", [("Wednesday 2026-03-04 12:00", "Friday 2026-03-06 12:00")],
     "Wednesday 2026-03-11 17:00", f"Skipped Thursday 2026-03-05: {FORM}."),
]  # fmt: skip


@pytest.mark.parametrize(("channel", "received", "spans", "expected", "told"), TABLE)
def test_what_is_due_after_a_pause_and_why(talk, channel, received, spans, expected, told):
    own_rules(talk, {"chat": CHATS, **OTHERS})
    talk.at(received).say(f"inquiry log {channel} from Jane about a permit")
    reply = paused(talk, *spans)
    assert is_at(reply.facts["resumed"][0]["due"], expected)
    assert is_at(due(talk)["due"], expected)
    assert told in why(talk)
    assert [row.stopped_at for row in talk.rows(Deadline)] == [None]


@pytest.mark.parametrize(
    ("at", "left"),
    [
        ("Tuesday 2026-03-03 16:00", "1 working hour was left"),
        ("Tuesday 2026-03-03 14:59", "2 working hours 1 minute were left"),
        ("Tuesday 2026-03-03 16:59", "1 working minute was left"),
        ("Tuesday 2026-03-03 17:00", "no working time was left"),
        ("Tuesday 2026-03-03 17:01", "past due already, and a pause does not change that"),
        ("Monday 2026-03-02 20:00", "9 working hours were left"),
    ],
)
def test_how_much_was_left_of_business_hours_is_told_in_working_time(talk, at, left):
    own_rules(talk, {"email": {"business_hours": 17}})
    talk.at("Monday 2026-03-02 09:00").say(LOG)
    words = said(talk.at(at).say(PAUSE))
    assert left in words
    assert "Where days are counted" not in words


@pytest.mark.parametrize("channel", ["email", "call", "letter"])
def test_of_a_count_in_days_no_hours_are_said_to_be_left(talk, channel):
    own_rules(talk, {**OTHERS, "letter": {"weeks": 1}})
    talk.say(f"inquiry log {channel} from Jane about a permit")
    words = said(talk.at("Tuesday 2026-03-03 09:00").say(PAUSE))
    assert "counted in days" in words
    assert "a day whose closing falls inside the pause gives a day; a shorter pause gives none." in words
    assert "were left" not in words


def test_of_hours_as_they_pass_every_paused_one_is_left_out(talk):
    own_rules(talk, OTHERS)
    talk.say("inquiry log walk-in from Jane about a permit")
    assert "every paused hour is left out" in said(talk.say(PAUSE))


NO_TIME = [
    ("email", "Monday 2026-03-02 09:00", [("Monday 2026-03-02 10:00", "Monday 2026-03-02 12:00")],
     f"Paused Monday 2026-03-02 10:00 to Monday 2026-03-02 12:00, {FORM[8:]}: no closing fell inside it, "
     "so no day is left out."),
    ("email", "Monday 2026-03-02 09:00", [("Monday 2026-03-02 15:00", "Tuesday 2026-03-03 10:00")],
     f"Paused Monday 2026-03-02 15:00 to Tuesday 2026-03-03 10:00, {FORM[8:]}: the closing inside it is of a "
     "day that does not count anyway, so no day is left out."),
    ("call", "Monday 2026-03-02 10:00", [("Tuesday 2026-03-03 12:00", "Tuesday 2026-03-03 13:00")],
     "no closing fell inside it"),
    ("letter", "Monday 2026-03-02 09:00", [("Wednesday 2026-03-04 12:00", "Wednesday 2026-03-04 13:00")],
     "no closing fell inside it"),
]  # fmt: skip


@pytest.mark.parametrize(("channel", "received", "spans", "told"), NO_TIME)
def test_a_pause_that_gave_no_time_is_named_all_the_same(talk, channel, received, spans, told):
    own_rules(talk, OTHERS)
    talk.at(received).say(f"inquiry log {channel} from Jane about a permit")
    before = due(talk)["due"]
    paused(talk, *spans)
    assert due(talk)["due"] == before
    assert told in why(talk)


@pytest.mark.parametrize(
    ("channel", "span"),
    [
        ("email", ("Tuesday 2026-03-03 15:00", "Wednesday 2026-03-04 09:00")),
        # The same time of day is inside the pause, which is over before closing: due when it ends.
        ("call", ("Wednesday 2026-03-04 09:00", "Wednesday 2026-03-04 11:00")),
    ],
)
def test_a_pause_that_gave_time_is_not_said_to_have_given_none(talk, channel, span):
    own_rules(talk, OTHERS)
    talk.at("Monday 2026-03-02 10:00").say(f"inquiry log {channel} from Jane about a permit")
    paused(talk, span)
    assert "so no day is left out" not in why(talk)


def test_a_pause_before_a_reopening_is_no_part_of_the_new_reckoning(talk):
    talk.say(LOG)
    paused(talk, ("Monday 2026-03-02 10:00", "Monday 2026-03-02 11:00"))
    talk.say("inquiry answer 1")
    talk.at("Tuesday 2026-03-03 09:00").say("inquiry reopen 1 again")
    talk.say(PAUSE)
    talk.at("Tuesday 2026-03-03 10:00").say("inquiry resume 1")
    steps = " ".join(talk.say("inquiry why 1").facts["deadlines"][1]["because"])
    assert steps.count("so no day is left out") == 1


def test_what_is_past_due_when_a_pause_begins_stays_missed(talk):
    talk.say(LOG)
    reply = talk.at("Wednesday 2026-03-04 10:00").say(PAUSE)
    assert reply.facts["stopped"] == []
    assert [one["standing"] for one in reply.facts["running"]] == ["overdue"]
    lines = talk.say("desk overdue", by="sam").facts["lines"]
    assert [one["number"] for one in lines] == ["INQ-1"]
    [clock] = talk.at("Friday 2026-03-06 10:00").say("inquiry resume 1").facts["resumed"]
    assert (clock["due"], clock["was"], clock["standing"]) == (clock["was"], clock["due"], "overdue")
    [ended] = talk.say("inquiry answer 1").facts["ended"]
    assert ended["standing"] == "missed"
    assert "paused" not in why(talk)


def test_a_count_in_clock_hours_that_was_missed_is_not_saved_by_a_pause_later_that_day(talk):
    own_rules(talk, OTHERS)
    talk.at("Monday 2026-03-02 10:00").say("inquiry log call from Jane about a permit")
    # Due at ten on Wednesday; the day's closing lies in the pause, so the day would not be counted now.
    reply = paused(talk, ("Wednesday 2026-03-04 15:00", "Thursday 2026-03-05 09:00"))
    assert is_at(reply.facts["resumed"][0]["due"], "Wednesday 2026-03-04 10:00")
    assert due(talk)["standing"] == "overdue"
    assert "stays missed" in said(reply)


def test_what_would_have_been_due_meanwhile_is_not_overdue(talk):
    talk.say(LOG)
    talk.say(PAUSE)
    talk.at("Friday 2026-03-06 10:00")
    assert talk.say("desk overdue", by="sam").facts["lines"] == []
    assert talk.say("inquiry mine").facts["lines"][0]["paused"]["reason"] == "waiting for the form"
    assert due(talk)["standing"] == "paused"


def test_a_promise_moves_by_the_working_time_that_was_left(talk):
    talk.say(LOG)
    talk.say("inquiry ack 1 by Thu")
    reply = talk.at("Tuesday 2026-03-03 09:00").say(PAUSE)
    assert [(one["kind"], one["left"]) for one in reply.facts["stopped"]] == [("promise", 26 * 60)]
    [clock] = talk.at("Wednesday 2026-03-04 13:00").say("inquiry resume 1").facts["resumed"]
    assert is_at(clock["due"], "Monday 2026-03-09 12:00")
    steps = talk.say("inquiry why 1").facts["deadlines"][1]["because"]
    assert steps[-1].startswith("Paused from Tuesday 2026-03-03 09:00 to Wednesday 2026-03-04 13:00:")


def test_several_clocks_stand_still_and_run_again_together(talk):
    talk.say("inquiry log letter from Ann about benefits")
    talk.say("inquiry ack 1 by Thu")
    talk.at("Tuesday 2026-03-03 09:00").say(PAUSE)
    assert [row.stopped_at is not None for row in talk.rows(Deadline)] == [True, True]
    reply = talk.at("Wednesday 2026-03-04 09:00").say("inquiry resume 1")
    assert {one["kind"]: one["due"] for one in reply.facts["resumed"]} == {
        "promise": "2026-03-06T23:00:00+00:00",
        "answer": "2026-03-10T22:00:00+00:00",
    }


def test_the_rule_that_was_stored_counts_although_the_policy_changed_meanwhile(talk):
    talk.say(LOG)
    talk.say(PAUSE)
    talk.at("Tuesday 2026-03-03 09:00")
    own_rules(talk, {"email": {"business_days": 9}}, "Monday 2026-03-02")
    paused_due = talk.at("Wednesday 2026-03-04 09:00").say("inquiry resume 1").facts["resumed"][0]
    assert (paused_due["rule"], paused_due["due"]) == ("R5", "2026-03-04T23:00:00+00:00")
    talk.say("inquiry log email from Ann about rent")
    assert due(talk, 2)["rule"] == "own-email"


def test_a_closure_that_came_meanwhile_is_reckoned_with_by_name(talk):
    talk.say(LOG)
    talk.at("Tuesday 2026-03-03 10:00").say(PAUSE)
    closed(talk, "Wednesday 2026-03-04", "snow")
    [clock] = talk.at("Wednesday 2026-03-04 12:00").say("inquiry resume 1").facts["resumed"]
    assert is_at(clock["due"], "Thursday 2026-03-05 17:00")
    assert f"Skipped Tuesday 2026-03-03: {FORM}. Skipped Wednesday 2026-03-04: snow." in why(talk)


def test_an_afternoon_closed_meanwhile_counts_the_hours_that_are_left(talk):
    own_rules(talk, {"chat": CHATS})
    talk.say("inquiry log chat from Jane about a permit")
    talk.at("Monday 2026-03-02 10:00").say(PAUSE)
    closed(talk, "Monday 2026-03-02", "burst pipe", 13 * 60, 17 * 60)
    [clock] = talk.at("Monday 2026-03-02 11:00").say("inquiry resume 1").facts["resumed"]
    assert is_at(clock["due"], "Tuesday 2026-03-03 11:00")


@pytest.mark.parametrize(
    ("resumed", "expected"),
    [
        # no working time has passed: it stays when it was
        ("Wednesday 2026-03-04 16:30", "Wednesday 2026-03-04 17:00"),
        # the half hour that was left counts from when it runs again
        ("Wednesday 2026-03-04 16:45", "Thursday 2026-03-05 08:15"),
        ("Thursday 2026-03-05 10:00", "Thursday 2026-03-05 10:30"),
        ("Friday 2026-03-06 20:00", "Monday 2026-03-09 08:30"),
    ],
)
def test_a_closure_taken_back_meanwhile_makes_nothing_earlier(talk, resumed, expected):
    closed(talk, "Tuesday 2026-03-03", "snow")
    talk.say(LOG)
    talk.at("Wednesday 2026-03-04 16:30").say(PAUSE)
    with talk.house.store.transaction() as db:
        [snow] = [row for row in closures_of(db) if row.name == "snow"]
        snow.ended_at = talk.now
        put_in_force(db, talk.now)
    talk.at(resumed).say("inquiry resume 1")
    assert is_at(due(talk)["due"], expected)
    assert due(talk)["standing"] == "running"
    assert (f"to {expected}" in why(talk)) == (expected != "Wednesday 2026-03-04 17:00")
    assert "Skipped Tuesday 2026-03-03: snow." in why(talk)


def test_what_is_handed_on_while_it_waits_keeps_what_was_left_whatever_the_new_calendar(talk):
    closed(talk, "Tuesday 2026-03-03", "move", department=1)
    talk.say(LOG)
    talk.at("Wednesday 2026-03-04 16:00").say(PAUSE)
    talk.say("inquiry assign 1 to kim")
    [clock] = talk.at("Thursday 2026-03-05 09:00").say("inquiry resume 1", by="kim").facts["resumed"]
    assert is_at(clock["due"], "Thursday 2026-03-05 10:00")


def test_beyond_the_calendar_nothing_runs_again_and_the_pause_stays(tmp_path):
    holidays = HolidaysEntry(country="US", first_year=2026, last_year=2026)
    agency = demo().model_copy(update={"holidays": holidays})
    with seeded(f"sqlite:///{tmp_path / 'year.db'}", "Tuesday 2026-12-29 09:00", agency) as office:
        office.say("dana", LOG)
        office.say("dana", PAUSE, "Wednesday 2026-12-30 10:00")
        for words in ("inquiry resume 1", "inquiry answer 1"):
            reply = office.say("dana", words, "Thursday 2026-12-31 18:00")
            assert (reply.template, "2027-01-01" in reply.facts["reason"]) == ("beyond_calendar", True)
        assert [row.what for row in office.rows(Event)] == ["logged", "paused"]
        assert office.rows(Inquiry)[0].paused_at is not None
        assert office.say("dana", "inquiry resume 1", "Wednesday 2026-12-30 16:00").template == (
            "inquiry_resumed"
        )
