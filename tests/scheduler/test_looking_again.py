"""What is owed is looked at once more before it is said: still true, still theirs, working time?"""

import pytest

from models import outbox
from models.agency_file import HoursEntry
from models.inquiry import Deadline
from models.outbox import Sending
from models.staff import Address
from scheduler.delivery import NotNow
from scheduler.reminders import sweep
from tests.seeded import demo, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"


def owe(office, recipient, **more):
    """Owes a word; to a member of staff by handle, or to an address."""
    to = recipient if isinstance(recipient, Address) else outbox.to_staff(office.member(recipient))
    with office.store.transaction() as db:
        outbox.put(db, f"word:{recipient}", to, "you_cover", {"name": "Dana"}, now=office.now, **more)


def only(office):
    (row,) = office.owed()
    return row


@pytest.mark.parametrize(
    ("at", "said_at"),
    [
        ("Tuesday 2026-03-03 12:00", None),
        ("Tuesday 2026-03-03 17:00", None),
        ("Tuesday 2026-03-03 17:15", None),
        ("Tuesday 2026-03-03 17:16", "Wednesday 2026-03-04 08:00"),
        ("Wednesday 2026-03-04 07:59", "Wednesday 2026-03-04 08:00"),
        ("Friday 2026-03-06 20:00", "Monday 2026-03-09 08:00"),
        ("Sunday 2026-03-08 12:00", "Monday 2026-03-09 08:00"),
        ("Wednesday 2026-11-25 18:00", "Friday 2026-11-27 08:00"),  # over Thanksgiving
    ],
)
def test_a_word_to_staff_is_said_in_working_time(office, at, said_at):
    owe(office.at(at), "dana")
    office.tick()
    if said_at is None:
        assert office.heard() == ["dana you_cover"]
        return
    row = only(office)
    assert (office.heard(), row.state, row.not_before) == ([], Sending.OWED, moment(said_at))
    assert row.attempts == 0, "to wait for the morning is no attempt"
    assert [line.rsplit(maxsplit=2)[0] for line in office.until(said_at)] == [said_at]


def test_a_word_waits_for_the_end_of_the_lunch_break(tmp_path):
    lunch = demo().model_copy(update={"hours": HoursEntry(tuesday="8:00-12:00, 13:00-17:00")})
    with seeded(f"sqlite:///{tmp_path / 'lunch.db'}", agency=lunch) as office:
        owe(office.at("Tuesday 2026-03-03 12:30"), "dana")
        assert office.until("Tuesday 2026-03-03 16:00") == ["Tuesday 2026-03-03 13:00 dana you_cover"]


@pytest.mark.parametrize("more", [{"any_hour": True}, {}])
def test_an_answer_and_a_word_to_a_customer_are_said_at_any_hour(office, more):
    owe(office.at("Sunday 2026-03-08 03:00"), "dana" if more else Address("terminal", "", "jane"), **more)
    office.tick()
    assert only(office).state is Sending.SENT


def test_a_word_to_one_who_is_away_goes_to_who_covers(office):
    office.say("dana", "away from 2026-03-02 to 2026-03-03 alternate lee")
    owe(office, "dana")
    office.tick()
    assert office.heard() == ["lee you_cover", "lee you_cover"]
    *_, row = office.owed()
    assert (row.recipient, row.facts["covering_for"]) == ("staff:2", "Dana Whitfield")


def test_a_word_that_could_not_be_said_to_one_is_tried_anew_with_the_other(office):
    office.chat.fails["dana"] = [NotNow("busy"), NotNow("busy")]
    owe(office, "dana")
    office.tick()
    office.tick("Monday 2026-03-02 09:15")
    assert only(office).attempts == 2
    office.change("dana", active=False)
    office.tick("Monday 2026-03-02 09:45")
    row = only(office)
    assert (row.state, row.recipient, row.attempts) == (Sending.SENT, "staff:3", 1)


def test_a_word_passed_on_twice_still_names_the_one_it_was_meant_for(office):
    owe(office.at("Monday 2026-03-02 18:00"), "dana")
    office.say("dana", "away from 2026-03-03 to 2026-03-03 alternate lee")
    with office.store.transaction() as db:
        row = db.get_one(outbox.Owed, 1)
        row.recipient, row.facts = "staff:2", {**row.facts, "covering_for": "Dana Whitfield"}
        db.add(row)
    office.say("lee", "away from 2026-03-03 to 2026-03-03")
    office.tick("Tuesday 2026-03-03 08:00")
    row = office.owed()[0]
    assert (row.recipient, row.facts["covering_for"]) == ("staff:3", "Dana Whitfield")


@pytest.mark.parametrize(
    ("on", "last", "next_"),
    [
        ("Tuesday 2026-03-03 09:00", "2026-03-03", "Wednesday 2026-03-04 08:00"),
        ("Friday 2026-03-06 09:00", "2026-03-06", "Monday 2026-03-09 08:00"),
    ],
)
def test_when_nobody_is_there_a_word_waits_for_the_next_open_day(office, on, last, next_):
    for handle in ("dana", "lee", "sam", "alex"):
        office.say(handle, f"away from {last} to {last}")
    owe(office, "dana")
    office.tick(on)
    assert office.heard() == []
    row = office.owed()[-1]
    assert (row.state, row.not_before) == (Sending.OWED, moment(next_))


