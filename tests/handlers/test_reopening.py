"""Opening again what was answered or closed: new clocks, and what was met or missed stays so."""

import pytest

from handlers.asking import Reply
from models.adopting import adopt
from models.inquiry import Deadline, Event, Inquiry
from models.outbox import Sending
from models.staff import Department
from models.survey import Survey
from tests.handlers.paused import closed, due, is_at, rule, said
from tests.models.spelled_dates import day

LOG = "/inquiry log email from Jane Doe jane@example.org about a parking permit"
REOPEN = "/inquiry reopen INQ-1 the permit never arrived"


@pytest.mark.parametrize(
    ("before", "at", "expected"),
    [
        ("inquiry answer 1", "Wednesday 2026-03-04 10:00", "Thursday 2026-03-05 17:00"),
        ('inquiry close 1 "done"', "Friday 2026-03-06 16:59", "Monday 2026-03-09 17:00"),
        # on a closed day: day 0 is the next open one
        ('inquiry close 1 "done"', "Saturday 2026-03-07 12:00", "Tuesday 2026-03-10 17:00"),
        # months later, over a holiday
        ('inquiry close 1 "done"', "Thursday 2026-07-02 09:00", "Monday 2026-07-06 17:00"),
    ],
)
def test_new_clocks_count_from_the_reopening(talk, before, at, expected):
    talk.say(LOG)
    talk.say(before)
    reply = talk.at(at).say(REOPEN)
    assert reply.template == "inquiry_reopened"
    assert is_at(reply.facts["clocks"][0]["due"], expected)
    first, second = talk.say("inquiry why 1").facts["deadlines"]
    assert (first["standing"], second["standing"]) == ("met", "running")
    assert second["because"][0] == f"Reopened on {at}: counted from then."
    assert second["because"][1].startswith(f"Received {at.rsplit(' ', 1)[0]}")
    assert talk.rows(Inquiry)[0].state == "open"
    assert talk.rows(Event)[-1].detail == {"said": "the permit never arrived"}


def test_what_was_missed_stays_missed_and_the_new_clock_can_be_met(talk):
    talk.say(LOG)
    talk.at("Wednesday 2026-03-04 10:00").say("inquiry answer 1")
    talk.at("Friday 2026-03-06 10:00").say(REOPEN)
    reply = talk.at("Monday 2026-03-09 10:00").say("inquiry answer 1")
    assert [one["standing"] for one in reply.facts["ended"]] == ["met"]
    assert [one["standing"] for one in talk.say("inquiry show 1").facts["deadlines"]] == ["missed", "met"]


def test_the_standard_of_today_holds_and_not_that_of_the_receipt(talk):
    talk.say(LOG)
    talk.say("inquiry answer 1")
    with talk.house.store.transaction() as db:
        department = db.get_one(Department, 1)
        rules = [rule("email", {"business_days": 3})]
        adopt(db, department, "departmental", rules, day("Wednesday 2026-03-04"), talk.now, 3)
    talk.at("Tuesday 2026-03-03 10:00").say(REOPEN)
    assert due(talk)["rule"] == "R5"
    talk.say("inquiry answer 1")
    [clock] = talk.at("Wednesday 2026-03-04 10:00").say(REOPEN).facts["clocks"]
    assert (clock["rule"], is_at(clock["due"], "Monday 2026-03-09 17:00")) == ("own-email", True)


def test_a_reopened_clock_pauses_and_keeps_its_first_sentence_when_it_is_reckoned_anew(talk):
    talk.say(LOG)
    talk.say("inquiry pause 1 waiting for the form")
    talk.at("Tuesday 2026-03-03 10:00").say("inquiry answer 1")
    talk.at("Wednesday 2026-03-04 10:00").say(REOPEN)
    talk.at("Thursday 2026-03-05 10:00").say("inquiry pause 1 waiting for a photo")
    closed(talk, "Friday 2026-03-06", "snow")
    [clock] = talk.at("Friday 2026-03-06 10:00").say("inquiry resume 1").facts["resumed"]
    assert is_at(clock["due"], "Monday 2026-03-09 17:00")
    steps = talk.say("inquiry why 1").facts["deadlines"][1]["because"]
    assert steps[0] == "Reopened on Wednesday 2026-03-04 10:00: counted from then."
    # The pause before is of no account to a clock that counts from the reopening.
    assert "the form" not in " ".join(steps)
    assert "Skipped Thursday 2026-03-05: paused, waiting for a photo." in steps
    assert "Skipped Friday 2026-03-06: snow." in steps


def test_what_is_open_is_not_reopened_and_a_reason_is_asked_for(talk):
    talk.say(LOG)
    assert talk.say(REOPEN).template == "still_open"
    talk.say("inquiry ack 1 by Thu")
    assert talk.say(REOPEN).template == "still_open"
    talk.say("inquiry answer 1")
    for words in ("inquiry reopen 1", 'inquiry reopen 1 ""'):
        assert talk.say(words).template == "missing_piece"
    assert talk.say(REOPEN, by="kim").template == "unknown_inquiry"
    assert talk.rows(Inquiry)[0].state == "answered"
    assert len(talk.rows(Deadline)) == 2


