"""What the card of a draft says: the hour, the zone, what was dropped, who is asked, and what cannot be."""

import pytest
from sqlmodel import select

from models.inquiry import Inquiry
from models.staff import Staff
from tests.handlers.at_the_desk import spoken
from tests.handlers.test_talking import LOG, SAID, lines, words


@pytest.mark.parametrize(
    ("said", "day", "clock"),
    [
        ("she needs it by noon tomorrow", "2026-03-03", "12:00"),
        ("needs it before Thursday", "2026-03-04", "17:00"),
        ("needs it before 3pm Friday", "2026-03-06", "15:00"),
        ("needs it by Friday", "2026-03-06", None),
        ("wants callback before noon tomorrow", "2026-03-03", "12:00"),
    ],
)
def test_by_when_it_is_needed_keeps_its_hour_and_its_before(talk, said, day, clock):
    shown = lines(talk.say(f"Maria Lopez called about her permit, {said}"))
    assert (shown["About"], shown["Needed by"], shown.get("Needed at")) == ("her permit", day, clock)


def test_before_a_day_is_its_opening_where_the_last_closing_has_passed(talk):
    shown = lines(
        talk.at("Monday 2026-03-02 17:30").say("Jane Doe called about tax, needs it before tomorrow")
    )
    assert (shown["Needed by"], shown["Needed at"]) == ("2026-03-03", "08:00")


def test_the_hour_by_which_it_is_needed_is_stored(talk):
    talk.say("Maria Lopez called about her permit, she needs it by noon tomorrow")
    assert talk.say("yes").facts["needed"]["due"] == "2026-03-03T18:00:00+00:00"  # noon, CST


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("Jane Doe called, needs birth cert by friday", "birth cert"),
        ("jane doe vm needs birth cert by friday", "birth cert"),
        ("Jane Doe called, wants to renew her permit by friday", "renew her permit"),
    ],
)
def test_what_is_needed_stays_in_the_subject(talk, said, subject):
    shown = lines(talk.say(said))
    assert (shown["About"], shown["Needed by"]) == (subject, "2026-03-06")


def test_an_hour_without_its_day_asks_for_the_day(talk):
    values = {"channel": "call", "customer": "Jane Doe", "subject": "tax", "needed_time": "10:00"}
    assert set(talk.fill("log", **values).errors) == {"needed_day"}


def test_who_works_by_another_zone_is_told_whose_times_these_are(talk):
    assert "office’s" not in spoken(talk.say(SAID))
    with talk.house.store.transaction() as db:
        dana = db.exec(select(Staff).where(Staff.handle == "dana")).one()
        dana.zone = "America/Denver"
        db.add(dana)
    said = spoken(talk.say(SAID))
    assert "Received at 08:40 CST" in said
    assert "Times are the office’s (CST)." in said


def test_what_another_sentence_drops_is_said(talk):
    talk.say(SAID)
    reply = talk.say("Jane Doe called about tax")
    assert reply.facts["dropped"] == "Log: Maria Lopez"
    assert "“Log: Maria Lopez” was not stored and is dropped." in spoken(reply)
    assert talk.say("form away").facts["dropped"] == "Log: Jane Doe"
    assert talk.say("thursday").facts["dropped"] is None


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("remind me abt lopez tmrw 9", "2026-03-03 09:00"),
        ("remind me about lopez tomorrow 3", "2026-03-03 15:00"),
        ("remind me about lopez at 3", "2026-03-02 15:00"),
    ],
)
def test_a_bare_hour_of_a_reminder_counts(talk, said, when):
    talk.say(LOG)
    [line] = talk.say(said).facts["lines"]
    assert f"{line['value']} {line['clock']}" == when


def test_who_will_be_asked_for_more_time_is_said_and_nobody_where_the_rule_allows_it(talk):
    talk.say(LOG)
    reply = talk.say("extend lopez till friday because of the archive")
    assert lines(reply)["Why more time is needed"] == "the archive"
    assert "Sam Castellano will be asked to decide." in spoken(reply)
    talk.say("cancel")
    assert talk.say("extend lopez till friday because of the archive", by="sam").facts["asks"] is None


@pytest.mark.parametrize(
    ("said", "template", "field"),
    [
        ("Maria Lopez called at 9:40 about tax", "not_yet", "received_time"),
        ("remind me about Lopez on Friday", "reminder_too_late", "when"),
        ("told Lopez I'd get back to her by 8:30 today", "gone_by", "by_day"),
    ],
)
def test_what_cannot_be_stored_is_asked_about_at_once(talk, said, template, field):
    talk.say(LOG)
    reply = talk.say(said)
    assert reply.template == template
    assert spoken(reply)
    assert words(reply)[-1] == "cancel"
    assert talk.say("yes").facts["field"] == field
    assert len(talk.rows(Inquiry)) == 1


