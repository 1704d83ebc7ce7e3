"""The buttons under replies and reminders: what each offers, and that pressing it is understood.

An e-mail logged on Monday 2026-03-02 at nine is due on Tuesday at 17:00, when the office closes.
"""

from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from handlers.asking import Choice, Refusal
from handlers.forms import opens
from models import telling
from models.calendars import calendar_of
from models.inquiry import Event, Inquiry, running
from models.instant import iso
from models.outbox import Sending
from models.staff import Staff
from tests.handlers.at_the_desk import spoken
from tests.handlers.conftest import moment

LOG = "inquiry log email from Jane Doe about a permit"
LETTER = "inquiry log letter from Jane Doe about a permit"
# These ask for what is missing, with buttons of their own.
ASK = ("ack_needs_time", "pause_needs_reason", "assign_needs_person", "extension_needs_time")


def labels(choices):
    return [one.label for one in choices]


def words(choices):
    return [one.words for one in choices]


def under(talk, template, at=None, number=1):
    """The labels under such a reminder of the inquiry."""
    with talk.house.store.transaction() as db:
        inquiry = db.get_one(Inquiry, number)
        found = telling.reminder_buttons(
            inquiry, running(db, inquiry), template, moment(at) if at else talk.now, calendar_of(db)
        )
        return [one["label"] for one in found]


# What is offered


def test_under_an_early_reminder_stand_all_six(talk):
    talk.say(LOG)
    assert under(talk, "due_soon") == [
        "Acknowledge", "Answered", "Pause", "Hand over", "Snooze 1 hour", "Show",
    ]  # fmt: skip


def test_under_a_reply_stand_the_same_but_to_snooze(talk):
    assert labels(talk.say(LOG).choices) == ["Acknowledge", "Answered", "Pause", "Hand over", "Show"]


def test_what_is_acknowledged_is_not_asked_for_an_acknowledgement_again(talk):
    talk.say(LOG)
    reply = talk.say("inquiry ack 1 by Thu")
    assert labels(reply.choices) == ["Answered", "Pause", "Hand over", "Show"]
    assert "Acknowledge" not in under(talk, "due_soon")


def test_where_no_clock_waits_for_an_acknowledgement_none_is_offered(talk):
    assert labels(talk.say(LETTER).choices) == ["Answered", "Pause", "Hand over", "Show"]


def test_what_is_paused_can_be_resumed_and_not_paused(talk):
    talk.say(LOG)
    reply = talk.say("inquiry pause 1 waiting for the form")
    assert labels(reply.choices) == ["Resume", "Acknowledge", "Answered", "Hand over", "Show"]


@pytest.mark.parametrize("template", ["due_now", "late", "overdue", "excuse_over"])
def test_at_the_deadline_and_past_it_nothing_is_snoozed(talk, template):
    talk.say(LOG)
    assert "Snooze 1 hour" not in under(talk, template)


@pytest.mark.parametrize(
    ("at", "snoozes"),
    [
        ("Tuesday 2026-03-03 15:59", True),
        ("Tuesday 2026-03-03 16:00", False),
        ("Tuesday 2026-03-03 16:30", False),
        ("Monday 2026-03-02 16:50", True),
    ],
)
def test_a_snooze_is_offered_only_while_an_hour_from_then_is_before_the_deadline(talk, at, snoozes):
    talk.say(LOG)
    assert ("Snooze 1 hour" in under(talk, "due_soon", at)) is snoozes
    reply = talk.at(at).say("inquiry snooze 1 1 hour")
    assert (reply.template == "reminder_set") is snoozes


@pytest.mark.parametrize(
    ("at", "offered"),
    [
        ("Tuesday 2026-03-03 15:59", "Snooze 1 hour"),
        ("Tuesday 2026-03-03 16:30", "Snooze 15 minutes"),
        ("Tuesday 2026-03-03 16:40", "Snooze 15 minutes"),
        ("Tuesday 2026-03-03 16:41", None),
    ],
)
def test_where_an_hour_does_not_fit_and_twenty_minutes_do_a_quarter_of_one_is_offered(talk, at, offered):
    talk.say(LOG)
    found = [one for one in under(talk, "due_soon", at) if one.startswith("Snooze")]
    assert found == ([offered] if offered else [])
    reply = talk.at(at).say("inquiry snooze INQ-1 15 minutes")
    assert reply.template == "reminder_set"


