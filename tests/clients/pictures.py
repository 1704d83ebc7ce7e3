"""Pictures of what people see most, side by side as Slack and as Teams show it: build/clients/pictures.

For the eye: nothing is compared. What the day said comes first, then kinds of sayings that it had none of.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.clients.processes import Failed
from tests.clients.said import Said
from tests.clients.sayings import Json, Shown, shown
from tests.clients.tools import Tools

OF_THE_DAY = (
    "welcome", "log_form", "log_preview", "log_faults", "logged", "logged_by_form", "mine", "misspelt",
    "shown", "ack_form", "acknowledged", "hand_form", "handed_over", "taken_over", "not_yours", "team",
    "more_time_form", "asked_for_time", "given_to", "away_form", "away", "covers", "prefer_form",
    "preferred", "home", "digest", "reminder", "snoozed", "answered", "reminder_edited", "stale",
    "close_form", "closed", "shared_form", "shared", "shared_thread", "overdue", "team_home",
)  # fmt: skip
OTHERS = (
    "help", "help_command", "inquiry_why", "reminders", "digest", "home", "overdue_list",
    "inquiries_mine", "deadlines_moved", "closure", "standard_shown", "standard_adopted", "trial",
    "two_readings", "which_inquiry", "calendar_ends", "undelivered_list", "too_many", "stranger",
    "crash",
)  # fmt: skip
DRAWING_SECONDS = 300


async def draw(
    tools: Tools,
    folder: Path,
    slack: Mapping[str, Said],
    teams: Mapping[str, Said],
    sayings: Mapping[str, list[Json]],
) -> int:
    """Draws them all; how many there are. Raises Failed."""
    items = [
        {
            "name": name,
            "title": name.replace("_", " "),
            "slack": [_slack(slack[name])],
            "teams": [_teams(teams[name])],
        }
        for name in OF_THE_DAY
        if name in slack and name in teams
    ]
    items += [_saying(name, sayings[name][0]) for name in OTHERS if name in sayings]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    source = folder / "items.json"
    source.write_text(json.dumps(items))
    drawing = await asyncio.create_subprocess_exec(
        *tools.script("pictures.cjs", str(source), str(folder), str(tools.chromium)),
        env=tools.environ(TZ="America/Chicago"), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        words, _ = await asyncio.wait_for(drawing.communicate(), DRAWING_SECONDS)
    finally:
        if drawing.returncode is None:
            drawing.kill()
            await drawing.wait()
    if drawing.returncode:
        raise Failed(f"The pictures could not be drawn.\n{words.decode()[-1500:]}")
    drawn = len([one for one in folder.glob("*.png") if not one.name.startswith("sheet-")])
    if drawn != len(items):
        raise Failed(f"{drawn} pictures of {len(items)} were drawn.")
    return drawn


def _slack(said: Said) -> Json:
    faults = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f":warning: {name}: {words}"}}
        for name, words in said.faults.items()
    ]
    return _blocks(said.raw, [*faults, *said.raw["blocks"]])


def _blocks(raw: Mapping[str, Any], blocks: list[Json]) -> Json:
    """Blocks, with the title and the button that a modal has around them."""
    modal = raw.get("type") == "modal"
    frame = {name: raw[name]["text"] for name in ("title", "submit") if modal and raw.get(name)}
    kind = raw.get("type") if raw.get("type") in ("modal", "home") else "message"
    return {"label": kind, "blocks": blocks, **frame}


def _teams(said: Said) -> Json:
    return {"label": "dialog" if said.fields else "card", "card": said.raw}


def _saying(name: str, saying: Json) -> Json:
    one: list[Shown] = shown(name, saying)
    return {
        "name": f"saying_{name}",
        "title": f"{name.replace('_', ' ')} (as a test had it said)",
        "slack": [
            _blocks(each.content if isinstance(each.content, dict) else {}, _listed(each))
            for each in one if each.kind in ("message", "home", "modal")
        ],
        "teams": [
            {"label": each.kind, "card": each.content} for each in one if each.kind in ("card", "dialog")
        ],
    }  # fmt: skip


def _listed(one: Shown) -> list[Json]:
    return list(one.content if one.kind == "message" else one.content["blocks"])
