"""Reminders that people ask for are said once, to them alone, while they are true."""

import pytest

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.outbox import Sending

LOG = "inquiry log email from Jane Doe about a permit"  # on Monday at nine: due on Tuesday at 17:00
VOICE = Voice(TEMPLATES, "plain", "America/Chicago", str)


def asked(office):
    return [row for row in office.owed() if row.kind == "asked"]


def said(row):
    return " ".join(to_text(VOICE.say(row.template, row.facts), width=500).split())


def test_a_reminder_comes_at_its_time_to_who_asked_alone_and_once(either):
    either.say("dana", LOG)
    reply = either.say("lee", "inquiry remind me of INQ-1 Tue 9:00 about the missing form")
    assert (reply.template, reply.facts["at"], reply.facts["wanted"]) == (
        "reminder_set", "2026-03-03T15:00:00+00:00", None,
    )  # fmt: skip
    assert either.until("Tuesday 2026-03-03 12:00") == ["Tuesday 2026-03-03 09:00 lee asked_reminder INQ-1"]
    (row,) = asked(either)
    words = said(row)
    assert "Your note: the missing form." in words
    assert "You asked for this on Mon 2026-03-02 09:00 CST" in words
    assert "Due Tue 2026-03-03 17:00 CST" in words


@pytest.mark.parametrize("words", ["inquiry answer INQ-1", 'inquiry close INQ-1 "sent"'])
def test_it_is_taken_back_once_the_customer_has_the_answer(either, words):
    either.say("dana", LOG)
    either.say("lee", "remind me of INQ-1 Tue 9:00")
    either.say("dana", words, "Monday 2026-03-02 15:00")
    assert [one for one in either.until("Tuesday 2026-03-03 12:00") if "asked" in one] == []
    (row,) = asked(either)
    assert (row.state, row.reason) == (Sending.WITHDRAWN, "inquiry-over")


