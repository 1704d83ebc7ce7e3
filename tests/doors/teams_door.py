"""The Teams door in a small web app, with made-up settings, and an ear that takes down what it hears."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.teams import TeamsDoor, answers
from bot.voice import Voice
from handlers.asking import Ask, Reply
from tests.doors.fake_teams import APP, NOW, TENANT, Microsoft

TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class Settings:
    teams_openid_url: str
    microsoft_app_id: str | None = APP
    microsoft_app_password: SecretStr | None = None
    microsoft_app_tenant_id: str | None = TENANT
    microsoft_app_type: str = "SingleTenant"
    teams_service_hosts: tuple[str, ...] = ("smba.trafficmanager.net", "*.botframework.com", "127.0.0.1")


class Token:
    """Credentials that are there at once."""

    def get_access_token(self) -> str:
        return "our-own-token"


def voice() -> Voice:
    return Voice(
        TEMPLATES, "teams", "America/Chicago", lambda made_of: f"https://example.gov/survey/{made_of}"
    )


@dataclass
class Office:
    """A door, Microsoft's servers, and what was heard."""

    microsoft: Microsoft
    reply: Reply = field(default_factory=lambda: Reply("working_on_it"))
    heard: list[Ask] = field(default_factory=list)
    gate: asyncio.Event | None = None
    door: Any = None
    client: Any = None
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def hear(self, ask: Ask) -> Reply:
        self.heard.append(ask)
        if self.gate:
            await self.gate.wait()
        return self.reply

    async def open(
        self, *, hear: Any = None, known: Any = None, credentials: Any = None, **settings: Any
    ) -> "Office":
        given = Settings(**{"teams_openid_url": self.microsoft.openid_url, **settings})
        door = TeamsDoor(
            given, voice(), hear or self.hear, lambda: NOW, known, credentials=credentials or Token()
        )

        async def health(_: Request) -> PlainTextResponse:
            return PlainTextResponse("well")

        routes = [Route("/api/messages", door.handle, methods=["POST"]), Route("/health", health)]
        transport = httpx.ASGITransport(Starlette(routes=routes))
        client = httpx.AsyncClient(transport=transport, base_url="http://replyby.example")
        self.door, self.client = door, await self.stack.enter_async_context(client)
        await door.start()
        self.stack.push_async_callback(door.stop)
        return self

    async def post(
        self, activity: Any, headers: Mapping[str, str] | None = None, content_type: str = "application/json"
    ) -> httpx.Response:
        """Posts an activity, or raw bytes, signed unless other headers are given."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        signed = self.microsoft.bearer() if headers is None else dict(headers)
        answer: httpx.Response = await self.client.post(
            "/api/messages", content=body, headers={"content-type": content_type, **signed}
        )
        return answer

    async def slowly(self, activity: Any) -> httpx.Response:
        """Posts an activity whose answer is not there in time; returns when that is said as well."""
        self.gate = asyncio.Event()
        with patch.multiple(answers, PATIENCE=0.0, INVOKE_PATIENCE=0.0):
            answer = await self.post(activity)
        self.gate.set()
        await asyncio.gather(*self.door.running)
        self.gate = None
        return answer

    async def close(self) -> None:
        await self.stack.aclose()
