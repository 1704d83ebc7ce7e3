"""Microsoft's side of Teams on 127.0.0.1: a key server that signs, a Bot Connector that notes what comes."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday, 9:00 in Chicago."""

APP = "11111111-2222-3333-4444-555555555555"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
BOT = f"28:{APP}"
DANA = "d0d0d0d0-0000-0000-0000-000000000001"
DANAS_ID = "29:1dana"
PERSONAL = "a:1personal-dana"
CHANNEL = "19:permits@thread.tacv2"
THREAD = f"{CHANNEL};messageid=1700000000777"
ISSUER = "https://api.botframework.com"

SHARED: dict[str, Any] = {
    "linkToMessage": f"https://teams.example/l/message/{CHANNEL}/1700000000888",
    "id": "1700000000888",
    "replyToId": "1700000000777",
    "createdDateTime": "2026-03-02T14:40:11.833Z",
    "deleted": False,
    "locale": "en-us",
    "body": {
        "contentType": "html",
        "content": "<div><p>Ann Ho asks about her&nbsp;<b>permit</b> &amp; the fee</p><p>608-555-0133</p>",
    },
    "from": {"user": {"userIdentityType": "aadUser", "id": "1ee00000-0", "displayName": "Lee Okafor"}},
    "mentions": [],
}
"""A message in a channel, as an action on it brings it."""

GONE = object()
"""Stands for what is to be left out."""


