"""Acknowledging, answering, closing, handing over."""

import pytest

from models.inquiry import Deadline, Event, Inquiry
from models.outbox import Sending
from models.staff import by_name
from models.survey import Survey, token

LOG = "/inquiry log email from Jane Doe jane@example.org about a parking permit received 8:40"


def test_an_acknowledgement_without_a_time_is_refused(talk):
    talk.say(LOG)
    for words in ("inquiry ack 1", 'inquiry ack 1 "we look into it"', "inquiry ack 1 by"):
        assert talk.say(words).template == "ack_needs_time"
    assert [row.what for row in talk.rows(Event)] == ["logged"]


def test_the_promised_time_becomes_the_deadline(talk):
    talk.say(LOG)
    reply = talk.say('inquiry ack INQ-1 by Thu "We are looking into it"')
    assert reply.template == "inquiry_acknowledged"
    assert reply.facts["next"]["due"] == "2026-03-05T23:00:00+00:00"
    assert reply.facts["next"]["kind"] == "promise"
    assert [one["standing"] for one in reply.facts["ended"]] == ["met"]
    event = talk.say("inquiry show 1").facts["events"][-1]
    assert (event["what"], event["said"]) == ("acknowledged", "We are looking into it")


def test_a_second_promise_takes_the_place_of_the_first(talk):
    talk.say(LOG)
    talk.say("inquiry ack 1 by Thu")
    talk.say("inquiry ack 1 by Friday noon")
    running = [row for row in talk.rows(Deadline) if row.ended_at is None]
    assert [row.due.isoformat() for row in running] == ["2026-03-06T18:00:00+00:00"]


def test_a_one_week_answer_runs_on_after_an_acknowledgement(talk):
    talk.say("inquiry log letter from Ann about benefits")
    talk.say("inquiry ack 1 by Thu")
    kinds = [row.kind for row in talk.rows(Deadline) if row.ended_at is None]
    assert kinds == ["answer", "promise"]


@pytest.mark.parametrize(
    ("by", "template"), [("blursday", "unreadable_time"), ("yesterday", "gone_by"), ("8:00", "gone_by")]
)
def test_a_promise_lies_ahead_and_can_be_read(talk, by, template):
    talk.say(LOG)
    assert talk.say(f"inquiry ack 1 by {by}").template == template


def test_a_promise_for_a_closed_day_means_the_last_closing_before(talk):
    talk.say(LOG)
    facts = talk.say("inquiry ack 1 by Saturday").facts
    assert facts["next"]["due"] == "2026-03-06T23:00:00+00:00"
    assert "closed on Saturdays" in facts["assumed"]


def test_an_answer_ends_every_clock(talk):
    talk.say(LOG)
    talk.at("Wednesday 2026-03-04 10:00")
    reply = talk.say("inquiry answer INQ-1")
    assert [one["standing"] for one in reply.facts["ended"]] == ["missed"]
    assert [row.ended_by for row in talk.rows(Deadline)] == ["answer"]
    assert talk.say("inquiry answer INQ-1").template == "already_answered"
    assert talk.say("inquiry ack INQ-1 by Fri").template == "already_answered"


def test_closing_needs_a_resolution_and_pushes_the_survey(talk):
    talk.say(LOG)
    assert talk.say("inquiry close 1").template == "missing_piece"
    reply = talk.say('inquiry close 1 "Permit sent by mail"')
    assert (reply.template, reply.facts["pushed_to"]) == ("inquiry_closed", "jane@example.org")
    assert talk.rows(Inquiry)[0].resolution == "Permit sent by mail"
    row = talk.owed()[-1]
    assert (row.recipient, row.template, row.any_hour) == (
        "email::jane@example.org",
        "survey_invitation",
        True,
    )
    assert talk.say("inquiry close 1 again").template == "already_closed"


def test_without_an_address_the_staff_member_gets_the_text_to_send(talk):
    talk.say("inquiry log call from Jane Doe 608-555-0133 about a permit")
    reply = talk.say('inquiry close 1 "done"')
    assert reply.facts["pushed_to"] is None
    assert reply.facts["survey"]
    assert talk.owed() == []


