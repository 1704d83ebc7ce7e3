"""The way out to Microsoft: one shared aiohttp session, and botbuilder's client over it.

botbuilder's own transport asks for its token on the event loop, sends in threads, tries again by itself and
follows redirects with the token. This one makes a request once.
"""

import json
import re
import urllib.request
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from msrest.pipeline import Response
from msrest.pipeline.async_abc import AsyncHTTPSender
from msrest.universal_http.async_abc import AsyncClientResponse
from yarl import URL

from bot.teams.login import Bearer
from scheduler.letter import NotNow

WHOLE_SECONDS, CONNECTING_SECONDS = 10.0, 4.0
LARGEST_ANSWER = 1 << 20
LONGEST_WAIT = 3600.0


class ConnectorRefused(Exception):  # an outcome, not an error
    """An answer that is no success: HTTP status, the service's word for it, seconds to wait if it says so."""

    def __init__(self, status: int, code: str, seconds: float | None) -> None:
        super().__init__(f"HTTP {status} {code}".strip())
        self.status, self.code, self.seconds = status, code, seconds


class Line:
    """The one session. Requests go through the proxy of the surroundings, when there is one."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._hung_up = False

    async def request(
        self, method: str, url: str, headers: dict[str, str] | None = None, body: Any = None
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        """One request and its whole answer, whose body may have 1 MB.

        `url` is quoted already. Raises ConnectorRefused for all but 2xx; aiohttp.ClientError, TimeoutError;
        NotNow once the line is closed.
        """
        async with self._open().request(
            method,
            URL(url, encoded=True),
            headers=headers,
            data=body,
            allow_redirects=False,
            proxy=_proxy(url),
        ) as answer:
            read = await _read(answer)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise ConnectorRefused(
                answer.status, _code(read), _seconds(answer.headers.get("Retry-After", ""))
            )
        return answer, read

    def check(self) -> None:
        """Raises NotNow once the line is closed."""
        if self._hung_up:
            raise NotNow("closing")

    async def fetch(self, url: str) -> bytes:
        """The body at an address."""
        return (await self.request("GET", url))[1]

    async def close(self) -> None:
        """Hangs up for good: what is still to be said waits for the next start."""
        self._hung_up = True
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        self.check()
        if self._session is None:
            limits = aiohttp.ClientTimeout(total=WHOLE_SECONDS, sock_connect=CONNECTING_SECONDS)
            self._session = aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


class Wire(AsyncHTTPSender[Any, Any]):
    """Sends what botbuilder's client asks over our line, with our token. Raises NoToken, NoLogin as well."""

    def __init__(self, line: Line, bearer: Bearer) -> None:
        self._line, self._bearer = line, bearer

    async def __aexit__(self, *_details: object) -> None:
        """The line is shared; its owner closes it."""

    async def send(self, request: Any, **_config: Any) -> Any:
        asked = request.http_request
        self._line.check()
        headers = {**asked.headers, "Authorization": f"Bearer {await self._bearer.token()}"}
        answer, body = await self._line.request(asked.method, asked.url, headers, asked.data)
        return Response(request, _Answer(asked, answer, body))


class _Answer(AsyncClientResponse):
    """An answer as botbuilder's client reads it."""

    def __init__(self, asked: Any, answer: aiohttp.ClientResponse, body: bytes) -> None:
        super().__init__(asked, answer)
        self.status_code, self.headers, self.reason = answer.status, answer.headers.copy(), answer.reason
        self._body = body

    def body(self) -> bytes:
        return self._body


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise aiohttp.ClientPayloadError("an answer without end")
    return bytes(body)


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for this address (HTTPS_PROXY, NO_PROXY)."""
    given, known = urlsplit(url), urllib.request.getproxies_environment()
    if not known or urllib.request.proxy_bypass(given.netloc):
        return None
    return known.get(given.scheme)


def _code(body: bytes) -> str:
    """The word that the Bot Connector gives with a refusal, such as BotNotInConversationRoster."""
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and re.fullmatch(r"[A-Za-z]{1,60}", code) else ""


def _seconds(after: str) -> float | None:
    """Retry-After in seconds, an hour at most; None when it is not given, or as a date."""
    return min(float(after), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,9}", after) else None
