"""The served app lets nobody ask without measure, on either database, and says so where it was asked."""

import httpx
import pytest

from bot import assemble
from bot.assemble import seed_when_empty, serving
from bot.ear import AT_ONCE
from bot.settings import read_settings
from bot.turnstile import PLACES, Turnstile
from models.migrating import migrate
from models.store import Store
from tests.doors.fake_slack import (
    BOT_TOKEN,
    SECRET,
    TEAM,
    FakeSlack,
    as_json,
    direct_message,
    form,
    signed,
    slash,
)
from tests.doors.slack_door import Clock
from tests.seeded import demo

NOTHING = "I have done nothing with this request"


@pytest.fixture
async def served(database_url):
    clock, store = Clock(), Store(database_url)
    migrate(store, clock())
    seed_when_empty(store, demo(), clock)
    async with FakeSlack() as slack:
        for user in ("DANA", "LEE"):
            slack.add(f"U0{user}", email=f"{user.lower()}@riverbend.example")
        environ = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "REPLYBY_SLACK_API_URL": slack.api_url,
            "REPLYBY_SLACK_TEAMS": TEAM,
        }
        app = serving(read_settings(environ), store, clock)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://x.example") as client,
        ):

            async def post(travelling):
                body, kind = travelling
                headers = {"Content-Type": kind, **signed(body, clock())}
                return await client.post("/slack/events", content=body, headers=headers)

            yield slack, post


def test_asks_never_take_every_connection_of_a_server(database_url, monkeypatch):
    """A department whose asks wait for a lock must leave connections for all others, and for what is due."""
    found = {}

    class Noted(Turnstile):
        def __init__(self, *given, **more):
            found.update(more)
            super().__init__(*given, **more)

    monkeypatch.setattr(assemble, "Turnstile", Noted)
    clock, store = Clock(), Store(database_url)
    migrate(store, clock())
    seed_when_empty(store, demo(), clock)
    serving(read_settings({}), store, clock)
    assert found["places"] == (AT_ONCE if store.on_postgresql else PLACES)
    assert (
        found["places"] < store.engine.pool.size() + store.engine.pool._max_overflow
        or not store.on_postgresql
    )
    store.close()


async def test_one_who_asks_without_measure_is_told_to_wait_and_a_colleague_is_heard(served):
    _, post = served
    said = [(await post(form(slash("mine", trigger_id=f"1.{number}")))).text for number in range(80)]
    assert NOTHING not in "".join(said[:30])
    assert NOTHING in said[-1]
    lee = await post(form(slash("mine", user_id="U0LEE", trigger_id="2.1")))
    assert NOTHING not in lee.text
    again = await post(form(slash("mine", trigger_id="1.0")))
    assert again.text == said[0], "what was answered is answered again, however often it comes"


async def test_a_message_too_many_is_answered_by_a_message(served):
    slack, post = served
    for number in range(80):
        payload = direct_message("inquiry mine") | {"event_id": f"Ev{number}"}
        assert (await post(as_json(payload))).status_code == 200
    assert NOTHING in str(slack.posted)
