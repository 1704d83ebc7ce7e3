"""Trying a standard or a calendar on what was stored: what would have been due, beside what happened.

Nothing is written. A trial compares due dates with the history; under another rule people might have acted
otherwise. Compared are the clocks that a standard sets on receipt: no promise, no need of a customer's, and
nothing of a later reopening.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from models.adopting import standard_for
from models.calendar import Calendar
from models.calendars import calendar_of
from models.excuse import absences_since
from models.inquiry import Deadline, Event, Inquiry, ident
from models.instant import aware
from models.judging import History
from models.staff import Department
from models.standard import Rule, Standard
from models.verdict import Change, Side, Tally, Trial

Row = TypeVar("Row", Deadline, Event)

PAGE = 500  # inquiries that are held at a time


def replay(
    db: Session,
    department_ids: Sequence[int] | None,
    first: date,
    last: date,
    now: datetime,
    *,
    standards: Mapping[int, Standard] | None = None,
    calendars: Mapping[int, Calendar] | None = None,
    keep: int | None = None,
) -> Trial:
    """Judges what the departments (None: all) received on the office's days from `first` to `last`.

    `standards` and `calendars` are what is tried, by department; without the one each inquiry keeps the rules
    that it was counted by, without the other the calendar is the one in force. Of the inquiries that change
    side the first `keep` are kept (None: all). What the calendar does not know is counted apart. Raises
    ValueError for a naive `now`, LookupError in a database without an agency.
    """
    trial, now, office = Trial(first, last), aware(now), calendar_of(db)
    kept = {one: calendar_of(db, one) for one in _departments(db, department_ids)} | dict(calendars or {})
    rules, away = _Rules(db, office), absences_since(db, first)
    for page in _pages(db, _wanted(department_ids, first, last, office)):
        clocks, events = _by_inquiry(db, Deadline, page), _by_inquiry(db, Event, page)
        for one in page:
            history = History(one, clocks.get(ident(one), []), events.get(ident(one), []), away, now)
            calendar = kept[one.department_id]
            trial.extended += history.extended
            if standards is not None:
                tried = history.by(standards[one.department_id], calendar)
            else:
                tried = history.by_rules_kept(partial(rules.of, one), calendar)
            _enter(trial, one, history.as_it_was(), tried, office, keep)
    return trial


def size(db: Session, department_ids: Sequence[int] | None, first: date, last: date) -> int:
    """How many inquiries `replay` would judge."""
    wanted = _wanted(department_ids, first, last, calendar_of(db))
    return db.exec(select(func.count()).select_from(Inquiry).where(*wanted)).one()


def began(db: Session, department_ids: Sequence[int] | None) -> date | None:
    """The office's day on which the departments (None: all) received their first inquiry."""
    wanted = [] if department_ids is None else [col(Inquiry.department_id).in_(department_ids)]
    first = select(Inquiry).where(*wanted).order_by(col(Inquiry.received_at)).limit(1)
    inquiry = db.exec(first).first()
    return calendar_of(db).today(inquiry.received_at) if inquiry else None


def _enter(
    trial: Trial, inquiry: Inquiry, today: Side, tried: Side, office: Calendar, keep: int | None
) -> None:
    weekday = office.local(inquiry.received_at).weekday()
    for tally in (
        trial.all,
        trial.channels.setdefault(inquiry.channel, Tally()),
        trial.weekdays.setdefault(weekday, Tally()),
    ):
        tally.count(today, tried)
    if today.nearest is None or tried.nearest is None:
        return
    trial.earlier += tried.nearest < today.nearest
    trial.later += tried.nearest > today.nearest
    trial.same += tried.nearest == today.nearest
    if today.verdict is not tried.verdict:
        trial.changed_in_all += 1
        if keep is None or len(trial.changed) < keep:
            named = (inquiry.number, inquiry.customer, inquiry.channel, inquiry.received_at)
            trial.changed.append(Change(*named, today, tried))


def _departments(db: Session, department_ids: Sequence[int] | None) -> list[int]:
    if department_ids is not None:
        return list(department_ids)
    return [one for one in db.exec(select(Department.id)) if one is not None]


def _wanted(
    department_ids: Sequence[int] | None, first: date, last: date, office: Calendar
) -> list[ColumnElement[bool]]:
    """What makes an inquiry one of the trial's."""
    begin = office.midnight(first)
    end = office.midnight(last + timedelta(days=1))
    found: list[Any] = [col(Inquiry.received_at) >= begin, col(Inquiry.received_at) < end]
    if department_ids is not None:
        found.append(col(Inquiry.department_id).in_(department_ids))
    return found


def _pages(db: Session, wanted: Sequence[ColumnElement[bool]]) -> Iterator[list[Inquiry]]:
    """The inquiries in the order they were logged, a page at a time."""
    after = 0
    while True:
        query = select(Inquiry).where(*wanted, col(Inquiry.id) > after).order_by(col(Inquiry.id)).limit(PAGE)
        page = list(db.exec(query))
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = ident(page[-1])


def _by_inquiry(db: Session, table: type[Row], page: Sequence[Inquiry]) -> dict[int, list[Row]]:
    """The rows of a page's inquiries, in the order they came about: one query."""
    numbers = [ident(one) for one in page]
    found: dict[int, list[Row]] = {}
    for row in db.exec(select(table).where(col(table.inquiry_id).in_(numbers)).order_by(col(table.id))):
        found.setdefault(row.inquiry_id, []).append(row)
    return found


class _Rules:
    """The rules that stored clocks were counted by, each read once."""

    def __init__(self, db: Session, office: Calendar) -> None:
        self.db, self.office = db, office
        self._standards: dict[tuple[int, date], Standard] = {}
        self._read: dict[str, Rule] = {}

    def of(self, inquiry: Inquiry, clock: Deadline) -> Rule | None:
        """None when nobody knows any more (a clock from before rules were kept beside it)."""
        if clock.counted_by is not None:
            written = json.dumps(clock.counted_by, sort_keys=True)
            if written not in self._read:
                self._read[written] = Rule.model_validate(clock.counted_by)
            return self._read[written]
        key = (inquiry.department_id, self.office.today(inquiry.received_at))
        if key not in self._standards:
            department = self.db.get_one(Department, inquiry.department_id)
            self._standards[key] = standard_for(self.db, department, key[1])
        rules = self._standards[key].rules_for(inquiry.channel)
        return next((one for one in rules if one.id == clock.rule), None)