def test_who_stands_above_is_asked_first_to_hand_it_over_and_not_to_pause(talk):
    talk.say(LOG)
    talk.at("Thursday 2026-03-05 09:00")
    assert under(talk, "overdue") == ["Hand over", "Acknowledge", "Answered", "Show"]
    for said in ("inquiry assign INQ-1 to lee", "inquiry ack INQ-1 by Fri", "inquiry answer INQ-1"):
        assert pressed(talk, said, "sam").template.startswith("inquiry_")


def test_what_is_answered_can_be_closed_and_nothing_else(talk):
    talk.say(LOG)
    talk.say("inquiry answer 1")
    talk.say("inquiry assign 1 to lee")
    assert [one["label"] for one in talk.owed()[-1].choices] == ["Close…", "Show"]
    assert labels(talk.say("inquiry show 1").choices) == ["Close…", "Reopen…"]


# Times to promise


def test_an_acknowledgement_without_a_time_offers_the_usual_ones(talk):
    talk.say(LOG)
    reply = talk.say("inquiry ack INQ-1")
    assert [(one.label, one.words) for one in reply.choices] == [
        ("Today 17:00", "inquiry ack INQ-1 by 2026-03-02 17:00"),
        ("Tomorrow, Tue 03-03 17:00", "inquiry ack INQ-1 by 2026-03-03 17:00"),
        ("Wed 2026-03-04 17:00", "inquiry ack INQ-1 by 2026-03-04 17:00"),
        ("Mon 2026-03-09 17:00", "inquiry ack INQ-1 by 2026-03-09 17:00"),
    ]
    assert "Pick a time below, or write another. Nothing was stored." in spoken(reply)
    assert [row.what for row in talk.rows(Event)] == ["logged"]


def test_each_time_is_promised_as_its_button_says(talk):
    talk.say(LOG)
    due = ["Monday 2026-03-02", "Tuesday 2026-03-03", "Wednesday 2026-03-04", "Monday 2026-03-09"]
    for choice, day in zip(talk.say("inquiry ack INQ-1").choices, due, strict=True):
        reply = pressed(talk, choice.words)
        assert reply.facts["promised"] == iso(moment(f"{day} 17:00"))
        assert reply.facts["doubts"] == []


def test_words_for_the_customer_go_along(talk):
    talk.say(LOG)
    for quoted in ('"We look into it"', "“We look into it”", '"We look into it'):
        talk.say(talk.say(f"inquiry ack 1 {quoted}").choices[0].words)
    assert [row.detail["said"] for row in talk.rows(Event)[1:]] == ["We look into it"] * 3


def test_days_on_which_the_office_or_the_owner_is_out_are_not_offered(talk):
    talk.at("Thursday 2026-03-05 09:00").say(LOG)
    talk.say("away from 2026-03-09 to 2026-03-09 alternate lee")
    assert labels(talk.say("inquiry ack 1").choices) == [
        "Today 17:00", "Tomorrow, Fri 03-06 17:00", "Thu 2026-03-12 17:00"
    ]  # fmt: skip


def test_nothing_that_is_nearly_here_is_offered(talk):
    talk.say(LOG)
    assert labels(talk.at("Monday 2026-03-02 16:30").say("inquiry ack 1").choices)[0].startswith("Tomorrow")
    night = labels(talk.at("Saturday 2026-03-07 12:00").say("inquiry ack 1").choices)
    assert night == ["Mon 2026-03-09 17:00", "Tue 2026-03-10 17:00", "Fri 2026-03-13 17:00"]


def test_nothing_beyond_the_policy_or_the_customers_need_is_offered_but_that_itself(talk):
    talk.say(f"{LOG} needed by Wed 12:00")
    reply = talk.say("inquiry ack 1")
    assert labels(reply.choices) == ["Today 17:00", "Tomorrow, Tue 03-03 17:00", "Wed 2026-03-04 12:00"]
    assert "INQ-1 is due Wed 2026-03-04 12:00 CST (R13)." in spoken(reply)
    assert pressed(talk, reply.choices[-1].words).facts["doubts"] == []
    talk.at("Wednesday 2026-03-04 11:30")
    late = talk.say("inquiry ack 1")
    assert late.choices == ()
    assert "Please write one." in spoken(late)


def test_a_letter_is_promised_no_later_than_its_answer_is_due(talk):
    talk.say(LETTER)
    due = talk.say("inquiry show 1").facts["deadlines"][0]["due"]
    for choice in talk.say("inquiry ack 1").choices:
        assert pressed(talk, choice.words).facts["promised"] <= due


# Reasons, colleagues, more time, later


