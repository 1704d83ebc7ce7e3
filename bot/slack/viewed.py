"""A view as Slack sends it back: which form it holds, what is filled in, and where. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.inputs import name_of
from bot.slack.shapes import Malformed, Payload, name, part, text
from bot.slack.words import visible
from bot.views import FORM

# By the type of an element, where its value stands.
_VALUES = {"plain_text_input": "value", "datepicker": "selected_date", "timepicker": "selected_time"}
_KINDS, _MOST = ("modal", "home"), 100


@dataclass(frozen=True)
class Viewed:
    """form, about and words are what we wrote into it ourselves; values are by the names of fields.

    home: what renews the App Home that it was opened from. at: the response_url of the answer that it was
    opened from. ids: the block that each field stands in. whole: the view itself, to be shown again.
    """

    id: str
    kind: str
    callback_id: str
    hash: str = ""
    form: str = ""
    about: str = ""
    words: str = ""
    home: str = ""
    at: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    whole: Payload = field(default_factory=dict, compare=False, repr=False)


def viewed(payload: Payload) -> Viewed:
    """The view of an interaction. Raises Malformed."""
    view = payload.get("view")
    if not isinstance(view, dict):
        raise Malformed("view")
    ours = _ours(text(view, "private_metadata"))
    kind, callback_id = text(view, "type", needed=True), text(view, "callback_id")
    if kind not in _KINDS:
        raise Malformed("type")
    values, ids = _filled(view) if callback_id == FORM else ({}, {})
    return Viewed(
        id=name(view.get("id")),
        kind=kind,
        callback_id=callback_id,
        hash=text(view, "hash"),
        **{key: text(ours, key) for key in ("form", "about", "words", "home", "at")},
        values=values,
        ids=ids,
        whole=view,
    )


def _ours(metadata: str) -> Payload:
    try:
        said: Any = json.loads(metadata) if metadata else {}
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Malformed("private_metadata")
    return said


def _filled(view: Payload) -> tuple[dict[str, str], dict[str, str]]:
    """The values by their fields' names, and the blocks that they stand in."""
    blocks = part(part(view, "state"), "values")
    if not 0 < len(blocks) <= _MOST:
        raise Malformed("values")
    values: dict[str, str] = {}
    ids: dict[str, str] = {}
    for block, elements in blocks.items():
        if not isinstance(elements, dict) or not elements:
            raise Malformed("values")
        for element in elements.values():
            if not isinstance(element, dict):
                raise Malformed("values")
            which = name_of(block)
            # Of a field that was drawn anew, the newest block counts: Slack may still remember the older one.
            if which in ids and _newer(ids[which], block):
                continue
            values[which], ids[which] = visible(_value(element)), block
    return values, ids


def _newer(one: str, other: str) -> bool:
    return (len(one), one) > (len(other), other)


def _value(element: Payload) -> str:
    if element.get("type") == "static_select":
        return text(part(element, "selected_option"), "value")
    where = _VALUES.get(text(element, "type", needed=True))
    return text(element, where) if where else ""
