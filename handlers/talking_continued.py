"""What is said while a draft is open: an answer to its question, a change, a no; or something else."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from handlers import talking_drafts as drafts
from handlers.asking import Hearing, Reply
from handlers.reading import EMAIL, PHONE
from handlers.talking_begun import begun, found_of, understood_as
from handlers.talking_drafts import CHANGE
from handlers.talking_fields import MAY_BE_EMPTY, SAME_DAY, Read, is_skip, read
from handlers.talking_forms import field_of, named_field
from handlers.talking_inquiries import meant
from handlers.talking_values import fitting
from handlers.understanding import Intent, Understood
from handlers.understanding.small_talk import small_talk
from models.draft import Draft

WEEK = timedelta(days=7)

# The button of one draft; here it comes when that is not the one that waits.
YES_TO = re.compile(r"yes [0-9a-f]{6}")
_CHANGE = re.compile(
    r"(?:change|edit|correct|fix)(?: (?:it|this|that|something))?|form \w+ draft", re.IGNORECASE
)
_SETS = re.compile(
    r"(?:(?:no|actually|sorry|wait)[,. ]+)?(?:change |set |make |correct )?(?:the |her |his |their )?"
    r"(?P<field>[a-z -]{2,24}?)(?: (?:to|is|should be|was)|:|=) ?(?P<value>.{1,500})",
    re.IGNORECASE | re.DOTALL,
)
_MARKED = re.compile(r"(?P<field>[a-z’' -]{2,40}?)(?:: ?|=)(?P<value>.{1,500})", re.IGNORECASE | re.DOTALL)
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
# What somebody says who has turned to something else: these are not mistaken for an answer.
_OF_THEIR_OWN = (Intent.DUE, Intent.COVERS, Intent.REMIND, Intent.AWAY, Intent.LOG, Intent.PREFER)


def continued(hearing: Hearing, draft: Draft, words: str) -> Reply | None:
    """The answer to what the draft waits for; None for words about something else."""
    said = small_talk(words)
    if draft.asks in MAY_BE_EMPTY and is_skip(words):
        return _taken(hearing, draft, Read({draft.asks: ""}), words)
    if said is not None and said.intent in (Intent.CANCEL, Intent.NO):
        drafts.let_go(hearing)
        return Reply("draft_dropped", {"form": draft.form})
    if YES_TO.fullmatch(words):
        return _with(drafts.kept(hearing, draft), stale=True)
    if _CHANGE.fullmatch(words.strip()):
        return drafts.asked_what(hearing, draft)
    if draft.asks in ("", CHANGE):
        if draft.asks == CHANGE and said is not None and said.intent is Intent.YES:
            return _with(drafts.kept(hearing, draft), unchanged=True)
        return _changed(hearing, draft, words) or _unheard(hearing, draft, words)
    if said is not None and said.intent in (Intent.YES, Intent.THANKS, Intent.GREETING, Intent.HELP):
        return drafts.asked(hearing, draft, draft.asks)
    understood = understood_as(hearing, words)
    if understood.intent in _OF_THEIR_OWN and not understood.missing:
        return begun(hearing, understood, words)
    return _answered(hearing, draft, words, understood)


def _unheard(hearing: Hearing, draft: Draft, words: str) -> Reply | None:
    """The draft once more, for words that nobody understands; None for others."""
    understood = understood_as(hearing, words)
    # One word such as "phone" is not taken for the beginning of another inquiry.
    scant = understood.intent is Intent.LOG and not {"customer", "subject"} & set(understood.slots)
    if understood.intent is not Intent.UNKNOWN and not scant:
        return None
    return _not_taken(hearing, draft, words)


def _not_taken(hearing: Hearing, draft: Draft, words: str, fits: tuple[str, ...] = ()) -> Reply:
    """The draft as it was: a yes shows it once more, since whoever wanted a change should not store the old.

    fits: the labels of the fields that the words may be for.
    """
    reply = drafts.kept(hearing, draft)
    if reply.template == "understood":
        drafts.wait_for_change(hearing, draft)
    return _with(reply, unheard=words[:80], fits=list(fits))


def _with(reply: Reply, **facts: Any) -> Reply:
    """The card with these facts; another reply as it is."""
    return replace(reply, facts={**reply.facts, **facts}) if reply.template == "understood" else reply


def _answered(
    hearing: Hearing, draft: Draft, words: str, understood: Understood | None = None
) -> Reply | None:
    """An answer to the question for one field, unless it is none and is understood as something else."""
    name = draft.asks
    if name == "about":
        other = understood is not None and understood.intent is not Intent.UNKNOWN
        if other and understood and not meant(hearing, words, wholly=True):
            return begun(hearing, understood, words)
        return found_of(hearing, draft, words)
    if name == "last" and words.strip(" .!").casefold() in SAME_DAY:
        words = draft.filled["first"]
    found = read(hearing, name, field_of(hearing, draft, name), words)
    if not found.filled and not found.unsure:
        fit = fitting(hearing, draft, words)
        if fit is not None and fit.name:
            return _taken(hearing, draft, fit.said, words)
        if understood is not None and understood.intent is not Intent.UNKNOWN:
            return begun(hearing, understood, words)
        return drafts.asked(hearing, draft, name, unread=words)
    return _taken(hearing, draft, found, words)


def _taken(hearing: Hearing, draft: Draft, found: Read, words: str) -> Reply:
    """The draft with what was said in it."""
    if "last" in found.filled and _WEEKDAY.search(words) and not re.search(r"\d", words):
        found = _after_first(draft, found)
    unsure = {one: several for one, several in draft.unsure.items() if one not in found.filled}
    if "first" in found.filled and len(unsure.get("last", ())) > 1:
        unsure["last"] = [one for one in unsure["last"] if one >= found.filled.get("first", "")][:1]
    draft.filled = {**draft.filled, **found.filled}
    draft.unsure = {**unsure, **{one: list(several) for one, several in found.unsure.items()}}
    return drafts.kept(hearing, draft)


def _changed(hearing: Hearing, draft: Draft, words: str) -> Reply | None:
    """ "phone" asks for it, "phone: 608-555-0134" changes it at once."""
    text = words.strip(" .!")
    if draft.form == "log" and (name := _contact(text)):
        draft.asks = name
        return _answered(hearing, draft, text)
    if (named := named_field(hearing, draft, text)) is not None:
        return drafts.asked(hearing, draft, named.name)
    for pattern in (_MARKED, _SETS):
        found = pattern.fullmatch(text)
        named = named_field(hearing, draft, found["field"]) if found else None
        if found is not None and named is not None:
            draft.asks = named.name
            if named.name in MAY_BE_EMPTY and is_skip(found["value"]):
                return _taken(hearing, draft, Read({named.name: ""}), words)
            return _answered(hearing, draft, found["value"])
    fit = fitting(hearing, draft, words)
    if fit is None:
        return None
    return (
        _taken(hearing, draft, fit.said, words) if fit.name else _not_taken(hearing, draft, words, fit.labels)
    )


def _after_first(draft: Draft, found: Read) -> Read:
    """A weekday as the last day is the one after the first, though it comes by earlier too."""
    first, last = draft.filled.get("first", ""), found.filled["last"]
    if not first or not last or last >= first:
        return found
    return Read({**found.filled, "last": f"{date.fromisoformat(last) + WEEK:%Y-%m-%d}"}, found.unsure)


def _contact(words: str) -> str | None:
    """The field of a phone number, or of an e-mail address, that is said alone."""
    if PHONE.fullmatch(words):
        return "phone"
    return "email" if EMAIL.fullmatch(words) else None
