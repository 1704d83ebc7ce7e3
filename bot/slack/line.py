"""The one line to Slack's web API: one client, one session, nothing repeated behind our back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from scheduler.delivery import SENDING_SECONDS, NotNow

# slack_sdk and Bolt write requests, answers, tokens and socket tickets into their logs.
# What matters we say ourselves.
quiet = logging.getLogger("bot.slack.library")
quiet.setLevel(logging.CRITICAL + 1)

_HOOKS = {"hooks.slack.com", "hooks.slack-gov.com"}


class Unanswered(Exception):
    """Slack did not answer a question: its own word for why, or the name of the fault. No more of it."""


class Line:
    """Closed once, it stays closed: what is still to be said waits for the next start."""

    def __init__(self, token: str, api_url: str) -> None:
        self._client = AsyncWebClient(token=token, base_url=api_url, retry_handlers=[], logger=quiet)
        self._closed = False

    def web(self) -> AsyncWebClient:
        """The client, ready to speak. Raises NotNow once the line is closed."""
        if self._closed:
            raise NotNow("closing")
        if self._client.session is None:
            whole = SENDING_SECONDS / 2
            limits = aiohttp.ClientTimeout(total=whole, sock_connect=whole / 2)
            self._client.session = aiohttp.ClientSession(timeout=limits)
        return self._client

    async def ask(
        self, question: Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]], seconds: float
    ) -> Mapping[str, Any]:
        """What Slack answers within these seconds. Raises Unanswered."""
        try:
            async with asyncio.timeout(seconds):
                answer = await question(self.web())
        except Exception as error:  # noqa: BLE001  # slack_sdk stumbles in many ways over a strange answer
            raise Unanswered(error_code(error) or type(error).__name__) from None
        if not isinstance(answer.data, dict):
            raise Unanswered("no-object")
        return answer.data

    async def post_to(self, response_url: str, message: Mapping[str, Any]) -> int:
        """Posts an answer where Slack said that it may go, and returns the HTTP status.

        Raises ValueError for an address that is not Slack's, NotNow, aiohttp.ClientError, TimeoutError.
        """
        if not self._is_slacks(response_url):
            raise ValueError("not an address of Slack's")
        client = self.web()
        assert client.session is not None
        sending = client.session.post(
            response_url, json=dict(message), proxy=client.proxy, allow_redirects=False
        )
        async with sending as answer:
            return answer.status

    def _is_slacks(self, url: str) -> bool:
        given, api = urlsplit(url), urlsplit(self._client.base_url)
        return (given.scheme == "https" and given.netloc in _HOOKS) or given[:2] == api[:2]

    async def close(self) -> None:
        self._closed = True
        if self._client.session is not None:
            await self._client.session.close()


def error_code(error: BaseException) -> str | None:
    """Slack's own word for what went wrong, when it gave one."""
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else None
