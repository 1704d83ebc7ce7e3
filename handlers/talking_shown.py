"""What was understood, shown field by field as it would be stored, with its buttons."""

import json
from datetime import datetime
from hashlib import sha256

from handlers import forms
from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.form import Field, Filling, Kind
from handlers.talking_forms import OWN, about_of, drawn_of, fields_of
from models.absence import coming
from models.draft import Draft
from models.staff import ident

CANCEL = Choice("Cancel", "cancel")
# Choices that only point to another field.
_ELSEWHERE = ("other", "at")
# What a field is called where the others of its form are not beside it.
_LABELS = {
    ("ack", "by_day"): "More by",
    ("ack", "by_time"): "At",
    ("assign", "to"): "Goes to",
    ("assign", "someone"): "Goes to",
}
_CALLED = {
    "log": "Log", "ack": "Acknowledge", "answer": "Answered", "close": "Close", "extend": "More time",
    "assign": "Hand over", "remind": "Reminder", "away": "Absence", "back": "Back again",
    "prefer": "Preferences",
}  # fmt: skip

# What may be said to change one of its fields.
_HINTS = {
    "log": "phone: 608-555-0133", "ack": "by Friday 3pm", "answer": "what you told the customer: …",
    "close": "what was done: …", "extend": "until Friday", "assign": "goes to: …", "remind": "tomorrow at 9",
    "away": "last day away: Friday", "prefer": "language: Spanish",
}  # fmt: skip


def shown(hearing: Hearing, draft: Draft) -> Reply:
    """What was understood, field by field, with its buttons. Raises Refusal where there is no such form."""
    if draft.form == "back":
        return _shown_back(hearing, draft)
    drawn = None if draft.form in OWN else drawn_of(hearing, draft)
    title, yes = OWN.get(draft.form, ("", ""))
    if drawn and drawn.form:
        title, yes = drawn.form.title, drawn.form.submit
    lines = [_line(draft, one) for one in fields_of(hearing, draft) if _is_said(one, draft)]
    facts: Facts = {
        "form": draft.form,
        "title": title,
        "about": about_of(hearing, draft),
        "lines": lines,
        "clocks": (drawn.facts.get("clocks") if drawn else None) or [],
        "unheard": None,
        "stale": False,
        "dropped": None,
        "unchanged": False,
        "fits": [],
        "hint": _HINTS.get(draft.form),
        "zone": _zone_of_others(hearing),
        "asks": _asks(hearing, draft, drawn.facts) if drawn and draft.form == "extend" else None,
    }
    change = "change" if draft.form in OWN else Filling(draft.form, forms.DRAFT).words
    return Reply("understood", facts, (Choice(yes, yes_to(draft)), Choice("Change", change), CANCEL))


def yes_to(draft: Draft) -> str:
    """A yes to this draft as it is now, and to no other: the button of an older one is not taken for it."""
    whole = json.dumps([draft.form, draft.about, draft.filled], sort_keys=True)
    return f"yes {sha256(whole.encode()).hexdigest()[:6]}"


def _asks(hearing: Hearing, draft: Draft, outlook: Facts) -> str | None:
    """Who has to be asked for that much time: nobody, as far as the rule itself allows it."""
    longer, wanted = outlook["longer"], draft.filled.get("until_day")
    within = longer and (
        not wanted or wanted < f"{hearing.calendar.local(datetime.fromisoformat(longer)):%Y-%m-%d}"
    )
    asks: str | None = outlook["asks"]
    return None if within else asks


def titled(draft: Draft) -> str:
    """What a draft is called in a line: "Log: Jane Doe"."""
    filled = draft.filled
    what = draft.about or filled.get("customer") or filled.get("subject") or filled.get("first")
    return f"{_CALLED[draft.form]}: {what}" if what else _CALLED[draft.form]


def _zone_of_others(hearing: Hearing) -> str | None:
    """The name of the office's time, for somebody who works by another; None for all others."""
    if hearing.speaker.zone in (None, hearing.agency.zone):
        return None
    return hearing.zone


def _shown_back(hearing: Hearing, draft: Draft) -> Reply:
    planned = coming(hearing.db, ident(hearing.speaker), hearing.today)
    if not planned:
        raise Refusal("not_away")
    lines = [
        {"label": label, "value": day.isoformat(), "kind": "day", "clock": None}
        for label, day in (("Away from", planned[0].first), ("Away to", planned[0].last))
    ]
    # A yes ends the absence that is shown, and no other.
    draft.filled = {**draft.filled, "first": planned[0].first.isoformat()}
    title, yes = OWN["back"]
    facts: Facts = {"form": "back", "title": title, "about": None, "lines": lines, "clocks": []}
    facts |= {"unheard": None, "stale": False, "dropped": None, "zone": None, "asks": None}
    facts |= {"unchanged": False, "fits": [], "hint": None}
    return Reply("understood", facts, (Choice(yes, yes_to(draft)), CANCEL))


def _is_said(one: Field, draft: Draft) -> bool:
    """Whether the field holds what was said, and not only what the form suggests."""
    said = one.name in draft.filled or one.value in draft.filled.values()
    return bool(one.value) and said and not (one.kind is Kind.CHOICE and one.value in _ELSEWHERE)


def _line(draft: Draft, one: Field) -> Facts:
    """{"label", "value", "kind", "clock"}: a "day" is an ISO date, and may have a clock beside it."""
    label = _LABELS.get((draft.form, one.name), one.label)
    if one.name == "when":
        day, _, clock = one.value.partition(" ")
        return {"label": label, "value": day, "kind": "day", "clock": clock or None}
    value = (
        f"{one.value} working hours before" if one.name == "reminders" and one.value.isdigit() else _said(one)
    )
    return {"label": label, "value": value, "kind": one.kind.value, "clock": None}


def _said(one: Field) -> str:
    if one.kind is Kind.CHOICE:
        return next((option.label for option in one.options if option.value == one.value), one.value)
    return one.value
