"""A conversation: what is said without a command is understood, shown, and stored only after a yes.

What it would store waits as a draft (models/draft.py), one a person, for half an hour. A yes submits the
form that the draft fills in, so that it is checked and stored as every other form is.
"""

import re
from dataclasses import replace

from handlers import talking_drafts as drafts
from handlers.asking import Hearing, Refusal, Reply
from handlers.form import Filling, Step
from handlers.forms import DRAFT, fill
from handlers.talking_begun import begun, understood_as, with_dropped
from handlers.talking_continued import YES_TO, continued
from handlers.talking_forms import filling_of, fresh
from handlers.talking_shown import CANCEL, titled, yes_to
from handlers.understanding import Intent, Understood
from handlers.understanding.small_talk import small_talk
from models.draft import Draft, interrupt

LONGEST_LITTLE = 40  # characters of a yes or a no
_NUMBER = re.compile(r"(?:inq[ -]?|#)\d{1,9}", re.IGNORECASE | re.ASCII)


# A command that was not written as it should be may have been meant as a sentence.
_RATHER = {
    "inquiry log": ("missing_piece", "unknown_channel"),
    "inquiry remind": ("missing_piece", "unknown_inquiry", "unreadable_time"),
    "away": ("missing_piece", "unreadable_time"),
    "away from": ("missing_piece", "unreadable_time"),
    "help": ("not_understood",),
}


_ALSO_ASKED = {"log": ("phone",), "away": ("last", "alternate")}


def talk(hearing: Hearing, words: str, understood: Understood | None = None) -> Reply | None:
    """The answer to words that are no command; None when they are not understood either.

    understood: what they mean, where that is known already.
    """
    try:
        with hearing.db.begin_nested():
            draft = drafts.unfinished(hearing)
            if draft is None and YES_TO.fullmatch(words):
                return Reply("nothing_waits")
            if draft is not None and (reply := continued(hearing, draft, words)) is not None:
                return reply
            return begun(hearing, understood or understood_as(hearing, words), words)
    except Refusal as refusal:
        return refusal.reply


def begin(hearing: Hearing, form_name: str, about: str) -> Reply:
    """The form of that name as a conversation: asks for what it lacks.

    about: "INQ-7", "", or DRAFT, to change what was understood. Raises Refusal for an inquiry that is not
    there, or closed.
    """
    draft = drafts.unfinished(hearing)
    if about == DRAFT:
        if draft is None or draft.form != form_name:
            return Reply("nothing_waits")
        return drafts.asked_what(hearing, draft)
    dropped = titled(draft) if draft else None
    draft = fresh(hearing, form_name, about)
    # Who asks for the form is asked for what may be left out, too.
    draft.unsure = {name: [] for name in _ALSO_ASKED.get(form_name, ())}
    reply = drafts.asked_what(hearing, draft) if form_name == "prefer" else drafts.kept(hearing, draft)
    return with_dropped(reply, dropped)


def waits_for(hearing: Hearing, words: str) -> bool:
    """Whether words that would be a command answer the question that was asked last: which inquiry."""
    if not _NUMBER.fullmatch(words.strip()):
        return False
    draft = drafts.unfinished(hearing)
    return draft is not None and draft.asks == "about"


def confirmed(hearing: Hearing, words: str) -> Filling | str | None:
    """What a yes stands for: the form to submit, or the words of a command; None where it is no such yes."""
    if not _is_yes(words):
        return None
    draft = drafts.unfinished(hearing)
    if draft is None:
        return None
    pressed = words == yes_to(draft)
    if draft.asks not in ("", drafts.CHANGE) or (not pressed and (draft.asks or YES_TO.fullmatch(words))):
        return None
    if draft.form == "back":
        return f"away back {draft.filled.get('first', '')}".strip()
    if draft.form == "remind":
        note = f" about {draft.filled['note']}" if draft.filled.get("note") else ""
        return f"inquiry remind me of {draft.about} {draft.filled['when']}{note}"
    filling = filling_of(draft)
    return Filling(filling.form, filling.about, filling.values, Step.SUBMIT)


def _is_yes(words: str) -> bool:
    if len(words) > LONGEST_LITTLE:
        return False
    said = small_talk(words)
    return YES_TO.fullmatch(words) is not None or (said is not None and said.intent is Intent.YES)


def settled(hearing: Hearing, reply: Reply, *, refused: bool) -> Reply:
    """After a yes: done, and the draft goes; or the first fault, which is the next question."""
    draft = drafts.unfinished(hearing)
    if not refused or draft is None:
        drafts.let_go(hearing)
        return reply
    name, fault = next(iter(reply.errors.items()), ("", reply))
    name = name or {"remind": "when"}.get(draft.form, "")
    asked = drafts.asked(hearing, draft, name) if name else None
    choices = fault.choices or (asked.choices if asked else (CANCEL,))
    return Reply(fault.template, fault.facts, choices)


def filled_draft(hearing: Hearing, filling: Filling) -> Reply:
    """The form with what the draft holds; from then on it stands by itself. Raises Refusal.

    What is sent with it is about the inquiry that it showed, whatever waits by then.
    """
    draft = drafts.unfinished(hearing)
    if draft is None or draft.form != filling.form or filling.step is not Step.OPEN:
        raise Refusal("nothing_waits")
    drafts.renew(hearing, draft)
    reply = fill(hearing, Filling(filling.form, draft.about, draft.filled))
    if reply.form is None or draft.about:
        return reply
    return replace(reply, form=replace(reply.form, about=_mark(draft)))


def done(hearing: Hearing, filling: Filling) -> None:
    """A form was sent and done: the draft that it was drawn from, or of the same inquiry, waits no more."""
    draft = drafts.unfinished(hearing)
    if draft is None or draft.form != filling.form:
        return
    if filling.about == (draft.about or _mark(draft)):
        drafts.let_go(hearing)


def interrupted(hearing: Hearing) -> None:
    """Something else was said: a bare yes shows the draft once more, before it counts."""
    interrupt(hearing.db, hearing.speaker, drafts.CHANGE)


def _mark(draft: Draft) -> str:
    """What a form is about that was drawn from a draft about no inquiry."""
    return f"{DRAFT}:{yes_to(draft).removeprefix('yes ')}"


def rather(hearing: Hearing, command: str, words: str, refused: Reply) -> Reply | None:
    """What else the words of a command may have meant that was refused; None for a command with its slash."""
    if refused.template not in _RATHER.get(command, ()) or words.lstrip().lower().startswith(
        ("/", "inquiry")
    ):
        return None
    understood = understood_as(hearing, words)
    if understood.intent is Intent.UNKNOWN:
        return None
    return talk(hearing, words, understood)
