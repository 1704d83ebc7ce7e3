"""A conversation: what is understood is shown, asked for, changed, cancelled, and stored only after a yes."""

from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, func, select

from handlers.asking import Reply
from handlers.form import Filling, Step
from models.absence import Absence
from models.audit import Audited
from models.draft import Draft, sweep
from models.inquiry import Event, Inquiry
from models.outbox import Owed
from models.preference import Preference, preference_of
from tests.handlers.at_the_desk import spoken
from tests.handlers.corpus import CORPUS, FIRST
from tests.handlers.test_whatever_is_typed import speak
from tests.seeded import seeded

SAID = "Maria Lopez called at 8:40 about her parking permit, 608-555-0133"
LOG = "inquiry log call from Maria Lopez 608-555-0133 about a parking permit"
# What may be written without a yes: who was seen where, and the draft itself.
FREE = ("draft", "staff_address", "inbox")


def counts(talk) -> dict[str, int]:
    """The rows of each table of what is true."""
    with talk.house.store.transaction() as db:
        return {
            table.name: db.exec(select(func.count()).select_from(table)).one()
            for table in SQLModel.metadata.sorted_tables
            if table.name not in FREE
        }


def lines(reply: Reply) -> dict[str, str]:
    return {one["label"]: one["value"] for one in reply.facts["lines"]}


def words(reply: Reply) -> list[str]:
    return [one.words for one in reply.choices]


def test_what_is_told_is_shown_as_it_would_be_stored_and_stored_by_a_yes(talk):
    before = counts(talk)
    reply = talk.say(SAID)
    assert (reply.template, words(reply)[1:]) == ("understood", ["form log draft", "cancel"])
    assert [one.label for one in reply.choices] == ["Log it", "Change", "Cancel"]
    assert lines(reply) == {
        "How it came in": "Call",
        "From": "Maria Lopez",
        "Phone": "608-555-0133",
        "About": "her parking permit",
        "Received on": "2026-03-02",
        "Received at": "08:40",
    }
    assert "will be due Tue 2026-03-03 17:00 CST (R5)" in spoken(reply)
    assert counts(talk) == before
    stored = talk.say("yes")
    assert (stored.template, stored.facts["number"]) == ("inquiry_logged", "INQ-1")
    assert stored.facts["received"] == "2026-03-02T14:40:00+00:00"
    assert talk.rows(Draft) == []
    assert [(one.what, one.outcome) for one in talk.rows(Audited)][-1] == ("inquiry log", "inquiry_logged")


def test_a_second_yes_stores_nothing(talk):
    talk.say(SAID)
    talk.say("yes")
    assert talk.say("yes").template == "nothing_waits"
    assert len(talk.rows(Inquiry)) == 1


def test_the_button_of_one_draft_says_yes_to_no_other(talk):
    old = words(talk.say(SAID))[0]
    new = words(talk.say("I'm out tomorrow"))[0]
    reply = talk.say(old)
    assert (reply.template, reply.facts["form"], reply.facts["stale"]) == ("understood", "away", True)
    assert "changed or dropped since" in spoken(reply)
    assert (talk.rows(Inquiry), talk.rows(Absence)) == ([], [])
    assert talk.say(new).template == "away_planned"
    assert talk.say(new).template == "nothing_waits"


def test_the_button_says_yes_to_what_stood_above_it_and_not_to_what_was_changed_since(talk):
    old = words(talk.say(SAID))[0]
    changed = talk.say("phone: 608-555-0199")
    assert talk.say(old).facts["stale"]
    assert talk.say(words(changed)[0]).facts["contact"] == "608-555-0199"


def test_a_yes_that_is_delivered_twice_is_one(talk):
    talk.say(SAID)
    assert talk.say("yes", key="1") == talk.say("yes", key="1")
    assert len(talk.rows(Inquiry)) == 1


