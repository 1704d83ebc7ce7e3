"""The department's standard: what it says, and telling the staff (R7, R9)."""

from datetime import date

from sqlmodel import col, select

from handlers.asking import Choice, Facts, Hearing, Reply
from handlers.reading import clauses, nothing_more
from handlers.standard_facts import (
    first_day,
    in_department,
    of_plan,
    of_version,
    planned,
    read_standard,
    starting,
    suffix,
)
from models import outbox
from models.adopting import Adoption, in_force
from models.agency_file import Role
from models.staff import ident, members


def standard(hearing: Hearing, rest: str) -> Reply:
    """The department's standard as it stands today, and what is planned."""
    parts = clauses(rest, first=("for",), last=())
    usage = "/inquiry standard"
    nothing_more(parts[""], usage)
    hearing = in_department(hearing, parts.get("for"), usage)
    kept = read_standard(hearing, hearing.today)
    facts: Facts = {
        **of_version(hearing, in_force(hearing.db, hearing.department, hearing.today), kept),
        "planned": [of_plan(hearing, one) for one in planned(hearing)],
    }
    choices = (tell_choice(hearing, hearing.today),) if hearing.speaker.role is not Role.STAFF else ()
    return Reply("standard_shown", facts, choices)


def tell(hearing: Hearing, rest: str) -> Reply:
    """Owes each colleague in the department the standard, once a version; with a day, the one of that day."""
    usage = "/desk standard tell [from DAY]"
    parts = clauses(rest, first=("for",), last=("from",))
    nothing_more(parts[""], usage)
    hearing = in_department(hearing, parts.get("for"), usage)
    first = first_day(hearing, parts.get("from"))
    # Two who tell at once, or an adoption meanwhile, wait for one another.
    hearing.db.refresh(hearing.department, with_for_update=True)
    kept, adopted = read_standard(hearing, first), in_force(hearing.db, hearing.department, first)
    facts: Facts = {
        **of_version(hearing, adopted, kept),
        "teller": hearing.speaker.name,
        "starts": adopted.first.isoformat() if adopted and adopted.first > hearing.today else None,
    }
    others = [one for one in members(hearing.db, ident(hearing.department)) if one.id != hearing.speaker.id]
    begins = f"{words_about(hearing, adopted)}{kept.digest}:"
    written = select(outbox.Owed.key).where(col(outbox.Owed.key).startswith(begins, autoescape=True))
    there = set(hearing.db.exec(written))
    new = [one for one in others if f"{begins}{one.id}" not in there]
    for one in new:
        hearing.owe(f"{begins}{one.id}", outbox.to_staff(one), "standard_told", facts)
    return Reply(
        "standard_tells",
        {
            "department": hearing.department.name,
            "title": kept.title,
            "starts": facts["starts"],
            "told": len(new),
            "knew": len(others) - len(new),
        },
        (Choice("Show", f"desk standard{suffix(hearing)}"),),
    )


def words_about(hearing: Hearing, adopted: Adoption | None) -> str:
    """How the keys of words about one version begin; 0 is what the agency's file has."""
    return f"standard:{hearing.department.id}:{adopted.id if adopted else 0}:"


def who_heard(hearing: Hearing, adopted: Adoption) -> list[str]:
    """Whom the department has sent words about this version, or is sending them now."""
    rows = hearing.db.exec(
        select(outbox.Owed.recipient)
        .where(
            col(outbox.Owed.key).startswith(words_about(hearing, adopted), autoescape=True),
            col(outbox.Owed.state).in_((outbox.Sending.SENT, outbox.Sending.SENDING)),
        )
        .order_by(col(outbox.Owed.id))
    )
    return list(dict.fromkeys(rows))


def tell_choice(hearing: Hearing, first: date) -> Choice:
    return Choice("Tell the department", f"desk standard tell{starting(hearing, first)}")
