"""A form that is asked for over Slack: opened while its trigger lives, or its words are answered."""

import asyncio

import pytest

from handlers.form import Filling, Step
from tests.doors.fake_slack import TEAM, button, form, interactive, slash
from tests.doors.fake_views import texts
from tests.doors.slack_desk import Desk, opens
from tests.doors.slack_door import Doorstep, door_to
from tests.doors.slack_interactions import pressed_in, shortcut

EXPIRED = {"answer": {"ok": False, "error": "expired_trigger_id"}}
WAYS = {
    "a command": form(slash("ack INQ-7")),
    "a press on an answer": interactive(button("ack INQ-7", action_id="say:0")),
    "a press on a reminder": interactive(button("ack INQ-7")),
    "a press in the home": interactive(pressed_in({"id": "VHOME", "type": "home"}, "ack INQ-7")),
}


@pytest.fixture
def desk():
    return Desk()


async def opened(slack, desk, clock, travelling, **more):
    """What Slack is answered, when everything is done. opening=0.0: a waiting modal stands for the form."""
    desk.turns = 9
    door = door_to(slack, desk, clock, opens=opens, REPLYBY_SLACK_TEAMS=TEAM, **more)
    step = Doorstep(door, clock)
    answer = await step.send(travelling)
    await door.stop()
    await step.client.aclose()
    return answer


@pytest.mark.parametrize("way", WAYS)
async def test_a_form_opens_as_a_modal_and_nothing_else_is_said(slack, desk, clock, way):
    answer = await opened(slack, desk, clock, WAYS[way])
    assert (answer.status_code, answer.content) == (200, b"")
    [ask] = desk.asks
    assert (ask.filling, ask.key, ask.by_message) == (Filling("ack", "INQ-7"), None, False)
    assert ask.words in ("/inquiry ack INQ-7", "ack INQ-7")
    [view] = slack.views.views.values()
    assert "About INQ-7" in texts(view)
    assert "two days from 2026-03-02" in texts(view)
    assert view["submit"]["text"] == "Log it"
    assert slack.calls("views.update") == []
    assert (slack.posted, slack.answered) == ([], [])


@pytest.mark.parametrize("way", WAYS)
async def test_a_form_that_takes_its_time_is_waited_for_in_the_modal(slack, desk, clock, way):
    desk.gate.clear()
    door = door_to(slack, desk, clock, opens=opens, opening=0.0, patience=0.0, REPLYBY_SLACK_TEAMS=TEAM)
    step = Doorstep(door, clock)
    answer = await step.send(WAYS[way])
    assert (answer.status_code, answer.content) == (200, b"")
    while not slack.views.views:
        await asyncio.sleep(0.001)
    assert texts(slack.views.last).startswith("Working on it")
    assert "submit" not in slack.views.last
    desk.gate.set()
    await door.stop()
    await step.client.aclose()
    [view] = slack.views.views.values()
    assert "About INQ-7" in texts(view)
    assert view["state"]["values"]["day"]["fill"]["selected_date"] == "2026-03-02"
    assert (slack.posted, slack.answered) == ([], [])


@pytest.mark.parametrize("opening", [0.0, 30.0])
@pytest.mark.parametrize("misdeed", [EXPIRED, {"status": 500, "answer": ""}, {"cut": True}, {"answer": []}])
async def test_words_whose_form_slack_does_not_open_are_answered_as_ever(
    slack, desk, clock, opening, misdeed, caplog
):
    for _ in range(2):  # a question may be asked twice: aiohttp does
        slack.next("views.open", **misdeed)
    answer = await opened(slack, desk, clock, WAYS["a command"], opening=opening)
    assert answer.json()["text"] == "Said\n/inquiry ack INQ-7"
    ask = desk.asks[-1]
    assert (ask.filling, ask.key) == (None, "slack:13345224609.738474920.8088930838d88f008e0")
    assert slack.views.views == {}
    assert "slack_open" in [one.action for one in caplog.records]


async def test_a_press_whose_form_slack_does_not_open_is_answered_where_it_belongs(slack, desk, clock):
    slack.next("views.open", **EXPIRED)
    press = button("ack INQ-7", action_id="say:0", response_url=slack.response_url)
    await opened(slack, desk, clock, interactive(press))
    assert [(one["text"], one["replace_original"]) for one in slack.answered] == [("Said\nack INQ-7", True)]
    slack.next("views.open", **EXPIRED)
    await opened(slack, desk, clock, WAYS["a press on a reminder"])
    assert [ask.by_message for ask in desk.asks if ask.filling is None] == [False, True]


async def test_a_command_without_its_form_is_answered_beneath_it(slack, desk, clock):
    desk.instead = "said"
    answer = await opened(slack, desk, clock, WAYS["a command"])
    assert answer.json()["text"] == "Said\n/inquiry ack INQ-7"
    assert [ask.filling for ask in desk.asks] == [Filling("ack", "INQ-7")]
    assert slack.calls("views.open") == []


