"""The Teams door: a request is verified, read, heard and answered. It decides nothing."""

import asyncio
import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from botbuilder.core import TurnContext
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.cards import to_card
from bot.doors import NOT_KEPT, Clock, Hear
from bot.teams import payloads
from bot.teams.adapter import Adapter, Connectors, respond
from bot.teams.keys import Keys
from bot.teams.login import Bearer, Credentials, TeamsSettings, credentials_for
from bot.teams.sender import TeamsSender
from bot.teams.token import Gate, Refused
from bot.teams.wire import Line
from bot.voice import Voice
from handlers.asking import Reply
from models.staff import Address
from scheduler.letter import Letter

log = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024
LOOKING_UP_SECONDS = 2.0
# Teams waits ten seconds or so for what a pressed button gets.
SAYING_SECONDS = 5.0
NOT_TOLD = "Something went wrong here. It is our fault. Please try again."
MOST_MET = 1000
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"

Known = Callable[[Address], Awaitable[bool]]


class TeamsDoor:
    """Teams' activities and messages for one tenant.

    voice speaks "teams". known says whether the house knows an address; without it nobody's e-mail address is
    looked up. credentials stand in for Microsoft's login. Without an app id and a tenant the door is shut.
    """

    def __init__(
        self,
        settings: TeamsSettings,
        voice: Voice,
        hear: Hear,
        clock: Clock,
        known: Known | None = None,
        *,
        credentials: Credentials | None = None,
    ) -> None:
        self._voice, self._hear, self._clock, self._known = voice, hear, clock, known
        self._app_id, self._tenant = settings.microsoft_app_id, settings.microsoft_app_tenant_id
        self._hosts = settings.teams_service_hosts
        self._line = Line()
        self._keys = Keys(settings.teams_openid_url, self._line.fetch)
        self._gate = Gate(self._app_id or "", settings.teams_openid_url, self._keys, clock)
        self._bearer = Bearer(credentials or credentials_for(settings))
        self._adapter = Adapter(Connectors(self._line, self._bearer, self._hosts))
        # Strangers have no row to keep a reference in, and are owed an answer all the same.
        self._met: OrderedDict[Address, Mapping[str, Any]] = OrderedDict()
        self.sender = TeamsSender(self._adapter.connectors, voice, self._met.get)

    async def start(self) -> None:
        """Nothing to open: Teams calls us, and the way out opens when it is first used."""

    async def stop(self) -> None:
        """Hangs up: what is still owed waits for the next start."""
        await self._keys.close()
        await self._line.close()
        self._bearer.close()

    async def handle(self, request: Request) -> Response:
        """POST /api/messages. Answers 2xx or 4xx, whatever comes."""
        if not self._app_id or not self._tenant:
            return PlainTextResponse("Microsoft Teams is not set up here.", 404)
        try:
            claims = await self._gate.claims(_only(request, "authorization"))
            activity = await _activity(request)
            payloads.check(activity, claims, self._tenant, self._hosts)
            heard = payloads.read(activity, self._clock())
            if heard is None:
                return Response()

            async def turn(context: TurnContext) -> None:
                await self._turn(context, heard)

            answer = await self._adapter.turn(activity, claims, turn)
        except Refused as refused:
            log.info(
                "a request was refused",
                extra={"action": "teams_refused", "status": refused.status, "reason": refused.reason},
            )
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
            return PlainTextResponse(f"Refused: {refused.reason}.", refused.status, headers)
        return Response() if answer is None else JSONResponse(answer.body, int(answer.status))

    async def _turn(self, context: TurnContext, heard: payloads.Heard) -> None:
        speaker = heard.ask.speaker
        self._met[speaker] = heard.ask.reference or {}
        self._met.move_to_end(speaker)
        if len(self._met) > MOST_MET:
            self._met.popitem(last=False)
        email = await self._email(context, heard)
        reply = await self._hear(replace(heard.ask, email=email))
        if heard.at_once:
            await respond(context, {"statusCode": 200, "type": CARD, "value": self._card(reply)})
            return
        # A crash took the owed answer with it: what was to be stored is rolled back.
        told = reply.template not in NOT_KEPT or await self._say_directly(heard, reply)
        if context.activity.type == "invoke":
            # A card that was carried into a group: the answer is for the one who pressed.
            words = "I have answered you in our own chat." if told else NOT_TOLD
            await respond(context, {"statusCode": 200, "type": MESSAGE, "value": words})

    async def _say_directly(self, heard: payloads.Heard, reply: Reply) -> bool:
        """Writes into the speaker's own chat, once: no row is owed that delivery could try again."""
        ask = heard.ask
        letter = Letter(ask.key or "", ask.speaker, reply.template, reply.facts, (), False, ask.reference)
        try:
            async with asyncio.timeout(SAYING_SECONDS):
                await self.sender.send(letter)
        except Exception:  # noqa: BLE001  # whatever fails, there is nobody left to tell
            log.error("somebody was not told of a crash", extra={"action": "teams_crash"})
            return False
        return True

    def _card(self, reply: Reply) -> dict[str, Any]:
        try:
            said = self._voice.say(reply.template, reply.facts, reply.language)
            return to_card(said, reply.choices)
        except Exception:
            reference = secrets.token_hex(4)
            extra = {"action": "teams_answer", "reference": reference}
            log.exception("an answer failed, reference %s", reference, extra=extra)
            return to_card(self._voice.say("crash", {"reference": reference}))

    async def _email(self, context: TurnContext, heard: payloads.Heard) -> str | None:
        """The e-mail address that the tenant has for somebody whom the house does not know."""
        if self._known is None:
            return None
        try:
            async with asyncio.timeout(LOOKING_UP_SECONDS):
                if await self._known(heard.ask.speaker):
                    return None
                client = context.turn_state[context.adapter.BOT_CONNECTOR_CLIENT_KEY]
                member = await client.conversations.get_conversation_member(heard.conversation, heard.user)
        except Exception as error:  # noqa: BLE001  # a look-up that fails must not keep anybody from asking
            log.warning(
                "nobody's e-mail address was found",
                extra={"action": "teams_email", "error": type(error).__name__},
            )
            return None
        return payloads.vouched_email(member.additional_properties, heard.ask.speaker.place)


def _only(request: Request, name: str) -> str | None:
    """A header that is there once; two of them are none."""
    values = request.headers.getlist(name)
    return values[0] if len(values) == 1 else None


async def _activity(request: Request) -> dict[str, Any]:
    """The JSON object in the body. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "not JSON")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise Refused(413, "too large")
        activity = json.loads(bytes(body))
    except (ValueError, RecursionError, ClientDisconnect) as error:
        raise Refused(400, "not JSON") from error
    if not isinstance(activity, dict):
        raise Refused(400, "not an activity")
    return activity
