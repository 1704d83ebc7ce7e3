"""What Slack says about people: the e-mail address of a newcomer, and who we are ourselves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.doors import Clock
from bot.slack.line import Line, Unanswered
from models.staff import Address

log = logging.getLogger(__name__)

Known = Callable[[Address], Awaitable[bool]]
"""Whether the house knows this address already."""

LOOKING_SECONDS = 2.0
KEPT, KEPT_FAILURE = timedelta(seconds=60), timedelta(seconds=10)
_MOST_KEPT = 1_000
_OUTSIDERS = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")


class People:
    """Looks up people whom the house does not know yet; what was found is kept for a moment."""

    def __init__(self, line: Line, clock: Clock, known: Known | None) -> None:
        self._line, self._clock, self._known = line, clock, known
        self._kept: dict[Address, tuple[datetime, str | None]] = {}

    async def email(self, who: Address) -> str | None:
        """The address to know a newcomer by; None for who is known, and for guests, bots and visitors."""
        if self._known is None or await self._known(who):
            return None
        now = self._clock()
        kept = self._kept.get(who)
        if kept is not None and kept[0] > now:
            return kept[1]
        found, kept_for = await self._look(who)
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {one: entry for one, entry in self._kept.items() if entry[0] > now}
        if len(self._kept) < _MOST_KEPT:
            self._kept[who] = (now + kept_for, found)
        return found

    async def _look(self, who: Address) -> tuple[str | None, timedelta]:
        try:
            answer = await self._line.ask(lambda web: web.users_info(user=who.user), LOOKING_SECONDS)
        except Unanswered as reason:
            log.warning(
                "Slack did not say who speaks", extra={"action": "slack_people", "error": str(reason)}
            )
            return None, KEPT_FAILURE
        return vouched(answer.get("user"), who), KEPT


def vouched(user: Any, who: Address) -> str | None:
    """The confirmed e-mail address in Slack's description of a full member of this very workspace."""
    if not isinstance(user, Mapping) or (user.get("id"), user.get("team_id")) != (who.user, who.place):
        return None
    if any(user.get(mark) for mark in _OUTSIDERS) or user.get("is_email_confirmed") is False:
        return None
    profile = user.get("profile")
    email = profile.get("email") if isinstance(profile, Mapping) else None
    return email if isinstance(email, str) and email else None


class Ourselves:
    """Which workspaces may speak (those given, else the bot token's own), and our own user id.

    allowed is empty until Slack has said whose the token is; bot is None until then.
    """

    def __init__(self, line: Line, clock: Clock, given: Collection[str]) -> None:
        self._line, self._clock = line, clock
        self.allowed = frozenset(given)
        self.bot: str | None = None
        self._asking = asyncio.Lock()
        self._again: datetime | None = None

    async def learn(self) -> None:
        """Asks Slack, once; after a failure again, but not at once. Never raises."""
        async with self._asking:
            now = self._clock()
            if self.bot is not None or (self._again is not None and now < self._again):
                return
            self._again = now + KEPT_FAILURE
            try:
                found = await self._line.ask(lambda web: web.auth_test(), LOOKING_SECONDS)
            except Unanswered as reason:
                log.warning(
                    "Slack did not say which workspace the bot token belongs to (%s). "
                    "It is asked again when that is needed.",
                    reason,
                    extra={"action": "slack_learn", "error": str(reason)},
                )
                return
            self.bot = found.get("user_id")
            organisation = found.get("enterprise_id") if found.get("is_enterprise_install") else None
            self.allowed = self.allowed or frozenset(filter(None, (found.get("team_id"), organisation)))
