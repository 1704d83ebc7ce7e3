"""An answer over Slack: in time or afterwards, once."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.slack import outward
from handlers.asking import Reply
from tests.doors.fake_slack import (
    TEAM,
    as_json,
    button,
    direct_message,
    form,
    interactive,
    mention,
    slash,
)
from tests.doors.slack_door import Doorstep, door_to, impatient


async def test_a_slow_answer_is_announced_and_follows(slack, hear, clock):
    step = await impatient(slack, hear, clock)
    hear.gate.clear()
    first = await step.send(form(slash("mine", response_url=slack.response_url)))
    assert first.json()["text"] == "Working on it"
    assert slack.answered == []
    hear.gate.set()
    await step.door.stop()
    [answer] = slack.answered
    assert (answer["text"], answer["response_type"]) == ("Said\n/inquiry mine", "ephemeral")
    await step.client.aclose()


@pytest.mark.parametrize("turns", range(12))
async def test_an_answer_that_is_just_in_time_or_just_too_late_is_given_once(slack, hear, clock, turns):
    hear.turns = turns
    step = await impatient(slack, hear, clock)
    first = await step.send(form(slash("mine", response_url=slack.response_url)))
    await step.door.stop()
    said = [first.json()["text"], *(one["text"] for one in slack.answered)]
    assert said in (["Said\n/inquiry mine"], ["Working on it", "Said\n/inquiry mine"])
    await step.client.aclose()


async def test_an_answer_follows_when_slack_hung_up_meanwhile(slack, hear, clock):
    step = Doorstep(door_to(slack, hear, clock, REPLYBY_SLACK_TEAMS=TEAM), clock)
    hear.gate.clear()
    waiting = asyncio.create_task(step.send(form(slash("mine", response_url=slack.response_url))))
    while not hear.asks:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    hear.gate.set()
    await step.door.stop()
    assert [one["text"] for one in slack.answered] == ["Said\n/inquiry mine"]
    await step.client.aclose()


async def test_a_slow_message_is_taken_at_once_and_heard_to_the_end(slack, hear, clock):
    step = await impatient(slack, hear, clock)
    hear.gate.clear()
    answer = await step.send(as_json(direct_message("mine")))
    assert (answer.status_code, answer.content) == (200, b"")
    hear.gate.set()
    await step.door.stop()
    assert len(hear.asks) == 1
    assert (slack.answered, slack.posted) == ([], [])
    await step.client.aclose()


async def test_a_late_answer_is_posted_again_when_slack_did_not_take_it(slack, hear, clock, monkeypatch):
    monkeypatch.setattr(outward, "PAUSES", (0, 0))
    slack.next("response_url", status=500)
    slack.next("response_url", status=429)
    step = await impatient(slack, hear, clock)
    hear.gate.clear()
    await step.send(form(slash("mine", response_url=slack.response_url)))
    hear.gate.set()
    await step.door.stop()
    assert len(slack.answered) == 1
    await step.client.aclose()


@pytest.mark.parametrize(
    "elsewhere", ["https://attacker.example/x", "http://hooks.slack.com/x", "file:///x", ""]
)
async def test_a_late_answer_goes_to_slack_and_nowhere_else(slack, hear, clock, caplog, elsewhere):
    step = await impatient(slack, hear, clock)
    hear.gate.clear()
    await step.send(form(slash("mine", response_url=elsewhere)))
    hear.gate.set()
    await step.door.stop()
    assert [one.action for one in caplog.records] == ["slack_late"]
    await step.client.aclose()


async def test_words_that_cannot_be_shown_leave_a_reference(step, hear, caplog):
    hear.template = "broken"
    answer = await step.send(form(slash("secret words")))
    [told] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told.action == "slack_answer"
    assert told.reference in answer.json()["text"]
    assert f"reference {told.reference}" in told.getMessage()
    assert "secret words" not in caplog.text


TEMPLATES = Path(__file__).parents[2] / "templates"
BY_MESSAGE = {
    "a direct message": as_json(direct_message("secret words")),
    "a mention": as_json(mention("secret words")),
    "a button": interactive(button("secret words")),
}


async def crashing(ask):
    return Reply("crash", {"reference": "abcd1234"})


@pytest.fixture
async def crashed(slack, clock):
    step = Doorstep(door_to(slack, crashing, clock, source=TEMPLATES, REPLYBY_SLACK_TEAMS=TEAM), clock)
    yield step
    await step.door.stop()
    await step.client.aclose()


@pytest.mark.parametrize("said", BY_MESSAGE.values(), ids=BY_MESSAGE)
async def test_whoever_is_answered_by_message_reads_the_reference_of_a_crash(crashed, slack, said):
    answer = await crashed.send(said)
    assert (answer.status_code, answer.content) == (200, b"")
    [told] = slack.posted
    assert told["user"] == "U0DANA"
    assert "abcd1234" in told["text"]
    assert "abcd1234" in str(told["blocks"])
    assert slack.answered == []


async def test_a_crash_that_comes_late_is_told_once_and_by_message_alone(slack, hear, clock):
    step = await impatient(slack, crashing, clock)
    await step.send(interactive(button("mine", response_url=slack.response_url)))
    await step.door.stop()
    assert (len(slack.posted), slack.answered) == (1, [])
    await step.client.aclose()


async def test_a_message_that_comes_again_after_a_crash_is_heard_again(slack, clock):
    replies = [Reply("crash", {"reference": "abcd1234"}), Reply("working_on_it")]

    async def recovering(ask):
        return replies.pop(0)

    step = Doorstep(door_to(slack, recovering, clock, source=TEMPLATES, REPLYBY_SLACK_TEAMS=TEAM), clock)
    for _ in range(2):
        await step.send(as_json(direct_message("mine")))
    await step.door.stop()
    assert replies == []
    assert len(slack.posted) == 1
    await step.client.aclose()


@pytest.mark.parametrize(
    "misdeed",
    [
        {"cut": True},
        {"status": 500},
        {"answer": {"ok": False, "error": "invalid_auth"}},
        {"answer": "no JSON"},
    ],
    ids=["cut", "500", "refused", "no JSON"],
)
async def test_a_crash_that_cannot_be_told_raises_nothing_and_is_not_said_again(
    crashed, slack, caplog, misdeed
):
    slack.next("chat.postMessage", **misdeed)
    answer = await crashed.send(as_json(direct_message("secret words")))
    assert (answer.status_code, answer.content) == (200, b"")
    assert len(slack.calls("chat.postMessage")) == 1
    assert [one.action for one in caplog.records] == ["slack_crash"]
    assert "secret words" not in caplog.text


async def test_a_newcomer_whom_the_house_cannot_look_up_reads_a_reference(slack, hear, clock, caplog):
    async def known(_address):
        raise OSError("the database is away")

    step = Doorstep(door_to(slack, hear, clock, known, REPLYBY_SLACK_TEAMS=TEAM), clock)
    await step.send(as_json(direct_message("mine")))
    await step.door.stop()
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    [told] = slack.posted
    assert record.reference in told["text"]
    await step.client.aclose()
