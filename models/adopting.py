"""Which standard a department keeps, from which day on, and who said so (R7, R9).

An adoption is a version: dated, signed, never changed. What was received before its first day keeps the
standard of that day.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import Instant
from models.count import Count
from models.staff import Department
from models.standard import Kind, Rule, Standard, load_standard

_CALLED = {
    "email": "E-mail",
    "call": "A call",
    "voicemail": "A voicemail",
    "walk-in": "A walk-in",
    "letter": "A letter",
    "form": "A form",
    "chat": "A chat message",
}


class Adoption(SQLModel, table=True):
    """From `first` on the department keeps `base` (a shipped name or a file), with its own `rules` over it.

    `reminders` is its own plan of reminders (models/plan.py), empty for that of the base. `version` counts
    the department's adoptions. Taken back when `ended_at` is set.
    """

    id: int | None = Field(default=None, primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    version: int
    base: str
    rules: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    reminders: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    first: date
    adopted_at: datetime = Field(sa_type=Instant)
    adopted_by_id: int = Field(foreign_key="staff.id")
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


# Built once: every inquiry that is logged asks for it.
_HOLD = (
    select(Adoption)
    .where(col(Adoption.department_id) == bindparam("department"), col(Adoption.ended_at).is_(None))
    .order_by(col(Adoption.first), col(Adoption.id))
)


def adoptions(db: Session, department: Department) -> list[Adoption]:
    """The department's adoptions that hold, by their first day; of one day the newest last."""
    return list(db.execute(_HOLD, {"department": department.id}).scalars())


def in_force(db: Session, department: Department, day: date) -> Adoption | None:
    """The adoption that holds on the day; None while the department keeps what its file says."""
    begun = [one for one in adoptions(db, department) if one.first <= day]
    return begun[-1] if begun else None


def standard_for(db: Session, department: Department, day: date) -> Standard:
    """The standard of what the department receives on the day. Raises ValueError as `load_standard` does."""
    adopted = in_force(db, department, day)
    return standard_of(department, adopted) if adopted else load_standard(department.standard)


def standard_of(department: Department, adopted: Adoption) -> Standard:
    """The standard that an adoption comes to. Raises ValueError as `load_standard` does."""
    rules = [Rule.model_validate(one) for one in adopted.rules]
    kept = with_own_rules(department, load_standard(adopted.base), rules, adopted.version)
    return kept.model_copy(update={"reminders": tuple(adopted.reminders)}) if adopted.reminders else kept


def with_own_rules(department: Department, base: Standard, rules: Sequence[Rule], version: int) -> Standard:
    """The department's own rules, and the base's on the channels that they leave (R7)."""
    if not rules:
        return base
    own = Standard(
        name=department.name,
        title=f"Own standard of {department.name}, over {base.title}",
        source=base.source,
        version=version,
        extends=base.name,
        rule=tuple(rules),
    )
    return own.over(base)


def own_rules(
    department: str, channels: Sequence[str], count: Count, kind: Kind, who: str, day: date
) -> tuple[Rule, ...]:
    """What a department sets by itself: a rule a channel, signed and dated (R7, R9).

    department and who are names, day is the day it was set. kind "respond" is met by an acknowledgement that
    gives a time, too. Raises ValueError for a word that is no channel.
    """
    met_by = ("answer",) if kind == "answer" else ("answer", "acknowledgement")
    gets = "an answer" if kind == "answer" else "a response"
    on = ", on open days" if count.unit == "clock_hours" else ""
    return tuple(
        Rule.model_validate(
            {
                "id": f"R7-{channel}",
                "citation": f"{department}, set by {who} on {day.isoformat()} (R7, FED L3 (3); SJ dept. 6a)",
                "says": f"{_CALLED.get(channel, channel)} gets {gets} within {count}{on}.",
                "channels": (channel,),
                "kind": kind,
                "count": count,
                "met_by": met_by,
            }
        )
        for channel in channels
    )


def over_own(rules: Sequence[Rule], new: Sequence[Rule]) -> tuple[Rule, ...]:
    """The department's own rules with new ones in the place of those on the same channels."""
    taken = {channel for one in new for channel in one.channels}
    return (*(one for one in rules if not taken & set(one.channels)), *new)


def adopt(
    db: Session,
    department: Department,
    base: str,
    rules: Sequence[Rule],
    first: date,
    now: datetime,
    by_id: int,
    reminders: Sequence[str] = (),
) -> Adoption:
    """Stores the department's next version. reminders: its own plan, if it has one."""
    made = select(Adoption).where(Adoption.department_id == department.id)
    adopted = Adoption(
        department_id=department.id or 0,
        version=len(db.exec(made).all()) + 1,
        base=base,
        rules=[one.model_dump(mode="json", exclude_none=True) for one in rules],
        reminders=list(reminders),
        first=first,
        adopted_at=now,
        adopted_by_id=by_id,
    )
    db.add(adopted)
    db.flush()
    return adopted
