"""More time: the rule's own, a supervisor's, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.extension import Extension
from models.inquiry import Deadline, Event
from models.outbox import Sending
from models.staff import Department
from tests.handlers.conftest import moment
from tests.seeded import emptied, seeded

LOG = "/inquiry log email from Jane Doe jane@example.org about a parking permit received 8:40"
EXTEND = "inquiry extend 1 information not readily available"
MORE = "inquiry extend 1 the archive is closed until Fri"
TUESDAY, WEDNESDAY = moment("Tuesday 2026-03-03 17:00"), moment("Wednesday 2026-03-04 17:00")
FRIDAY = moment("Friday 2026-03-06 17:00")


def due(talk):
    return talk.rows(Deadline)[0].due


def owed(talk, template):
    return [row for row in talk.owed() if row.template == template and row.state == Sending.OWED]


def asked(talk):
    """INQ-1 has had its second day, and Sam is asked for Friday."""
    talk.say(LOG)
    talk.say(EXTEND)
    return talk.say(MORE)


def test_the_rules_own_second_day_is_taken_for_a_reason(talk):
    talk.say(LOG)
    reply = talk.say(EXTEND)
    assert reply.template == "inquiry_extended"
    assert reply.facts["was"] == "2026-03-03T23:00:00+00:00"
    assert reply.facts["next"]["due"] == "2026-03-04T23:00:00+00:00"
    assert reply.facts["allows"] == "R5 allows 2 business days when the information is not readily available."
    assert due(talk) == WEDNESDAY
    steps = talk.say("inquiry why 1").facts["deadlines"][0]["because"]
    assert steps[0].startswith(
        "Extended on Monday 2026-03-02 by Dana Whitfield: information not readily available. R5 allows"
    )
    assert steps[-1] == "Due at its last closing, Wednesday 2026-03-04 17:00 CST."
    event = talk.say("inquiry show 1").facts["events"][-1]
    assert (event["what"], event["until"]) == ("extended", "2026-03-04T23:00:00+00:00")


def test_a_time_within_the_rules_own_takes_it_and_a_time_beyond_asks(talk):
    talk.say(LOG)
    assert talk.say("inquiry extend 1 archive closed until Wed").template == "inquiry_extended"
    talk.say(LOG)
    assert talk.say("inquiry extend 2 archive closed until Thu").template == "extension_asked"


def test_an_extension_survives_a_pause_and_withdraws_old_reminders(talk):
    talk.say(LOG)
    talk.say(EXTEND)
    talk.say("inquiry pause 1 waiting for the form", by="dana")
    talk.at("Tuesday 2026-03-03 18:00")
    talk.say("inquiry resume 1")
    # Monday's and Tuesday's closings were paused, so Wednesday is day 1 and Thursday day 2.
    assert due(talk) == moment("Thursday 2026-03-05 17:00")
    assert talk.rows(Deadline)[0].because[0].startswith("Extended on")


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("inquiry extend", "missing_piece"),
        ("inquiry extend 1", "missing_piece"),
        ("inquiry extend 1 until Fri", "missing_piece"),
        ("inquiry extend 1 archive closed until", "missing_piece"),
        ("inquiry extend 1 archive closed until blursday", "unreadable_time"),
        ("inquiry extend 1 archive closed until Sat 10:00", "two_readings"),
        ("inquiry extend 1 archive closed until 10am", "no_more_time"),
        ("inquiry extend 7 archive closed", "unknown_inquiry"),
    ],
)
def test_what_cannot_be_read_moves_nothing(talk, words, template):
    talk.say(LOG)
    assert talk.say(words).template == template
    assert due(talk) == TUESDAY
    assert [row.what for row in talk.rows(Event)] == ["logged"]


def test_until_in_quotes_belongs_to_the_reason_and_the_time_may_come_first(talk):
    talk.say(LOG)
    assert talk.say('inquiry extend 1 "closed until the flood is over"').template == "inquiry_extended"
    reply = talk.say('inquiry extend 1 until Fri noon "the archive is wet"')
    assert (reply.template, reply.facts["reason"]) == ("extension_asked", "the archive is wet")


def test_beyond_the_rules_own_a_time_is_needed_and_the_supervisor_is_named(talk):
    talk.say(LOG)
    talk.say(EXTEND)
    reply = talk.say(EXTEND)
    assert (reply.template, reply.facts["asks"]) == ("extension_needs_time", "Sam Castellano")
    assert talk.say("inquiry extend 1 still closed", by="sam").facts["asks"] is None


def test_a_request_asks_the_supervisor_and_moves_nothing(talk):
    reply = asked(talk)
    assert (reply.template, reply.facts["asked"]) == ("extension_asked", "Sam Castellano")
    assert due(talk) == WEDNESDAY
    [word] = owed(talk, "extension_wanted")
    assert word.recipient == "staff:3"
    assert [one["words"] for one in word.choices] == ["desk grant 1", "desk decline 1", "inquiry show INQ-1"]
    assert word.choices[0]["label"] == "Grant until Fri 2026-03-06 17:00"


def test_a_letter_has_no_longer_count_so_it_asks_at_once(talk):
    talk.say("inquiry log letter from Ann about benefits")
    assert talk.say("inquiry extend 1 archive closed").template == "extension_needs_time"
    reply = talk.say("inquiry extend 1 archive closed until 2026-03-12")
    assert (reply.template, reply.facts["next"]["rule"]) == ("extension_asked", "R6")


def test_while_the_supervisor_is_away_the_next_who_may_decide_is_asked(talk):
    talk.say(LOG)
    talk.say(EXTEND)
    talk.say("away from today to Fri alternate lee", by="sam")
    reply = talk.say(MORE)
    # Lee covers, and may not decide.
    assert (reply.facts["asked"], reply.facts["covering_for"]) == ("Alex Moreau", "Sam Castellano")
    assert owed(talk, "extension_wanted")[0].recipient == "staff:6"
    assert talk.say("desk grant 1", by="alex").template == "extension_decided"


def test_a_newer_request_takes_the_place_of_the_one_before(talk):
    asked(talk)
    reply = talk.say("inquiry extend 1 the archive is closed until Thu")
    assert reply.facts["replaced"] == {
        "request": 1,
        "until": "2026-03-06T23:00:00+00:00",
        "by": "Dana Whitfield",
        "reason": "the archive is closed",
    }
    assert [one.choices[0]["words"] for one in owed(talk, "extension_wanted")] == ["desk grant 2"]
    stale = talk.say("desk grant 1", by="sam")
    assert (stale.template, stale.facts["fault"]) == ("no_more_time", "replaced")
    assert due(talk) == WEDNESDAY


def test_granted_the_clock_is_as_agreed_and_owner_and_asker_are_told(talk):
    talk.say(LOG)
    talk.say(EXTEND)
    talk.say(MORE, by="lee")
    reply = talk.say("desk grant 1", by="sam")
    assert (reply.template, reply.facts["granted"]) == ("extension_decided", True)
    assert reply.facts["told"] == ["Lee Okafor", "Dana Whitfield"]
    assert due(talk) == FRIDAY
    told = {row.recipient: row.facts["signed"] for row in owed(talk, "extension_decided")}
    # The owner alone is to write to the customer.
    assert told == {"staff:2": None, "staff:1": "Dana Whitfield"}
    assert (reply.facts["signed"], reply.facts["writer"]) == (None, "Dana Whitfield")
    because = talk.rows(Deadline)[0].because
    assert because[1].startswith("It was due Wednesday 2026-03-04 17:00 CST until then:")
    assert because[2] == (
        "On Monday 2026-03-02 09:00 Sam Castellano gave more time, until Friday 2026-03-06 17:00 CST: "
        "the archive is closed."
    )
    assert because[3].startswith("R7")
    event = talk.say("inquiry show 1").facts["events"][-1]
    assert (event["what"], event["by"]) == ("extended", "Sam Castellano")
    assert owed(talk, "extension_wanted") == []


def test_declined_the_deadline_stays_and_they_are_told_why(talk):
    asked(talk)
    reply = talk.say('desk decline 1 "it is in the handbook"', by="sam")
    assert (reply.facts["granted"], reply.facts["why"]) == (False, "it is in the handbook")
    assert due(talk) == WEDNESDAY
    [word] = owed(talk, "extension_decided")
    assert (word.recipient, word.facts["granted"]) == ("staff:1", False)
    assert talk.say("desk grant 1", by="sam").facts["fault"] == "declined"


def test_who_stands_above_gives_the_time_at_once_and_the_owner_is_told(talk):
    talk.say(LOG)
    reply = talk.say("inquiry extend 1 the archive is closed until Fri", by="sam")
    assert (reply.template, reply.facts["told"]) == ("inquiry_extended", ["Dana Whitfield"])
    assert due(talk) == FRIDAY
    [row] = talk.rows(Extension)
    assert (row.granted, row.decided_by_id) == (True, 3)


def test_the_owner_with_nobody_above_decides_alone(talk):
    talk.say("inquiry log letter from Ann about benefits", by="alex")
    assert (
        talk.say("inquiry extend 1 archive closed until 2026-03-12", by="alex").template == "inquiry_extended"
    )


@pytest.mark.parametrize(
    ("by", "words", "template"),
    [
        ("dana", "desk grant 1", "not_for_you"),
        ("robin", "desk grant 1", "unknown_extension"),
        ("robin", "desk decline 1 no", "unknown_extension"),
        ("sam", "desk grant 99", "unknown_extension"),
        ("sam", "desk grant x", "unknown_extension"),
        ("sam", "desk grant 1 please", "too_many_words"),
        ("sam", "desk grant", "missing_piece"),
    ],
)
def test_only_who_stands_above_may_decide_and_others_find_nothing(talk, by, words, template):
    asked(talk)
    assert talk.say(words, by=by).template == template
    assert due(talk) == WEDNESDAY
    assert talk.rows(Extension)[0].decided_at is None


def test_a_supervisor_does_not_grant_their_own_request(talk):
    talk.say("inquiry log letter from Ann about benefits", by="sam")
    talk.say("inquiry extend 1 archive closed until 2026-03-12", by="sam")
    assert talk.say("desk grant 1", by="sam").template == "unknown_extension"
    assert talk.say("desk grant 1", by="alex").template == "extension_decided"


@pytest.mark.parametrize(
    ("meanwhile", "at", "template", "fault"),
    [
        ("desk grant 1", "Monday 2026-03-02 10:00", "no_more_time", "granted"),
        ("inquiry answer 1", "Monday 2026-03-02 10:00", "already_answered", None),
        ('inquiry close 1 "done"', "Monday 2026-03-02 10:00", "already_closed", None),
        ("inquiry ack 1 by Tue", "Monday 2026-03-02 10:00", "no_more_time", "ended"),
        ("inquiry pause 1 waiting for the form", "Monday 2026-03-02 10:00", "no_more_time", "paused"),
        ("inquiry show 1", "Wednesday 2026-03-04 17:01", "no_more_time", "missed"),
    ],
)
def test_a_button_pressed_too_late_says_what_has_happened_since(talk, meanwhile, at, template, fault):
    asked(talk)
    talk.say(meanwhile, by="sam")
    before = due(talk)
    talk.at(at)
    reply = talk.say("desk grant 1", by="sam")
    assert (reply.template, reply.facts.get("fault")) == (template, fault)
    assert due(talk) == before
    if fault == "granted":
        assert reply.facts["by"] == "Sam Castellano"


def test_an_answer_takes_the_question_to_the_supervisor_back(talk):
    talk.at("Monday 2026-03-02 18:00")
    asked(talk)
    assert len(owed(talk, "extension_wanted")) == 1
    talk.say("inquiry answer 1")
    assert owed(talk, "extension_wanted") == []


@pytest.mark.parametrize(
    ("before", "at", "fault"),
    [
        ("inquiry ack 1 by Fri", "Monday 2026-03-02 10:00", "none"),
        ("inquiry pause 1 waiting for the form", "Monday 2026-03-02 10:00", "paused"),
        ("inquiry show 1", "Tuesday 2026-03-03 17:01", "missed"),
    ],
)
def test_what_is_promised_paused_or_missed_is_not_extended(talk, before, at, fault):
    talk.say(LOG)
    talk.say(before)
    talk.at(at)
    for words in (EXTEND, MORE.replace("Fri", "2026-03-12")):
        reply = talk.say(words)
        assert (reply.template, reply.facts["fault"]) == ("no_more_time", fault)
    assert due(talk) == TUESDAY


def test_a_colleague_who_extends_tells_the_owner(talk):
    talk.say(LOG)
    assert talk.say(EXTEND, by="lee").facts["told"] == ["Dana Whitfield"]
    assert [row.recipient for row in owed(talk, "extension_decided")] == ["staff:1"]


def test_a_policy_without_extension_asks_the_supervisor(talk):
    with talk.house.store.transaction() as db:
        for department in [db.get_one(Department, number) for number in (1, 2, 3)]:
            department.standard = "san-jose"
            db.add(department)
    talk.say(LOG)
    assert talk.say(EXTEND).template == "extension_needs_time"


def test_two_who_decide_at_once_come_one_after_the_other(postgres_url):
    with seeded(emptied(postgres_url)) as office:
        for words in (LOG, EXTEND, MORE):
            office.say("dana", words)
        ready = Barrier(2)

        def press(who, words):
            ready.wait()
            return office.say(who, words).template

        with ThreadPoolExecutor(2) as pool:
            pressed = [
                pool.submit(press, *one) for one in (("sam", "desk grant 1"), ("alex", "desk decline 1"))
            ]
            assert sorted(one.result() for one in pressed) == ["extension_decided", "no_more_time"]
        [wish] = office.rows(Extension)
        assert (office.rows(Deadline)[0].due == FRIDAY) is wish.granted


def said(dialect, template, facts):
    voice = Voice(TEMPLATES, dialect, "America/Chicago", lambda made_of: f"https://example.gov/{made_of}")
    return to_text(voice.say(template, facts), (), width=10_000)


@pytest.mark.parametrize("dialect", ["plain", "slack", "teams", "html"])
def test_every_voice_can_say_all_of_it(talk, dialect):
    replies = [talk.say(LOG), talk.say(EXTEND), talk.say(EXTEND), talk.say(MORE), talk.say(MORE, by="lee")]
    replies += [talk.say(f"desk {verb}", by="sam") for verb in ("grant 1", "grant 9", "grant 2", "grant 2")]
    replies += [talk.say("inquiry extend 1 still closed until 2026-03-12")]
    replies += [talk.say("desk decline 3 no", by="sam"), talk.say("desk decline 3", by="sam")]
    replies += [talk.say("inquiry show 1"), talk.say("inquiry why 1")]
    for reply in replies:
        assert said(dialect, reply.template, reply.facts)
    for row in talk.owed():
        assert said(dialect, row.template, {**row.facts, "covering_for": "Sam Castellano"})


def test_the_text_for_the_customer_says_until_when_and_invents_no_reason(talk):
    talk.say(LOG)
    reply = talk.say("inquiry extend 1 Lee lost the file")
    draft = [
        line for line in said("plain", reply.template, reply.facts).split("\n") if line.startswith("  |")
    ]
    text = " ".join(draft)
    assert "Wednesday, March 4, 2026 at 5:00 PM" in text
    assert "Dana Whitfield" in text
    assert "“a parking permit”" in text
    assert "lost" not in text