def test_nothing_of_the_whole_corpus_is_stored_without_a_yes(talk):
    for name in ("Maria Lopez", "Ben Ode", "Wei Chen", "Jane Doe", "Nina Nowak"):
        talk.say(f"inquiry log email from {name} about a fence dispute")
    talk.at("Tuesday 2026-03-10 10:30")
    before, asked = counts(talk), 0
    for one in CORPUS:
        talk.now = one.now
        reply = talk.say(one.words)
        speak(reply)
        assert counts(talk) == before, one.words
        if talk.rows(Draft):
            asked += 1
            assert "cancel" in words(reply), one.words
            assert talk.say("cancel").template == "draft_dropped"
    assert asked > 180


@pytest.mark.parametrize(
    "one",
    [one for one in CORPUS[: len(FIRST)] if one.intent == "log"][:40:2],
    ids=lambda one: one.words[:40],
)
def test_a_yes_stores_what_was_understood(talk, one):
    talk.now = one.now
    reply = talk.say(one.words)
    while reply.template == "draft_asks":
        name = reply.facts["field"]
        answers = {"channel": "a walk-in", "customer": "Jo Blank", "subject": "tax", "received_time": "9:00"}
        reply = talk.say(words(reply)[0] if reply.facts["several"] else answers[name])
    assert reply.template == "understood"
    assert talk.say("Yes!").template == "inquiry_logged"
    [stored] = talk.rows(Inquiry)
    for name in ("channel", "customer", "phone", "email", "subject"):
        if name in one.slots:
            assert getattr(stored, name) == one.slots[name]


def test_what_is_missing_is_asked_for_one_thing_at_a_time(talk):
    reply = talk.say("Wei Chen wrote")
    assert (reply.template, reply.facts["field"]) == ("draft_asks", "channel")
    assert words(reply)[:3] == ["email", "call", "voicemail"]
    for pressed in words(reply)[:-2]:
        assert talk.say(pressed).facts["field"] == "subject", pressed
        talk.say("cancel")
        talk.say("Wei Chen wrote")
    reply = talk.say("vm")
    assert reply.facts["field"] == "subject"
    reply = talk.say("benefits")
    assert (lines(reply)["How it came in"], lines(reply)["About"]) == ("Voicemail", "benefits")


@pytest.mark.parametrize("no", ["cancel", "never mind", "no", "nvm", "forget it"])
@pytest.mark.parametrize("said", [SAID, "Wei Chen wrote", "I'll be out"])
def test_a_no_drops_it(talk, said, no):
    talk.say(said)
    assert talk.say(no).template == "draft_dropped"
    assert talk.say("yes").template == "nothing_waits"
    assert (talk.rows(Draft), talk.rows(Inquiry)) == ([], [])


def test_it_is_remembered_for_half_an_hour_and_no_longer(talk):
    talk.say(SAID)
    talk.now += timedelta(minutes=29)
    assert talk.say("yes").template == "inquiry_logged"
    talk.say("I'm out tomorrow")
    talk.now += timedelta(minutes=30)
    assert talk.say("yes").template == "nothing_waits"
    assert (talk.rows(Draft), talk.rows(Absence)) == ([], [])


def test_each_has_a_draft_of_their_own(talk):
    talk.say(SAID, by="dana")
    talk.say("I'm out tomorrow", by="lee")
    assert talk.say("yes", by="lee").template == "away_planned"
    assert talk.say("yes", by="dana").template == "inquiry_logged"
    assert talk.say("yes", by="sam").template == "nothing_waits"


def test_a_command_is_a_command_whatever_waits(talk):
    talk.say("Wei Chen wrote")
    assert talk.say("inquiry mine").template == "inquiries_mine"
    assert talk.say("call").facts["field"] == "subject"
    assert talk.say("/away").template == "absences"
    assert talk.say("taxes").template == "understood"


