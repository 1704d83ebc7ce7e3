"""What happens in a modal: a preview drawn anew, a form sent, a button pressed in what it says instead."""

import asyncio
import logging
from typing import Any

from bot.doors import NOT_KEPT
from bot.layout import Said
from bot.slack.asked import Asked
from bot.slack.hearing import Hearer
from bot.slack.home import Home
from bot.slack.opening import Opening
from bot.slack.outward import CONFLICT, Outward
from bot.slack.running import Running
from bot.slack.saying import Saying, last_words, noted, together
from bot.slack.viewed import Viewed
from bot.views import View, errors, kept_view, notice_view
from handlers.asking import Reply

log = logging.getLogger(__name__)

# Slack shows what answers the submission before what comes this much later.
SETTLING_SECONDS = 1.0
_MOST_VIEWS = 1000

Response = dict[str, Any]


class Modals:
    """Slack waits three seconds here too; what takes longer shows up in the modal by itself."""

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
        # By the view: which look at it is the last one, and the hash of what we showed last.
        self._looks: dict[str, Asked] = {}
        self._hashes: dict[str, str] = {}

    async def look(self, asked: Asked, seconds: float) -> None:
        """Draws the form anew, as it is filled in so far."""
        await self._wait(self._running.spawn(self._look(asked, _view(asked))), seconds)

    async def press(self, asked: Asked, seconds: float) -> None:
        """Answers a button of a modal in the modal."""
        await self._wait(self._running.spawn(self._press(asked, _view(asked))), seconds)

    async def submit(self, asked: Asked, seconds: float) -> Response | None:
        """What Slack does with the modal now: closes it (None), shows errors in it, or another view."""
        late = asyncio.Event()
        task = self._running.spawn(self._submit(asked, _view(asked), late))
        try:
            await self._wait(task, seconds)
        finally:
            if not task.done():
                late.set()
        if not late.is_set():
            return task.result()
        waiting = notice_view(self._saying.said(Reply("working_on_it")))
        return {"response_action": "update", "view": waiting}

    async def _wait(self, task: asyncio.Task[Any], seconds: float) -> None:
        await asyncio.wait({task}, timeout=max(0.0, seconds))

    async def _look(self, asked: Asked, view: Viewed) -> None:
        self._looks[view.id] = asked
        try:
            shown = await self._drawn(asked, view)
            if self._looks.get(view.id) is asked:
                await self._redraw(view, shown)
        finally:
            if self._looks.get(view.id) is asked:
                del self._looks[view.id]

    async def _drawn(self, asked: Asked, view: Viewed) -> View:
        try:
            reply = await self._hearer(asked.ask)
            if reply.template in NOT_KEPT:
                return kept_view(view.whole, view.values, self._saying.said(reply))
            return self._saying.view(reply, view.words, view)
        except Exception as error:  # noqa: BLE001  # whatever fails, the speaker is told
            return kept_view(view.whole, view.values, last_words(noted(error)))

    async def _redraw(self, view: Viewed, shown: View) -> None:
        """Shows it; over what we showed meanwhile, and not over what another process did."""
        new, fault = await self._outward.update(view.id, shown, view.hash)
        if fault == CONFLICT and (ours := self._hashes.get(view.id)):
            new, fault = await self._outward.update(view.id, shown, ours)
        if new and not fault:
            if len(self._hashes) >= _MOST_VIEWS:
                self._hashes.clear()
            self._hashes[view.id] = new

    async def _press(self, asked: Asked, view: Viewed) -> None:
        form = self._opening.form(asked)
        try:
            reply = await (self._opening.draw(asked, form) if form else self._hearer(asked.ask))
            shown, message = self._opening.view(asked, reply), self._saying.message(reply)
        except Exception as error:  # noqa: BLE001  # whatever fails, the speaker is told
            said = last_words(noted(error))
            shown, message = notice_view(said), self._saying.laid(said)
        _, fault = await self._outward.update(view.id, shown)
        if form is not None:
            return
        if fault:
            await self._outward.say_directly(asked.ask.speaker.user, message, "slack_update")
        if asked.home:
            await self._home.renew(asked.ask, asked.home)

    async def _submit(self, asked: Asked, view: Viewed, late: asyncio.Event) -> Response | None:
        """The answer while it is in time; afterwards it is shown in the modal, or said where that is gone."""
        reply: Reply | None = None
        try:
            reply = await self._hearer(asked.ask)
            if reply.form is not None and reply.errors and not late.is_set():
                said = {field: self._saying.sentence(one) for field, one in reply.errors.items()}
                return {"response_action": "errors", "errors": errors(reply.form, said, view.ids)}
            wrong, shown = self._outcome(reply, view)
        except Exception as error:  # noqa: BLE001  # whatever fails, the speaker is told
            wrong = last_words(noted(error))
            shown = kept_view(view.whole, view.values, wrong)
        if wrong is not None and not late.is_set():
            return {"response_action": "update", "view": shown}
        if reply is not None and wrong is None:
            self._running.spawn(self._follow(asked, view, reply))
        if late.is_set():
            await asyncio.sleep(SETTLING_SECONDS)
            _, fault = await self._outward.update(view.id, shown)
            if fault and wrong is not None:
                message = self._saying.laid(wrong)
                await self._outward.say_directly(asked.ask.speaker.user, message, "slack_update")
        return None

    def _outcome(self, reply: Reply, view: Viewed) -> tuple[Said | None, View]:
        """What is wrong, if anything, and what to show in the modal where it is not closed."""
        if reply.template in NOT_KEPT:
            wrong = self._saying.said(reply)
            return wrong, kept_view(view.whole, view.values, wrong)
        if reply.form is None:
            return None, notice_view(self._saying.said(reply))
        faults = {field: self._saying.said(one) for field, one in reply.errors.items()}
        wrong = together(faults) if faults else self._saying.said(reply)
        return wrong, self._saying.view(reply, view.words, view, tuple(faults.values()))

    async def _follow(self, asked: Asked, view: Viewed, reply: Reply) -> None:
        """What is shown elsewhere when a form is done: the answer that it was opened from, and the home."""
        if view.at:
            # Otherwise the house owes a message, and delivery says it.
            message = self._saying.message(reply)
            if not await self._outward.post(view.at, {**message, "replace_original": True}):
                await self._outward.say_directly(asked.ask.speaker.user, message, "slack_late")
        if view.home:
            await self._home.renew(asked.ask, view.home)


def _view(asked: Asked) -> Viewed:
    assert asked.view is not None, "it happened in a view"
    return asked.view