def test_after_midnight_the_next_open_day_of_a_night_desk_is_not_passed_over(tmp_path):
    night = demo().model_copy(update={"hours": HoursEntry(monday="8:00-17:00", friday="18:00-2:00")})
    with seeded(f"sqlite:///{tmp_path / 'night.db'}", "Friday 2026-03-06 19:00", night) as office:
        for handle in ("kim", "robin", "alex"):
            office.say(handle, "away from 2026-03-07 to 2026-03-07")
        owe(office.at("Saturday 2026-03-07 01:00"), "kim")
        office.tick()
        assert office.owed()[-1].not_before == moment("Monday 2026-03-09 08:00")


@pytest.mark.parametrize(
    ("at", "heard", "reason"),
    [
        ("Tuesday 2026-03-03 16:59:59", ["dana due_soon INQ-1"], None),
        ("Tuesday 2026-03-03 17:00", ["dana due_now INQ-1"], "overtaken"),
    ],
)
def test_that_something_is_due_soon_is_said_until_it_is_due(office, at, heard, reason):
    office.say("dana", LOG)
    sweep(office.store, moment("Tuesday 2026-03-03 13:00"))
    office.tick(at)
    assert office.heard() == heard
    assert office.owed()[0].reason == reason


@pytest.mark.parametrize(
    ("at", "heard"),
    [
        ("Tuesday 2026-03-03 14:15", ["dana due_now INQ-1"]),
        ("Tuesday 2026-03-03 14:16", []),
    ],
)
def test_that_something_is_due_now_is_said_for_a_quarter_of_an_hour(office, at, heard):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-03 14:00")
    sweep(office.store, moment("Tuesday 2026-03-03 14:00"))
    office.tick(at)
    assert sorted(office.heard()) == heard


@pytest.mark.parametrize(
    ("at", "heard"),
    [
        ("Tuesday 2026-03-03 17:15", ["dana due_now INQ-1"]),
        ("Tuesday 2026-03-03 17:16", []),
        ("Wednesday 2026-03-04 09:00", ["dana late INQ-1"]),
    ],
)
def test_what_was_owed_at_closing_of_a_promise_for_the_morning_is_not_said_in_the_morning(office, at, heard):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack INQ-1 by 2026-03-04 07:50")
    sweep(office.store, moment("Tuesday 2026-03-03 17:00"))
    office.tick(at)
    assert sorted(office.heard()) == heard
    assert office.owed()[0].reason == (None if "dana due_now INQ-1" in heard else "overtaken")


@pytest.mark.parametrize(
    ("change", "reason"), [({"ended": True}, "deadline-ended"), ({"due": True}, "deadline-moved")]
)
def test_a_reminder_of_a_deadline_that_has_ended_or_moved_is_taken_back(either, change, reason):
    either.say("dana", LOG)
    sweep(either.store, moment("Tuesday 2026-03-03 13:00"))
    with either.store.transaction() as db:
        clock = db.get_one(Deadline, 1)
        if "ended" in change:
            clock.ended_at = either.now
        else:
            clock.due = moment("Friday 2026-03-06 17:00")
        db.add(clock)
    either.tick("Tuesday 2026-03-03 14:00")
    assert (either.heard(), only(either).state, only(either).reason) == ([], Sending.WITHDRAWN, reason)


def test_a_moved_deadline_is_told_of_anew(either):
    either.say("dana", LOG)
    either.tick("Tuesday 2026-03-03 13:00")
    with either.store.transaction() as db:
        clock = db.get_one(Deadline, 1)
        clock.due = moment("Wednesday 2026-03-04 17:00")
        db.add(clock)
    either.until("Wednesday 2026-03-04 12:00")
    either.tick("Wednesday 2026-03-04 13:00")
    assert either.heard() == ["dana due_soon INQ-1"]
    said = [row.facts["point"] for row in either.owed(Sending.SENT)]
    assert said == ["before", "before"], "whoever moved it heard when it is due now"


def test_an_inquiry_handed_over_while_its_reminder_was_being_sent_is_not_reminded_of_at_the_old_desk(either):
    either.say("dana", LOG)
    either.at("Tuesday 2026-03-03 13:00")

    class HandsOver:
        """While the word is on its way the inquiry is handed over; then the way turns out to be shut."""

        async def send(self, letter):
            either.say("dana", "inquiry assign INQ-1 to lee")
            raise NotNow("busy", 30)

    chat, either.chat = either.chat, HandsOver()
    either.tick()
    either.chat = chat
    assert either.owed()[0].state is Sending.OWED
    either.tick("Tuesday 2026-03-03 13:01")
    either.tick("Tuesday 2026-03-03 13:02")
    assert sorted(either.heard()) == ["lee due_soon INQ-1", "lee inquiry_handed_over INQ-1"]
    assert either.owed()[0].reason == "recipient-changed"