def test_a_number_is_a_command_unless_it_is_the_inquiry_that_was_asked_for(talk):
    for subject in ("a permit", "a leak"):
        talk.say(f"inquiry log call from Rosa Diaz about {subject}")
    assert talk.say("INQ-2").template == "inquiry_shown"
    reply = talk.say("answered Diaz")
    assert (reply.template, words(reply)) == ("which_inquiry", ["INQ-1", "INQ-2", "cancel"])
    reply = talk.say("INQ-2")
    assert (reply.template, reply.facts["about"]["number"]) == ("understood", "INQ-2")
    assert talk.say("yes").template == "inquiry_answered"


def test_of_several_inquiries_more_words_settle_which(talk):
    for subject in ("a permit", "a leak"):
        talk.say(f"inquiry log call from Rosa Diaz about {subject}")
    talk.say("answered Diaz")
    assert talk.say("the leak").facts["about"]["number"] == "INQ-2"


def test_one_may_ask_in_between(talk):
    talk.say("I'll be out")
    assert talk.say("what's due today?").template == "inquiries_due"
    assert talk.say("thursday").facts["field"] == "last"
    reply = talk.say("same day")
    assert lines(reply) == {"First day away": "2026-03-05", "Last day away": "2026-03-05"}


def test_who_has_turned_to_something_else_is_not_taken_for_an_answer(talk):
    talk.say(LOG)
    talk.say("close Lopez")
    reply = talk.say("remind me about Lopez tomorrow")
    assert (reply.template, reply.facts["form"]) == ("understood", "remind")
    talk.say("I'll be out")
    assert talk.say("answered Lopez").facts["form"] == "answer"


def test_one_word_of_a_call_does_not_take_the_place_of_a_draft(talk):
    talk.say(LOG)
    talk.say("told Lopez I'd get back to her by Friday")
    shown = talk.say("phone")
    assert (shown.template, shown.facts["form"], shown.facts["unheard"]) == ("understood", "ack", "phone")


def test_what_is_not_understood_shows_the_draft_once_more(talk):
    talk.say(SAID)
    reply = talk.say("asdf qwer")
    assert (reply.template, reply.facts["unheard"]) == ("understood", "asdf qwer")
    assert "I did not catch “asdf qwer”" in spoken(reply)


@pytest.mark.parametrize(
    "change",
    ["phone: 608-555-0199", "change the phone to 608-555-0199", "phone is 608-555-0199", "608-555-0199"],
)
def test_a_field_is_changed_in_a_word(talk, change):
    talk.say(SAID)
    assert lines(talk.say(change))["Phone"] == "608-555-0199"
    assert talk.say("yes").facts["contact"] == "608-555-0199"


def test_change_asks_which_field_and_then_for_it(talk):
    talk.say(SAID)
    reply = talk.say("form log draft")
    assert reply.template == "draft_change"
    assert "change about" in words(reply)
    assert talk.say("change about").facts["field"] == "subject"
    assert lines(talk.say("a garage"))["About"] == "a garage"


def test_a_door_opens_the_form_with_what_was_understood_and_sends_what_was_changed(talk):
    talk.say(SAID)
    opened = talk.say("form", filling=Filling("log", "draft"))
    values = {one.name: one.value for one in opened.form.fields}
    assert (values["customer"], values["channel"]) == ("Maria Lopez", "call")
    values |= {"subject": "a garage", "phone": ""}
    sent = talk.say("form", filling=Filling("log", opened.form.about, values, Step.SUBMIT), key="view-1")
    assert (sent.template, sent.facts["subject"], sent.facts["contact"]) == (
        "inquiry_logged",
        "a garage",
        None,
    )
    assert talk.say("yes").template == "nothing_waits"
    assert len(talk.rows(Inquiry)) == 1


def test_a_form_is_about_what_it_showed_whatever_waits_by_then(talk):
    talk.say(LOG)
    talk.say("inquiry log call from Bob Ray about tax")
    talk.say("closed Lopez, sent the permit")
    opened = talk.say("form", filling=Filling("close", "draft"))
    talk.say("closed Ray, paid")
    sent = talk.say("form", filling=Filling("close", opened.form.about, {"resolution": "Sent"}, Step.SUBMIT))
    assert (sent.template, sent.facts["number"]) == ("inquiry_closed", "INQ-1")
    assert talk.say("yes").facts["number"] == "INQ-2"


