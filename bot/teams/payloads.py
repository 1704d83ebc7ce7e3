"""What Teams posts, read: an activity's JSON becomes an Ask. Nothing here calls anybody.

The activity has passed the token check; `check` compares it with the token, `read` takes it apart.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.teams.token import CHANNEL, Refused, may_receive_our_token
from handlers.asking import Ask
from models.staff import Address

# Teams itself stops at 28 KB a message; the rest is there to keep the reading of hostile text short.
LONGEST_TEXT, MOST_MENTIONS = 30_000, 50

_ID = re.compile(r"[!-~]{1,512}")
_PERSON = re.compile(r"[\w-]{1,64}", re.ASCII)
_AT = re.compile(r"<at\b[^<>]{0,100}>([^<>]{0,200})</at>", re.IGNORECASE)
_TAG = re.compile(r"[<>]")
# Controls but the line break, invisible fillers, and halves of surrogate pairs, which no database takes.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Heard:
    """An ask from Teams. `at_once`: its answer goes into the HTTP response, in place of the pressed button.

    `conversation` and `user` are where and whom to look up.
    """

    ask: Ask
    at_once: bool
    conversation: str
    user: str


def check(activity: Mapping[str, Any], claims: Mapping[str, Any], tenant: str, hosts: Iterable[str]) -> None:
    """Refuses (403) what the token does not vouch for, and other hosts, tenants and channels."""
    service_url = activity.get("serviceUrl")
    if service_url != claims["serviceurl"]:
        raise Refused(403, "the token is for another service address")
    if not may_receive_our_token(service_url, hosts):
        raise Refused(403, "not a service address of Teams; see REPLYBY_TEAMS_SERVICE_HOSTS")
    if activity.get("channelId") != CHANNEL:
        raise Refused(403, "not from Teams")
    named = [_in(activity, "channelData", "tenant", "id"), _in(activity, "conversation", "tenantId")]
    given = [one for one in named if one is not None]
    if not given or any(not isinstance(one, str) or one.lower() != tenant.lower() for one in given):
        raise Refused(403, "from another tenant")


def read(activity: Mapping[str, Any], now: datetime) -> Heard | None:
    """What was asked; None for what needs no answer (reactions, edits, news of a team, other bots).

    Raises Refused: 400 for an activity that is not as Teams writes it, 404 for an invoke that is not ours.
    """
    kind = activity.get("type")
    if not isinstance(kind, str):
        raise Refused(400, "an activity without a type")
    words = _words(activity, kind)
    if words is None:
        return None
    sender, bot = _object(activity, "from"), _object(activity, "recipient")
    conversation = _object(activity, "conversation")
    user, person, bot_id = _id(sender, "id"), sender.get("aadObjectId"), _id(bot, "id")
    place, personal = _id(conversation, "id"), conversation.get("conversationType") == "personal"
    if not isinstance(person, str) or not _PERSON.fullmatch(person) or user == bot_id:
        # A bot, or somebody without an account: no member of staff, and nobody to write to.
        if kind == "invoke":
            raise Refused(403, "from nobody with an account")
        return None
    arriving = kind in ("installationUpdate", "conversationUpdate")
    if not personal and (arriving or (kind == "message" and not _addressed(activity, bot_id))):
        return None
    # Teams tells of one installation by two activities; one greeting a day is enough.
    key = f"greeting:{place}:{now:%Y-%m-%d}" if arriving else f"{place}:{_id(activity, 'id')}"
    tenant = _tenant(activity)
    at_once = kind == "invoke" and personal
    ask = Ask(
        speaker=Address("teams", tenant, person.lower()),
        words=words,
        now=now,
        key=f"teams:{key}",
        by_message=not at_once,
        reference={
            "serviceUrl": activity["serviceUrl"],
            "tenantId": tenant,
            "channelId": CHANNEL,
            "botId": bot_id,
            "userId": user,
            "aadObjectId": person,
            # Only the speaker's own chat: residents' data never goes to a group or a channel.
            **({"conversation": place} if personal else {}),
        },
    )
    return Heard(ask, at_once, place.partition(";")[0], user)


def vouched_email(member: Mapping[str, Any], tenant: str) -> str | None:
    """The e-mail address of a member of our tenant; none of a guest, whose home is elsewhere."""
    name = member.get("userPrincipalName")
    address = member.get("email") or name
    if (
        str(member.get("userRole", "user")).lower() != "user"
        or not isinstance(name, str)
        or "#ext#" in name.lower()
    ):
        return None
    if str(member.get("tenantId", tenant)).lower() != tenant.lower() or not isinstance(address, str):
        return None
    return address if re.fullmatch(r"[^@\s]+@[^@\s]+", address) else None


def _words(activity: Mapping[str, Any], kind: str) -> str | None:
    """What was typed, what a pressed button says, or the greeting; None when nothing was said."""
    match kind:
        case "message":
            pressed = _in(activity, "value", "words")
            text = activity.get("text")
            if not isinstance(pressed, str | None) or not isinstance(text, str | None):
                raise Refused(400, "a message without text")
            if pressed is None and text is None:
                return None
            return (clean(pressed) if pressed is not None else typed(activity)) or "help"
        case "invoke":
            if activity.get("name") != "adaptiveCard/action":
                raise Refused(404, "not an invoke that Replyby offers")
            pressed = _in(activity, "value", "action", "data", "words")
            if not isinstance(pressed, str) or not clean(pressed):
                raise Refused(400, "a button without words")
            return clean(pressed)
        case "installationUpdate":
            return "help" if activity.get("action") == "add" else None
        case "conversationUpdate":
            added = activity.get("membersAdded")
            bot = _in(activity, "recipient", "id")
            who = [one.get("id") for one in added if isinstance(one, dict)] if isinstance(added, list) else []
            return "help" if bot in who else None
        case _:
            return None


def typed(activity: Mapping[str, Any]) -> str:
    """A message's text: the bot's mention taken out, other people's as @name, entities and spaces plain."""
    bot, name = _in(activity, "recipient", "id"), _in(activity, "recipient", "name")
    text = str(activity.get("text") or "")[:LONGEST_TEXT]
    for mention in _mentions(activity):
        who, shown = _in(mention, "mentioned", "id"), _in(mention, "mentioned", "name")
        marked = mention.get("text")
        if isinstance(marked, str) and _AT.fullmatch(marked):
            shown = _TAG.sub("", str(shown or _AT.sub(r"\1", marked)))[:200]
            text = text.replace(marked, " " if who == bot else f"@{shown}")
    text = _AT.sub(lambda at: " " if at[1] == name else f"@{at[1]}", text)
    return clean(html.unescape(text))


def clean(text: str) -> str:
    """The text with plain spaces, without what cannot be seen."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text[:LONGEST_TEXT])).strip()


def _addressed(activity: Mapping[str, Any], bot: str) -> bool:
    """Whether the bot is spoken to: it is mentioned, or one of its own buttons was pressed."""
    pressed = _in(activity, "value", "words") is not None
    return pressed or any(_in(mention, "mentioned", "id") == bot for mention in _mentions(activity))


def _mentions(activity: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entities = activity.get("entities")
    listed = entities[:MOST_MENTIONS] if isinstance(entities, list) else []
    return [one for one in listed if isinstance(one, dict) and str(one.get("type")).lower() == "mention"]


def _tenant(activity: Mapping[str, Any]) -> str:
    found = _in(activity, "channelData", "tenant", "id") or _in(activity, "conversation", "tenantId")
    return str(found).lower()


def _in(within: Mapping[str, Any], *path: str) -> Any:
    """What stands at the path, or None."""
    found: Any = within
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _object(within: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = within.get(name)
    if not isinstance(found, dict):
        raise Refused(400, f"an activity without {name}")
    return found


def _id(within: Mapping[str, Any], name: str) -> str:
    found = within.get(name)
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Refused(400, "an activity without its ids")
    return found