def test_a_last_day_before_the_first_is_asked_about(talk):
    talk.say("out from thursday to friday")
    reply = talk.say("last day away: 2026-03-04")
    assert (reply.template, reply.facts["fault"]) == ("absence_days", "backwards")
    assert lines(talk.say("2026-03-06"))["Last day away"] == "2026-03-06"


def changed(talk, card: str, said: str) -> dict[str, str]:
    talk.say(LOG)
    talk.say(card)
    reply = talk.say(said)
    assert reply.template == "understood"
    return {one["label"]: f"{one['value']} {one['clock'] or ''}".strip() for one in reply.facts["lines"]}


ACK, EXTEND = "told Lopez I'd get back to her by tomorrow", "extend Lopez till friday because of a map"


@pytest.mark.parametrize(
    ("card", "said", "now"),
    [
        (SAID, "8:30", {"Received on": "2026-03-02", "Received at": "08:30"}),
        (SAID, "yesterday", {"Received on": "2026-03-01", "Received at": "00:00"}),
        (SAID, "received yesterday 4pm", {"Received on": "2026-03-01", "Received at": "16:00"}),
        (SAID, "phone 608-555-0177", {"Phone": "608-555-0177"}),
        (SAID, "phone: none", {"Phone": None}),
        (SAID, "needed by friday", {"Needed by": "2026-03-06", "Needed at": None}),
        (SAID, "needed before friday", {"Needed by": "2026-03-05", "Needed at": "17:00"}),
        (SAID, "tomorrow", {"Needed by": "2026-03-03", "Received on": "2026-03-02"}),
        (SAID, "no, lee", {"Owner": "Lee Okafor"}),
        ("out thursday", "no wait, friday", {"First day away": "2026-03-06", "Last day away": None}),
        ("out thursday", "fri", {"First day away": "2026-03-06", "Last day away": None}),
        ("out thursday", "until fri", {"First day away": "2026-03-05", "Last day away": "2026-03-06"}),
        ("out thursday", "until monday", {"First day away": "2026-03-05", "Last day away": "2026-03-09"}),
        ("out wednesday", "to thursday", {"First day away": "2026-03-04", "Last day away": "2026-03-05"}),
        ("out wednesday", "last day: thursday", {"Last day away": "2026-03-05"}),
        ("out wednesday", "lee covers", {"Who stands in": "Lee Okafor"}),
        ("out wednesday", "kim", {"Who stands in": "Kim Tran"}),
        ("remind me about Lopez tomorrow at 11", "no wait, 10am", {"When": "2026-03-03 10:00"}),
        ("remind me about Lopez tomorrow at 11", "at 3", {"When": "2026-03-03 15:00"}),
        (ACK, "wednesday", {"More by": "2026-03-04"}),
        (EXTEND, "no, monday", {"New day": "2026-03-02"}),
        ("give Lopez to lee", "no, kim", {"Goes to": "kim"}),
        ("close Lopez, mailed", "what was done: sent", {"What was done": "sent"}),
    ],
)
def test_a_bare_value_goes_to_the_one_field_that_it_fits(talk, card, said, now):
    shown = changed(talk, card, said)
    assert {label: shown.get(label) for label in now} == now


@pytest.mark.parametrize(
    ("card", "said", "fits"),
    [
        (SAID, "thursday", ["Received on", "Needed by"]),
        ("out wednesday to friday", "thursday", ["First day away", "Last day away"]),
    ],
)
def test_a_value_that_fits_several_fields_asks_for_which(talk, card, said, fits):
    talk.say(card)
    reply = talk.say(said)
    assert reply.facts["fits"] == fits
    assert f"“{said}” may be for one of these: {', '.join(fits)}." in spoken(reply)
    assert lines(talk.say(f"{fits[0]}: {said}"))


def test_a_yes_after_a_change_that_was_not_caught_shows_the_card_before_it_counts(talk):
    talk.say(SAID)
    talk.say("asdf qwer")
    reply = talk.say("yes")
    assert (reply.template, reply.facts["unchanged"], talk.rows(Inquiry)) == ("understood", True, [])
    assert "Nothing in it was changed" in spoken(reply)
    assert talk.say("yes").template == "inquiry_logged"


