"""What somebody asks with an activity: words that they typed or pressed, or a form."""

import re
from dataclasses import dataclass
from typing import Any

from bot.cards import VERB
from bot.dialogs import FIELD, NOTHING, as_nonce
from bot.teams.activity import Json, inner
from bot.teams.extension import COMMAND, shared
from bot.teams.token import Refused
from bot.teams.words import Spoken, clean, typed
from handlers.form import Filling, Step
from handlers.forms import FORMS, opens

GREETING = HOME = "home"
"""What is said for whoever has just met the bot, and what Teams may say by itself."""
_HOME = re.compile(rf"{HOME}(?: \d{{1,4}})?", re.ASCII)

LONGEST_ABOUT, LONGEST_VALUE, MOST_VALUES = 1100, 10_000, 60


@dataclass(frozen=True)
class Asked:
    """`dialog`: it was asked in a dialog, or for one. `pressed`: by a button.

    `told`: that stands under what came by itself. `automatic`: Teams renews a card that is looked at again.
    `spoken`: what was typed. `nonce`: what the dialog has that was sent, "" where it has none.
    """

    words: str
    filling: Filling | None = None
    dialog: bool = False
    pressed: bool = False
    told: bool = False
    automatic: bool = False
    spoken: Spoken | None = None
    nonce: str = ""


def read_asked(activity: Json, kind: str) -> Asked | None:
    """None when nothing was asked. Raises Refused: 400 for junk, 404 for an invoke that is not ours."""
    match kind:
        case "message":
            return _message(activity)
        case "invoke":
            return _invoke(activity)
        case "installationUpdate":
            return Asked(GREETING) if activity.get("action") == "add" else None
        case "conversationUpdate":
            added, bot = activity.get("membersAdded"), inner(activity, "recipient", "id")
            who = [one.get("id") for one in added if isinstance(one, dict)] if isinstance(added, list) else []
            return Asked(GREETING) if bot in who else None
        case _:
            return None


def in_dialog(data: object) -> Asked:
    """What a button asks for whose answer is a dialog: words, a form, or a form as it is filled in."""
    if not isinstance(data, dict):
        raise Refused(400, "a dialog without data")
    if "form" not in data:
        words = _said(data.get("words"))
        return Asked(words, opens(words), dialog=True, pressed=True)
    name, about, kept = data["form"], data.get("about", ""), data.get("values", {})
    if not isinstance(name, str) or name not in FORMS or not isinstance(kept, dict):
        raise Refused(400, "no form of ours")
    if not isinstance(about, str) or len(about) > LONGEST_ABOUT or data.get("step", "open") not in list(Step):
        raise Refused(400, "a form that is not as it was shown")
    filled = {key.removeprefix(FIELD): value for key, value in data.items() if key.startswith(FIELD)}
    values = {str(key): _value(value) for key, value in [*kept.items(), *filled.items()][:MOST_VALUES]}
    filling = Filling(name, clean(about), values, Step(data.get("step", "open")))
    nonce = as_nonce(data.get("nonce"))
    return Asked(FORMS[name].command, filling, dialog=True, pressed=True, nonce=nonce)


def _message(activity: Json) -> Asked | None:
    pressed, text = inner(activity, "value", "words"), activity.get("text")
    if not isinstance(pressed, str | None) or not isinstance(text, str | None):
        raise Refused(400, "a message without text")
    if pressed is None and text is None:
        return None
    if pressed is not None:
        told = inner(activity, "value", "told") is True
        return Asked(clean(pressed) or "help", pressed=True, told=told)
    spoken = typed(activity)
    return Asked(spoken.written() or "help", spoken=spoken)


def _invoke(activity: Json) -> Asked:
    value = activity.get("value")
    match activity.get("name"):
        case "adaptiveCard/action":
            return _pressed(activity)
        case "task/fetch" | "task/submit":
            return in_dialog(inner(activity, "value", "data"))
        case "composeExtension/fetchTask" if inner(activity, "value", "commandId") == COMMAND:
            return Asked(FORMS["log"].command, shared(activity), dialog=True, pressed=True)
        case "composeExtension/submitAction" if inner(activity, "value", "commandId") == COMMAND:
            return in_dialog(value.get("data") if isinstance(value, dict) else None)
    raise Refused(404, "not an invoke that Replyby offers")


def _pressed(activity: Json) -> Asked:
    """A button with Action.Execute. Another verb than ours is none of ours."""
    words = _said(inner(activity, "value", "action", "data", "words"))
    if inner(activity, "value", "action", "verb") not in (None, VERB):
        raise Refused(404, "not a button that Replyby offers")
    told = inner(activity, "value", "action", "data", "told") is True
    automatic = inner(activity, "value", "trigger") == "automatic"
    if automatic and not _HOME.fullmatch(words):
        # It has no key, and nobody has pressed it: it may show something, and do nothing.
        raise Refused(404, "not what Teams says by itself")
    return Asked(words, pressed=True, told=told, automatic=automatic)


def _said(words: Any) -> str:
    if not isinstance(words, str) or not clean(words):
        raise Refused(400, "a button without words")
    return clean(words)


def _value(value: object) -> str:
    """What stands in a field; an empty one may be nothing at all."""
    if not isinstance(value, str | None) or len(value or "") > LONGEST_VALUE:
        raise Refused(400, "a field that cannot be read")
    return "" if value == NOTHING else clean(value or "")
