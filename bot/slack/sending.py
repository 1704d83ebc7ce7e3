"""Words on their way to Slack: what delivery speaks through, and what Slack's refusals mean."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.blocks import fallback, to_blocks
from bot.layout import changed
from bot.slack.line import Line, error_code
from bot.slack.said_before import EVENT_TYPE, marks, said_before, spot_of
from bot.voice import Voice
from handlers.asking import Choice
from scheduler.delivery import InDoubt, Letter, NotNow, Receipt, Unreachable

log = logging.getLogger(__name__)

HALT_SECONDS = 900.0
ANSWER = "answer:"
"""How the key of a letter begins that answers somebody; every other one comes by itself."""

_CROWDED = {"ratelimited", "rate_limited"}
_DOUBTFUL = {"fatal_error", "internal_error"}
_HALTED = {
    "access_denied", "accesslimited", "account_inactive", "ekm_access_denied", "enterprise_is_restricted",
    "invalid_auth", "messages_tab_disabled", "missing_scope", "no_permission", "not_allowed_token_type",
    "not_authed", "org_login_required", "team_access_not_granted", "token_expired", "token_revoked",
    "two_factor_setup_required",
}  # fmt: skip
_GONE = {
    "cannot_dm_bot", "channel_not_found", "is_archived", "not_in_channel", "restricted_action",
    "restricted_action_non_threadable_channel", "restricted_action_read_only_channel",
    "restricted_action_thread_locked", "thread_not_found", "user_disabled", "user_not_found",
    "user_not_visible", "users_not_found",
}  # fmt: skip
# What an edit comes to when the message is gone, or too old for the workspace's rules.
_FIXED = {
    "cant_update_message", "edit_window_closed", "is_inactive", "message_not_found", "update_failed",
}  # fmt: skip
_UNFIT = re.compile(r"invalid_(?:blocks|metadata)\w*|metadata_\w+|msg_\w*too_long|no_text|too_many_\w+")


class SlackSender:
    """Direct messages and answers in a thread by chat.postMessage; edits by chat.update.

    A doubtful letter is looked for in the conversation first.
    """

    looks = True

    def __init__(self, line: Line, voice: Voice) -> None:
        self._line = line
        self._voice = voice
        self._halted: str | None = None

    async def send(self, letter: Letter) -> Receipt:
        """Raises NotNow, Unreachable or InDoubt."""
        said = self._voice.say(letter.template, letter.facts, letter.language, letter.zone)
        if letter.edits is not None:
            said = changed(said, self._voice.say("edited", letter.facts, said.language, letter.zone))
        text = fallback(said)
        choices = [Choice(one["label"], one["words"]) for one in letter.choices]
        blocks = to_blocks(said, choices, told=not letter.key.startswith(ANSWER))
        if letter.edits is not None:
            return await self._edit(letter.edits, text, blocks)
        carried = marks(letter)
        web, spot = self._line.web(), spot_of(letter.to.user)
        with self._judging():
            provider_id = await said_before(web, spot, carried) if letter.doubtful else None
            if provider_id is None:
                posted = await web.chat_postMessage(
                    channel=spot.channel,
                    thread_ts=spot.thread,
                    text=text,
                    blocks=blocks,
                    unfurl_links=False,
                    unfurl_media=False,
                    metadata={"event_type": EVENT_TYPE, "event_payload": carried},
                )
                provider_id = f"{posted['channel']}/{posted['ts']}"
        self._halted = None
        return Receipt(provider_id, text)

    async def _edit(self, provider_id: str, text: str, blocks: list[dict[str, Any]]) -> Receipt:
        """The message keeps its metadata, which are not given anew, and nobody is notified."""
        channel, _, ts = provider_id.partition("/")
        with self._judging():
            await self._line.web().chat_update(channel=channel, ts=ts, text=text, blocks=blocks)
        self._halted = None
        return Receipt(provider_id, text)

    @contextmanager
    def _judging(self) -> Iterator[None]:
        """Turns what Slack or the network answers into one of delivery's three outcomes."""
        try:
            yield
        except SlackApiError as error:
            # The error's own text holds Slack's whole answer.
            raise self._outcome(error) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotNow("Slack cannot be reached") from error
        except (aiohttp.ClientError, OSError) as error:
            raise InDoubt(type(error).__name__) from error
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # slack_sdk, or we, stumble over an answer that is not shaped as Slack's are.
            raise InDoubt("an answer that is none") from error

    def _outcome(self, error: SlackApiError) -> Exception:
        code, answer = error_code(error), error.response
        # Where the body is no JSON, slack_sdk hands on aiohttp's own response.
        status = getattr(answer, "status_code", None) or getattr(answer, "status", 0) or 0
        if status == 429 or code in _CROWDED:
            return NotNow("ratelimited", _pause(getattr(answer, "headers", {})))
        if code in _HALTED:
            return self._halt(code)
        if code in _GONE or code in _FIXED:
            return Unreachable(code)
        if code is None or code in _DOUBTFUL or status >= 500:
            return InDoubt(code or f"HTTP {status}")
        if _UNFIT.fullmatch(code):
            log.error("Slack refused a message as unfit", extra={"action": "slack_unfit", "error": code})
            return Unreachable(code)
        log.error("Slack refused a message", extra={"action": "slack_refused", "error": code})
        return NotNow(code)

    def _halt(self, code: str) -> NotNow:
        """Nothing can be said to anybody: the administrator is told once, and the words wait."""
        if self._halted != code:
            self._halted = code
            log.error(
                "Slack stopped this installation (%s). Messages wait until an administrator "
                "installs the app again or gives it what it lacks.",
                code,
                extra={"action": "slack_halted", "error": code},
            )
        return NotNow(code, HALT_SECONDS)


def _pause(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, when Slack gives it."""
    after = headers.get("Retry-After", "")
    return float(after) if re.fullmatch(r"[0-9]{1,6}", after) else None
