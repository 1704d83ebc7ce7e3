"""What the settings' variables are called, and how a fault is told by their names."""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import AliasChoices, ValidationError
from pydantic.fields import FieldInfo

Fields = Mapping[str, FieldInfo]


def names(field: FieldInfo) -> list[str]:
    """The variables that a field is read from, the usual one first."""
    alias = field.validation_alias
    return [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]


def stranger(fields: Fields, name: str) -> str | None:
    """A sentence about a variable that looks like ours and is not: such a slip would be silent otherwise."""
    ours = {_bare(one): one for field in fields.values() for one in reversed(names(field))}
    if any(name in names(field) for field in fields.values()):
        return None
    if not name.upper().startswith("REPLYBY_") and _bare(name) not in ours:
        return None
    nearest = get_close_matches(_bare(name), ours, n=1, cutoff=0)[0]
    return f"{name} is not a setting of Replyby. Did you mean {ours[nearest]}?"


def sentence(fields: Fields, error: ValidationError) -> str:
    """What is wrong first, without the value."""
    fault = next(one for one in error.errors() if one["type"] != "default_factory_not_called")
    if not fault["loc"]:
        return str(fault["ctx"]["error"])
    called = next(names(field)[0] for one, field in fields.items() if fault["loc"][0] in (one, *names(field)))
    if fault["type"] == "value_error":
        return f"{called} {fault['ctx']['error']}."
    return f"{called} must be a whole number from 1 to 65535."


def _bare(name: str) -> str:
    return name.replace("_", "").casefold()
