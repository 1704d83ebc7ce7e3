"""Who covers for many at once: the same as models/absence.py says of each, with a few statements for all."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, select

from models.absence import Absence, who_covers
from models.staff import Staff

AT_ONCE = 500  # ids in one statement


def covers_of(db: Session, gone: Collection[int], day: date, out: Collection[int]) -> dict[int, Staff]:
    """Who covers on the day for each of these who are not in; who is covered by nobody is left out.

    `out`: all who are not in on the day, as `not_in` says.
    """
    if not gone:
        return {}
    named = _alternates(db, gone, day)
    people = with_those_above(db, {*gone, *named.values()})
    found = {}
    for number in sorted(gone):
        alternate = people.get(named.get(number, 0))
        line = [*([alternate] if alternate else []), *_above(people, number)]
        cover = next((one for one in line if one.active and one.id not in out), None)
        # Beyond their own line there are the department and the admins.
        cover = cover or who_covers(db, people[number], day, out=out)
        if cover is not None:
            found[number] = cover
    return found


def _alternates(db: Session, gone: Collection[int], day: date) -> dict[int, int]:
    there = (col(Absence.ended_at).is_(None), col(Absence.first) <= day, col(Absence.last) >= day)
    found: dict[int, int | None] = {}
    for ids in _chunks(gone):
        query = select(Absence.staff_id, Absence.alternate_id).where(col(Absence.staff_id).in_(ids), *there)
        for number, alternate in db.exec(query.order_by(col(Absence.first))):
            found.setdefault(number, alternate)
    return {number: alternate for number, alternate in found.items() if alternate is not None}


def with_those_above(db: Session, wanted: Collection[int]) -> dict[int, Staff]:
    """These and all their supervisors, one statement a step up."""
    people: dict[int, Staff] = {}
    ids = set(wanted)
    while ids:
        for chunk in _chunks(ids):
            people |= {one.id or 0: one for one in db.exec(select(Staff).where(col(Staff.id).in_(chunk)))}
        ids = {one.supervisor_id for one in people.values() if one.supervisor_id} - set(people)
    return people


def _above(people: dict[int, Staff], number: int) -> list[Staff]:
    line, seen, above = [], {number}, people[number].supervisor_id
    while above is not None and above not in seen:
        seen.add(above)
        line.append(people[above])
        above = people[above].supervisor_id
    return line


def _chunks(ids: Collection[int]) -> list[list[int]]:
    every = sorted(ids)
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]
