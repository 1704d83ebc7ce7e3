"""A message as Slack shows it: Block Kit, within Slack's limits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialects import DIALECTS
from bot.languages import label
from bot.layout import Choice, Items, Paragraph, Part, Quote, Said, cut, fitting, left_out, length, portions

Block = dict[str, Any]

# Slack's limits, in characters unless they say otherwise.
HEADER, SECTION, FIELD, NOTE, LABEL, VALUE = 150, 3000, 2000, 2000, 75, 2000
BLOCKS, FIELDS, BUTTONS = 50, 10, 25
# Slack refuses some 13,000 characters of JSON (msg_blocks_too_long); the figure is nowhere documented.
MESSAGE = 12_000
FALLBACK = 3000

SAY, TOLD = "say:", "told:"
"""How the action_id of a button begins that says its value: under an answer, under what came by itself."""

_TOKEN = re.compile(r"<[^<>]*>|&\w+;|[^<&\s]{1,200}|\s{1,200}|.", re.DOTALL)
_CONTROL = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Room:
    """How much is taken: blocks, characters of JSON, and rows of buttons."""

    blocks: int
    size: int
    rows: int = 1


IN_MESSAGE = Room(BLOCKS, MESSAGE)


@dataclass(frozen=True, slots=True)
class Laid:
    """A message's pieces, each as blocks, for whoever puts something between them."""

    head: list[Block]
    body: list[Block]
    fields: list[Block]
    note: list[Block]


def to_blocks(
    said: Said, choices: Sequence[Choice] = (), *, told: bool = False, room: Room = IN_MESSAGE
) -> list[Block]:
    """Header, sections, fields, note and buttons. What does not fit is counted in a line of its own.

    told: it comes by itself, so that a press is answered beside it; an answer is replaced by the next one.
    """
    buttons = _buttons(choices, said.language, TOLD if told else SAY, room)
    size = room.size - length(buttons, ascii_only=False)
    laid = lay_out(said, Room(room.blocks - len(buttons), size))
    return [*laid.head, *laid.body, *laid.fields, *laid.note, *buttons]


def lay_out(said: Said, room: Room) -> Laid:
    """The same without buttons, piece by piece."""
    head = [_header(said.title)] if said.title else []
    note = _note(said.note)
    notice = section(left_out(10**6, said.language))
    size = room.size - length([*head, *note, notice, notice], ascii_only=False)
    blocks = room.blocks - len(head) - len(note) - 2
    fields = _fit(_fields(said.fields), blocks // 2, size // 2, said.language)
    size -= length(fields, ascii_only=False)
    body = _fit(_body(said.body), blocks - len(fields) + 1, size, said.language)
    return Laid(head, body, fields, note)


def fallback(said: Said) -> str:
    """The same for notifications: one text in Slack's escapes, with dates and links written out."""
    fields = (f"{label}: {value}" for label, value in said.fields)
    body = (line for part in said.body for line in _lines(part))
    text = "\n".join([DIALECTS["slack"].escape(said.title), *body, *fields, *said.note])
    return cut(_CONTROL.sub(_written_out, text).strip(), FALLBACK, _TOKEN)


def _fit(pieces: Sequence[tuple[Block, int]], count: int, size: int, language: str) -> list[Block]:
    kept, lost = fitting(pieces, count, size, ascii_only=False)
    return [*kept, section(left_out(lost, language))] if lost else kept


def _body(parts: Iterable[Part]) -> list[tuple[Block, int]]:
    # Words to be copied are never folded behind "see more".
    return [
        (section(text) | ({"expand": True} if isinstance(part, Quote) else {}), number)
        for part in parts
        for text, number in _packed(part)
    ]


def _packed(part: Part) -> list[tuple[str, int]]:
    """A part in texts that fit a section, broken at line ends, each with its number of lines."""
    prefix = "> " if isinstance(part, Quote) else ""
    packed: list[tuple[str, int]] = []
    for line in _lines(part):
        first, *more = portions(line, SECTION - len(prefix), _TOKEN)
        for text in (first, *(prefix + portion for portion in more)):
            if packed and len(packed[-1][0]) + 1 + len(text) <= SECTION:
                packed[-1] = (f"{packed[-1][0]}\n{text}", packed[-1][1] + 1)
            else:
                packed.append((text, 1))
    return packed


def _lines(part: Part) -> list[str]:
    match part:
        case Paragraph(text):
            return text.split("\n")
        case Items(items):
            return [f"• {item}" for item in items]
        case Quote(lines):
            return [f"> {line}".rstrip() for line in lines]


def _fields(pairs: Sequence[tuple[str, str]]) -> list[tuple[Block, int]]:
    texts = [_words(cut(f"*{label}*\n{value}", FIELD, _TOKEN)) for label, value in pairs]
    tens = [texts[start : start + FIELDS] for start in range(0, len(texts), FIELDS)]
    return [({"type": "section", "fields": ten}, len(ten)) for ten in tens]


def _note(lines: Sequence[str]) -> list[Block]:
    return [{"type": "context", "elements": [_words(cut("\n".join(lines), NOTE, _TOKEN))]}] if lines else []


def _buttons(choices: Sequence[Choice], language: str, begins: str, room: Room) -> list[Block]:
    """Words that are too long for a button have none: cut words would ask for something else."""
    fit = [choice for choice in choices if len(choice.words) <= VALUE]
    buttons = [
        {
            "type": "button",
            "text": plain(label(choice.label, language), LABEL),
            "value": choice.words,
            "action_id": f"{begins}{number}",
        }
        for number, choice in enumerate(fit)
    ]
    pieces, most = [(button, 1) for button in buttons], BUTTONS * room.rows
    kept, _ = fitting(pieces, most, room.size // 3, ascii_only=False)
    rows = [kept[start : start + BUTTONS] for start in range(0, len(kept), BUTTONS)]
    return [{"type": "actions", "elements": row} for row in rows]


def _header(title: str) -> Block:
    return {"type": "header", "text": plain(title, HEADER)}


def section(text: str) -> Block:
    """Words in Slack's markup, SECTION characters at most."""
    return {"type": "section", "text": _words(text)}


def _words(text: str) -> Block:
    # verbatim: Slack makes no link or mention out of what it only takes for one.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int) -> Block:
    """Words without any markup, cut to a limit."""
    return {
        "type": "plain_text",
        "text": text if len(text) <= limit else text[: limit - 1] + "…",
        "emoji": False,
    }


def _written_out(control: re.Match[str]) -> str:
    address, words = control.groups()
    if not words:
        return str(address)
    return str(words) if address.startswith("!") else f"{words} ({address})"
