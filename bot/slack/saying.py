"""Replies in Slack's shapes, and the last words when a reply cannot be had or cannot be shown."""

import logging
import secrets
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import fallback, to_blocks
from bot.layout import Choice, Paragraph, Said
from bot.slack.outward import Message
from bot.slack.viewed import Viewed
from bot.views import View, form_view, in_a_line, notice_view
from bot.voice import Voice
from handlers.asking import Reply

log = logging.getLogger(__name__)

_LAST = "Something went wrong on our side, and the answer cannot be shown. "


class Saying:
    """Speaks replies, for blocks and, in the plain dialect, for where Slack takes none."""

    def __init__(self, voice: Voice, plain: Voice) -> None:
        self._voice, self._plain = voice, plain

    def said(self, reply: Reply) -> Said:
        return self._voice.say(reply.template, reply.facts, reply.language, reply.zone)

    def sentence(self, reply: Reply) -> str:
        """A refusal in a line."""
        return in_a_line(self._plain.say(reply.template, reply.facts, reply.language, reply.zone))

    def message(self, reply: Reply) -> Message:
        """What the speaker alone sees."""
        return self.laid(self.said(reply), reply.choices)

    def laid(self, said: Said, choices: Sequence[Choice] = ()) -> Message:
        return _ephemeral(fallback(said), blocks=to_blocks(said, choices))

    def view(
        self,
        reply: Reply,
        words: str,
        view: Viewed | None = None,
        faults: Sequence[Said] = (),
        *,
        home: str = "",
        at: str = "",
    ) -> View:
        """A reply in a modal: its form, or what it says.

        words: the command that the form belongs to. view: the modal that it takes the place of. home, at:
        what to renew and what to replace when the form is done. Raises TooLong.
        """
        said = self.said(reply)
        home, at = (view.home, view.at) if view else (home, at)
        if reply.form is None:
            return notice_view(said, reply.choices, home)
        values, ids = (view.values, view.ids) if view else ({}, {})
        return form_view(
            reply.form, said, words=words, values=values, ids=ids, faults=faults, home=home, at=at
        )


def noted(error: Exception) -> str:
    """The reference under which a fault stands in the log: where it was, without a word of what was said."""
    reference = secrets.token_hex(4)
    # Without the error's own words: they may hold what was said.
    where = "".join(traceback.format_tb(error.__traceback__))
    extra = {"action": "slack_answer", "reference": reference}
    log.error("an answer failed, reference %s: %s\n%s", reference, type(error).__name__, where, extra=extra)
    return reference


def last_words(reference: str) -> Said:
    """When the templates themselves fail, no template can say so."""
    words = f"{_LAST}Please give your administrator this reference: {reference}"
    return Said("Something went wrong", (Paragraph(words),), (), ())


def fault_in_words(reference: str) -> Message:
    """The same as a message."""
    return _ephemeral(fallback(last_words(reference)))


def together(saids: Mapping[str, Said]) -> Said:
    """Several refusals as one message."""
    first, *others = saids.values()
    if not others:
        return first
    titles = [(Paragraph(one.title),) if one.title else () for one in saids.values()]
    body = [part for title, one in zip(titles, saids.values(), strict=True) for part in (*title, *one.body)]
    return Said("", tuple(body), (), (), first.language)


def _ephemeral(text: str, **more: Any) -> Message:
    return {"response_type": "ephemeral", "text": text, "unfurl_links": False, "unfurl_media": False, **more}