def test_a_colleague_who_asked_by_chat_gets_the_survey_there(talk):
    talk.say("inquiry log chat from @kim about badges")
    assert talk.say('inquiry close 1 "done"').facts["pushed_to"] == "Kim Tran"
    assert talk.owed()[-1].recipient == "staff:4"


def test_no_stored_word_holds_the_survey_link(talk):
    talk.say(LOG)
    made_of = talk.say('inquiry close 1 "done"', key="k1").facts["survey"]
    key = b"whatever"
    assert len(token(made_of, key)) == 43
    survey = talk.rows(Survey)[0]
    assert made_of == survey.made_of
    assert survey.digest != token(made_of, key)


def test_handing_over_tells_the_colleague_in_working_time(talk):
    talk.at("Monday 2026-03-02 18:30")
    talk.say(LOG)
    reply = talk.say("inquiry assign INQ-1 to lee")
    assert (reply.template, reply.facts["owner"]["handle"]) == ("inquiry_assigned", "lee")
    row = talk.owed()[-1]
    assert (row.recipient, row.template) == ("staff:2", "inquiry_handed_over")
    assert row.not_before.isoformat() == "2026-03-03T14:00:00+00:00"
    assert talk.say("inquiry assign INQ-1 to lee").template == "already_theirs"
    assert talk.say("inquiry assign INQ-1").template == "assign_needs_person"
    assert talk.say("inquiry assign INQ-1 to nobody").template == "unknown_person"


def test_an_inquiry_handed_to_another_department_leaves_ours(talk):
    talk.say(LOG)
    talk.say("inquiry assign 1 to kim")
    assert talk.say("inquiry show 1").template == "unknown_inquiry"
    assert talk.say("inquiry show 1", by="robin").template == "inquiry_shown"


def test_handing_to_somebody_away_tells_who_covers(talk):
    talk.say(LOG)
    talk.say("away from today to Fri", by="lee")
    reply = talk.say("inquiry assign 1 to lee")
    assert reply.facts["covered_by"] == "Sam Castellano"
    assert talk.owed()[-1].recipient == "staff:3"


def test_the_same_delivery_twice_changes_nothing_and_gets_the_same_reply(talk):
    first = talk.say(LOG, key="slack:1")
    second = talk.say(LOG, key="slack:1")
    assert first == second
    assert len(talk.rows(Inquiry)) == 1


def test_a_refusal_is_kept_too_and_an_answer_by_message_is_owed_once(talk):
    for _ in range(3):
        reply = talk.say("inquiry ack 7", key="slack:2", by_message=True)
        assert reply.template == "unknown_inquiry"
    rows = talk.owed()
    assert [(row.recipient, row.template, row.state) for row in rows] == [
        ("terminal::dana", "unknown_inquiry", Sending.OWED)
    ]


def test_a_promise_that_is_replaced_in_time_was_neither_met_nor_missed(talk):
    talk.say(LOG)
    talk.say("inquiry ack 1 by Thu")
    reply = talk.say("inquiry ack 1 by Friday noon")
    assert [one["standing"] for one in reply.facts["ended"]] == ["replaced"]
    talk.at("Friday 2026-03-06 12:30")
    reply = talk.say("inquiry ack 1 by Monday noon")
    assert [one["standing"] for one in reply.facts["ended"]] == ["missed"]


def test_words_about_a_hand_over_that_is_no_longer_true_are_taken_back(talk):
    talk.at("Saturday 2026-03-07 10:00").say(LOG)
    talk.say("inquiry assign 1 to lee")
    talk.say("inquiry assign 1 to dana")
    assert [(row.recipient, row.state) for row in talk.owed()] == [("staff:2", Sending.WITHDRAWN)]
    talk.say("inquiry assign 1 to lee")
    talk.say("inquiry answer 1")
    assert [row.state for row in talk.owed()] == [Sending.WITHDRAWN] * 2 + [Sending.OWED]
    assert (talk.owed()[-1].recipient, talk.owed()[-1].template) == ("staff:2", "inquiry_done_by")


