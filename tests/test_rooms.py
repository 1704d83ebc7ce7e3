"""The rules of the house: who imports whom, who reads the clock, who knows a platform, what a command tells.

The checkers are in `rooms.py`. Each is shown here to find a breach, and to let pass what is right.
"""

import subprocess
from pathlib import Path

import pytest

from tests.rooms import MAY_IMPORT, clock_reads, helper_drawers, wrong_imports, wrong_templates, wrong_words

HERE = Path(__file__).parent.parent


def tracked() -> list[str]:
    """The files of the repository, those not yet committed included."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=HERE, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if (HERE / path).is_file()]


def ours() -> dict[str, str]:
    """The path and text of every Python file of our own packages."""
    files = (path for room in MAY_IMPORT for path in sorted((HERE / room).rglob("*.py")))
    return {path.relative_to(HERE).as_posix(): path.read_text() for path in files}


def test_every_room_has_files_to_check():
    assert {path.split("/")[0] for path in ours()} == set(MAY_IMPORT)


def test_each_room_imports_only_what_it_may():
    assert [wrong for path, source in ours().items() for wrong in wrong_imports(path, source)] == []


def test_only_the_assembly_reads_the_clock():
    reads = {path: clock_reads(source) for path, source in ours().items()}
    assert {path: lines for path, lines in reads.items() if lines and path != "bot/assemble.py"} == {}
    assert reads.get("bot/assemble.py"), "somebody has to read the clock"


def test_templates_lean_on_nothing_but_each_other():
    files = [path for path in (HERE / "templates").rglob("*") if path.is_file()]
    assert [path.name for path in files if path.suffix != ".j2"] == []
    sources = {path.relative_to(HERE / "templates").as_posix(): path.read_text() for path in files}
    assert sources
    assert wrong_templates(sources) == []


def test_there_is_no_drawer_for_helpers():
    assert helper_drawers(tracked()) == []


def test_no_file_names_a_package_registry_or_a_folder_of_somebodys_machine():
    texts = {}
    for path in tracked():
        try:
            texts[path] = (HERE / path).read_text()
        except UnicodeDecodeError:
            continue
    assert "pyproject.toml" in texts
    assert [wrong for path, text in texts.items() for wrong in wrong_words(path, text)] == []


def test_each_command_tells_who_may_say_it_and_how():
    from handlers.commands import COMMANDS, Audience

    assert len({one.words for one in COMMANDS}) == len(COMMANDS)
    for one in COMMANDS:
        assert isinstance(one.audience, Audience)
        assert one.says.endswith("."), one.words
        for line in (one.usage, one.example):
            assert f"{line.removeprefix('/')} ".startswith(f"{one.words} "), one.words


def test_each_command_has_its_place_in_the_docs():
    from handlers.commands import COMMANDS

    page = (HERE / "docs" / "commands.md").read_text()
    for one in COMMANDS:
        for words in (one.usage, one.example, one.says, one.audience.value):
            assert words in page, f"{one.words}: {words} (make docs)"


def test_the_pages_that_come_from_the_program_are_what_it_writes():
    from bot.documents import PAGES

    assert "commands.md" in PAGES
    for name, page in PAGES.items():
        assert (HERE / "docs" / name).read_text() == page(), f"docs/{name}: run make docs"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/a.py", "from handlers.asking import Ask"),
        ("models/a.py", "import bot"),
        ("handlers/a.py", "import scheduler.delivery as d"),
        ("scheduler/a.py", "def f():\n    from handlers import asking"),
        ("handlers/a.py", "import importlib\nimportlib.import_module('bot.voice')"),
        ("bot/a.py", "from templates import x"),
        ("bot/web.py", "from botbuilder.core import TurnContext"),
        ("bot/teams_cards.py", "import botframework.connector"),
        ("bot/web.py", "from slack_bolt.async_app import AsyncApp"),
        ("scheduler/delivery.py", "from slack_sdk.errors import SlackApiError"),
        ("models/a.py", "import httpx"),
    ],
)
def test_an_import_from_the_wrong_room_is_found(path, source):
    assert len(wrong_imports(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/a.py", "from . import staff\nfrom models.instant import aware\nimport datetime"),
        ("handlers/a.py", "from models import inquiry"),
        ("bot/slack.py", "from slack_bolt.async_app import AsyncApp\nimport handlers, scheduler, models"),
        ("bot/slack/app.py", "import slack_bolt"),
        ("bot/teams.py", "import botbuilder.core"),
        ("bot/teams/cards.py", "from botbuilder.schema import Activity"),
    ],
)
def test_an_import_from_the_right_room_is_let_pass(path, source):
    assert wrong_imports(path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "from datetime import datetime, UTC\nx = datetime.now(UTC)",
        "import datetime as dt\nx = dt.datetime.utcnow()",
        "from datetime import datetime as D\nx = D.today()",
        "from datetime import date\nx = date.today()",
        "import datetime\nx = datetime.date.today()",
        "import time\nx = time.time()",
        "import time as t\nx = t.time_ns()",
        "from time import time\nx = time()",
        "from time import localtime as here\nx = here()",
        "from datetime import datetime\nx = field(default_factory=datetime.now)",
        "import time\nclock = time\nx = clock.time()",
        "from datetime import datetime\nx = getattr(datetime, 'now')()",
        "x = 1\nfrom time import *",
    ],
)
def test_a_look_at_the_clock_is_found(source):
    assert clock_reads(source)[-1] == source.count("\n") + 1


@pytest.mark.parametrize(
    "source",
    [
        "import time\nx = time.monotonic()",
        "from datetime import datetime\nx = datetime.fromisoformat(s)",
        "def f(now):\n    return now.time(), now.date()",
        "from datetime import time\nx = time(8, 0)",
        "x = 'datetime.now()'",
    ],
)
def test_a_time_that_was_handed_in_is_let_pass(source):
    assert clock_reads(source) == []


def test_an_address_of_a_registry_or_a_machine_is_found():
    host, folder = "files.python" + "hosted.org", "/ro" + "ot/.cache/x"
    assert wrong_words("a", f"fine\nsee {host}/p\nrun {folder}") == [f"a:2 {host[6:]}", f"a:3 {folder[:5]}"]
    assert wrong_words("a", "see /work/ or docs/root/x, ./work/y, https://slack.com/home/x/y and /tmp") == []


def test_a_template_that_leans_on_something_else_is_found():
    assert wrong_templates({"a.j2": "{% include 'b.j2' %}", "b.j2": ""}) == []
    assert wrong_templates({"a.j2": "{% from 'bot/x.j2' import y %}"}) == ["a.j2 bot/x.j2"]
    assert wrong_templates({"a.j2": "{% include name %}"}) == ["a.j2 None"]


def test_a_drawer_for_helpers_is_found():
    assert helper_drawers(["bot/utils.py", "models/utils/x.py", "docs/start.md"]) == [
        "bot/utils.py",
        "models/utils/x.py",
    ]
