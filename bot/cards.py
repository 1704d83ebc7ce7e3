"""A message as Teams shows it: an Adaptive Card 1.5, within Teams' limits."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from bot.languages import label
from bot.layout import Choice, Items, Paragraph, Part, Quote, Said, cut, fitting, left_out, length, portions

Element = dict[str, Any]
Piece = TypeVar("Piece", str, Element)

# Bytes of JSON: Teams refuses a card above 28 KB or so, and the activity around it counts too.
CARD = 24_000
# Characters: what one element holds, so that a card is cut between elements.
TITLE, LINE, ELEMENT, FACT, NOTE, LABEL, FALLBACK = 300, 2000, 3000, 1000, 2000, 75, 3000
# Teams shows six buttons in a row and hides the others; the number in all is Slack's.
ROW, BUTTONS = 6, 25

# What stays whole: a link, a word with its escapes; none ends in the "_" of jane_doe, lest it end emphasis.
_TOKEN = re.compile(
    r"\[(?:\\.|[^\]\\])*\]\([^()\s]*\)|(?:\\.|[^\\\s\[]){1,100}(?<![^\\]_)|\s{1,200}|.", re.DOTALL
)
_PLAIN_TOKEN = re.compile(r"\S{1,200}|\s{1,200}")
_MARKUP = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(([^()\s]*)\)|\\([!-/:-@\[-`{-~])|\*\*")


def to_card(said: Said, choices: Sequence[Choice] = ()) -> Element:
    """Title, text, facts, note and buttons. What does not fit is counted in a line of its own."""
    head = [_title(said.title)] if said.title else []
    foot = [*_note(said.note, said.language), *_buttons(choices, said.language)]
    notice = _text(left_out(10**6, said.language))
    room = CARD - length(_card([*head, *foot, notice, notice]), ascii_only=True)
    facts, facts_lost = fitting(_facts(said.fields), len(said.fields), room // 2, ascii_only=True)
    fact_set = [{"type": "FactSet", "spacing": "Medium", "facts": facts}] if facts else []
    pieces = [piece for part in said.body for piece in _pieces(part)]
    room -= length(fact_set, ascii_only=True)
    body, lost = fitting(pieces, len(pieces), room, ascii_only=True)
    cut_short, facts_cut_short = (_missing(number, said.language) for number in (lost, facts_lost))
    return _card([*head, *body, *cut_short, *fact_set, *facts_cut_short, *foot])


def to_attachment(card: Element) -> Element:
    """The card as a Bot Framework activity carries it."""
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}


def fallback(said: Said) -> str:
    """The same for notifications: plain text, nothing escaped."""
    body = [line for part in said.body for line in _lines(part)]
    fields = [f"{label}: {value}" for label, value in said.fields]
    text = "\n".join(_MARKUP.sub(_bare, line) for line in [said.title, *body, *fields, *said.note])
    return cut(text.strip(), FALLBACK, _PLAIN_TOKEN)


def _lines(part: Part) -> list[str]:
    match part:
        case Paragraph(text):
            return text.split("\n")
        case Items(items):
            return [f"- {item}" for item in items]
        case Quote(lines):
            return list(lines)


def _pieces(part: Part) -> list[tuple[Element, int]]:
    """A part as elements, each with its number of lines."""
    match part:
        case Paragraph(text):
            rows = [row for line in text.split("\n") for row in portions(line, LINE, _TOKEN)]
            return [(_text(row, "None" if number else "Default"), 1) for number, row in enumerate(rows)]
        case Items():
            # One TextBlock holds a list, so that it is read out as one; "…" continues its item.
            texts = ["\n".join(portions(line, LINE, _TOKEN)) for line in _lines(part)]
            few = enumerate(_packed(texts, len))
            return [
                (_text("\n".join(some), "None" if number else "Default"), len(some)) for number, some in few
            ]
        case Quote(lines):
            boxes = _packed(_rows(lines), lambda row: length(row, ascii_only=True))
            return [({"type": "Container", "style": "emphasis", "items": box}, len(box)) for box in boxes]


def _rows(lines: Iterable[str]) -> list[Element]:
    """Words to be copied: a TextBlock a line, since Markdown would run the lines together."""
    rows: list[Element] = []
    spacing = "Medium"
    for line in lines:
        for row in portions(line, LINE, _TOKEN) if line else ():
            rows.append(_text(row, spacing))
            spacing = "None"
        spacing = spacing if line else "Medium"
    return rows


def _packed(pieces: Iterable[Piece], size: Callable[[Piece], int]) -> list[list[Piece]]:
    """The pieces in groups that an element holds; a piece that is larger stands alone."""
    groups: list[list[Piece]] = []
    room = 0
    for piece in pieces:
        if not groups or size(piece) > room:
            groups.append([])
            room = ELEMENT
        groups[-1].append(piece)
        room -= size(piece)
    return groups


def _facts(pairs: Iterable[tuple[str, str]]) -> list[tuple[Element, int]]:
    return [({"title": label, "value": cut(value, FACT, _TOKEN)}, 1) for label, value in pairs]


def _note(lines: Sequence[str], language: str) -> list[Element]:
    few, lost = fitting([(_text(cut(line, NOTE, _TOKEN)), 1) for line in lines], 10, ELEMENT, ascii_only=True)
    subtle = [row | {"isSubtle": True, "size": "Small"} for row in [*few, *_missing(lost, language)]]
    return [row | {"spacing": "None" if number else "Medium"} for number, row in enumerate(subtle)]


def _buttons(choices: Sequence[Choice], language: str) -> list[Element]:
    """Words too long for Slack's button have none here either, so that every door offers the same."""
    submits = [
        {
            "type": "Action.Submit",
            "title": cut(label(choice.label, language), LABEL, _PLAIN_TOKEN),
            "data": {"words": choice.words},
        }
        for choice in choices
        if len(choice.words) <= LINE
    ]
    kept, _ = fitting([(submit, 1) for submit in submits], BUTTONS, CARD // 3, ascii_only=True)
    return [{"type": "ActionSet", "actions": kept[start : start + ROW]} for start in range(0, len(kept), ROW)]


def _missing(number: int, language: str) -> list[Element]:
    return [_text(left_out(number, language)) | {"isSubtle": True}] if number else []


def _title(title: str) -> Element:
    words = cut(title, TITLE, _TOKEN)
    return {**_text(words), "style": "heading", "weight": "Bolder", "size": "Medium"}


def _text(text: str, spacing: str = "Default") -> Element:
    return {"type": "TextBlock", "text": text, "wrap": True, "spacing": spacing}


def _card(body: list[Element]) -> Element:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "body": body,
    }


def _bare(markup: re.Match[str]) -> str:
    words, address, sign = markup.groups()
    if address is None:
        return sign or ""
    bare = _MARKUP.sub(_bare, words)
    return bare if bare == address else f"{bare} ({address})"
