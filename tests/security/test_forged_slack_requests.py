"""A thousand requests that Slack did not make, or that are not for us, come to nothing; replays to one."""

import logging
import random
from collections import Counter

import pytest

from models.inquiry import Inquiry
from tests.doors.fake_slack import (
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    as_json,
    button,
    direct_message,
    form,
    interactive,
    signed,
    slash,
)
from tests.doors.slack_door import MONDAY
from tests.security.agency import agency, tables
from tests.security.forged import KINDS, LOG, SECRETS, good, spoilt

EACH = 200
STORE = ("command", "event", "block_actions", "view_submission")
"""The kinds of which one request logs an inquiry; a shortcut opens the form for it."""


@pytest.fixture
async def town(tmp_path):
    async with agency(tmp_path) as one:
        yield one


async def post(town, body, headers, path="/slack/events"):
    return await town.client.post(path, content=body, headers=headers)


def words_of(record):
    """Everything that a record holds, whatever it is called."""
    return f"{record.getMessage()} {record.__dict__} {record.exc_text or ''} {record.exc_info or ''}"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_thousand_forged_requests_come_to_nothing(town, kind, caplog):
    chance = random.Random(f"forged {kind}")  # noqa: S311  # the same requests each time
    before, posted, seen = tables(town.store), len(town.slack.asked), Counter()
    caplog.set_level(logging.DEBUG)
    for _ in range(EACH):
        request = spoilt(kind, chance)
        answer = await post(town, request.body, request.headers)
        seen[request.how] += 1
        assert answer.status_code in request.statuses, f"{request.how}: {answer.status_code} {request.body!r}"
    await town.settled()
    assert tables(town.store) == before
    assert len(town.slack.asked) == posted, "nobody was written to, or looked up"
    assert len(seen) >= 15
    assert sum(seen.values()) == EACH
    logged = [words_of(record) for record in caplog.records]
    for secret in (*SECRETS, SECRET, BOT_TOKEN, APP_TOKEN, "v0=", "U0DANA"):
        assert [one for one in logged if secret in one] == []


@pytest.mark.parametrize("kind", STORE)
async def test_the_same_requests_unspoilt_have_their_effect(town, kind):
    body, content_type = good(kind)
    answer = await post(town, body, {"Content-Type": content_type, **signed(body, MONDAY)})
    assert answer.status_code == 200
    await town.settled()
    [inquiry] = town.office.rows(Inquiry)
    assert inquiry.customer == f"Jane {SECRETS[0]}"


@pytest.mark.parametrize("size", [1_000_001, 3_000_000])
@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("is_signed", [True, False])
async def test_a_body_that_is_too_large_is_refused_signed_or_not(town, size, announced, is_signed):
    async def in_pieces(body):
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    before = tables(town.store)
    body = good("command")[0] + b"&x=" + b"y" * size
    signing = signed(body, MONDAY) if is_signed else {}
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signing}
    answer = await post(town, body if announced else in_pieces(body), headers)
    assert answer.status_code == 413
    assert tables(town.store) == before


@pytest.mark.parametrize("kind", STORE)
async def test_a_hundred_replays_have_one_effect_and_one_answer(town, kind):
    body, content_type = good(kind)
    headers = {"Content-Type": content_type, **signed(body, MONDAY)}
    answers = []
    for number in range(100):
        more = (
            {"X-Slack-Retry-Num": str(number % 4), "X-Slack-Retry-Reason": "http_timeout"} if number else {}
        )
        answers.append(await post(town, body, {**headers, **more}))
        if number == 0:
            await town.settled()
            first = tables(town.store)
    await town.settled()
    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    assert len(town.office.rows(Inquiry)) == 1
    assert tables(town.store) == first, "no table has changed since the first"
    assert len(town.slack.posted) == (kind != "command")


async def test_an_unspoilt_shortcut_opens_a_form_and_stores_nothing(town):
    before = tables(town.store, but=("inbox",))
    body, content_type = good("message_action")
    await post(town, body, {"Content-Type": content_type, **signed(body, MONDAY)})
    await town.settled()
    assert len(town.slack.calls("views.open")) == 1
    assert tables(town.store, but=("inbox",)) == before


@pytest.mark.parametrize(
    ("age", "status"), [(299, 200), (-299, 200), (301, 401), (-301, 401), (0, 200), (86_400, 401)]
)
@pytest.mark.parametrize("kind", STORE)
async def test_a_request_is_good_for_five_minutes_either_way(town, kind, age, status):
    body, content_type = good(kind)
    headers = {"Content-Type": content_type, **signed(body, MONDAY, age=age)}
    assert (await post(town, body, headers)).status_code == status
    await town.settled()
    assert len(town.office.rows(Inquiry)) == (status == 200)


FORGED_PARTS = (
    ("/slack/events?user_id=U0ALEX&team_id=T0RIVERBEND", {}),
    ("/slack/events?payload=%7B%22user%22%3A%7B%22id%22%3A%22U0ALEX%22%7D%7D", {}),
    ("/slack/events", {"X-Slack-User-Id": "U0ALEX", "X-User": "U0ALEX", "Cookie": "user=U0ALEX"}),
    ("/slack/events", {"Authorization": "Bearer U0ALEX", "X-Forwarded-For": "127.0.0.1"}),
)


@pytest.mark.parametrize(("path", "more"), FORGED_PARTS)
async def test_who_speaks_is_read_from_what_is_signed_alone(town, path, more):
    town.office.say("alex", f"inquiry {LOG}")
    before = tables(town.store, but=("inbox", "outbox"))
    for travelling in (
        form(slash("mine")),
        as_json(direct_message("mine")),
        interactive(button("inquiry mine")),
    ):
        body, content_type = travelling
        headers = {"Content-Type": content_type, **signed(body, MONDAY), **more}
        answer = await post(town, body, headers, path)
        assert answer.status_code == 200
        assert SECRETS[0] not in answer.text
    await town.settled()
    assert all(one["user"] == "U0DANA" for one in town.slack.posted)
    assert SECRETS[0] not in str(town.slack.posted)
    assert tables(town.store, but=("inbox", "outbox")) == before


def test_the_forged_requests_are_a_thousand():
    assert EACH * len(KINDS) == 1000
