"""What the cells of a line mean: a person's fields as they are stored, or what is wrong with them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from models.agency_file import Role
from models.calendar import Week
from models.directory.file import Fault, Row, Sheet
from models.directory.spreadsheet import meant
from models.zones import zone_named

Hours = Callable[[str], Week]
"""Reads a week as people type it. Raises ValueError with a sentence."""

LONGEST = 200
"""Characters of a cell; a week of hours may have more."""

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\":]{1,64}@[^@\s,;<>()\[\]\\\":.]+(?:\.[^@\s,;<>()\[\]\\\":.]+)+")
_HANDLE = re.compile(r"[a-z][a-z0-9._-]{0,30}")
_NOTHING = ("none", "nobody", "-", "–", "—", "n/a")
_USUAL = ("usual", "office", "the office's", "same", "usual hours", "usual zone", *_NOTHING)
_ROLES = {**{str(one): one for one in Role}, "administrator": Role.ADMIN}
_YES, _NO = ("yes", "y", "true", "1", "x", "ja", "sí", "oui"), ("no", "n", "false", "0", "nein", "non")
_HERE, _GONE = ("active", "here", "employed"), ("inactive", "leaving", "left", "leaver", "gone", "terminated")


@dataclass(frozen=True)
class Entry:
    """A person as a line has them. `given`: what it says of them, and nothing that it leaves open.

    By name: handle, name, email, phone, department and supervisor (as written; None for nobody), role, zone
    and week (None: the office's), active.
    """

    line: int
    given: Mapping[str, Any]

    @property
    def called(self) -> str:
        """How the line names the person."""
        return str(self.given.get("name") or self.given.get("email") or self.given.get("handle"))


def read_entries(sheet: Sheet, hours: Hours) -> tuple[list[Entry], list[Fault]]:
    """Every line of the sheet, and all that is wrong in its cells; what is wrong is given by no entry."""
    faults: list[Fault] = []
    found = [Entry(row.line, dict(_fields(row, hours, faults))) for row in sheet.rows]
    for row in sheet.rows:
        if not row.fault and not row.cells.get("email") and not row.cells.get("handle"):
            faults.append(Fault(row.line, "There is no e-mail address."))
    return found, faults


def _fields(row: Row, hours: Hours, faults: list[Fault]) -> Iterable[tuple[str, Any]]:
    if row.fault:
        # Its cells stand under the wrong heads.
        faults.append(Fault(row.line, row.fault))
        return
    for column, read in _READERS.items():
        cell = _cell(row, column)
        if cell:
            try:
                yield _STORED.get(column, column), read(_plain(cell, column), hours)
            except ValueError as error:
                faults.append(Fault(row.line, str(error)))


def _cell(row: Row, column: str) -> str:
    """An empty cell says nothing: what is stored stays."""
    if column == "name" and not row.cells.get("name"):
        both = (meant(row.cells.get(one, "")) for one in ("first", "last"))
        return " ".join(filter(None, both))
    return meant(row.cells.get(column, ""))


def _plain(cell: str, column: str) -> str:
    if "\n" in cell or "\r" in cell:
        raise ValueError(f"The {column} goes over several lines. Is a quotation mark missing?")
    if any(category(one) in ("Cc", "Cs", "Co") for one in cell if not one.isspace()):
        raise ValueError(f"The {column} holds characters that cannot be printed.")
    if len(cell) > LONGEST * (4 if column == "schedule" else 1):
        raise ValueError(f"The {column} is longer than {LONGEST} characters.")
    return " ".join(cell.split())


def _email(cell: str, _: Hours) -> str:
    cell = cell.removeprefix("mailto:")
    if not _EMAIL.fullmatch(cell) or len(cell) > 254:
        raise ValueError(f"“{cell[:60]}” is no e-mail address. Write it as pat@example.gov.")
    return cell


def _handle(cell: str, _: Hours) -> str:
    handle = cell.removeprefix("@").lower()
    if not _HANDLE.fullmatch(handle):
        raise ValueError(
            f"“{cell[:40]}” is no handle: a letter, then up to 30 letters, digits, dots, dashes."
        )
    return handle


def _role(cell: str, _: Hours) -> Role:
    if cell.casefold() not in _ROLES:
        raise ValueError(f"The role “{cell[:40]}” is none of staff, supervisor, admin.")
    return _ROLES[cell.casefold()]


def _zone(cell: str, _: Hours) -> str | None:
    if cell.casefold() in _USUAL:
        return None
    found = zone_named(cell)
    if found is None:
        raise ValueError(f"The zone “{cell[:60]}” is not known. Try America/Denver, Mountain, or “usual”.")
    return found


def _week(cell: str, hours: Hours) -> Week | None:
    if cell.casefold() in _USUAL:
        return None
    try:
        return hours(cell)
    except ValueError as error:
        raise ValueError(f"The schedule cannot be read. {error}") from error


def _yes(cell: str, words: tuple[str, ...], no: tuple[str, ...], column: str) -> bool:
    said = cell.casefold()
    if said not in (*words, *no):
        raise ValueError(f"The column {column} takes {words[0]} or {no[0]}, not “{cell[:40]}”.")
    return said in words


_READERS: dict[str, Callable[[str, Hours], Any]] = {
    "email": _email,
    "handle": _handle,
    "name": lambda cell, _: cell,
    "phone": lambda cell, _: "" if cell.casefold() in _NOTHING else cell,
    "department": lambda cell, _: cell,
    "supervisor": lambda cell, _: None if cell.casefold() in _NOTHING else cell,
    "schedule": _week,
    "zone": _zone,
    "role": _role,
    "active": lambda cell, _: _yes(cell, _YES, _NO, "active"),
    "leaving": lambda cell, _: not _yes(cell, _YES, _NO, "leaving"),
    "status": lambda cell, _: _yes(cell, _HERE, _GONE, "status"),
}
_STORED = {"schedule": "week", "leaving": "active", "status": "active"}
