"""A word that reaches nobody: it waits where there is no address yet, and somebody hears of it."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete, select

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models import outbox
from models.outbox import Sending
from models.staff import Address, Staff, StaffAddress, email_address, remember_address
from scheduler.delivery import Unreachable
from tests.seeded import Recorder, moment

LOG = "inquiry log email from Jane Doe jane@example.org about a permit"
VOICE = Voice(TEMPLATES, "plain", "America/Chicago", lambda made_of: f"https://example.gov/survey/{made_of}")


def unseen(office, *handles):
    """Forgets where these members were seen, as if they had never written."""
    ids = [office.member(handle).id for handle in handles]
    with office.store.transaction() as db:
        db.execute(delete(StaffAddress).where(col(StaffAddress.staff_id).in_(ids)))


def seen(office, handle):
    with office.store.transaction() as db:
        member = db.exec(select(Staff).where(Staff.handle == handle)).one()
        remember_address(db, member, Address("terminal", "", handle), office.now)


def owe(office, handle, template="you_cover", **more):
    with office.store.transaction() as db:
        to = f"staff:{office.member(handle).id}"
        outbox.put(db, f"word:{handle}", to, template, {"name": "Dana"}, now=office.now, **more)


def said(row):
    return to_text(VOICE.say(row.template, row.facts), width=500)


def test_a_word_to_one_who_was_never_seen_waits_and_the_supervisor_hears_of_it_once(either):
    unseen(either, "dana")
    owe(either, "dana")
    diary = either.until("Tuesday 2026-03-03 12:00")
    assert diary == ["Monday 2026-03-02 09:00 sam undelivered"]
    waiting, told = either.owed()
    assert (waiting.state, waiting.attempts, waiting.finished_at) == (Sending.OWED, 0, None)
    assert waiting.not_before == moment("Tuesday 2026-03-03 12:00") + timedelta(hours=1)
    assert told.facts["waits"] is True


def test_what_waited_goes_out_when_the_person_is_seen(either):
    unseen(either, "dana")
    owe(either, "dana")
    either.tick()
    either.heard()
    seen(either.at("Monday 2026-03-02 09:30"), "dana")
    assert either.until("Monday 2026-03-02 16:00") == ["Monday 2026-03-02 10:00 dana you_cover"]


def test_what_waited_goes_out_when_email_is_set_up(office):
    unseen(office, "dana")
    owe(office, "dana")
    office.tick()
    office.mail = Recorder()
    office.tick("Monday 2026-03-02 10:00")
    assert [one.to for one in office.mail.said] == [email_address("dana@riverbend.example")]
    assert office.owed()[0].state is Sending.SENT


def test_a_reminder_that_is_overtaken_while_it_waits_is_withdrawn_and_the_next_kind_is_owed(office):
    office.say("lee", LOG)
    office.say("lee", "inquiry assign INQ-1 dana")
    unseen(office, "dana")
    diary = office.until("Wednesday 2026-03-04 12:00")
    assert [line for line in diary if "undelivered" not in line] == [
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
    ]
    states = {row.kind: (row.state, row.reason) for row in office.owed() if row.deadline_id}
    assert states["due_soon"] == states["due_now"] == (Sending.WITHDRAWN, "overtaken")


def test_when_the_supervisor_was_never_seen_either_both_words_wait_without_a_chain(office, caplog):
    unseen(office, "dana", "sam")
    owe(office, "dana")
    assert office.until("Tuesday 2026-03-03 12:00") == []
    assert [(row.recipient, row.state) for row in office.owed()] == [
        ("staff:1", Sending.OWED), ("staff:3", Sending.OWED),
    ]  # fmt: skip
    assert caplog.records == []
    seen(office, "sam")
    assert office.until("Tuesday 2026-03-03 14:00") == ["Tuesday 2026-03-03 13:00 sam undelivered"]


def test_one_whose_only_address_failed_is_given_up_as_before(office):
    office.chat.fails["dana"] = [Unreachable("gone")]
    owe(office, "dana")
    office.tick()
    assert [row.state for row in office.owed()] == [Sending.DEAD, Sending.SENT]


@pytest.mark.parametrize(
    ("reason", "attempts", "more", "expected"),
    [
        ("no such mailbox", 12, {}, "Reason: no such mailbox|Tried 12 times. Please pass it on."),
        ("no such mailbox", 1, {}, "Reason: no such mailbox|Tried once. Please pass it on."),
        ("InDoubt", 12, {}, "Reason: no confirmation came back that it arrived|Tried 12 times. Please pass"),
        ("RuntimeError", 0, {}, "Reason: no confirmation came back that it arrived|Please pass it on."),
        ("there is no address", 0, {"waits": True}, "Reason: there is no address|It waits until they first"),
    ],
)
def test_the_supervisor_reads_a_sentence_and_no_code(reason, attempts, more, expected):
    facts = {"recipient": "Dana Whitfield", "about": "INQ-1", "reason": reason, "attempts": attempts, **more}
    words = to_text(VOICE.say("undelivered", facts), width=500)
    for piece in expected.split("|"):
        assert piece in words
    assert "Tried 0" not in words


def closed(office, refusal="mailbox unavailable"):
    """An inquiry of Dana's, closed, whose survey jane@example.org refuses."""
    office.mail = Recorder(fails={"jane@example.org": [Unreachable(refusal)]})
    office.say("dana", LOG)
    return office.say("dana", 'inquiry close INQ-1 "done"').facts


