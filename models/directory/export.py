"""The staff as a CSV file that spreadsheets open, and that is read again as it was written."""

import csv
import io
from collections.abc import Callable

from models.calendar import Week
from models.directory.known import Known, Person
from models.directory.spreadsheet import harmless

HEAD = (
    "name",
    "e-mail",
    "phone",
    "department",
    "supervisor",
    "schedule",
    "zone",
    "role",
    "handle",
    "active",
)


def written(known: Known, spoken: Callable[[Week], str], *, left_too: bool = False) -> bytes:
    """The file: UTF-8 with its mark, commas, one line a person, by name. spoken: a week as it can be typed.

    left_too: with whoever has left. What has no value of its own says so ("none", "usual"), because an empty
    cell would leave what is stored.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    people = [one for one in known.people.values() if one.active or left_too]
    for one in sorted(people, key=lambda one: (not one.active, one.name.casefold(), one.handle)):
        writer.writerow([harmless(cell) for cell in _cells(one, known, spoken)])
    return text.getvalue().encode("utf-8-sig")


def _cells(one: Person, known: Known, spoken: Callable[[Week], str]) -> list[str]:
    above = known.people.get(one.supervisor or "")
    return [
        one.name,
        one.email,
        one.phone or "none",
        one.department,
        # An address that two people have would not say which.
        above.handle if above else "none",
        spoken(one.week) if one.week is not None else "usual",
        one.zone or "usual",
        str(one.role),
        one.handle,
        "yes" if one.active else "no",
    ]
