"""From a Slack payload to an Ask: who speaks, from where, in which words. Pure; every id is Slack's own."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.slack.words import visible, words
from handlers.asking import Ask
from models.staff import Address

Payload = Mapping[str, Any]

SAY = "say:"
"""How the action_id of a button begins that says its value."""

_NAME = re.compile(r"[A-Z][A-Z0-9]{1,63}", re.ASCII)
_MARK = re.compile(r"[\w.:-]{1,255}", re.ASCII)


class Malformed(ValueError):
    """The payload is not shaped as Slack shapes it."""


class Standing(StrEnum):
    """Where a payload comes from: our workspace, another one, or a visitor in ours (a shared channel)."""

    OURS = "ours"
    ELSEWHERE = "elsewhere"
    VISITOR = "visitor"


def standing(payload: Payload, allowed: Collection[str]) -> Standing:
    """Who sends it, when these workspaces (T…) and organisations (E…) may speak. Raises Malformed."""
    place, organisation = _place(payload), _organisation(payload)
    if place not in allowed and (organisation not in allowed or not _installed(payload)):
        return Standing.ELSEWHERE
    return Standing.VISITOR if set(_homes(payload)) - {place, organisation, *allowed} else Standing.OURS


def ask_of(payload: Payload, now: datetime, bot: str | None = None) -> Ask | None:
    """What a person asks with this payload; None for what asks nothing (edits, bots, other events).

    bot is our own user id, when it is known. Raises Malformed.
    """
    kind = payload.get("type")
    if kind is None and "command" in payload:
        return _command(payload, now)
    if kind == "event_callback":
        return _event(payload, now, bot)
    return _button(payload, now) if kind == "block_actions" else None


def check_shape(payload: Payload) -> None:
    """Raises Malformed where Bolt would stumble before it comes to us."""
    _text(payload, "type")
    if payload.get("type") == "event_callback":
        _text(_part(payload, "event"), "type", needed=True)
    if payload.get("type") == "block_actions":
        first, *_ = _list(payload, "actions") or [{}]
        _text(first, "action_id", needed=True)
    if "command" in payload:
        _text(payload, "command", needed=True)


def _command(payload: Payload, now: datetime) -> Ask:
    said = f"{_text(payload, 'command', needed=True)} {_text(payload, 'text')}"
    return Ask(
        speaker=_speaker(payload, payload.get("user_id")),
        words=words(said),
        now=now,
        key=f"slack:{_mark(payload, 'trigger_id')}",
    )


def _event(payload: Payload, now: datetime, bot: str | None) -> Ask | None:
    """A direct message, or a mention in a channel, written by a person; the answer is a direct message."""
    event = _part(payload, "event")
    kind, subtype = event.get("type"), event.get("subtype")
    direct = kind == "message" and event.get("channel_type") == "im" and subtype in (None, "file_share")
    # A mention that is edited comes again under another event id: it was heard the first time.
    mention = kind == "app_mention" and subtype is None and "edited" not in event
    bots = (one.get("user_id") for one in _list(payload, "authorizations") if one.get("is_bot") is True)
    ours = (bot, "USLACKBOT", *bots)
    if not (direct or mention) or event.get("bot_id") or event.get("user") in (None, *ours):
        return None
    text = _text(event, "text")
    while (named := re.match(r"\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>[\s,:]*", text)) and named[1] in ours:
        text = text[named.end() :]
    return Ask(
        speaker=_speaker(payload, event["user"]),
        words=words(text),
        now=now,
        key=f"slack:{_mark(payload, 'event_id')}",
        by_message=True,
    )


def _button(payload: Payload, now: datetime) -> Ask | None:
    first, *_ = _list(payload, "actions") or [{}]
    action = _mark(first, "action_id")
    if not action.startswith(SAY):
        return None
    speaker = _speaker(payload, _part(payload, "user").get("id"))
    return Ask(
        speaker=speaker,
        words=visible(_text(first, "value", needed=True)).strip(),
        now=now,
        key=f"slack:{speaker.place}:{speaker.user}:{_mark(first, 'action_ts')}:{action}",
        by_message=True,
    )


def _speaker(payload: Payload, user: object) -> Address:
    return Address("slack", _name(_place(payload)), _name(user))


def _installed(payload: Payload) -> str | None:
    """The workspace whose installation of the app this was sent for; in a shared channel, still ours."""
    first, *_ = _list(payload, "authorizations") or [{}]
    team = payload.get("team")
    inner = team.get("id") if isinstance(team, dict) else None
    return _text(first, "team_id") or _text(payload, "team_id") or inner or None


def _place(payload: Payload) -> str | None:
    # Of an app installed for a whole organisation, a button names the workspace with its user alone.
    return _installed(payload) or _text(_part(payload, "user"), "team_id") or None


def _organisation(payload: Payload) -> str | None:
    first, *_ = _list(payload, "authorizations") or [{}]
    named = _text(first, "enterprise_id") or _text(payload, "enterprise_id")
    return (
        named
        or _text(_part(payload, "enterprise"), "id")
        or _text(_part(payload, "team"), "enterprise_id")
        or None
    )


def _homes(payload: Payload) -> Iterator[str]:
    """The workspaces or organisations that the payload says its author belongs to."""
    event = _part(payload, "event")
    said = [_text(event, key) for key in ("user_team", "source_team", "team")]
    yield from filter(None, [*said, _text(_part(payload, "user"), "team_id")])


def _part(payload: Payload, key: str) -> Payload:
    """An object within; empty where there is none, or where Slack writes a mere id."""
    value = payload.get(key)
    if value is None or isinstance(value, str):
        return {}
    if not isinstance(value, dict):
        raise Malformed(key)
    return value


def _list(payload: Payload, key: str) -> list[Payload]:
    value = payload.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Malformed(key)
    return value


def _text(payload: Payload, key: str, *, needed: bool = False) -> str:
    value = payload.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise Malformed(key)
    return value


def _name(value: object) -> str:
    """A workspace's or a person's id."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Malformed("id")
    return value


def _mark(payload: Payload, key: str) -> str:
    """An id of Slack's that becomes a key of ours."""
    value = payload.get(key)
    if not isinstance(value, str) or not _MARK.fullmatch(value):
        raise Malformed(key)
    return value
