"""The Bot Connector's signing keys: fetched by one task at a time, kept, renewed behind an answer."""

import asyncio
import json
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jwt

log = logging.getLogger(__name__)

Fetch = Callable[[str], Awaitable[bytes]]
"""The body at an address. Raises when there is none."""

FETCH_SECONDS = 3.0
# Keys are renewed after an hour, and not used after a day (Microsoft asks for a day at most).
FRESH, OLDEST = 3600.0, 86400.0
# Unknown key ids cannot make us ask more often than this: after an answer, and after none.
PAUSE, PAUSE_AFTER_FAILURE = 30.0, 5.0


class NoKey(Exception):  # an answer, not a fault
    """There is no key of this id, or none could be fetched; the reason says which."""


@dataclass(frozen=True)
class Key:
    """A signing key, and the channels it may vouch for; None when it does not say."""

    key: jwt.PyJWK
    endorsements: tuple[str, ...] | None


class Keys:
    """Signing keys by id. `ticks` counts seconds from anywhere, for the pauses."""

    def __init__(self, openid_url: str, fetch: Fetch, ticks: Callable[[], float] = time.monotonic) -> None:
        self._openid_url = openid_url
        self._fetch = fetch
        self._ticks = ticks
        self._keys: dict[str, Key] = {}
        self._fetched = self._next = -math.inf
        self._asking: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> Key:
        """The key of this id; asks the key server when it is not here. Raises NoKey."""
        age = self._ticks() - self._fetched
        if age > FRESH or kid not in self._keys:
            asking = self._ask()
            if asking and (age > OLDEST or kid not in self._keys):
                # Shielded: a caller who goes away must not end the asking for the others.
                await asyncio.shield(asking)
        if self._ticks() - self._fetched > OLDEST:
            raise NoKey("the signing keys cannot be fetched")
        if kid not in self._keys:
            raise NoKey("signed with an unknown key")
        return self._keys[kid]

    async def close(self) -> None:
        """Ends the asking that goes on."""
        asking = self._asking
        if asking:
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking

    def _ask(self) -> asyncio.Task[None] | None:
        """The asking that goes on, or a new one; None when it is too early to ask again."""
        if self._asking is None and self._ticks() >= self._next:
            self._asking = asyncio.create_task(self._renew())
        return self._asking

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                address = json.loads(await self._fetch(self._openid_url))["jwks_uri"]
                if not address.startswith(("https://", self._openid_url.partition("://")[0] + "://")):
                    raise ValueError("The keys are not behind https.")
                keys = _read(json.loads(await self._fetch(address))["keys"])
            if not keys:
                raise ValueError("The key server has no key that can be used.")
            self._keys, self._fetched = keys, self._ticks()
            self._next = self._ticks() + PAUSE
        except Exception as error:  # noqa: BLE001  # whatever the key server does, the keys that we have stay
            self._next = self._ticks() + PAUSE_AFTER_FAILURE
            log.error(
                "the signing keys of Teams cannot be fetched; check REPLYBY_TEAMS_OPENID_URL and the network",
                extra={"action": "teams_keys", "reason": type(error).__name__},
            )
        finally:
            self._asking = None


def _read(entries: Iterable[Mapping[str, Any]]) -> dict[str, Key]:
    """The RSA signing keys of a JSON Web Key Set; what cannot be used is passed over."""
    keys: dict[str, Key] = {}
    for entry in entries:
        if (
            entry.get("kty") == "RSA"
            and entry.get("use", "sig") == "sig"
            and isinstance(entry.get("kid"), str)
        ):
            endorsed = entry.get("endorsements")
            with suppress(jwt.PyJWTError):
                key = jwt.PyJWK.from_dict(dict(entry), algorithm="RS256")
                keys[entry["kid"]] = Key(key, tuple(endorsed) if isinstance(endorsed, list) else None)
    return keys
