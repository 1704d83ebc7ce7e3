"""Members who work part of the week: who is reminded on their days off."""

import pytest

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models import outbox
from models.outbox import Sending
from scheduler.reminders import sweep
from tests.scheduler.own_hours import OFFICE, works

LOG = "inquiry log email from Jane Doe about a permit"


def test_on_a_day_off_the_reminder_goes_to_who_covers(either):
    works(either, "dana", "8:00-17:00", "", *OFFICE[2:])
    either.say("dana", LOG)
    assert either.until("Wednesday 2026-03-04 12:00") == [
        "Monday 2026-03-02 15:00 dana due_soon INQ-1",  # before she leaves
        "Tuesday 2026-03-03 13:00 sam due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 sam due_now INQ-1",
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
    ]
    covering = [row.facts["covering_for"] for row in either.owed()]
    assert covering == [None, "Dana Whitfield", "Dana Whitfield", None, None]


def test_that_it_is_overdue_says_who_is_not_in_and_who_covers(office):
    works(office, "dana", "", "8:00-17:00", "", *OFFICE[3:])
    office.say("dana", LOG)
    office.until("Wednesday 2026-03-04 10:00")
    facts = office.owed()[-1].facts
    assert (facts["owner_away"], facts["covered_by"]) == (True, "Sam Castellano")
    words = to_text(Voice(TEMPLATES, "plain", "America/Chicago", str).say("overdue", facts))
    assert "Dana Whitfield is not in today; Sam Castellano covers." in " ".join(words.split())


@pytest.mark.parametrize(
    ("since", "recipient"), [("Tuesday 2026-03-03", "sam"), ("Wednesday 2026-03-04", "dana")]
)
def test_a_schedule_holds_from_its_first_day_on(office, since, recipient):
    works(office, "dana", "8:00-17:00", since=since)
    office.say("dana", LOG)
    office.tick("Tuesday 2026-03-03 13:00")
    assert office.heard() == [f"{recipient} due_soon INQ-1"]


def test_a_schedule_that_was_ended_sends_nothing_elsewhere(office):
    works(office, "dana", "8:00-17:00")
    works(office, "dana", since="Tuesday 2026-03-03")
    office.say("dana", LOG)
    office.tick("Tuesday 2026-03-03 13:00")
    assert office.heard() == ["dana due_soon INQ-1"]


def test_a_schedule_that_is_set_before_it_was_said_leaves_it_to_who_covers(office):
    office.say("dana", LOG)
    sweep(office.store, office.at("Tuesday 2026-03-03 13:00").now)
    works(office, "dana", "8:00-17:00")
    office.tick()
    office.tick()
    assert office.heard() == ["sam due_soon INQ-1"]
    assert [row.reason for row in office.owed(Sending.WITHDRAWN)] == ["recipient-changed"]


def test_any_other_word_goes_to_who_covers_as_in_an_absence(office):
    works(office, "lee", "", *OFFICE[1:])
    office.say("dana", f"{LOG} owner lee")
    office.tick()
    assert office.heard() == ["sam inquiry_handed_over INQ-1"]
    assert office.owed()[0].facts["covering_for"] == "Lee Okafor"


def test_what_is_for_one_person_alone_waits_until_they_are_in(office):
    works(office, "lee", "", *OFFICE[1:])
    with office.store.transaction() as db:
        facts = {"by": "Sam", "first": "2026-03-09", "week": None, "begun": False}
        outbox.put(db, "a", outbox.to_staff(office.member("lee")), "schedule_set", facts, now=office.now)
    assert office.until("Tuesday 2026-03-03 12:00") == ["Tuesday 2026-03-03 08:00 lee schedule_set"]


def test_what_is_for_one_person_alone_is_taken_back_when_they_have_left(office):
    with office.store.transaction() as db:
        outbox.put(db, "a", outbox.to_staff(office.member("lee")), "schedule_set", {}, now=office.now)
    office.change("lee", active=False)
    office.tick()
    assert [row.reason for row in office.owed(Sending.WITHDRAWN)] == ["recipient-left"]


def test_when_nobody_works_on_a_day_the_word_waits_for_the_next(office):
    for handle in ("dana", "lee", "sam", "alex"):
        works(office, handle, "8:00-17:00", "", *OFFICE[2:])
    office.say("dana", LOG)
    assert office.until("Wednesday 2026-03-04 12:00") == [
        "Monday 2026-03-02 15:00 dana due_soon INQ-1",
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
    ]
