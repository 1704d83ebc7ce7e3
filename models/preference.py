"""What a member of staff prefers: how long before a deadline to hear of it, a day of quiet, their digest.

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
    """`lead_minutes`: working minutes before a deadline, USUAL_LEAD if empty. `quiet_on`: a day of quiet.

    `digest_at`: minutes after midnight for the morning's list, the start of their day if empty; `digest_on`:
    whether they want it. `language`: a tag such as "es", the agency's if empty.
    """

    staff_id: int = Field(primary_key=True, foreign_key="staff.id")
    lead_minutes: int | None = None
    quiet_on: date | None = None
    digest_at: int | None = None
    digest_on: bool = True
    language: str | None = None


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


def preference_of(db: Session, staff_id: int) -> Preference | None:
    """None for whoever has never preferred anything."""
    return db.get(Preference, staff_id)


def is_quiet(db: Session, staff_id: int, day: date) -> bool:
    """Whether the member wants quiet on that day."""
    found = preference_of(db, staff_id)
    return found is not None and found.quiet_on == day


def prefer(db: Session, member: Staff, **values: Any) -> Preference:
    """Stores what the member prefers now: one or more columns of Preference by name."""
    number = ident(member)
    # Two asks may be the first of a member at once.
    insert_once(db, Preference, {"staff_id": number}, unique=("staff_id",))
    row = db.get_one(Preference, number, with_for_update=True)
    for name, value in values.items():
        setattr(row, name, value)
    db.add(row)
    return row
