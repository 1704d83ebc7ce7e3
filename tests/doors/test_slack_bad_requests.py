"""Forged, broken and odd requests: an answer below 500, nothing heard, nothing in a log."""

import asyncio
import logging
import random
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doors.fake_slack import (
    BOT_TOKEN,
    SECRET,
    TEAM,
    FakeSlack,
    as_json,
    button,
    direct_message,
    form,
    interactive,
    mention,
    signed,
    slash,
)
from tests.doors.slack_desk import Desk, opens
from tests.doors.slack_door import MONDAY, Clock, Doorstep, door_to
from tests.doors.slack_interactions import home_opened, looked_at, pressed_in, shortcut, submitted


async def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(step, hear):
    body = b"text=" + b"x" * 1_000_000
    assert (await step.send((body, form({})[1]))).status_code == 413

    read = []

    async def endless():
        for number in range(1000):
            read.append(number)
            yield b"x" * 100_000

    answer = await step.client.post("/slack/events", content=endless())
    assert answer.status_code == 413
    assert hear.asks == []


def forged(chance):
    """A good request that was changed after Slack signed it."""
    body, kind = chance.choice(
        [
            form(slash("mine")),
            as_json(direct_message("mine")),
            *map(interactive, (button("mine"), SENT, LOOKED, SHARED)),
        ]
    )
    headers = {"Content-Type": kind, **signed(body, MONDAY)}
    place = chance.randrange(len(body))
    match chance.randrange(6):
        case 0:
            body = body[:place] + bytes([body[place] ^ (1 << chance.randrange(8))]) + body[place + 1 :]
        case 1:
            body = body[:place]
        case 2:
            headers["X-Slack-Request-Timestamp"] = chance.choice(["", "x", "1e9", "9" * 40, "-1", "é"])
        case 3:
            headers["X-Slack-Signature"] = chance.choice(
                ["", "v0=", "v1=0", "é", headers["X-Slack-Signature"][:-1]]
            )
        case 4:
            del headers[chance.choice(["X-Slack-Signature", "X-Slack-Request-Timestamp"])]
        case _:
            headers |= signed(body, MONDAY, secret="another" + str(chance.random()))
    return body, {name: value.encode("utf-8") for name, value in headers.items()}, {401}


MODAL = {
    "id": "V0FORM",
    "type": "modal",
    "callback_id": "form",
    "hash": "1.x",
    "private_metadata": '{"form": "log"}',
    "blocks": [{"type": "input", "block_id": "subject", "element": {"type": "plain_text_input"}}],
    "state": {"values": {"subject": {"fill": {"type": "plain_text_input", "value": "mine"}}}},
}
HOME, SENT, SHARED = home_opened(), submitted(MODAL), shortcut("mine")
LOOKED = looked_at(MODAL, "subject")
BROKEN = (
    (slash("mine"), ("user_id",), form),
    (slash("mine"), ("team_id",), form),
    (slash("mine"), ("trigger_id",), form),
    (direct_message("mine"), ("event_id",), as_json),
    (direct_message("mine"), ("event",), as_json),
    (direct_message("mine"), ("event", "user"), as_json),
    (direct_message("mine"), ("event", "type"), as_json),
    (direct_message("mine"), ("type",), as_json),
    (button("mine"), ("actions",), interactive),
    (button("mine"), ("actions", 0), interactive),
    (button("mine"), ("actions", 0, "action_id"), interactive),
    (button("mine"), ("actions", 0, "action_ts"), interactive),
    (button("mine"), ("user",), interactive),
    (button("mine"), ("user", "id"), interactive),
    (HOME, ("event", "user"), as_json),
    (SENT, ("view",), interactive),
    (SENT, ("view", "id"), interactive),
    (SENT, ("view", "type"), interactive),
    (SENT, ("view", "private_metadata"), interactive),
    (SENT, ("view", "state"), interactive),
    (SENT, ("view", "state", "values"), interactive),
    (SENT, ("view", "state", "values", "subject"), interactive),
    (SENT, ("view", "state", "values", "subject", "fill"), interactive),
    (SENT, ("user",), interactive),
    (LOOKED, ("view",), interactive),
    (LOOKED, ("view", "id"), interactive),
    (LOOKED, ("actions", 0), interactive),
    (SHARED, ("channel",), interactive),
    (SHARED, ("channel", "id"), interactive),
    (SHARED, ("message",), interactive),
    (SHARED, ("message", "ts"), interactive),
    (SHARED, ("callback_id",), interactive),
    (SHARED, ("trigger_id",), interactive),
)


