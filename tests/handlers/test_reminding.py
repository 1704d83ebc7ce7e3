"""Asking to be reminded: what is understood, what is offered, and what no reminder may cross.

An e-mail logged on Monday 2026-03-02 at nine is due on Tuesday at 17:00, when the office closes.
"""

import pytest

from models.instant import iso
from models.outbox import Sending
from tests.handlers.at_the_desk import spoken
from tests.handlers.conftest import moment

LOG = "inquiry log email from Jane Doe about a permit"
LETTER = "inquiry log letter from Jane Doe about a permit"


def asked(talk):
    return [row for row in talk.owed() if row.kind == "asked" and row.state is Sending.OWED]


@pytest.mark.parametrize(
    ("words", "at", "about"),
    [
        ("/inquiry remind me of INQ-1 Tue 9:00", "Tuesday 2026-03-03 09:00", None),
        ("inquiry remind me of inq-1 tomorrow at 9am", "Tuesday 2026-03-03 09:00", None),
        ("inquiry remind me tomorrow 9:00 of INQ-1", "Tuesday 2026-03-03 09:00", None),
        ("inquiry remind me tomorrow 9:00 about INQ-1", "Tuesday 2026-03-03 09:00", None),
        ("remind me of INQ-1 14:30", "Monday 2026-03-02 14:30", None),
        ("inquiry remind INQ-1 in 2 hours", "Monday 2026-03-02 11:00", None),
        ("inquiry remind me of INQ-1 tomorrow", "Tuesday 2026-03-03 08:00", None),
        ("inquiry remind me of INQ-1 Tue about the form", "Tuesday 2026-03-03 08:00", "the form"),
        (
            "inquiry remind me of INQ-1 Tue 9:00 to call about rent",
            "Tuesday 2026-03-03 09:00",
            "call about rent",
        ),
        ('inquiry remind me of INQ-1 noon about "what to say"', "Monday 2026-03-02 12:00", "what to say"),
        ("inquiry snooze INQ-1", "Monday 2026-03-02 10:00", None),
        ("inquiry snooze INQ-1 1 hour", "Monday 2026-03-02 10:00", None),
        ("inquiry snooze INQ-1 for 30 minutes", "Monday 2026-03-02 09:30", None),
        ("inquiry snooze INQ-1 until 15:00", "Monday 2026-03-02 15:00", None),
        ("inquiry snooze INQ-1 tomorrow 9:00", "Tuesday 2026-03-03 09:00", None),
        ("snooze INQ-1 until tomorrow", "Tuesday 2026-03-03 08:00", None),
    ],
)
def test_the_time_and_the_note_are_understood(talk, words, at, about):
    talk.say(LOG)
    reply = talk.say(words)
    assert reply.template == "reminder_set", spoken(reply)
    assert (reply.facts["at"], reply.facts["about"]) == (iso(moment(at)), about)
    (row,) = asked(talk)
    assert (row.recipient, row.not_before) == ("staff:1", moment(at))
    assert "It comes to you alone" in spoken(reply)


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("inquiry remind me of INQ-1", "missing_piece"),
        ("inquiry remind me", "missing_piece"),
        ("inquiry remind me of INQ-1 about the form", "missing_piece"),
        ("inquiry remind me of INQ-1 blursday", "unreadable_time"),
        ("inquiry remind me of INQ-1 8:30", "reminder_gone_by"),
        ("inquiry remind me of INQ-1 today", "reminder_gone_by"),
        ("inquiry remind me of INQ-1 next Thursday", "two_readings"),
        ("inquiry remind me of INQ-1 2050-03-03 9:00", "beyond_calendar"),
        ("inquiry remind me of INQ-99 Tue 9:00", "unknown_inquiry"),
        ("inquiry snooze", "missing_piece"),
        ("inquiry snooze INQ-1 soon", "unreadable_time"),
    ],
)
def test_what_is_not_understood_is_told_and_nothing_is_stored(talk, words, template):
    talk.say(LOG)
    reply = talk.say(words)
    spoken(reply)
    assert reply.template == template
    assert asked(talk) == []


def test_no_reminder_crosses_the_deadline_and_the_latest_is_offered(talk):
    talk.say(LOG)
    for words in (
        "snooze INQ-1 until Wed 9:00",
        "inquiry remind me of INQ-1 Tue 17:00",
        "snooze 1 Tue 18:00",
    ):
        reply = talk.say(words)
        said = spoken(reply)
        assert reply.template == "reminder_too_late"
        assert "It is due Tue 2026-03-03 17:00 CST" in said
        assert "The latest that I can remind you is Tue 2026-03-03 16:00 CST" in said
        assert asked(talk) == []
    offered = reply.choices[0]
    assert offered.label == "Remind me Tue 2026-03-03 16:00"
    assert talk.say(offered.words).facts["at"] == iso(moment("Tuesday 2026-03-03 16:00"))


