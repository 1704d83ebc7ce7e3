"""An answer in time: within Slack's patience, or "working on it" and the answer afterwards. Never both."""

import asyncio

from bot.doors import NOT_KEPT
from bot.slack.asked import Asked, Place
from bot.slack.hearing import Hearer
from bot.slack.home import Home
from bot.slack.opening import Opening
from bot.slack.outward import Message, Outward
from bot.slack.running import Running
from bot.slack.saying import Saying, fault_in_words, noted
from handlers.asking import Reply
from handlers.form import Filling


class Answers:
    """Has asks heard, and keeps what is not done when Slack stops waiting."""

    def __init__(
        self,
        hearer: Hearer,
        saying: Saying,
        outward: Outward,
        opening: Opening,
        home: Home,
        running: Running,
    ) -> None:
        self._hearer, self._saying, self._outward = hearer, saying, outward
        self._opening, self._home, self._running = opening, home, running

    async def answer(self, asked: Asked, seconds: float) -> Message | None:
        """What to show the speaker now; None when the answer goes out by itself.

        After these seconds "working on it" stands for the answer to a command, which follows at its
        response_url; a form that is on its way needs no such word.
        """
        late, form = asyncio.Event(), self._opening.form(asked)
        task = self._running.spawn(self._hear_out(asked, form, late))
        try:
            await asyncio.wait({task}, timeout=max(0.0, seconds))
        finally:
            # From here on the task, or we: nothing can come between this look and the task's own.
            if not task.done():
                late.set()
        if not late.is_set():
            return task.result()
        waits = asked.place is Place.COMMAND and form is None
        return self._saying.message(Reply("working_on_it")) if waits else None

    async def _hear_out(self, asked: Asked, form: Filling | None, late: asyncio.Event) -> Message | None:
        """The answer to a command that is in time; every other one is shown where it belongs."""
        try:
            reply: Reply | None = None
            if form is not None:
                opened = await self._opening.open(asked, form)
                if opened.shown:
                    return None
                reply = opened.reply
            reply = reply or await self._hearer(asked.ask)
            # A crash took the owed answer with it: what was to be stored is rolled back.
            fault = reply.template in NOT_KEPT
            owed = asked.ask.by_message and not fault
            message = None if owed else self._saying.message(reply)
        except Exception as error:  # noqa: BLE001  # whatever fails, the speaker is told
            message, fault = fault_in_words(noted(error)), True
        if message is not None and asked.place is Place.COMMAND and not late.is_set():
            return message
        if message is not None:
            await self._show(asked, message, fault)
        if asked.home:
            await self._home.renew(asked.ask, asked.home)
        return None

    async def _show(self, asked: Asked, message: Message, fault: bool) -> None:
        """Shows it where it belongs; what may be pressed again after a fault is not replaced."""
        user = asked.ask.speaker.user
        if asked.place is Place.MESSAGE:
            await self._outward.say_directly(user, message, "slack_crash")
            return
        original = asked.place is Place.ORIGINAL and not fault
        posted = await self._outward.post(asked.response_url, {**message, "replace_original": original})
        if not posted and asked.place is not Place.COMMAND:
            await self._outward.say_directly(user, message, "slack_late")
