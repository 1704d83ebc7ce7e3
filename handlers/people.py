"""Colleagues to choose from: a menu where the agency, or the department, is small enough for one."""

from handlers.asking import Hearing
from handlers.form import Field, Kind, Option
from handlers.reading import called
from models.staff import Staff, by_name, everybody

MOST = 100  # Slack's menus hold no more


def choice_of(
    hearing: Hearing, name: str, label: str, value: str, hint: str, but: Staff | None = None
) -> Field:
    """A field that may stay empty. value: as the person is typed. but: who is not offered."""
    people = everybody(hearing.db)
    if len(people) > MOST:
        # A menu of the department alone would leave all others out.
        return Field(name, label, value=value, hint=f"{hint}. A name or an e-mail address", optional=True)
    options = tuple(
        Option(called(one), f"{one.name} (you)" if one.id == hearing.speaker.id else one.name)
        for one in people
        if but is None or one.id != but.id
    )
    if value and value not in [one.value for one in options]:
        # Somebody of another department, or who was named in another way.
        options = (*options[: MOST - 1], Option(value, _named(hearing, value)))
    return Field(name, label, Kind.CHOICE, value, hint, True, options)


def _named(hearing: Hearing, value: str) -> str:
    found = by_name(hearing.db, value)
    return found[0].name if len(found) == 1 else value
