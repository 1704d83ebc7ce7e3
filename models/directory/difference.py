"""What a file makes of the staff that the database knows: who is new, who changes, who is not in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from models.agency_file import Role
from models.directory.cells import Entry
from models.directory.chains import check_supervisors, named
from models.directory.changes import Change, Difference
from models.directory.file import DirectoryFault, Fault
from models.directory.handles import handle_for
from models.directory.known import Known, Person, departments_told


def difference(
    entries: Sequence[Entry],
    known: Known,
    faults: Sequence[Fault] = (),
    *,
    new_departments: bool = False,
    deactivate_missing: bool = False,
) -> Difference:
    """What the entries come to. `faults`: what is known to be wrong in their cells.

    Raises DirectoryFault with everything that is wrong.
    """
    return _Comparing(entries, known, faults, new_departments).made(deactivate_missing)


class _Comparing:
    def __init__(
        self, entries: Sequence[Entry], known: Known, faults: Sequence[Fault], new_departments: bool
    ) -> None:
        self._entries, self._known, self._new_departments = entries, known, new_departments
        self._faults = list(faults)
        self._faulty = {one.line for one in faults}
        self._departments = {_key(one): one for one in known.departments}
        self._added: list[str] = []
        self._told_which = False
        self._passed_over = 0
        # By handle: the lines that speak of somebody, and all the staff as they will be.
        self._lines: dict[str, Entry] = {}
        self._people: dict[str, Person] = dict(known.people)
        self._by_email: dict[str, list[Person]] = {}
        for one in known.people.values():
            self._by_email.setdefault(one.email.casefold(), []).append(one)
        self._taken = {*known.people, *(one.given["handle"] for one in entries if "handle" in one.given)}

    def made(self, deactivate_missing: bool) -> Difference:
        for entry in self._entries:
            # Without either, that is told already.
            if "email" in entry.given or "handle" in entry.given:
                self._read(entry)
        missing = [one for one in self._known.people.values() if one.active and one.handle not in self._lines]
        if deactivate_missing:
            self._people |= {one.handle: replace(one, active=False) for one in missing}
        self._name_supervisors()
        self._check_emails()
        lines = {handle: entry.line for handle, entry in self._lines.items()}
        self._faults += check_supervisors(self._people, lines)
        if not self._faults:
            self._check_admins()
        if self._faults:
            raise DirectoryFault(self._faults)
        pairs = [Change(one, self._people[one.handle], lines.get(one.handle)) for one in self._known_people()]
        changed = tuple(one for one in pairs if one.fields)
        return Difference(
            tuple(one for one in self._people.values() if one.handle not in self._known.people),
            changed,
            len(lines)
            - sum(one not in self._known.people for one in lines)
            - sum(bool(one.line) for one in changed),
            () if deactivate_missing else tuple(missing),
            tuple(self._added),
            self._passed_over,
            tuple(one.after for one in pairs if one.after.active),
        )

    def _known_people(self) -> Sequence[Person]:
        return list(self._known.people.values())

    def _fault(self, entry: Entry, says: str) -> None:
        self._faults.append(Fault(entry.line, says))

    def _read(self, entry: Entry) -> None:
        """Finds whom the entry means, and puts what it says of them; supervisors come when all are known."""
        try:
            before = self._whom(entry)
        except ValueError as error:
            self._fault(entry, str(error))
            return
        if before is None and entry.given.get("active") is False:
            self._passed_over += 1
            return
        after = self._new(entry) if before is None else before
        if after is None:
            return
        if after.handle in self._lines:
            self._fault(entry, f"{entry.called} is in line {self._lines[after.handle].line} already.")
            return
        # Whoever is listed works here, unless the line says otherwise.
        given = {"active": True, **entry.given}
        given = {name: value for name, value in given.items() if name not in ("supervisor", "handle")}
        if "zone" in given and given["zone"] == self._known.zone:
            given["zone"] = None
        if "email" in given and given["email"].casefold() == after.email.casefold():
            given["email"] = after.email
        if "department" in given:
            given["department"] = self._department(entry)
        self._lines[after.handle] = entry
        self._people[after.handle] = replace(after, **given)

    def _whom(self, entry: Entry) -> Person | None:
        """The member whom the database knows; None for somebody new. Raises ValueError."""
        handle, email = entry.given.get("handle"), entry.given.get("email")
        if handle is not None and handle in self._known.people:
            return self._known.people[handle]
        if email is None:
            raise ValueError(f"Nobody has the handle {handle}, and there is no e-mail address.")
        theirs = self._by_email.get(email.casefold(), [])
        found = [one for one in theirs if one.active] or theirs
        if len(found) > 1:
            both = ", ".join(one.handle for one in found)
            raise ValueError(f"{email} is the address of several people ({both}). Give the handle as well.")
        if found and handle is not None:
            raise ValueError(
                f"{found[0].name} has the handle {found[0].handle}, which stays: buttons and messages say it."
            )
        return found[0] if found else None

    def _new(self, entry: Entry) -> Person | None:
        given = entry.given
        lacks = [word for word in ("name", "department") if not given.get(word)]
        if lacks:
            if entry.line not in self._faulty:
                is_ = "is" if len(lacks) == 1 else "are"
                self._fault(entry, f"{entry.called} is new, and the {' and the '.join(lacks)} {is_} missing.")
            return None
        handle = given.get("handle") or handle_for(given["email"], self._taken)
        self._taken.add(handle)
        plain: dict[str, Any] = {"phone": "", "supervisor": None, "zone": None, "week": None}
        return Person(
            None,
            handle,
            given["name"],
            given["email"],
            department=given["department"],
            role=Role.STAFF,
            active=True,
            **plain,
        )

    def _department(self, entry: Entry) -> str:
        said: str = entry.given["department"]
        if _key(said) not in self._departments:
            if self._new_departments:
                self._added.append(said)
                self._departments[_key(said)] = said
            else:
                near = get_close_matches(_key(said), self._departments, n=1)
                mean = f" Did you mean {self._departments[near[0]]}?" if near else ""
                # Which there are is said once.
                there = "" if self._told_which else f" {departments_told(self._known)}"
                self._told_which = True
                self._fault(entry, f"There is no department called “{said}”.{mean}{there}")
        return self._departments.get(_key(said), said)

    def _name_supervisors(self) -> None:
        find = named(self._people)
        for handle, entry in self._lines.items():
            if "supervisor" not in entry.given:
                continue
            said = entry.given["supervisor"]
            try:
                above = find(said, self._people[handle].supervisor) if said else None
            except ValueError as error:
                self._fault(entry, f"{entry.called} reports to {error}")
                continue
            self._people[handle] = replace(self._people[handle], supervisor=above)

    def _check_emails(self) -> None:
        seen: dict[str, str] = {}
        # Those of the file last, so that a line is told.
        for handle, one in sorted(self._people.items(), key=lambda pair: pair[0] in self._lines):
            if not one.active:
                continue
            other = seen.setdefault(one.email.casefold(), handle)
            if other != handle and handle in self._lines and (self._moves(handle) or self._moves(other)):
                says = f"{one.email} is the address of {self._people[other].name} ({other}) already."
                self._fault(self._lines[handle], says)

    def _moves(self, handle: str) -> bool:
        """Whether the file brings them to the address that they will have."""
        before, after = self._known.people.get(handle), self._people[handle]
        return before is None or (before.email, before.active) != (after.email, after.active)

    def _check_admins(self) -> None:
        def admins(people: Mapping[str, Person]) -> bool:
            return any(one.active and one.role is Role.ADMIN for one in people.values())

        if admins(self._known.people) and not admins(self._people):
            says = "Nobody would have the role admin any more. Give it to somebody who stays."
            self._faults.append(Fault(0, says))


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
