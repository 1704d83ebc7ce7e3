"""Pausing while the office waits for the customer, and running again: who says it, who hears of it."""

import pytest

from models.inquiry import Deadline, Event, Inquiry
from models.outbox import Sending
from tests.handlers.paused import LOG, PAUSE, due, is_at, said


def test_the_reply_to_a_pause_tells_what_stands_still_and_how_much_was_left(talk):
    talk.say(LOG)
    reply = talk.at("Tuesday 2026-03-03 11:00").say(PAUSE)
    assert reply.facts["paused"] == {"since": "2026-03-03T17:00:00+00:00", "reason": "waiting for the form"}
    told = [(one["standing"], one["counts"], one["left"]) for one in reply.facts["stopped"]]
    assert told == [("paused", "days", None)]
    assert reply.facts["running"] == []
    assert reply.choices[0].words == "inquiry resume INQ-1"
    event = talk.rows(Event)[-1]
    assert (event.what, event.detail) == ("paused", {"said": "waiting for the form"})


def test_the_words_of_pausing_and_running_again(talk):
    talk.say(LOG)
    words = said(talk.at("Tuesday 2026-03-03 11:00").say(PAUSE))
    assert "Reason: waiting for the form." in words
    assert "Response due Tue 2026-03-03 17:00 CST (R5): counted in days" in words
    assert "a day whose closing falls inside the pause gives a day; a shorter pause gives none." in words
    assert "/inquiry resume INQ-1" in words
    assert "You paused it on Tue 2026-03-03 11:00 CST. Reason: waiting for the form" in said(talk.say(PAUSE))
    assert "INQ-1: open, paused" in said(talk.say("inquiry show 1"))
    assert "It is paused since Tue 2026-03-03 11:00 CST" in said(talk.say("inquiry why 1"))
    words = said(talk.at("Wednesday 2026-03-04 09:00").say('inquiry resume 1 "the form came"'))
    assert "due Tue 2026-03-03 17:00 CST before, Wed 2026-03-04 17:00 CST now: day 0" in words
    assert "Now: the form came." in words
    assert "Its clocks run." in said(talk.say("inquiry resume 1"))
    talk.at("Wednesday 2026-03-04 15:59").say(PAUSE)
    assert "resumed by Dana Whitfield, “the form came”" in said(talk.say("inquiry show 1"))
    words = said(talk.at("Wednesday 2026-03-04 16:30").say("inquiry answer 1"))
    assert "The clock ran again for this, with the pause left out: - Response (R5): still due" in words
    assert "resumed by Dana Whitfield, as it was answered" in said(talk.say("inquiry show 1"))
    assert "open it again: /inquiry reopen INQ-1" in said(talk.say("inquiry resume 1"))


def test_a_pause_is_asked_for_its_reason(talk):
    talk.say(LOG)
    for words in ("inquiry pause 1", 'inquiry pause INQ-1 ""'):
        assert talk.say(words).template == "pause_needs_reason"
    assert talk.say("inquiry pause").template == "missing_piece"
    assert talk.say("inquiry pause 9 the form").template == "unknown_inquiry"
    assert [row.what for row in talk.rows(Event)] == ["logged"]


def test_what_is_paused_already_says_since_when_and_why(talk):
    talk.say(LOG)
    talk.say(PAUSE)
    reply = talk.at("Monday 2026-03-02 12:00").say("inquiry pause 1 something else")
    assert reply.template == "already_paused"
    assert reply.facts["paused"] == {"since": "2026-03-02T15:00:00+00:00", "reason": "waiting for the form"}
    assert talk.rows(Inquiry)[0].paused_for == "waiting for the form"


def test_what_is_answered_or_closed_cannot_be_paused_and_what_runs_cannot_be_resumed(talk):
    talk.say(LOG)
    assert talk.say("inquiry resume 1").template == "not_paused"
    talk.say("inquiry answer 1")
    assert talk.say(PAUSE).template == "already_answered"
    talk.say('inquiry close 1 "done"')
    assert talk.say(PAUSE).template == "already_closed"
    assert talk.say("inquiry resume 1").template == "not_paused"
    assert [row.what for row in talk.rows(Event)] == ["logged", "answered", "closed"]


