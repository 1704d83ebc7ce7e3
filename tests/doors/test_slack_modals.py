"""What happens in a modal: previews, submissions in time and too late, faults, presses."""

import asyncio
import json
import logging

import pytest

from handlers.asking import Reply
from handlers.form import Filling, Step
from tests.doors.fake_slack import interactive
from tests.doors.fake_views import texts
from tests.doors.slack_desk import Desk, Front
from tests.doors.slack_interactions import looked_at, pressed_in, submitted

CLOSED = {"answer": {"ok": False, "error": "not_found"}}


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
async def front(slack, desk, clock):
    front = Front(slack, desk, clock)
    yield front
    desk.gate.set()
    await front.leave()


async def test_a_change_is_answered_by_a_new_preview_and_what_was_typed_stays(front, slack, desk):
    view = await front.log()
    await front.look(view, "channel", channel="email", customer="Jane  Doe", subject="A permit")
    ask = desk.asks[-1]
    given = {"channel": "email", "customer": "Jane  Doe", "subject": "A permit", "day": "2026-03-02"}
    assert (ask.filling, ask.key) == (Filling("log", "", given, Step.LOOK), None)
    assert ask.words == "/inquiry log"
    assert "two days from 2026-03-04" in texts(front.view(view))
    values = front.view(view)["state"]["values"]
    assert values["customer"]["fill"]["value"] == "Jane  Doe"
    assert values["day#1"]["fill"]["selected_date"] == "2026-03-04"
    [update] = slack.calls("views.update")
    assert update["hash"].endswith(".modal")
    # Once more, in the blocks that stand there now.
    await front.look(view, "channel", channel="call", day="2026-03-05")
    assert desk.asks[-1].filling.values["day"] == "2026-03-05"
    assert "two days from 2026-03-05" in texts(front.view(view))
    assert (slack.posted, slack.answered) == ([], [])


async def test_of_two_looks_at_once_the_last_is_shown(front, desk, slack):
    view = await front.log()
    desk.gate.clear()
    slack.views.fill(view, channel="email")
    first = asyncio.create_task(front.look(view, "channel"))
    while len(desk.asks) < 2:
        await asyncio.sleep(0)
    slack.views.fill(view, channel="call", day="2026-03-09")
    second = asyncio.create_task(front.look(view, "channel"))
    while len(desk.asks) < 3:
        await asyncio.sleep(0)
    desk.gate.set()
    await asyncio.gather(first, second)
    assert "two days from 2026-03-09" in texts(front.view(view))
    assert len(slack.calls("views.update")) == 1


async def test_a_look_that_was_sent_before_our_last_update_came_is_shown_nevertheless(front, slack):
    view = await front.log()
    before = front.view(view)["hash"]
    await front.look(view, "channel", channel="email")
    ours = front.view(view)["hash"]
    await front.send(interactive(looked_at({**front.view(view), "hash": before}, "channel")))
    assert [one["hash"] for one in slack.calls("views.update")] == [before, before, ours]
    assert front.view(view)["hash"] not in (before, ours)


async def test_what_another_process_showed_is_left_alone(front, slack, caplog):
    view = await front.log()
    stale = {**front.view(view), "hash": "0.somebody"}
    await front.send(interactive(looked_at(stale, "channel")))
    assert len(slack.calls("views.update")) == 1
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_preview_that_fails_says_so_and_keeps_what_was_typed(front, desk, caplog):
    view = await front.log()
    desk.instead = "crash"
    await front.look(view, "channel", channel="email", customer="Jane")
    assert "*Our fault*\nabcd1234" in texts(front.view(view))
    assert front.view(view)["state"]["values"]["customer"]["fill"]["value"] == "Jane"
    desk.instead = "broken"
    await front.look(view, "channel")
    [told] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told.reference in texts(front.view(view))
    assert "Our fault" not in texts(front.view(view))
    desk.instead = ""
    await front.look(view, "channel")
    assert "reference" not in texts(front.view(view))


async def test_a_preview_of_what_is_gone_says_why(front, desk):
    view = await front.log()
    desk.instead = "said"
    await front.look(view, "channel")
    assert texts(front.view(view)).startswith("Said")
    assert "submit" not in front.view(view)