def test_a_form_about_one_call_does_not_drop_the_draft_of_another(talk):
    talk.say(SAID)
    opened = talk.say("form", filling=Filling("log", "draft"))
    talk.say("Bob Ray called about tax")
    values = {one.name: one.value for one in opened.form.fields}
    talk.say("form", filling=Filling("log", opened.form.about, values, Step.SUBMIT), key="view-1")
    assert talk.say("yes").facts["customer"] == "Bob Ray"


def test_a_form_stands_by_itself_when_its_draft_is_over(talk):
    talk.say(SAID)
    opened = talk.say("form", filling=Filling("log", "draft"))
    talk.now += timedelta(minutes=40)
    values = {one.name: one.value for one in opened.form.fields}
    sent = talk.say("form", filling=Filling("log", opened.form.about, values, Step.SUBMIT), key="view-1")
    assert sent.template == "inquiry_logged"


def test_a_form_that_is_opened_keeps_the_draft_for_another_while(talk):
    talk.say(SAID)
    talk.now += timedelta(minutes=20)
    talk.say("form", filling=Filling("log", "draft"))
    talk.now += timedelta(minutes=20)
    assert talk.say("yes").facts["channel"] == "call"


def test_a_bare_yes_after_something_else_shows_the_draft_once_more(talk):
    talk.say(LOG)
    talk.say(SAID)
    talk.say("show INQ-1")
    assert talk.say("ok").template == "understood"
    assert len(talk.rows(Inquiry)) == 1
    assert talk.say("yes").template == "inquiry_logged"


def test_the_button_of_a_draft_counts_whatever_was_said_since(talk):
    shown = talk.say(SAID)
    talk.say("mine")
    assert talk.say(shown.choices[0].words).template == "inquiry_logged"


def test_a_yes_ends_the_absence_that_was_shown_and_no_other(talk):
    talk.say("away 2026-03-02 to 2026-03-06")
    talk.say("away 2026-04-06 to 2026-04-10")
    shown = talk.say("I'm back")
    talk.say("away back 2026-03-02")
    assert talk.say(shown.choices[0].words).template != "away_ended"
    assert [one["first"] for one in talk.say("away").facts["lines"]] == ["2026-04-06"]


def test_what_the_form_refuses_is_the_next_question(talk):
    reply = talk.say("Maria Lopez called at 9:40 about tax")
    assert reply.template == "not_yet"
    assert words(reply)[-1] == "cancel"
    assert talk.say("yes").facts["field"] == "received_time"
    assert talk.rows(Inquiry) == []
    assert talk.say("8:40").template == "understood"
    assert talk.say("yes").facts["received"] == "2026-03-02T14:40:00+00:00"


def test_figures_that_may_be_two_days_are_asked(talk):
    reply = talk.say("out 3/9")
    assert (reply.template, words(reply)) == (
        "draft_asks",
        ["2026-03-09", "2026-09-03", "form away draft", "cancel"],
    )
    assert [one.label for one in reply.choices[:2]] == ["Mon 2026-03-09", "Thu 2026-09-03"]
    assert lines(talk.say("2026-03-09")) == {"First day away": "2026-03-09"}
    assert talk.say("yes").facts["last"] == "2026-03-09"


def test_until_a_day_asks_whether_that_day_is_the_first_back(talk):
    reply = talk.say("out until Friday")
    assert (reply.facts["field"], words(reply)) == (
        "last",
        ["2026-03-05", "2026-03-06", "form away draft", "cancel"],
    )
    talk.say("2026-03-05")
    assert talk.say("yes").facts["last"] == "2026-03-05"


def test_an_absence_with_who_covers(talk):
    reply = talk.say("on leave Mar 9-13, Lee covers")
    assert lines(reply) == {
        "First day away": "2026-03-09",
        "Last day away": "2026-03-13",
        "Who stands in": "Lee Okafor",
    }
    assert talk.say("yes").facts["alternate"]["handle"] == "lee"