def test_a_paused_inquiry_is_reminded_of_all_the_same_and_the_word_says_that_it_is_paused(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", "inquiry pause INQ-1 waiting for the form")
    assert office.until("Tuesday 2026-03-03 12:00") == ["Tuesday 2026-03-03 09:00 dana asked_reminder INQ-1"]
    assert "paused since Mon 2026-03-02 09:00 CST: waiting for the form" in said(asked(office)[0])


def test_the_word_tells_the_inquiry_as_it_is_when_it_is_said(office):
    office.say("dana", LOG)
    office.say("sam", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", "inquiry assign INQ-1 to lee", "Monday 2026-03-02 10:00")
    office.say("lee", "inquiry ack INQ-1 by Thu 15:00")
    office.until("Tuesday 2026-03-03 12:00")
    (row,) = asked(office)
    assert (row.recipient, row.state, row.facts["owner"]["handle"]) == ("staff:3", Sending.SENT, "lee")
    assert row.facts["next"]["due"] == "2026-03-05T21:00:00+00:00"


def test_whoever_may_not_see_the_inquiry_any_more_is_not_reminded_of_it(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", "inquiry assign INQ-1 to kim")
    assert [one for one in office.until("Tuesday 2026-03-03 12:00") if "asked" in one] == []
    assert asked(office)[0].reason == "not-theirs"


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        ((), "handed-over"),
        (("away on 2026-03-03 alternate dana",), None),
        (("inquiry assign INQ-1 to dana",), None),
    ],
)
def test_what_the_owner_asked_for_is_dropped_once_it_is_anothers_unless_they_cover(office, meanwhile, reason):
    office.say("dana", LOG)
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", "inquiry assign INQ-1 to lee", "Monday 2026-03-02 10:00")
    for words in meanwhile:
        office.say("lee", words, "Monday 2026-03-02 11:00")
    diary = [one for one in office.until("Tuesday 2026-03-03 12:00") if "asked" in one]
    assert diary == ([] if reason else ["Tuesday 2026-03-03 09:00 dana asked_reminder INQ-1"])
    assert asked(office)[0].reason == reason


def test_a_supervisor_who_hands_over_what_they_owned_is_still_reminded(office):
    office.say("sam", LOG)
    office.say("sam", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("sam", "inquiry assign INQ-1 to lee", "Monday 2026-03-02 10:00")
    assert "Tuesday 2026-03-03 09:00 sam asked_reminder INQ-1" in office.until("Tuesday 2026-03-03 12:00")


@pytest.mark.parametrize(("promised", "comes"), [("Tue 15:00", True), ("Mon 15:00", False)])
def test_of_what_was_acknowledged_since_only_a_promise_still_to_be_kept_is_reminded_of(
    office, promised, comes
):
    office.say("dana", LOG)
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", f"inquiry ack INQ-1 by {promised}", "Monday 2026-03-02 10:00")
    diary = [one for one in office.until("Tuesday 2026-03-03 12:00") if "asked" in one]
    assert bool(diary) is comes
    (row,) = asked(office)
    if comes:
        assert "Due Tue 2026-03-03 15:00 CST (as promised)" in said(row)
    else:
        assert row.reason == "acknowledged"


def test_on_a_quiet_day_it_comes_all_the_same_when_it_is_due_before_the_next(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    either.say("dana", "inquiry quiet today", "Tuesday 2026-03-03 08:00")
    diary = either.until("Tuesday 2026-03-03 16:00")
    assert diary == ["Tuesday 2026-03-03 09:00 dana asked_reminder INQ-1"]


def test_on_a_quiet_day_before_days_away_it_comes_all_the_same(office):
    office.say("dana", "inquiry log letter from Jane Doe about a permit needed by Thu 12:00")
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", "away from 2026-03-04 to 2026-03-06 alternate lee")
    office.say("dana", "inquiry quiet today", "Tuesday 2026-03-03 08:00")
    diary = [one for one in office.until("Tuesday 2026-03-03 16:00") if "asked" in one]
    assert diary == ["Tuesday 2026-03-03 09:00 dana asked_reminder INQ-1"]


def test_one_that_comes_after_the_deadline_all_the_same_says_that_it_is_past_due(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", "away on 2026-03-03")
    office.until("Wednesday 2026-03-04 08:30")
    (row,) = asked(office)
    assert "It has been past due since Tue 2026-03-03 17:00 CST." in said(row)


def test_what_was_ahead_when_it_was_handed_over_is_said_to_be_past_due_when_the_word_comes(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by Mon 18:30")
    office.say("dana", "inquiry assign INQ-1 to lee", "Monday 2026-03-02 18:00")
    office.until("Tuesday 2026-03-03 08:30")
    row = next(one for one in office.owed(Sending.SENT) if one.template == "inquiry_handed_over")
    assert "It is past due since Mon 2026-03-02 18:30 CST." in said(row)


def test_it_waits_for_who_is_away_and_goes_to_nobody_else(office):
    office.say("dana", "inquiry log letter from Jane Doe about a permit")
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.say("dana", "away from 2026-03-03 to 2026-03-03 alternate lee")
    diary = [one for one in office.until("Wednesday 2026-03-04 12:00") if "asked" in one]
    assert diary == ["Wednesday 2026-03-04 08:00 dana asked_reminder INQ-1"]


def test_whoever_has_left_is_not_reminded(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry remind me of INQ-1 Tue 9:00")
    office.change("dana", active=False)
    assert [one for one in office.until("Tuesday 2026-03-03 12:00") if "asked" in one] == []
    assert asked(office)[0].reason == "recipient-left"


def test_snoozing_again_takes_the_place_of_the_snooze_before_and_leaves_other_reminders(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry remind me of INQ-1 16:00")
    office.say("dana", "inquiry snooze INQ-1 1 hour")
    office.say("dana", "inquiry snooze INQ-1 until 14:00")
    assert office.until("Monday 2026-03-02 17:00") == [
        "Monday 2026-03-02 14:00 dana asked_reminder INQ-1",
        "Monday 2026-03-02 16:00 dana asked_reminder INQ-1",
    ]


def test_asking_twice_for_the_same_time_is_one_reminder_with_the_later_note(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry remind me of INQ-1 16:00 about one")
    either.say("dana", "inquiry remind me of INQ-1 16:00 about two")
    assert either.until("Monday 2026-03-02 17:00") == ["Monday 2026-03-02 16:00 dana asked_reminder INQ-1"]
    assert [row.facts["about"] for row in asked(either) if row.state is Sending.SENT] == ["two"]


def test_an_early_reminder_can_be_snoozed_and_the_one_at_the_deadline_cannot(office):
    office.say("dana", LOG)
    office.until("Wednesday 2026-03-04 12:00")
    snoozes = {
        row.kind: [one["words"] for one in row.choices if "snooze" in one["words"]] for row in office.owed()
    }
    assert snoozes["due_soon"] == ["inquiry snooze INQ-1 1 hour"]
    assert snoozes["due_now"] == []
    assert office.say("dana", LOG).choices[-1].label != "Snooze 1 hour"
