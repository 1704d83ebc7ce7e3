"""`/desk try`: what was received, under another rule, another standard, other hours, another closed day."""

import pytest

from handlers import trying
from handlers.trying import CHANGED
from models.adopting import Adoption
from models.store import Store
from tests.handlers.test_whatever_is_typed import VOICES, speak


def received(talk) -> None:
    """Three of Human Resources' and one of Permits', in February."""
    talk.at("Monday 2026-02-02 09:00")
    talk.say("inquiry log email from Ann Ho about tax")
    talk.say("inquiry log call from Ben about tax")
    talk.say("inquiry log email from Cy about rent", by="kim")
    talk.at("Tuesday 2026-02-03 10:00")
    talk.say("inquiry answer 1")
    talk.say("inquiry answer 2")
    talk.say("inquiry answer 3", by="kim")
    talk.at("Tuesday 2026-02-17 09:00").say("inquiry log email from Di about tax")
    talk.at("Tuesday 2026-02-17 10:00").say("inquiry answer 4")
    talk.at("Monday 2026-03-02 09:00")


def dumped(store: Store) -> list[object]:
    """Every row of every table, but for when somebody was last seen, and that they asked (the audit)."""
    with store.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        return [
            (name, connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1').fetchall())  # noqa: S608  # our own tables
            for (name,) in names.fetchall()
            if name not in ("staff_address", "audit")
        ]


def said(reply) -> str:
    """The whole reply in plain text, on one line."""
    words = VOICES["plain"].say(reply.template, reply.facts)
    speak(reply)
    body = [" ".join(getattr(part, "items", ())) or getattr(part, "text", "") for part in words.body]
    return " ".join([words.title, *body, *(f"{a}: {b}" for a, b in words.fields), *words.note])


def test_a_rule_is_tried_beside_what_is_and_the_changed_are_named(talk):
    received(talk)
    reply = talk.say('/desk try "email 4 business hours" last month', by="sam")
    facts = reply.facts
    assert (reply.template, facts["department"], facts["inquiries"]) == ("trial", "Human Resources", 3)
    assert (facts["period"], facts["first"], facts["last"]) == ("last month", "2026-02-01", "2026-02-28")
    assert (facts["today"]["on_time"], facts["today"]["missed"]) == (3, 0)
    assert (facts["tried"]["on_time"], facts["tried"]["missed"]) == (2, 1)
    assert [one["name"] for one in facts["channels"]] == ["email", "call"]
    assert [(one["name"], one["inquiries"]) for one in facts["weekdays"]] == [("Monday", 2), ("Tuesday", 1)]
    assert [one["number"] for one in facts["changed"]] == ["INQ-1"]
    text = said(reply)
    for words in (
        "Human Resources received 3 inquiries from Sun 2026-02-01 to Sat 2026-02-28",
        "E-mail gets a response within 4 business hours.",
        "On time: 3 as it is, 2 as tried",
        "Missed: 0 as it is, 1 as tried",
        "email, 2: 2 on time, 0 missed; as tried, 1 on time, 1 missed",
        "call, 1: 1 on time, 0 missed; as tried, the same",
        "1 would have come out differently",
        "INQ-1 Ann Ho: on time, due Tue 2026-02-03 17:00 CST (day 0 Mon 2026-02-02",
        "as tried missed, due Mon 2026-02-02 13:00 CST (",
        "Due dates: 2 earlier, 0 later, 1 the same",
        "people might have acted otherwise",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("desk try email 4 business hours last month", ["E-mail gets a response within 4 business hours."]),
        (
            'desk try "email 4 business hours; call 1-2 business days" in February',
            [
                "E-mail gets a response within 4 business hours.",
                "A call gets a response within 1 to 2 business days.",
            ],
        ),
        (
            "desk try “email 4 business hours”, “letter 1 week answer” since Feb 1",
            ["E-mail gets a response within 4 business hours.", "A letter gets an answer within 1 week."],
        ),
        ("desk try San Jose last month", ["Customer service guidelines (san-jose)."]),
        ("desk try hours Mon-Thu 7:00-18:00 last month", ["Office hours Mon-Thu 7:00-18:00."]),
        ("desk try closed Feb 3 last month", ["Closed on Tuesday 2026-02-03."]),
        ('desk try "closed on 2026-02-03 1-5pm" last month', ["Closed on Tuesday 2026-02-03 13:00-17:00."]),
        ('desk try "closed every Feb 3" last month', ["Closed every February 3."]),
        ("desk try Mon-Thu 7:00-18:00 last month", ["Office hours Mon-Thu 7:00-18:00."]),
        ("desk try weekdays 9-4 last month", ["Office hours Mon-Fri 9:00-16:00."]),
        ("desk try closed last Monday of February last month", ["Closed on Monday 2026-02-23."]),
        ('desk try "closed Mar 3" last month', ["Closed on Tuesday 2026-03-03."]),
        (
            'desk try "closed Dec 24" from 2024-02-01',
            ["Closed on Tuesday 2024-12-24 and Wednesday 2025-12-24."],
        ),
        (
            'desk try "closed Jan 30 to Feb 3" last month',
            ["Closed from Friday 2026-01-30 to Tuesday 2026-02-03."],
        ),
        ("desk try closed every last Friday of May last month", ["Closed every last Friday of May."]),
        (
            'desk try "closed Feb 2 to Feb 4" last month',
            ["Closed from Monday 2026-02-02 to Wednesday 2026-02-04."],
        ),
        (
            'desk try "san-jose; hours Mon-Fri 9-4; closed Feb 16" for last month',
            [
                "Customer service guidelines (san-jose).",
                "Office hours Mon-Fri 9:00-16:00.",
                "Closed on Monday 2026-02-16.",
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_tried_is_said_back(talk, words, says):
    received(talk)
    reply = talk.say(words, by="sam")
    assert (reply.template, reply.facts.get("says"), reply.facts["inquiries"]) == ("trial", says, 3)
    speak(reply)


def test_without_a_period_it_is_the_last_quarter(talk):
    talk.at("Monday 2025-12-01 09:00").say("inquiry log email from Ann about tax")
    talk.at("Monday 2026-03-02 09:00")
    facts = talk.say('desk try "email 4 business hours"', by="sam").facts
    assert (facts["period"], facts["inquiries"]) == ("last quarter", 1)


def test_a_closed_day_and_other_hours_move_the_dues(talk):
    received(talk)
    closed = talk.say("desk try closed Feb 3 last month", by="sam").facts
    assert (closed["later"], closed["same"], closed["earlier"]) == (2, 1, 0)
    hours = talk.say("desk try hours Mon-Fri 8:00-9:30 last month", by="sam").facts
    assert (hours["earlier"], hours["today"], hours["tried"]["missed"]) == (3, closed["today"], 2)
    part = talk.say('desk try "closed Feb 3 9:00-17:00" last month', by="sam").facts
    assert (part["earlier"], part["tried"]["missed"]) == (2, 2)


def test_a_supervisor_tries_on_the_own_department_and_an_admin_on_all_or_one(talk):
    received(talk)
    assert talk.say('desk try "email 4 business hours" last month').template == "not_for_you"
    assert talk.say("desk try san-jose last month", by="robin").facts["inquiries"] == 1
    refused = talk.say("desk try san-jose last month for Permits", by="sam")
    assert refused.template == "standard_not_yours"
    every = talk.say("desk try san-jose last month", by="alex")
    assert (every.facts["department"], every.facts["inquiries"]) == ("Riverbend County", 4)
    assert every.choices == ()
    one = talk.say("desk try san-jose for permits last month", by="alex")
    assert (one.facts["department"], one.facts["inquiries"]) == ("Permits", 1)
    assert [choice.words for choice in one.choices] == [
        "desk standard use san-jose for Permits from 2026-03-03"
    ]
    assert talk.say("desk try san-jose last month for “Permits”", by="alex").facts["inquiries"] == 1


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        ("email 4 business hours", "desk standard set email 4 business hours from 2026-03-03"),
        (
            "email and call 24 to 48 hours",
            "desk standard set email, call 24 to 48 clock hours from 2026-03-03",
        ),
        ("letter 5 days answer", "desk standard set letter 5 business days answer from 2026-03-03"),
        ("madison-hr", "desk standard use madison-hr from 2026-03-03"),
    ],
)
def test_one_press_adopts_what_was_tried(talk, tried, words):
    received(talk)
    (choice,) = talk.say(f'desk try "{tried}" last month', by="sam").choices
    assert (choice.label, choice.words) == ("Use it from tomorrow", words)
    assert talk.say(choice.words, by="sam").template == "standard_adopted"
    assert [str(one.first) for one in talk.rows(Adoption)] == ["2026-03-03"]


def test_what_no_single_command_adopts_has_no_button(talk):
    received(talk)
    for words in ("email 1 day; call 1 day", "hours Mon-Fri 9-5", "closed Feb 3", "san-jose; closed Feb 3"):
        assert talk.say(f'desk try "{words}" last month', by="sam").choices == (), words


def test_rules_are_tried_over_what_the_department_keeps_today(talk):
    received(talk)
    talk.say("desk standard set call 1 business hour", by="sam")
    facts = talk.say('desk try "email 4 business hours" last month', by="sam").facts
    assert [(one["number"], one["tried"]["rule"]) for one in facts["changed"]] == [
        ("INQ-1", "R7-email"),
        ("INQ-2", "R7-call"),
    ]


def test_hours_that_may_mean_two_things_are_asked_about_with_the_whole_command(talk):
    received(talk)
    reply = talk.say("desk try email 4 hours; call 1 day last month", by="sam")
    assert reply.template == "standard_which_hours"
    assert reply.choices[0].words == 'desk try "email 4 business hours; call 1 day" last month'
    assert talk.say(reply.choices[0].words, by="sam").template == "trial"
    again = talk.say("desk try email 4 hours for Permits Q1 2026", by="alex").choices[0].words
    assert talk.say(again, by="alex").facts["department"] == "Permits"


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("desk try", "missing_piece"),
        ("desk try last quarter", "missing_piece"),
        ('desk try "" last quarter', "missing_piece"),
        ("desk try something better", "trial_what"),
        ('desk try "4 business hours" last quarter', "trial_what"),
        ('desk try "email" last quarter', "trial_what"),
        ('desk try "fax 1 day" last quarter', "standard_unread"),
        ('desk try "email 0 days" last quarter', "standard_unread"),
        ('desk try "closed blursday" last quarter', "trial_what"),
        ('desk try "closed Feb 30" last quarter', "trial_what"),
        ('desk try "closed Feb 3 25:00-26:00" last quarter', "trial_what"),
        ('desk try "hours whenever" last quarter', "trial_what"),
        ('desk try "Mon-Thu whenever" last quarter', "trial_what"),
        ('desk try "closed every blursday" last quarter', "trial_what"),
        ('desk try "san-jose" some day', "trial_period"),
        ('desk try "san-jose" 2027', "trial_period"),
        ("desk try san-jose next year", "trial_what"),
        ('desk try "san-jose" from 2026-02-10 to 2026-02-03', "trial_period"),
        ('desk try "san-jose" last month for Nowhere', "standard_department"),
        ('desk try "san-jose" last month for Permits this month', "too_many_words"),
        ('desk try "san-jose" 2019', "trial_nothing"),
    ],
)
def test_what_cannot_be_tried_is_refused_kindly_and_nothing_is_stored(talk, words, template):
    before = dumped(talk.house.store)
    reply = talk.say(words, by="alex")
    assert reply.template == template
    speak(reply)
    assert dumped(talk.house.store) == before