def test_the_button_counts_after_a_change_that_was_not_caught(talk):
    talk.say(SAID)
    assert talk.say(words(talk.say("asdf qwer"))[0]).template == "inquiry_logged"


@pytest.mark.parametrize("card", [SAID, "out wednesday", EXTEND, "close Lopez, mailed", "give Lopez to lee"])
def test_the_hint_on_a_card_changes_that_card(talk, card):
    talk.say(LOG)
    hint = talk.say(card).facts["hint"].replace("goes to: …", "goes to: kim")
    reply = talk.say(hint)
    assert (reply.template, reply.facts["unheard"]) == ("understood", None)


def test_an_absence_that_is_asked_for_in_words_asks_for_all_of_it(talk):
    assert talk.say("form away").facts["field"] == "first"
    assert talk.say("thursday").facts["field"] == "last"
    reply = talk.say("same day")
    assert (reply.facts["field"], words(reply)[0]) == ("alternate", "my supervisor")
    assert lines(talk.say("my supervisor")) == {
        "First day away": "2026-03-05",
        "Last day away": "2026-03-05",
    }
    talk.say("form away")
    for said in ("thursday", "friday"):
        talk.say(said)
    assert lines(talk.say("kim"))["Who stands in"] == "Kim Tran"


@pytest.mark.parametrize("skipped", ["none", "skip", "no phone", "no"])
def test_a_log_that_is_asked_for_in_words_asks_for_the_phone_which_may_be_skipped(talk, skipped):
    for said in ("form log", "call", "from Maria Lopez"):
        talk.say(said)
    assert talk.say("about: his dog").facts["field"] == "phone"
    assert talk.say("soon").facts["unread"] == "soon"
    shown = lines(talk.say(skipped))
    assert (shown["From"], shown["About"], shown.get("Phone")) == ("Maria Lopez", "his dog", None)


def test_a_phone_number_that_is_given_for_the_subject_is_the_phone_number(talk):
    for said in ("form log", "call", "Maria Lopez"):
        talk.say(said)
    assert talk.say("608-555-0144").facts["field"] == "subject"
    shown = lines(talk.say("about his dog"))
    assert (shown["Phone"], shown["About"]) == ("608-555-0144", "his dog")


def test_what_is_overdue_is_said_first_where_nothing_is(talk):
    talk.say(LOG)
    reply = talk.say("anything overdue?")
    assert (reply.facts["lines"], [one["number"] for one in reply.facts["others"]]) == ([], ["INQ-1"])
    assert spoken(reply).startswith("Overdue Nothing of yours is overdue.")
    reply = talk.at("Thursday 2026-03-05 10:00").say("is anything late")
    assert ([one["number"] for one in reply.facts["lines"]], reply.facts["others"]) == (["INQ-1"], [])
    assert "overdue since" in spoken(reply)


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("due today", []),
        ("due tuesday", ["INQ-1"]),
        ("due thursday", []),
        ("what's due this week", ["INQ-1"]),
    ],
)
def test_what_is_due_on_a_day_is_only_that(talk, said, numbers):
    talk.say(LOG)
    reply = talk.say(said)
    assert [one["number"] for one in reply.facts["lines"]] == numbers
    assert ("Nothing of yours is due then." in spoken(reply)) == (not numbers)


def test_who_is_out_in_a_week_is_told_of_its_days(talk):
    talk.say("away from 2026-03-09 to 2026-03-10", by="lee")
    reply = talk.say("who's out next week")
    assert {one["day"]: [who["name"] for who in one["lines"]] for one in reply.facts["days"]} == {
        "2026-03-09": ["Lee Okafor"],
        "2026-03-10": ["Lee Okafor"],
    }
    assert "Mon 2026-03-09: Lee Okafor (Sam Castellano covers)" in spoken(reply)
    assert len(talk.say("is lee out next week").facts["days"]) == 2
    assert "Nobody in Human Resources is out." in spoken(talk.say("who's out this week"))
    assert talk.say("who covers for me next week").template == "who_covers"
    assert talk.say("who's out tomorrow").template == "who_is_out"


def test_a_talk_that_settled_it_is_the_answer_to_what_is_open_and_else_a_new_inquiry(talk):
    assert talk.say("spoke to garcia, all good").facts["form"] == "log"
    talk.say("cancel")
    talk.say("inquiry log call from Rosa Garcia about a leak")
    reply = talk.say("spoke to garcia, all good")
    assert (reply.facts["form"], reply.facts["about"]["number"]) == ("answer", "INQ-1")
    talk.say("cancel")
    assert talk.say("spoke to garcia about her fence").facts["form"] == "log"