def test_the_customers_own_deadline_goes_on(talk):
    talk.say(LOG)
    with talk.house.store.transaction() as db:
        row = Deadline.model_validate(talk.rows(Deadline)[0].model_dump(exclude={"id"}))
        row.kind, row.rule, row.met_by = "needed", "R13", ["answer", "needed"]
        row.agreed_due, row.agreed_at = row.due, row.set_at
        db.add(row)
    reply = talk.say(PAUSE)
    assert [one["kind"] for one in reply.facts["stopped"]] == ["respond"]
    assert [one["kind"] for one in reply.facts["running"]] == ["needed"]
    [clock] = talk.at("Friday 2026-03-06 10:00").say("inquiry resume 1").facts["resumed"]
    assert clock["kind"] == "respond"
    assert [row.due.isoformat() for row in talk.rows(Deadline) if row.kind == "needed"] == [
        "2026-03-03T23:00:00+00:00"
    ]


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ("inquiry ack 1 by Fri", "acknowledged"),
        ("inquiry answer 1", "answered"),
        ('inquiry close 1 "done"', "closed"),
    ],
)
def test_whatever_meets_a_clock_ends_the_pause_first(talk, words, because):
    talk.say(LOG)
    talk.at("Tuesday 2026-03-03 15:00").say(PAUSE)
    reply = talk.at("Thursday 2026-03-05 10:00").say(words)
    assert [one["standing"] for one in reply.facts["ended"]] == ["met"]
    [clock] = reply.facts["resumed"]
    assert is_at(clock["was"], "Tuesday 2026-03-03 17:00")
    assert is_at(clock["due"], "Thursday 2026-03-05 17:00")
    assert reply.facts["paused"] is None
    inquiry = talk.rows(Inquiry)[0]
    assert (inquiry.paused_at, inquiry.paused_for) == (None, None)
    events = talk.say("inquiry show 1").facts["events"]
    assert [(one["what"], one["because"]) for one in events[-2:]] == [("resumed", because), (because, None)]


@pytest.mark.parametrize("words", ["inquiry ack 1", "inquiry ack 1 by blursday", "inquiry close 1"])
def test_a_refusal_leaves_the_pause_as_it_was(talk, words):
    talk.say(LOG)
    talk.say(PAUSE)
    talk.at("Thursday 2026-03-05 10:00").say(words)
    assert talk.rows(Inquiry)[0].paused_for == "waiting for the form"
    assert [row.what for row in talk.rows(Event)] == ["logged", "paused"]
    assert due(talk)["standing"] == "paused"


def test_what_was_not_paused_says_nothing_of_a_pause(talk):
    talk.say(LOG)
    assert talk.say("inquiry ack 1 by Fri").facts["resumed"] == []
    assert talk.say("inquiry answer 1").facts["resumed"] == []


def test_what_is_handed_over_stays_paused_and_the_new_owner_is_told_so(talk):
    talk.say(LOG)
    talk.say(PAUSE)
    assert talk.say("inquiry assign 1 to lee").facts["next"]["standing"] == "paused"
    row = talk.owed()[-1]
    assert (row.template, row.facts["paused"]["reason"]) == ("inquiry_handed_over", "waiting for the form")
    assert row.choices[0]["words"] == "inquiry resume INQ-1"
    assert talk.say("inquiry resume 1", by="lee").template == "inquiry_resumed"


def test_the_owner_is_told_when_somebody_else_pauses_or_resumes(talk):
    talk.say(LOG)
    reply = talk.say(PAUSE, by="sam")
    assert reply.facts["told"] == "Dana Whitfield"
    assert talk.at("Wednesday 2026-03-04 09:00").say("inquiry resume 1", by="sam").facts["told"]
    rows = [(row.recipient, row.template, row.facts["by"], row.state) for row in talk.owed()]
    # What was not said of the pause is overtaken by the word that it is over.
    assert rows == [
        ("staff:1", "inquiry_paused", "Sam Castellano", Sending.WITHDRAWN),
        ("staff:1", "inquiry_resumed", "Sam Castellano", Sending.OWED),
    ]
    talk.say("inquiry answer 1")
    assert talk.owed()[-1].state is Sending.WITHDRAWN


def test_an_acknowledgement_takes_back_the_word_that_it_is_paused(talk):
    talk.say(LOG)
    talk.say(PAUSE, by="sam")
    talk.say("inquiry ack 1 by Fri")
    assert [row.state for row in talk.owed() if row.template == "inquiry_paused"] == [Sending.WITHDRAWN]


def test_a_new_owner_hears_of_the_hand_over_and_the_pause_in_one_word(talk):
    talk.at("Saturday 2026-03-07 10:00").say(LOG)
    talk.say("inquiry assign 1 to lee")
    talk.say(PAUSE)
    owed = [row for row in talk.owed() if row.state is Sending.OWED]
    assert [(row.recipient, row.template) for row in owed] == [("staff:2", "inquiry_handed_over")]
    assert owed[0].facts["paused"]["reason"] == "waiting for the form"


def test_somebody_elses_inquiry_is_not_paused(talk):
    talk.say(LOG)
    assert talk.say(PAUSE, by="kim").template == "unknown_inquiry"
    assert talk.say("inquiry resume 1", by="kim").template == "unknown_inquiry"


def test_a_pause_heard_twice_is_one_pause(talk):
    talk.say(LOG)
    first = talk.say(PAUSE, key="slack:1")
    assert talk.say(PAUSE, key="slack:1") == first
    assert [row.what for row in talk.rows(Event)] == ["logged", "paused"]
