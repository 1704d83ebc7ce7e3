"""Keeping a draft, and asking for what it lacks, one thing at a time."""

from handlers.asking import Choice, Facts, Hearing, Reply
from handlers.form import NAMES, Filling, Kind
from handlers.forms import DRAFT
from handlers.talking_checked import fault_of
from handlers.talking_fields import lacking, offers
from handlers.talking_forms import about_of, field_of, fields_of
from handlers.talking_inquiries import offered, own
from handlers.talking_shown import CANCEL, shown
from models.draft import Draft, draft_of, drop, keep

CHANGE = "change"
"""What `asks` holds while it waits for the name of a field."""


def unfinished(hearing: Hearing) -> Draft | None:
    """The speaker's open draft."""
    return draft_of(hearing.db, hearing.speaker, hearing.now)


def kept(hearing: Hearing, draft: Draft) -> Reply:
    """Keeps the draft, and asks what it lacks; or shows it, to be confirmed."""
    name = lacking(draft)
    if name is None and (fault := fault_of(hearing, draft)) is not None:
        return _fault_asked(hearing, draft, *fault)
    if name is None:
        reply = shown(hearing, draft)
        _keep(hearing, draft, "")
        return reply
    return asked(hearing, draft, name)


def _fault_asked(hearing: Hearing, draft: Draft, name: str, fault: Reply) -> Reply:
    """What cannot be stored, in the form's own words, which is the question for that field."""
    question = asked(hearing, draft, name)
    return Reply(fault.template, fault.facts, (*fault.choices, CANCEL) if fault.choices else question.choices)


def asked(hearing: Hearing, draft: Draft, name: str, unread: str = "") -> Reply:
    """The question for one field. unread: the answer to it that could not be read."""
    kind = None if name == "about" else field_of(hearing, draft, name)
    choices = offers(name, kind, draft)
    if name == "about":
        choices = choices or offered(own(hearing))
    if name == "by_day" and not choices:
        choices = offers("by", field_of(hearing, draft, "by"), draft)
    _keep(hearing, draft, name)
    facts: Facts = {
        "form": draft.form,
        "field": name,
        "label": kind.label if kind else name,
        "several": name in draft.unsure and bool(draft.unsure[name]),
        "unread": unread[:80] or None,
        "dropped": None,
        "about": about_of(hearing, draft),
    }
    whole = draft.form in NAMES and name != "about"
    form = (Choice("Open the form", Filling(draft.form, DRAFT).words),) if whole else ()
    return Reply("draft_asks", facts, (*choices, *form, CANCEL))


def asked_what(hearing: Hearing, draft: Draft) -> Reply:
    """Which of its fields is to be changed."""
    fields = [one for one in fields_of(hearing, draft) if one.name not in ("by", "someone", "replaces")]
    _keep(hearing, draft, CHANGE)
    choices = tuple(Choice(one.label, f"change {one.label.casefold()}") for one in fields)
    example = next((one.label for one in fields if one.kind is Kind.LINE), fields[0].label if fields else "")
    facts: Facts = {"fields": [one.label for one in fields], "example": example}
    return Reply("draft_change", facts, (*choices[:10], CANCEL))


def wait_for_change(hearing: Hearing, draft: Draft) -> None:
    """What was said could not be taken: a yes that is typed next does not count yet."""
    _keep(hearing, draft, CHANGE)


def renew(hearing: Hearing, draft: Draft) -> None:
    """Keeps it for another while: somebody looks at it."""
    _keep(hearing, draft, draft.asks)


def let_go(hearing: Hearing) -> None:
    """The draft is done with, or not wanted."""
    drop(hearing.db, hearing.speaker)


def _keep(hearing: Hearing, draft: Draft, asks: str) -> None:
    keep(
        hearing.db,
        hearing.speaker,
        hearing.now,
        form=draft.form,
        about=draft.about,
        filled=dict(draft.filled),
        unsure=dict(draft.unsure),
        asks=asks,
    )