def test_the_offer_keeps_the_note(talk):
    talk.say(LOG)
    reply = talk.say("inquiry remind me of INQ-1 Wed 9:00 about the missing form")
    assert talk.say(reply.choices[0].words).facts["about"] == "the missing form"


def test_in_the_last_working_hour_a_quarter_of_one_is_offered(talk):
    talk.say(LOG)
    reply = talk.at("Tuesday 2026-03-03 16:10").say("snooze INQ-1 1 hour")
    assert (reply.template, reply.facts["latest"]) == ("reminder_too_late", None)
    assert [one.label for one in reply.choices] == ["Remind me in 15 minutes", "Show"]
    assert "Less than a working hour of yours is left before it; I can remind you in 15 minutes." in spoken(
        reply
    )
    assert talk.say(reply.choices[0].words).facts["at"] == iso(moment("Tuesday 2026-03-03 16:25"))
    assert talk.say("snooze INQ-1 20 minutes").template == "reminder_set"


def test_in_the_last_minutes_nothing_later_is_offered(talk):
    talk.say(LOG)
    reply = talk.at("Tuesday 2026-03-03 16:45").say("snooze INQ-1 1 hour")
    assert [one.label for one in reply.choices] == ["Show"]
    assert "this is the time to look at it" in spoken(reply)


def test_who_is_not_in_at_the_time_reads_so_and_is_offered_the_last_time_at_which_they_are(talk):
    talk.at("Thursday 2026-03-05 09:00").say(LOG)  # due on Friday at 17:00
    talk.say("away on 2026-03-06")
    for words in ("inquiry remind me of INQ-1 Fri 9:00", "snooze INQ-1 until Fri 9:00"):
        reply = talk.say(words)
        said = spoken(reply)
        assert reply.template == "reminder_too_late"
        assert "INQ-1 is due before you are next at work" in said
        assert "You are not at work at Fri 2026-03-06 09:00 CST, nor from then until it is due." in said
        assert "The latest that I can remind you is Thu 2026-03-05 16:00 CST." in said
        assert "Less than" not in said
        assert talk.say(reply.choices[0].words).facts["at"] == iso(moment("Thursday 2026-03-05 16:00"))


def test_the_words_of_an_offer_are_such_as_people_type(talk):
    talk.say(LOG)
    for words, offered in (
        ("inquiry remind me of INQ-1 Wed 9:00", "inquiry remind me of INQ-1 2026-03-03 16:00"),
        ("inquiry snooze INQ-1 until Wed 9:00", "inquiry snooze INQ-1 2026-03-03 16:00"),
    ):
        assert talk.say(words).choices[0].words == offered


def test_a_snooze_of_what_is_past_due_says_so_and_who_hears_of_it(talk):
    talk.say(LOG)
    said = spoken(talk.at("Tuesday 2026-03-03 18:00").say("snooze INQ-1"))
    assert "It is past due since Tue 2026-03-03 17:00 CST; Sam Castellano hears of it all the same." in said
    own = spoken(talk.say("snooze INQ-1", by="sam"))
    assert "It is past due since Tue 2026-03-03 17:00 CST." in own
    assert "past due" not in spoken(talk.say(LETTER)) + spoken(talk.say("snooze INQ-2"))


def test_nine_on_a_day_on_which_the_office_is_closed_is_the_morning(talk):
    talk.say(LETTER)
    talk.say("inquiry ack INQ-1 by Mar 20 12:00")
    reply = talk.say("inquiry remind me of INQ-1 Sat 9:00")
    assert (reply.facts["wanted"], reply.facts["at"]) == (
        iso(moment("Saturday 2026-03-07 09:00")), iso(moment("Monday 2026-03-09 08:00")),
    )  # fmt: skip