@cache
def private_key(kid: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The base with changes; GONE takes a name out."""
    return {name: value for name, value in {**base, **changes}.items() if value is not GONE}


@dataclass
class Taken:
    """A request that the Bot Connector has had."""

    method: str
    path: str
    authorization: str | None
    body: Any


@dataclass
class Microsoft:
    """The two servers. `answers`: what the next posted messages get, as (status, headers, body) or "cut"."""

    url: str = ""
    kids: list[str] = field(default_factory=lambda: ["one"])
    endorsements: list[str] | None = field(default_factory=lambda: ["msteams", "webchat"])
    keys_asked: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hanging: asyncio.Event | None = None
    key_status: int = 200
    taken: list[Taken] = field(default_factory=list)
    answers: deque[Any] = field(default_factory=deque)
    lookups: deque[Any] = field(default_factory=deque)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    runner: web.AppRunner | None = None

    async def __aenter__(self) -> "Microsoft":
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/v3/conversations", self._create)
        app.router.add_post("/v3/conversations/{conversation}/activities", self._post)
        app.router.add_put("/v3/conversations/{conversation}/activities/{activity}", self._put)
        app.router.add_get("/v3/conversations/{conversation}/members/{member}", self._member)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        host, port = self.runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.hanging:
            self.hanging.set()
        assert self.runner
        await self.runner.cleanup()

    @property
    def openid_url(self) -> str:
        return f"{self.url}openid"

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(NOW.timestamp())
        base = {"aud": APP, "iss": ISSUER, "serviceurl": self.url, "iat": now, "nbf": now, "exp": now + 3600}
        return merged(base, changes)

    def token(self, kid: str = "one", signed_by: str | None = None, **changes: Any) -> str:
        key = private_key(signed_by or kid)
        return jwt.encode(self.claims(**changes), key, algorithm="RS256", headers={"kid": kid})

    def bearer(self, **changes: Any) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(**changes)}"}

    def message(self, text: Any = "inquiry mine", **changes: Any) -> dict[str, Any]:
        """What Teams posts when Dana writes to the bot."""
        base = {
            "type": "message",
            "id": "1700000000001",
            "timestamp": "2026-03-02T15:00:00.0000000Z",
            "serviceUrl": self.url,
            "channelId": "msteams",
            "from": {"id": DANAS_ID, "name": "Dana", "aadObjectId": DANA},
            "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": PERSONAL},
            "recipient": {"id": BOT, "name": "Replyby"},
            "text": text,
            "textFormat": "plain",
            "entities": [{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Windows"}],
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
        }
        return merged(base, changes)

    def in_channel(self, text: str = "<at>Replyby</at> inquiry mine", **changes: Any) -> dict[str, Any]:
        """The same in a channel, where the bot hears what mentions it."""
        base = {
            "conversation": {
                "isGroup": True,
                "conversationType": "channel",
                "tenantId": TENANT,
                "id": f"{CHANNEL};messageid=1700000000001",
            },
            "entities": [mention(BOT, "Replyby")],
        }
        return self.message(text, **{**base, **changes})

    def pressed(self, words: str, **changes: Any) -> dict[str, Any]:
        """What Teams posts for a button with Action.Execute."""
        value = {
            "action": {"type": "Action.Execute", "title": "x", "verb": "say", "data": {"words": words}},
            "trigger": "manual",
        }
        base = {"type": "invoke", "name": "adaptiveCard/action", "value": value, "text": GONE, "id": "f:1"}
        return self.message(**{**base, **changes})

    def renewed(self, words: str, **changes: Any) -> dict[str, Any]:
        """What Teams posts by itself when a card that can be renewed is looked at again."""
        action = {"type": "Action.Execute", "verb": "say", "data": {"words": words}}
        return self.pressed(words, **{"value": {"action": action, "trigger": "automatic"}, **changes})

    def invoked(self, name: str, value: Any, **changes: Any) -> dict[str, Any]:
        """What Teams posts when it wants an answer at once."""
        return self.message(
            **{"type": "invoke", "name": name, "value": value, "text": GONE, "id": "f:1", **changes}
        )

    def fetched(self, data: Any, **changes: Any) -> dict[str, Any]:
        """What Teams posts for a button that opens a dialog."""
        value = {"data": data, "context": {"theme": "default"}}
        return self.invoked("task/fetch", value, **changes)

    def submitted(self, data: Any, **changes: Any) -> dict[str, Any]:
        """What Teams posts for a button in a dialog."""
        value = {"data": data, "context": {"theme": "default"}}
        return self.invoked("task/submit", value, **changes)

    def shared(self, message: Any = None, data: Any = GONE, **changes: Any) -> dict[str, Any]:
        """What Teams posts for an action on somebody's message in a channel; with data, for its dialog."""
        value = {
            "commandId": "log_inquiry",
            "commandContext": "message",
            "messagePayload": SHARED if message is None else message,
            "data": data,
        }
        name = "composeExtension/fetchTask" if data is GONE else "composeExtension/submitAction"
        where = {
            "conversation": {
                "isGroup": True,
                "conversationType": "channel",
                "tenantId": TENANT,
                "id": THREAD,
            }
        }
        return self.invoked(name, merged({}, value), **{**where, **changes})

    def said(self) -> list[Taken]:
        """The messages that were posted."""
        return [one for one in self.taken if one.method == "POST" and one.path.endswith("/activities")]

    async def _openid(self, request: web.Request) -> web.Response:
        self.keys_asked += 1
        self.asked.set()
        if self.hanging:
            await self.hanging.wait()
        document = {"issuer": ISSUER, "jwks_uri": f"{self.url}keys"}
        return web.json_response(document, status=self.key_status)

    async def _keys(self, request: web.Request) -> web.Response:
        made = []
        for kid in self.kids:
            public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key(kid).public_key(), as_dict=True)
            entry = {**public, "kid": kid, "use": "sig", "x5t": kid}
            made.append(
                entry | ({"endorsements": self.endorsements} if self.endorsements is not None else {})
            )
        return web.json_response({"keys": made})

    def edited(self) -> list[Taken]:
        """The edits of messages that were posted."""
        return [one for one in self.taken if one.method == "PUT"]

    async def _take(self, request: web.Request) -> None:
        body = await request.text()
        said = json.loads(body) if body else None
        self.taken.append(Taken(request.method, request.path, request.headers.get("Authorization"), said))

    async def _create(self, request: web.Request) -> web.StreamResponse:
        await self._take(request)
        scripted = await self._scripted(request, self.lookups)
        return scripted or web.json_response({"id": "a:1created"}, status=201)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        await self._take(request)
        scripted = await self._scripted(request, self.answers)
        return scripted or web.json_response({"id": f"m{len(self.said())}"}, status=201)

    async def _put(self, request: web.Request) -> web.StreamResponse:
        await self._take(request)
        scripted = await self._scripted(request, self.answers)
        number = request.match_info["activity"].removeprefix("m")
        if scripted is None and not (number.isdecimal() and 0 < int(number) <= len(self.said())):
            scripted = refusal(404, "ActivityNotFoundInConversation")
        return scripted or web.json_response({"id": request.match_info["activity"]})

    async def _member(self, request: web.Request) -> web.StreamResponse:
        await self._take(request)
        scripted = await self._scripted(request, self.lookups)
        if scripted:
            return scripted
        member = self.members.get(request.match_info["member"])
        if member is None:
            return refusal(404, "MemberNotFoundInConversation")
        return web.json_response({"id": request.match_info["member"], **member})

    async def _scripted(self, request: web.Request, answers: deque[Any]) -> web.StreamResponse | None:
        if not answers:
            return None
        answer = answers.popleft()
        if answer == "cut":
            assert request.transport
            request.transport.close()
            return web.Response()
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return None
        made: web.StreamResponse = answer() if isinstance(answer, Callable) else answer
        return made


def refusal(status: int, code: str = "ServiceError", **headers: str) -> web.Response:
    """An error as the Bot Connector words it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.json_response({"error": {"code": code, "message": "no"}}, status=status, headers=named)


def mention(user: str, name: str, text: str | None = None) -> dict[str, Any]:
    return {"type": "mention", "mentioned": {"id": user, "name": name}, "text": text or f"<at>{name}</at>"}
