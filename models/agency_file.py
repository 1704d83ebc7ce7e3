"""The agency as it describes itself in its own files: `agency.toml` and its closures."""

import tomllib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from models.calendar import Calendar, Closure, Span, hours
from models.closures import freeze, read_closures
from models.standard import load_standard, shipped
from models.zones import is_zone

FILE = "agency.toml"


class Role(StrEnum):
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class AgencyFault(ValueError):
    """The agency's file cannot be used; the sentence names the file and the entry."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursEntry(_Entry):
    """Office hours by weekday, as "8:00-12:00, 13:00-17:00"; a day that is left out is closed."""

    monday: str = ""
    tuesday: str = ""
    wednesday: str = ""
    thursday: str = ""
    friday: str = ""
    saturday: str = ""
    sunday: str = ""

    def week(self) -> tuple[tuple[Span, ...], ...]:
        return tuple(hours(getattr(self, day)) for day in type(self).model_fields)


class HolidaysEntry(_Entry):
    """Public holidays from python-holidays, frozen for these years; `closures` names a file of our own."""

    country: str | None = None
    subdivision: str | None = None
    first_year: int = Field(ge=1970, le=2200)
    last_year: int = Field(ge=1970, le=2200)
    closures: str | None = None


class DepartmentEntry(_Entry):
    name: str = Field(min_length=1)
    standard: str | None = None
    email: str | None = None
    phone: str | None = None


class StaffEntry(_Entry):
    """A person. `zone` is where they work, if not in the agency's zone.

    `slack` is "TEAM:USER", `teams` is "TENANT:AAD-ID"; both are learnt by e-mail if left out.
    """

    handle: str = Field(pattern=r"^[a-z][a-z0-9._-]{0,30}$")
    name: str = Field(min_length=1)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")
    phone: str
    department: str
    role: Role = Role.STAFF
    supervisor: str | None = None
    zone: str | None = None
    slack: str | None = Field(default=None, pattern=r"^[^:]+:[^:]+$")
    teams: str | None = Field(default=None, pattern=r"^[^:]+:[^:]+$")


class AgencyFile(_Entry):
    """`agency.toml`: the agency as it describes itself."""

    name: str = Field(min_length=1)
    zone: str
    standard: str
    hours: HoursEntry
    holidays: HolidaysEntry
    department: tuple[DepartmentEntry, ...] = Field(min_length=1)
    staff: tuple[StaffEntry, ...] = Field(min_length=1)
    folder: Path = Path()

    def standard_of(self, department: DepartmentEntry) -> str:
        """The department's standard: a shipped name, or the whole path of a file beside this one."""
        name = department.standard or self.standard
        return name if name in shipped() else str((self.folder / name).resolve())

    def calendar(self, zone: str | None = None) -> Calendar:
        """The office calendar that the file describes; `zone` replaces its own. Raises ValueError."""
        first = date(self.holidays.first_year, 1, 1)
        last = date(self.holidays.last_year, 12, 31)
        closed: tuple[Closure, ...] = ()
        if self.holidays.country:
            closed = freeze(self.holidays.country, first, last, self.holidays.subdivision)
        if self.holidays.closures:
            closed += read_closures(self.folder / self.holidays.closures)
        return Calendar(zone or self.zone, self.hours.week(), closed, first, last)


def read_agency(folder: Path) -> AgencyFile:
    """Reads and checks `agency.toml` in a folder. Raises AgencyFault with file and reason."""
    path, given = folder / FILE, {}
    try:
        given = tomllib.loads(path.read_text("utf-8"))
        found = AgencyFile.model_validate({**given, "folder": folder})
        found.calendar()
        for one in found.department:
            load_standard(found.standard_of(one))
    except FileNotFoundError as error:
        raise AgencyFault(f"There is no {error.filename}.") from error
    except OSError as error:
        raise AgencyFault(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise fault_of(path, error, given) from error
    _check_people(path, found)
    return found


def fault_of(path: Path, error: ValueError, given: dict[str, Any]) -> AgencyFault:
    """What a file's reader is told of an error in it. `given`: what the file holds, as far as it was read."""
    if isinstance(error, UnicodeDecodeError):
        return AgencyFault(f"{path} is no text in UTF-8.")
    if isinstance(error, ValidationError):
        # A misspelt key explains a missing one.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        return AgencyFault(f"{path}: {_where(first['loc'], given)}: {_plainly(first)}.")
    return AgencyFault(f"{path}: {error}")


def _where(places: tuple[int | str, ...], given: dict[str, Any]) -> str:
    """Where a fault is, as the file's reader would say it: "staff lee, email"."""
    words: list[str] = []
    here: Any = given
    for place in places:
        here = here[place] if isinstance(here, list) and isinstance(place, int) else (here or {}).get(place)
        if isinstance(place, int):
            label = (here.get("handle") or here.get("name")) if isinstance(here, dict) else None
            words[-1] += f" {label or f'number {place + 1}'}"
        else:
            words.append(place)
    return ", ".join(words)


def _plainly(fault: ErrorDetails) -> str:
    """pydantic's finding in a person's words."""
    kind, value = fault["type"], fault["input"]
    if kind == "string_pattern_mismatch" and fault["loc"][-1] == "email":
        return f"“{value}” is no e-mail address; write it as pat@example.gov"
    sentences = {
        "missing": "is missing",
        "extra_forbidden": "is no entry that Replyby knows",
        "string_too_short": "must not be empty",
        "string_pattern_mismatch": f"“{value}” is not written as it should be (see docs/agency.md)",
        "enum": f"“{value}” is none of staff, supervisor, admin",
        "too_short": "must have at least one entry",
    }
    return sentences.get(kind, str(fault["msg"]))


def _check_people(path: Path, agency: AgencyFile) -> None:
    departments = [one.name for one in agency.department]
    handles = [one.handle for one in agency.staff]
    emails = [one.email.casefold() for one in agency.staff]
    above = {one.handle: one.supervisor for one in agency.staff}
    for name in departments:
        if departments.count(name) > 1:
            raise AgencyFault(f"{path}: two departments are called {name}.")
    for one in agency.staff:
        if handles.count(one.handle) > 1:
            raise AgencyFault(f"{path}: two members of staff have the handle {one.handle}.")
        if emails.count(one.email.casefold()) > 1:
            raise AgencyFault(f"{path}: two members of staff have the e-mail address {one.email}.")
        if one.department not in departments:
            raise AgencyFault(f"{path}: {one.handle} is in {one.department}, which is not a department here.")
        if one.supervisor is not None and one.supervisor not in handles:
            raise AgencyFault(f"{path}: {one.handle} reports to {one.supervisor}, who is not listed.")
        if one.zone is not None and not is_zone(one.zone):
            raise AgencyFault(
                f"{path}: {one.handle} works in “{one.zone}”, which is no time zone. "
                "Zones have names such as America/Denver."
            )
        chief, steps = one.supervisor, 0
        while chief is not None and chief in above and steps <= len(handles):
            chief, steps = above[chief], steps + 1
        if steps > len(handles):
            raise AgencyFault(f"{path}: the supervisors above {one.handle} go round in a circle.")
