"""A message as Teams shows it: an Adaptive Card 1.5, within Teams' limits."""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from bot.languages import label
from bot.layout import Choice, Items, Paragraph, Part, Quote, Said, cut, fitting, left_out, length, portions
from handlers.forms import opens

Element = dict[str, Any]
Piece = TypeVar("Piece", str, Element)


class Place(StrEnum):
    """Where a card stands: its buttons do what fits there.

    An answer is renewed in place by what is pressed in it. What came by itself stays: it is answered by a
    message. A dialog shows what comes next.
    """

    ANSWER = "answer"
    TOLD = "told"
    DIALOG = "dialog"


# Bytes of JSON: Teams refuses a card above 28 KB or so, and the activity around it counts too.
CARD = 24_000
# Characters: what one element holds, so that a card is cut between elements.
TITLE, LINE, ELEMENT, FACT, NOTE, LABEL, FALLBACK = 300, 2000, 3000, 1000, 2000, 75, 3000
VERB = "say"
# Teams shows six buttons in a row and hides the others; the number in all is Slack's.
ROW, BUTTONS = 6, 25
# Letters that a row of buttons holds beside each other in a narrow window, and those around each title.
WIDTH, PADDING = 66, 4

# What stays whole: a link, a word with its escapes; none ends in the "_" of jane_doe, lest it end emphasis.
_TOKEN = re.compile(
    r"\[(?:\\.|[^\]\\])*\]\([^()\s]*\)|(?:\\.|[^\\\s\[]){1,100}(?<![^\\]_)|\s{1,200}|.", re.DOTALL
)
_PLAIN_TOKEN = re.compile(r"\S{1,200}|\s{1,200}")
_MARKUP = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(([^()\s]*)\)|\\([!-/:-@\[-`{-~])|\*\*")


def to_card(
    said: Said,
    choices: Sequence[Choice] = (),
    place: Place = Place.ANSWER,
    again: str = "",
    reader: str = "",
) -> Element:
    """Title, text, facts, note and buttons. What does not fit is counted in a line of its own.

    again: words that say this anew; Teams says them by itself when the reader (their id, "29:…") comes back.
    """
    head = [heading(said.title)] if said.title else []
    foot = _buttons(choices, said.language, place)
    frame = framed([*head, *foot])
    if again and reader:
        frame["refresh"] = {"action": _execute("Show anew", {"words": again}), "userIds": [reader]}
    frame["body"] = [*head, *words(said, CARD - length(frame, ascii_only=True)), *foot]
    return frame


def words(said: Said, room: int) -> list[Element]:
    """Text, facts and note in so many characters of JSON, with the number of lines that are left out."""
    note = _note(said.note, said.language)
    notice = text_block(left_out(10**6, said.language))
    room -= length([*note, notice, notice], ascii_only=True)
    facts, facts_lost = fitting(_facts(said.fields), len(said.fields), room // 2, ascii_only=True)
    fact_set = [{"type": "FactSet", "spacing": "Medium", "facts": facts}] if facts else []
    pieces = [piece for part in said.body for piece in _pieces(part)]
    room -= length(fact_set, ascii_only=True)
    body, lost = fitting(pieces, len(pieces), room, ascii_only=True)
    cut_short, facts_cut_short = (_missing(number, said.language) for number in (lost, facts_lost))
    return [*body, *cut_short, *fact_set, *facts_cut_short, *note]


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
            return [(text_block(row, "None" if number else "Default"), 1) for number, row in enumerate(rows)]
        case Items():
            # One TextBlock holds a list, so that it is read out as one; "…" continues its item.
            texts = ["\n".join(portions(line, LINE, _TOKEN)) for line in _lines(part)]
            few = enumerate(_packed(texts, len))
            return [
                (text_block("\n".join(some), "None" if number else "Default"), len(some))
                for number, some in few
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
            rows.append(text_block(row, spacing))
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
    few, lost = fitting(
        [(text_block(cut(line, NOTE, _TOKEN)), 1) for line in lines], 10, ELEMENT, ascii_only=True
    )
    subtle = [row | {"isSubtle": True, "size": "Small"} for row in [*few, *_missing(lost, language)]]
    return [row | {"spacing": "None" if number else "Medium"} for number, row in enumerate(subtle)]


def _buttons(choices: Sequence[Choice], language: str, place: Place) -> list[Element]:
    """Words too long for Slack's button have none here either, so that every door offers the same."""
    made = [_button(choice, language, place) for choice in choices if len(choice.words) <= LINE]
    kept, _ = fitting([(one, 1) for one in made], BUTTONS, CARD // 3, ascii_only=True)
    return [{"type": "ActionSet", "actions": row} for row in _rowed(kept)]


def _rowed(buttons: Sequence[Element]) -> list[list[Element]]:
    """As many in a row as can be read: all of one row are as wide as its widest."""
    rows: list[list[Element]] = []
    for one in buttons:
        wide = max(len(each["title"]) for each in [*(rows[-1] if rows else ()), one]) + PADDING
        if not rows or len(rows[-1]) == ROW or wide * (len(rows[-1]) + 1) > WIDTH:
            rows.append([])
        rows[-1].append(one)
    return rows


def _button(choice: Choice, language: str, place: Place) -> Element:
    """Words that open a form have Teams ask for the dialog; others are said, by old clients as a message."""
    title = cut(label(choice.label, language), LABEL, _PLAIN_TOKEN)
    data: dict[str, Any] = {"words": choice.words}
    if place is Place.DIALOG:
        return submit(title, data)
    if opens(choice.words) is not None:
        return submit(title, {"msteams": {"type": "task/fetch"}, **data})
    if place is Place.TOLD:
        data["told"] = True
    return {**_execute(title, data), "fallback": submit(title, data)}


def submit(title: str, data: Element) -> Element:
    return {"type": "Action.Submit", "title": title, "data": data}


def _execute(title: str, data: Element) -> Element:
    return {"type": "Action.Execute", "title": title, "verb": VERB, "data": data}


def _missing(number: int, language: str) -> list[Element]:
    return [text_block(left_out(number, language)) | {"isSubtle": True}] if number else []


def heading(title: str) -> Element:
    return {**text_block(cut(title, TITLE, _TOKEN)), "style": "heading", "weight": "Bolder", "size": "Medium"}


def text_block(text: str, spacing: str = "Default") -> Element:
    return {"type": "TextBlock", "text": text, "wrap": True, "spacing": spacing}


def framed(body: list[Element]) -> Element:
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
