"""A view as Slack shows it: a form as a modal, what a modal says instead of one, the App Home."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.blocks import HEADER, Block, Room, lay_out, plain, section, to_blocks
from bot.dialects import DIALECTS
from bot.inputs import block_for, input_block, refilled
from bot.languages import label
from bot.layout import Choice, Items, Paragraph, Part, Quote, Said, length
from handlers.form import Form

View = dict[str, Any]

# Slack's limits, in characters unless they say otherwise.
TITLE, METADATA = 24, 3000
# A view may have 250 kB; a character has at most four bytes.
IN_VIEW = Room(blocks=100, size=50_000, rows=4)
LONGEST_WORDS, LONGEST_ERROR = 300, 1000

FORM, NOTICE = "form", "notice"
"""The callback_id of a form, and of what is none."""

_FAULT, _FAULTS = "fault:", Room(blocks=12, size=6000)


class TooLong(ValueError):
    """What a form is about does not fit into a view."""


def form_view(
    form: Form,
    said: Said,
    *,
    words: str = "",
    values: Mapping[str, str] | None = None,
    ids: Mapping[str, str] | None = None,
    faults: Sequence[Said] = (),
    **kept: str,
) -> View:
    """The modal of a form, with what its template says around the fields.

    The template's fields are the preview: they stand below the last field that redraws them. values and ids:
    what stands in the modal now, and in which blocks. faults: what to say first. Further words come back with
    the modal: the command that it belongs to (cut), and whatever else the door keeps in it. Raises TooLong.
    """
    metadata = _metadata(form=form.name, about=form.about, words=words[:LONGEST_WORDS], **kept)
    inputs = [input_block(one, block_for(one, values or {}, ids or {}), said.language) for one in form.fields]
    above = _faults(faults)
    left = IN_VIEW.size - length([*inputs, *above], ascii_only=False)
    laid = lay_out(said, Room(IN_VIEW.blocks - len(inputs) - len(above), left))
    redraws = [number for number, one in enumerate(form.fields, 1) if one.redraws]
    middle = redraws[-1] if redraws else 0
    blocks = [
        *above,
        *([] if said.title == form.title else laid.head),
        *laid.body,
        *inputs[:middle],
        *laid.fields,
        *inputs[middle:],
        *laid.note,
    ]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": metadata,
        "title": plain(label(form.title, said.language) or form.name, TITLE),
        "submit": plain(label(form.submit, said.language) or "OK", TITLE),
        "close": plain(label("Cancel", said.language), TITLE),
        "blocks": blocks,
    }


def notice_view(said: Said, choices: Sequence[Choice] = (), home: str = "") -> View:
    """A modal that only says something: that one moment is needed, or why there is no form."""
    title = said.title or "Replyby"
    laid = to_blocks(said, choices, room=IN_VIEW)
    blocks = laid[1:] if said.title and len(title) <= TITLE else laid
    return {
        "type": "modal",
        "callback_id": NOTICE,
        "private_metadata": _metadata(home=home),
        "title": plain(title, TITLE),
        "close": plain(label("Close", said.language), TITLE),
        "blocks": blocks or [section(" ".join(("…", *said.note)))],
    }


def home_view(said: Said, choices: Sequence[Choice] = (), again: str = "") -> View:
    """The App Home. again: the words that renew it."""
    blocks = to_blocks(said, choices, room=IN_VIEW) or [section("…")]
    return {
        "type": "home",
        "callback_id": NOTICE,
        "private_metadata": _metadata(home=again),
        "blocks": blocks,
    }


def kept_view(view: Mapping[str, Any], values: Mapping[str, str], fault: Said) -> View:
    """A form that Slack sent us, as it is filled in, with what went wrong before everything else."""
    blocks = [one for one in view.get("blocks") or () if isinstance(one, dict)]
    ours = [one for one in blocks if not str(one.get("block_id", "")).startswith(_FAULT)]
    above = _faults([fault])
    kept = [*above, *(refilled(one, values) for one in ours)][: IN_VIEW.blocks]
    shown = {key: view[key] for key in ("title", "submit", "close", "private_metadata") if view.get(key)}
    return {"type": "modal", "callback_id": FORM, **shown, "blocks": kept}


def errors(form: Form, said: Mapping[str, str], ids: Mapping[str, str]) -> dict[str, str]:
    """Errors by the blocks that they stand beside; what belongs to no field stands beside the first one.

    said: a sentence by the name of its field. ids: the block that each field stands in.
    """
    names = [one.name for one in form.fields]
    first = next((one for one in names if one in ids), names[0])
    found: dict[str, list[str]] = {}
    for field, sentence in said.items():
        beside = field if field in ids and field in names else first
        found.setdefault(ids.get(beside, beside), []).append(sentence)
    return {block: " ".join(sentences)[:LONGEST_ERROR] for block, sentences in found.items()}


def in_a_line(said: Said) -> str:
    """A short message on one line, for where Slack has room for no more. said is in the plain dialect."""
    found = [said.title, *(line for part in said.body for line in _lines(part))]
    spoken = [" ".join(one.split()) for one in found]
    return " ".join(one if one[-1] in ".!?:…" else f"{one}." for one in spoken if one) or "…"


def _lines(part: Part) -> tuple[str, ...]:
    match part:
        case Paragraph(text):
            return (text,)
        case Items(lines) | Quote(lines):
            return lines


def _faults(faults: Iterable[Said]) -> list[Block]:
    """What went wrong, in blocks that are taken away the next time."""
    found: list[Block] = []
    for said in faults:
        laid = lay_out(said, _FAULTS)
        title = [section(f"*{DIALECTS['slack'].escape(said.title[:HEADER])}*")] if said.title else []
        found += [*title, *laid.body, *laid.fields, *laid.note]
    return [{**block, "block_id": f"{_FAULT}{number}"} for number, block in enumerate(found[:20])]


def _metadata(**ours: str) -> str:
    """What comes back with the view. Raises TooLong."""
    said = json.dumps({name: value for name, value in ours.items() if value}, ensure_ascii=False)
    if len(said) > METADATA:
        raise TooLong("private_metadata")
    return said
