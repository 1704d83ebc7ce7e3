"""Every template with facts of real asks and letters, laid out as Slack and as Teams show it.

The facts come from our own tests, as they run (tests/clients/gathering.py): nobody keeps a list of samples.
"""

import asyncio
import json
import os
import shutil
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.assemble import TEMPLATES
from bot.blocks import to_blocks
from bot.cards import Place, to_card
from bot.dialogs import to_dialog
from bot.layout import Said
from bot.views import form_view, home_view
from bot.voice import Voice
from handlers.asking import Choice
from handlers.form import Field, Form, Kind, Option
from tests.clients.gathering import FOLDER
from tests.clients.tools import ROOT

Json = dict[str, Any]

# The tests that say everything, but for those that say the same a thousand times.
SOURCES = (
    "tests/handlers",
    "tests/doors/test_no_room.py",
    "tests/doors/test_parity.py",
    "tests/models/test_excuse.py",
    "tests/scheduler/test_calendar_ends.py",
    "tests/scheduler/test_edits.py",
    "tests/scheduler/test_nudges.py",
    "tests/scheduler/test_plans_set.py",
    "tests/scheduler/test_said_together.py",
    "tests/scheduler/test_trying_again.py",
)
NOT = (
    "tests/handlers/test_history_oracle.py",
    "tests/handlers/test_pause_tables.py",
    "tests/handlers/test_understanding.py",
    "tests/handlers/test_when.py",
    "tests/handlers/test_when_whatever.py",
)
# What no ask of a test comes to, or is told by a door of its own accord.
BY_HAND: dict[str, Json] = {
    "crash": {"reference": "1a2b3c4d"},
    "not_set_up": {},
    "too_many": {"seconds": 5, "busy": False},
    "working_on_it": {},
}
PLAIN: Json = {
    "choices": [], "language": "en", "zone": None, "told": False, "form": None, "errors": {}, "again": "",
    "shape": [], "size": 1,
}  # fmt: skip
MOST = 8  # of a template: the largest, then those that add most
GATHERING_SECONDS = 1500


@dataclass
class Shown:
    """A saying, as a platform shows it. `kind`: message, home, modal; card, dialog."""

    template: str
    kind: str
    content: Any
    number: int = 0
    shape: list[str] = field(default_factory=list, repr=False)

    @property
    def name(self) -> str:
        return f"{self.template} {self.number} ({self.kind})"


async def gather(folder: Path) -> dict[str, list[Json]]:
    """Runs the tests, and gives what they said by template. A test that fails is `make test`'s affair."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "tests.clients.gathering", "-p", "no:cacheprovider",
        "-k", "not postgres", "-n", "2", *SOURCES, *(f"--ignore={one}" for one in NOT),
    ]  # fmt: skip
    folder.mkdir(parents=True)
    with (folder / "pytest.log").open("wb") as words:
        tests = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=words, stderr=words,
            env={**os.environ, FOLDER: str(folder), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        try:
            await asyncio.wait_for(tests.wait(), GATHERING_SECONDS)
        finally:
            if tests.returncode is None:
                tests.terminate()
                await tests.wait()
    return read(folder)


def read(folder: Path) -> dict[str, list[Json]]:
    """The sayings of each template; of all that were noted, those that show most of it."""
    found: dict[str, list[Json]] = defaultdict(list)
    for path in sorted(folder.glob("said-*.json")):
        for template, sayings in json.loads(path.read_text()).items():
            found[template] += sayings
    for template, facts in BY_HAND.items():
        found[template].append({"facts": facts, **PLAIN})
    return {template: _chosen(sayings) for template, sayings in found.items() if template in every_template()}


def every_template() -> set[str]:
    """What may be said: those that begin with "_" are parts of others."""
    return {path.stem for path in TEMPLATES.glob("*.j2") if not path.name.startswith("_")}


def _chosen(sayings: list[Json]) -> list[Json]:
    """The largest, then whichever shows most that was not seen before."""
    left = sorted(sayings, key=lambda one: -int(one["size"]))
    chosen, seen = left[:1], set(left[0]["shape"])
    while len(chosen) < MOST:
        best = max(left, key=lambda one: len(set(one["shape"]) - seen))
        if not set(best["shape"]) - seen:
            break
        chosen.append(best)
        seen |= set(best["shape"])
    return chosen


@cache
def voice(dialect: str) -> Voice:
    return Voice(
        TEMPLATES, dialect, "America/Chicago", lambda made_of: f"https://replies.example.gov/survey/{made_of}"
    )


def shown(template: str, saying: Json, number: int = 0) -> list[Shown]:
    """The saying in all the ways in which somebody may see it."""
    slack, teams = (
        voice(dialect).say(template, saying["facts"], saying["language"], saying["zone"])
        for dialect in ("slack", "teams")
    )
    choices = tuple(Choice(**one) for one in saying["choices"])
    if saying["form"]:
        form = _form(saying["form"])
        faults = {name: _fault("teams", one, saying["language"]) for name, one in saying["errors"].items()}
        found = [
            Shown(template, "modal", form_view(form, slack)),
            Shown(template, "dialog", to_dialog(form, teams, faults)),
        ]
    else:
        place = Place.TOLD if saying["told"] else Place.ANSWER
        found = [
            Shown(template, "message", to_blocks(slack, choices, told=saying["told"])),
            Shown(template, "card", to_card(teams, choices, place, saying["again"], "29:1dana")),
        ]
        if saying["again"]:
            found.append(Shown(template, "home", home_view(slack, choices, saying["again"])))
    for one in found:
        one.number, one.shape = number, saying["shape"]
    return found


def _fault(dialect: str, saying: Json, language: str) -> Said:
    return voice(dialect).say(saying["template"], saying["facts"], language)


def _form(kept: Json) -> Form:
    fields = tuple(
        Field(
            **{
                **one,
                "kind": Kind(one["kind"]),
                "options": tuple(Option(**option) for option in one["options"]),
            }
        )
        for one in kept["fields"]
    )
    return Form(**{**kept, "fields": fields})
