"""What a member of staff prefers: how long before a deadline to hear of it, and a day of quiet.

Nobody can silence what is due now, or what is past due.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, or_, select

from models.staff import Staff, ident
from models.store import insert_once

USUAL_LEAD = 4 * 60  # working minutes before a deadline
# What waits on a day of quiet: the reminder that comes before a deadline, and what they asked for themselves.
QUIETED = ("due_soon", "asked")


class Preference(SQLModel, table=True):
    """`lead_minutes`: working minutes before a deadline, USUAL_LEAD if empty. `quiet_on`: a day of quiet."""

    staff_id: int = Field(primary_key=True, foreign_key="staff.id")
    lead_minutes: int | None = None
    quiet_on: date | None = None


@dataclass(frozen=True)
class Wishes:
    """What all the staff prefer. `leads`: working minutes by staff id. `quiet`: who has quiet on the day."""

    leads: Mapping[int, int]
    quiet: frozenset[int]

    @classmethod
    def on(cls, db: Session, day: date) -> "Wishes":
        lead, quiet_on = col(Preference.lead_minutes), col(Preference.quiet_on)
        query = select(Preference.staff_id, lead, quiet_on).where(or_(lead.is_not(None), quiet_on == day))
        rows = list(db.exec(query))
        return cls(
            {number: minutes for number, minutes, _ in rows if minutes is not None},
            frozenset(number for number, _, quiet in rows if quiet == day),
        )

    def lead(self, staff_id: int) -> int:
        return self.leads.get(staff_id, USUAL_LEAD)

    @property
    def longer(self) -> list[int]:
        """The ids of those who want to hear earlier than usual."""
        return sorted(one for one, lead in self.leads.items() if lead > USUAL_LEAD)

    @property
    def longest(self) -> int:
        return max((USUAL_LEAD, *self.leads.values()))


def preference_of(db: Session, staff_id: int) -> Preference | None:
    """None for whoever has never preferred anything."""
    return db.get(Preference, staff_id)


def leads_in_use(db: Session) -> list[int]:
    """Every number of working minutes that somebody is reminded before a deadline, the usual one too."""
    own = select(Preference.lead_minutes).where(col(Preference.lead_minutes).is_not(None)).distinct()
    return sorted({USUAL_LEAD, *(one for one in db.exec(own) if one is not None)})


def is_quiet(db: Session, staff_id: int, day: date) -> bool:
    """Whether the member wants quiet on that day."""
    found = preference_of(db, staff_id)
    return found is not None and found.quiet_on == day


def prefer(db: Session, member: Staff, **values: Any) -> Preference:
    """Stores what the member prefers now: `lead_minutes` or `quiet_on`."""
    number = ident(member)
    # Two asks may be the first of a member at once.
    insert_once(db, Preference, {"staff_id": number}, unique=("staff_id",))
    row = db.get_one(Preference, number, with_for_update=True)
    for name, value in values.items():
        setattr(row, name, value)
    db.add(row)
    return row