async def test_a_form_that_is_right_closes_and_its_answer_is_owed(front, slack, desk):
    view = await front.log()
    assert await front.submit(view, subject="A permit", customer="Jane") is None
    ask = desk.asks[-1]
    given = {"channel": "call", "customer": "Jane", "subject": "A permit", "day": "2026-03-02"}
    assert ask.filling == Filling("log", "", given, Step.SUBMIT)
    assert (ask.key, ask.by_message, ask.words) == (f"slack:view:{view}", True, "/inquiry log")
    assert slack.views.views == {}
    # The house owes the answer, and delivery says it.
    assert (slack.posted, slack.answered) == ([], [])


async def test_errors_stand_beside_their_fields_in_plain_words_and_the_form_may_be_sent_again(front):
    view = await front.log()
    await front.look(view, "channel", channel="email")
    body = await front.submit(view, customer="nobody")
    assert body == {
        "response_action": "errors",
        "errors": {"subject": "Not yet. No subject & so.", "channel": "Not yet. No way & so."},
    }
    assert await front.submit(view, customer="Jane", subject="A permit") is None


async def test_a_form_that_cannot_be_stored_stays_open_with_what_was_typed(front, slack, desk):
    view = await front.log()
    desk.instead = "crash"
    body = await front.submit(view, subject="A permit", day="2026-03-06")
    assert body["response_action"] == "update"
    shown = front.view(view)
    assert "*Our fault*\nabcd1234" in texts(shown)
    elements = {one["block_id"]: one["element"] for one in shown["blocks"] if one["type"] == "input"}
    assert elements["subject"]["initial_value"] == "A permit"
    assert elements["day"]["initial_date"] == "2026-03-06"
    assert slack.posted == []
    desk.instead = ""
    assert await front.submit(view) is None
    assert desk.asks[-1].filling.values["subject"] == "A permit"


async def test_a_submission_whose_answer_cannot_be_shown_leaves_a_reference(front, desk, caplog):
    view = await front.log()

    async def broken(ask):
        raise OSError(ask.filling.values["subject"])

    front.door._routes._modals._hearer._hear = broken
    body = await front.submit(view, subject="A permit")
    [told] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told.reference in texts(body["view"])
    assert "A permit" not in caplog.text


async def test_a_button_in_a_modal_is_answered_in_the_modal(front, slack, desk):
    desk.instead = "said"
    await front.send(interactive(pressed_in({"id": "VHOME", "type": "home"}, "ack INQ-7")))
    view = slack.views.last["id"]
    press = pressed_in(front.view(view), "show INQ-7")
    answer = await front.send(interactive(press))
    assert (answer.status_code, answer.content) == (200, b"")
    assert texts(front.view(view)) == "Said\nClose\nshow INQ-7\nAgain"
    [shown] = [ask for ask in desk.asks if ask.words == "show INQ-7"]
    assert not shown.by_message
    # The modal came from the home, which is renewed after what is pressed in it.
    assert desk.asks[-1].words == "home"
    desk.instead = ""
    await front.send(interactive(pressed_in(front.view(view), "ack INQ-8", trigger_id="t.2")))
    assert "About INQ-8" in texts(front.view(view))
    assert slack.posted == []
    slack.next("views.update", **CLOSED)
    await front.send(interactive(pressed_in(front.view(view), "show INQ-9")))
    assert [one["text"] for one in slack.posted] == ["Said\nshow INQ-9"]


async def test_a_form_is_sent_over_socket_mode_too(front):
    from slack_bolt.request.async_request import AsyncBoltRequest

    view = await front.log()
    asked = AsyncBoltRequest(mode="socket_mode", body=submitted(front.view(view)))
    answer = await front.door._bolt.async_dispatch(asked)
    assert json.loads(answer.body)["response_action"] == "errors"


async def test_nothing_of_a_form_reaches_a_log(front, desk, caplog):
    caplog.set_level(logging.DEBUG)
    view = await front.log()
    await front.look(view, "channel", customer="Jane Doe", subject="608-555-0133")
    await front.submit(view, customer="nobody")
    desk.instead = "crash"
    await front.submit(view)
    ours = "".join(one.getMessage() + str(one.__dict__) for one in caplog.records if one.name != "httpx")
    assert not any(word in ours for word in ("Jane", "608-555", "nobody", "No subject"))


def test_a_form_is_no_reply_that_is_kept():
    assert "form" not in Reply("form").kept()
