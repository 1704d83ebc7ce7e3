"""The customer's own deadline (R13)."""

import pytest

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.inquiry import Deadline, Event, Inquiry
from tests.handlers.conftest import moment

LOG = "/inquiry log email from Jane Doe about a parking permit"


def running(talk):
    return {row.kind: row.due for row in talk.rows(Deadline) if row.ended_at is None}


def test_a_need_is_one_more_clock_from_the_log_on(talk):
    reply = talk.say(f"{LOG} needed by Wed received 8:40 owner dana")
    assert reply.template == "inquiry_logged"
    assert running(talk) == {
        "respond": moment("Tuesday 2026-03-03 17:00"),
        "needed": moment("Wednesday 2026-03-04 17:00"),
    }
    assert reply.facts["needed"]["rule"] == "R13"
    assert (reply.facts["next"]["kind"], reply.facts["subject"]) == ("respond", "a parking permit")
    assert [row.what for row in talk.rows(Event)] == ["logged", "needed"]
    kinds = [one["kind"] for one in talk.say("inquiry why 1").facts["deadlines"]]
    assert kinds == ["respond", "needed"]


@pytest.mark.parametrize(
    ("words", "subject", "due"),
    [
        ("about a form needed by the court", "a form needed by the court", None),
        ("about a form needed by the owner of a dog", "a form needed by the owner of a dog", None),
        ('about "a form needed by Fri"', "a form needed by Fri", None),
        (
            "about a form needed by the court needed by Fri",
            "a form needed by the court",
            "Friday 2026-03-06 17:00",
        ),
        ("about a form NEEDED  BY: Fri noon", "a form", "Friday 2026-03-06 12:00"),
        ("needed by Fri about a form", "a form", "Friday 2026-03-06 17:00"),
        ("about the owner of a dog needed by Fri", "the owner of a dog", "Friday 2026-03-06 17:00"),
    ],
)
def test_what_is_no_time_belongs_to_the_subject(talk, words, subject, due):
    assert talk.say(f"inquiry log email from Jo {words}").template == "inquiry_logged"
    assert talk.rows(Inquiry)[0].subject == subject
    assert running(talk).get("needed") == (moment(due) if due else None)


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("needed by", "missing_piece"),
        ("needed by 2026-02-27", "needed_gone_by"),
        ("needed by Sat 10:00", "two_readings"),
        ("needed by 2040-01-05", "beyond_calendar"),
    ],
)
def test_a_need_that_cannot_be_kept_in_mind_stores_nothing(talk, words, template):
    assert talk.say(f"{LOG} {words}").template == template
    assert talk.rows(Inquiry) == []


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("inquiry needed 1", "missing_piece"),
        ("inquiry needed 1 for the court", "missing_piece"),
        ("inquiry needed 1 by blursday", "unreadable_time"),
        ("inquiry needed 1 by yesterday", "needed_gone_by"),
        ("inquiry needed 9 by Fri", "unknown_inquiry"),
    ],
)
def test_what_cannot_be_read_is_refused(talk, words, template):
    talk.say(LOG)
    assert talk.say(words).template == template
    assert "needed" not in running(talk)


def test_a_newer_need_takes_the_place_of_the_one_before(talk):
    talk.say(f"{LOG} needed by Fri")
    reply = talk.say("inquiry needed 1 by Tue noon")
    assert reply.template == "inquiry_needed"
    assert [one["standing"] for one in reply.facts["ended"]] == ["replaced"]
    assert running(talk)["needed"] == moment("Tuesday 2026-03-03 12:00")
    assert [one["kind"] for one in reply.facts["later"]] == ["respond"]
    events = talk.say("inquiry show 1").facts["events"]
    assert [one["until"] for one in events[1:]] == ["2026-03-06T23:00:00+00:00", "2026-03-03T18:00:00+00:00"]


@pytest.mark.parametrize(
    ("words", "due", "why", "last"),
    [
        ("Wed 7pm", "Wednesday 2026-03-04 19:00", None, "2026-03-04T23:00:00+00:00"),
        ("Sat 10am", "Saturday 2026-03-07 10:00", "closed on Saturdays", "2026-03-06T23:00:00+00:00"),
        ("2026-07-04 09:00", "Saturday 2026-07-04 09:00", "Independence Day", "2026-07-02T22:00:00+00:00"),
    ],
)
def test_while_the_office_is_closed_the_last_working_moment_is_told(talk, words, due, why, last):
    talk.say(LOG)
    needed = talk.say(f"inquiry needed 1 by {words}").facts["needed"]
    assert running(talk)["needed"] == moment(due)
    assert needed["closed"] == {"why": why, "last": last}


def test_a_need_in_hours_or_at_the_closing_has_no_warning(talk):
    talk.say(LOG)
    for words in ("Fri", "Fri noon"):
        assert talk.say(f"inquiry needed 1 by {words}").facts["needed"]["closed"] is None


def test_no_working_time_may_be_left(talk):
    talk.at("Saturday 2026-03-07 09:00")
    talk.say(LOG)
    assert talk.say("inquiry needed 1 by 11am").facts["needed"]["closed"]["last"] is None


def test_an_acknowledgement_does_not_end_it_and_an_answer_does(talk):
    talk.say(f"{LOG} needed by Fri")
    talk.say("inquiry ack 1 by Thu")
    assert set(running(talk)) == {"needed", "promise"}
    talk.say("inquiry answer 1")
    assert running(talk) == {}
    assert talk.say("inquiry needed 1 by Fri").template == "already_answered"


def test_a_pause_does_not_stop_it(talk):
    talk.say(f"{LOG} needed by Fri")
    talk.say("inquiry pause 1 waiting for the form")
    talk.at("Thursday 2026-03-05 09:00")
    talk.say("inquiry resume 1")
    assert running(talk)["needed"] == moment("Friday 2026-03-06 17:00")


def test_a_new_owner_hears_of_the_nearest_deadline(talk):
    talk.say(f"{LOG} needed by noon owner lee")
    [word] = talk.owed()
    assert word.facts["next"]["kind"] == "needed"


@pytest.mark.parametrize("dialect", ["plain", "slack", "teams", "html"])
def test_every_voice_can_say_all_of_it(talk, dialect):
    voice = Voice(TEMPLATES, dialect, "America/Chicago", str)
    replies = [talk.say(f"{LOG} needed by Sat 10am"), talk.say("inquiry needed 1 by Tue noon")]
    replies += [
        talk.say("inquiry needed 1 by yesterday"),
        talk.say("inquiry show 1"),
        talk.say("inquiry why 1"),
    ]
    for reply in replies:
        assert to_text(voice.say(reply.template, reply.facts), (), width=10_000)
