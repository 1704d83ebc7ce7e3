"""The Slack door by real, signed requests and by Socket Mode."""

import asyncio
import json
from datetime import timedelta

import pytest
from jinja2 import DictLoader
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.settings import read_settings
from bot.slack import SlackDoor
from bot.slack import door as slack_door
from models.staff import Address
from tests.doors.fake_slack import (
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    SECRET,
    TEAM,
    as_json,
    button,
    direct_message,
    event,
    form,
    interactive,
    mention,
    signed,
    slash,
)
from tests.doors.slack_door import MONDAY, WORDS, Doorstep, door_to, voice
from tests.doors.slack_interactions import home_opened, shortcut, submitted


async def test_a_slash_command_is_answered_in_the_response_to_the_speaker_alone(step, hear):
    answer = await step.send(form(slash("log call from Jane &amp; Joe")))
    said = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert (said["response_type"], said["unfurl_links"], said["unfurl_media"]) == ("ephemeral", False, False)
    assert said["text"] == "Said\n/inquiry log call from Jane &amp; Joe"
    assert [block["type"] for block in said["blocks"]] == ["header", "section", "actions"]
    [ask] = hear.asks
    assert (ask.speaker, ask.words, ask.now) == (
        Address("slack", TEAM, "U0DANA"), "/inquiry log call from Jane & Joe", MONDAY
    )  # fmt: skip
    assert not ask.by_message


@pytest.mark.parametrize(
    ("travelling", "words"),
    [
        (as_json(direct_message("what is due?")), "what is due?"),
        (as_json(mention(f"<@{BOT_USER}> help")), "help"),
        (interactive(button("/inquiry show INQ-1")), "/inquiry show INQ-1"),
    ],
)
async def test_messages_mentions_and_buttons_are_answered_by_a_message(step, slack, hear, travelling, words):
    answer = await step.send(travelling)
    assert (answer.status_code, answer.content) == (200, b"")
    assert [(ask.words, ask.by_message) for ask in hear.asks] == [(words, True)]
    assert slack.posted == []


