"""What Slack says about people: who a newcomer is, who is no member any more, and who we are ourselves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.doors import Clock
from bot.slack.line import Line, Unanswered
from bot.slack.running import Running
from bot.slack.words import visible
from models.staff import Address

log = logging.getLogger(__name__)

Known = Callable[[Address], Awaitable[bool]]
"""Whether the house knows this address already."""

LOOKING_SECONDS = 2.0
KEPT, KEPT_FAILURE = timedelta(seconds=60), timedelta(seconds=10)
# How often somebody whom the house knows is looked at again, and how soon after Slack did not say.
LOOKED_AT_AGAIN, LOOKED_AT_SOON = timedelta(days=1), timedelta(minutes=10)
_MOST_KEPT, _MOST_LOOKED_AT = 1_000, 20_000
_NO_MEMBER = ("deleted", "is_restricted", "is_ultra_restricted", "is_stranger")
_OUTSIDERS = (*_NO_MEMBER, "is_bot")


@dataclass(frozen=True)
class Seen:
    """What Slack says of a speaker: the address to know a newcomer by; barred: no full member any more."""

    email: str | None = None
    barred: bool = False


class People:
    """Looks up who speaks: newcomers at once, those whom the house knows once a day, behind their backs."""

    def __init__(self, line: Line, clock: Clock, known: Known | None, running: Running) -> None:
        self._line, self._clock, self._known, self._running = line, clock, known, running
        self._kept: dict[Address, tuple[datetime, str | None]] = {}
        self._barred: dict[Address, tuple[datetime, bool]] = {}

    async def look(self, who: Address) -> Seen:
        """What to tell the house of a speaker. Waits for Slack only when the house does not know them."""
        if self._known is None:
            return Seen()
        if await self._known(who):
            return Seen(barred=self._is_barred(who))
        return Seen(email=await self._email(who))

    async def name(self, user: str) -> str:
        """What somebody is called; "" when Slack does not say."""
        try:
            answer = await self._line.ask(lambda web: web.users_info(user=user), LOOKING_SECONDS / 2)
        except Unanswered:
            return ""
        said = answer.get("user")
        found = said if isinstance(said, Mapping) else {}
        profile = found.get("profile")
        names = profile if isinstance(profile, Mapping) else {}
        every = (names.get("real_name"), found.get("real_name"), names.get("display_name"), found.get("name"))
        return next((visible(one).strip() for one in every if isinstance(one, str) and one.strip()), "")

    async def _email(self, who: Address) -> str | None:
        """The address to know a newcomer by; None for guests, bots and visitors."""
        now = self._clock()
        kept = self._kept.get(who)
        if kept is not None and kept[0] > now:
            return kept[1]
        user = await self._ask(who)
        found, kept_for = (None, KEPT_FAILURE) if user is None else (vouched(user, who), KEPT)
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {one: entry for one, entry in self._kept.items() if entry[0] > now}
        if len(self._kept) < _MOST_KEPT:
            self._kept[who] = (now + kept_for, found)
        if found:
            self._note(who, now + LOOKED_AT_AGAIN, barred=False)
        return found

    def _is_barred(self, who: Address) -> bool:
        """What was found the last time; when that was long ago, it is found out for the next time."""
        now = self._clock()
        until, barred = self._barred.get(who, (now, False))
        if until <= now:
            # What is asked now is not asked again meanwhile.
            self._note(who, now + LOOKED_AT_SOON, barred=barred)
            self._running.spawn(self._look_again(who))
        return barred

    async def _look_again(self, who: Address) -> None:
        user = await self._ask(who)
        if user is not None:
            barred = any(user.get(mark) for mark in _NO_MEMBER)
            self._note(who, self._clock() + LOOKED_AT_AGAIN, barred=barred)

    def _note(self, who: Address, until: datetime, *, barred: bool) -> None:
        if len(self._barred) >= _MOST_LOOKED_AT:
            self._barred.clear()
        self._barred[who] = (until, barred)

    async def _ask(self, who: Address) -> Mapping[str, Any] | None:
        """Slack's description of somebody; None when it gives none."""
        try:
            answer = await self._line.ask(lambda web: web.users_info(user=who.user), LOOKING_SECONDS)
        except Unanswered as reason:
            log.warning(
                "Slack did not say who speaks", extra={"action": "slack_people", "error": str(reason)}
            )
            return None
        user = answer.get("user")
        return user if isinstance(user, Mapping) else {}


def vouched(user: Mapping[str, Any], who: Address) -> str | None:
    """The confirmed e-mail address in Slack's description of a full member of this very workspace."""
    if (user.get("id"), user.get("team_id")) != (who.user, who.place):
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
