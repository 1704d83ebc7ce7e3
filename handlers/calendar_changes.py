"""A change of the calendar: looked at first, then applied. What is shown is what applying does.

A look makes the very change in a savepoint, reckons every deadline by what the rows come to then, and takes
it back. It puts no calendar in force and locks nothing, so that nobody waits for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.reading import one_line
from models.agency_file import Role
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_of, composed, in_use, put_in_force
from models.moved import carry_out
from models.moved_lines import listed, staying, told
from models.moving import CannotMove, Moves, calendars_by_department, moves
from models.staff import Department, called, departments, ident

_WHOLE = ("whole agency", "entire agency", "agency", "whole office", "entire office", "office")
_ALL = ("all", "everybody", "everyone", "everywhere", "all departments", "every department")
EVERYWHERE = (*_WHOLE, *(f"the {one}" for one in _WHOLE), *_ALL)


def quoted(name: str) -> str:
    """A department's name as it stands in words, whatever words are in it."""
    return f"“{name}”" if '"' in name else f'"{name}"'


@dataclass(frozen=True)
class Scope:
    """Whose calendar is meant: one department's, or the agency's (None)."""

    department: Department | None
    name: str
    hearing: Hearing

    @property
    def id(self) -> int | None:
        return ident(self.department) if self.department else None

    @property
    def suffix(self) -> str:
        """What a button's words need to mean the same department."""
        own = self.hearing.speaker.role is not Role.ADMIN
        return "" if self.department is None or own else f" for {quoted(self.name)}"

    @property
    def departments(self) -> list[int]:
        """The departments that it touches, by id."""
        if self.department is not None:
            return [ident(self.department)]
        return [ident(one) for one in departments(self.hearing.db)]

    def calendars(self) -> list[Calendar]:
        """The calendars in force of those departments; the agency's own among them, if it is the agency."""
        db = self.hearing.db
        if self.department is not None:
            return [calendar_of(db, self.id)]
        return [calendar_of(db), *(calendar for calendar, _ in in_use(db))]


def scope_of(hearing: Hearing, place: str | None, usage: str) -> Scope:
    """A supervisor acts for their own department, an admin for the agency or a department named."""
    db = hearing.db
    every = departments(db)
    said = one_line(place or "").casefold()
    admin = hearing.speaker.role is Role.ADMIN
    if not said:
        department = None if admin else hearing.department
    else:
        department = called(every, said)
        everywhere = said in EVERYWHERE or said == hearing.agency.name.casefold()
        if department is None and everywhere and not admin:
            raise Refusal("closure_not_yours", department=hearing.agency.name, own=hearing.department.name)
        if department is None and not everywhere:
            names = [one.name for one in every]
            raise Refusal("closure_department", given=said[:60], departments=names, usage=usage)
    if department is not None and not admin and department.id != hearing.department.id:
        raise Refusal("closure_not_yours", department=department.name, own=hearing.department.name)
    calendar = calendar_of(db, department.id if department else None)
    hearing = replace(hearing, calendar=calendar)
    return Scope(department, department.name if department else hearing.agency.name, hearing)


@dataclass(frozen=True)
class Change:
    """One change of the calendar.

    template: speaks of it, looked at and applied alike. facts: what it is, for the reply and for owners.
    said: in short, for the history. words: the command that applies it. alter: changes the rows.
    """

    template: str
    facts: Facts
    said: str
    words: str
    button: str
    usage: str
    alter: Callable[[], None]


def made(scope: Scope, change: Change, applying: bool, choices: Sequence[Choice] = ()) -> Reply:
    """Applies the change, or shows what applying would do; nothing is stored then."""
    hearing = scope.hearing
    db = hearing.db
    before: dict[int | None, Calendar] = {None: calendar_of(db)}
    before.update(calendars_by_department(db).items())
    look = db.begin_nested()
    change.alter()
    after = _after(scope, change)
    if all(before[one].version == after[one].version for one in before):
        raise Refusal("calendar_unchanged", usage=change.usage)
    if applying:
        put_in_force(db, hearing.now, after)
    found = _reckoned(scope, change, before, after, applying)
    facts = {"change": change.facts, **consequences(scope.hearing, found), "applied": applying}
    if not applying:
        look.rollback()
        return Reply(change.template, {**facts, "told": 0}, (Choice(change.button, change.words), *choices))
    speaker = hearing.speaker
    facts["told"] = carry_out(
        db,
        found,
        by=speaker,
        now=hearing.now,
        said=change.said,
        change=change.facts,
        told_by=speaker.name,
    )
    look.commit()
    return Reply(change.template, facts, tuple(choices))


def _after(scope: Scope, change: Change) -> dict[int | None, Calendar]:
    """The calendars as the changed rows have them, by department; the agency's under None."""
    today = scope.hearing.today
    try:
        after = composed(scope.hearing.db)
        for one in (None, *scope.departments) if scope.id is None else (scope.id,):
            after[one].open_day(today, 0)
    except UnknownDay as error:
        raise Refusal("never_open", usage=change.usage) from error
    except ValueError as error:
        raise Refusal("closure_unreadable", reason=str(error), usage=change.usage) from error
    return after


def _reckoned(
    scope: Scope,
    change: Change,
    before: Mapping[int | None, Calendar],
    after: Mapping[int | None, Calendar],
    lock: bool,
) -> Moves:
    old, new = (
        {one: calendar for one, calendar in each.items() if one is not None} for each in (before, after)
    )
    try:
        return moves(scope.hearing.db, scope.departments, scope.hearing.now, old, new, lock=lock)
    except CannotMove as error:
        raise Refusal("cannot_move", number=error.number, reason=str(error), usage=change.usage) from error


def consequences(hearing: Hearing, found: Moves) -> Facts:
    """What moves and what stays, as facts: lists with how many more there are, and numbers."""
    lines, promises = told(hearing.db, found)
    return {
        **listed("lines", lines),
        **listed("promises", promises),
        **listed("staying", staying(hearing.db, found)),
        "moved": len(lines),
        "kept": found.kept,
        "overdue": found.overdue,
    }
