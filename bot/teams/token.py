"""Who posted this: the Bot Connector's signed token, and the hosts that our own token may be sent to.

botbuilder's own check is not used: garbage makes it raise, a new signing key breaks it, and it takes tokens
without an end or from another tenant.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
from jwt.types import Options

from bot.doors import Clock
from bot.teams.keys import Keys, NoKey

CHANNEL = "msteams"
LEEWAY = 300.0
LONGEST_TOKEN = 8192

_SERVICE_URL = re.compile(r"(https?)://([A-Za-z0-9.-]{1,253})(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
_LOOPBACK = ("127.0.0.1", "localhost")
# PyJWT would read the machine's clock and take a list of audiences; `_examine` does neither.
_SIGNATURE_ALONE: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class Refused(Exception):  # an answer to the caller, not a fault of ours
    """A request that is not heard: its HTTP status, and a reason that quotes nothing of it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def is_government(openid_url: str) -> bool:
    """Whether the address of the OpenID document is that of the US government clouds (GCC High, DoD)."""
    return (urlsplit(openid_url).hostname or "").endswith(".azure.us")


def issuer(openid_url: str) -> str:
    """Who signs tokens in that cloud."""
    return "https://api.botframework.us" if is_government(openid_url) else "https://api.botframework.com"


def may_receive_our_token(service_url: object, hosts: Iterable[str]) -> bool:
    """Whether this is https on an allowed host: a name, or `*.name` for any one below it.

    http passes for a loopback host that is on the list by its own name.
    """
    match = _SERVICE_URL.fullmatch(service_url) if isinstance(service_url, str) else None
    if match is None:
        return False
    scheme, host = match[1], match[2].lower()
    if scheme == "http":
        return host in _LOOPBACK and host in hosts
    return any(host == one.lower() or (one[:2] == "*." and host.endswith(one[1:].lower())) for one in hosts)


class Gate:
    """Checks the token of a request: RS256 by a key of the Bot Connector, for our app, in time."""

    def __init__(self, app_id: str, openid_url: str, keys: Keys, clock: Clock) -> None:
        self._app_id = app_id
        self._issuer = issuer(openid_url)
        self._keys = keys
        self._clock = clock

    async def claims(self, authorization: str | None) -> dict[str, Any]:
        """The claims of the token in an Authorization header, `serviceurl` among them. Raises Refused."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise Refused(401, "no bearer token")
        try:
            said = jwt.decode_complete(token, options={"verify_signature": False})
            kid, algorithm = said["header"].get("kid"), said["header"].get("alg")
        except Exception as error:
            # A stranger's token may break in any way.
            raise Refused(401, "the token cannot be read") from error
        if algorithm != "RS256" or not isinstance(kid, str):
            raise Refused(401, "not signed with RS256 and a key id")
        # Before a key is asked for, so that only a token that looks right can make us ask.
        self._examine(said["payload"])
        try:
            found = await self._keys.find(kid)
        except NoKey as reason:
            raise Refused(401, str(reason)) from reason
        if found.endorsements is not None and CHANNEL not in found.endorsements:
            raise Refused(401, "signed with a key for other channels")
        try:
            claims = jwt.decode(token, found.key, algorithms=["RS256"], options=_SIGNATURE_ALONE)
        except Exception as error:
            raise Refused(401, "the signature is wrong") from error
        self._examine(claims)
        return claims

    def _examine(self, claims: Mapping[str, Any]) -> None:
        if claims.get("aud") != self._app_id:
            raise Refused(401, "for another app")
        if claims.get("iss") != self._issuer:
            raise Refused(401, "from another issuer")
        if not isinstance(claims.get("serviceurl"), str):
            raise Refused(401, "without a service address")
        now = self._clock().timestamp()
        if not now < _seconds(claims.get("exp")) + LEEWAY:
            raise Refused(401, "expired, or without an end")
        if any(name in claims and not _seconds(claims[name]) <= now + LEEWAY for name in ("nbf", "iat")):
            raise Refused(401, "not valid yet")


def _seconds(value: object) -> float:
    """Seconds since 1970; for what is no number, not a number, which is in no range."""
    if not isinstance(value, int | float) or abs(value) > 1e12:
        return math.nan
    return float(value)
