"""What reached nobody: supervisors see it, and have it tried again, so that nothing is said twice or lost."""

import pytest

from bot.assemble import TEMPLATES
from bot.blocks import to_blocks
from bot.cards import to_card
from bot.plain import to_text
from bot.voice import Voice
from models import outbox
from models.audit import Audited
from models.outbox import Sending
from scheduler.delivery import InDoubt, Unreachable
from tests.scheduler.test_undelivered import seen, unseen
from tests.seeded import Recorder

LOG = "inquiry log email from Jane Doe jane@example.org about a permit"
VOICES = {one: Voice(TEMPLATES, one, "America/Chicago", str) for one in ("plain", "slack", "teams", "html")}


def spoken(reply):
    to_blocks(VOICES["slack"].say(reply.template, reply.facts), reply.choices)
    to_card(VOICES["teams"].say(reply.template, reply.facts), reply.choices)
    VOICES["html"].say(reply.template, reply.facts)
    said = to_text(VOICES["plain"].say(reply.template, reply.facts), reply.choices, width=10_000)
    return " ".join(said.split())


def lost(office, reason="user_not_found", at="Tuesday 2026-03-03 13:00"):
    """Dana's early reminder of INQ-1, which her only address refused; its row's id."""
    office.say("dana", LOG)
    office.chat.fails["dana"] = [Unreachable(reason)]
    office.tick(at)
    (dead,) = office.owed(Sending.DEAD)
    return dead.id


def row_of(office, number):
    return next(one for one in office.owed() if one.id == number)


def test_the_supervisor_hears_what_it_was_and_has_a_button_to_try_it_again(either):
    number = lost(either)
    assert either.heard() == ["sam undelivered"]
    told = either.owed()[-1]
    assert told.choices == [{"label": "Try again", "words": f"desk retry {number}"}]
    words = " ".join(to_text(VOICES["plain"].say(told.template, told.facts), width=500).split())
    assert "Dana Whitfield has not had the reminder that INQ-1 is due soon." in words
    assert "Reason: there is no such account any more" in words


def test_the_list_tells_to_whom_about_what_why_where_and_since_when(either):
    number = lost(either)
    reply = either.say("sam", "/desk undelivered", "Tuesday 2026-03-03 14:00")
    assert spoken(reply).startswith(
        "Not delivered: Human Resources - Dana Whitfield has not had the reminder that INQ-1 is due soon, "
        "since Tue 2026-03-03 13:00 CST. Why: there is no such account any more. Tried: the terminal."
    )
    assert [(one.label, one.words) for one in reply.choices] == [("Try again", f"desk retry {number}")]


def test_trying_again_says_it_once_under_the_key_that_it_had(either):
    number = lost(either)
    key = row_of(either, number).key
    either.heard()
    reply = either.say("sam", f"desk retry {number}", "Tuesday 2026-03-03 14:00")
    assert "Dana Whitfield: the reminder that INQ-1 is due soon" in spoken(reply)
    row = row_of(either, number)
    assert (row.state, row.attempts, row.unreachable, row.doubtful) == (Sending.OWED, 0, [], False)
    assert either.until("Tuesday 2026-03-03 16:00") == ["Tuesday 2026-03-03 14:00 dana due_soon INQ-1"]
    row = row_of(either, number)
    assert (row.state, row.key) == (Sending.SENT, key)
    again = either.say("sam", f"desk retry {number}")
    assert (again.template, again.facts["fault"]) == ("word_not_retried", "sent")
    assert "has had it since" in spoken(again)
    assert spoken(either.say("sam", "desk undelivered")).endswith("has reached somebody.")


def test_what_may_have_been_said_is_looked_for_before_it_is_said_again(either):
    either.say("dana", LOG)
    either.chat.fails["dana"] = [InDoubt("cut"), Unreachable("account_gone")]
    either.tick("Tuesday 2026-03-03 13:00")
    either.tick("Tuesday 2026-03-03 13:20")
    (dead,) = either.owed(Sending.DEAD)
    either.say("sam", f"desk retry {dead.id}")
    either.chat.letters.clear()
    either.tick()
    assert [(one.key, one.doubtful) for one in either.chat.letters if one.to.user == "dana"] == [
        (dead.key, True)
    ]


def test_what_is_no_longer_true_is_left_out_when_it_is_tried_again(either):
    number = lost(either)
    either.heard()
    either.say("dana", "inquiry answer INQ-1")
    assert either.say("sam", f"desk retry {number}").template == "words_retried"
    either.tick()
    assert either.heard() == []
    assert row_of(either, number).state is Sending.WITHDRAWN
    again = either.say("sam", f"desk retry {number}")
    assert (again.facts["fault"], "no longer true" in spoken(again)) == ("withdrawn", True)


def test_when_it_fails_again_the_supervisor_hears_of_it_again(either):
    number = lost(either)
    either.chat.fails["dana"] = [Unreachable("user_not_found")]
    either.say("sam", f"desk retry {number}", "Tuesday 2026-03-03 14:00")
    either.heard()
    assert either.until("Tuesday 2026-03-03 16:00") == ["Tuesday 2026-03-03 14:00 sam undelivered"]
    assert row_of(either, number).state is Sending.DEAD


def test_a_word_that_waits_for_an_address_is_listed_and_tried_again_at_once(either):
    unseen(either, "kim")
    either.say("dana", f"{LOG} owner kim")
    either.tick()
    either.heard()
    reply = either.say("robin", "desk undelivered")
    assert "Kim Tran has not had the word that INQ-1 is theirs now" in spoken(reply)
    assert "It waits until they first write to this bot" in spoken(reply)
    seen(either.at("Monday 2026-03-02 09:10"), "kim")
    either.say("robin", reply.choices[0].words)
    assert either.until("Monday 2026-03-02 09:20") == [
        "Monday 2026-03-02 09:10 kim inquiry_handed_over INQ-1"
    ]


