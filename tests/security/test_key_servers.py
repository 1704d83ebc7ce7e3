"""Microsoft's key server as it changes, hangs and talks nonsense, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import jwt
import pytest
from aiohttp import web

from bot.teams.keys import FRESH, OLDEST
from models.inquiry import Inquiry
from tests.doors.fake_teams import private_key
from tests.security.teams_town import Town, segment


@asynccontextmanager
async def key_server(town: Town, answer: Callable[[], web.Response]) -> AsyncIterator[None]:
    """Another key server, in place of Microsoft's."""

    async def say(_request: web.Request) -> web.Response:
        return answer()

    app = web.Application()
    app.router.add_get("/keys", say)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    keys = town.agency.teams_door._keys
    ask = keys._fetch

    async def fetch(url: str) -> bytes:
        if url.endswith("openid"):
            return json.dumps({"jwks_uri": f"http://{host}:{port}/keys"}).encode()
        found: bytes = await ask(url)
        return found

    keys._fetch = fetch
    try:
        yield
    finally:
        await runner.cleanup()


async def test_a_new_key_is_taken_within_a_minute_however_it_is_spammed_meanwhile(town):
    assert (await town.post(town.activity())).status_code == 200
    town.microsoft.kids = ["two"]
    taken = None
    for second in range(60):
        town.ticks[0] = 1000.0 + second
        # Somebody tries unknown keys all the while, so as to have us ask at the wrong moments.
        await town.post(town.activity(), town.microsoft.token(kid="stranger"))
        answer = await town.post(town.activity(id=f"r{second}"), town.microsoft.token(kid="two"))
        if answer.status_code == 200:
            taken = second
            break
    assert taken is not None
    old = await town.post(town.activity(id="old"), town.microsoft.token(kid="one"))
    assert old.status_code == 401, "a key that was withdrawn is not taken any more"
    assert town.microsoft.keys_asked <= 3


async def test_a_key_server_that_hangs_holds_up_neither_health_nor_who_has_a_known_key(town):
    assert (await town.post(town.activity())).status_code == 200
    town.microsoft.hanging, town.microsoft.asked = asyncio.Event(), asyncio.Event()
    town.ticks[0] += 31
    waiting = asyncio.create_task(town.post(town.activity(id="w"), town.microsoft.token(kid="two")))
    await town.microsoft.asked.wait()
    health = await town.client.get("/health")
    assert (health.status_code, waiting.done()) == (200, False)
    known = await town.post(town.activity(id="k"))
    garbage = await town.post(town.activity(), "x.y.z")
    assert (known.status_code, garbage.status_code, waiting.done()) == (200, 401, False)
    town.microsoft.kids = ["one", "two"]
    town.microsoft.hanging.set()
    assert (await waiting).status_code == 200


async def test_keys_are_renewed_while_they_are_used_and_not_used_when_they_are_too_old(town):
    assert (await town.post(town.activity())).status_code == 200
    town.microsoft.key_status = 500
    town.ticks[0] += FRESH + 1
    assert (await town.post(town.activity(id="1"))).status_code == 200
    town.ticks[0] += OLDEST
    assert (await town.post(town.activity(id="2"))).status_code == 401
    town.microsoft.key_status = 200
    town.ticks[0] += 6
    assert (await town.post(town.activity(id="3"))).status_code == 200


def jwk(kid: str, signer: str | None = None, **more: Any) -> dict[str, Any]:
    public = private_key(signer or kid).public_key()
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True), "kid": kid, **more}


KEY_SETS: dict[str, tuple[list[Any] | Any, int]] = {
    "the key once": ([jwk("one")], 200),
    "the key after what cannot be used": ([{"kty": "EC", "kid": "x"}, {"kty": "RSA"}, jwk("one")], 200),
    "a key that endorses Teams": ([jwk("one", endorsements=["msteams"])], 200),
    "a key that endorses another channel": ([jwk("one", endorsements=["webchat", "directline"])], 401),
    "a key that endorses nothing": ([jwk("one", endorsements=[])], 401),
    "a key for encrypting": ([jwk("one", use="enc")], 401),
    "a secret under the key's id": (
        [{"kty": "oct", "kid": "one", "k": segment(b"x" * 64), "alg": "HS256"}],
        401,
    ),
    "another's key under the key's id": ([jwk("one", signer="stranger")], 401),
    "no key": ([], 401),
    "keys that are an object": ({"one": 1}, 401),
    "keys that are a text": ("one", 401),
    "keys that are numbers": ([1, 2], 401),
}


@pytest.mark.parametrize(("keys", "status"), KEY_SETS.values(), ids=KEY_SETS)
async def test_a_key_server_may_say_what_it_likes(town, keys, status):
    async with key_server(town, lambda: web.json_response({"keys": keys})):
        assert (await town.post(town.activity())).status_code == status
    assert len(town.agency.office.rows(Inquiry)) == (status == 200)


ANSWERS: dict[str, Callable[[], web.Response]] = {
    "a page": lambda: web.Response(text="<html>", content_type="text/html"),
    "a fault": lambda: web.Response(status=500),
    "nothing": lambda: web.Response(status=204),
    "another address": lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1:1/keys"}),
    "two megabytes": lambda: web.Response(body=b" " * 2_000_000 + b"{}"),
    "a nest": lambda: web.Response(body=b"[" * 100_000),
    "no UTF-8": lambda: web.Response(body=b"\xff\xfe"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_a_key_server_that_answers_nonsense_lets_nobody_in_and_breaks_nothing(town, answer):
    async with key_server(town, answer):
        assert (await town.post(town.activity())).status_code == 401
        assert (await town.client.get("/health")).status_code == 200
    assert town.agency.office.rows(Inquiry) == []
