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
