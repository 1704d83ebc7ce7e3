"""An answer over Slack: in time or afterwards, once."""

import asyncio
import logging

import pytest

from bot.slack import answers
from tests.doors.fake_slack import (
    TEAM,
    as_json,
    direct_message,
    form,
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
    monkeypatch.setattr(answers, "PAUSES", (0, 0))
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
    assert "secret words" not in caplog.text
