"""Messages to Slack: said once, and every refusal understood."""

import hashlib
import logging
import socket

import aiohttp
import pytest
from jinja2 import DictLoader

from bot.slack.line import Line
from bot.slack.sending import SlackSender
from bot.voice import Voice
from models.staff import Address
from scheduler.delivery import SENDING_SECONDS, InDoubt, Letter, NotNow, Unreachable
from tests.doors.fake_slack import BOT_TOKEN, TEAM

TEMPLATES = {
    "due_soon.j2": "{% block title %}Due soon{% endblock %}{% block body %}{{ words }}{% endblock %}",
    "survey_invitation.j2": "{% block body %}Please tell us: {{ survey | survey_link }}{% endblock %}",
}
DIGEST = hashlib.sha256(b"deadline:1").hexdigest()


@pytest.fixture
async def line(slack):
    one = Line(BOT_TOKEN, slack.api_url)
    yield one
    await one.close()


@pytest.fixture
def sender(line):
    return sender_on(line)


def sender_on(line):
    link = "https://replies.example.gov/survey/{}".format
    return SlackSender(line, Voice(DictLoader(TEMPLATES), "slack", "America/Chicago", link))


def letter(key="deadline:1", template="due_soon", doubtful=False, user="U0DANA", choices=(), **facts):
    facts = facts or {"words": "INQ-1 & <more>"}
    return Letter(key, Address("slack", TEAM, user), template, facts, choices, doubtful)


async def test_a_letter_becomes_a_direct_message_with_an_opaque_key(slack, sender):
    choices = ({"label": "Show", "words": "/inquiry show INQ-1"},)
    receipt = await sender.send(letter(choices=choices))
    [posted] = slack.posted
    assert posted["user"] == "U0DANA"
    assert posted["metadata"] == {"event_type": "replyby_message", "event_payload": {"key": DIGEST}}
    assert (posted["unfurl_links"], posted["unfurl_media"]) == (False, False)
    assert posted["text"] == "Due soon\nINQ-1 &amp; &lt;more&gt;"
    assert posted["blocks"][-1]["elements"][0]["value"] == "/inquiry show INQ-1"
    assert (receipt.provider_id, receipt.said) == (f"DU0DANA/{posted['ts']}", posted["text"])
    assert slack.tokens == {f"Bearer {BOT_TOKEN}"}


async def test_the_link_of_a_survey_is_said_and_not_kept(slack, sender):
    receipt = await sender.send(letter(template="survey_invitation", survey="q-Secret_9"))
    assert "https://replies.example.gov/survey/q-Secret_9" in slack.posted[0]["text"]
    assert receipt.said == "Please tell us: https://replies.example.gov/survey/…"


async def test_letters_share_one_connection(slack, sender):
    for number in range(5):
        await sender.send(letter(key=f"deadline:{number}"))
    assert len(slack.posted) == 5
    assert len(slack.connections) == 1


async def test_a_doubtful_letter_that_was_said_is_not_said_again(slack, sender):
    slack.page = 2
    first = await sender.send(letter())
    for number in range(2, 6):
        await sender.send(letter(key=f"deadline:{number}"))
    again = await sender.send(letter(doubtful=True))
    assert again == first
    assert len(slack.posted) == 5
    assert len(slack.calls("conversations.history")) == 3


async def test_a_doubtful_letter_that_was_not_said_is_said(slack, sender):
    await sender.send(letter(key="deadline:2"))
    slack.posted[0]["metadata"]["event_type"] = "somebody_elses"
    await sender.send(letter(key="deadline:2", doubtful=True))
    assert len(slack.posted) == 2


async def test_a_letter_whose_connection_was_cut_is_in_doubt_and_is_said_once_in_the_end(slack, sender):
    slack.next("chat.postMessage", done=True, cut=True)
    with pytest.raises(InDoubt):
        await sender.send(letter())
    assert len(slack.calls("chat.postMessage")) == 1
    await sender.send(letter(doubtful=True))
    assert len(slack.posted) == 1


@pytest.mark.parametrize("code", ["fatal_error", "internal_error"])
@pytest.mark.parametrize("status", [200, 500])
async def test_slacks_own_doubt_is_doubt(slack, sender, code, status):
    slack.next("chat.postMessage", done=True, status=status, answer={"ok": False, "error": code})
    with pytest.raises(InDoubt, match=code):
        await sender.send(letter())


@pytest.mark.parametrize(
    "misdeed",
    [
        {"status": 502, "answer": "<html>bad gateway</html>", "content_type": "text/html"},
        {"status": 503, "answer": "", "content_type": "text/plain"},
        {"status": 200, "answer": "ok", "content_type": "text/plain"},
        {"status": 200, "answer": "{not json"},
        {"status": 200, "answer": ["ok"]},
        {"status": 200, "answer": "<html>log in first</html>", "content_type": "text/html"},
    ],
)
async def test_an_answer_that_is_none_is_doubt(slack, sender, misdeed):
    slack.next("chat.postMessage", **misdeed)
    with pytest.raises(InDoubt):
        await sender.send(letter())


