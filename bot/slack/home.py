"""The App Home: shown when it is opened, turned by its own buttons, renewed by what is done from it."""

import asyncio
import logging

from bot.doors import NOT_KEPT
from bot.slack.asked import HOME, Asked
from bot.slack.hearing import Hearer
from bot.slack.outward import Outward
from bot.slack.running import Running
from bot.slack.saying import Saying, last_words, noted
from bot.views import home_view
from handlers.asking import Ask

log = logging.getLogger(__name__)


class Home:
    """Nobody waits for it: Slack shows it when it comes."""

    def __init__(self, hearer: Hearer, saying: Saying, outward: Outward, running: Running) -> None:
        self._hearer, self._saying, self._outward, self._running = hearer, saying, outward, running

    async def answer(self, asked: Asked, seconds: float) -> None:
        """Shows the home that is asked for; whatever fails is shown there too, so that it is never blank."""
        showing = self._running.spawn(self._show(asked.ask))
        await asyncio.wait({showing}, timeout=max(0.0, seconds))

    async def renew(self, ask: Ask, words: str) -> None:
        """Shows the home anew after something was done; one that cannot be drawn stays as it is."""
        anew = Ask(ask.speaker, words or HOME, ask.now)
        try:
            reply = await self._hearer(anew)
            if reply.template in NOT_KEPT:
                return
            view = home_view(self._saying.said(reply), reply.choices, reply.again)
        except Exception as error:  # noqa: BLE001  # what was done is done, and was told elsewhere
            noted(error)
            return
        await self._outward.publish(ask.speaker.user, view)

    async def _show(self, ask: Ask) -> None:
        try:
            reply = await self._hearer(ask)
            view = home_view(self._saying.said(reply), reply.choices, reply.again)
        except Exception as error:  # noqa: BLE001  # whatever fails, the speaker is told
            view = home_view(last_words(noted(error)))
        await self._outward.publish(ask.speaker.user, view)
