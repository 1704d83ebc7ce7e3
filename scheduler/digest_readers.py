"""Whose digest has something to tell this morning: found for all of them at once, with a few statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models import outbox
from models.absence import not_in
from models.agency_file import Role
from models.calendars import office_day
from models.covering import covers_of
from models.digest import TEMPLATE, Span
from models.inquiry import Deadline, Inquiry
from models.missed import key, last_done_late, told_until
from models.preference import Preference
from models.staff import Staff
from models.team import answers_to
from models.turns import Turn

FEW = 500  # members; for so many, their own inquiries are read and not everybody's

_Person = tuple[int, int, int | None, Role]  # id, department, supervisor, role


def words_of(db: Session, mornings: Sequence[tuple[Turn, date]], now: datetime) -> list[dict[str, object]]:
    """The rows of those who are in, want it today, and have something to be told."""
    spans = [Span.of(turn.calendar, day) for turn, day in mornings]
    today = office_day(db, now)
    out = not_in(db, today)
    quiet = _quiet(db, {turn.calendar.today(now) for turn, _ in mornings})
    people = _people(db)
    owners = _owners({one for turn, _ in mornings for one in turn.members}, people, out)
    nearest = _nearest(db, max(span.ends for span in spans), owners)
    teams = _teams(people, nearest)
    late = _told_of_late(db, mornings, people, now)
    covers = covers_of(db, set(nearest) & out, today, out)
    words = []
    for (turn, day), span in zip(mornings, spans, strict=True):
        busy = {number for number, due in nearest.items() if due <= span.ends}
        told = busy | {cover.id for number, cover in covers.items() if number in busy}
        told |= {number for number, due in teams.items() if due <= span.today_ends}
        told = (told | late) - out
        words += [
            outbox.row(key(number, day), f"staff:{number}", TEMPLATE, {}, now=now, kind=TEMPLATE)
            for number in turn.members
            if number in told and (number, turn.calendar.today(now)) not in quiet
        ]
    return words


def _quiet(db: Session, days: Collection[date]) -> set[tuple[int, date | None]]:
    number, day = col(Preference.staff_id), col(Preference.quiet_on)
    return set(db.exec(select(number, day).where(day.in_(days))).all())


def _owners(members: set[int], people: Sequence[_Person], out: set[int]) -> set[int] | None:
    """Whose inquiries the members may be told of; None for everybody's."""
    above = any(number in members and role is not Role.STAFF for number, _, _, role in people)
    return None if above or len(members | out) > FEW else members | out


def _nearest(db: Session, until: datetime, owners: set[int] | None) -> dict[int, datetime]:
    """When the nearest running deadline of each owner is due, of those who have one up to then."""
    query = (
        select(Inquiry.owner_id, func.min(col(Deadline.due)))
        .join(Deadline, col(Deadline.inquiry_id) == col(Inquiry.id))
        .where(col(Deadline.ended_at).is_(None), col(Deadline.stopped_at).is_(None))
        .where(col(Deadline.due) <= until)
        .group_by(col(Inquiry.owner_id))
    )
    if owners is not None:
        query = query.where(col(Inquiry.owner_id).in_(owners))
    return dict(db.exec(query).all())


def _teams(people: Sequence[_Person], nearest: Mapping[int, datetime]) -> dict[int, datetime]:
    """The nearest deadline of those whom each supervisor and admin looks after, as people_of says."""
    by_department: dict[int, list[tuple[datetime, int]]] = {}
    by_supervisor: dict[int | None, list[tuple[datetime, int]]] = {}
    for number, department, above, _ in people:
        if number in nearest:
            by_department.setdefault(department, []).append((nearest[number], number))
            by_supervisor.setdefault(above, []).append((nearest[number], number))
    everybody = _first_two(one for ones in by_department.values() for one in ones)
    departments = {department: _first_two(ones) for department, ones in by_department.items()}
    found = {}
    for number, department, _, role in people:
        own = [*departments.get(department, []), *by_supervisor.get(number, [])]
        theirs = everybody if role is Role.ADMIN else own if role is Role.SUPERVISOR else []
        dues = [due for due, owner in theirs if owner != number]
        if dues:
            found[number] = min(dues)
    return found


def _told_of_late(
    db: Session, mornings: Sequence[tuple[Turn, date]], people: Sequence[_Person], now: datetime
) -> set[int]:
    """The supervisors and admins whose own people have done something late since their last digest."""
    above = {number: (department, role) for number, department, _, role in people if role is not Role.STAFF}
    asked = {one: (turn.calendar, day) for turn, day in mornings for one in turn.members if one in above}
    until = told_until(db, asked)
    if not until:
        return set()
    line = {number: (boss, role) for number, _, boss, role in people}
    ended = last_done_late(db, min(until.values()), now)
    found = set()
    for number, department, _, _ in people:
        if number not in ended:
            continue
        boss = answers_to(number, line)
        # Whoever answers to nobody is looked after by their department's, and by the admins.
        theirs = [
            one
            for one, (place, role) in above.items()
            if (one == boss if boss is not None else role is Role.ADMIN or place == department)
        ]
        found |= {one for one in theirs if one != number and one in until and ended[number] > until[one]}
    return found


def _people(db: Session) -> list[_Person]:
    """The active staff."""
    number, above = col(Staff.id), col(Staff.supervisor_id)
    query = select(number, col(Staff.department_id), above, col(Staff.role)).where(col(Staff.active))
    return [(one or 0, department, boss, role) for one, department, boss, role in db.exec(query)]


def _first_two(ones: Iterable[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """Of one of them at most the supervisor is the owner; then the other counts."""
    return sorted(ones)[:2]
