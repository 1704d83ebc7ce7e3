"""The Teams door: a request is verified, read, heard and answered. It decides nothing."""

import json
import logging
from typing import Any

from botbuilder.core import TurnContext
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.doors import Clock, Hear
from bot.teams import payloads
from bot.teams.adapter import Adapter, Connectors, respond
from bot.teams.answers import Answers
from bot.teams.keys import Keys
from bot.teams.login import Bearer, Credentials, TeamsSettings, credentials_for
from bot.teams.met import Met
from bot.teams.people import Known, People
from bot.teams.saying import Saying
from bot.teams.sender import TeamsSender
from bot.teams.token import Gate, Refused
from bot.teams.wire import Line
from bot.voice import Voice

log = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024


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
        self._clock = clock
        self._app_id, self._tenant = settings.microsoft_app_id, settings.microsoft_app_tenant_id
        self._hosts = settings.teams_service_hosts
        self._line = Line()
        self._keys = Keys(settings.teams_openid_url, self._line.fetch)
        self._gate = Gate(self._app_id or "", settings.teams_openid_url, self._keys, clock)
        self._bearer = Bearer(credentials or credentials_for(settings))
        self._adapter = Adapter(Connectors(self._line, self._bearer, self._hosts))
        self._met = Met()
        self.sender = TeamsSender(self._adapter.connectors, voice, self._met.find)
        people = People(self._adapter.connectors, known)
        self._answers = Answers(Saying(voice), hear, people, self.sender)
        self.running = self._answers.running

    async def start(self) -> None:
        """Nothing to open: Teams calls us, and the way out opens when it is first used."""

    async def stop(self) -> None:
        """Lets what is being heard finish, for a moment, and hangs up.

        What is still owed waits for the next start.
        """
        await self._answers.finish()
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

            self._met.note(heard.ask.speaker, heard.ask.reference or {})

            async def turn(context: TurnContext) -> None:
                body = await self._answers.answer(heard)
                if body is not None:
                    await respond(context, body)

            answer = await self._adapter.turn(activity, claims, turn)
        except Refused as refused:
            log.info(
                "a request was refused",
                extra={"action": "teams_refused", "status": refused.status, "reason": refused.reason},
            )
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
            return PlainTextResponse(f"Refused: {refused.reason}.", refused.status, headers)
        return Response() if answer is None else JSONResponse(answer.body, int(answer.status))


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