async def test_a_history_that_cannot_be_read_leaves_the_doubt(slack, sender):
    slack.next("conversations.open", answer={"ok": True})
    with pytest.raises(InDoubt):
        await sender.send(letter(doubtful=True))
    assert slack.posted == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (TimeoutError(), InDoubt),
        (aiohttp.SocketTimeoutError(), InDoubt),
        (aiohttp.ServerDisconnectedError(), InDoubt),
        (ConnectionResetError(), InDoubt),
        (aiohttp.ConnectionTimeoutError(), NotNow),
    ],
)
async def test_silence_is_doubt_only_after_something_was_sent(line, monkeypatch, fault, outcome):
    async def fail(**message):
        raise fault

    monkeypatch.setattr(line.web(), "chat_postMessage", fail)
    with pytest.raises(outcome):
        await sender_on(line).send(letter())


async def test_a_call_ends_before_delivery_gives_up(line):
    session = line.web().session
    assert session.timeout.total < SENDING_SECONDS


async def test_a_slack_that_cannot_be_reached_took_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = Line(BOT_TOKEN, f"http://127.0.0.1:{port}/api/")
    with pytest.raises(NotNow) as outcome:
        await sender_on(line).send(letter())
    assert outcome.value.seconds is None
    await line.close()


@pytest.mark.parametrize(
    ("misdeed", "seconds"),
    [
        (
            {
                "status": 429,
                "headers": {"Retry-After": "30"},
                "answer": {"ok": False, "error": "ratelimited"},
            },
            30.0,
        ),
        ({"status": 429, "headers": {"Retry-After": "7"}, "answer": "", "content_type": "text/plain"}, 7.0),
        ({"status": 429, "headers": {"Retry-After": "9"}, "answer": "{no json"}, 9.0),
        ({"status": 429, "headers": {"Retry-After": "soon"}, "answer": {"ok": False}}, None),
        ({"answer": {"ok": False, "error": "rate_limited"}}, None),
    ],
)
async def test_a_crowded_slack_is_tried_when_it_says(slack, sender, misdeed, seconds):
    slack.next("chat.postMessage", **misdeed)
    with pytest.raises(NotNow) as outcome:
        await sender.send(letter())
    assert outcome.value.seconds == seconds


@pytest.mark.parametrize(
    "code",
    [
        "user_not_found",
        "channel_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "is_archived",
        "invalid_blocks",
    ],
)
async def test_some_addresses_will_never_take_it(slack, sender, code):
    slack.next("chat.postMessage", answer={"ok": False, "error": code})
    with pytest.raises(Unreachable, match=code):
        await sender.send(letter())


@pytest.mark.parametrize(
    "code", ["account_inactive", "token_revoked", "invalid_auth", "not_authed", "missing_scope"]
)
async def test_a_halted_installation_keeps_everything_and_tells_the_administrator_once(
    slack, sender, caplog, code
):
    for _ in range(3):
        slack.next("chat.postMessage", answer={"ok": False, "error": code})
        with pytest.raises(NotNow) as outcome:
            await sender.send(letter())
        assert outcome.value.seconds == 900
    [told] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert (told.action, told.error) == ("slack_halted", code)
    await sender.send(letter())
    slack.next("chat.postMessage", answer={"ok": False, "error": code})
    with pytest.raises(NotNow):
        await sender.send(letter())
    assert len([one for one in caplog.records if one.levelno == logging.ERROR]) == 2


async def test_a_refusal_that_nobody_foresaw_is_tried_again_and_logged(slack, sender, caplog):
    slack.next("chat.postMessage", answer={"ok": False, "error": "brand_new_error"})
    with pytest.raises(NotNow, match="brand_new_error"):
        await sender.send(letter())
    assert [one.error for one in caplog.records] == ["brand_new_error"]


async def test_a_closed_line_keeps_the_letter(slack, line, sender):
    await line.close()
    with pytest.raises(NotNow):
        await sender.send(letter())


async def test_no_word_and_no_token_reaches_a_log(slack, sender, caplog):
    caplog.set_level(logging.DEBUG)
    await sender.send(letter(words="Jane Doe 608-555-0133"))
    slack.next("chat.postMessage", answer={"ok": False, "error": "missing_scope", "needed": "Jane Doe"})
    with pytest.raises(NotNow):
        await sender.send(letter(words="Jane Doe 608-555-0133"))
    slack.next("chat.postMessage", cut=True)
    with pytest.raises(InDoubt):
        await sender.send(letter(words="Jane Doe 608-555-0133"))
    assert caplog.records
    assert not any(word in caplog.text for word in ("Jane", "608-555", BOT_TOKEN, "U0DANA"))
