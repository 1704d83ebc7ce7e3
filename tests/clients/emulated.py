"""Slack, by `emulate`, and before it the line that mends what the two do not agree on.

AsyncWebClient puts some calls into the query, and emulate reads bodies alone. emulate has no response_url:
the line is one, and does with it what Slack does. It keeps the views as emulate answered them.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.manifests.slack_scopes import BOT_SCOPES
from tests.clients.office import people
from tests.clients.processes import free_port, running
from tests.clients.tools import HERE, Tools

Json = dict[str, Any]

TOKEN, SECRET, APP = "xoxb-made-up", "made-up-signing-secret", "A0REPLYBY"
EYE = "xoxb-what-people-see"
"""The token with which the test reads what was said; Replyby's own has the scopes of its manifest alone."""

SEEING = (
    *BOT_SCOPES, "channels:history", "channels:read", "groups:history", "groups:read", "im:read", "mpim:read",
)  # fmt: skip


def _seed() -> Json:
    members = [{"name": name, "real_name": one.name, "email": one.email} for name, one in people().items()]
    return {
        "slack": {
            "team": {"name": "Riverbend County", "domain": "riverbend"},
            "users": [*members, {"name": "replyby", "real_name": "Replyby"}],
            "channels": [{"name": "general"}],
            "bots": [{"name": "replyby"}],
            "tokens": [
                {"token": token, "user": "replyby", "type": "bot", "app_id": APP, "scopes": list(scopes)}
                for token, scopes in ((TOKEN, BOT_SCOPES), (EYE, SEEING))
            ],
            "signing_secret": SECRET,
            "strict_scopes": True,
        }
    }


@dataclass
class Emulated:
    """`api` asks emulate for the test itself. `views`: by id, as they stand; `homes`: by user.

    `responses` holds, by the number of a response_url, the messages that came to it.
    """

    url: str
    session: aiohttp.ClientSession = field(repr=False)
    address: str = ""
    views: dict[str, Json] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    responses: dict[int, list[Json]] = field(default_factory=dict)
    places: dict[int, tuple[str, str]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    async def api(self, method: str, **told: Any) -> Json:
        return await self._ask(method, json.dumps(told), "application/json", EYE)

    async def _ask(self, method: str, body: str, kind: str, token: str = TOKEN) -> Json:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        async with self.session.post(f"{self.url}/api/{method}", data=body, headers=headers) as answer:
            return dict(await answer.json())

    def response_url(self, channel: str = "", ts: str = "") -> tuple[int, str]:
        """A new one, for the message that stands there, and its number."""
        number = next(self.numbers)
        self.responses[number], self.places[number] = [], (channel, ts)
        return number, f"{self.address}/respond/{number}"

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        body, kind = await request.text(), request.headers.get("Content-Type", "")
        if request.method == "GET" or not body:
            body, kind = json.dumps(dict(request.query)), "application/json"
        if request.headers.get("Authorization") != f"Bearer {TOKEN}" and f"token={TOKEN}" not in body:
            return web.json_response({"ok": False, "error": "not_authed"})
        answer = await self._ask(method, body, kind)
        self.calls.append((method, "" if answer.get("ok") else str(answer.get("error"))))
        if method.startswith("views.") and answer.get("ok"):
            view = answer["view"]
            self.views[view["id"]] = view
            if view["type"] == "home":
                asked = json.loads(body) if kind.startswith("application/json") else {}
                self.homes[str(asked.get("user_id", ""))] = view
        return web.json_response(answer)

    async def _respond(self, request: web.Request) -> web.Response:
        """What Slack does with a message that comes to a response_url."""
        number = int(request.match_info["number"])
        message, (channel, ts) = await request.json(), self.places[number]
        if message.get("replace_original") and ts:
            done = await self.api(
                "chat.update", channel=channel, ts=ts, text=message.get("text", ""), blocks=message["blocks"]
            )
            self.calls.append(("response_url", "" if done.get("ok") else str(done.get("error"))))
        self.responses[number].append(message)
        return web.Response(text="ok")


@asynccontextmanager
async def emulated(tools: Tools, folder: Path) -> AsyncIterator[Emulated]:
    """Starts emulate and the line."""
    folder.mkdir(parents=True, exist_ok=True)
    port, seed = free_port(), folder / "emulate.json"
    seed.write_text(json.dumps(_seed()))
    command = [
        str(tools.node), "--require", str(HERE / "loopback.cjs"),
        str(tools.modules / "emulate" / "dist" / "index.js"),
        "start", "--service", "slack", "--port", str(port), "--seed", str(seed),
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    async with (
        running("emulate", command, folder / "emulate.log", tools.environ(), url),
        aiohttp.ClientSession() as session,
    ):
        one, app = Emulated(url, session), web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/api/{method}", one._call)
        app.router.add_post("/respond/{number}", one._respond)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        one.address = "http://{}:{}".format(*runner.addresses[0][:2])
        try:
            yield one
        finally:
            await runner.cleanup()