def malformed(chance):
    """A request that Slack signed, and that says nothing which can be heard."""
    payload, path, travel = chance.choice(BROKEN)
    inner = payload = deepcopy(payload)
    for key in path[:-1]:
        inner = inner[key]
    odd = (
        ["", "?", "\u0000", "a b"] if travel is form else [7, True, [], [[]], {"x": 1}, "", "?", [None], -1.5]
    )
    inner[path[-1]] = chance.choice(odd)
    body, kind = travel(payload)
    if chance.random() < 0.3:
        body = chance.choice(
            [body[: len(body) // 2] if travel is as_json else b"payload=%7B", b"\xff\xfe", b"[]", b""]
        )
    return body, {"Content-Type": kind, **signed(body, MONDAY)}, {200, 400, 403, 404}


@pytest.mark.parametrize("make", [forged, malformed])
async def test_hundreds_of_bad_requests_are_answered_and_none_is_heard(step, hear, make):
    chance = random.Random(make.__name__)  # noqa: S311  # the same bad requests each time
    for _ in range(300):
        body, headers, expected = make(chance)
        answer = await step.raw(body, headers)
        assert answer.status_code in expected, body
        assert hear.asks == [], body


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    "type", "event", "actions", "team", "team_id", "user", "user_id", "authorizations", "enterprise",
    "enterprise_id", "view", "channel", "message", "response_url", "response_urls", "command", "text",
    "trigger_id", "callback_id", "item", "previous_message", "thread_ts", "function_data", "assistant_thread",
    "is_ext_shared_channel", "bot_access_token", "id", "ts", "values", "state", "private_metadata", "blocks",
    "hash", "container",
)  # fmt: skip
SOUND = [
    *(
        slash("mine"),
        direct_message("mine"),
        mention("mine"),
        button("mine"),
        button("mine", action_id="say:0"),
    ),
    *(HOME, SENT, LOOKED, SHARED, pressed_in(MODAL, "mine"), pressed_in({**MODAL, "type": "home"}, "home")),
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SOUND),
    st.dictionaries(st.sampled_from(KEYS), anything, max_size=3),
    st.dictionaries(st.sampled_from(KEYS), anything, max_size=2),
)
def test_no_signed_payload_of_whatever_shape_breaks_the_door(payload, outer, inner):
    payload = {**deepcopy(payload), **outer, "response_url": outer.get("response_url", "")}
    for part in ("event", "view", "message"):
        if isinstance(payload.get(part), dict):
            payload[part] |= inner

    async def one():
        clock, hear = Clock(), Desk()
        async with FakeSlack() as slack:
            door = door_to(slack, hear, clock, opens=opens, REPLYBY_SLACK_TEAMS=TEAM)
            doorstep = Doorstep(door, clock)
            answer = await doorstep.send(as_json(payload))
            await door.stop()
            await doorstep.client.aclose()
        assert 200 <= answer.status_code < 500

    asyncio.run(one())


async def test_no_body_and_no_secret_reaches_a_log(step, slack, hear, caplog):
    caplog.set_level(logging.DEBUG)
    about = "log call from Jane Doe 608-555-0133"
    for travelling in (form(slash(about)), as_json(direct_message(about)), interactive(button(about))):
        await step.send(travelling)
        body, kind = travelling
        await step.raw(body, {"Content-Type": kind, **signed(body, MONDAY, secret="wrong")})
    await step.send(form(slash(about, team_id="T0OTHER")))
    await step.send(form(slash(about, user_id="?")))
    assert len(hear.asks) == 3
    assert {one.action for one in caplog.records if hasattr(one, "action")} == {
        "slack_refused",
        "slack_malformed",
    }
    ours = "".join(one.getMessage() + str(one.__dict__) for one in caplog.records if one.name != "httpx")
    assert not any(word in ours for word in ("Jane", "608-555", SECRET, BOT_TOKEN, "v0="))
