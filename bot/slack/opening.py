"""A form that is asked for: opened as a modal while its trigger lives, with its fields or waiting."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.slack.asked import Asked, Place
from bot.slack.hearing import Hearer
from bot.slack.outward import CLOSED, OPENED_BEFORE, Outward
from bot.slack.people import People
from bot.slack.running import Running
from bot.slack.saying import Saying, last_words, noted
from bot.views import View, notice_view
from handlers.asking import Reply
from handlers.form import Filling

Opens = Callable[[str], Filling | None]
"""The form that these words open, if any."""

# A trigger lives three seconds, and Slack's own answer takes some of them.
OPENING_SECONDS = 1.0
LONGEST_ABOUT = 1000


@dataclass(frozen=True)
class Opened:
    """What became of a form: shown, or a reply to be said instead; neither, when Slack did not open it."""

    shown: bool = False
    reply: Reply | None = None


class Opening:
    """opens: which words open which form. seconds: how long a form may take before a waiting view stands."""

    def __init__(
        self,
        hearer: Hearer,
        saying: Saying,
        outward: Outward,
        people: People,
        running: Running,
        opens: Opens,
        seconds: float,
    ) -> None:
        self._hearer, self._saying, self._outward = hearer, saying, outward
        self._people, self._running, self._opens, self._seconds = people, running, opens, seconds

    def form(self, asked: Asked) -> Filling | None:
        """The form that is to be opened; None for what is only answered."""
        if not asked.trigger:
            return None
        found = asked.filling or self._opens(asked.ask.words)
        return found if found is not None and len(found.about) <= LONGEST_ABOUT else None

    async def open(self, asked: Asked, filling: Filling) -> Opened:
        """Opens the modal; a waiting one first, when the form takes its time."""
        drawing = self._running.spawn(self.draw(asked, filling))
        await asyncio.wait({drawing}, timeout=max(0.0, self._seconds))
        if drawing.done():
            reply = drawing.result()
            if reply.form is None and asked.place is Place.COMMAND:
                return Opened(reply=reply)
            _, fault = await self._outward.open(asked.trigger, self.view(asked, reply))
            # A trigger that has been used opened the same modal: the press comes once more.
            return Opened(fault in ("", OPENED_BEFORE))
        waiting = notice_view(self._saying.said(Reply("working_on_it")))
        view_id, fault = await self._outward.open(asked.trigger, waiting)
        if fault:
            # Nothing is stored by drawing a form, so it may be left.
            drawing.cancel()
            return Opened(fault == OPENED_BEFORE)
        return Opened(await self._fill(asked, view_id, drawing))

    async def draw(self, asked: Asked, filling: Filling) -> Reply:
        """The form, or why there is none."""
        if asked.author:
            author = await self._people.name(asked.author)
            filling = replace(filling, values={**filling.values, "customer": author})
        return await self._hearer(replace(asked.ask, key=None, by_message=False, filling=filling))

    def view(self, asked: Asked, reply: Reply) -> View:
        return self._saying.view(reply, asked.ask.words, home=asked.home, at=asked.at)

    async def _fill(self, asked: Asked, view_id: str, drawing: asyncio.Task[Reply]) -> bool:
        """Puts the form where the waiting view stands; whoever has closed that wants it no more."""
        try:
            view = self.view(asked, await drawing)
        except Exception as error:  # noqa: BLE001  # whatever fails, the speaker is told
            view = notice_view(last_words(noted(error)))
        _, fault = await self._outward.update(view_id, view)
        return fault in ("", CLOSED)
