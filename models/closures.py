"""Closed days: public holidays, frozen from python-holidays, and an agency's own file."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from models.calendar import Closure, hours


def freeze(country: str, first: date, last: date, subdivision: str | None = None) -> tuple[Closure, ...]:
    """The public holidays of a country (ISO code) from `first` to `last`, observed days included, in order.

    Raises ValueError for a country or subdivision that python-holidays does not have, or years beyond it.
    """
    import holidays

    where = f"{country} {subdivision}" if subdivision else country
    # A new year's day on a Saturday is observed in the year before.
    years = range(first.year - 1, last.year + 2)
    try:
        found = holidays.country_holidays(
            country.upper(), subdiv=subdivision, years=years, observed=True, categories=holidays.PUBLIC
        )
    except (NotImplementedError, ValueError) as error:
        raise ValueError(f"python-holidays has no public holidays for {where!r}.") from error
    if first.year < found.start_year or last.year > found.end_year:
        raise ValueError(
            f"python-holidays knows {where} from {found.start_year} to {found.end_year}, "
            f"not from {first.year} to {last.year}."
        )
    return tuple(Closure(day, name) for day, name in sorted(found.items()) if first <= day <= last)


def read_closures(path: Path | str) -> tuple[Closure, ...]:
    """An agency's own closures, in order. Each entry is a day, a name and, for part of a day, its hours:

        [[closure]]
        day = 2026-02-17
        name = "Snow"
        hours = "13:00-17:00"

    Raises ValueError that names the file and the entry; FileNotFoundError when there is no such file.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    entries = content.pop("closure", [])
    if content:
        raise ValueError(
            f"{path.name}: unknown key {next(iter(content))!r}; closures stand under [[closure]]."
        )
    if not isinstance(entries, list):
        raise ValueError(f"{path.name}: closures stand under [[closure]], in double brackets.")
    closures: list[Closure] = []
    for number, entry in enumerate(entries, start=1):
        try:
            closures += _closures(entry)
        except ValueError as error:
            raise ValueError(f"{path.name}, closure {number}: {error}") from error
    return tuple(sorted(closures, key=lambda one: (one.day, one.start or 0)))


def _closures(entry: Any) -> list[Closure]:
    """One entry; several hours on one day make several closures."""
    if not isinstance(entry, dict):
        raise ValueError("a closure is a table with a day, a name and perhaps hours.")
    unknown = sorted(set(entry) - {"day", "name", "hours"})
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}; known are day, name and hours.")
    day, name = entry.get("day"), entry.get("name")
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError("day is missing or no date; write it as 2026-02-17, without quotes.")
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"the closure on {day} has no name.")
    if "hours" not in entry:
        return [Closure(day, name)]
    text = entry["hours"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError(
            f'the hours on {day} are written like "13:00-17:00"; leave them out for a whole day.'
        )
    return [Closure(day, name, start, end) for start, end in hours(text)]
