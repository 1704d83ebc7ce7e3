"""The Slack door: payloads in, over HTTP or Socket Mode, and answers out. It decides nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.doors import Clock, Hear
from bot.slack import front, payloads
from bot.slack.asked import asked_of
from bot.slack.bolt import make_bolt
from bot.slack.line import Line, quiet
from bot.slack.opening import OPENING_SECONDS, Opens
from bot.slack.people import Known, Ourselves
from bot.slack.routes import Routes
from bot.slack.sending import SlackSender
from bot.slack.shapes import Malformed
from bot.voice import Voice
from handlers.forms import opens as forms_open

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger(__name__)

# Slack waits three seconds for an answer. Of two hundred that are said at once, the last takes half a second.
PATIENCE = 2.0
CONNECTING_SECONDS = 5.0

_Body = dict[str, Any]


class SlackDoor:
    """Slack's requests and messages for one workspace (or organisation).

    voice speaks "slack", plain "plain". known says whether the house knows an address; without it nobody is
    looked up. patience: how long, in seconds, an answer may take before "working on it" stands for it.
    opens: which words open a form. opening: how long that may take before a waiting modal stands for it.
    """

    def __init__(
        self,
        settings: "Settings",
        voice: Voice,
        hear: Hear,
        clock: Clock,
        known: Known | None = None,
        *,
        plain: Voice,
        patience: float = PATIENCE,
        opens: Opens = forms_open,
        opening: float = OPENING_SECONDS,
    ) -> None:
        self._settings, self._clock, self._patience = settings, clock, patience
        token = settings.slack_bot_token
        self._line = Line(token.get_secret_value() if token else "", settings.slack_api_url)
        self.sender = SlackSender(self._line, voice)
        self._ourselves = Ourselves(self._line, clock, settings.slack_teams)
        self._routes = Routes(self._line, voice, plain, hear, clock, known, opens, opening)
        self._socket: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._bolt = make_bolt(settings.slack_api_url, self._admit, self._listen)

    async def start(self) -> None:
        """Learns who we are in Slack; opens Socket Mode when there is an app token. Slack may be away."""
        await self._ourselves.learn()
        if self._settings.slack_app_token is None:
            return
        token = self._settings.slack_app_token.get_secret_value()
        web = AsyncWebClient(token=token, base_url=self._settings.slack_api_url, logger=quiet)
        self._socket = AsyncSocketModeHandler(self._bolt, token, logger=quiet, web_client=web)
        # Bolt tries until it is connected, and again whenever the connection is lost.
        self._connecting = asyncio.create_task(self._socket.connect_async())  # type: ignore[no-untyped-call]  # Bolt's
        await asyncio.wait({self._connecting}, timeout=CONNECTING_SECONDS)
        if not self._connecting.done():
            log.warning(
                "Slack's Socket Mode is not connected yet; it is tried again until it is. "
                "If this stays so, check SLACK_APP_TOKEN and the way out to Slack.",
                extra={"action": "slack_socket"},
            )

    async def stop(self) -> None:
        """Lets what is being heard finish, for a moment, and hangs up."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]  # Bolt's
        await self._routes.finish()
        await self._line.close()

    async def handle(self, request: Request) -> Response:
        """POST /slack/events: commands, events, buttons, forms. Answers 2xx or 4xx, whatever comes."""
        answer_by = self._answer_by()
        kind, secret = request.headers.get("content-type", ""), self._settings.slack_signing_secret
        try:
            body = await _read(request)
            if front.is_ssl_check(kind, body):
                return Response()
            headers = front.single(request.headers.items())
            front.check(headers, body, secret.get_secret_value() if secret else None, self._clock())
            payload = front.payload(kind, body)
            challenge = front.challenge(payload)
        except front.TurnedAway as away:
            log.info("a request was turned away", extra={"action": "slack_refused", "reason": away.reason})
            return Response(status_code=away.status)
        except ClientDisconnect:
            return Response(status_code=400)
        if challenge is not None:
            return JSONResponse({"challenge": challenge})
        answer = await self._dispatch(payload, answer_by)
        return Response(answer.body, answer.status, answer.first_headers())

    def _answer_by(self) -> float:
        """When the answer to what comes in now is due, by the event loop's clock."""
        return asyncio.get_running_loop().time() + self._patience

    async def _dispatch(self, payload: _Body, answer_by: float) -> BoltResponse:
        try:
            payloads.check_shape(payload)
            # The payload that was checked, not its text for Bolt to parse a second time.
            asked = AsyncBoltRequest(body=payload, mode="socket_mode", context={"answer_by": answer_by})
        except Exception as error:  # noqa: BLE001  # Bolt trusts every shape, and stumbles in as many ways
            return self._malformed(type(error).__name__)
        answer = await self._bolt.async_dispatch(asked)
        return answer if answer.status < 500 else self._malformed("bolt")

    def _malformed(self, fault: str) -> BoltResponse:
        log.warning("no payload as Slack sends them", extra={"action": "slack_malformed", "error": fault})
        return BoltResponse(status=400)

    async def _admit(
        self, body: _Body, context: AsyncBoltContext, next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        """Lets our own workspace's payloads on, by HTTP and Socket Mode alike."""
        # What comes by Socket Mode is due from now, what comes by HTTP since it began to come.
        context.setdefault("answer_by", self._answer_by())
        if not self._ourselves.allowed:
            await self._ourselves.learn()
        allowed = self._ourselves.allowed
        try:
            standing = payloads.standing(body, allowed)
        except Malformed:
            return self._malformed("standing")
        if standing is payloads.Standing.OURS:
            return await next_()
        log.warning("a payload was turned away", extra={"action": "slack_refused", "reason": standing.value})
        if standing is payloads.Standing.VISITOR:
            # A shared channel is full of visitors, and Slack switches off an app that refuses many events.
            return BoltResponse(status=200)
        # What came before we knew our workspace shall come again; what another one sends need not.
        return BoltResponse(status=403, headers={"x-slack-no-retry": "1"} if allowed else {})

    async def _listen(self, body: _Body, context: AsyncBoltContext) -> BoltResponse:
        try:
            asked = asked_of(body, self._clock(), self._ourselves.bot)
        except Malformed:
            return self._malformed("ask")
        if asked is None:
            return BoltResponse(status=200)
        left = context["answer_by"] - asyncio.get_running_loop().time()
        return BoltResponse(status=200, body=await self._routes.answer(asked, left) or "")


async def _read(request: Request) -> bytes:
    """The body as it came. Raises front.TurnedAway (413) as soon as it is too large."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and len(said) < 20 and int(said) > front.LARGEST:
        raise front.TurnedAway(413, "too-large")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > front.LARGEST:
            raise front.TurnedAway(413, "too-large")
    return bytes(body)
