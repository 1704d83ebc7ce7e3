"""Supervisors as a file names them, and the chains that they make."""

from collections.abc import Callable, Mapping

from models.directory.file import Fault
from models.directory.known import Person


def named(people: Mapping[str, Person]) -> Callable[[str, str | None], str]:
    """A finder of handles by e-mail address, handle or full name, among these people by handle.

    Its second word is the supervisor that is stored, who may be named though they have left. It raises
    ValueError with the end of a sentence ("… reports to “Lee”, who …").
    """
    tables: list[dict[str, list[Person]]] = [{}, {}, {}]
    for one in people.values():
        for table, key in zip(tables, (one.email, one.handle, one.name), strict=True):
            table.setdefault(_key(key), []).append(one)

    def find(said: str, stored: str | None) -> str:
        last, comma, first = said.partition(",")
        keys = [_key(said), _key(said).removeprefix("@"), *([_key(f"{first} {last}")] if comma else [])]
        for table in tables:
            for key in keys:
                found = table.get(key, [])
                there = [one for one in found if one.active or one.handle == stored]
                if len(there) > 1:
                    both = ", ".join(one.handle for one in there)
                    raise ValueError(f"“{said}”, and there are several ({both}). Give the e-mail address.")
                if there:
                    return there[0].handle
                if found:
                    raise ValueError(f"“{said}”, who has left.")
        raise ValueError(f"“{said}”, who is neither in the file nor in the database.")

    return find


def check_supervisors(people: Mapping[str, Person], lines: Mapping[str, int]) -> list[Fault]:
    """The circles in which lines of the file stand, each once. lines: by handle."""
    faults: list[Fault] = []
    clear: set[str] = set()
    for handle in lines:
        way: dict[str, None] = {}
        above: str | None = handle
        while above is not None and above not in clear and above not in way:
            way[above] = None
            above = people[above].supervisor if above in people else None
        if above is not None and above in way:
            steps = list(way)
            circle = steps[steps.index(above) :]
            listed = [one for one in circle if one in lines]
            if listed:
                first = min(listed, key=lines.__getitem__)
                turned = [*circle[circle.index(first) :], *circle[: circle.index(first)], first]
                says = "The supervisors go round in a circle: " + " → ".join(
                    people[one].name for one in turned
                )
                faults.append(Fault(lines[first], f"{says}."))
        clear |= set(way)
    return faults


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