def test_a_trial_stores_nothing_and_owes_nobody_a_word(talk):
    received(talk)
    talk.say("inquiry log email from Ed about tax owner lee")
    before = dumped(talk.house.store)
    for words in ("email 1 business hour", "madison-hr", "hours Mon-Fri 9-4", "closed Feb 3"):
        assert talk.say(f'desk try "{words}" this year', by="sam").template == "trial"
    assert dumped(talk.house.store) == before


def test_by_message_the_answer_alone_is_owed(talk):
    received(talk)
    owed = len(talk.owed())
    talk.say('desk try "email 1 business hour" last month', by="sam", key="k", by_message=True)
    assert [row.template for row in talk.owed()[owed:]] == ["trial"]


def test_more_than_a_conversation_waits_for_is_refused_before_it_is_reckoned(talk, monkeypatch):
    received(talk)
    monkeypatch.setattr(trying, "MOST", 2)
    reply = talk.say("desk try san-jose last month", by="sam")
    assert (reply.template, reply.facts["number"], reply.facts["most"]) == ("trial_too_many", 3, 2)
    speak(reply)
    assert talk.say("desk try san-jose last month", by="robin").template == "trial"


def test_of_many_that_change_the_first_ten_are_listed(talk):
    for number in range(CHANGED + 2):
        talk.say(f"inquiry log email from P{number} about tax")
    talk.at("Monday 2026-03-02 12:00")
    for number in range(CHANGED + 2):
        talk.say(f"inquiry answer {number + 1}")
    reply = talk.say('desk try "email 1 business hour" this month', by="sam")
    assert (len(reply.facts["changed"]), reply.facts["more"]) == (10, 2)
    assert "12 would have come out differently" in said(reply)
    assert "and 2 more" in said(reply)
    assert reply.facts["last"] == "2026-03-02"


