"""The action “Log as inquiry” on somebody's message: the form that logs it, filled in from the message."""

from datetime import UTC, datetime

from bot.teams.activity import Json, ident, inner, piece
from bot.teams.words import clean, plain
from handlers.form import Filling
from handlers.shared import SHARED
from models.instant import aware, iso

COMMAND = "log_inquiry"
"""The id of the action in the app's manifest."""

LONGEST_SUBJECT, LONGEST_NAME, OLDEST_YEAR = 3000, 200, 2000


def shared(activity: Json) -> Filling:
    """The form for the message that the action was chosen on. Raises Refused (400).

    What it is about is where the message stands: "message:teams:CONVERSATION|MESSAGE".
    """
    message = piece(piece(activity, "value"), "messagePayload")
    place = ident(piece(activity, "conversation"), "id")
    values = {
        "subject": _text(message)[:LONGEST_SUBJECT],
        "customer": _author(message)[:LONGEST_NAME],
        "channel": "chat",
        **_received(message),
    }
    return Filling("log", f"{SHARED}teams:{place}|{ident(message, 'id')}", values)


def _text(message: Json) -> str:
    content = inner(message, "body", "content")
    if not isinstance(content, str):
        return ""
    return clean(content) if inner(message, "body", "contentType") == "text" else plain(content)


def _author(message: Json) -> str:
    """The person, or the app that wrote it."""
    names = (inner(message, "from", who, "displayName") for who in ("user", "application"))
    return next((clean(name) for name in names if isinstance(name, str)), "")


def _received(message: Json) -> dict[str, str]:
    """When it was written, as an instant; nothing where that cannot be read."""
    written = message.get("createdDateTime")
    try:
        moment = aware(datetime.fromisoformat(str(written))).astimezone(UTC)
    except (ValueError, OverflowError):
        return {}
    return {"received": iso(moment)} if moment.year >= OLDEST_YEAR else {}
