"""What stands between a Playground, which signs nothing, and our door, which takes nothing unsigned.

Microsoft's side on 127.0.0.1: the key server, the identity that our own token comes from, and a line that
hands each activity on with a token for it. The door checks all of it as it does in an office.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from aiohttp import web

from tests.clients.office import Served
from tests.doors.fake_teams import APP, ISSUER, Microsoft, private_key

MANNER = {"content-type": "application/json"}


@dataclass
class Signing:
    """`door` is the served Replyby, once it is there. `passed`: each activity and the status it got."""

    microsoft: Microsoft
    url: str = ""
    identity: str = ""
    door: Served | None = None
    passed: list[tuple[dict[str, Any], int]] = field(default_factory=list)

    @property
    def settings(self) -> Mapping[str, str]:
        """What the served Replyby is told: whose tokens it takes, where its own may go, where it gets it."""
        return {
            "REPLYBY_TEAMS_OPENID_URL": self.microsoft.openid_url,
            "REPLYBY_TEAMS_SERVICE_HOSTS": "127.0.0.1",
            # The managed identity of an app service, as Azure offers it on the machine itself.
            "IDENTITY_ENDPOINT": self.identity,
            "IDENTITY_HEADER": "made-up",
        }

    async def hand_on(self, activity: Mapping[str, Any]) -> tuple[int, Any]:
        """Signs an activity and posts it to the door; the status, and the JSON that came back."""
        assert self.door is not None
        now = int(self.door.now.timestamp())
        claims = {"aud": APP, "iss": ISSUER, "serviceurl": activity.get("serviceUrl"), "iat": now, "nbf": now}
        token = jwt.encode(
            {**claims, "exp": now + 3600}, private_key("one"), algorithm="RS256", headers={"kid": "one"}
        )
        headers = {**MANNER, "Authorization": f"Bearer {token}"}
        url = f"{self.door.url}/api/messages"
        async with self.door.web.post(url, data=json.dumps(activity), headers=headers) as answer:
            words = await answer.text()
        self.passed.append((dict(activity), answer.status))
        return answer.status, json.loads(words) if answer.content_type == "application/json" else words

    async def _line(self, request: web.Request) -> web.Response:
        if request.method != "POST":  # the Playground waits until somebody listens here
            return web.Response(status=200)
        try:
            status, body = await self.hand_on(await request.json())
        except aiohttp.ClientError as error:
            return web.Response(status=502, text=type(error).__name__)
        if isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status)

    async def _identity(self, request: web.Request) -> web.Response:
        now = int(self.door.now.timestamp()) if self.door else 0
        return web.json_response(
            {
                "access_token": "made-up",
                "expires_on": str(max(now, 4_000_000_000)),
                "resource": request.query.get("resource", ""),
                "token_type": "Bearer",
            }
        )


@asynccontextmanager
async def signing() -> AsyncIterator[Signing]:
    """Both servers, within `async with`."""
    async with Microsoft() as microsoft:
        one, app = Signing(microsoft), web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/api/messages", one._line)
        app.router.add_get("/identity", one._identity)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        one.url, one.identity = f"http://{host}:{port}/api/messages", f"http://{host}:{port}/identity"
        try:
            yield one
        finally:
            await runner.cleanup()
