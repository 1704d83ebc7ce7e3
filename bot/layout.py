"""What a template said, before any place has laid it out; and the little line markup it is written in."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.dialects import GUARD
from bot.languages import catalogue

NOT_GIVEN = "not given"
CUT = ("… %(num)s more line is left out here.", "… %(num)s more lines are left out here.")


class Choice(Protocol):
    """A button: what it shows, and the words it says for its reader."""

    @property
    def label(self) -> str: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; the breaks between them are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words to be copied, line by line; an empty line is one of them."""

    lines: tuple[str, ...]


Part = Paragraph | Items | Quote


@dataclass(frozen=True, slots=True)
class Said:
    """A message in one dialect: already escaped, not yet laid out."""

    title: str
    body: tuple[Part, ...]
    fields: tuple[tuple[str, str], ...]
    note: tuple[str, ...]
    language: str = "en"


def changed(said: Said, since: Said) -> Said:
    """A message that was said, with what has happened since before everything else."""
    return replace(said, body=(*since.body, *said.body))


def one_line(text: str) -> str:
    """A title: everything on one line."""
    return " ".join(text.replace(GUARD, "").split())


def lines(text: str) -> tuple[str, ...]:
    """A note: its lines, without the empty ones."""
    return tuple(words for words in map(_words, text.split("\n")) if words)


def parts(text: str) -> tuple[Part, ...]:
    """A body: an empty line ends a paragraph, "- " begins a list item, "> " a quoted line.

    Empty lines between two items leave them one list; an empty line between two quotations keeps them apart.
    """
    found: list[tuple[str, list[str]]] = []
    apart = True
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            apart = True
            continue
        kind, words = _kind(line)
        if not words and kind != ">":
            continue
        if found and found[-1][0] == kind and (kind == "-" or not apart):
            found[-1][1].append(words)
        else:
            found.append((kind, [words]))
        apart = False
    return tuple(part for part in (_part(kind, said) for kind, said in found) if part is not None)


def _kind(line: str) -> tuple[str, str]:
    """Which markup a line has, and its words. A fact is guarded, so a fact never decides."""
    if line.startswith(("- ", "> ")) or line == ">":
        return line[0], _words(line[1:])
    return "", _words(line)


def _words(line: str) -> str:
    """A line without the guards and without superfluous spaces."""
    return re.sub(" +", " ", line.replace(GUARD, "")).strip()


def _part(kind: str, said: list[str]) -> Part | None:
    if kind == "-":
        return Items(tuple(said))
    if kind == "":
        return Paragraph("\n".join(said))
    while said and not said[-1]:
        said.pop()
    while said and not said[0]:
        said.pop(0)
    return Quote(tuple(said)) if said else None


def fields(text: str, empty: str = NOT_GIVEN) -> tuple[tuple[str, str], ...]:
    """Label and value of each line; the first ": " parts them. Raises ValueError for a line without a label.

    empty: how a value reads that turned out empty.
    """
    found = []
    for line in lines(text):
        label, colon, value = (line + " ").partition(": ")
        if not colon or not label:
            raise ValueError(f'A field is written "Label: value", not {line!r}.')
        found.append((label, value.strip() or empty))
    return tuple(found)


def portions(line: str, limit: int, token: re.Pattern[str]) -> list[str]:
    """A line in portions of at most `limit` characters; a portion after the first begins with "…".

    token matches what stays whole: a word, a link, an escape. A token that is itself too long becomes "…".
    """
    if len(line) <= limit:
        return [line]
    found, current = [], ""
    for piece in token.findall(line):
        whole = piece if len(piece) < limit else "…"
        if len(current) + len(whole) > limit:
            found.append(current.rstrip())
            current = "…"
        current += whole
    return [*found, current.rstrip()]


def cut(text: str, limit: int, token: re.Pattern[str]) -> str:
    """The text, or as much of it as fits before "…"."""
    first, *rest = portions(text, limit if len(text) <= limit else limit - 1, token)
    return first + "…" if rest else first


def fitting(
    pieces: Sequence[tuple[Mapping[str, Any], int]], count: int, size: int, *, ascii_only: bool
) -> tuple[list[dict[str, Any]], int]:
    """The leading pieces that fit, and how many lines the others hold. A piece is JSON and its lines' number.

    count is in pieces, size in characters of JSON; ascii_only counts a letter beyond ASCII as its escape.
    """
    kept: list[dict[str, Any]] = []
    for piece, _ in pieces:
        size -= length(piece, ascii_only=ascii_only) + 2
        if size < 0 or len(kept) == count:
            break
        kept.append(dict(piece))
    return kept, sum(number for _, number in pieces[len(kept) :])


def length(piece: object, *, ascii_only: bool) -> int:
    """How many characters of JSON."""
    return len(json.dumps(piece, ensure_ascii=ascii_only))


def left_out(number: int, language: str = "en") -> str:
    """What stands where a message was cut."""
    return catalogue(language).ngettext(*CUT, number) % {"num": number}
