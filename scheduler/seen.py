"""What rows that were claimed together are looked at by, read once for all of them."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import event
from sqlmodel import Session, col, select

from models.calendar import Calendar
from models.calendars import calendar_of, calendars_for, office_day
from models.inquiry import Deadline, Inquiry
from models.outbox import Owed
from models.staff import Staff
from scheduler.recipients import Recipients


class Seen:
    """Clocks, inquiries, people and calendars as they are in this transaction, at that moment."""

    def __init__(self, db: Session, now: datetime, rows: Sequence[Owed]) -> None:
        self.db, self.now = db, now
        self._recipients: dict[bool, Recipients] = {}
        self._hours: dict[int, Calendar] = {}
        self._desks: dict[int, Calendar] = {}
        self._held: list[object] = []
        # What many rows are looked at by is read once: a session forgets what nobody holds.
        event.listen(db, "loaded_as_persistent", lambda _, one: self._held.append(one))
        about = {row.deadline_id for row in rows if row.deadline_id is not None}
        clocks = db.exec(select(Deadline).where(col(Deadline.id).in_(about))).all() if about else []
        theirs = {clock.inquiry_id for clock in clocks}
        inquiries = db.exec(select(Inquiry).where(col(Inquiry.id).in_(theirs))).all() if theirs else []
        people = {row.staff_id for row in rows} | {one.owner_id for one in inquiries}
        self._people = {one for one in people if one is not None}
        self._held += [*db.exec(select(Staff).where(col(Staff.id).in_(self._people)))]

    def clock(self, row: Owed) -> Deadline:
        """The clock that a word about a deadline is about."""
        return self.db.get_one(Deadline, row.deadline_id)

    def inquiry(self, row: Owed) -> Inquiry:
        """The inquiry that a word about a deadline is about."""
        return self.db.get_one(Inquiry, self.clock(row).inquiry_id)

    def hours(self, staff_id: int) -> Calendar:
        """The member's own working time."""
        if staff_id not in self._hours:
            self._hours |= calendars_for(self.db, {*self._people, staff_id})
        return self._hours[staff_id]

    def desk(self, department_id: int) -> Calendar:
        """The calendar that inquiries of the department go by."""
        if department_id not in self._desks:
            self._desks[department_id] = calendar_of(self.db, department_id)
        return self._desks[department_id]

    @cached_property
    def today(self) -> date:
        """The day at the office."""
        return office_day(self.db, self.now)

    def recipients(self, *, mail: bool) -> Recipients:
        """Who is to be told today."""
        if mail not in self._recipients:
            self._recipients[mail] = Recipients(self.db, self.today, mail=mail)
        return self._recipients[mail]
