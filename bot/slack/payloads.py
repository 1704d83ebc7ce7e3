"""Where a Slack payload comes from, and whether Bolt can read it. Pure; every id is Slack's own."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from bot.slack.shapes import Malformed, Payload, first, name, part, text
from models.staff import Address

_VIEWS, _SHORTCUTS = ("view_submission", "view_closed"), ("message_action", "shortcut")


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


def speaker(payload: Payload, user: object) -> Address:
    """Who speaks. Raises Malformed."""
    return Address("slack", name(_place(payload)), name(user))


def check_shape(payload: Payload) -> None:
    """Raises Malformed where Bolt would stumble before it comes to us."""
    kind = text(payload, "type")
    if kind == "event_callback":
        text(part(payload, "event"), "type", needed=True)
    if kind == "block_actions":
        text(first(payload, "actions"), "action_id", needed=True)
    if kind in _VIEWS:
        view = payload.get("view")
        if not isinstance(view, dict):
            raise Malformed("view")
        text(view, "type", needed=True)
        text(view, "callback_id", needed=True)
    if kind in _SHORTCUTS:
        text(payload, "callback_id", needed=True)
    if "command" in payload:
        text(payload, "command", needed=True)


def _installed(payload: Payload) -> str | None:
    """The workspace whose installation of the app this was sent for; in a shared channel, still ours."""
    team = payload.get("team")
    inner = team.get("id") if isinstance(team, dict) else None
    return text(first(payload, "authorizations"), "team_id") or text(payload, "team_id") or inner or None


def _place(payload: Payload) -> str | None:
    # Of an app installed for a whole organisation, a button names the workspace with its user alone.
    return _installed(payload) or text(part(payload, "user"), "team_id") or None


def _organisation(payload: Payload) -> str | None:
    named = text(first(payload, "authorizations"), "enterprise_id") or text(payload, "enterprise_id")
    return (
        named
        or text(part(payload, "enterprise"), "id")
        or text(part(payload, "team"), "enterprise_id")
        or None
    )


def _homes(payload: Payload) -> Iterator[str]:
    """The workspaces or organisations that the payload says its author belongs to."""
    event = part(payload, "event")
    said = [text(event, key) for key in ("user_team", "source_team", "team")]
    yield from filter(None, [*said, text(part(payload, "user"), "team_id")])
