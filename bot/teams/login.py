"""Our own token for the Bot Connector: botbuilder's credentials, asked in a thread and with time limits."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import msal  # type: ignore[import-untyped]  # it ships no types
import requests
from botframework.connector.auth import (
    ManagedIdentityAppCredentials,
    MicrosoftAppCredentials,
    MicrosoftGovernmentAppCredentials,
)
from botframework.connector.auth.government_constants import GovernmentConstants
from pydantic import SecretStr

from bot.teams.token import is_government

# A login is several requests; one that takes longer goes on for the next message that needs the token.
LOGIN_SECONDS, TOKEN_SECONDS = 4.0, 6.0


class TeamsSettings(Protocol):
    """What the door needs of the settings."""

    @property
    def microsoft_app_id(self) -> str | None: ...
    @property
    def microsoft_app_password(self) -> SecretStr | None: ...
    @property
    def microsoft_app_tenant_id(self) -> str | None: ...
    @property
    def microsoft_app_type(self) -> str: ...
    @property
    def teams_openid_url(self) -> str: ...
    @property
    def teams_service_hosts(self) -> tuple[str, ...]: ...


class Credentials(Protocol):
    """Gets the token of our app; may take a while, and raises when there is none."""

    def get_access_token(self) -> str: ...


class NoToken(Exception):  # an outcome, not an error
    """Microsoft gives our app no token: its id, its secret or its identity is not accepted."""


class NoLogin(Exception):  # an outcome, not an error
    """Microsoft's login cannot be reached."""


def credentials_for(settings: TeamsSettings) -> Credentials:
    """botbuilder's credentials for a single-tenant app or a managed identity."""
    app_id, government = settings.microsoft_app_id, is_government(settings.teams_openid_url)
    if settings.microsoft_app_type == "UserAssignedMSI":
        scope = GovernmentConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE if government else None
        return PatientLogin(ManagedIdentityAppCredentials(app_id, scope), patient_session())
    secret = settings.microsoft_app_password
    kind = MicrosoftGovernmentAppCredentials if government else MicrosoftAppCredentials
    known = kind(app_id, secret.get_secret_value() if secret else "", settings.microsoft_app_tenant_id)
    return PatientLogin(known, patient_session())


def patient_session() -> requests.Session:
    """A session whose every request has a time limit."""
    session = requests.Session()
    setattr(session, "request", functools.partial(session.request, timeout=LOGIN_SECONDS))  # noqa: B010  # mypy forbids to assign a method
    return session


class PatientLogin:
    """Gives botbuilder's credentials a login client with time limits; their own would wait for ever."""

    def __init__(self, credentials: Any, session: requests.Session) -> None:
        self._credentials = credentials
        self._session = session

    def get_access_token(self) -> str:
        known = self._credentials
        if known.app is None:
            # Made here, in the thread, because making it asks Microsoft about the tenant.
            if isinstance(known, ManagedIdentityAppCredentials):
                identity = {"ManagedIdentityIdType": "ClientId", "Id": known.microsoft_app_id}
                known.app = msal.ManagedIdentityClient(identity, http_client=self._session)
            else:
                known.app = msal.ConfidentialClientApplication(
                    client_id=known.microsoft_app_id,
                    client_credential=known.microsoft_app_password,
                    authority=known.oauth_endpoint,
                    http_client=self._session,
                )
        return str(known.get_access_token())


class Bearer:
    """Has our token asked for by one thread, so that a slow login holds up nothing else."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._thread = ThreadPoolExecutor(1, "teams-login")

    async def token(self) -> str:
        """The token; the credentials keep it until it ends. Raises NoToken, NoLogin."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(TOKEN_SECONDS):
                return await loop.run_in_executor(self._thread, self._credentials.get_access_token)
        except OSError as error:
            # requests' errors and a time-out are of this kind; botbuilder's PermissionError is a "no".
            kind = NoToken if isinstance(error, PermissionError) else NoLogin
            raise kind(type(error).__name__) from None
        except Exception as error:  # noqa: BLE001  # the library raises what it likes
            # Its words hold ids of the tenant and the app: they are not repeated.
            raise NoToken(type(error).__name__) from None

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
