"""What can be said of a department's standard; and which department, from which day on."""

from dataclasses import replace
from datetime import date
from typing import Any

from handlers.asking import Choice, Facts, Hearing, Refusal
from handlers.counting import in_words
from handlers.reading import day, one_line, unquoted
from models.adopting import Adoption, adoptions, standard_for, standard_of
from models.agency_file import Role
from models.calendars import calendar_of
from models.count import Count
from models.staff import Staff, called, departments, ident
from models.standard import CHANNELS, DEFAULT, Rule, Standard


def in_department(hearing: Hearing, named: str | None, usage: str) -> Hearing:
    """The hearing as it is for the department named, with that one's calendar; admins may name any."""
    if named is None:
        return hearing
    said = one_line(unquoted(named)).casefold()
    every = departments(hearing.db)
    found = called(every, said)
    if found is None:
        raise Refusal(
            "standard_department", given=said[:60], departments=[one.name for one in every], usage=usage
        )
    if found.id != hearing.department.id and hearing.speaker.role is not Role.ADMIN:
        raise Refusal("standard_not_yours", department=found.name, own=hearing.department.name)
    return replace(hearing, department=found, calendar=calendar_of(hearing.db, ident(found)))


def suffix(hearing: Hearing) -> str:
    """What a button's words need to mean the same department."""
    if hearing.department.id == hearing.speaker.department_id:
        return ""
    name = hearing.department.name
    return f' for "{name}"' if "from" in name.casefold().split() else f" for {name}"


def first_day(hearing: Hearing, said: str | None) -> date:
    """The day from which on something holds; today when none is said. A past one is refused."""
    if said is None:
        return hearing.today
    first = day(hearing, said)
    if first < hearing.today:
        raise Refusal("standard_past", first=first.isoformat(), today=hearing.today.isoformat())
    return first


def starting(hearing: Hearing, first: date) -> str:
    """What a button's words need to mean the same department, from that day on."""
    return suffix(hearing) + (f" from {first.isoformat()}" if first > hearing.today else "")


def read_standard(hearing: Hearing, on: date) -> Standard:
    """The department's standard of that day; refuses a file that cannot be read any more."""
    try:
        return standard_for(hearing.db, hearing.department, on)
    except ValueError as error:
        raise unreadable(error) from error


def held_title(hearing: Hearing) -> str | None:
    """What the standard of today is called; None when its file cannot be read any more."""
    try:
        return standard_for(hearing.db, hearing.department, hearing.today).title
    except ValueError:
        return None


def unreadable(error: ValueError) -> Refusal:
    return Refusal("standard_unreadable", reason=str(error))


def of_version(hearing: Hearing, adopted: Adoption | None, kept: Standard) -> Facts:
    """The standard with who adopted it and since when; both None while the agency's file decides."""
    by = hearing.db.get_one(Staff, adopted.adopted_by_id) if adopted else None
    default = [one for one in CHANNELS if kept.rules_for(one)[0].id == DEFAULT]
    return {
        "department": hearing.department.name,
        "title": kept.title,
        "name": kept.name,
        "source": kept.source,
        "version": kept.version,
        "digest": kept.digest,
        "since": adopted.first.isoformat() if adopted else None,
        "by": by.name if by else None,
        "rules": [of_rule(one) for one in kept.rules],
        "reminders": [str(one) for one in kept.plan],
        "unnamed": {"channels": default, "rule": of_rule(kept.rules_for(default[0])[0])} if default else None,
    }


def of_rule(rule: Rule) -> dict[str, Any]:
    """A rule in words; `aim` is None when it is `due`."""
    unit = rule.count.unit
    aim, due = (in_words(Count.model_validate({unit: one})) for one in (rule.count.aim, rule.count.due))
    return {
        "id": rule.id,
        "citation": rule.citation,
        "channels": list(rule.channels),
        "says": rule.says,
        "kind": rule.kind,
        "count": in_words(rule.count),
        "aim": aim if aim != due else None,
        "due": due,
        "met_by": list(rule.met_by),
        "extension": in_words(rule.extension) if rule.extension else None,
        "extension_for": rule.extension_for,
        "excused_by": list(rule.excused_by),
    }


def planned(hearing: Hearing) -> list[Adoption]:
    """What is adopted for a day to come, the nearest first."""
    return [one for one in adoptions(hearing.db, hearing.department) if one.first > hearing.today]


def of_plan(hearing: Hearing, adopted: Adoption) -> Facts:
    """{"first", "title", "by", "own"}; `own` are the rules that the department has set by itself."""
    try:
        title = standard_of(hearing.department, adopted).title
    except ValueError:
        title = adopted.base  # its file cannot be read today
    return {
        "first": adopted.first.isoformat(),
        "title": title,
        "by": hearing.db.get_one(Staff, adopted.adopted_by_id).name,
        "own": [of_rule(Rule.model_validate(one)) for one in adopted.rules],
    }


def changes(before: Standard | None, after: Standard) -> list[dict[str, Any]]:
    """A line for each channel on which the rules differ: {"channel", "before", "after"}, each in words."""
    lines = []
    for channel in CHANNELS:
        was, now = (one.rules_for(channel) if one else () for one in (before, after))
        if [_core(one) for one in was] != [_core(one) for one in now]:
            lines.append(
                {
                    "channel": channel,
                    "before": [of_rule(one) for one in was],
                    "after": [of_rule(one) for one in now],
                }
            )
    return lines


def _core(rule: Rule) -> dict[str, Any]:
    return rule.model_dump(exclude={"channels", "citation", "says"})


def undo_choice(hearing: Hearing, plan: Adoption) -> Choice:
    """The button that takes a plan back."""
    return Choice(f"Take back {plan.first}", f"desk standard undo {plan.first}{suffix(hearing)}")
