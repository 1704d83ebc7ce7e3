"""A form as Teams shows it in a dialog: an Adaptive Card 1.5 with inputs, within Teams' limits.

Teams tells nothing while somebody chooses: a button asks for the preview, and the form comes back with it.
"""

import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.cards import CARD, Element, framed, heading, submit, text_block, words
from bot.dialects import DIALECTS, clean
from bot.layout import Said
from handlers.form import Field, Form, Kind, Step

FIELD = "field."
"""How the name of a field begins in what a dialog sends, so that none is taken for the form's own."""

NOTHING = "nothing chosen"
"""The value of the choice that takes back another one: as if nothing had been chosen."""

_NONCE = re.compile(r"[0-9a-f]{16}", re.ASCII)

# Bytes of JSON, of what Teams takes in all: the inputs, and what is wrong with one of them, or with all.
INPUTS, FAULT, FAULTS = 15_000, 1200, 4000
LABEL, HINT, CHOICE, VALUE = 120, 200, 80, 300
# A list of more than this can be searched.
SHORT_LIST = 12
REQUIRED = "This is needed."
LOOK_AGAIN = "Please look again:"
LOOK: Mapping[str, str] = {"log": "Show when it is due"}

_DAY, _TIME = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), re.compile(r"\d\d:\d\d", re.ASCII)


def new_nonce() -> str:
    """What one dialog has and no other: by it a submission is known again that comes twice."""
    return secrets.token_hex(8)


def as_nonce(given: object) -> str:
    """What came back as a nonce; "" for what is none of ours."""
    return given if isinstance(given, str) and _NONCE.fullmatch(given) else ""


def to_dialog(form: Form, said: Said, errors: Mapping[str, Said], nonce: str = "") -> Element:
    """The words of the form, its inputs, what is wrong with them, and its buttons.

    said and errors are in the dialect "teams"; an error has the name of its field, or "" for all of them.
    nonce: what the dialog has had since it was first drawn.
    """
    inputs, notices = _fitted(form)
    faults, room = {}, FAULTS
    for name in [field.name for field in form.fields if field.name in errors]:
        faults[name] = _fault(errors[name], min(FAULT, room))
        room -= _size(faults[name])
    others = [one for name, error in errors.items() if name not in faults for one in _fault(error, FAULT)]
    asked: list[Element] = []
    looks = [field.name for field in form.fields if field.redraws]
    for field, given in zip(form.fields, inputs, strict=True):
        asked += [given, *notices[field.name], *faults.get(field.name, [])]
        if field.name in looks[-1:]:
            look = submit(LOOK.get(form.name, "Look again"), _data(form, Step.LOOK, nonce))
            asked.append({"type": "ActionSet", "actions": [look]})
    title = [heading(said.title)] if said.title and said.title != form.title else []
    summary = _summary(form, errors)
    card = framed([*title, *summary, *others[:20], *asked])
    card["actions"] = [submit(form.submit, _data(form, Step.SUBMIT, nonce))]
    about = words(replace(said, title=""), CARD - _size(card))
    return {**card, "body": [*title, *summary, *others[:20], *about, *asked]}


def _data(form: Form, step: Step, nonce: str) -> Element:
    data = {"form": form.name, "about": form.about, "step": step.value}
    return {**data, "nonce": nonce} if nonce else data


def _summary(form: Form, errors: Mapping[str, Said]) -> list[Element]:
    """Which fields to look at, before all else: a dialog is read out from its beginning."""
    wrong = [_escaped(field.label, LABEL) for field in form.fields if field.name in errors]
    return _attention([text_block(f"{LOOK_AGAIN} {', '.join(wrong)}.")]) if wrong else []


def _fault(error: Said, room: int) -> list[Element]:
    """What is wrong, in words; its title stands for it where there is nothing else."""
    body = error.body
    if not body and error.title:
        return _attention([text_block(error.title[:LABEL])])
    return _attention(words(replace(error, title="", body=body, fields=(), note=()), room))


