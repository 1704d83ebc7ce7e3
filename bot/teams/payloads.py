"""What Teams posts, read: an activity's JSON becomes an Ask. Nothing here calls anybody.

The activity has passed the token check; `check` compares it with the token, `read` takes it apart.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.teams.activity import IDENT, ident, inner, piece
from bot.teams.asked import Asked, read_asked
from bot.teams.token import CHANNEL, Refused, may_receive_our_token
from bot.teams.words import PERSON, Spoken, mentions
from handlers.asking import Ask
from handlers.form import Step
from handlers.shared import SHARED
from models.staff import Address


class Way(StrEnum):
    """How the answer comes back.

    A message of its own; in the response, in place of the card that was pressed; by an edit of that card; a
    message, of which the response tells; in the response, in a dialog.
    """

    MESSAGE = "message"
    CARD = "card"
    EDIT = "edit"
    NOTICE = "notice"
    DIALOG = "dialog"


@dataclass(frozen=True)
class Heard:
    """An ask from Teams, and the way back.

    `conversation` and `user` are where and whom to look up. `pressed`: the id of the message whose button it
    was. `automatic`: Teams renews a card by itself. `spoken`: the words, where a colleague is mentioned.
    `nonce`: the dialog's own, "" outside of one.
    """

    ask: Ask
    way: Way
    conversation: str
    user: str
    pressed: str = ""
    automatic: bool = False
    spoken: Spoken | None = None
    nonce: str = ""


def check(activity: Mapping[str, Any], claims: Mapping[str, Any], tenant: str, hosts: Iterable[str]) -> None:
    """Refuses (403) what the token does not vouch for, and other hosts, tenants and channels."""
    service_url = activity.get("serviceUrl")
    if service_url != claims["serviceurl"]:
        raise Refused(403, "the token is for another service address")
    if not may_receive_our_token(service_url, hosts):
        raise Refused(403, "not a service address of Teams; see REPLYBY_TEAMS_SERVICE_HOSTS")
    if activity.get("channelId") != CHANNEL:
        raise Refused(403, "not from Teams")
    named = [inner(activity, "channelData", "tenant", "id"), inner(activity, "conversation", "tenantId")]
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
    asked = read_asked(activity, kind)
    if asked is None:
        return None
    sender, bot = piece(activity, "from"), piece(activity, "recipient")
    conversation = piece(activity, "conversation")
    user, person, bot_id = ident(sender, "id"), sender.get("aadObjectId"), ident(bot, "id")
    place, personal = ident(conversation, "id"), conversation.get("conversationType") == "personal"
    if not isinstance(person, str) or not PERSON.fullmatch(person) or user == bot_id:
        # A bot, or somebody without an account: no member of staff, and nobody to write to.
        if kind == "invoke":
            raise Refused(403, "from nobody with an account")
        return None
    if asked.filling is not None and not _stands_here(asked.filling.about, place):
        raise Refused(403, "about a message of another conversation")
    arriving = kind in ("installationUpdate", "conversationUpdate")
    if not personal and (arriving or (kind == "message" and not _addressed(activity, bot_id))):
        return None
    way, pressed = _way(activity, asked, personal)
    filling, tenant = asked.filling, _tenant(activity)
    key = f"{place}:{ident(activity, 'id')}"
    if arriving:
        # Teams tells of one installation by two activities; one greeting a day is enough.
        key = f"greeting:{place}:{now:%Y-%m-%d}"
    elif asked.nonce and filling is not None and filling.step is Step.SUBMIT:
        # Each click has an id of its own, and two clicks on one dialog are one submission.
        key = f"form:{person.lower()}:{asked.nonce}"
    stored = not asked.automatic and (filling is None or filling.step is Step.SUBMIT)
    ask = Ask(
        speaker=Address("teams", tenant, person.lower()),
        words=asked.words,
        now=now,
        # What stores nothing needs no key: a card that is looked at often would fill the inbox.
        key=f"teams:{key}" if stored else None,
        by_message=stored and (way in (Way.MESSAGE, Way.NOTICE) or filling is not None),
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
        filling=filling,
    )
    spoken = asked.spoken if asked.spoken and asked.spoken.ids else None
    return Heard(ask, way, place.partition(";")[0], user, pressed, asked.automatic, spoken, asked.nonce)


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


def _way(activity: Mapping[str, Any], asked: Asked, personal: bool) -> tuple[Way, str]:
    """The way back, and the message whose button was pressed.

    An answer takes the place of the answer that it was pressed in; what came by itself stays as it is.
    """
    pressed = activity.get("replyToId")
    known = pressed if isinstance(pressed, str) and IDENT.fullmatch(pressed) else ""
    if asked.dialog:
        return Way.DIALOG, known
    in_place = personal and not asked.told
    if activity.get("type") == "invoke":
        if asked.automatic and not in_place:
            raise Refused(404, "renewed in one's own chat alone")
        return Way.CARD if in_place else Way.NOTICE, known
    return Way.EDIT if asked.pressed and in_place and known else Way.MESSAGE, known


def _stands_here(about: str, place: str) -> bool:
    """Whether a shared message that a form is about stands in this conversation; a dialog can be forged."""
    if not about.startswith(SHARED):
        return True
    where = about.removeprefix(f"{SHARED}teams:").rpartition("|")[0]
    return where.partition(";")[0] == place.partition(";")[0]


def _addressed(activity: Mapping[str, Any], bot: str) -> bool:
    """Whether the bot is spoken to: it is mentioned, or one of its own buttons was pressed."""
    pressed = inner(activity, "value", "words") is not None
    return pressed or any(inner(mention, "mentioned", "id") == bot for mention in mentions(activity))


def _tenant(activity: Mapping[str, Any]) -> str:
    found = inner(activity, "channelData", "tenant", "id") or inner(activity, "conversation", "tenantId")
    return str(found).lower()
