"""One field of a form as Slack shows it: an input block, named after the field.

An error stands beside the block that it names. Slack keeps what was typed as long as a block has the same
name, and shows no new initial value in it; so a field whose value was changed for the person gets a block of
another name: "due_day", then "due_day#1".
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.blocks import Block, plain
from bot.languages import label
from handlers.form import Field, Kind

# Slack's limits, in characters unless they say otherwise.
LABEL, OPTION, VALUE, OPTIONS, INPUT, BLOCK_ID = 2000, 75, 150, 100, 3000, 255

FILL = "fill"
"""The action_id of every field."""

_AGAIN = "#"
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


def name_of(block: str) -> str:
    """The field whose block has this name."""
    return block.partition(_AGAIN)[0]


def block_for(field: Field, values: Mapping[str, str], ids: Mapping[str, str]) -> str:
    """The block that the field stands in already, while its value is as it was given; else a new one."""
    there = ids.get(field.name)
    if there is None:
        return field.name
    offered = (
        field.kind is not Kind.CHOICE
        or not field.value
        or field.value in [one.value for one in field.options]
    )
    if offered and field.value.split() == values.get(field.name, "").split():
        return there
    number = there.partition(_AGAIN)[2]
    return f"{field.name}{_AGAIN}{int(number) + 1 if number.isdecimal() and len(number) < 6 else 1}"


def input_block(field: Field, block: str, language: str) -> Block:
    """The field in the block of this name."""
    found: Block = {
        "type": "input",
        "block_id": block[:BLOCK_ID],
        "label": plain(label(field.label, language) if field.label else field.name, LABEL),
        "element": {**_element(field, language), "action_id": FILL},
        "optional": field.optional,
        "dispatch_action": field.redraws,
    }
    if field.hint:
        found["hint"] = plain(label(field.hint, language), LABEL)
    return found


def _element(field: Field, language: str) -> Block:
    offered = [one for one in field.options if one.value and len(one.value) <= VALUE][:OPTIONS]
    if field.kind is Kind.CHOICE and offered:
        options = [
            {"text": plain(label(one.label or one.value, language), OPTION), "value": one.value}
            for one in offered
        ]
        return _initial({"type": "static_select", "options": options}, field.value)
    if field.kind in (Kind.DAY, Kind.TIME):
        return _initial({"type": "datepicker" if field.kind is Kind.DAY else "timepicker"}, field.value)
    # A choice of nothing is typed: Slack takes no empty menu.
    text = {
        "type": "plain_text_input",
        "multiline": field.kind is Kind.TEXT,
        "max_length": max(1, min(field.longest, INPUT)),
    }
    return _initial(text, field.value)


def _initial(element: Mapping[str, Any], value: str) -> Block:
    """The element with this value in it, where it can be shown there."""
    found = {name: said for name, said in element.items() if not name.startswith("initial_")}
    match element.get("type"):
        case "static_select":
            picked = [one for one in element["options"] if one["value"] == value]
            return found | ({"initial_option": picked[0]} if picked else {})
        case "datepicker":
            return found | ({"initial_date": value} if _is_day(value) else {})
        case "timepicker":
            return found | ({"initial_time": value} if _TIME.fullmatch(value) else {})
        case "plain_text_input":
            text = value if element.get("multiline") else " ".join(value.split())
            shown = _shortened(text, int(element.get("max_length") or INPUT))
            return found | ({"initial_value": shown} if shown else {})
    return dict(element)


def refilled(block: Mapping[str, Any], values: Mapping[str, str]) -> Block:
    """A block that Slack sent us, with these values of fields in it."""
    element = block.get("element")
    if block.get("type") != "input" or not isinstance(element, dict):
        return dict(block)
    return {**block, "element": _initial(element, values.get(name_of(str(block.get("block_id", ""))), ""))}


def _is_day(value: str) -> bool:
    try:
        return len(value) == 10 and date.fromisoformat(value).year >= 1000
    except ValueError:
        return False


def _shortened(text: str, limit: int) -> str:
    """As much of the text as fits, counted as browsers count: an emoji is two."""
    if len(text.encode("utf-16-le")) <= 2 * limit:
        return text
    return text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"
