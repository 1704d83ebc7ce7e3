"""Adopting a standard, setting rules of the department's own, and taking either back (R7, R9)."""

from collections.abc import Sequence
from datetime import date

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.reading import clauses, day, one_line, unquoted
from handlers.standard_facts import (
    changes,
    first_day,
    in_department,
    of_plan,
    of_rule,
    planned,
    read_standard,
    suffix,
    unreadable,
)
from handlers.standards import tell_choice, who_heard, words_about
from models import outbox
from models.adopting import Adoption, adopt, in_force, standard_for, standard_of
from models.staff import ident
from models.standard import Rule, Standard, load_standard, shipped

USE = "/desk standard use NAME [from DAY]"
UNDO = "/desk standard undo [DAY]"


def use(hearing: Hearing, rest: str) -> Reply:
    """Adopts a shipped standard, or what the agency's file names, without rules of the department's own."""
    hearing, said, first = begun(hearing, rest, USE)
    base = _base(hearing, said)
    holding, before = held_on(hearing, first)
    if not own_of(holding) and before and _loaded(base).digest == before.digest:
        raise already(hearing, before, first)
    return adopted(hearing, base, (), first)


def undo(hearing: Hearing, rest: str) -> Reply:
    """Takes back what is planned from a day on, when that has not begun; who had heard of it hears so."""
    parts = clauses(rest, first=("for",), last=("from",))
    hearing = in_department(hearing, parts.get("for"), UNDO)
    hearing.db.refresh(hearing.department, with_for_update=True)
    said = parts.get("from") or parts[""]
    plans = planned(hearing)
    wanted = day(hearing, said) if said else None
    found = [one for one in plans if wanted in (one.first, None)]
    if len({one.first for one in found}) != 1:
        choices = tuple(_undo_choice(hearing, one) for one in plans[:5])
        raise Refusal(
            "standard_which_plan",
            choices,
            wanted=wanted.isoformat() if wanted else None,
            begun=bool(wanted and wanted <= hearing.today),
            planned=[of_plan(hearing, one) for one in plans],
        )
    back = found[-1]
    back.ended_at = hearing.now
    hearing.db.add(back)
    outbox.take_back(hearing.db, words_about(hearing, back), hearing.now, "standard taken back")
    holds = read_standard(hearing, back.first)
    facts: Facts = {
        **of_plan(hearing, back),
        "department": hearing.department.name,
        "holds": holds.title,
        "undone_by": hearing.speaker.name,
    }
    heard = who_heard(hearing, back)
    for recipient in heard:
        hearing.owe(f"standard_taken_back:{back.id}:{recipient}", recipient, "standard_not_coming", facts)
    left = [of_plan(hearing, one) for one in planned(hearing)]
    return Reply("standard_taken_back", {**facts, "told": len(heard), "planned": left})


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
        tuple(_undo_choice(hearing, one) for one in plans[:3]),
        department=hearing.department.name,
        title=before.title,
        first=first.isoformat() if first > hearing.today else None,
        planned=[of_plan(hearing, one) for one in plans],
    )


def adopted(hearing: Hearing, base: str, rules: Sequence[Rule], first: date) -> Reply:
    """Stores the department's next version and shows what it changes."""
    db, (holding, before) = hearing.db, held_on(hearing, first)
    own = own_of(holding)
    version = adopt(db, hearing.department, base, rules, first, hearing.now, ident(hearing.speaker))
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
        "dropped": [of_rule(one) for one in own if one.channels not in [new.channels for new in rules]],
        "planned": [of_plan(hearing, one) for one in planned(hearing) if one.first > first],
    }
    choices = [tell_choice(hearing, first)]
    if first > hearing.today:
        choices.append(_undo_choice(hearing, version))
    return Reply("standard_adopted", facts, tuple(choices))


def _undo_choice(hearing: Hearing, plan: Adoption) -> Choice:
    return Choice(f"Take back {plan.first}", f"desk standard undo {plan.first}{suffix(hearing)}")
