"""Adopting a standard, and setting rules of the department's own (R7, R9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.asking import Facts, Hearing, Refusal, Reply
from handlers.reading import clauses, one_line, unquoted
from handlers.standard_facts import (
    changes,
    first_day,
    in_department,
    of_plan,
    of_rule,
    planned,
    undo_choice,
    unreadable,
)
from handlers.standards import tell_choice, words_about
from models import outbox
from models.adopting import Adoption, adopt, in_force, standard_for, standard_of
from models.staff import ident
from models.standard import Rule, Standard, load_standard, shipped

USE = "/desk standard use NAME [from DAY]"


def use(hearing: Hearing, rest: str) -> Reply:
    """Adopts a shipped standard, or what the agency's file names, without rules of the department's own."""
    hearing, said, first = begun(hearing, rest, USE)
    base = _base(hearing, said)
    holding, before = held_on(hearing, first)
    if not own_of(holding) and before and _loaded(base).digest == before.digest:
        raise already(hearing, before, first)
    return adopted(hearing, base, (), first, ())


def begun(hearing: Hearing, rest: str, usage: str) -> tuple[Hearing, str, date]:
    """The hearing for the department named, the words without their clauses, and the first day.

    The department is locked: versions are numbered, and compared with those before, one at a time.
    """
    parts = clauses(rest, first=("for",), last=("from",))
    hearing = in_department(hearing, parts.get("for"), usage)
    first = first_day(hearing, parts.get("from"))
    hearing.db.refresh(hearing.department, with_for_update=True)
    return hearing, one_line(unquoted(parts[""])), first


def _base(hearing: Hearing, said: str) -> str:
    """The shipped name, or the department's entry in the agency's file, that the words mean."""
    wanted = said.casefold()
    offered = {name: load_standard(name) for name in shipped()}
    for name, one in offered.items():
        if wanted in (name, name.replace("-", " "), one.title.casefold()):
            return name
    file = hearing.department.standard
    try:
        own = load_standard(file)
    except ValueError as error:
        if wanted == "file":
            raise unreadable(error) from error
    else:
        if wanted in ("file", own.name.casefold(), own.title.casefold()):
            return file
        offered = {**offered, "file": own}
    known = [{"name": name, "title": one.title} for name, one in offered.items()]
    raise Refusal("standard_unknown", given=said[:60], known=known, usage=USE)


def _loaded(base: str) -> Standard:
    try:
        return load_standard(base)
    except ValueError as error:
        raise unreadable(error) from error


def held_on(hearing: Hearing, first: date) -> tuple[Adoption | None, Standard | None]:
    """What holds on that day until now. No standard when its file cannot be read: no reason to keep it."""
    try:
        before = standard_for(hearing.db, hearing.department, first)
    except ValueError:
        before = None
    return in_force(hearing.db, hearing.department, first), before


def base_of(hearing: Hearing, holding: Adoption | None) -> str:
    """What a version's own rules are set over."""
    return holding.base if holding else hearing.department.standard


def own_of(holding: Adoption | None) -> tuple[Rule, ...]:
    """The rules of the department's own in a version; none while the agency's file decides."""
    return tuple(Rule.model_validate(one) for one in holding.rules) if holding else ()


def already(hearing: Hearing, before: Standard, first: date) -> Refusal:
    """The kind answer to who asks for what holds on that day anyway."""
    plans = planned(hearing)
    return Refusal(
        "standard_already",
        tuple(undo_choice(hearing, one) for one in plans[:3]),
        department=hearing.department.name,
        title=before.title,
        first=first.isoformat() if first > hearing.today else None,
        planned=[of_plan(hearing, one) for one in plans],
    )


def adopted(
    hearing: Hearing, base: str, rules: Sequence[Rule], first: date, reminders: Sequence[str] | None = None
) -> Reply:
    """Stores the department's next version and shows what it changes.

    reminders: the department's own plan from then on; None leaves the one that it has.
    """
    db, (holding, before) = hearing.db, held_on(hearing, first)
    own = own_of(holding)
    if reminders is None:
        reminders = holding.reminders if holding else ()
    who = ident(hearing.speaker)
    version = adopt(db, hearing.department, base, rules, first, hearing.now, who, reminders)
    try:
        after = standard_of(hearing.department, version)
    except ValueError as error:
        raise unreadable(error) from error
    since = max(holding.first, hearing.today) if holding else hearing.today
    if first <= since:
        # It holds on no day any more, so nobody shall hear of it.
        outbox.take_back(db, words_about(hearing, holding), hearing.now, "another standard adopted")
    facts: Facts = {
        "department": hearing.department.name,
        "title": after.title,
        "source": after.source,
        "version": after.version,
        "digest": after.digest,
        "first": first.isoformat() if first > hearing.today else None,
        "by": hearing.speaker.name,
        "changes": changes(before, after),
        "reminders": [str(one) for one in after.plan],
        "reminds_otherwise": before is None or before.plan != after.plan,
        "dropped": [of_rule(one) for one in own if one.channels not in [new.channels for new in rules]],
        "planned": [of_plan(hearing, one) for one in planned(hearing) if one.first > first],
    }
    undo_it = replace(undo_choice(hearing, version), label="Undo")
    return Reply("standard_adopted", facts, (tell_choice(hearing, first), undo_it))
