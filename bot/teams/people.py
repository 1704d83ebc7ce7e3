"""What Teams knows of people and the house does not: an e-mail address, and who is meant by a mention."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.teams.adapter import Connectors
from bot.teams.payloads import Heard, vouched_email
from handlers.asking import Ask
from models.staff import Address

log = logging.getLogger(__name__)

LOOKING_UP_SECONDS = 2.0

Known = Callable[[Address], Awaitable[bool]]


class People:
    """known says whether the house knows an address; without it nobody is looked up."""

    def __init__(self, connectors: Connectors, known: Known | None) -> None:
        self._connectors, self._known = connectors, known

    async def ask(self, heard: Heard) -> Ask:
        """The ask, with what could be found out about its people in two seconds."""
        if self._known is None:
            return heard.ask
        return replace(heard.ask, email=await self._email(heard), words=await self._words(heard))

    async def _words(self, heard: Heard) -> str:
        """The words; who is mentioned as a colleague, and known by their id, is named by it."""
        if self._known is None or heard.spoken is None:
            return heard.ask.words
        speaker, known = heard.ask.speaker, set()
        try:
            async with asyncio.timeout(LOOKING_UP_SECONDS):
                for one in sorted(heard.spoken.ids):
                    if await self._known(Address(speaker.platform, speaker.place, one)):
                        known.add(one)
        except Exception as error:  # noqa: BLE001  # then they are named by their name
            log.warning(
                "nobody was found by a mention",
                extra={"action": "teams_mention", "error": type(error).__name__},
            )
        return heard.spoken.written(known)

    async def _email(self, heard: Heard) -> str | None:
        """The e-mail address that the tenant has for somebody whom the house does not know."""
        if self._known is None:
            return None
        try:
            async with asyncio.timeout(LOOKING_UP_SECONDS):
                if await self._known(heard.ask.speaker):
                    return None
                client = await self._connectors.create((heard.ask.reference or {})["serviceUrl"])
                member = await client.conversations.get_conversation_member(heard.conversation, heard.user)
        except Exception as error:  # noqa: BLE001  # a look-up that fails must not keep anybody from asking
            log.warning(
                "nobody's e-mail address was found",
                extra={"action": "teams_email", "error": type(error).__name__},
            )
            return None
        return vouched_email(member.additional_properties, heard.ask.speaker.place)