def test_a_pause_without_a_reason_offers_reasons(talk):
    talk.say(LOG)
    reply = talk.say("inquiry pause INQ-1")
    assert reply.template == "pause_needs_reason"
    assert "What does INQ-1 wait for?" in spoken(reply)
    for choice in reply.choices:
        paused = pressed(talk, choice.words).facts["paused"]
        assert paused["reason"] == choice.label[0].lower() + choice.label[1:]


def test_a_hand_over_without_a_name_offers_who_is_in_and_has_least_open(talk):
    for _ in range(2):
        talk.say(LOG, by="lee")
    talk.say(LOG)
    reply = talk.say("inquiry assign INQ-3")
    assert [(one.label, one.words) for one in reply.choices] == [
        ("Sam Castellano (0 open)", "inquiry assign INQ-3 to sam"),
        ("Lee Okafor (2 open)", "inquiry assign INQ-3 to lee"),
    ]
    assert "/inquiry assign INQ-3 to dana" in spoken(reply)


def test_who_presses_can_take_it_and_who_is_away_is_not_offered(talk):
    talk.say(LOG)
    talk.say("away from today to today", by="lee")
    reply = talk.say("inquiry assign 1", by="sam")
    assert [(one.label, one.words) for one in reply.choices] == [
        ("I take it", "inquiry assign INQ-1 to me"),
    ]
    assert pressed(talk, reply.choices[0].words, "sam").facts["owner"]["handle"] == "sam"
    talk.say("away from today to today", by="sam")
    nobody = talk.say("inquiry assign 1")
    assert nobody.choices == ()
    assert "No other colleague of the department is in today. Please write a name." in spoken(nobody)


def test_at_most_eight_colleagues_are_offered_and_no_handle_means_the_speaker(talk):
    with talk.house.store.transaction() as db:
        lee = db.get_one(Staff, 2)
        for number, handle in enumerate(["me", *(f"n{one}" for one in range(9))]):
            name, email = f"A{number} New", f"{handle}@riverbend.example"
            new = lee.model_dump() | {"id": None, "handle": handle, "name": name, "email": email}
            db.add(Staff(**new))
    talk.say(LOG)
    choices = talk.say("inquiry assign 1").choices
    assert len(choices) == 8
    assert choices[0] == Choice("A0 New (0 open)", "inquiry assign INQ-1 to me@riverbend.example")
    assert pressed(talk, choices[0].words).facts["owner"]["name"] == "A0 New"


def test_more_time_without_a_day_offers_days_after_the_deadline(talk):
    talk.say(LETTER)
    reply = talk.say('inquiry extend 1 "wait until the archive opens"')
    assert reply.template == "extension_needs_time"
    assert labels(reply.choices) == [
        "Until Tue 2026-03-10 17:00", "Until Wed 2026-03-11 17:00", "Until Mon 2026-03-16 17:00",
    ]  # fmt: skip
    asked = pressed(talk, reply.choices[0].words)
    assert (asked.template, asked.facts["reason"]) == ("extension_asked", "wait until the archive opens")


def test_a_snooze_offers_other_times_before_the_deadline(talk):
    talk.say(LOG)
    reply = talk.say("inquiry snooze 1")
    assert reply.facts["at"] == iso(moment("Monday 2026-03-02 10:00"))
    assert labels(reply.choices) == ["Today 13:00 instead", "Tomorrow, Tue 03-03 08:00 instead", "Show"]
    later = talk.say(reply.choices[1].words)
    assert later.facts["at"] == iso(moment("Tuesday 2026-03-03 08:00"))
    assert [row.not_before for row in talk.owed() if row.kind == "asked" and row.state is Sending.OWED] == [
        moment("Tuesday 2026-03-03 08:00")
    ]
    assert labels(talk.at("Tuesday 2026-03-03 15:00").say("snooze 1").choices) == ["Show"]


# Whatever is offered, is understood when it is pressed

