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
    ["reminders", "reminders 0 hours before", "reminders 25 hours before", "2 days", "no reminders"],
)
def test_anything_but_1_to_24_hours_is_refused_with_an_example(talk, words):
    talk.say("inquiry prefer reminders 2 hours before")
    reply = talk.say(f"inquiry prefer {words}")
    assert reply.template == "preference_unread"
    assert "Please give 1 to 24" in spoken(reply)
    assert [one.lead_minutes for one in talk.rows(Preference)] == [120]


@pytest.mark.parametrize("words", ["40 hours before", "reminders 0 hours before"])
def test_a_number_beyond_what_there_is_is_said_to_be_that(talk, words):
    said = spoken(talk.say(f"inquiry prefer {words}"))
    assert "the most is 24" in said
    assert "cannot read" not in said
    assert "I cannot read “2 days”" in spoken(talk.say("inquiry prefer 2 days"))


def test_whoever_prefers_nothing_is_shown_what_is_usual(talk):
    reply = talk.say("inquiry preferences")
    assert "4 working hours before a deadline, as is usual. Today is not quiet." in spoken(reply)
    assert "at the start of your working day, as is usual" in spoken(reply)
    assert "Your language is the agency’s, as is usual." in spoken(reply)
    assert [one.words for one in reply.choices] == [
        "inquiry quiet today",
        "inquiry prefer digest off",
        "form prefer",
    ]
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
    off, *_ = talk.say("inquiry preferences").choices
    assert talk.say(off.words).facts["on"] is False
    assert talk.say("inquiry preferences").facts["quiet"] is False
    talk.say("quiet")
    assert talk.say("inquiry preferences").facts["quiet"] is True
    assert talk.at("Tuesday 2026-03-03 09:00").say("inquiry preferences").facts["quiet"] is False


@pytest.mark.parametrize("said", ["tomorrow", "for tomorrow", "all day tomorrow"])
def test_tomorrow_can_be_quiet_and_today_is_not(talk, said):
    talk.say(LOG)
    reply = talk.say(f"inquiry quiet {said}")
    assert "Quiet on Tue 2026-03-03" in spoken(reply)
    assert "earlier, comes that day" in spoken(reply)
    assert [one["number"] for one in reply.facts["due"]["lines"]] == ["INQ-1"]
    assert "Tue 2026-03-03 is to be quiet; today is not." in spoken(talk.say("inquiry preferences"))
    talk.at("Tuesday 2026-03-03 09:00")
    assert "Today is quiet" in spoken(talk.say("inquiry preferences"))
    assert talk.say("inquiry quiet off").facts["on"] is False
    assert [one.quiet_on for one in talk.rows(Preference)] == [None]


def test_a_quiet_tomorrow_is_ended_by_the_word_too(talk):
    talk.say("quiet tomorrow")
    off, *_ = talk.say("inquiry preferences").choices
    assert "There is no quiet, today or tomorrow." in spoken(talk.say(off.words))
    assert [one.quiet_on for one in talk.rows(Preference)] == [None]


def test_the_day_of_quiet_that_is_named_last_is_the_one(talk):
    assert "any more" not in spoken(talk.say("inquiry quiet today"))
    said = spoken(talk.say("inquiry quiet tomorrow"))
    assert "There is one day of quiet at a time: Mon 2026-03-02 is not quiet any more." in said


@pytest.mark.parametrize("words", ["for 2 hours", "on Friday", "until noon", "2026-03-05"])
def test_quiet_for_anything_but_a_day_that_there_is_is_refused_with_what_there_is(talk, words):
    reply = talk.say(f"inquiry quiet {words}")
    assert reply.template == "quiet_unread"
    assert "Quiet is for today or for tomorrow" in spoken(reply)
    assert talk.rows(Preference) == []


def test_to_end_a_quiet_that_is_not_changes_nothing(talk):
    assert talk.say("inquiry quiet off").template == "quiet"
    assert talk.rows(Preference) == []


def test_one_persons_preference_is_not_anothers(talk):
    talk.say("inquiry prefer reminders 2 hours before")
    assert talk.say("inquiry preferences", by="lee").facts["hours"] == 4


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("inquiry prefer digest 8:30", 510),
        ("/inquiry prefer digest at 8:30 am", 510),
        ("prefer digest 10", 600),
        (
            "inquiry prefer digest 4:30",
            990,
        ),  # in the afternoon: nobody is in at half past four in the morning
        ("inquiry prefer digest 16:30", 990),
        ("inquiry prefer digest noon", 720),
    ],
)
def test_the_hour_of_the_digest_is_stored_and_shown(talk, words, minutes):
    reply = talk.say(words)
    assert (reply.template, reply.facts["changed"]) == ("preferences", True)
    assert [(one.digest_at, one.digest_on) for one in talk.rows(Preference)] == [(minutes, True)]
    assert f"Your digest comes at {minutes // 60:02}:{minutes % 60:02} on your working days" in spoken(reply)