@pytest.mark.parametrize(
    ("words", "what"),
    [("ack 1 by Thu", "acknowledged"), ("answer 1", "answered"), ('close 1 "Done"', "closed")],
)
def test_the_owner_hears_of_what_a_colleague_records(talk, words, what):
    talk.say(LOG)
    told = talk.say(f"inquiry {words}", by="lee")
    assert told.facts["told"] == "Dana Whitfield"
    (word,) = [one for one in talk.owed() if one.template == "inquiry_done_by"]
    assert (word.recipient, word.facts["what"], word.facts["by"]) == ("staff:1", what, "Lee Okafor")
    assert talk.say("inquiry reopen 1 a slip").template in ("inquiry_reopened", "still_open")


def test_nobody_hears_of_what_they_did_themselves(talk):
    talk.say(LOG)
    assert talk.say("inquiry answer 1").facts["told"] is None
    assert not talk.owed()


def test_whoever_had_it_is_told_when_somebody_else_hands_it_on(talk):
    talk.say(LOG)
    talk.say("inquiry assign 1 to lee", by="sam")
    assert [(row.recipient, row.template) for row in talk.owed()] == [
        ("staff:2", "inquiry_handed_over"),
        ("staff:1", "inquiry_taken_on"),
    ]


def test_handing_to_another_department_says_that_it_leaves(talk):
    talk.say(LOG)
    reply = talk.say("inquiry assign 1 to kim")
    assert (reply.facts["leaves"], reply.facts["still_seen"], reply.choices) == (True, False, ())


@pytest.mark.parametrize(
    "words", ["inquiry answer 1 INQ-2", "inquiry show 1 and 2", "away back tomorrow", "inquiry mine all"]
)
def test_words_that_would_go_unread_are_asked_about(talk, words):
    talk.say(LOG)
    talk.say("away from 2026-03-09 to 2026-03-10")
    assert talk.say(words).template == "too_many_words"
    assert talk.say("inquiry show 1").facts["state"] == "open"
    assert len(talk.say("away").facts["lines"]) == 1


def test_the_words_for_the_customer_may_stand_before_the_time(talk):
    talk.say(LOG)
    reply = talk.say('inquiry ack 1 "We are looking into it" by Thu')
    assert reply.template == "inquiry_acknowledged"
    assert talk.say("inquiry show 1").facts["events"][-1]["said"] == "We are looking into it"


@pytest.mark.parametrize(
    "words", ["inquiry ack by Thu", "inquiry close", "inquiry show please", 'inquiry close "done"']
)
def test_a_missing_number_is_asked_for_by_name(talk, words):
    talk.say(LOG)
    reply = talk.say(words)
    assert reply.template == "missing_piece"
    assert "number" in reply.facts["missing"][0]


def test_who_had_it_hears_of_the_last_hand_over_and_not_of_one_in_between(talk):
    talk.at("Saturday 2026-03-07 10:00").say(LOG)
    talk.say("inquiry assign 1 to lee", by="sam")
    talk.say("inquiry assign 1 to sam", by="sam")
    owed = [row for row in talk.owed() if row.state is Sending.OWED]
    assert [(row.recipient, row.template, row.facts["owner"]["handle"]) for row in owed] == [
        ("staff:1", "inquiry_taken_on", "sam")
    ]


def test_an_acknowledgement_leaves_the_former_owners_word_and_tells_nobody_of_their_own_doing(talk):
    talk.at("Saturday 2026-03-07 10:00").say(LOG)
    talk.say("inquiry assign 1 to lee", by="sam")
    talk.say("inquiry ack 1 by Tuesday", by="lee")
    owed = [row for row in talk.owed() if row.state is Sending.OWED]
    assert [(row.recipient, row.template) for row in owed] == [("staff:1", "inquiry_taken_on")]


def test_an_inquiry_logged_for_another_department_says_that_it_leaves(talk):
    reply = talk.say(LOG + " owner kim")
    assert (reply.facts["still_seen"], reply.choices) == (False, ())


def test_a_supervisor_elsewhere_sees_what_their_people_own(talk):
    with talk.house.store.transaction() as db:
        [dana], [robin] = by_name(db, "dana"), by_name(db, "robin")
        dana.supervisor_id = robin.id
    talk.say(LOG)
    assert talk.say("inquiry show 1", by="robin").template == "inquiry_shown"
    assert talk.say("inquiry show 1", by="kim").template == "unknown_inquiry"
    names = [line["name"] for line in talk.say("desk team", by="robin").facts["lines"]]
    assert names == ["Kim Tran", "Robin Adeyemi", "Dana Whitfield"]
