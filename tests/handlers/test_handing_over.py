"""Handing over: what speaks against the new owner, and what both are told of what is past due.

An e-mail logged on Monday 2026-03-02 at nine is due on Tuesday at 17:00, when the office closes.
"""

from models.outbox import Sending
from tests.handlers.at_the_desk import as_said, spoken
from tests.handlers.conftest import moment

LOG = "inquiry log email from Jane Doe about a permit"
MORE = 'inquiry extend 1 "the archive is closed" until 2026-03-20'


def handed(talk):
    return [
        row for row in talk.owed() if row.template == "inquiry_handed_over" and row.state is Sending.OWED
    ][-1]


def test_whoever_hands_over_reads_that_the_new_owner_is_not_in_when_it_is_due_and_who_covers(talk):
    talk.at("Friday 2026-03-06 09:00").say(LOG)
    talk.say("away from 2026-03-09 to 2026-03-10 alternate kim", by="lee")
    said = spoken(talk.say("inquiry assign INQ-1 to lee"))
    assert "The deadlines stay as they are." in said
    assert "It is handed over as you said. Please consider:" in said
    assert (
        "Lee Okafor will not be in when it is due, Mon 2026-03-09 17:00 CDT, but away until "
        "Tue 2026-03-10; Kim Tran covers." in said
    )


def test_who_is_in_when_it_is_due_raises_no_doubt(talk):
    talk.say(LOG)
    talk.say("away on 2026-03-06", by="lee")
    reply = talk.say("inquiry assign INQ-1 to lee")
    assert reply.facts["doubts"] == []
    assert "Please consider" not in spoken(reply)


def test_of_what_is_past_due_there_is_no_doubt_but_both_read_that_it_is(talk):
    talk.say(LOG)
    talk.at("Thursday 2026-03-05 10:00").say("away on 2026-03-06", by="lee")
    reply = talk.say("inquiry assign INQ-1 to lee")
    assert reply.facts["doubts"] == []
    assert "It is past due since Tue 2026-03-03 17:00 CST." in spoken(reply)
    assert "It is past due since Tue 2026-03-03 17:00 CST." in as_said(handed(talk))


def test_what_is_still_ahead_is_not_called_past_due(talk):
    talk.say(LOG)
    assert "past due" not in spoken(talk.say("inquiry assign INQ-1 to lee"))
    assert "past due" not in as_said(handed(talk))


def test_a_request_about_what_is_past_due_is_asked_of_nobody_and_who_hands_over_is_told_so(talk):
    talk.say(LOG)
    talk.say(MORE)
    talk.at("Thursday 2026-03-05 10:00")
    said = spoken(talk.say("inquiry assign INQ-1 to kim"))
    assert "decides now" not in said
    assert (
        "The request for more time (until Fri 2026-03-20 17:00 CDT) cannot be granted any more: "
        "what it is about is past due." in said
    )
    assert [row for row in talk.owed() if row.template == "extension_wanted" and row.state == "owed"] == []


def test_a_subject_that_is_too_long_is_cut_at_a_word_and_the_reply_says_so(talk):
    words = "a permit " * 80
    reply = talk.say(f"inquiry log email from Jane Doe about {words}")
    subject = reply.facts["subject"]
    assert 480 < len(subject) <= 500
    assert subject.endswith(("a…", "permit…"))
    assert "The subject is longer than 500 characters" in spoken(reply)


def test_a_subject_of_five_hundred_characters_is_kept_whole(talk):
    words = "x" * 498 + " y"
    reply = talk.say(f"inquiry log email from Jane Doe about {words}")
    assert reply.facts["subject"] == words
    assert "longer than" not in spoken(reply)


def test_a_word_without_an_end_is_cut_all_the_same(talk):
    reply = talk.say(f"inquiry log email from Jane Doe about {'x' * 600}")
    assert reply.facts["subject"] == "x" * 499 + "…"


def test_an_administrator_alone_in_their_department_reads_that_nobody_would_cover_yet(talk):
    said = spoken(talk.say("away tomorrow", by="alex"))
    assert "There is nobody yet who would cover for you then." in said
    assert "To name a colleague who is in, of any department: /away back" in said


def test_who_would_cover_is_named_where_none_of_them_is_in(talk):
    for handle in ("lee", "sam", "alex"):
        talk.say("away tomorrow", by=handle)
    said = spoken(talk.say("away tomorrow"))
    assert (
        "Of those who would cover for you, nobody is in for all of that time: "
        "Sam Castellano, Alex Moreau, Lee Okafor." in said
    )
    assert moment("Tuesday 2026-03-03 00:00").date().isoformat() in said
