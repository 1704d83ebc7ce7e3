"""The closures that are coming, days in a row as one, each with a button that takes it back."""

from datetime import timedelta

from sqlmodel import select

from handlers.asking import Choice, Facts, Hearing, Reply
from handlers.calendar_changes import quoted
from handlers.closing_words import hours_on
from handlers.paging import asked_page, page_of
from models.agency_file import Role
from models.calendars import ClosureDay, calendar_of, closures_of
from models.staff import Department, ident

A_YEAR = timedelta(days=365)
BUTTONS = 5


def closures(hearing: Hearing, rest: str) -> Reply:
    """The closures that are coming: the office's own first, then the public holidays of a year."""
    own, holidays, later = _coming(hearing)
    groups = [*own, *holidays]
    page = page_of(groups, asked_page(rest, "desk closures"), "desk closures")
    lines = [_line(hearing, group) for group in page.shown]
    mine = [group for group in page.shown if _may_open(hearing, group[0])]
    facts: Facts = {"lines": lines, **page.facts(), "more": page.more + later}
    buttons = [_take_back_button(hearing, group) for group in mine[:BUTTONS]]
    return Reply("closures", facts, (*buttons, *page.choices()))


def _coming(hearing: Hearing) -> tuple[list[list[ClosureDay]], list[list[ClosureDay]], int]:
    """The closures from today on, days in a row as one; an admin sees every department's.

    What was put in chat, and what came with the agency's files: of the latter a year, and no days on which
    nobody has hours anyway. And how many more of these there are later.
    """
    departments: list[int | None] = [hearing.department.id]
    if hearing.speaker.role is Role.ADMIN:
        departments = [one.id for one in hearing.db.exec(select(Department))]
    calendars = [calendar_of(hearing.db, one) for one in departments]
    rows = {row.id: row for number in departments for row in closures_of(hearing.db, number)}
    last, own, holidays, later = hearing.today + A_YEAR, [], [], 0
    for row in sorted(
        rows.values(), key=lambda row: (row.day, row.department_id or 0, row.start or 0, row.id)
    ):
        if row.day < hearing.today:
            continue
        if row.put_at is not None:
            own.append(row)
        elif any(one.usual_hours(row.day) for one in calendars):
            holidays += [row] if row.day <= last else []
            later += row.day > last
    return _grouped(own), _grouped(holidays), later


def _grouped(rows: list[ClosureDay]) -> list[list[ClosureDay]]:
    """Days in a row as one."""
    groups: list[list[ClosureDay]] = []
    open_groups: dict[tuple[object, ...], list[ClosureDay]] = {}
    for row in rows:
        alike = (row.name, row.start, row.end, row.department_id, row.every)
        group = open_groups.get(alike)
        if group is not None and row.day - group[-1].day == timedelta(days=1):
            group.append(row)
        else:
            open_groups[alike] = [row]
            groups.append(open_groups[alike])
    return groups


def _line(hearing: Hearing, group: list[ClosureDay]) -> Facts:
    row = group[0]
    department = hearing.db.get(Department, row.department_id) if row.department_id else None
    return {
        "first": str(row.day),
        "last": str(group[-1].day),
        "name": row.name,
        "hours": hours_on([row], row.day),
        "department": department.name if department else None,
        "every": row.every,
    }


def _may_open(hearing: Hearing, row: ClosureDay) -> bool:
    return hearing.speaker.role is Role.ADMIN or row.department_id == ident(hearing.department)


def _take_back_button(hearing: Hearing, group: list[ClosureDay]) -> Choice:
    row, line = group[0], _line(hearing, group)
    days = f"{line['first']} to {line['last']}" if group[1:] else line["first"]
    admin = hearing.speaker.role is Role.ADMIN
    suffix = f" for {quoted(line['department'])}" if admin and line["department"] else ""
    # A name that has quotes of its own is left out: the day is enough.
    name = "" if '"' in row.name else f' "{row.name}"'
    return Choice(f"Take back {line['first']}", f"desk open {days}{name}{suffix}")
