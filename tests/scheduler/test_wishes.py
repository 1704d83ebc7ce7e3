"""How early people hear, and a day of quiet: what they may hold back, and what they may not."""

import pytest

from models.outbox import Sending
from models.preference import Wishes, prefer
from tests.seeded import moment

LOG = "inquiry log email from Jane Doe about a permit"  # on Monday at nine: due on Tuesday at 17:00


@pytest.mark.parametrize(
    ("hours", "soon"),
    [
        (1, "Tuesday 2026-03-03 16:00"),
        (2, "Tuesday 2026-03-03 15:00"),
        (6, "Tuesday 2026-03-03 11:00"),
        (9, "Tuesday 2026-03-03 08:00"),
        (12, "Monday 2026-03-02 14:00"),
    ],
)
def test_the_reminder_comes_so_many_working_hours_before_it_is_due(either, hours, soon):
    either.say("dana", f"inquiry prefer reminders {hours} hours before")
    either.say("dana", LOG)
    either.say("lee", LOG)
    assert either.until("Tuesday 2026-03-03 17:30") == sorted(
        [
            f"{soon} dana due_soon INQ-1",
            "Tuesday 2026-03-03 13:00 lee due_soon INQ-2",
            "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
            "Tuesday 2026-03-03 17:00 lee due_now INQ-2",
        ]
    )


def test_what_was_set_too_late_for_an_early_reminder_is_told_of_as_usual(office):
    office.say("dana", "inquiry prefer reminders 24 hours before")
    office.say("dana", LOG)
    assert office.until("Tuesday 2026-03-03 16:00") == ["Tuesday 2026-03-03 13:00 dana due_soon INQ-1"]


def test_the_usual_lead_is_told_of_once_when_the_preference_changes_after_it(office):
    office.say("dana", "inquiry prefer reminders 6 hours before")
    office.say("dana", LOG)
    diary = office.until("Tuesday 2026-03-03 12:00")
    office.say("dana", "inquiry prefer reminders 1 hour before")
    assert [*diary, *office.until("Tuesday 2026-03-03 16:30")] == [
        "Tuesday 2026-03-03 11:00 dana due_soon INQ-1"
    ]


def test_the_usual_lead_holds_again_when_the_wish_is_taken_back(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry prefer reminders 1 hour before")
    office.tick("Tuesday 2026-03-03 10:00")
    office.say("dana", "inquiry prefer reminders usual")
    assert office.until("Tuesday 2026-03-03 16:30") == ["Tuesday 2026-03-03 13:00 dana due_soon INQ-1"]


def test_on_a_quiet_day_early_reminders_and_those_asked_for_wait_and_the_others_come(either):
    either.say("dana", LOG)  # due on Tuesday at 17:00
    either.say("dana", "inquiry log letter from Ann Ho about rent")
    either.say("dana", "inquiry ack INQ-2 by Wed 10:00")
    either.say("dana", "inquiry remind me of INQ-2 Tue 10:00")
    either.until("Tuesday 2026-03-03 07:30")
    either.say("dana", "inquiry quiet today", "Tuesday 2026-03-03 08:00")
    assert sorted(either.until("Wednesday 2026-03-04 12:30")) == [
        "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
        "Wednesday 2026-03-04 08:00 dana asked_reminder INQ-2",
        "Wednesday 2026-03-04 08:00 dana due_soon INQ-2",
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 dana due_now INQ-2",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
        "Wednesday 2026-03-04 11:00 dana late INQ-2",
        "Wednesday 2026-03-04 12:00 sam overdue INQ-2",
    ]


def test_a_word_that_was_owed_before_the_quiet_began_is_held_back_too(office):
    office.say("dana", LOG)
    office.chat.fails["dana"] = [RuntimeError("cut")]
    office.tick("Tuesday 2026-03-03 13:00")
    office.say("dana", "inquiry quiet today", "Tuesday 2026-03-03 13:30")
    assert office.until("Tuesday 2026-03-03 16:00") == []
    assert {row.reason for row in office.owed(Sending.WITHDRAWN)} == {"quiet"}
    office.say("dana", "inquiry quiet off")
    assert office.until("Tuesday 2026-03-03 16:30") == ["Tuesday 2026-03-03 16:00 dana due_soon INQ-1"]


def test_a_supervisors_quiet_day_silences_no_missed_deadline(office):
    office.say("dana", LOG)
    office.at("Wednesday 2026-03-04 07:00")
    office.say("sam", "inquiry quiet today")
    assert office.until("Wednesday 2026-03-04 10:00") == [
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
    ]


def test_who_covers_hears_although_the_owner_has_quiet(office):
    office.say("dana", LOG)
    office.say("dana", "away from 2026-03-03 to 2026-03-03 alternate lee")
    office.say("dana", "inquiry quiet today", "Tuesday 2026-03-03 08:00")
    diary = office.until("Tuesday 2026-03-03 16:00")
    assert "Tuesday 2026-03-03 13:00 lee due_soon INQ-1" in diary


def test_a_reminder_asked_for_on_the_quiet_day_itself_comes(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry quiet today")
    reply = office.say("dana", "inquiry remind me of INQ-1 15:00")
    assert reply.facts["despite_quiet"] is True
    assert office.until("Monday 2026-03-02 16:00") == ["Monday 2026-03-02 15:00 dana asked_reminder INQ-1"]


def test_wishes_are_read_for_all_at_once(either):
    day = moment("Monday 2026-03-02 12:00").date()
    dana, lee = either.member("dana"), either.member("lee")
    with either.store.transaction() as db:
        prefer(db, dana, lead_minutes=600)
        prefer(db, lee, lead_minutes=60, quiet_on=day)
    with either.store.transaction() as db:
        wishes = Wishes.on(db, day)
    assert (wishes.leads, wishes.quiet) == ({1: 600, 2: 60}, {2})
