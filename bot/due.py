"""`replyby due`: the deadlines of an inquiry that was never logged, with the demonstration's calendar."""

from datetime import datetime
from pathlib import Path
from typing import Any

from models.agency_file import read_agency
from models.deadline import reckon_all
from models.standard import CHANNELS, load_standard

DEMO = Path(__file__).parent / "demo"


def deadlines(standard: str, channel: str, received: str, zone: str | None = None) -> dict[str, Any]:
    """{"standard", "channel", "received", "deadlines": [{"kind", "aim", "due", "rule", "because": […]}]}

    Instants are ISO 8601 in the office's zone. Raises ValueError, in a sentence.
    """
    calendar = read_agency(DEMO).calendar(zone)
    if channel not in CHANNELS:
        raise ValueError(f"“{channel}” is no channel. The channels: {', '.join(CHANNELS)}.")
    try:
        moment = datetime.fromisoformat(received)
    except ValueError:
        raise ValueError(f"“{received}” is no time that can be read. Write it as 2026-03-06T16:30.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=calendar.tz)
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
            for one in reckon_all(moment, policy, channel, calendar)
        ],
    }


def spoken(found: dict[str, Any]) -> str:
    """The same for a person to read."""
    lines = [f"{found['channel']} received {found['received']}, standard {found['standard']}"]
    for one in found["deadlines"]:
        aim = f" (aim {one['aim']})" if one["aim"] != one["due"] else ""
        lines.append(f"\n{one['kind']} due {one['due']}{aim}, rule {one['rule']}")
        lines += [f"  {step}" for step in one["because"]]
    return "\n".join(lines)
