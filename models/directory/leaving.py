"""What those who leave had: nothing of it is lost, and somebody has to take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from models.absence import Absence, who_covers
from models.directory.changes import Difference
from models.directory.known import Person
from models.inquiry import Inquiry, State
from models.staff import Staff

MOST_NAMED = 5


@dataclass(frozen=True)
class Leaver:
    """owns: numbers of inquiries that are not closed, at most MOST_NAMED, of so many (`inquiries`).

    hears: who is told of them from now on, when somebody is there. reports: who reports to them, and stays.
    covers: the absences for which they are named, as (who is away, first day, last day).
    """

    person: Person
    inquiries: int
    owns: tuple[str, ...]
    hears: str | None
    reports: tuple[str, ...]
    covers: tuple[tuple[str, date, date], ...]


def leavers(db: Session, found: Difference, today: date) -> list[Leaver]:
    """Those whom the difference deactivates, before it is stored."""
    gone = [one.before for one in found.leaving]
    numbers = {one.id or 0 for one in gone}
    owned = _owned(db, numbers)
    reports = _reports(found, gone)
    covers = _covers(db, numbers, today)
    made = []
    for one in gone:
        number = one.id or 0
        count, some = owned.get(number, (0, ()))
        cover = who_covers(db, db.get_one(Staff, number), today, refused=numbers) if count else None
        made.append(
            Leaver(
                one,
                count,
                some,
                cover.name if cover else None,
                tuple(reports.get(one.handle, ())),
                tuple(covers.get(number, ())),
            )
        )
    return made


def _owned(db: Session, numbers: set[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
    place = func.row_number().over(partition_by=col(Inquiry.owner_id), order_by=col(Inquiry.id))
    each = (
        select(col(Inquiry.id).label("number"), col(Inquiry.owner_id).label("owner"), place.label("place"))
        .where(Inquiry.state != State.CLOSED)
        .subquery()
    )
    found: dict[int, tuple[int, tuple[str, ...]]] = {}
    for number, owner, nth in db.exec(
        select(each.c.number, each.c.owner, each.c.place).order_by(each.c.number)
    ):
        if owner in numbers:
            _, some = found.get(owner, (0, ()))
            found[owner] = (nth, (*some, f"INQ-{number}") if nth <= MOST_NAMED else some)
    return found


def _reports(found: Difference, gone: Sequence[Person]) -> dict[str, list[str]]:
    """Who reports to whom of them, as it will be."""
    handles = {one.handle for one in gone}
    people = [*found.staying, *found.new]
    reports: dict[str, list[str]] = {}
    for one in people:
        if one.supervisor in handles and one.supervisor is not None:
            reports.setdefault(one.supervisor, []).append(one.name)
    return reports


def _covers(db: Session, numbers: set[int], today: date) -> dict[int, list[tuple[str, date, date]]]:
    query = (
        select(Absence, Staff.name)
        .join(Staff, col(Staff.id) == col(Absence.staff_id))
        .where(
            col(Absence.ended_at).is_(None),
            col(Absence.last) >= today,
            col(Absence.alternate_id).is_not(None),
        )
        .order_by(col(Absence.first), col(Absence.id))
    )
    covers: dict[int, list[tuple[str, date, date]]] = {}
    for absence, name in db.exec(query):
        if absence.alternate_id in numbers and absence.staff_id not in numbers:
            covers.setdefault(absence.alternate_id or 0, []).append((name, absence.first, absence.last))
    return covers
