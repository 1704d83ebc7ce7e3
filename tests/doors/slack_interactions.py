"""What Slack sends from modals, from the App Home and from a message's menu."""

from typing import Any

from tests.doors.fake_slack import TEAM, button, event


def home_opened(*, user: str = "U0DANA", tab: str = "home", **more: Any) -> dict[str, Any]:
    inner = {"type": "app_home_opened", "user": user, "channel": "D0DANA", "tab": tab, "event_ts": "1.2"}
    return event(inner, **more)


def pressed_in(view: dict[str, Any], words: str, **more: Any) -> dict[str, Any]:
    """A press in a modal or in the App Home."""
    said = button(words, action_id="say:0", **more)
    place = {"container": {"type": "view", "view_id": view["id"]}, "channel": None, "response_url": None}
    return {name: one for name, one in {**said, **place, "view": view}.items() if one is not None}


def looked_at(view: dict[str, Any], field: str, **more: Any) -> dict[str, Any]:
    """A field of a form that was changed, and asks for a new preview."""
    [block] = [one for one in view["blocks"] if one.get("block_id", "").partition("#")[0] == field]
    kind = block["element"]["type"]
    action = {"action_id": "fill", "block_id": block["block_id"], "type": kind, "action_ts": "1772460002.1"}
    return {**pressed_in(view, "", **more), "actions": [action]}


def submitted(view: dict[str, Any], *, user: str = "U0DANA", **more: Any) -> dict[str, Any]:
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "riverbend"},
        "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM},
        "api_app_id": "A0REPLYBY",
        "token": "old-verification-token",
        "trigger_id": "13345224609.738474920.submit",
        "view": view,
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
        **more,
    }


def shortcut(text: str, *, author: str | None = "U0MARIA", **message: Any) -> dict[str, Any]:
    """Log as inquiry, chosen on a message in #general."""
    return {
        "type": "message_action",
        "token": "old-verification-token",
        "action_ts": "1772460003.000100",
        "team": {"id": TEAM, "domain": "riverbend"},
        "user": {"id": "U0DANA", "username": "somebody", "name": "somebody", "team_id": TEAM},
        "channel": {"id": "C0GENERAL", "name": "general"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": "log_inquiry",
        "trigger_id": "13345224609.738474920.shortcut",
        "response_url": "https://hooks.slack.com/app/T0RIVERBEND/1/x",
        "message_ts": "1772460000.000100",
        "message": {"type": "message", "user": author, "team": TEAM, "text": text, "ts": "1772460000.000100"}
        | message,
    }