def test_a_promise_that_was_kept_does_not_come_back(talk):
    talk.say(LOG)
    talk.say("inquiry ack 1 by Fri")
    talk.say("inquiry answer 1")
    assert [one["kind"] for one in talk.say(REOPEN).facts["clocks"]] == ["respond"]


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        ("Monday 2026-03-02 12:00", ["respond", "needed"]),
        ("Thursday 2026-03-05 12:00", ["respond"]),
    ],
)
def test_the_customers_own_deadline_comes_back_while_it_lies_ahead(talk, at, kinds):
    talk.say(LOG)
    with talk.house.store.transaction() as db:
        row = Deadline.model_validate(talk.rows(Deadline)[0].model_dump(exclude={"id"}))
        row.kind, row.rule, row.met_by = "needed", "R13", ["answer", "needed"]
        row.agreed_due, row.agreed_at = row.due, row.set_at
        db.add(row)
    talk.at("Monday 2026-03-02 10:00").say("inquiry answer 1")
    reply = talk.at(at).say(REOPEN)
    assert [one["kind"] for one in reply.facts["clocks"]] == kinds
    assert {is_at(one["due"], "Tuesday 2026-03-03 17:00") for one in reply.facts["clocks"][:1]} == {
        "needed" in kinds
    }


def test_the_resolution_stays_in_the_history_and_closing_needs_a_new_one(talk):
    talk.say(LOG)
    talk.say('inquiry close 1 "permit sent"')
    talk.say(REOPEN)
    shown = talk.say("inquiry show 1").facts
    assert shown["resolution"] is None
    assert [(one["what"], one["said"]) for one in shown["events"][-2:]] == [
        ("closed", "permit sent"),
        ("reopened", "the permit never arrived"),
    ]
    assert talk.say("inquiry close 1").template == "missing_piece"


def test_a_survey_stays_valid_and_goes_out_once(talk):
    talk.say(LOG)
    first = talk.say('inquiry close 1 "permit sent"')
    assert (first.facts["again"], first.facts["pushed_to"]) == (False, "jane@example.org")
    talk.say(REOPEN)
    second = talk.say('inquiry close 1 "sent again"')
    assert (second.facts["again"], second.facts["pushed_to"]) == (True, None)
    words = said(second)
    assert "none goes out now" in words
    assert "jane@example.org" not in words
    assert "/survey/" not in words
    assert [row.template for row in talk.owed()].count("survey_invitation") == 1
    assert len(talk.rows(Survey)) == 1


def test_the_owner_is_told_when_somebody_else_reopens_it(talk):
    talk.say(LOG)
    talk.say("inquiry answer 1")
    reply = talk.say(REOPEN, by="sam")
    assert reply.facts["told"] == "Dana Whitfield"
    row = talk.owed()[-1]
    assert (row.recipient, row.template, row.facts["by"]) == (
        "staff:1",
        "inquiry_reopened",
        "Sam Castellano",
    )
    assert "Sam Castellano reopened it: email from Jane Doe" in said(row_as_reply(row))
    talk.say('inquiry close 1 "done"', by="sam")
    assert [one.state for one in talk.owed() if one.template == "inquiry_reopened"] == [Sending.WITHDRAWN]


def test_who_covers_is_told_in_place_of_an_owner_who_is_away(talk):
    talk.say(LOG)
    talk.say("inquiry answer 1")
    talk.say("away from today to Fri alternate lee")
    assert talk.say(REOPEN, by="sam").facts["told"] == "Lee Okafor"
    row = talk.owed()[-1]
    assert (row.recipient, row.facts["covering_for"]) == ("staff:2", "Dana Whitfield")
    assert "You cover for Dana Whitfield." in said(row_as_reply(row))


def test_the_words_of_reopening(talk):
    talk.say(LOG)
    talk.say('inquiry close 1 "done"')
    words = said(talk.at("Wednesday 2026-03-04 10:00").say(REOPEN))
    assert "INQ-1 is open again Email from Jane Doe (jane@example.org) about a parking permit." in words
    assert "It was closed; now: the permit never arrived." in words
    assert "Response due Thu 2026-03-05 17:00 CST" in words
    assert "(R5, FED L3 (3))" in words
    assert "INQ-1 is open" in said(talk.say(REOPEN))


def test_beyond_the_calendar_nothing_is_reopened(talk):
    talk.say(LOG)
    talk.say("inquiry answer 1")
    reply = talk.at("Friday 2032-12-31 12:00").say(REOPEN)
    assert reply.template == "beyond_calendar"
    assert talk.rows(Inquiry)[0].state == "answered"


def row_as_reply(row):
    return Reply(row.template, row.facts)
