"""What the door says by itself, outside of delivery: views, late answers, and words that no row owes."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.slack.line import Line, Unanswered
from bot.views import View
from scheduler.delivery import SENDING_SECONDS, NotNow

log = logging.getLogger(__name__)

# Seconds before what Slack did not take is posted again.
PAUSES = (1.0, 5.0)
# A trigger lives three seconds from the press; what takes longer than this opens nothing.
VIEW_SECONDS = 3.0
CONFLICT, CLOSED, OPENED_BEFORE = "hash_conflict", "not_found", "exchanged_trigger_id"

Message = dict[str, Any]


class Outward:
    """Nothing here raises: what is not taken is told by what it returns, and logged without a word of it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def say_directly(self, user: str, message: Message, action: str) -> None:
        """Writes to somebody, once: no row is owed that delivery could try again."""
        unsaid = ("response_type", "replace_original")
        words = {name: said for name, said in message.items() if name not in unsaid}
        try:
            await self._line.ask(lambda web: web.chat_postMessage(channel=user, **words), SENDING_SECONDS / 2)
        except Unanswered as reason:
            log.error("somebody was not told", extra={"action": action, "error": str(reason)})

    async def post(self, response_url: str, message: Message) -> bool:
        """Posts an answer where Slack said that it may go, three times at most; a clear refusal ends it."""
        outcome = ""
        for pause in (*PAUSES, None):
            try:
                status = await self._line.post_to(response_url, message)
                if status == 200:
                    return True
                outcome = f"HTTP {status}"
                if 400 <= status < 500 and status != 429:
                    break
            except (aiohttp.ClientError, OSError) as error:
                outcome = type(error).__name__
            except (NotNow, ValueError) as error:
                outcome = str(error)
                break
            if pause is not None:
                await asyncio.sleep(pause)
        log.error("a late answer was lost", extra={"action": "slack_late", "error": outcome})
        return False

    async def open(self, trigger: str, view: View) -> tuple[str, str]:
        """Opens a modal: its id, and Slack's word for why not ("" if it was opened)."""
        try:
            answer = await self._line.ask(
                lambda web: web.views_open(trigger_id=trigger, view=view), VIEW_SECONDS
            )
        except Unanswered as reason:
            log.warning("a modal was not opened", extra={"action": "slack_open", "error": str(reason)})
            return "", str(reason)
        opened = answer.get("view")
        view_id = opened.get("id") if isinstance(opened, Mapping) else None
        return view_id if isinstance(view_id, str) else "", ""

    async def update(self, view_id: str, view: View, hash_: str = "") -> tuple[str, str]:
        """Shows another view in a modal: its new hash, and Slack's word for why not ("" if it was shown)."""
        try:
            answer = await self._line.ask(
                lambda web: web.views_update(view_id=view_id, view=view, hash=hash_ or None), VIEW_SECONDS
            )
        except Unanswered as reason:
            if str(reason) not in (CONFLICT, CLOSED):
                log.warning("a modal was not updated", extra={"action": "slack_update", "error": str(reason)})
            return "", str(reason)
        updated = answer.get("view")
        new = updated.get("hash") if isinstance(updated, Mapping) else None
        return new if isinstance(new, str) else "", ""

    async def publish(self, user: str, view: View) -> None:
        """Shows somebody their App Home."""
        try:
            await self._line.ask(lambda web: web.views_publish(user_id=user, view=view), VIEW_SECONDS)
        except Unanswered as reason:
            log.warning("a home was not shown", extra={"action": "slack_home", "error": str(reason)})
