"""An ask on its way to the house: with what Slack says of its speaker."""

from dataclasses import replace

from bot.doors import Hear
from bot.slack.people import People
from handlers.asking import Ask, Reply


class Hearer:
    """Has asks heard. Raises whatever looking a newcomer up in the house raises."""

    def __init__(self, hear: Hear, people: People) -> None:
        self._hear, self._people = hear, people

    async def __call__(self, ask: Ask) -> Reply:
        seen = await self._people.look(ask.speaker)
        return await self._hear(replace(ask, email=seen.email, barred=seen.barred))
