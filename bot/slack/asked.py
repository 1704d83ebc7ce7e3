"""From a Slack payload to an Ask, and to where its answer goes. Pure; every id is Slack's own."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.blocks import SAY, TOLD
from bot.inputs import FILL
from bot.slack.payloads import speaker
from bot.slack.shapes import Malformed, Payload, first, mark, name, part, parts, stamp, text
from bot.slack.viewed import Viewed, viewed
from bot.slack.words import visible, words
from bot.views import FORM
from handlers.asking import Ask
from handlers.form import Filling, Step
from models.staff import Address

LOG_INQUIRY = "log_inquiry"
"""The callback_id of the message shortcut."""
HOME = "home"
LONGEST_TEXT, LONGEST_ADDRESS = 3000, 500


class Place(StrEnum):
    """Where an answer goes."""

    COMMAND = "command"  # what the speaker alone sees beneath the command
    MESSAGE = "message"  # a direct message of its own
    ORIGINAL = "original"  # in place of the message that the button stands in
    ASIDE = "aside"  # what the speaker alone sees beneath the message that a shortcut was chosen on
    HOME = "home"  # the App Home
    VIEW = "view"  # in place of the modal that the button stands in
    FORM = "form"  # the form that is being filled in


@dataclass(frozen=True)
class Asked:
    """An ask, where its answer goes, and what Slack gave for that.

    trigger: opens a modal, for three seconds. filling: the form that the ask wants, when it names one
    itself; `ask.filling` is set when it fills one in. author: who wrote the message that it is about.
    view: what the button or the field stands in.
    """

    ask: Ask
    place: Place
    trigger: str = ""
    response_url: str = ""
    filling: Filling | None = None
    author: str = ""
    view: Viewed | None = None

    @property
    def at(self) -> str:
        """Where the answer that a form was asked for beneath is replaced; "" where nothing is."""
        return self.response_url[:LONGEST_ADDRESS] if self.place is Place.ORIGINAL else ""

    @property
    def home(self) -> str:
        """The words that renew the App Home that this came from; "" when it came from elsewhere."""
        if self.view is None:
            return ""
        return self.view.home or (HOME if self.view.kind == "home" else "")


def asked_of(payload: Payload, now: datetime, bot: str | None = None) -> Asked | None:
    """What a person asks with this payload; None for what asks nothing (edits, bots, other events).

    bot is our own user id, when it is known. Raises Malformed.
    """
    kind = payload.get("type")
    if kind is None and "command" in payload:
        return _command(payload, now)
    if kind == "event_callback":
        return _event(payload, now, bot)
    if kind == "block_actions":
        return _pressed(payload, now)
    if kind == "view_submission":
        return _submitted(payload, now)
    return _shortcut(payload, now) if kind == "message_action" else None


def _command(payload: Payload, now: datetime) -> Asked:
    said = f"{text(payload, 'command', needed=True)} {text(payload, 'text')}"
    trigger = mark(payload, "trigger_id")
    ask = Ask(speaker(payload, payload.get("user_id")), words(said), now, key=f"slack:{trigger}")
    return Asked(ask, Place.COMMAND, trigger, _address(payload))


def _event(payload: Payload, now: datetime, bot: str | None) -> Asked | None:
    """A direct message, a mention in a channel, or somebody who opens their App Home."""
    event = part(payload, "event")
    kind, subtype = event.get("type"), event.get("subtype")
    if kind == "app_home_opened" and event.get("tab") == "home":
        # Without a key, as it only shows something: the inbox would keep the whole home each time.
        return Asked(Ask(speaker(payload, event.get("user")), HOME, now), Place.HOME)
    direct = kind == "message" and event.get("channel_type") == "im" and subtype in (None, "file_share")
    # A mention that is edited comes again under another event id: it was heard the first time.
    mention = kind == "app_mention" and subtype is None and "edited" not in event
    bots = (one.get("user_id") for one in parts(payload, "authorizations") if one.get("is_bot") is True)
    ours = (bot, "USLACKBOT", *bots)
    if not (direct or mention) or event.get("bot_id") or event.get("user") in (None, *ours):
        return None
    said = text(event, "text")
    while (named := re.match(r"\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>[\s,:]*", said)) and named[1] in ours:
        said = said[named.end() :]
    who, key = speaker(payload, event["user"]), f"slack:{mark(payload, 'event_id')}"
    return Asked(Ask(who, words(said), now, key=key, by_message=True), Place.MESSAGE)


def _pressed(payload: Payload, now: datetime) -> Asked | None:
    """A button, in a message, a modal or the App Home; or a field of a form that asks for a new preview."""
    view = viewed(payload) if payload.get("view") is not None else None
    action = first(payload, "actions")
    which = mark(action, "action_id")
    who = speaker(payload, part(payload, "user").get("id"))
    if which == FILL:
        return _filled(who, now, view, Step.LOOK)
    if not which.startswith((SAY, TOLD)):
        return None
    said = visible(text(action, "value", needed=True)).strip()
    if view is not None and view.kind == "home":
        place = Place.HOME if re.match(rf"/?{HOME}\b", said, re.IGNORECASE) else Place.MESSAGE
    elif view is not None:
        place = Place.VIEW
    else:
        place = Place.ORIGINAL if which.startswith(SAY) else Place.MESSAGE
    key = f"slack:{who.place}:{who.user}:{mark(action, 'action_ts')}:{which}"
    shown = place is Place.HOME
    ask = Ask(who, said, now, key=None if shown else key, by_message=place is Place.MESSAGE)
    return Asked(ask, place, _trigger(payload), _address(payload), view=view)


def _submitted(payload: Payload, now: datetime) -> Asked | None:
    who, view = speaker(payload, part(payload, "user").get("id")), viewed(payload)
    return _filled(who, now, view, Step.SUBMIT)


def _filled(who: Address, now: datetime, view: Viewed | None, step: Step) -> Asked | None:
    """A form as it is filled in; None for a view that holds no form of ours."""
    if view is None or view.callback_id != FORM:
        return None
    if not view.form:
        raise Malformed("private_metadata")
    filling, said = Filling(view.form, view.about, view.values, step), view.words
    if step is Step.SUBMIT:
        key, by_message = f"slack:view:{view.id}", not view.at
        ask = Ask(who, said, now, key=key, by_message=by_message, filling=filling)
    else:
        ask = Ask(who, said, now, filling=filling)
    return Asked(ask, Place.FORM, view=view)


def _shortcut(payload: Payload, now: datetime) -> Asked | None:
    """ "Log as inquiry" on somebody's message: its words, its author, when it was written."""
    if payload.get("callback_id") != LOG_INQUIRY:
        return None
    trigger, message = mark(payload, "trigger_id"), payload.get("message")
    if not isinstance(message, dict):
        raise Malformed("message")
    channel, at = name(part(payload, "channel").get("id")), stamp(message, "ts")
    source = f"{channel}:{at}"
    # An answer within a thread belongs to the thread that its first message begins.
    if message.get("thread_ts") and (root := stamp(message, "thread_ts")) != at:
        source += f":{root}"
    author = message.get("user")
    values = {
        "subject": words(text(message, "text"))[:LONGEST_TEXT],
        "channel": "chat",
        "received": datetime.fromtimestamp(float(at), UTC).isoformat(),
    }
    who = speaker(payload, part(payload, "user").get("id"))
    return Asked(
        Ask(who, "inquiry log", now, key=f"slack:{trigger}"),
        Place.ASIDE,
        trigger,
        _address(payload),
        Filling("log", f"message:slack:{source}", values),
        name(author) if author else "",
    )


def _trigger(payload: Payload) -> str:
    return mark(payload, "trigger_id") if payload.get("trigger_id") else ""


def _address(payload: Payload) -> str:
    """Where an answer may be posted; it is looked at again before anything is."""
    return text(payload, "response_url")
