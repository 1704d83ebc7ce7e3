"""An answer in time: within Slack's patience, or "working on it" and the answer afterwards. Never both."""

import asyncio
import logging
import secrets
import traceback
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import aiohttp

from bot.blocks import fallback, to_blocks
from bot.doors import NOT_KEPT, Hear
from bot.slack.line import Line, Unanswered
from bot.slack.people import People
from bot.voice import Voice
from handlers.asking import Ask, Reply
from scheduler.delivery import SENDING_SECONDS, NotNow

log = logging.getLogger(__name__)

# Seconds before an answer that Slack did not take is posted again.
PAUSES = (1.0, 5.0)
LEAVING_SECONDS = 5.0

Message = dict[str, Any]


class Answers:
    """Has asks heard, and keeps what is not done when Slack stops waiting."""

    def __init__(self, line: Line, voice: Voice, hear: Hear, people: People) -> None:
        self._line, self._voice, self._hear, self._people = line, voice, hear, people
        self._running: set[asyncio.Task[Any]] = set()

    async def answer(self, ask: Ask, response_url: object, seconds: float) -> Message | None:
        """What to show the speaker now; None when the answer goes out as a message of its own.

        After these seconds "working on it" stands for the answer, which follows at response_url.
        """
        late = asyncio.Event()
        task = self.spawn(self._hear_out(ask, response_url, late))
        try:
            await asyncio.wait({task}, timeout=max(0.0, seconds))
        finally:
            # From here on the task, or we: nothing can come between this look and the task's own.
            if not task.done():
                late.set()
        if ask.by_message:
            return None
        return self._message(Reply("working_on_it")) if late.is_set() else task.result()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Starts what may outlast a request."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def finish(self) -> None:
        """Waits a moment for what is running, then leaves it."""
        left = set(self._running)
        if left:
            _, left = await asyncio.wait(left, timeout=LEAVING_SECONDS)
        for task in left:
            task.cancel()

    async def _hear_out(self, ask: Ask, response_url: object, late: asyncio.Event) -> Message | None:
        try:
            email = await self._people.email(ask.speaker)
            reply = await self._hear(replace(ask, email=email))
            # A crash took the owed answer with it: what was to be stored is rolled back.
            owed = ask.by_message and reply.template not in NOT_KEPT
            message = None if owed else self._message(reply)
        except Exception as error:  # noqa: BLE001  # whatever fails, the speaker is told
            reference = secrets.token_hex(4)
            # Where it failed, without the error's own words: they may hold what was said.
            where = "".join(traceback.format_tb(error.__traceback__))
            extra = {"action": "slack_answer", "reference": reference}
            fault = type(error).__name__
            log.error("an answer failed, reference %s: %s\n%s", reference, fault, where, extra=extra)
            message = _last_words(reference)
        if message is not None and ask.by_message:
            await self._say_directly(ask, message)
        elif message is not None and late.is_set():
            await self._follow_up(response_url, message)
        return message

    def _message(self, reply: Reply) -> Message:
        said = self._voice.say(reply.template, reply.facts, reply.language)
        return {
            "response_type": "ephemeral",
            "text": fallback(said),
            "blocks": to_blocks(said, reply.choices),
            "unfurl_links": False,
            "unfurl_media": False,
        }

    async def _say_directly(self, ask: Ask, message: Message) -> None:
        """Writes to the speaker, once: no row is owed that delivery could try again."""
        words = {name: said for name, said in message.items() if name != "response_type"}
        try:
            await self._line.ask(
                lambda web: web.chat_postMessage(channel=ask.speaker.user, **words), SENDING_SECONDS / 2
            )
        except Unanswered:
            log.error("somebody was not told of a crash", extra={"action": "slack_crash"})

    async def _follow_up(self, response_url: object, message: Message) -> None:
        """Posts a late answer, three times at most; a clear refusal ends it."""
        outcome = ""
        for pause in (*PAUSES, None):
            try:
                status = await self._line.post_to(str(response_url), message)
                if status == 200:
                    return
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


def _last_words(reference: str) -> Message:
    """When the templates themselves fail, no template can say so."""
    words = "Something went wrong on our side, and the answer cannot be shown. "
    return {
        "response_type": "ephemeral",
        "text": f"{words}Please give your administrator this reference: {reference}",
    }