def test_a_survey_that_the_customers_address_refuses_comes_back_to_the_owner_to_send_by_hand(either):
    made_of = closed(either)["survey"]
    assert either.until("Tuesday 2026-03-03 12:00") == [
        "Monday 2026-03-02 09:00 dana survey_undelivered INQ-1"
    ]
    dead, told = either.owed()
    assert (dead.state, dead.kind) == (Sending.DEAD, "survey")
    words = said(told)
    assert words.startswith("The survey of INQ-1 did not arrive")
    assert "did not reach jane@example.org." in words
    assert "Please send Jane Doe this text" in words
    assert "Thank you for contacting" in words
    assert f"https://example.gov/survey/{made_of}" in words


def test_that_a_survey_was_refused_waits_for_working_time(office):
    office.at("Saturday 2026-03-07 10:00")
    closed(office)
    assert office.until("Monday 2026-03-09 12:00") == [
        "Monday 2026-03-09 08:00 dana survey_undelivered INQ-1"
    ]


def test_that_a_survey_was_refused_goes_to_who_covers_the_owner(office):
    office.say("dana", "away from 2026-03-03 to 2026-03-04 alternate lee")
    office.tick()
    office.heard()
    office.at("Monday 2026-03-02 18:00")
    closed(office)
    assert office.until("Tuesday 2026-03-03 12:00") == [
        "Tuesday 2026-03-03 08:00 lee survey_undelivered INQ-1"
    ]
    assert "You cover for Dana Whitfield." in said(office.owed()[-1])


def test_a_survey_that_the_customers_chat_refuses_comes_back_without_what_the_platform_calls_them(office):
    office.chat.fails["u77"] = [Unreachable("gone")]
    closed(office)
    facts = office.owed()[-1].facts
    with office.store.transaction() as db:
        to = Address("terminal", "", "u77")
        outbox.put(db, "b", to, "survey_invitation", facts, now=office.now, any_hour=True, kind="survey")
    office.tick()
    words = [said(row) for row in office.owed() if row.template == "survey_undelivered"]
    assert any("did not reach the customer’s chat." in one for one in words)
    assert not any("u77" in one for one in words)


def test_a_survey_for_a_colleague_who_was_never_seen_is_told_to_the_owner_by_name(office):
    unseen(office, "kim")
    office.say("dana", "inquiry log chat from @kim about badges")
    office.say("dana", 'inquiry close 1 "done"')
    office.tick()
    assert office.heard() == ["dana survey_undelivered INQ-1"]
    waiting, told = office.owed()
    assert waiting.state is Sending.OWED
    assert "did not reach Kim Tran." in said(told)


@pytest.mark.parametrize("dialect", ["plain", "slack", "teams", "html"])
def test_every_voice_can_say_what_was_undelivered(office, dialect):
    voice = Voice(TEMPLATES, dialect, "America/Chicago", lambda made_of: f"https://example.gov/{made_of}")
    unseen(office, "kim")
    owe(office, "kim")
    office.tick()
    closed(office)
    office.tick()
    told = [row for row in office.owed() if "undelivered" in row.template]
    assert [row.template for row in told] == ["undelivered", "survey_undelivered"]
    assert all(voice.say(row.template, row.facts).title for row in told)
