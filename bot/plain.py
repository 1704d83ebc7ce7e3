"""A message in plain text: the terminal, and e-mail."""

import textwrap
from collections.abc import Iterable, Sequence

from bot.languages import catalogue
from bot.layout import Choice, Items, Paragraph, Part, Quote, Said

INDENT = "  "
BAR = "  | "
OFFER = "You can say:"


def to_text(said: Said, choices: Sequence[Choice] = (), width: int = 88) -> str:
    """Title, paragraphs, quotations, aligned fields, note, and what one may say next.

    Lines are wrapped at `width` characters, except those of a quotation, which are there to be copied.
    """
    pieces = [
        _wrapped(said.title, width),
        *_body(said.body, width),
        _fields(said.fields, width),
        "\n".join(_wrapped(line, width) for line in said.note),
        _offer([choice.words for choice in choices], width, catalogue(said.language).gettext(OFFER)),
    ]
    return "\n\n".join(piece for piece in pieces if piece)


def _body(parts: Iterable[Part], width: int) -> list[str]:
    """The parts; a list stands right under the line that announces it."""
    found: list[str] = []
    for part in parts:
        if isinstance(part, Items) and found and found[-1].endswith(":"):
            found[-1] += "\n" + _part(part, width)
        else:
            found.append(_part(part, width))
    return found


def _part(part: Part, width: int) -> str:
    match part:
        case Paragraph(text):
            return "\n".join(_wrapped(line, width) for line in text.split("\n"))
        case Items(items):
            return "\n".join(_wrapped(item, width, f"{INDENT}- ") for item in items)
        case Quote(lines):
            return "\n".join(f"{BAR}{line}".rstrip() for line in lines)


def _fields(pairs: Sequence[tuple[str, str]], width: int) -> str:
    column = max((len(label) for label, _ in pairs), default=0)
    return "\n".join(_wrapped(value, width, f"{INDENT}{label:<{column}}{INDENT}  ") for label, value in pairs)


def _wrapped(text: str, width: int, start: str = "") -> str:
    """Words and numbers such as INQ-1 stay whole; further lines stand under the first."""
    return textwrap.fill(
        text,
        max(width, len(start) + 20),
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _offer(words: Iterable[str], width: int, start: str) -> str:
    """Each command stays on one line, so that it can be copied."""
    lines: list[str] = []
    for command in words:
        if lines and len(lines[-1]) + 3 + len(command) <= width:
            lines[-1] += f" · {command}"
        else:
            lines.append((" " * (len(start) + 1) if lines else f"{start} ") + command)
    return "\n".join(lines)
