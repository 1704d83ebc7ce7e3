"""`replyby calendar`: an agency's hours, holidays and years are read again from its files.

Rows that came from the files are replaced; what was put or taken back in chat stays. What would change is
shown first, found by making the very change in a savepoint.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from handlers.hours_typed import spoken_spans, spoken_week
from models import audit, recurring
from models.agency import Agency, agency_of
from models.agency_file import AgencyFile, Role
from models.calendar import Calendar, Closure, Week
from models.calendars import (
    ClosureDay,
    calendar_of,
    in_use,
    put_in_force,
    read_week,
    write_week,
)
from models.hours import WEEKDAYS
from models.moved import carry_out
from models.moved_lines import LONGEST_LIST, staying, told
from models.moving import CannotMove, Moves, calendars_by_department, moves
from models.staff import Staff
from models.store import Store
from models.wallclock import DAY

SAID = "the calendar was read again from the agency’s files"


@dataclass(frozen=True)
class Read:
    """What reading the files again changes: sentences, and how many words are owed when it is applied."""

    changes: bool
    lines: tuple[str, ...]
    told: int = 0


def read_again(store: Store, described: AgencyFile, now: datetime, apply: bool) -> Read:
    """Looks at what the files would change, or applies it.

    Raises ValueError, in a sentence, when the files describe another agency or zone, or when a deadline, or
    the office itself, would be left without an open day.
    """
    with store.transaction() as db:
        agency = agency_of(db)
        if agency is None:
            raise ValueError("The database has no agency yet. Run replyby seed.")
        db.refresh(agency, with_for_update=True)
        _check(agency, described)
        before, was = calendars_by_department(db), calendar_of(db)
        look = db.begin_nested()
        lines = _alter(db, agency, described.calendar(), was.today(now))
        found = _reckoned(db, before, now)
        changes = bool(lines)
        lines += _spoken(db, found, was) if changes else []
        if not (apply and changes):
            look.rollback()
            return Read(changes, tuple(lines))
        change = {"what": "files", "where": agency.name}
        told_to = carry_out(db, found, by=_signing(db), now=now, said=SAID, change=change, told_by=None)
        look.commit()
        audit.append(db, now, audit.COMMAND_LINE, "calendar", "applied", about="agency")
        return Read(changes, tuple(lines), told_to)


def over_midnight(week: Week) -> list[str]:
    """A sentence about the hours that end on the next day, which a slip of the pen makes of "17:00-8:00"."""
    late = [
        (name, [one for one in spans if one[1] > DAY]) for name, spans in zip(WEEKDAYS, week, strict=True)
    ]
    named = [f"{name} {spoken_spans(tuple(spans))}" for name, spans in late if spans]
    if not named:
        return []
    return [
        f"These hours run over midnight, into the next day: {', '.join(named)}. If that is not meant, mend "
        "agency.toml; replyby calendar reads it again."
    ]


def _check(agency: Agency, described: AgencyFile) -> None:
    if described.name != agency.name:
        raise ValueError(
            f"The database holds {agency.name}, and the files describe {described.name}. "
            "Say --agency FOLDER, and keep the name as it is stored."
        )
    if described.zone != agency.zone:
        raise ValueError(
            f"The database is in the zone {agency.zone}, and the files say {described.zone}. "
            "The zone of an agency that has deadlines cannot be changed."
        )


def _alter(db: Session, agency: Agency, wanted: Calendar, today: date) -> list[str]:
    """Changes the rows; what that changes, in sentences."""
    lines = []
    week, first, last = read_week(agency.week), agency.first, agency.last
    if (first, last) != (wanted.first, wanted.last):
        lines.append(f"Days known: {first} to {last} before, {wanted.first} to {wanted.last} now.")
    if week != wanted.week:
        lines.append(f"Hours: {spoken_week(week)} before, {spoken_week(wanted.week)} now.")
    agency.week, agency.first, agency.last = write_week(wanted.week), wanted.first, wanted.last
    db.add(agency)
    there = {_closure(row): row for row in db.exec(_from_files())}
    closed = dict.fromkeys(wanted.closures)
    gone, added = [one for one in there if one not in closed], [one for one in closed if one not in there]
    for one in gone:
        db.delete(there[one])
    for one in added:
        db.add(ClosureDay(day=one.day, name=one.name, start=one.start, end=one.end))
    # One that was taken back in chat stays taken back, so it is not spoken of.
    lines += _listed("Closures that are new", [_named(one) for one in sorted(added, key=_order)])
    lines += _listed("Closures that are gone", [_named(one) for one in sorted(gone, key=_order)])
    going_on = recurring.continued(db, last, wanted.last, today)
    lines += _listed("Closures of every year", [_named(_closure(row)) for row in going_on])
    return lines


def _from_files() -> Any:
    """The rows that came from files; those that were put in chat say when."""
    query = select(ClosureDay).where(
        col(ClosureDay.put_at).is_(None), col(ClosureDay.department_id).is_(None)
    )
    return query.order_by(col(ClosureDay.day), col(ClosureDay.id))


def _closure(row: ClosureDay) -> Closure:
    return Closure(row.day, row.name, row.start, row.end)


def _order(one: Closure) -> tuple[date, int, str]:
    return one.day, one.start or 0, one.name


def _named(one: Closure) -> str:
    hours = (
        f" {spoken_spans(((one.start, one.end),))}" if one.start is not None and one.end is not None else ""
    )
    return f"{one.day:%a} {one.day}{hours} {one.name}"


def _reckoned(db: Session, before: dict[int, Calendar], now: datetime) -> Moves:
    put_in_force(db, now)
    for calendar, _ in in_use(db):
        calendar.open_day(calendar.today(now), 0)
    try:
        return moves(db, list(before), now, before)
    except CannotMove as error:
        raise ValueError(f"{error.number} could not be reckoned then: {error}") from error


def _spoken(db: Session, found: Moves, was: Calendar) -> list[str]:
    """What moves and what stays, in sentences."""

    def clock(instant: str) -> str:
        return f"{was.local(datetime.fromisoformat(instant)):%a %Y-%m-%d %H:%M %Z}"

    def line(one: dict[str, Any]) -> str:
        moved = f"{clock(one['was'])} before, {clock(one['due'])} now" if "was" in one else clock(one["due"])
        return f"{one['number']} {one['customer']}, with {one['owner']['name']}: {moved}"

    shifted, promises = told(db, found)
    return [
        *_listed("Deadlines that move", list(map(line, shifted))),
        *_listed("Promised or needed when the office is closed", list(map(line, promises))),
        *_listed(
            "Deadlines that stay, as less than an hour would be left", list(map(line, staying(db, found)))
        ),
        f"Unchanged: {found.kept}. Past due, and staying so: {found.overdue}.",
    ]


def _listed(title: str, lines: list[str]) -> list[str]:
    more = len(lines) - LONGEST_LIST
    shown = [f"  {line}" for line in lines[:LONGEST_LIST]] + ([f"  and {more} more"] if more > 0 else [])
    return [f"{title}: {len(lines)}", *shown] if lines else []


def _signing(db: Session) -> Staff:
    """Whose name stands in the histories: an administrator's, as nobody speaks at the command line."""
    everyone = db.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.id))).all()
    ranks = [Role.ADMIN, Role.SUPERVISOR, Role.STAFF]
    return min(everyone, key=lambda one: ranks.index(one.role))
