"""Open requests for more time: who is asked, how often, what ends them, and who writes to the customer."""

import pytest

from handlers.asking import Reply
from models.extension import Extension
from models.inquiry import Deadline, Event
from models.outbox import Sending
from tests.handlers.paused import is_at, said
from tests.seeded import seeded

LOG = "inquiry log email from Jane Doe about a permit"
MORE = 'inquiry extend 1 "the archive is closed" until 2026-03-20'


@pytest.fixture
def office(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'office.db'}") as office:
        yield office


def wanted(office):
    rows = office.owed(Sending.OWED)
    return [(row.recipient, row.facts["by"]) for row in rows if row.template == "extension_wanted"]


def told(row):
    return said(Reply(row.template, row.facts))


def handle(office, who):
    return f"staff:{office.member(who).id}"


@pytest.mark.parametrize("told_before", [False, True])
def test_who_decides_after_a_hand_over_is_asked_and_who_did_is_not_asked_any_more(office, told_before):
    office.at("Monday 2026-03-02 10:00" if told_before else "Monday 2026-03-02 18:00")
    office.say("dana", LOG)
    office.say("dana", MORE)
    if told_before:
        office.tick()
        assert office.heard() == ["sam extension_wanted INQ-1"]
    reply = office.say("dana", "inquiry assign 1 to kim")
    assert wanted(office) == [(handle(office, "robin"), "Dana Whitfield")]
    assert f"{office.member('robin').name} decides now on the request for more time." in said(reply)
    assert office.say("sam", "desk grant 1").template == "unknown_extension"
    assert office.say("robin", "desk grant 1").template == "extension_decided"
    assert is_at(office.rows(Deadline)[0].due.isoformat(), "Friday 2026-03-20 17:00")


def test_who_was_asked_and_still_decides_is_not_asked_twice(office):
    office.say("dana", LOG)
    office.say("dana", MORE)
    office.tick()
    office.say("dana", "inquiry assign 1 to lee")
    assert wanted(office) == []
    office.tick()
    assert "sam extension_wanted INQ-1" not in office.heard()[1:]
    assert office.say("sam", "desk grant 1").template == "extension_decided"


@pytest.mark.parametrize(
    "words", ["inquiry ack 1 by 2026-03-10", "inquiry answer 1", 'inquiry close 1 "done"']
)
def test_a_request_does_not_outlive_its_clock(office, words):
    office.say("dana", LOG, "Monday 2026-03-02 18:00")
    office.say("dana", MORE)
    office.say("dana", words)
    [request] = office.rows(Extension)
    assert (request.granted, request.decided_at) == (None, office.now)
    assert wanted(office) == []
    assert office.say("dana", "inquiry show 1").facts["request"] is None


def test_what_has_ended_is_neither_granted_nor_declined_and_the_running_deadline_is_named(office):
    office.say("dana", LOG, "Monday 2026-03-02 18:00")
    office.say("dana", MORE)
    office.say("dana", "inquiry ack 1 by 2026-03-10")
    for words in ("desk grant 1", "desk decline 1"):
        reply = office.say("sam", words)
        assert (reply.template, reply.facts["fault"]) == ("no_more_time", "ended")
        assert "INQ-1 is due Tue 2026-03-10 17:00 CDT now." in said(reply)
    office.say("dana", "inquiry answer 1")
    office.say("dana", 'inquiry reopen 1 "again"')
    reply = office.say("sam", "desk decline 1")
    assert (reply.template, reply.facts["fault"]) == ("no_more_time", "ended")
    assert "INQ-1 is due Wed 2026-03-04 17:00 CST now." in said(reply)
    assert [row.template for row in office.owed()].count("extension_decided") == 0


def test_it_is_shown_while_it_is_open_and_a_declined_one_stays_in_the_history(office):
    office.say("dana", LOG)
    office.say("dana", MORE)
    words = said(office.say("dana", "inquiry show 1"))
    assert "Request 1 for more time is open: until Fri 2026-03-20 17:00 CDT, asked by Dana Whitfield" in words
    office.say("sam", "desk decline 1 it is in the handbook")
    reply = office.say("dana", "inquiry show 1")
    assert reply.facts["request"] is None
    assert (
        "request for more time declined by Sam Castellano, asked for until Fri 2026-03-20 17:00 CDT, "
        "“it is in the handbook”"
    ) in said(reply)
    assert [row.what for row in office.rows(Event)] == ["logged", "declined"]


@pytest.mark.parametrize("named", ["INQ-1", "inq 1", "#1", "request 1", "Request #1"])
def test_a_request_is_named_by_its_number_or_its_inquiry(office, named):
    office.say("dana", LOG)
    office.say("dana", MORE)
    assert office.say("kim", f"desk grant {named}").template == "not_for_you"
    assert office.say("robin", f"desk grant {named}").template == "unknown_extension"
    assert office.say("sam", f"desk grant {named}").template == "extension_decided"
    assert office.say("sam", f"desk grant {named}").facts["fault"] == "granted"


def test_an_inquiry_without_a_request_has_none_to_grant(office):
    office.say("dana", LOG)
    for named in ("INQ-1", "INQ-9", "request 9"):
        assert office.say("sam", f"desk grant {named}").template == "unknown_extension"


def test_the_words_call_it_a_request_and_promise_nothing_past_the_deadline(office):
    office.say("dana", LOG)
    reply = office.say("dana", MORE)
    assert "(request 1)" in said(reply)
    [row] = [one for one in office.owed() if one.template == "extension_wanted"]
    words = told(row)
    assert "Request 1: may INQ-1 have more time?" in words
    assert (
        "It is due Tue 2026-03-03 17:00 CST and stays so, unless the request is granted before then." in words
    )
    for one in (words, said(reply), said(office.say("sam", "desk grant 7"))):
        assert "wish" not in one


