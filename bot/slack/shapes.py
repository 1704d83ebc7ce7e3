"""The pieces of a Slack payload, each checked as it is read. Pure."""

import re
from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]

_NAME = re.compile(r"[A-Z][A-Z0-9]{1,63}", re.ASCII)
_MARK = re.compile(r"[\w.:-]{1,255}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,11}\.[0-9]{1,6}", re.ASCII)


class Malformed(ValueError):
    """The payload is not shaped as Slack shapes it."""


def part(payload: Payload, key: str) -> Payload:
    """An object within; empty where there is none, or where Slack writes a mere id."""
    value = payload.get(key)
    if value is None or isinstance(value, str):
        return {}
    if not isinstance(value, dict):
        raise Malformed(key)
    return value


def parts(payload: Payload, key: str) -> list[Payload]:
    """The objects of a list; none where there is no list."""
    value = payload.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Malformed(key)
    return value


def first(payload: Payload, key: str) -> Payload:
    """The first object of a list; empty where there is none."""
    return next(iter(parts(payload, key)), {})


def text(payload: Payload, key: str, *, needed: bool = False) -> str:
    value = payload.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise Malformed(key)
    return value


def name(value: object) -> str:
    """The id of a workspace, a person, a channel or a view."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Malformed("id")
    return value


def mark(payload: Payload, key: str) -> str:
    """An id of Slack's that becomes a key of ours."""
    value = payload.get(key)
    if not isinstance(value, str) or not _MARK.fullmatch(value):
        raise Malformed(key)
    return value


def stamp(payload: Payload, key: str) -> str:
    """A message's timestamp, which is its id within its channel."""
    value = payload.get(key)
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        raise Malformed(key)
    return value
