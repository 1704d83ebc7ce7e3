"""What people prefer for themselves: how early they hear, and a day of quiet."""

import pytest

from models.preference import Preference
from tests.handlers.at_the_desk import spoken

LOG = "inquiry log email from Jane Doe about a permit"


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("/inquiry prefer reminders 2 hours before", 120),
        ("inquiry prefer reminders 1 hour before", 60),
        ("inquiry prefer reminders an hour before a deadline", 60),
        ("inquiry prefer reminders two business hours before they are due", 120),
        ("inquiry prefer 24 hours", 1440),
        ("prefer reminders 6 working hours before", 360),
        ("inquiry prefer reminders as usual", None),
    ],
)
def test_how_early_somebody_hears_is_stored_and_shown(talk, words, minutes):
    reply = talk.say(words)
    assert (reply.template, reply.facts["changed"]) == ("preferences", True)
    assert [(one.staff_id, one.lead_minutes) for one in talk.rows(Preference)] == [(1, minutes)]
    shown = talk.say("inquiry preferences")
    assert (shown.facts["hours"], shown.facts["own"]) == ((minutes or 240) // 60, minutes is not None)
    assert "working hour" in spoken(shown)


@pytest.mark.parametrize(
    "words",
    ["", "reminders", "reminders 0 hours before", "reminders 25 hours before", "2 days", "no reminders"],
)
def test_anything_but_1_to_24_hours_is_refused_with_an_example(talk, words):
    talk.say("inquiry prefer reminders 2 hours before")
    reply = talk.say(f"inquiry prefer {words}")
    assert reply.template == "preference_unread"
    assert "Please give 1 to 24" in spoken(reply)
    assert [one.lead_minutes for one in talk.rows(Preference)] == [120]


def test_whoever_prefers_nothing_is_shown_what_is_usual(talk):
    reply = talk.say("inquiry preferences")
    assert "4 working hours before a deadline, as is usual. Today is not quiet." in spoken(reply)
    assert [one.words for one in reply.choices] == ["inquiry quiet today"]
    assert talk.rows(Preference) == []


def test_quiet_says_what_still_comes_and_lists_what_is_due_today(talk):
    talk.at("Monday 2026-03-02 09:00").say(LOG)
    talk.say(LOG + " owner lee")
    talk.at("Tuesday 2026-03-03 09:00")
    reply = talk.say("inquiry quiet today")
    said = spoken(reply)
    assert "Quiet for the rest of Tue 2026-03-03" in said
    assert "What is due now and what is overdue is still said." in said
    assert [one["number"] for one in reply.facts["due"]["lines"]] == ["INQ-1"]
    assert "INQ-1 a permit: Tue 2026-03-03 17:00 CST" in said
    assert "Today is quiet" in spoken(talk.say("inquiry preferences"))


def test_quiet_ends_by_itself_with_the_day_and_by_a_word(talk):
    talk.say("inquiry quiet today")
    (off,) = talk.say("inquiry preferences").choices
    assert talk.say(off.words).facts["on"] is False
    assert talk.say("inquiry preferences").facts["quiet"] is False
    talk.say("quiet")
    assert talk.say("inquiry preferences").facts["quiet"] is True
    assert talk.at("Tuesday 2026-03-03 09:00").say("inquiry preferences").facts["quiet"] is False


def test_quiet_for_another_day_is_refused(talk):
    assert talk.say("inquiry quiet tomorrow").template == "too_many_words"
    assert talk.rows(Preference) == []


def test_to_end_a_quiet_that_is_not_changes_nothing(talk):
    assert talk.say("inquiry quiet off").template == "quiet"
    assert talk.rows(Preference) == []


def test_one_persons_preference_is_not_anothers(talk):
    talk.say("inquiry prefer reminders 2 hours before")
    assert talk.say("inquiry preferences", by="lee").facts["hours"] == 4