def test_an_absence_in_the_way_is_told_when_it_is_confirmed(talk):
    talk.say("away from 2026-03-09 to 2026-03-10")
    talk.say("I'm out next week")
    reply = talk.say("yes")
    assert reply.template == "absence_overlaps"
    assert len(talk.rows(Absence)) == 1


def test_coming_back_ends_the_absence(talk):
    assert talk.say("I'm back").template == "not_away"
    talk.say("away from today to friday")
    reply = talk.at("Tuesday 2026-03-03 09:00").say("I'm back")
    assert lines(reply) == {"Away from": "2026-03-02", "Away to": "2026-03-06"}
    assert talk.say("yes").template == "away_ended"


def test_a_reminder_is_set_after_a_yes(talk):
    talk.say("inquiry log letter from Maria Lopez about a parking permit")
    reply = talk.say("remind me to call Lopez back on Wednesday at 2pm")
    assert [(one["label"], one["value"], one["clock"]) for one in reply.facts["lines"]] == [
        ("When", "2026-03-04", "14:00"),
        ("Note", "call Lopez back", None),
    ]
    assert [one for one in talk.rows(Owed) if one.kind == "asked"] == []
    reply = talk.say("yes")
    assert (reply.template, reply.facts["at"]) == ("reminder_set", "2026-03-04T20:00:00+00:00")
    assert reply.facts["about"] == "call Lopez back"


def test_a_reminder_that_comes_too_late_asks_for_another_time(talk):
    talk.say(LOG)
    reply = talk.say("remind me about Lopez on Friday")
    assert reply.template == "reminder_too_late"
    assert words(reply)[-1] == "cancel"
    assert talk.say("tomorrow at 9").template == "understood"
    assert talk.say("yes").template == "reminder_set"


@pytest.mark.parametrize(
    ("said", "template", "happening"),
    [
        ("told Lopez I'd get back to her by Wednesday", "inquiry_acknowledged", "acknowledged"),
        ("answered Lopez: it is in the mail", "inquiry_answered", "answered"),
        ("close Lopez, permit mailed", "inquiry_closed", "closed"),
        ("give Lopez to Lee", "inquiry_assigned", "assigned"),
    ],
)
def test_what_is_done_with_an_inquiry_waits_for_a_yes(talk, said, template, happening):
    talk.say(LOG)
    reply = talk.say(said)
    assert (reply.template, reply.facts["about"]["customer"]) == ("understood", "Maria Lopez")
    assert [one.what for one in talk.rows(Event)] == ["logged"]
    assert talk.say("yes").template == template
    assert [one.what for one in talk.rows(Event)] == ["logged", happening]


def test_a_promise_without_a_day_offers_days_within_the_policy(talk):
    talk.say(LOG)
    reply = talk.say("acked Lopez")
    assert reply.facts["field"] == "by_day"
    first = words(reply)[0]
    assert first != "cancel"
    assert talk.say(first).template == "understood"
    assert talk.say("yes").template == "inquiry_acknowledged"


def test_nobody_takes_it_whom_nobody_knows(talk):
    talk.say(LOG)
    reply = talk.say("assign Lopez to kimm")
    assert reply.template == "unknown_person"
    assert words(reply)[-1] == "cancel"
    assert lines(talk.say("kim")) == {"Goes to": "kim"}
    assert talk.say("yes").facts["owner"]["handle"] == "kim"


def test_an_inquiry_of_others_is_not_found(talk):
    talk.say("inquiry log call from Maria Lopez about x", by="kim")
    assert talk.say("where are we with Lopez", by="dana").template == "inquiry_unfound"
    reply = talk.say("answered Lopez", by="dana")
    assert (reply.template, reply.facts["field"], reply.facts["unread"]) == ("draft_asks", "about", "Lopez")
    assert talk.say("INQ-1", by="dana").facts["unread"] == "INQ-1"


