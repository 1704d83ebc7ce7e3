"""Logging and looking at inquiries."""

import pytest

from models.inquiry import Deadline, Inquiry

LOG = "/inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40"


def test_logging_a_call_tells_number_due_time_reckoning_and_rule(talk):
    reply = talk.say(LOG)
    assert reply.template == "inquiry_logged"
    facts = reply.facts
    assert (facts["number"], facts["customer"], facts["contact"]) == ("INQ-1", "Jane Doe", "608-555-0133")
    assert facts["subject"] == "a parking permit"
    assert facts["received"] == "2026-03-02T14:40:00+00:00"
    assert facts["next"]["due"] == "2026-03-03T23:00:00+00:00"
    assert facts["next"]["rule"] == "R5"
    assert facts["next"]["citation"] == "FED L3 (3)"
    assert "day 0 Mon 2026-03-02" in facts["next"]["in_short"]


def test_numbers_count_up_and_the_owner_is_the_speaker_unless_named(talk):
    assert talk.say(LOG).facts["owner"]["handle"] == "dana"
    second = talk.say(LOG + " owner lee").facts
    assert (second["number"], second["owner"]["handle"], second["yours"]) == ("INQ-2", "lee", False)
    assert [(row.recipient, row.template) for row in talk.owed()] == [("staff:2", "inquiry_handed_over")]


def test_slash_capitals_and_spaces_are_free(talk):
    assert talk.say("  INQUIRY   Log call from A B about c ").template == "inquiry_logged"
    assert talk.say("/ inquiry log call from A B about c").template == "inquiry_logged"


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("e-mail", "email"),
        ("a phone", "call"),
        ("voice mail", "voicemail"),
        ("walk in", "walk-in"),
        ("Letter", "letter"),
    ],
)
def test_channels_go_by_their_everyday_names(talk, words, channel):
    assert talk.say(f"inquiry log {words} from Jo about z").facts["channel"] == channel


@pytest.mark.parametrize(
    ("words", "customer", "contact", "subject"),
    [
        ("call from Jo (608) 555-0134 about tax", "Jo", "(608) 555-0134", "tax"),
        ("email about tax from Jo <jo@example.org>", "Jo", "jo@example.org", "tax"),
        ("email from jo@example.org about tax", "jo@example.org", "jo@example.org", "tax"),
        (
            'call from Jo about "a letter received from the county owner"',
            "Jo",
            None,
            "a letter received from the county owner",
        ),
        ("call from Jo about the owner of a dog", "Jo", None, "the owner of a dog"),
        ("chat from @lee about badges", "Lee Okafor", "@lee", "badges"),
    ],
)
def test_customer_contact_and_subject_are_told_apart(talk, words, customer, contact, subject):
    facts = talk.say(f"inquiry log {words}").facts
    assert (facts["customer"], facts["contact"], facts["subject"]) == (customer, contact, subject)


@pytest.mark.parametrize(
    ("words", "template", "named"),
    [
        ("inquiry log call from Jo", "missing_piece", "about SUBJECT"),
        ("inquiry log call about tax", "missing_piece", "from NAME"),
        ("inquiry log from Jo about tax", "missing_piece", "the channel"),
        ("inquiry log", "missing_piece", "the channel"),
        ("inquiry log fax from Jo about tax", "unknown_channel", "fax"),
        ("inquiry log call from Jo about tax received blursday", "unreadable_time", "blursday"),
        ("inquiry log call from Jo about tax received 16:30", "not_yet", "16:30"),
        ("inquiry log call from Jo about tax received 2026-03-03", "not_yet", "2026-03-03"),
        ("inquiry log call from Jo about tax received", "missing_piece", "received WHEN"),
        ("inquiry log call from Jo about tax owner nobody", "unknown_person", "nobody"),
        ("inquiry log call from Jo about tax received 1999-03-03 9:00", "beyond_calendar", "1999"),
    ],
)
def test_a_missing_or_wrong_piece_is_named_and_nothing_is_stored(talk, words, template, named):
    reply = talk.say(words)
    assert reply.template == template
    assert named in str(reply.facts)
    assert talk.rows(Inquiry) == []
    assert talk.rows(Deadline) == []
    assert talk.owed() == []


def test_show_and_mine_list_what_there_is(talk):
    talk.say(LOG)
    talk.say("inquiry log letter from Ann about benefits")
    shown = talk.say("inquiry show inq-1")
    assert shown.facts["deadlines"][0]["standing"] == "running"
    assert [event["what"] for event in shown.facts["events"]] == ["logged"]
    mine = talk.say("inquiry mine").facts
    assert [line["number"] for line in mine["lines"]] == ["INQ-1", "INQ-2"]
    assert talk.say("inquiry mine", by="lee").facts["lines"] == []


@pytest.mark.parametrize("given", ["INQ-99", "INQ-0", "x9", "99999999999", "INQ-1"])
def test_what_is_not_there_and_what_is_not_yours_read_the_same(talk, given):
    talk.say(LOG)
    for verb in ("show", "answer", "ack", "close", "assign"):
        reply = talk.say(f"inquiry {verb} {given} by Thu to kim", by="kim")
        assert (reply.template, reply.facts) == ("unknown_inquiry", {"given": given})


def test_why_tells_every_step_with_the_versions_it_rests_on(talk):
    talk.at("Friday 2026-02-13 16:30").say("inquiry log email from Jo about tax")
    facts = talk.say("inquiry why 1").facts
    steps = " ".join(facts["deadlines"][0]["because"])
    for word in (
        "Friday 2026-02-13",
        "closed on Saturdays",
        "Washington's Birthday",
        "Tuesday 2026-02-17 17:00 CST",
    ):
        assert word in steps
    one = facts["deadlines"][0]
    assert (one["standard"], len(one["standard_version"]), len(one["calendar_version"])) == (
        "departmental",
        12,
        12,
    )
    assert talk.say("inquiry why 1", by="kim").template == "unknown_inquiry"


def test_an_admin_sees_every_department(talk):
    talk.say(LOG)
    assert talk.say("inquiry show 1", by="alex").template == "inquiry_shown"


def test_long_lists_are_cut_and_say_so(talk):
    for _ in range(23):
        talk.say(LOG)
    facts = talk.say("inquiry mine").facts
    assert (len(facts["lines"]), facts["more"]) == (20, 3)
