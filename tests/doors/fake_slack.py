"""A small Slack on 127.0.0.1: the web API's methods that Replyby calls, response_urls, and Socket Mode.

It remembers what it was told, and misbehaves once a method when asked to by `next`.
"""

import asyncio
import hashlib
import hmac
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.doors.fake_views import FakeViews

TEAM, BOT_USER, BOT_ID = "T0RIVERBEND", "U0REPLYBY", "B0REPLYBY"
SECRET, BOT_TOKEN, APP_TOKEN = "made-up-signing-secret", "xoxb-made-up", "xapp-made-up"


@dataclass
class Misdeed:
    """What the next call of a method meets. `done`: Slack does what was asked before it fails to say so."""

    status: int = 200
    answer: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    done: bool = False
    cut: bool = False


class FakeSlack:
    """`async with FakeSlack() as slack:`, then its `api_url`, and what was `posted`, `asked`, `answered`."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.posted: list[dict[str, Any]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answered: list[dict[str, Any]] = []
        self.misdeeds: dict[str, list[Misdeed]] = defaultdict(list)
        self.views = FakeViews()
        self.shut: set[str] = set()  # channels that Replyby was not invited to
        self.page = 200
        self.tokens: set[str | None] = set()
        self.connections: set[int] = set()
        self.socket: web.WebSocketResponse | None = None
        self.socket_open = asyncio.Event()
        self.acknowledged: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/commands/{id}", self._response_url)
        app.router.add_get("/link", self._link)
        self.server = TestServer(app, host="127.0.0.1")

    async def __aenter__(self) -> "FakeSlack":
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.socket is not None:
            await self.socket.close()
        await self.server.close()

    @property
    def api_url(self) -> str:
        return str(self.server.make_url("/api/"))

    @property
    def response_url(self) -> str:
        return str(self.server.make_url("/commands/1"))

    def add(self, user: str, **said: Any) -> None:
        """A member of the workspace, as users.info describes people."""
        profile = {"email": said.pop("email", f"{user.lower()}@example.gov")}
        plain = {"id": user, "team_id": TEAM, "deleted": False, "is_bot": False, "is_restricted": False}
        self.users[user] = {**plain, "is_email_confirmed": True, "profile": profile, **said}

    def next(self, method: str, **misdeed: Any) -> None:
        self.misdeeds[method].append(Misdeed(**misdeed))

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [told for name, told in self.asked if name == method]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            told = await request.json()
        else:
            told = {**request.query, **await request.post()}
        assert request.transport is not None
        self.connections.add(request.transport.get_extra_info("peername")[1])
        self.tokens.add(request.headers.get("Authorization") or told.get("token"))
        self.asked.append((method, told))
        misdeed = self.misdeeds[method].pop(0) if self.misdeeds[method] else None
        answer = self._do(method, told) if misdeed is None or misdeed.done else None
        if misdeed is None:
            return web.json_response(answer)
        if misdeed.cut:
            request.transport.abort()
            return web.Response()
        text = misdeed.answer if isinstance(misdeed.answer, str) else json.dumps(misdeed.answer)
        return web.Response(
            text=text, status=misdeed.status, headers=misdeed.headers, content_type=misdeed.content_type
        )

    def _do(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "auth.test":
                return {"ok": True, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID}
            case "users.info":
                user = self.users.get(told["user"])
                return {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}
            case "conversations.open":
                return {"ok": True, "channel": {"id": f"D{told['users']}"}}
            case "chat.postMessage":
                to, ts = told["channel"], f"1772460000.{len(self.posted):06}"
                channel = to if to[0] == "C" else f"D{to}"
                if to in self.shut:
                    return {"ok": False, "error": "not_in_channel"}
                self.posted.append({**told, "channel": channel, "user": to, "ts": ts})
                return {"ok": True, "channel": channel, "ts": ts}
            case "chat.update":
                return self._update(told)
            case "conversations.history" | "conversations.replies":
                return self._history(told)
            case "views.open":
                return self.views.open(told)
            case "views.update":
                return self.views.update(told)
            case "views.publish":
                return self.views.publish(told)
            case "apps.connections.open":
                url = str(self.server.make_url("/link")).replace("http", "ws", 1)
                return {"ok": True, "url": url}
        return {"ok": False, "error": "unknown_method"}

    def _update(self, told: dict[str, Any]) -> dict[str, Any]:
        """What is not given is taken away, but for the metadata."""
        for one in self.posted:
            if (one["channel"], one["ts"]) == (told["channel"], told["ts"]):
                kept = {name: one[name] for name in ("user", "metadata") if name in one}
                one.clear()
                one.update({**kept, **told})
                return {"ok": True, "channel": told["channel"], "ts": told["ts"], "text": told["text"]}
        return {"ok": False, "error": "message_not_found"}

    def _history(self, told: dict[str, Any]) -> dict[str, Any]:
        """The newest first, in pages; metadata only when it is asked for. With `ts`, a thread alone."""
        start, limit = int(told.get("cursor") or 0), min(int(told["limit"]), self.page)
        all_of_it = [
            one
            for one in reversed(self.posted)
            if (one["channel"], one.get("thread_ts")) == (told["channel"], told.get("ts"))
        ]
        hidden = set() if told.get("include_all_metadata") == "1" else {"metadata"}
        shown = [
            {k: v for k, v in one.items() if k not in hidden} for one in all_of_it[start : start + limit]
        ]
        cursor = str(start + limit) if start + limit < len(all_of_it) else ""
        return {"ok": True, "messages": shown, "response_metadata": {"next_cursor": cursor}}

    async def _response_url(self, request: web.Request) -> web.Response:
        misdeed = self.misdeeds["response_url"].pop(0) if self.misdeeds["response_url"] else Misdeed()
        if misdeed.status == 200:
            self.answered.append(await request.json())
        return web.Response(text="ok", status=misdeed.status)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = web.WebSocketResponse()
        await self.socket.prepare(request)
        self.socket_open.set()
        async for message in self.socket:
            self.acknowledged.put_nowait(json.loads(message.data))
        return self.socket


def signed(body: bytes, now: datetime, *, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    """Slack's headers for a body that it signs `age` seconds before now."""
    stamp = str(int(now.timestamp()) - age)
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def slash(text: str, *, command: str = "/inquiry", user: str = "U0DANA", **more: str) -> dict[str, str]:
    """A slash command's payload."""
    return {
        "token": "old-verification-token",
        "team_id": TEAM,
        "team_domain": "riverbend",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": user,
        "user_name": "somebody",
        "command": command,
        "text": text,
        "api_app_id": "A0REPLYBY",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0RIVERBEND/1/x",
        "trigger_id": "13345224609.738474920.8088930838d88f008e0",
        **more,
    }


