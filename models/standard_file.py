"""Reads a standard's TOML file; whatever is wrong with it is told by file, line and reason."""

import re
import tomllib
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)

_RULE = re.compile(r"\s*\[\[\s*rule\s*\]\]")
_TABLE = re.compile(r"\s*\[")
_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Fault(ValueError):
    """What a standard finds wrong with one of its keys; `where` leads to it."""

    def __init__(self, reason: str, where: tuple[int | str, ...]) -> None:
        super().__init__(reason)
        self.where = where


def told(text: str, file: str, fault: Fault) -> ValueError:
    """The fault as a sentence: "FILE, line N: reason."."""
    return ValueError(f"{file}, line {_line(text.splitlines(), fault.where)}: {fault}.")


def parse(model: type[Model], text: str, file: str) -> Model:
    """The standard in a TOML text. Raises ValueError: "FILE, line N: reason.", one line for each fault."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        line = int(found[1]) if found and found[1] else len(text.splitlines())
        raise ValueError(f"{file}, line {line}: {_WHERE.sub('', str(error))}.") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = text.splitlines()
        faults: dict[tuple[int, str], str] = {}
        for one in error.errors(include_url=False):
            where = _where(dict(one))
            # The first fault of a key often brings others along.
            faults.setdefault((_line(lines, where), _key(where)), _reason(content, dict(one)))
        told = [f"{file}, line {line}: {why}." for (line, _), why in faults.items()]
        raise ValueError("\n".join(told)) from error


def _where(fault: dict[str, Any]) -> tuple[int | str, ...]:
    found = fault.get("ctx", {}).get("error")
    where: tuple[int | str, ...] = found.where if isinstance(found, Fault) else fault["loc"]
    return where


def _key(where: tuple[int | str, ...]) -> str:
    """The innermost key by name."""
    return next((one for one in reversed(where) if isinstance(one, str)), "")


def _line(lines: list[str], where: tuple[int | str, ...]) -> int:
    """The line of a key, counted from 1; of its table when the key is not there."""
    headers = [number for number, line in enumerate(lines) if _RULE.match(line)]
    if where[:1] == ("rule",) and headers:
        at = where[1] if len(where) > 1 else 0
        index = at if isinstance(at, int) and at < len(headers) else 0
        start = headers[index]
        end = headers[index + 1] if index + 1 < len(headers) else len(lines)
        keys = where[2:]
    else:
        start = 0
        end = next((number for number, line in enumerate(lines) if _TABLE.match(line)), len(lines))
        keys = where
    for key in (re.escape(one) for one in reversed(keys) if isinstance(one, str)):
        given = re.compile(rf"(?:^|[{{,])\s*(?:[\w-]+\.)*[\"']?{key}[\"']?\s*=")
        table = re.compile(rf"\s*\[\[?\s*(?:rule\.)?{key}\s*\]")
        # Above the first table stand the standard's own keys; its tables may stand anywhere.
        for number in range(start, end if start else len(lines)):
            if (number < end and given.search(lines[number].split("#")[0])) or table.match(lines[number]):
                return number + 1
    return start + 1


def _reason(content: dict[str, Any], fault: dict[str, Any]) -> str:
    """What is wrong, in a short sentence without its full stop."""
    where = fault["loc"]
    key = _key(where)
    match fault["type"]:
        case "missing":
            return f"{_owner(content, where)} has no {key}"
        case "extra_forbidden":
            return f"unknown key {key!r}"
        case "value_error":
            return str(fault["ctx"]["error"])
        case "literal_error":
            return f"{key}: {fault['input']!r} is not one of {fault['ctx']['expected'].replace(' or ', ', ')}"
        case "string_too_short" | "too_short":
            return f"{key} is empty"
        case "model_type":
            return f"{key} is a table, such as count = {{ business_days = 1 }}"
        case _:
            return f"{key}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _owner(content: dict[str, Any], where: tuple[int | str, ...]) -> str:
    """Whose key it is: "rule R5", "rule 2" when it has no id, "the standard"."""
    if len(where) < 2 or not isinstance(where[1], int):
        return "the standard"
    rule = content["rule"][where[1]]
    return f"rule {rule.get('id', where[1] + 1)}"
