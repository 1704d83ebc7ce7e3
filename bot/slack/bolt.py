"""Bolt with one listener a payload kind. We check before it, so its own checks are off."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.line import quiet

_ANY = re.compile("")
Listener = Callable[..., Awaitable[BoltResponse]]
Admit = Callable[..., Awaitable[BoltResponse | None]]


def make_bolt(api_url: str, admit: Admit, listen: Listener) -> AsyncApp:
    """admit lets a payload on, or answers it; listen answers every payload that was let on."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    bolt = AsyncApp(
        logger=quiet,
        name=quiet.name,
        client=AsyncWebClient(base_url=api_url, logger=quiet),
        authorize=authorize,
        before_authorize=admit,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    every: dict[str, Any] = {"callback_id": _ANY}
    bolt.command(_ANY)(listen)
    bolt.event(_ANY)(listen)
    bolt.action({"action_id": _ANY})(listen)
    bolt.shortcut(_ANY)(listen)
    bolt.view({"type": "view_submission", **every})(listen)
    bolt.view({"type": "view_closed", **every})(listen)
    return bolt
