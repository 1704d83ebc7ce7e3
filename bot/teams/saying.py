"""Replies in Teams' shapes: the card of a message, and what stands in a dialog."""

import json
import logging
import secrets
import traceback
from dataclasses import replace
from typing import Any

from bot.cards import CARD, Element, Place, fallback, framed, submit, text_block, to_attachment, to_card
from bot.dialogs import new_nonce, to_dialog
from bot.layout import Paragraph, Said
from bot.teams.asked import HOME
from bot.teams.sender import Message
from bot.voice import Voice
from handlers.asking import Reply
from handlers.form import Filling, Step
from handlers.shared import SHARED

log = logging.getLogger(__name__)

Body = dict[str, Any]

NAME = "Replyby"
ALSO = "I have written this to you in our own chat, too."
BACK, OPEN = "Back to the form", "Open the form"
LATER = "This takes longer than usual. The answer follows in our own chat."
LAST_WORDS = "Something went wrong on our side. Please give your administrator this reference:"
ONCE_MORE = "This takes longer than usual. Nothing was stored: please try again."


class Saying:
    """Speaks replies. Nothing here raises: what cannot be said is a crash, under a reference."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def message(
        self,
        reply: Reply,
        reader: str = "",
        place: Place = Place.ANSWER,
        filling: Filling | None = None,
        nonce: str = "",
    ) -> Message:
        """The reply as a card.

        reader: for whom it is renewed when they look at it again; only the first page of the home is, lest
        each old card asks. filling: a form that is offered as it was filled in, where the reply has none;
        nonce: its dialog's.
        """
        try:
            said = self._said(reply)
            card = to_card(said, reply.choices, place, reply.again if reply.again == HOME else "", reader)
            if reply.form is not None:
                form = reply.form
                filling = Filling(form.name, form.about, {field.name: field.value for field in form.fields})
            if filling is not None:
                card = _with_form(card, filling, self._errors(reply), nonce)
            return Message(card, fallback(said))
        except Exception as error:  # noqa: BLE001  # it is logged, and its reference is told
            said = self._crash(crashed(error))
            return Message(to_card(said), fallback(said))

    def dialog(
        self, reply: Reply, filling: Filling | None, *, also: bool, failed: bool, nonce: str = ""
    ) -> Body:
        """What the dialog shows next: the form, or the reply.

        also: the reply is a message as well. failed: nothing came of it, so the form is offered once more.
        nonce: the dialog's; one that is new gets its own.
        """
        if reply.form is not None:
            try:
                card = to_dialog(reply.form, self._said(reply), self._errors(reply), nonce or new_nonce())
                return _task(reply.form.title, card, "large")
            except Exception as error:  # noqa: BLE001  # it is logged, and its reference is told
                reply, also, failed = crashed(error), False, True
        choices = () if also or failed else reply.choices
        card = self.message(replace(reply, choices=choices), "", Place.DIALOG).card
        if also:
            card["body"].append({**text_block(ALSO, "Medium"), "isSubtle": True})
        return _task(NAME, _with_way_back(card, filling, nonce) if failed else card)

    def late(self, filling: Filling | None, *, follows: bool, nonce: str = "") -> Body:
        """What the dialog shows when there is no answer yet; follows: there will be one, in the chat."""
        card = framed([text_block(LATER if follows else ONCE_MORE)])
        return _task(NAME, card if follows else _with_way_back(card, filling, nonce))

    def _said(self, reply: Reply) -> Said:
        return self._voice.say(reply.template, reply.facts, reply.language, reply.zone)

    def _errors(self, reply: Reply) -> dict[str, Said]:
        return {name: self._said(error) for name, error in reply.errors.items()}

    def _crash(self, crash: Reply) -> Said:
        try:
            return self._said(crash)
        except Exception:  # noqa: BLE001  # when the templates themselves fail, no template can say so
            return Said("", (Paragraph(f"{LAST_WORDS} {crash.facts['reference']}"),), (), ())


def crashed(error: Exception) -> Reply:
    """Says under which reference a fault stands in the log: where it was, and no word of what was said."""
    reference = secrets.token_hex(4)
    # Without the error's own words: they may hold what was said.
    where = "".join(traceback.format_tb(error.__traceback__))
    extra = {"action": "teams_answer", "reference": reference}
    log.error("an answer failed, reference %s: %s\n%s", reference, type(error).__name__, where, extra=extra)
    return Reply("crash", {"reference": reference})


def _task(title: str, card: Element, height: str = "medium") -> Body:
    value = {"title": title, "height": height, "width": "medium", "card": to_attachment(card)}
    return {"task": {"type": "continue", "value": value}}


def _with_way_back(card: Element, filling: Filling | None, nonce: str) -> Element:
    """A button that shows the form as it was filled in."""
    if filling is None:
        return card
    step = Step.OPEN if filling.step is Step.OPEN else Step.LOOK
    data = {"form": filling.form, "about": filling.about, "step": step, "values": dict(filling.values)}
    return {**card, "actions": [submit(BACK, {**data, "nonce": nonce} if nonce else data)]}


def _with_form(card: Element, filling: Filling, errors: dict[str, Said], nonce: str) -> Element:
    """A form outside of a dialog: what is wrong with it, and a button that opens it."""
    # A message that somebody shared stands in another conversation, from which alone a form is about it.
    about = "" if filling.about.startswith(SHARED) else filling.about
    wrong = [text_block(line) for said in errors.values() for line in fallback(said).split("\n") if line]
    data: Element = {
        "msteams": {"type": "task/fetch"},
        # What a client says that knows no dialogs.
        "words": Filling(filling.form, about).words,
        "form": filling.form,
        "about": about,
        "step": Step.LOOK,
        **({"nonce": nonce} if nonce else {}),
    }
    values = {"values": dict(filling.values)}
    body = [*wrong[:20], *card["body"]]
    for more in (values, {}):
        shown = {**card, "body": [*body, {"type": "ActionSet", "actions": [submit(OPEN, {**data, **more})]}]}
        if len(json.dumps(shown)) <= CARD:
            break
    return shown