def test_the_next_digest_is_shown_as_it_will_come(talk):
    assert talk.say("inquiry prefer digest 8:30").facts["digest"]["next"] == "2026-03-03T14:30:00+00:00"
    assert talk.say("inquiry prefer digest 10:30").facts["digest"]["next"] == "2026-03-02T16:30:00+00:00"


@pytest.mark.parametrize(("said", "shown"), [("22:00", "22:00"), ("6:00 am", "06:00")])
def test_an_hour_outside_their_own_is_stored_and_said_to_be_outside(talk, said, shown):
    reply = talk.say(f"inquiry prefer digest {said}")
    assert reply.facts["digest"]["next"] == "2026-03-03T14:00:00+00:00"
    assert f"{shown} is outside your working hours that day, so it comes at 08:00." in spoken(reply)
    assert f"Your digest comes at {shown}" not in spoken(reply)
    assert "outside" not in spoken(talk.say("inquiry prefer digest 8:30"))


@pytest.mark.parametrize("usual", ["usual", "as usual", "default"])
def test_the_digest_can_be_ended_begun_again_and_left_to_the_usual(talk, usual):
    talk.say("inquiry prefer digest 8:30")
    off = talk.say("inquiry prefer digest off")
    assert "You get no digest in the morning" in spoken(off)
    (on,) = [one for one in off.choices if "digest" in one.words]
    assert "at 08:30" in spoken(talk.say(on.words))
    assert "at the start of your working day" in spoken(talk.say(f"inquiry prefer digest {usual}"))
    assert [(one.digest_at, one.digest_on) for one in talk.rows(Preference)] == [(None, True)]


@pytest.mark.parametrize("said", ["soon", "25:00", "13 pm", "", "8:30 tomorrow", "eod"])
def test_what_is_no_time_of_day_is_refused_with_an_example(talk, said):
    reply = talk.say(f"inquiry prefer digest {said}")
    assert reply.template == "preference_unread"
    assert "/inquiry prefer digest 8:30" in spoken(reply)
    assert talk.rows(Preference) == []


@pytest.mark.parametrize(
    ("said", "tag", "name"),
    [
        ("Spanish", "es", "español"),
        ("es", "es", "español"),
        ("Español", "es", "español"),
        ("espanol", "es", "español"),
        ("English", "en", "English"),
        ("usual", None, None),
    ],
)
def test_a_language_is_stored_by_its_tag_and_shown_by_its_name(talk, said, tag, name):
    reply = talk.say(f"inquiry prefer language {said}")
    assert (reply.template, reply.facts["language"]) == ("preferences", name)
    assert [one.language for one in talk.rows(Preference)] == [tag]


def test_a_language_that_is_not_there_is_refused_naming_those_that_are(talk):
    reply = talk.say("inquiry prefer language Klingon")
    assert reply.template == "preference_unread"
    assert "There is English and español" in spoken(reply)
    assert talk.rows(Preference) == []


def test_prefer_alone_shows_everything_and_how_to_change_it(talk):
    talk.say("inquiry prefer reminders 2 hours before")
    said = spoken(talk.say("inquiry prefer"))
    for part in ("reminders 2 hours before", "digest 8:30", "digest off", "language", "as usual"):
        assert f"{part}" in said
    assert "A missed deadline is told to your supervisor: while it is open" in said
    assert [one.lead_minutes for one in talk.rows(Preference)] == [120]


def test_one_wish_leaves_the_others_as_they_are(talk):
    for words in ("reminders 2 hours before", "digest 8:30", "language es"):
        talk.say(f"inquiry prefer {words}")
    (row,) = talk.rows(Preference)
    assert (row.lead_minutes, row.digest_at, row.digest_on, row.language) == (120, 510, True, "es")


def test_the_digest_can_be_asked_for_at_any_time(talk):
    assert "Nothing of yours is overdue, and nothing is due by Tue 2026-03-03." in spoken(talk.say("digest"))
    talk.say(LOG)
    reply = talk.at("Saturday 2026-03-07 10:00").say("inquiry digest")
    said = spoken(reply)
    assert "Your next day, Mon 2026-03-09: 1 overdue" in said
    assert "INQ-1 Jane Doe, a permit: overdue since Tue 2026-03-03 17:00 CST" in said
    assert "prefer digest" not in said, "they know how they got here"
    acting = ["inquiry answer INQ-1", "inquiry show INQ-1"]
    assert [one.words for one in reply.choices] == ["inquiry mine", *acting]
    assert [one.label for one in reply.choices[1:]] == ["INQ-1: Answered", "Show INQ-1"]
    above = talk.say("inquiry digest", by="sam")
    assert [one.words for one in above.choices] == ["inquiry mine", "desk team", "desk overdue"]
    assert "Dana Whitfield: 1 overdue (INQ-1 a permit, since Tue 2026-03-03 17:00 CST)" in spoken(above)