@pytest.mark.parametrize(
    "said", ["where are we with Lopez", "status lopez", "Lopez?", "maria lopez", "any news on the permit"]
)
def test_where_an_inquiry_stands_is_told_at_once(talk, said):
    talk.say(LOG)
    assert talk.say(said).template == "inquiry_shown"


@pytest.mark.parametrize(
    ("said", "template"),
    [
        ("what's due today?", "inquiries_due"),
        ("what's on my list?", "inquiries_mine"),
        ("help me", "help"),
        ("what can you do?", "help"),
        ("how do I log a call?", "help_command"),
        ("thanks!", "welcome"),
        ("good morning", "hello"),
        ("yes", "nothing_waits"),
        ("cancel", "nothing_waits"),
        ("who's out today", "who_is_out"),
        ("the printer is on fire", "not_understood"),
    ],
)
def test_what_is_only_asked_is_answered_at_once(talk, said, template):
    reply = talk.say(said)
    assert reply.template == template
    assert spoken(reply)
    assert talk.rows(Draft) == []


def test_what_is_not_understood_gets_the_two_nearest_commands_as_buttons(talk):
    for said in ("asdf qwer", "zzz", "reschedule everything"):
        assert len([one for one in words(talk.say(said)) if one.startswith("help ")]) == 2


def test_who_covers_is_told(talk):
    reply = talk.say("who covers for Lee?")
    assert (reply.facts["is_in"], reply.facts["would"]) == (True, "Sam Castellano")
    talk.say("away from today to friday alternate dana", by="lee")
    reply = talk.say("who covers for Lee?")
    assert (reply.facts["covered_by"], reply.facts["last"]) == ("you", "2026-03-06")
    assert "You cover for Lee Okafor" in spoken(reply)
    assert talk.say("is lee in on monday 3/9?").facts["is_in"]
    out = talk.say("who's out?", by="sam")
    assert [one["name"] for one in out.facts["lines"]] == ["Lee Okafor"]
    assert "Lee Okafor up to Fri 2026-03-06, Dana Whitfield covers" in spoken(out)


def test_what_is_preferred_waits_for_a_yes_too(talk):
    for said in ("remind me 2 hours earlier", "in Spanish please", "send my digest at 7:30"):
        assert talk.say(said).template == "understood"
        assert talk.say("yes").template == "preferences"
    with talk.house.store.transaction() as db:
        found = preference_of(db, 1)
    assert (found.lead_minutes, found.language, found.digest_at) == (120, "es", 7 * 60 + 30)
    assert len(talk.rows(Preference)) == 1


@pytest.mark.parametrize("name", ["log", "ack", "answer", "close", "extend", "assign", "away"])
def test_a_form_that_is_asked_for_in_words_is_begun_as_a_conversation(talk, name):
    talk.say(LOG)
    reply = talk.say(f"form {name}" if name in ("log", "away") else f"form {name} INQ-1")
    assert reply.template == ("understood" if name == "answer" else "draft_asks")
    assert spoken(reply)
    assert talk.say("cancel").template == "draft_dropped"


def test_a_sentence_that_begins_like_a_command_is_a_sentence_when_the_command_cannot_be(talk):
    talk.say(LOG)
    assert talk.say("remind me about Lopez tomorrow").facts["form"] == "remind"
    assert talk.say("away next week").facts["form"] == "away"
    assert talk.say("/away next week").template == "missing_piece"
    assert talk.say("log a call from Ed Norton").facts["form"] == "log"
    assert talk.say("inquiry log a call from Ed Norton").template == "missing_piece"


def test_a_stranger_and_the_not_set_up_are_told_so_whatever_they_say(talk):
    assert talk.say(SAID, by="nobody").template == "stranger"
    assert talk.rows(Draft) == []