def event(inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An event callback around an event."""
    return {
        "token": "old-verification-token",
        "team_id": TEAM,
        "api_app_id": "A0REPLYBY",
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev0PV52K25",
        "event_time": 1772460000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        **more,
    }


def direct_message(text: str, *, user: str = "U0DANA", **more: Any) -> dict[str, Any]:
    return event(
        {
            "type": "message",
            "channel": "D0DANA",
            "channel_type": "im",
            "user": user,
            "team": TEAM,
            "text": text,
            "ts": "1772460000.000100",
            "event_ts": "1772460000.000100",
            **more,
        }
    )


def mention(text: str, *, user: str = "U0DANA", **more: Any) -> dict[str, Any]:
    return event(
        {
            "type": "app_mention",
            "channel": "C0GENERAL",
            "user": user,
            "team": TEAM,
            "text": text,
            "ts": "1772460000.000200",
            "event_ts": "1772460000.000200",
            **more,
        }
    )


def button(words: str, *, user: str = "U0DANA", action_id: str = "told:0", **more: Any) -> dict[str, Any]:
    """A press beneath what came by itself; `say:0` is the action_id beneath an answer."""
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM},
        "api_app_id": "A0REPLYBY",
        "token": "old-verification-token",
        "container": {"type": "message", "message_ts": "1772460000.000100", "channel_id": "D0DANA"},
        "trigger_id": "13345224609.738474920.button",
        "team": {"id": TEAM, "domain": "riverbend"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": "D0DANA", "name": "directmessage"},
        "response_url": "https://hooks.slack.com/actions/T0RIVERBEND/1/x",
        "actions": [
            {
                "action_id": action_id,
                "block_id": "b1",
                "type": "button",
                "text": {"type": "plain_text", "text": "Show"},
                "value": words,
                "action_ts": "1772460001.000300",
            }
        ],
        **more,
    }


def form(payload: dict[str, str]) -> tuple[bytes, str]:
    """A slash command as it travels: body and content type."""
    return urlencode(payload).encode(), "application/x-www-form-urlencoded"


def as_json(payload: dict[str, Any]) -> tuple[bytes, str]:
    """An event as it travels."""
    return json.dumps(payload).encode(), "application/json"


def interactive(payload: dict[str, Any]) -> tuple[bytes, str]:
    """A button as it travels."""
    return form({"payload": json.dumps(payload)})