def _attention(elements: Iterable[Element]) -> list[Element]:
    return [
        {**one, "color": "Attention", "spacing": "Small"} if one["type"] == "TextBlock" else one
        for one in elements
    ]


def _fitted(form: Form) -> tuple[list[Element], dict[str, list[Element]]]:
    """The inputs, and under each what is said about it; what is too large gives way, and that is told."""
    seen_before = any(field.redraws for field in form.fields)
    inputs = [_input(field, needed_first=field.redraws or not seen_before) for field in form.fields]
    hints = [[_subtle(said)] if (said := _escaped(field.hint, HINT)) else [] for field in form.fields]
    cut_short: set[int] = set()
    while _size([inputs, hints]) > INPUTS:
        at = max(range(len(inputs)), key=lambda number: _size(inputs[number]))
        if not _reduced(inputs[at]):
            break
        cut_short.add(at)
    for at in cut_short:
        some = "choices" in inputs[at]
        hints[at].append(_subtle("Not every choice fits in here." if some else "This was too long to fit."))
    return inputs, {field.name: hint for field, hint in zip(form.fields, hints, strict=True)}


def _reduced(given: Element) -> bool:
    """Makes an input smaller by a tenth: of its choices, the chosen one kept, or of its text."""
    choices, value = given.get("choices", []), given.get("value", "")
    if len(choices) > 1:
        chosen = [one for one in choices if one["value"] == value]
        kept = choices[: len(choices) * 9 // 10]
        given["choices"] = kept if not chosen or chosen[0] in kept else [*kept[:-1], *chosen]
        return True
    if not choices and value:
        given["value"] = value[: len(value) * 9 // 10]
        return True
    return False


def _input(field: Field, *, needed_first: bool) -> Element:
    """One input.

    needed_first: Teams itself insists on it. Elsewhere the house does, since Teams would not ask for a
    preview either while anything that it insists on is empty.
    """
    label = clean(field.label[:LABEL]) or field.name
    given: Element = {"id": FIELD + field.name, "label": label}
    if field.optional:
        given["label"] = f"{label} (optional)"
    elif needed_first:
        given |= {"isRequired": True, "errorMessage": REQUIRED}
    else:
        given["label"] = f"{label} (needed)"
    return {**given, **_kind(field)}


def _kind(field: Field) -> Element:
    value = field.value
    match field.kind:
        case Kind.CHOICE:
            choices = [
                {"title": clean(one.label[:CHOICE]) or one.value, "value": one.value}
                for one in field.options
                if 0 < len(one.value) <= VALUE
            ]
            if field.optional:
                # Teams lets nobody take back a choice.
                choices.insert(0, {"title": "Nothing", "value": NOTHING})
            style = "filtered" if len(choices) > SHORT_LIST else "compact"
            known = any(one["value"] == value for one in choices)
            chosen = {"value": value} if known and value else {}
            return {"type": "Input.ChoiceSet", "style": style, "choices": choices, **chosen}
        case Kind.DAY:
            return {"type": "Input.Date", **({"value": value} if _DAY.fullmatch(value) else {})}
        case Kind.TIME:
            return {"type": "Input.Time", **({"value": value} if _TIME.fullmatch(value) else {})}
    lines: dict[str, Any] = {"isMultiline": True} if field.kind is Kind.TEXT else {}
    shown = {"value": value[: field.longest]} if value else {}
    return {"type": "Input.Text", **lines, "maxLength": field.longest, **shown}


def _subtle(text: str) -> Element:
    return {**text_block(text), "isSubtle": True, "size": "Small", "spacing": "None"}


def _escaped(text: str, longest: int) -> str:
    """Words that no template has said, for a TextBlock."""
    return DIALECTS["teams"].escape(clean(text[:longest]))


def _size(piece: Element | Sequence[Any]) -> int:
    """Bytes of JSON, as the dialog is sent."""
    return len(json.dumps(piece, ensure_ascii=False).encode(errors="surrogatepass"))