@pytest.mark.parametrize("words", ["inquiry remind me of INQ-1 {} about the form", "snooze INQ-1 until {}"])
@pytest.mark.parametrize(
    ("when", "labels"),
    [
        ("Thu 7:00", ["Thu 2026-03-05 07:00", "Thu 2026-03-05 19:00"]),
        ("next Thursday", ["Thu 2026-03-05", "Thu 2026-03-12"]),
        ("next Thursday 10:00", ["Thu 2026-03-05 10:00", "Thu 2026-03-12 10:00"]),
    ],
)
def test_where_several_times_may_be_meant_each_has_its_button(talk, words, when, labels):
    talk.say(LETTER)
    talk.say("inquiry ack INQ-1 by Mar 20 12:00")
    reply = talk.say(words.format(when))
    spoken(reply)
    assert (reply.template, [one.label for one in reply.choices]) == ("two_readings", labels)
    said = [talk.say(one.words) for one in reply.choices]
    assert said[0].template == "reminder_set"
    assert said[0].facts["about"] == (None if said[0].facts["snoozed"] else "the form")
    # The letter itself is due before the later Thursday.
    assert said[1].template == ("reminder_set" if when == "Thu 7:00" else "reminder_too_late")


def test_the_nearest_of_several_deadlines_is_the_limit(talk):
    talk.say(LETTER + " needed by Wed 12:00")
    reply = talk.say("inquiry remind me of INQ-1 Thu 9:00")
    assert (reply.facts["next"]["kind"], reply.facts["latest"]) == (
        "needed", iso(moment("Wednesday 2026-03-04 11:00")),
    )  # fmt: skip


def test_what_is_past_due_or_paused_sets_no_limit(talk):
    talk.say(LOG)
    talk.say(LOG)
    talk.say("inquiry pause INQ-2 waiting for the form")
    talk.at("Wednesday 2026-03-04 09:00")
    for number in ("INQ-1", "INQ-2"):
        assert talk.say(f"snooze {number} 1 hour").template == "reminder_set"


@pytest.mark.parametrize(
    ("words", "comes"),
    [
        ("inquiry remind me of INQ-1 Mon 19:00", "Tuesday 2026-03-03 08:00"),
        ("inquiry remind me of INQ-1 Sat 10am", "Monday 2026-03-09 08:00"),
        ("inquiry remind me of INQ-1 Sat", "Monday 2026-03-09 08:00"),
        ("snooze INQ-1 10 hours", "Tuesday 2026-03-03 08:00"),
    ],
)
def test_outside_the_working_time_it_comes_at_the_next_opening_and_the_answer_says_so(talk, words, comes):
    talk.say(LETTER)
    talk.say("inquiry ack INQ-1 by Mar 20 12:00")
    reply = talk.say(words)
    assert reply.facts["at"] == iso(moment(comes))
    assert "is outside your working time, so it comes when you are next at work" in spoken(reply)


def test_on_days_on_which_the_speaker_is_not_in_it_comes_when_they_are_back(talk):
    talk.say(LETTER)
    talk.say("inquiry ack INQ-1 by Mar 20 12:00")
    talk.say("away from 2026-03-05 to 2026-03-06 alternate lee")
    reply = talk.say("inquiry remind me of INQ-1 Thu 9:00")
    assert reply.facts["at"] == iso(moment("Monday 2026-03-09 08:00"))


def test_when_no_opening_is_left_before_the_deadline_the_latest_is_offered(talk):
    talk.say(LETTER)
    talk.say("inquiry ack INQ-1 by Sat 12:00")
    reply = talk.say("inquiry remind me of INQ-1 Fri 18:00")
    assert (reply.template, reply.facts["latest"]) == (
        "reminder_too_late", iso(moment("Friday 2026-03-06 16:00")),
    )  # fmt: skip


@pytest.mark.parametrize("done", ["inquiry answer INQ-1", 'inquiry close INQ-1 "sent"'])
def test_of_what_is_answered_or_closed_nobody_is_reminded(talk, done):
    talk.say(LOG)
    talk.say(done)
    for words in ("inquiry remind me of INQ-1 Tue 9:00", "snooze INQ-1"):
        assert talk.say(words).template in ("already_answered", "already_closed")


def test_whoever_may_not_see_an_inquiry_reads_of_it_as_if_it_were_not_there(talk):
    talk.say(LOG)
    there, not_there = (talk.say(f"snooze {one} 1 hour", by="kim") for one in ("INQ-1", "INQ-99"))
    assert (there.template, not_there.template) == ("unknown_inquiry", "unknown_inquiry")
    assert asked(talk) == []


def test_the_form_of_the_time_takes_no_time_itself(talk):
    talk.say(LOG)
    for words in ("a " * 2000, " " * 4000 + "x", "about " * 700, "of INQ-1 " * 400):
        assert talk.say(f"inquiry remind me {words}").template in ("missing_piece", "unreadable_time")
