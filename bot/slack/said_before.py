"""Whether a message was said before: each carries the key of its letter, and is looked for where it went."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.line import error_code
from scheduler.delivery import Letter, Unreachable

EVENT_TYPE = "replyby_message"
HISTORY_PAGES, HISTORY_LIMIT = 3, 200

_THREAD = re.compile(r"thread:([A-Z][A-Z0-9]{1,63}):([0-9.]{3,20})(?::([0-9.]{3,20}))?", re.ASCII)
# What Slack says when the app may post in a channel and may not read it.
_UNREADABLE = {"missing_scope", "no_permission", "not_allowed_token_type"}


@dataclass(frozen=True)
class Spot:
    """Where a letter goes: to a person, or into the thread of a message in a channel."""

    channel: str
    thread: str | None = None


def spot_of(user: str) -> Spot:
    """`U0DANA`; or `thread:C123:1700000000.000100`, with a third part where that message is in a thread.

    Raises Unreachable for a thread that is none.
    """
    if not user.startswith("thread:"):
        return Spot(user)
    found = _THREAD.fullmatch(user)
    if found is None:
        raise Unreachable("no thread")
    channel, message, root = found.groups()
    return Spot(channel, root or message)


def marks(letter: Letter) -> dict[str, Any]:
    """What a message carries: the key of its letter, and those of the words in it, if they have others."""
    found: dict[str, Any] = {"key": hashlib.sha256(letter.key.encode()).hexdigest()}
    if letter.says not in ((), (letter.key,)):
        found["says"] = [_mark(key) for key in letter.says]
    return found


async def said_before(web: AsyncWebClient, spot: Spot, wanted: Mapping[str, Any]) -> str | None:
    """The provider's id of the message that has this key, or says all these words, among the latest.

    Raises Unreachable for a thread that may not be read: nobody may say there twice what nobody can find.
    """
    channel, cursor = spot.channel, ""
    if not spot.thread:
        opened = await web.conversations_open(users=spot.channel)
        channel = opened["channel"]["id"]
    for _ in range(HISTORY_PAGES):
        try:
            page = await _page(web, channel, spot.thread, cursor or None)
        except SlackApiError as error:
            if spot.thread and error_code(error) in _UNREADABLE:
                raise Unreachable("a thread that cannot be read") from None
            raise
        for message in page.get("messages") or []:
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            ours = metadata.get("event_type") == EVENT_TYPE
            if ours and (payload.get("key") == wanted["key"] or _words(wanted) <= _words(payload)):
                return f"{channel}/{message['ts']}"
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return None


async def _page(
    web: AsyncWebClient, channel: str, thread: str | None, cursor: str | None
) -> AsyncSlackResponse:
    whole, most = True, HISTORY_LIMIT
    if thread:
        return await web.conversations_replies(
            channel=channel, ts=thread, include_all_metadata=whole, limit=most, cursor=cursor
        )
    return await web.conversations_history(
        channel=channel, include_all_metadata=whole, limit=most, cursor=cursor
    )


def _mark(key: str) -> str:
    # Twenty of these fit into a message's metadata.
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _words(found: Mapping[str, Any]) -> set[str]:
    """The marks of the words of a message: its key's own where it was said alone."""
    return set(found.get("says") or [str(found.get("key"))[:32]])
