"""botbuilder, as far as we use it: its adapter for what comes in, its connector client for what goes out.

No dialogs, no BotState. Requests are verified before they come here (bot/teams/token.py), and connector
clients are kept: botbuilder would make one, with credentials, for every turn.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity, ConnectorFactory
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from msrest.pipeline.async_abc import AsyncPipeline
from msrest.pipeline.universal import RawDeserializer

from bot.teams.login import Bearer
from bot.teams.token import Refused, may_receive_our_token
from bot.teams.wire import Line, Wire

Json = dict[str, Any]
Turn = Callable[[TurnContext], Awaitable[None]]


class Connectors(ConnectorFactory):  # type: ignore[misc]  # botbuilder ships no types
    """Connector clients by service address; none for an address that may not have our token."""

    def __init__(self, line: Line, bearer: Bearer, hosts: Iterable[str]) -> None:
        self._line, self._bearer, self._hosts = line, bearer, tuple(hosts)
        self._clients: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, _audience: str | None = None) -> ConnectorClient:
        """Raises ValueError for an address that is not on the list."""
        client = self._clients.get(service_url)
        if client is None:
            if not may_receive_our_token(service_url, self._hosts):
                raise ValueError("Our token goes to Teams alone; see REPLYBY_TEAMS_SERVICE_HOSTS.")
            client = ConnectorClient(self._bearer, service_url, pipeline_type=self._pipeline)
            self._clients[service_url] = client
        return client

    def _pipeline(self, config: Any) -> AsyncPipeline[Any, Any]:
        # botbuilder's own would add a logger of whole requests and a retrying sender.
        return AsyncPipeline([config.user_agent_policy, RawDeserializer()], Wire(self._line, self._bearer))


class _Verified(BotFrameworkAuthentication):  # type: ignore[misc]  # botbuilder ships no types
    """Stands where botbuilder's own check would be: nothing reaches it that is not verified already."""

    def __init__(self, connectors: Connectors) -> None:
        self._connectors = connectors

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in through the bot."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError("Requests are verified in bot/teams/token.py.")

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        raise PermissionError("Replyby takes no streaming connections.")


class Adapter(CloudAdapterBase):  # type: ignore[misc]  # botbuilder ships no types
    """botbuilder's adapter for verified requests."""

    def __init__(self, connectors: Connectors) -> None:
        super().__init__(_Verified(connectors))
        self.connectors = connectors

    async def turn(self, raw: Json, claims: Mapping[str, Any], turn: Turn) -> InvokeResponse | None:
        """Takes one turn with an activity; what a button gets in the HTTP response, if it is one.

        Raises Refused (400) for an activity that botbuilder cannot read.
        """
        try:
            activity = Activity().deserialize(raw)
        except Exception as error:
            # Its words hold the activity.
            raise Refused(400, "not an activity") from error
        # Else answers would be gathered into the response, which only skills ask for.
        activity.delivery_mode = None
        verified = AuthenticateRequestResult()
        verified.claims_identity = ClaimsIdentity(dict(claims), True)
        verified.connector_factory = self.connectors
        return await self.process_activity(verified, activity, turn)


async def respond(context: TurnContext, body: Json) -> None:
    """Leaves the answer to a pressed button for the HTTP response."""
    response = Activity(type=ActivityTypes.invoke_response, value=InvokeResponse(status=200, body=body))
    await context.send_activity(response)
