"""What stands before the Slack door: is this Slack's own request, is it fresh, and can it be read?

Pure functions over headers and body. Nothing here logs, and no reason repeats what was sent.
"""

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

LARGEST = 1_000_000
"""Bytes of a request's body."""
FRESH = 300
"""Seconds by which Slack's timestamp may differ from our clock, either way."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_MOST_FIELDS = 100
_SSL_CHECK = 1_000


class TurnedAway(Exception):
    """The request goes no further: the HTTP status, and a word for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def check(headers: Mapping[str, str], body: bytes, secret: str | None, now: datetime) -> None:
    """Slack's signature, version 0: HMAC-SHA256 over the timestamp and the body as it came.

    headers are looked up in lower case. Raises TurnedAway: 401, whatever is wrong with them.
    """
    if not secret:
        raise TurnedAway(401, "no-signing-secret")
    stamp = headers.get("x-slack-request-timestamp", "")
    if not _TIMESTAMP.fullmatch(stamp):
        raise TurnedAway(401, "no-timestamp")
    if abs(now.timestamp() - int(stamp)) > FRESH:
        raise TurnedAway(401, "not-fresh")
    signed = b"v0:" + stamp.encode() + b":" + body
    right = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    # As bytes: comparing a str that is not ASCII raises.
    given = headers.get("x-slack-signature", "").encode("utf-8", "replace")
    if not hmac.compare_digest(right.encode(), given):
        raise TurnedAway(401, "wrong-signature")


def single(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers that are there once; of one that comes twice nobody knows which was meant."""
    given = list(headers)
    times = Counter(name for name, _ in given)
    return {name: value for name, value in given if times[name] == 1}


def payload(content_type: str, body: bytes) -> dict[str, Any]:
    """What Slack says: an event is JSON, a slash command is a form, a button is JSON inside a form.

    Raises TurnedAway (400) for anything else.
    """
    kind = _kind(content_type)
    try:
        text = body.decode("utf-8")
        if kind == _FORM:
            form = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS))
            said: Any = json.loads(form["payload"]) if "payload" in form else form
        else:
            said = json.loads(text) if kind == _JSON else None
    except (ValueError, RecursionError):
        # Digits and brackets without end are faults of the same kind.
        said = None
    if not isinstance(said, dict) or not said:
        raise TurnedAway(400, "malformed")
    return said


def challenge(said: Mapping[str, Any]) -> str | None:
    """The words to send back when Slack tries the address; None for any other payload.

    Raises TurnedAway (400) for a challenge that is none.
    """
    if said.get("type") != "url_verification":
        return None
    words = said.get("challenge")
    if not isinstance(words, str) or not re.fullmatch(r"[\x20-\x7e]{1,500}", words):
        raise TurnedAway(400, "malformed")
    return words


def is_ssl_check(content_type: str, body: bytes) -> bool:
    """Whether Slack only tries our certificate. Slack does not sign this, and nothing follows from it."""
    if b"ssl_check" not in body or len(body) > _SSL_CHECK or not body.isascii():
        return False
    return _kind(content_type) == _FORM and ("ssl_check", "1") in parse_qsl(body.decode("ascii"))


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