def test_what_is_excused_open_or_given_more_time_is_explained(talk):
    talk.say("desk standard use madison-hr", by="sam")
    talk.say("inquiry log email from Ann about tax")
    talk.say("away from 2026-03-03 to 2026-03-06")
    talk.at("Monday 2026-03-09 09:00").say("inquiry answer 1")
    talk.say("inquiry log letter from Ben about tax")
    text = said(talk.say("desk try departmental this month", by="sam"))
    assert "Excused: 1 as it is, 0 as tried" in text
    assert "Open: 1 as it is, 1 as tried" in text
    assert "Excused: past due while the owner was away" in text
    talk.say("inquiry log call from Cy about tax", by="robin")
    talk.say("inquiry extend 3 information not readily available", by="robin")
    text = said(talk.say("desk try san-jose this month", by="robin"))
    assert "1 had been given more time" in text


def test_what_the_calendar_does_not_know_is_told_apart(talk):
    talk.at("Tuesday 2032-12-28 09:00").say("inquiry log email from Ann about tax")
    reply = talk.say('desk try "email 20 business days" this month', by="sam")
    assert reply.facts["tried"]["not_reckoned"] == 1
    assert "the office calendar does not know all the days" in said(reply)


def test_a_period_without_inquiries_is_answered_with_when_the_first_was_received(talk):
    none = talk.say("desk try san-jose last month", by="sam")
    assert (none.template, none.facts["began"]) == ("trial_nothing", None)
    assert "No inquiry is stored at all yet" in said(none)
    received(talk)
    reply = talk.say("desk try san-jose 2024", by="sam")
    assert (reply.template, reply.facts["began"]) == ("trial_nothing", "2026-02-02")
    assert "The first inquiry was received on Mon 2026-02-02" in said(reply)
    assert talk.say("desk try san-jose 2024", by="robin").facts["began"] == "2026-02-02"


def test_when_all_comes_out_the_same_it_says_so(talk):
    received(talk)
    assert "Each would have come out the same" in said(talk.say("desk try email 5 days last month", by="sam"))