def test_the_supervisor_is_not_told_of_what_has_arrived_before_they_could_hear_of_it(either):
    unseen(either, "dana", "sam")
    with either.store.transaction() as db:
        outbox.put(db, "w", "staff:1", "you_cover", {"name": "Lee"}, now=either.now)
    either.tick()
    seen(either, "dana")
    either.tick("Monday 2026-03-02 10:30")
    assert either.heard() == ["dana you_cover"]
    seen(either, "sam")
    assert either.until("Monday 2026-03-02 16:00") == []
    assert [row.reason for row in either.owed(Sending.WITHDRAWN)] == ["told-meanwhile"]


@pytest.mark.parametrize("words", ["desk retry {}", "desk undelivered"])
def test_staff_are_refused_kindly(office, words):
    number = lost(office)
    assert office.say("dana", words.format(number)).template == "not_for_you"


def test_what_is_not_ones_own_and_what_is_not_there_read_the_same(either):
    number = lost(either)
    given = [either.say("robin", f"desk retry {one}") for one in (number, 9999, "x", "1e1")]
    assert {one.template for one in given} == {"unknown_word"}
    assert either.say("robin", "desk undelivered").facts["lines"] == []
    assert either.say("robin", "desk retry all").facts["count"] == 0
    assert row_of(either, number).state is Sending.DEAD
    assert either.say("alex", f"desk retry {number}").template == "words_retried"


def test_whoever_covers_for_a_supervisor_may_try_again_in_their_place(office):
    number = lost(office)
    assert office.say("robin", f"desk retry {number}").template == "unknown_word"
    office.say("sam", "away from 2026-03-03 to 2026-03-04 alternate robin")
    assert office.say("robin", f"desk retry {number}").template == "words_retried"


def test_whoever_covers_and_is_no_supervisor_gets_no_button(office):
    office.say("sam", "away from 2026-03-03 to 2026-03-04 alternate lee", "Monday 2026-03-02 09:00")
    lost(office)
    told = [row for row in office.owed() if row.kind == "undelivered"]
    assert [(row.recipient, row.choices) for row in told] == [("staff:2", [])]


def test_the_list_shows_ten_the_newest_first_and_how_many_more_and_tries_all_at_once(either):
    with either.store.transaction() as db:
        for number in range(13):
            outbox.put(
                db,
                f"w{number}",
                "staff:1",
                "overdue",
                {"number": f"INQ-{number}"},
                now=either.now,
                any_hour=True,
            )
    either.chat.fails["dana"] = [Unreachable("gone")] * 13
    either.tick()
    either.heard()
    reply = either.say("sam", "desk undelivered")
    assert [one["number"] for one in reply.facts["lines"]] == [f"INQ-{one}" for one in range(12, 2, -1)]
    assert reply.facts["more"] == 3
    assert reply.choices[0].label == "Try again: Dana Whitfield, INQ-12"
    assert [(one.label, one.words) for one in reply.choices[-2:]] == [
        ("Try all again", "desk retry all"),
        ("Next page", "desk undelivered 2"),
    ]
    done = either.say("sam", "desk retry all")
    assert (done.facts["count"], done.facts["left"], len(done.facts["lines"])) == (13, 0, 10)
    assert "13 messages are tried again" in spoken(done)
    either.tick()
    assert len(either.heard()) == 13
    assert either.say("sam", "desk retry all").facts["count"] == 0


def test_what_is_older_than_thirty_days_is_not_listed(either):
    number = lost(either)
    assert len(either.say("sam", "desk undelivered", "Thursday 2026-04-02 13:00").facts["lines"]) == 1
    assert either.say("sam", "desk undelivered", "Thursday 2026-04-02 15:00").facts["lines"] == []
    old = either.say("sam", f"desk retry {number}")
    assert (old.facts["fault"], "more than 30 days old" in spoken(old)) == ("old", True)


def test_a_customers_survey_belongs_to_the_supervisor_of_its_owner(either):
    either.mail = Recorder(fails={"jane@example.org": [Unreachable("the mail server refuses this address")]})
    either.say("dana", LOG)
    either.say("dana", 'inquiry close INQ-1 "done"')
    either.tick()
    (line,) = either.say("sam", "desk undelivered").facts["lines"]
    assert (line["to"], line["about"], line["tried"]) == (
        "Jane Doe, a customer", "the survey about INQ-1", ["e-mail"],
    )  # fmt: skip
    assert either.say("robin", "desk undelivered").facts["lines"] == []
    assert len(either.say("alex", "desk undelivered").facts["lines"]) == 1
    either.say("sam", "desk retry all")
    either.tick()
    assert [one.template for one in either.mail.said] == ["survey_invitation"]


def test_an_answer_that_did_not_arrive_is_told_without_its_words(office):
    office.chat.fails["dana"] = [Unreachable("user_disabled")]
    office.say("dana", LOG, key="event:1", by_message=True)
    office.tick()
    (line,) = office.say("sam", "desk undelivered").facts["lines"]
    assert (line["to"], line["about"], line["number"]) == (
        "Dana Whitfield", "the answer to what they wrote", None,
    )  # fmt: skip


def test_what_supervisors_try_again_is_audited(office):
    number = lost(office)
    office.say("sam", f"desk retry {number}")
    row = office.rows(Audited)[-1]
    assert (row.what, row.about, row.outcome) == ("desk retry", "inquiry:1", "words_retried")
