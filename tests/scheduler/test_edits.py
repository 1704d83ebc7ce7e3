"""What was sent is changed when it is no longer true: what the edit says, and when there is none."""

import pytest
from sqlmodel import update

from models.outbox import Owed, Sending
from models.staff import Address
from scheduler.letter import InDoubt, NotNow, Unreachable
from scheduler.undelivered import NO_ADDRESS
from tests.messaged import LATER, SOON, Messaged, buttons, since
from tests.models.spelled_dates import at as moment


@pytest.fixture
def sent(office):
    return Messaged(office).reminded()


@pytest.mark.parametrize(
    ("words", "what", "more"),
    [
        ("inquiry answer INQ-1", "answered", {}),
        ('inquiry close INQ-1 "Permit sent"', "closed", {}),
        ("inquiry ack INQ-1 by Friday", "acknowledged", {"until": "2026-03-06T23:00:00+00:00"}),
        ("inquiry pause INQ-1 waiting for the form", "paused", {"reason": "waiting for the form"}),
        ("inquiry assign INQ-1 to lee", "assigned", {"to": "Lee Okafor"}),
    ],
)
def test_an_edit_says_what_has_happened_by_whom_and_when(sent, words, what, more):
    sent.say(words, at=LATER)
    (letter,) = sent.round()
    (said,) = letter.facts["since"]
    whole = {"number": "INQ-1", "what": what, "by": "Dana Whitfield", "at": "2026-03-03T19:30:00+00:00"}
    assert said == {**whole, **more}
    assert letter.to == Address("slack", "T0", "dana")
    assert letter.edits.startswith("slack:T0:dana/"), "the provider's id of the message"
    assert (letter.template, letter.facts["customer"]) == ("due_soon", "Jane Doe")
    assert buttons(letter) == ["Show"]


def test_a_moved_deadline_is_told_with_the_new_one(sent):
    sent.say("inquiry extend INQ-1 the archive is closed until Fri", by="sam", at=LATER)
    (letter,) = sent.round()
    (said,) = letter.facts["since"]
    assert (said["what"], said["by"]) == ("extended", "Sam Castellano")
    assert said["due"] == "2026-03-06T23:00:00+00:00"


def test_a_change_of_the_calendar_edits_the_messages_whose_deadlines_it_moves(sent):
    look = sent.office.say("alex", 'desk closed today "burst pipe"', LATER)
    sent.say(look.choices[0].words, by="alex")
    (letter,) = sent.round()
    (said,) = letter.facts["since"]
    assert (said["what"], said["due"]) == ("moved", "2026-03-04T23:00:00+00:00")


def test_who_may_not_see_it_any_more_has_no_button(sent):
    sent.office.say("alex", "inquiry assign INQ-1 to kim", LATER)
    (letter,) = sent.round()
    assert since([letter]) == ["dana due_soon assigned"]
    assert (letter.facts["since"][0]["to"], buttons(letter)) == ("Kim Tran", [])


def test_a_pause_that_ends_at_once_gives_the_message_back_as_it_was(sent):
    before = sent.office.owed(Sending.SENT)[0]
    sent.say("inquiry pause INQ-1 waiting for the form", at=LATER)
    assert since(sent.round()) == ["dana due_soon paused"]
    sent.say("inquiry resume INQ-1")
    (letter,) = sent.round()
    assert since([letter]) == ["dana due_soon as it was"]
    assert list(letter.choices) == before.choices


def test_the_message_itself_is_kept_as_it_was_said(sent):
    before = sent.office.owed(Sending.SENT)[0]
    sent.say("inquiry answer INQ-1", at=LATER)
    sent.round()
    after = sent.office.owed(Sending.SENT)[0]
    assert (after.facts, after.choices, after.said) == (before.facts, before.choices, before.said)


def test_several_events_before_the_next_round_come_to_one_edit(sent):
    sent.say("inquiry pause INQ-1 waiting for the form", at=LATER)
    sent.say("inquiry resume INQ-1")
    sent.say("inquiry ack INQ-1 by Friday")
    assert len(sent.edits(Sending.OWED)) == 1
    assert since(sent.round()) == ["dana due_soon acknowledged"]
    assert sent.round() == []


def test_what_is_said_already_is_not_said_again(sent):
    sent.say("inquiry answer INQ-1", at=LATER)
    sent.round()
    sent.say('inquiry close INQ-1 "Permit sent"')
    assert sent.round() == []
    assert sent.edits(Sending.OWED) == []


def test_a_message_that_is_still_true_stays(sent):
    sent.say("inquiry needed INQ-1 by Friday", at=LATER)
    assert sent.round() == []
    assert [row.reason for row in sent.edits()] == ["nothing-changed"]


def test_a_reminder_that_was_asked_for_is_edited_too(office):
    sent = Messaged(office).reminded(asked="Tuesday 12:00")
    sent.say("inquiry ack INQ-1 by Friday", at=LATER)
    assert since(sent.round()) == ["dana due_soon acknowledged"], "the inquiry is open still"
    sent.say("inquiry pause INQ-1 waiting for the form")
    assert since(sent.round()) == ["dana asked_reminder paused"]
    sent.say("inquiry answer INQ-1")
    (letter,) = sent.round()
    assert (since([letter]), buttons(letter)) == (["dana asked_reminder answered"], ["Show"])
    sent.say('inquiry close INQ-1 "Permit sent"')
    assert sent.round() == [], "it says who answered it"


