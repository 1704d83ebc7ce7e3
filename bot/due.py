"""`replyby due`: the deadlines of an inquiry that was never logged, by any calendar."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from models.agency_file import FILE, AgencyFile, DepartmentEntry, StaffEntry, fault_of, read_agency
from models.calendar import Calendar
from models.deadline import reckon_all
from models.pause import Pause
from models.standard import CHANNELS, load_standard

DEMO = Path(__file__).parent / "demo"


class CalendarFile(AgencyFile):
    """A file in the form of agency.toml that needs no more than zone, hours and holidays."""

    name: str = ""
    standard: str = ""
    department: tuple[DepartmentEntry, ...] = ()
    staff: tuple[StaffEntry, ...] = ()


def read_calendar(place: Path) -> Calendar:
    """The calendar in a file, or in the agency.toml of a folder. Raises ValueError with file and reason."""
    path = place / FILE if place.is_dir() else place
    given: dict[str, Any] = {}
    try:
        given = tomllib.loads(path.read_text("utf-8"))
        return CalendarFile.model_validate({**given, "folder": path.parent}).calendar()
    except OSError as error:
        raise ValueError(f"{error.filename} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise fault_of(path, error, given) from error


def deadlines(
    standard: str,
    channel: str,
    received: str,
    zone: str | None = None,
    paused: Sequence[str] = (),
    calendar_at: Path | None = None,
) -> dict[str, Any]:
    """{"standard", "channel", "received", "deadlines": [{"kind", "aim", "due", "rule", "because": […]}]}

    Instants are ISO 8601 in the office's zone. `zone` replaces the demonstration's; a calendar from a file
    has its own. `paused` are "FROM..TO". Raises ValueError, in a sentence.
    """
    calendar = read_calendar(calendar_at) if calendar_at else read_agency(DEMO).calendar(zone)
    if channel not in CHANNELS:
        raise ValueError(f"“{channel}” is no channel. The channels: {', '.join(CHANNELS)}.")
    moment = _instant(received, calendar)
    pauses = [_pause(one, calendar) for one in paused]
    policy = load_standard(standard)

    def local(instant: datetime) -> str:
        return calendar.local(instant).isoformat(timespec="seconds")

    return {
        "standard": policy.name,
        "channel": channel,
        "received": local(moment),
        "deadlines": [
            {
                "kind": one.kind,
                "aim": local(one.aim),
                "due": local(one.due),
                "rule": one.rule,
                "because": list(one.because),
            }
            for one in reckon_all(moment, policy, channel, calendar, pauses)
        ],
    }


def _instant(text: str, calendar: Calendar) -> datetime:
    """An ISO 8601 instant; without an offset it is read in the office's zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"“{text}” is no time that can be read. Write it as 2026-03-06T16:30.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=calendar.tz)


def _pause(text: str, calendar: Calendar) -> Pause:
    start, dots, end = text.partition("..")
    if not dots:
        raise ValueError(f"“{text}” is no pause. Write it as 2026-03-06T16:30..2026-03-09T09:00.")
    begin, over = _instant(start, calendar), _instant(end, calendar)
    if over.timestamp() < begin.timestamp():
        raise ValueError(f"The pause “{text}” ends before it begins.")
    return Pause(begin, over)


def spoken(found: dict[str, Any]) -> str:
    """The same for a person to read."""
    lines = [f"{found['channel']} received {found['received']}, standard {found['standard']}"]
    for one in found["deadlines"]:
        aim = f" (aim {one['aim']})" if one["aim"] != one["due"] else ""
        lines.append(f"\n{one['kind']} due {one['due']}{aim}, rule {one['rule']}")
        lines += [f"  {step}" for step in one["because"]]
    return "\n".join(lines)