DAY = [
    ("dana", "inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40"),
    ("dana", LETTER),
    ("dana", "inquiry log email from Ben about tax owner lee needed by Fri"),
    ("dana", "inquiry show 1"),
    ("dana", "inquiry why 1"),
    ("dana", "inquiry mine"),
    ("dana", "inquiry ack 1"),
    ("dana", "inquiry ack 2"),
    ("dana", 'inquiry ack 1 "We are looking into it"'),
    ("dana", "inquiry pause 1"),
    ("dana", "inquiry assign 1"),
    ("sam", "inquiry assign 3"),
    ("dana", "inquiry extend 2 the file is in the archive"),
    ("dana", "inquiry extend 2 the file is in the archive until Mar 12 12:00"),
    ("dana", "inquiry snooze 1"),
    ("dana", "inquiry snooze 1 until Fri"),
    ("dana", "inquiry remind me of 2 Tue 9:00 about the form"),
    ("sam", "desk grant 1"),
    ("lee", "inquiry pause 3 waiting for the form"),
    ("sam", "inquiry pause 2 waiting for the archive"),
    ("dana", "inquiry pause 2 again"),
    ("dana", "inquiry show 3"),
    ("dana", "inquiry ack 2"),
    ("sam", "inquiry resume 3"),
    ("dana", "inquiry needed 1 by Thu"),
    ("sam", "inquiry assign 1 to lee"),
    ("lee", "inquiry ack 1 by Wed"),
    ("dana", "inquiry answer 2"),
    ("dana", "inquiry show 2"),
    ("dana", "inquiry assign 2 to lee"),
    ("lee", "inquiry close 2 sent"),
    ("dana", "inquiry show 2"),
    ("sam", "inquiry reopen 2 the permit never arrived"),
    ("dana", "away from 2026-03-09 to 2026-03-13"),
    ("dana", "away"),
    ("dana", "inquiry quiet today"),
    ("dana", "inquiry preferences"),
    ("dana", "inquiry lgo call"),
    ("dana", "inquiry standard"),
]


class Undone(Exception):
    """Nothing of it is kept."""


class Unkept:
    """The same database, in which nothing that is said is kept."""

    def __init__(self, store):
        self._store = store

    @contextmanager
    def transaction(self):
        with suppress(Undone), self._store.transaction() as db:
            yield db
            raise Undone


def pressed(talk, said, by="dana"):
    """What would be replied."""
    return replace(talk, house=replace(talk.house, store=Unkept(talk.house.store))).say(said, by=by)


@pytest.fixture
def refused(monkeypatch):
    """The templates of all refusals, as they are made."""
    made, was = [], Refusal.__init__

    def noted(self, template, *args, **facts):
        made.append(template)
        was(self, template, *args, **facts)

    monkeypatch.setattr(Refusal, "__init__", noted)
    return made


def press(talk, choice, by, seen, refused, may_ask=True):
    """Presses the button, and what is offered next where it asks for more."""
    key = (choice.words, by, len(talk.rows(Event)))
    if key in seen:
        return
    seen.add(key)
    refused.clear()
    reply = pressed(talk, choice.words, by)
    if "survey" not in reply.facts:  # only the voice of a house makes links
        spoken(reply)
    for_a_form = choice.label.endswith("…") or opens(choice.words) is not None
    asks = reply.template in ASK or (reply.template == "missing_piece" and for_a_form)
    assert reply.template not in refused or (asks and may_ask), f"{by}: {choice} → {reply}"
    assert reply.template not in ("crash", "stranger", "not_understood")
    if reply.template in ASK:
        assert reply.choices, f"{by}: {choice}"
        for one in reply.choices:
            press(talk, one, by, seen, refused, may_ask=False)


def test_every_button_of_a_day_is_understood_when_it_is_pressed(talk, refused):
    seen, told = set(), set()
    for who, said in DAY:
        reply = talk.say(said, by=who)
        for choice in reply.choices:
            press(talk, choice, who, seen, refused, reply.template not in ASK)
        for row in talk.owed():
            if row.id not in told and row.state is Sending.OWED:
                told.add(row.id)
                with talk.house.store.transaction() as db:
                    reader = db.get_one(Staff, row.staff_id).handle
                for one in row.choices:
                    press(talk, Choice(**one), reader, seen, refused)
    assert len(seen) > 100
    assert len(told) > 5


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    ("template", "by"), [("due_soon", "dana"), ("due_now", "dana"), ("late", "dana"), ("overdue", "sam")]
)
def test_every_button_of_a_reminder_is_understood_when_it_is_pressed(talk, refused, template, by, number):
    talk.say(LOG)
    talk.say(f"{LETTER} needed by Thu 12:00")
    talk.say(LOG)
    talk.say("inquiry pause 3 waiting for the form")
    talk.at("Tuesday 2026-03-03 11:00" if template == "due_soon" else "Friday 2026-03-13 09:00")
    with talk.house.store.transaction() as db:
        inquiry = db.get_one(Inquiry, number)
        clocks = running(db, inquiry)
        found = telling.reminder_buttons(inquiry, clocks, template, talk.now, calendar_of(db))
    assert len(found) >= 3
    for one in found:
        press(talk, Choice(**one), by, set(), refused)