@pytest.mark.parametrize(
    "payload",
    [
        direct_message("x", bot_id="B0REPLYBY"),
        direct_message("x", user=BOT_USER),
        direct_message("x", subtype="message_changed", message={"text": "y"}),
        home_opened(tab="messages"),
        event({"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}}),
    ],
)
async def test_events_that_ask_nothing_are_taken_and_left_alone(step, hear, payload):
    answer = await step.send(as_json(payload))
    assert (answer.status_code, hear.asks) == (200, [])


async def test_a_payload_of_a_kind_that_nobody_handles_is_not_found(step, hear):
    suggestion = {"type": "block_suggestion", "team": {"id": TEAM}, "user": {"id": "U0DANA"}, "value": "x"}
    assert (await step.send(interactive(suggestion))).status_code == 404
    assert hear.asks == []


@pytest.mark.parametrize(
    "payload",
    [
        {**shortcut("x"), "callback_id": "somebody_elses"},
        {**shortcut("x"), "type": "shortcut"},
        submitted({"id": "V0000001", "type": "modal", "callback_id": "notice", "state": {"values": {}}}),
        {**submitted({"id": "V0000001", "type": "modal", "callback_id": "form"}), "type": "view_closed"},
    ],
)
async def test_what_no_form_of_ours_asks_is_taken_and_left_alone(step, hear, payload):
    answer = await step.send(interactive(payload))
    assert (answer.status_code, answer.content, hear.asks) == (200, b"", [])


async def test_slack_may_try_the_address(step, hear):
    said = {"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV", "token": "x"}
    answer = await step.send(as_json(said))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1aBm2rZgRNFdxV"})
    body, kind = as_json(said)
    assert (await step.raw(body, {"Content-Type": kind})).status_code == 401
    body, kind = form({"ssl_check": "1", "token": "x"})
    answer = await step.raw(body, {"Content-Type": kind})
    assert (answer.status_code, answer.content) == (200, b"")
    assert hear.asks == []


@pytest.mark.parametrize(("age", "status"), [(299, 200), (-299, 200), (301, 401), (-301, 401)])
async def test_a_request_is_good_for_five_minutes(step, hear, age, status):
    body, kind = form(slash("mine"))
    answer = await step.raw(body, {"Content-Type": kind, **signed(body, MONDAY, age=age)})
    assert answer.status_code == status
    assert len(hear.asks) == (status == 200)


@pytest.mark.parametrize(
    "travelling",
    [
        form(slash("mine", team_id="T0OTHER")),
        as_json({**direct_message("mine"), "team_id": "T0OTHER", "authorizations": []}),
        interactive(button("mine", team={"id": "T0OTHER"})),
    ],
)
async def test_another_workspace_is_not_heard_and_need_not_try_again(step, hear, travelling):
    answer = await step.send(travelling)
    assert (answer.status_code, answer.headers["x-slack-no-retry"], hear.asks) == (403, "1", [])


async def test_a_visitor_in_a_shared_channel_is_not_heard_and_slack_is_content(step, hear):
    answer = await step.send(as_json(mention("mine", user_team="T0OTHER")))
    assert (answer.status_code, hear.asks) == (200, [])


async def test_workspaces_may_be_named_and_then_slack_is_not_asked(slack, hear, clock):
    step = Doorstep(door_to(slack, hear, clock, REPLYBY_SLACK_TEAMS="T0OTHER,E0COUNTY"), clock)
    assert (await step.send(form(slash("mine")))).status_code == 403
    assert (await step.send(form(slash("mine", team_id="T0OTHER")))).status_code == 200
    assert (await step.send(form(slash("mine", enterprise_id="E0COUNTY")))).status_code == 200
    assert len(hear.asks) == 2
    assert slack.asked == []
    await step.door.stop()
    await step.client.aclose()


async def test_a_slack_that_is_away_at_the_start_is_asked_again_when_somebody_speaks(
    slack, hear, clock, caplog
):
    slack.next("auth.test", status=503, answer="")
    step = Doorstep(door_to(slack, hear, clock), clock)
    await step.door.start()
    assert [one.action for one in caplog.records] == ["slack_learn"]
    early = await step.send(form(slash("mine")))
    assert (early.status_code, "x-slack-no-retry" in early.headers) == (403, False)
    assert len(slack.calls("auth.test")) == 1
    clock.now += timedelta(seconds=11)
    assert (await step.send(form(slash("mine")))).status_code == 200
    assert len(slack.calls("auth.test")) == 2
    assert len(hear.asks) == 1
    await step.door.stop()
    await step.client.aclose()


async def test_socket_mode_serves_the_same_payloads(step, hear):
    command = AsyncBoltRequest(mode="socket_mode", body=slash("mine"))
    answer = await step.door._bolt.async_dispatch(command)
    assert json.loads(answer.body)["text"] == "Said\n/inquiry mine"
    for body in (direct_message("help"), mention(f"<@{BOT_USER}> help"), button("/desk")):
        answer = await step.door._bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        assert (answer.status, answer.body) == (200, "")
    assert [ask.words for ask in hear.asks] == ["/inquiry mine", "help", "help", "/desk"]
    foreign = AsyncBoltRequest(mode="socket_mode", body=slash("mine", team_id="T0OTHER"))
    assert (await step.door._bolt.async_dispatch(foreign)).status == 403
    assert len(hear.asks) == 4


async def test_socket_mode_speaks_over_its_own_connection(slack, hear, clock):
    environ = {"SLACK_APP_TOKEN": APP_TOKEN}
    door = door_to(slack, hear, clock, **environ)
    await door.start()
    await slack.socket_open.wait()
    for number, payload in enumerate((slash("mine", team_id="T0OTHER"), slash("mine"))):
        envelope = {"type": "slash_commands", "envelope_id": f"e{number}", "payload": payload}
        await slack.socket.send_json(envelope)
    answer = await slack.acknowledged.get()
    assert (answer["envelope_id"], answer["payload"]["text"]) == ("e1", "Said\n/inquiry mine")
    assert len(hear.asks) == 1
    assert slack.tokens == {f"Bearer {BOT_TOKEN}", f"Bearer {APP_TOKEN}"}
    await door.stop()
    assert slack.acknowledged.empty()


async def test_socket_mode_waits_for_a_slack_that_is_away_and_lets_us_go(
    slack, hear, clock, caplog, monkeypatch
):
    monkeypatch.setattr(slack_door, "CONNECTING_SECONDS", 0.05)
    slack.next("apps.connections.open", answer={"ok": False, "error": "invalid_auth"})
    door = door_to(slack, hear, clock, SLACK_APP_TOKEN=APP_TOKEN)
    await door.start()
    assert [one.action for one in caplog.records] == ["slack_socket"]
    assert APP_TOKEN not in caplog.text
    async with asyncio.timeout(2):
        await door.stop()


async def test_a_door_without_a_signing_secret_takes_nothing_over_http(slack, hear, clock):
    environ = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "REPLYBY_SLACK_API_URL": slack.api_url,
    }
    words = DictLoader(WORDS)
    door = SlackDoor(read_settings(environ), voice(words), hear, clock, plain=voice(words, "plain"))
    step = Doorstep(door, clock)
    body, kind = form(slash("mine"))
    for secret in (SECRET, ""):
        answer = await step.raw(body, {"Content-Type": kind, **signed(body, MONDAY, secret=secret)})
        assert answer.status_code == 401
    assert hear.asks == []
    await step.door.stop()
    await step.client.aclose()
