"""Taking back a standard that is planned, or that was adopted today by a slip (R7, R9)."""

from collections.abc import Sequence

from handlers.adopting import base_of
from handlers.asking import Facts, Hearing, Refusal, Reply
from handlers.reading import clauses, day
from handlers.standard_facts import held_title, in_department, of_plan, planned, read_standard, undo_choice
from handlers.standards import who_heard, words_about
from models import outbox
from models.adopting import Adoption, adoptions, in_force

UNDO = "/desk standard undo [DAY]"


def undo(hearing: Hearing, rest: str) -> Reply:
    """Takes back what is planned from a day on, or was adopted today; who had heard of it hears so.

    What was logged meanwhile keeps its clocks.
    """
    parts = clauses(rest, first=("for",), last=("from",))
    hearing = in_department(hearing, parts.get("for"), UNDO)
    hearing.db.refresh(hearing.department, with_for_update=True)
    said = parts.get("from") or parts[""]
    open_ = [*_of_today(hearing), *planned(hearing)]
    wanted = day(hearing, said) if said else None
    found = [one for one in open_ if wanted in (one.first, None)]
    if len({one.first for one in found}) != 1:
        firsts = list({one.first: one for one in open_}.values())
        choices = tuple(undo_choice(hearing, one) for one in firsts[:5])
        raise Refusal(
            "standard_which_plan",
            choices,
            wanted=wanted.isoformat() if wanted else None,
            begun=bool(wanted and wanted <= hearing.today),
            planned=[of_plan(hearing, one) for one in open_],
            department=hearing.department.name,
            holds=held_title(hearing),
        )
    back = found[-1]
    back.ended_at = hearing.now
    hearing.db.add(back)
    hearing.db.flush()
    outbox.take_back(hearing.db, words_about(hearing, back), hearing.now, "standard taken back")
    facts: Facts = {
        **of_plan(hearing, back),
        "department": hearing.department.name,
        "holds": read_standard(hearing, back.first).title,
        "undone_by": hearing.speaker.name,
        "begun": back.first <= hearing.today,
    }
    heard = who_heard(hearing, back)
    for recipient in heard:
        hearing.owe(f"standard_taken_back:{back.id}:{recipient}", recipient, "standard_not_coming", facts)
    plans = planned(hearing)
    built = _built_on(hearing, back, plans)
    return Reply(
        "standard_taken_back",
        {
            **facts,
            "told": len(heard),
            "planned": [of_plan(hearing, one) for one in plans if one not in built],
            "built_on": [of_plan(hearing, one) for one in built],
        },
        tuple(undo_choice(hearing, one) for one in built[:5]),
    )


def _of_today(hearing: Hearing) -> list[Adoption]:
    """What began today and was adopted today: a slip, perhaps; of what began before, much has come."""
    return [
        one
        for one in adoptions(hearing.db, hearing.department)
        if one.first == hearing.today == hearing.calendar.today(one.adopted_at)
    ]


def _built_on(hearing: Hearing, back: Adoption, plans: Sequence[Adoption]) -> list[Adoption]:
    """The later plans that were made upon the one taken back, and bring its base or its rules in again."""
    holding = in_force(hearing.db, hearing.department, back.first)
    base = back.base if back.base != base_of(hearing, holding) else None
    own = [one for one in back.rules if one not in (holding.rules if holding else [])]
    return [
        one
        for one in plans
        if one.first > back.first
        and one.version > back.version
        and (one.base == base or any(rule in one.rules for rule in own))
    ]
