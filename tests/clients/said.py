"""A message as a client received it, read back into what every door must say alike."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d [CM][SD]T")
_NUMBER = re.compile(r"INQ-\d+")
_RULE = re.compile(r"\bR\d\b")
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?! \d\d:\d\d)(?!\d)")
_CONTROL = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_SLACK_MARKS = re.compile("[*\u200b]")
_TEAMS_MARKS = re.compile(r"\*\*|\\(?=[!-/:-@\[-`{-~])")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(([^()\s]*)\)")


@dataclass(frozen=True)
class Button:
    """What a button shows and says; `raw` is the element, to press it with."""

    label: str
    words: str
    raw: Json = field(compare=False, repr=False)


@dataclass(frozen=True)
class Said:
    """A message, a home, a form. `place` is where it stands: in Slack CHANNEL/TS or view/ID, in Teams its id.

    `fields` holds what stands in a form's fields, `faults` what is said to be wrong with them.
    """

    text: str
    buttons: tuple[Button, ...]
    place: str
    raw: Json = field(compare=False, repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    def button(self, label: str) -> Button:
        for one in self.buttons:
            if one.label == label:
                return one
        raise AssertionError(
            f"No button “{label}”, but {[one.label for one in self.buttons]}: {self.text[:300]}"
        )

    def facts(self, names: tuple[str, ...]) -> dict[str, Any]:
        """What may not differ from door to door: numbers, instants, days, rules, people, links, buttons."""
        survey = len(set(re.findall(r"/survey/[\w.-]{20,}", self.text)))
        return {
            "numbers": sorted(set(_NUMBER.findall(self.text))),
            "instants": sorted(set(_INSTANT.findall(self.text))),
            "days": sorted(set(_DAY.findall(self.text))),
            "rules": sorted(set(_RULE.findall(self.text))),
            "people": sorted(name for name in names if name in self.text),
            "survey": survey,
            # A form's own buttons differ: Slack draws them itself, and needs none for a new preview.
            "buttons": [] if self.fields else [(one.label, one.words) for one in self.buttons],
            "fields": dict(self.fields),
            "faults": sorted(self.faults),
        }


def from_blocks(blocks: list[Json], place: str = "", raw: Json | None = None) -> Said:
    """A message of Slack's, or a view."""
    texts = [_SLACK_MARKS.sub("", _CONTROL.sub(_written_out, text)) for text in _block_texts(blocks)]
    buttons = [
        Button(one["text"]["text"], str(one.get("value", "")), one)
        for one in _walk(blocks)
        if one.get("type") == "button"
    ]
    inputs = [one for one in blocks if one["type"] == "input"]
    fields = {field_of(one["block_id"]): _standing(one["element"]) for one in inputs}
    return Said(_plain("\n".join(texts)), tuple(buttons), place, raw or {"blocks": blocks}, fields)


def from_card(card: Json, place: str = "", raw: Json | None = None) -> Said:
    """An Adaptive Card."""
    texts = []
    for one in _walk(card):
        if one.get("type") == "TextBlock":
            texts.append(str(one["text"]))
        if one.get("type") == "FactSet":
            texts += [f"{fact['title']}\n{fact['value']}" for fact in one["facts"]]
        if str(one.get("type", "")).startswith("Input."):
            texts += [str(one.get("label", "")), *(str(choice["title"]) for choice in one.get("choices", ()))]
    buttons = [
        Button(str(one.get("title", "")), _words(one.get("data") or {}), one)
        for one in _walk(card)
        if str(one.get("type", "")).startswith("Action.") and "title" in one
    ]
    text = "\n".join(_TEAMS_MARKS.sub("", _LINK.sub(r"\1 \2", text)) for text in texts)
    return Said(_plain(text), tuple(buttons), place, raw or card, _fields(card), _faults(card))


def _block_texts(blocks: Any) -> Iterator[str]:
    """Every text but those of buttons and of what one may choose."""
    for block in blocks:
        if block["type"] == "actions":
            continue
        yield from (str(one["text"]) for one in _walk(block) if one.get("type") in ("mrkdwn", "plain_text"))


def field_of(block: str) -> str:
    """The field that stands in a block; what is drawn anew has a number after its name."""
    return block.partition("#")[0]


def _standing(element: Json) -> str:
    """What stands in a field of Slack's."""
    chosen = element.get("initial_option") or {}
    found = [element.get(f"initial_{kind}") for kind in ("value", "date", "time")]
    return str(next((one for one in [chosen.get("value"), *found] if one), ""))


def _fields(card: Json) -> dict[str, str]:
    inputs = [one for one in _walk(card) if str(one.get("type", "")).startswith("Input.")]
    return {str(one["id"]).removeprefix("field."): str(one.get("value", "")) for one in inputs}


def _faults(card: Json) -> dict[str, str]:
    """What stands in the colour of warnings, by the field above it ("" for none)."""
    found: dict[str, str] = {}
    above = ""
    for one in card.get("body", ()):
        above = str(one.get("id", above)).removeprefix("field.")
        if one.get("color") == "Attention" and (above or not found):
            found[above] = f"{found.get(above, '')} {one['text']}".strip()
    # The summary before the first field only says which ones it is about.
    return {name: words for name, words in found.items() if name} or found


def _words(data: Json) -> str:
    return str(data.get("words", ""))


def _written_out(control: re.Match[str]) -> str:
    address, words = control.groups()
    if not words:
        return str(address)
    return str(words) if address.startswith(("!", "@", "#")) else f"{words} {address}"


def _plain(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def _walk(value: Any) -> Iterator[Json]:
    """Every object within, the outer before the inner."""
    if isinstance(value, Mapping):
        yield value
        for key, inner in value.items():
            if key not in (
                "fallback",
                "refresh",
            ):  # an action’s second form, and one of Teams’ own, are no buttons
                yield from _walk(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _walk(inner)
