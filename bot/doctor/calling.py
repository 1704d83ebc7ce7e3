"""Asking servers over the network, once and with a time limit, and noting what their clocks show."""

import errno
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp

from bot.doors import Clock

SECONDS = 6.0
LARGEST = 1 << 20
"""Bytes of an answer."""


class NoAnswer(Exception):  # an outcome, not an error
    """The end of a sentence that begins with the server's name: "does not answer within 6 seconds"."""


@dataclass(frozen=True)
class Answer:
    """Headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Caller:
    """`async with Caller(clock) as caller:`. `ahead`: by host, seconds by which our clock is ahead of its."""

    clock: Clock
    seconds: float = SECONDS
    ahead: dict[str, float] = field(default_factory=dict)
    _session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        limits = aiohttp.ClientTimeout(total=self.seconds)
        # Through the proxy of the surroundings, as the doors go.
        self._session = aiohttp.ClientSession(timeout=limits, trust_env=True)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, method: str, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One request and its whole answer; redirects are not followed. Raises NoAnswer."""
        assert self._session is not None
        try:
            async with self._session.request(
                method, url, headers=dict(headers or {}), allow_redirects=False
            ) as answer:
                body = await answer.content.read(LARGEST)
                found = {name.lower(): value for name, value in answer.headers.items()}
                status = answer.status
        except Exception as error:  # noqa: BLE001  # aiohttp and its proxies raise what they like
            raise NoAnswer(why(error, self.seconds)) from None
        self._note(urlsplit(url).netloc, found.get("date"))
        return Answer(status, found, body)

    def _note(self, host: str, shown: str | None) -> None:
        try:
            theirs = parsedate_to_datetime(shown or "")
        except ValueError:
            return
        ours: datetime = self.clock()
        if theirs.tzinfo is not None:
            self.ahead[host] = (ours - theirs.astimezone(UTC)).total_seconds()


def why(error: BaseException, seconds: float) -> str:
    """What an error of the network means; nothing of what was sent."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "has a name that cannot be looked up (DNS)"
        case ssl.SSLCertVerificationError():
            return f"shows a certificate that is not trusted ({error.verify_message})"
        case aiohttp.ClientConnectorCertificateError(
            certificate_error=ssl.SSLCertVerificationError() as inner
        ):
            return f"shows a certificate that is not trusted ({inner.verify_message})"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError() | ssl.SSLError():
            return "speaks no TLS that we understand"
        case TimeoutError():
            return f"does not answer within {seconds:g} seconds"
        case aiohttp.ClientHttpProxyError() | aiohttp.ClientProxyConnectionError():
            return "is not reached, because the proxy does not let us through"
        case OSError(errno=errno.ECONNREFUSED):
            return "refuses the connection"
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return "cuts the connection"
    return f"cannot be reached ({type(error).__name__})"