@pytest.mark.parametrize("way", list(WAYS)[1:])
@pytest.mark.parametrize("opening", [0.0, 30.0])
async def test_a_press_without_its_form_is_told_why_in_the_modal(slack, desk, clock, way, opening):
    desk.instead = "said"
    await opened(slack, desk, clock, WAYS[way], opening=opening)
    [view] = slack.views.views.values()
    assert texts(view) == "Said\nClose\nack INQ-7\nAgain"
    assert slack.posted == []


@pytest.mark.parametrize("opening", [0.0, 30.0])
async def test_a_form_that_cannot_be_drawn_leaves_a_reference(slack, desk, clock, caplog, opening):
    desk.instead = "broken"
    answer = await opened(slack, desk, clock, WAYS["a command"], opening=opening)
    [told] = [one for one in caplog.records if one.action == "slack_answer"]
    seen = answer.json()["text"] if opening else texts(slack.views.last)
    assert told.reference in seen


async def test_a_modal_that_was_closed_meanwhile_stays_closed(slack, desk, clock):
    slack.next("views.update", answer={"ok": False, "error": "not_found"})
    answer = await opened(slack, desk, clock, WAYS["a command"], opening=0.0)
    assert answer.content == b""
    assert len(desk.asks) == 1


async def test_a_waiting_modal_that_cannot_be_filled_is_made_up_for_in_words(slack, desk, clock):
    slack.next("views.update", answer={"ok": False, "error": "fatal_error"})
    answer = await opened(slack, desk, clock, WAYS["a command"], opening=0.0)
    assert answer.json()["text"] == "Said\n/inquiry ack INQ-7"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("opening", [0.0, 30.0])
async def test_a_request_that_comes_again_opens_nothing_more_and_says_nothing(
    slack, desk, clock, way, opening
):
    for _ in range(3):
        answer = await opened(slack, desk, clock, WAYS[way], opening=opening)
        assert (answer.status_code, answer.content) == (200, b"")
    assert len(slack.views.views) == 1
    assert [ask.key for ask in desk.asks] == [None] * len(desk.asks)
    assert (slack.posted, slack.answered) == ([], [])


async def test_words_that_are_answered_too_late_follow_the_command(slack, desk, clock):
    slack.next("views.open", **EXPIRED)
    late = form(slash("ack INQ-7", response_url=slack.response_url))
    answer = await opened(slack, desk, clock, late, patience=0.0)
    assert answer.content == b""
    assert [one["text"] for one in slack.answered] == ["Said\n/inquiry ack INQ-7"]


async def test_words_without_a_trigger_or_about_too_much_open_nothing(slack, desk, clock):
    press = {**button("ack INQ-7", action_id="say:0", response_url=slack.response_url), "trigger_id": None}
    await opened(slack, desk, clock, interactive(press))
    await opened(slack, desk, clock, form(slash("ack " + "x" * 1500)))
    assert [ask.filling for ask in desk.asks] == [None, None]
    assert slack.calls("views.open") == []


async def test_a_shared_message_opens_the_log_with_its_author(slack, desk, clock):
    slack.add("U0MARIA", real_name="Maria Lopez")
    answer = await opened(slack, desk, clock, interactive(shortcut("My permit &amp; the fee")))
    assert (answer.status_code, answer.content) == (200, b"")
    [ask] = desk.asks
    assert (ask.words, ask.filling.form, ask.filling.step) == ("inquiry log", "log", Step.OPEN)
    assert ask.filling.about == "message:slack:C0GENERAL:1772460000.000100"
    assert ask.filling.values == {
        "customer": "Maria Lopez",
        "subject": "My permit & the fee",
        "channel": "chat",
        "received": "2026-03-02T14:00:00.000100+00:00",
    }
    values = slack.views.last["state"]["values"]
    assert values["customer"]["fill"]["value"] == "Maria Lopez"
    assert values["subject"]["fill"]["value"] == "My permit & the fee"


@pytest.mark.parametrize("misdeed", [{"answer": {"ok": False, "error": "user_not_found"}}, {"answer": []}])
async def test_an_author_whom_slack_does_not_name_is_left_blank(slack, desk, clock, misdeed):
    slack.next("users.info", **misdeed)
    await opened(slack, desk, clock, interactive(shortcut("x")))
    assert desk.asks[0].filling.values["customer"] == ""


async def test_a_message_that_is_logged_already_says_so_in_the_modal(slack, desk, clock):
    desk.instead = "said"
    await opened(slack, desk, clock, interactive(shortcut("x")))
    assert texts(slack.views.last).startswith("Said")


async def test_a_shortcut_whose_form_slack_does_not_open_is_answered_aside_or_by_message(slack, desk, clock):
    slack.next("views.open", **EXPIRED)
    await opened(slack, desk, clock, interactive(shortcut("x") | {"response_url": slack.response_url}))
    [aside] = slack.answered
    assert (aside["text"], aside["response_type"], aside["replace_original"]) == (
        "Said\ninquiry log",
        "ephemeral",
        False,
    )
    slack.next("views.open", **EXPIRED)
    await opened(slack, desk, clock, interactive(shortcut("x") | {"response_url": ""}))
    assert [(one["user"], one["text"]) for one in slack.posted] == [("U0DANA", "Said\ninquiry log")]
