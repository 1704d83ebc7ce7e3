"""The cells of a CSV file, by column: any order of columns, commas, semicolons or tabs, UTF-8."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

LARGEST = 20_000_000
"""Bytes of a file."""

# By how people head their columns, in small letters and without what is no letter.
_HEADS = {
    "name": "name fullname displayname employee employeename staff staffname staffmember person",
    "first": "firstname givenname forename first",
    "last": "lastname surname familyname last",
    "email": "email mail emailaddress mailaddress workemail workmail emailwork",
    "phone": "phone telephone tel phonenumber telephonenumber workphone officephone businessphone",
    "department": "department dept departmentname division",
    "supervisor": "supervisor supervisorname supervisoremail manager managername manageremail reportsto boss",
    "schedule": "schedule hours workinghours workhours officehours weeklyhours",
    "zone": "zone timezone tz",
    "role": "role replybyrole",
    "handle": "handle shortname nickname username replybyhandle",
    "active": "active isactive",
    "leaving": "leaving left isleaving",
    "status": "status",
}
_COLUMNS = {head: column for column, heads in _HEADS.items() for head in heads.split()}
_BEFORE_HEADER = re.compile(r"sep=(.)", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line of the file; 0 is the file as a whole."""

    line: int
    says: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.says}" if self.line else self.says


class DirectoryFault(ValueError):
    """The file cannot be stored; `faults` say why, in the order of their lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda one: one.line))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Row:
    """A line of the file: its number, its cells by column, trimmed; `fault`: what is wrong with the line."""

    line: int
    cells: Mapping[str, str]
    fault: str | None = None


@dataclass(frozen=True)
class Sheet:
    """columns: those that are read; others: the heads of those that are not."""

    columns: frozenset[str]
    others: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(data: bytes) -> Sheet:
    """The cells of a CSV file. Raises DirectoryFault."""
    lines = _lines(_decoded(data))
    head = next(lines, None)
    if head is None:
        raise DirectoryFault([Fault(0, "The file is empty. Its first line names the columns.")])
    columns, others = _columns(*head)
    rows = list(_rows(lines, columns, len(head[1])))
    if not rows:
        raise DirectoryFault([Fault(0, "The file names columns and lists nobody.")])
    return Sheet(frozenset(filter(None, columns)), others, tuple(rows))


def _decoded(data: bytes) -> str:
    if len(data) > LARGEST:
        raise DirectoryFault([Fault(0, f"The file has more than {LARGEST:,} bytes; split it.")])
    save = "In Excel: Save As, “CSV UTF-8 (Comma delimited)”."
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:2000]:
        raise DirectoryFault([Fault(0, f"The file is in UTF-16, or is no text. Save it in UTF-8. {save}")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        # Such a byte is a letter with an accent in Windows' own encodings, and a guess may be wrong.
        raise DirectoryFault(
            [Fault(line, f"is not in UTF-8, so that names might be read wrongly. {save}")]
        ) from None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that has something in it, with the number of the line on which it begins."""
    first, _, rest = text.partition("\n")
    said, before = _BEFORE_HEADER.fullmatch(first.strip()), 0
    if said:
        text, first, before = rest, rest.partition("\n")[0], 1
    delimiter = said[1] if said else _delimiter(first)
    # Strictly, because a quotation mark that is missing would make one cell of many lines.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            says = "cannot be read from here on. Is a quotation mark missing, or one too many?"
            raise DirectoryFault([Fault(line, says)]) from None
        if cells is None:
            return
        if any(one.strip() for one in cells):
            yield line, cells


def _delimiter(head: str) -> str:
    bare = re.sub(r'"[^"]*"', "", head)
    return max(",;\t", key=bare.count)


def _columns(line: int, head: Sequence[str]) -> tuple[list[str | None], tuple[str, ...]]:
    found: list[str | None] = []
    others = []
    for cell in head:
        column = _COLUMNS.get("".join(filter(str.isalpha, cell.casefold())))
        if column is not None and column in found:
            raise DirectoryFault([Fault(line, f"Two columns mean {_said(column)}. Take one of them out.")])
        if column is None and cell.strip():
            others.append(" ".join(cell.split())[:40])
        found.append(column)
    if "email" not in found and "handle" not in found:
        raise DirectoryFault(
            [
                Fault(
                    line,
                    "There is no column called e-mail, which says who is who. The first line names the "
                    "columns: name, e-mail, phone, department, supervisor, schedule, zone, role.",
                )
            ]
        )
    return found, tuple(others)


def _said(column: str) -> str:
    return {"email": "the e-mail address", "first": "the first name", "last": "the last name"}.get(
        column, f"the {column}"
    )


def _rows(lines: Iterator[tuple[int, list[str]]], columns: Sequence[str | None], wide: int) -> Iterator[Row]:
    for line, cells in lines:
        named = zip(columns, (one.strip() for one in cells), strict=False)
        fault = None
        if any(one.strip() for one in cells[wide:]):
            fault = (
                f"There are {len(cells)} cells, and {wide} columns. Is a cell with a comma without its "
                "quotation marks?"
            )
        yield Row(line, {column: cell for column, cell in named if column}, fault)
