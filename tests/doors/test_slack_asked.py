"""What a form that is sent, a shared message, and a press in the home ask."""

import pytest

from bot.manifests.slack import SHORTCUT
from bot.slack.asked import LOG_INQUIRY, Place, asked_of
from bot.slack.shapes import Malformed
from handlers.asking import Ask
from handlers.form import Filling, Step
from tests.doors.slack_interactions import home_opened, pressed_in, shortcut, submitted
from tests.doors.test_slack_payloads import DANA, NOW, edited


def state(**values):
    return {"values": {name: {"fill": said} for name, said in values.items()}}


SENT = submitted(
    {
        "id": "V0FORM",
        "type": "modal",
        "callback_id": "form",
        "hash": "1.x",
        "private_metadata": '{"form": "ack", "about": "INQ-7", "words": "/inquiry ack", "home": "home 2"}',
        "state": state(subject={"type": "plain_text_input", "value": "a permit"}),
    }
)


def test_a_form_that_is_sent_says_what_stands_in_it():
    values = state(
        subject={"type": "plain_text_input", "value": "a\x00 permit\nand more"},
        phone={"type": "plain_text_input", "value": None},
        channel={"type": "static_select", "selected_option": {"text": {"text": "Call"}, "value": "call"}},
        owner={"type": "static_select", "selected_option": None},
        day={"type": "datepicker", "selected_date": "2026-03-02"},
        time={"type": "timepicker", "selected_time": "08:40"},
        odd={"type": "checkboxes", "selected_options": []},
    )
    asked = asked_of(edited(SENT, ("view", "state"), values), NOW)
    given = {"subject": "a permit\nand more", "phone": "", "channel": "call", "owner": ""}
    given |= {"day": "2026-03-02", "time": "08:40", "odd": ""}
    filling = Filling("ack", "INQ-7", given, Step.SUBMIT)
    ask = Ask(DANA, "/inquiry ack", NOW, key="slack:view:V0FORM", by_message=True, filling=filling)
    assert (asked.ask, asked.place, asked.home) == (ask, Place.FORM, "home 2")


def test_of_a_field_that_was_drawn_anew_the_newest_counts():
    blocks = ("day#10", "day", "day#9", "day#1")
    values = state(**{one: {"type": "datepicker", "selected_date": one} for one in blocks})
    asked = asked_of(edited(SENT, ("view", "state"), values), NOW)
    assert asked.ask.filling.values == {"day": "day#10"}
    assert asked.view.ids == {"day": "day#10"}


def test_a_shared_message_becomes_a_form_with_its_words_its_author_and_its_time():
    asked = asked_of(shortcut("Maria &amp; <tel:608-555-0133|608-555-0133> about a permit"), NOW)
    assert asked.ask == Ask(DANA, "inquiry log", NOW, key="slack:13345224609.738474920.shortcut")
    values = {"subject": "Maria & 608-555-0133 about a permit", "channel": "chat"}
    values["received"] = "2026-03-02T14:00:00.000100+00:00"
    assert asked.filling == Filling("log", "message:slack:C0GENERAL:1772460000.000100", values)
    assert (asked.author, asked.place) == ("U0MARIA", Place.ASIDE)


def test_a_shared_answer_in_a_thread_names_the_thread_too_and_a_bots_message_has_no_author():
    asked = asked_of(shortcut("x", thread_ts="1772450000.000900"), NOW)
    assert asked.filling.about == "message:slack:C0GENERAL:1772460000.000100:1772450000.000900"
    first = asked_of(shortcut("x", thread_ts="1772460000.000100"), NOW)
    assert first.filling.about == "message:slack:C0GENERAL:1772460000.000100"
    assert asked_of(shortcut("x", author=None), NOW).author == ""
    assert len(asked_of(shortcut("x" * 40_000), NOW).filling.values["subject"]) == 3000


def test_a_press_in_the_home_turns_it_or_is_answered_by_a_message():
    home = {"id": "V0HOME", "type": "home", "callback_id": "notice", "private_metadata": '{"home": "home 2"}'}
    turned = asked_of(pressed_in(home, "home 3"), NOW)
    assert (turned.place, turned.ask.key, turned.ask.by_message) == (Place.HOME, None, False)
    shown = asked_of(pressed_in(home, "inquiry show INQ-1"), NOW)
    assert (shown.place, shown.ask.by_message, shown.home) == (Place.MESSAGE, True, "home 2")
    assert shown.ask.key == "slack:T0RIVERBEND:U0DANA:" + shown.ask.key.split(":", 3)[3]
    assert asked_of(pressed_in(home, "homework"), NOW).place is Place.MESSAGE
    assert asked_of(pressed_in({**home, "private_metadata": ""}, "x"), NOW).home == "home"
    # Slack writes the state of a view without fields so.
    notice = {**home, "type": "modal", "private_metadata": "", "state": {"values": []}}
    assert asked_of(pressed_in(notice, "inquiry mine"), NOW).place is Place.VIEW
    assert asked_of(pressed_in(notice, "inquiry mine"), NOW).home == ""


def test_the_shortcut_is_the_one_of_the_manifest():
    assert LOG_INQUIRY == SHORTCUT


@pytest.mark.parametrize(
    ("payload", "path", "value"),
    [
        (home_opened(), ("event", "user"), None),
        (SENT, ("view",), None),
        (SENT, ("view", "id"), "v1; drop"),
        (SENT, ("view", "private_metadata"), "[]"),
        (SENT, ("view", "private_metadata"), "{"),
        (SENT, ("view", "private_metadata"), "[" * 100_000),
        (SENT, ("view", "private_metadata"), "{}"),
        (SENT, ("view", "private_metadata"), '{"form": 5}'),
        (SENT, ("view", "state"), []),
        (SENT, ("view", "state", "values"), []),
        (SENT, ("view", "state", "values"), {}),
        (SENT, ("view", "state", "values", "subject"), {}),
        (SENT, ("view", "state", "values", "subject", "fill"), {}),
        (SENT, ("view", "state", "values", "subject"), "words"),
        (SENT, ("view", "state", "values", "subject", "fill"), "words"),
        (SENT, ("view", "state", "values", "subject", "fill", "value"), ["words"]),
        (SENT, ("view", "state", "values"), {str(number): {} for number in range(101)}),
        (SENT, ("user", "id"), 5),
        (shortcut("x"), ("trigger_id",), None),
        (shortcut("x"), ("channel",), None),
        (shortcut("x"), ("channel", "id"), "#general"),
        (shortcut("x"), ("message",), "words"),
        (shortcut("x"), ("message", "ts"), "yesterday"),
        (shortcut("x"), ("message", "ts"), "9" * 400 + ".1"),
        (shortcut("x"), ("message", "text"), 5),
        (shortcut("x"), ("message", "user"), {"id": "U1"}),
        (shortcut("x", thread_ts="1.1"), ("message", "thread_ts"), "?"),
    ],
)
def test_what_is_not_shaped_as_slack_shapes_it_is_malformed(payload, path, value):
    with pytest.raises(Malformed):
        asked_of(edited(payload, path, value), NOW)