def test_a_draft_is_kept_and_confirmed_on_either_database(database_url):
    with seeded(database_url) as office:
        for said in (SAID, "Ben Ode called about tax"):
            assert office.say("dana", said).template == "understood"
        assert office.say("dana", "yes").facts["customer"] == "Ben Ode"
        assert office.say("dana", "yes").template == "nothing_waits"
        assert len(office.rows(Inquiry)) == 1


def test_what_came_in_is_stored_at_the_time_that_was_shown(talk):
    reply = talk.say("Ben Ode called yesterday about tax")
    shown = (lines(reply)["Received on"], lines(reply)["Received at"])
    assert shown == ("2026-03-01", "00:00")
    assert talk.say("yes").facts["received"] == "2026-03-01T06:00:00+00:00"
    assert lines(talk.say("Wei Chen called about tax"))["Received at"] == "09:00"
    assert talk.at("Monday 2026-03-02 09:20").say("yes").facts["received"] == "2026-03-02T15:00:00+00:00"


def test_a_change_of_something_that_is_still_asked_for_goes_on_asking(talk):
    talk.say("walk-in")
    assert talk.say("change").template == "draft_change"
    assert talk.say("asdf qwer").facts["field"] == "customer"
    assert talk.say("Sam Poole").facts["field"] == "subject"
    assert lines(talk.say("parking"))["From"] == "Sam Poole"


def test_what_cannot_be_found_is_asked_for_until_something_else_is_said(talk):
    talk.say(LOG)
    reply = talk.say("need more time for Poole, the map is missing")
    assert (reply.facts["unread"], words(reply)) == ("Poole", ["INQ-1", "cancel"])
    assert talk.say("any news on Lopez?").template == "inquiry_shown"
    assert talk.say("finished with Lopez - refund issued").facts["form"] == "close"


@pytest.mark.parametrize(
    "said", ["my boss called in sick", "Lee is sick", "can you open the window", "told Rita"]
)
def test_what_is_no_affair_of_ours_is_not_taken_for_one(talk, said):
    assert talk.say(said).template in ("not_understood", "inquiry_unfound")


def test_of_two_yeses_at_once_one_is_heard(database_url):
    with seeded(database_url) as office:
        office.say("dana", SAID)
        replies: list[Reply] = []
        both = [Thread(target=lambda: replies.append(office.say("dana", "yes"))) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(one.template for one in replies) == ["inquiry_logged", "nothing_waits"]
        assert len(office.rows(Inquiry)) == 1


def test_drafts_that_are_over_are_swept_whoever_speaks_next(database_url):
    with seeded(database_url) as office:
        office.say("dana", SAID)
        office.say("lee", "I'm out tomorrow", "Monday 2026-03-02 09:40")
        with office.store.transaction() as db:
            assert [one.form for one in db.exec(select(Draft))] == ["away"]


SAYINGS = st.one_of(
    st.sampled_from([one.words for one in CORPUS]),
    st.sampled_from(
        ["yes", "no", "change", "INQ-1", "1", "phone: 608-555-0199", "call", "tomorrow", "3/9", "same day"]
    ),
    st.sampled_from(
        ["from: Jo", "change about", "form log", "form close INQ-1", "form log draft", "lee", "by friday"]
    ),
    st.text(max_size=30),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sayings=st.lists(SAYINGS, max_size=8), by=st.sampled_from(["dana", "lee", "sam"]))
def test_whatever_is_said_in_whatever_order_is_answered_in_every_voice(talk, sayings, by):
    for said in sayings:
        before = counts(talk)
        reply = talk.say(said, by=by)
        speak(reply)
        asks = reply.template in ("understood", "draft_asks", "draft_change", "which_inquiry")
        if asks or reply.template in ("draft_dropped", "nothing_waits", "not_understood"):
            assert counts(talk) == before, said


def test_what_is_over_goes_with_the_round_though_nobody_drafts_anything(talk):
    talk.say(SAID)
    sweep(talk.house.store, talk.now + timedelta(minutes=29))
    assert len(talk.rows(Draft)) == 1
    sweep(talk.house.store, talk.now + timedelta(minutes=31))
    assert not talk.rows(Draft)
