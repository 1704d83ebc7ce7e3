"""`replyby directory`: a CSV file of the staff is compared with the database, shown, and stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from handlers.hours_typed import read_week, spoken_week
from models.agency import agency_held
from models.calendars import calendar_of
from models.directory.cells import Entry, read_entries
from models.directory.changes import Change, Difference
from models.directory.difference import difference
from models.directory.export import written
from models.directory.file import DirectoryFault, Fault, Sheet, read_sheet
from models.directory.known import Person, read_known
from models.directory.leaving import Leaver, leavers
from models.directory.storing import store as put
from models.standard import load_standard, shipped
from models.store import Store

MOST_LINES, FEWEST_LINES = 40, 5
_SAID = {"email": "e-mail", "week": "schedule"}


@dataclass(frozen=True)
class Reading:
    """A file as it was read, and what was asked for. `standard`: what new departments keep, if any may be."""

    sheet: Sheet
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()
    standard: str | None = None
    deactivate_missing: bool = False


@dataclass(frozen=True)
class Look:
    """What storing a file changes: the difference, and sentences about it."""

    found: Difference
    lines: tuple[str, ...]
    leavers: tuple[Leaver, ...] = field(default=())


def read_file(file: Path, standard: str | None = None, *, deactivate_missing: bool = False) -> Reading:
    """The file, read without a database. Raises DirectoryFault, OSError, and ValueError for the standard."""
    if standard is not None:
        load_standard(standard)
        standard = standard if standard in shipped() else str(Path(standard).resolve())
    sheet = read_sheet(file.read_bytes())
    entries, faults = read_entries(sheet, read_week)
    return Reading(sheet, tuple(entries), tuple(faults), standard, deactivate_missing)


def look(store: Store, reading: Reading, now: datetime, *, every: bool = False) -> Look:
    """What the file would change; nothing is stored. every: all lines. Raises DirectoryFault."""
    with store.reading() as db:
        found, today = _compared(db, reading, now)
        gone = leavers(db, found, today)
        office = calendar_of(db).zone
    return Look(found, tuple(_spoken(found, gone, reading, office, every)), tuple(gone))


def apply(store: Store, reading: Reading, shown: Look, now: datetime) -> None:
    """Stores what was shown, in one transaction.

    Raises ValueError, and stores nothing, when the database has changed since it was shown.
    """
    with store.transaction() as db:
        agency_held(db, alone=True)
        found, today = _compared(db, reading, now)
        if found != shown.found:
            raise ValueError("The database has changed meanwhile, so nothing was stored. Say it again.")
        put(db, found, today, now, reading.standard)


def export(store: Store, now: datetime, *, left_too: bool = False) -> bytes:
    """The staff as a CSV file."""
    with store.reading() as db:
        return written(read_known(db, _today(db, now)), spoken_week, left_too=left_too)


def faults_told(fault: DirectoryFault, *, every: bool = False) -> list[str]:
    """What is wrong with a file, a line each."""
    return [*_cut(list(map(str, fault.faults)), every), "Nothing was stored."]


def _compared(db: Session, reading: Reading, now: datetime) -> tuple[Difference, date]:
    today = _today(db, now)
    known = read_known(db, today)
    found = difference(
        reading.entries,
        known,
        reading.faults,
        new_departments=reading.standard is not None,
        deactivate_missing=reading.deactivate_missing,
    )
    return found, today


def _today(db: Session, now: datetime) -> date:
    return calendar_of(db).today(now)


def _spoken(
    found: Difference, gone: Sequence[Leaver], reading: Reading, office: str, every: bool
) -> list[str]:
    names = {one.handle: one.name for one in (*found.staying, *found.new, *(one.person for one in gone))}
    edited = [one for one in found.changed if not one.leaves]
    back = [one for one in edited if not one.before.active]
    edited = [one for one in edited if one.before.active]
    lines = []
    if reading.sheet.others:
        lines.append(f"Columns that are not read: {', '.join(reading.sheet.others)}.")
    if found.departments:
        added = [f"{one}, with the standard {reading.standard}" for one in found.departments]
        lines += _listed("New departments", added, every)
    lines += _listed("New", [_introduced(one, names) for one in found.new], every)
    lines += _listed("Back again", [_changed(one, names, office) for one in back], every)
    lines += _listed("Changed", [_changed(one, names, office) for one in edited], every)
    lines += _leaving(gone, every)
    lines.append(f"Unchanged: {found.unchanged}.")
    if found.passed_over:
        lines.append(f"Not stored, because they have left and were never here: {found.passed_over}.")
    if found.absent:
        lines += _listed(
            "In the database and not in the file (they stay; --deactivate-missing deactivates them)",
            [f"{one.name} ({one.handle}), {one.department}" for one in found.absent],
            every,
            # A file of a few, say of those who are new, is not about the others.
            most=FEWEST_LINES if len(reading.entries) < len(found.absent) else MOST_LINES,
        )
    return lines


def _introduced(one: Person, names: dict[str, str]) -> str:
    parts = [f"{one.name} <{one.email}>", f"handle {one.handle}", one.department, str(one.role)]
    parts += [one.phone] if one.phone else []
    parts += [f"reports to {names.get(one.supervisor, one.supervisor)}"] if one.supervisor else []
    parts += [f"works {spoken_week(one.week)}"] if one.week is not None else []
    parts += [f"in {one.zone}"] if one.zone else []
    return ", ".join(parts)


def _changed(change: Change, names: dict[str, str], office: str) -> str:
    def said(person: Person, name: str) -> str:
        value: Any = getattr(person, name)
        if name == "week":
            return spoken_week(value) if value is not None else "the office’s"
        if name == "zone":
            return str(value or f"the office’s ({office})")
        if name == "supervisor":
            return names.get(value, value) if value else "nobody"
        return str(value or "none")

    told = [
        f"{_SAID.get(name, name)} {said(change.before, name)} → {said(change.after, name)}"
        for name in change.fields
        if name != "active"
    ]
    return f"{change.before.name} ({change.before.handle}): {'; '.join(told) or 'nothing else changes'}"


def _leaving(gone: Sequence[Leaver], every: bool) -> list[str]:
    lines = []
    for one in gone:
        who = one.person.name
        lines.append(f"{who} ({one.person.handle}), {one.person.department}")
        if one.inquiries:
            more = one.inquiries - len(one.owns)
            numbers = ", ".join(one.owns) + (f" and {more} more" if more else "")
            hears = f"{one.hears} hears of them today" if one.hears else "nobody is in to hear of them today"
            lines.append(
                f"  owns what is not closed: {numbers}. It stays {who}’s until somebody hands it over "
                f"(/inquiry assign {one.owns[0]} to NAME); {hears}."
            )
        if one.reports:
            listed = ", ".join(one.reports[:5]) + (
                f" and {len(one.reports) - 5} more" if len(one.reports) > 5 else ""
            )
            lines.append(f"  supervises {listed}. Whoever is next above hears in their place.")
        for name, first, last in one.covers:
            lines.append(f"  covers for {name}, {first} to {last}. The next in the chain does it then.")
    return _listed("Leaving: they are refused in chat, and get no more messages", lines, every, len(gone))


def _listed(
    title: str, lines: list[str], every: bool, count: int | None = None, most: int = MOST_LINES
) -> list[str]:
    if not lines:
        return []
    return [f"{title}: {count or len(lines)}", *(f"  {one}" for one in _cut(lines, every, most))]


def _cut(lines: list[str], every: bool, most: int = MOST_LINES) -> list[str]:
    more = len(lines) - most
    if every or more <= 0:
        return lines
    return [*lines[:most], f"and {more} more lines (--all shows them)"]