def test_an_inquiry_that_is_open_again_gives_the_asked_reminder_its_buttons_back(office):
    sent = Messaged(office).reminded(asked="Tuesday 12:00")
    sent.say("inquiry answer INQ-1", at=LATER)
    assert sorted(since(sent.round())) == ["dana asked_reminder answered", "dana due_soon answered"]
    sent.say("inquiry reopen INQ-1 the permit never arrived")
    assert since(sent.round()) == ["dana asked_reminder as it was"], "the old deadline was met"


def test_a_deadline_that_moves_is_told_in_the_asked_reminder_as_well(office):
    sent = Messaged(office).reminded(asked="Tuesday 12:00")
    sent.say("inquiry extend INQ-1 the archive is closed until Fri", by="sam", at=LATER)
    assert sorted(since(sent.round())) == ["dana asked_reminder extended", "dana due_soon extended"]


def test_an_edit_that_is_in_doubt_is_carried_again(sent):
    sent.slack.fails["dana"] = [InDoubt("cut")]
    sent.say("inquiry answer INQ-1", at=LATER)
    assert since(sent.round()) == ["dana due_soon answered"]
    assert since(sent.round("Tuesday 2026-03-03 13:45")) == ["dana due_soon answered"]
    assert [row.state for row in sent.edits()] == [Sending.SENT]


@pytest.mark.parametrize("failure", [Unreachable("message_not_found"), NotNow("brand_new_error")])
def test_what_cannot_be_edited_stays_and_nobody_is_told(sent, failure):
    sent.slack.fails["dana"] = [failure] * 50
    sent.say("inquiry answer INQ-1", at=LATER)
    for minute in range(30, 60, 5):
        sent.round(f"Tuesday 2026-03-03 13:{minute}")
    (row,) = sent.edits()
    assert (row.state, row.reason) == (Sending.WITHDRAWN, "cannot-be-edited")
    assert [one for one in sent.office.owed() if one.kind == "undelivered"] == []
    assert sent.office.owed(Sending.DEAD) == []
    assert "INQ" not in str(sent.office.say("alex", "desk undelivered").facts)


def test_an_edit_waits_for_a_platform_that_asks_for_patience(sent):
    sent.slack.fails["dana"] = [NotNow("ratelimited", 60)] * 9
    sent.say("inquiry answer INQ-1", at=LATER)
    for minute in range(30, 48, 2):
        assert since(sent.round(f"Tuesday 2026-03-03 13:{minute}")) == ["dana due_soon answered"]
    assert since(sent.round(SOON.replace("13:00", "14:00"))) == ["dana due_soon answered"]
    assert [row.state for row in sent.edits()] == [Sending.SENT]


def test_without_the_platform_an_edit_is_dropped_and_nobody_is_told(sent):
    sent.say("inquiry answer INQ-1", at=LATER)
    sent.office.tick()
    (row,) = sent.edits()
    assert (row.state, row.reason) == (Sending.WITHDRAWN, "cannot-be-edited")
    assert [one for one in sent.office.owed() if one.reason == NO_ADDRESS] == []


def test_who_is_away_or_at_home_has_their_messages_edited_all_the_same(sent):
    sent.say("inquiry answer INQ-1", at="Tuesday 2026-03-03 22:00")
    assert since(sent.round()) == ["dana due_soon answered"]


def test_an_edit_whose_message_was_not_said_in_the_end_is_dropped(sent):
    sent.say("inquiry answer INQ-1", at=LATER)
    with sent.office.store.transaction() as db:
        db.execute(update(Owed).where(Owed.kind == "due_soon").values(state=Sending.DEAD))
    assert sent.round() == []
    assert [row.reason for row in sent.edits()] == ["not-said"]


def test_an_edit_waits_while_its_message_is_on_its_way(sent):
    sent.say("inquiry answer INQ-1", at=LATER)
    # As if another process held it.
    lease = {"state": Sending.SENDING, "lease_until": moment("Tuesday 2026-03-03 13:40"), "lease_token": "x"}
    with sent.office.store.transaction() as db:
        db.execute(update(Owed).where(Owed.kind == "due_soon").values(**lease))
    assert sent.round() == []
    assert [row.state for row in sent.edits()] == [Sending.OWED]
    with sent.office.store.transaction() as db:
        db.execute(update(Owed).where(Owed.kind == "due_soon").values(state=Sending.SENT))
    assert since(sent.round("Tuesday 2026-03-03 13:31")) == ["dana due_soon answered"]


def test_a_message_about_several_inquiries_loses_the_buttons_of_what_is_over_alone(office):
    sent = Messaged(office)
    for customer in ("Jane Doe", "Bo Diaz"):
        office.say("dana", f"inquiry log email from {customer} about a permit")
    sent.round(SOON)
    first, second = [row for row in office.owed(Sending.SENT) if row.deadline_id is not None]
    assert first.bundle == second.bundle
    before = sent.slack.said[0]
    assert (before.template, buttons(before).count("Show INQ-1")) == ("reminders", 1)
    sent.say("inquiry answer INQ-1", at=LATER)
    (letter,) = sent.round()
    assert (letter.template, letter.facts["several"]) == ("reminders", True)
    assert [(one["number"], one["what"]) for one in letter.facts["since"]] == [("INQ-1", "answered")]
    of_first = [label for label in buttons(letter) if "INQ-1" in label]
    assert of_first == ["Show INQ-1"]
    assert [label for label in buttons(letter) if "INQ-2" in label] == [
        label for label in buttons(before) if "INQ-2" in label
    ]
    sent.say("inquiry ack INQ-2 by Friday")
    (letter,) = sent.round()
    assert [one["number"] for one in letter.facts["since"]] == ["INQ-1", "INQ-2"]
    assert buttons(letter) == ["Show INQ-1", "Show INQ-2"]