def test_who_has_not_decided_is_reminded_once_two_working_hours_before_the_deadline(office):
    office.say("dana", LOG)
    office.say("dana", MORE)
    heard = [one for one in office.until("Wednesday 2026-03-04 12:00") if "extension" in one]
    assert heard == [
        "Monday 2026-03-02 09:00 sam extension_wanted INQ-1",
        "Tuesday 2026-03-03 15:00 sam extension_wanted INQ-1",
    ]
    first, again = [one for one in office.owed() if one.template == "extension_wanted"]
    assert "Request 1 is not decided yet: may INQ-1 have more time?" in told(again)
    assert again.choices == first.choices


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("sam", "desk grant 1"),
        ("sam", "desk decline 1"),
        ("dana", "inquiry answer 1"),
        ("dana", "inquiry pause 1 the form"),
    ],
)
def test_what_is_decided_over_or_paused_brings_no_reminder(office, who, words):
    office.say("dana", LOG)
    office.say("dana", MORE)
    office.until("Monday 2026-03-02 12:00")
    office.say(who, words)
    assert [one for one in office.until("Wednesday 2026-03-04 12:00") if "extension_wanted" in one] == []


def test_asked_shortly_before_the_deadline_one_word_is_enough(office):
    office.say("dana", LOG)
    office.say("dana", MORE, "Tuesday 2026-03-03 15:30")
    heard = [one for one in office.until("Wednesday 2026-03-04 12:00") if "extension" in one]
    assert heard == ["Tuesday 2026-03-03 15:30 sam extension_wanted INQ-1"]


def test_a_question_that_reached_nobody_in_time_is_not_asked_any_more(office):
    office.say("dana", LOG)
    office.say("dana", MORE, "Tuesday 2026-03-03 16:00")
    office.tick("Wednesday 2026-03-04 09:00")  # nothing was said in between
    [row] = [one for one in office.owed() if one.template == "extension_wanted"]
    assert (row.state, row.reason) == (Sending.WITHDRAWN, "request-over")


def test_the_customers_text_goes_to_the_owner_alone_and_others_hear_who_writes(office):
    office.say("dana", LOG)
    office.say("lee", MORE)
    reply = office.say("sam", "desk grant 1")
    assert "Dana Whitfield is to write to the customer." in said(reply)
    assert "Thank you for contacting us" not in said(reply)
    texts = {row.recipient: told(row) for row in office.owed() if row.template == "extension_decided"}
    assert "Thank you for contacting us" in texts[handle(office, "dana")]
    assert "Thank you for contacting us" not in texts[handle(office, "lee")]
    assert "Dana Whitfield is to write to the customer." in texts[handle(office, "lee")]


def test_while_the_owner_is_away_who_asked_writes(office):
    office.say("dana", LOG)
    office.say("dana", "away from today to Fri alternate lee")
    office.say("lee", MORE)
    reply = office.say("sam", "desk grant 1")
    assert reply.facts["writer"] == "Lee Okafor"
    signed = {
        row.recipient: row.facts["signed"] for row in office.owed() if row.template == "extension_decided"
    }
    assert signed == {handle(office, "lee"): "Lee Okafor", handle(office, "dana"): None}


def test_a_supervisor_who_gives_the_time_at_once_is_told_who_writes(office):
    office.say("dana", LOG)
    reply = office.say("sam", MORE)
    assert reply.template == "inquiry_extended"
    assert "Dana Whitfield is to write to the customer." in said(reply)
    assert "Thank you for contacting us" not in said(reply)


def test_the_time_is_read_by_the_calendar_of_the_inquiry(office):
    office.say("robin", "desk hours apply Mon-Fri 8:00-12:00 from 2026-03-02")
    office.say("kim", "inquiry log letter from Jane Doe about a permit")
    office.say("alex", "inquiry extend 1 archive closed until 2026-03-12")
    [clock] = office.rows(Deadline)
    assert is_at(clock.due.isoformat(), "Thursday 2026-03-12 12:00")


def test_a_closure_that_comes_after_the_question_moves_the_reminder(office):
    office.say("dana", LOG)
    office.say("dana", MORE)
    office.until("Monday 2026-03-02 12:00")
    office.say("alex", 'desk closed apply 2026-03-03 "snow"')
    heard = [one for one in office.until("Thursday 2026-03-05 12:00") if "extension_wanted" in one]
    assert heard == ["Wednesday 2026-03-04 15:00 sam extension_wanted INQ-1"]


def test_a_hand_over_brings_the_one_who_decides_now_a_reminder_of_their_own(office):
    office.say("dana", LOG)
    office.say("dana", MORE)
    office.until("Tuesday 2026-03-03 12:00")
    office.say("dana", "inquiry assign 1 to kim")
    heard = [one for one in office.until("Wednesday 2026-03-04 12:00") if "extension_wanted" in one]
    assert heard == [
        "Tuesday 2026-03-03 12:00 robin extension_wanted INQ-1",
        "Tuesday 2026-03-03 15:00 robin extension_wanted INQ-1",
    ]


def test_asked_anew_shortly_before_the_deadline_one_word_is_enough(office):
    office.say("dana", LOG)
    office.say("dana", MORE)
    office.until("Tuesday 2026-03-03 14:00")
    office.say("dana", "inquiry assign 1 to kim", "Tuesday 2026-03-03 15:05")
    heard = [one for one in office.until("Wednesday 2026-03-04 12:00") if "extension_wanted" in one]
    assert heard == ["Tuesday 2026-03-03 15:05 robin extension_wanted INQ-1"]
