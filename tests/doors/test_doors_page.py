"""The pages on the doors and on installing them speak of what there is, and leave nothing out."""

import re
from pathlib import Path

import pytest

from bot.__main__ import app
from bot.manifests.slack_scopes import APP_SCOPES, BOT_SCOPES
from bot.setting_names import names
from bot.settings import Settings
from handlers.commands import COMMANDS
from handlers.forms import FORMS, opens

HERE = Path(__file__).parent.parent.parent
DOCS = HERE / "docs"
INSTALLING = ("install-slack.md", "install-teams.md", "proxy.md")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_form_has_its_row_and_every_row_is_a_form():
    rows = re.findall(r"(?m)^\| `(\w+)` \| `/(\w+ \w+)", page("doors.md"))
    assert dict(rows) == {name: kind.command for name, kind in FORMS.items()}


def test_what_a_row_says_opens_the_form_does_open_it():
    rows = re.findall(r"(?m)^\| `(\w+)` \| `/[^|]+ \| ([^|]+) \|$", page("doors.md"))
    assert len(rows) == len(FORMS)
    for name, opening in rows:
        words = re.findall(r"`([^`]+)`", opening)
        assert words, name
        for one in words:
            found = opens(one)
            assert found is not None, one
            assert found.form == name


def test_every_noun_of_the_commands_is_on_the_page():
    for noun in {one.noun for one in COMMANDS}:
        assert re.search(rf"`/?{noun}\b", page("doors.md")), noun


def test_every_door_has_its_column():
    (head,) = re.findall(r"(?m)^\| \| (.+) \|$", page("doors.md"))
    assert head.split(" | ") == ["Slack", "Teams", "terminal"]
    tables = [line for line in page("doors.md").splitlines() if line.startswith("| **")]
    assert len(tables) > 12
    assert {line.count("|") for line in tables} == {5}


def test_every_right_that_slack_is_asked_for_is_explained_and_no_other():
    rows = re.findall(r"(?m)^\| `([\w:.]+)` \| \S", page("install-slack.md"))
    assert sorted(rows) == sorted(BOT_SCOPES)
    assert all(f"`{scope}`" in page("install-slack.md") for scope in APP_SCOPES)


@pytest.mark.parametrize("name", INSTALLING)
def test_the_steps_use_commands_options_and_settings_that_there_are(name):
    from typer.main import get_command

    known = get_command(app)
    for line in re.findall(r"(?m)\.venv/bin/replyby ([^`\n]+)", page(name)):
        command = known
        for word in line.split():
            if word in getattr(command, "commands", {}):
                command = command.commands[word]
        assert command is not known, line
        options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        assert set(re.findall(r"--[a-z]+", line)) <= options, line
    variables = {one for field in Settings.model_fields.values() for one in names(field)}
    named = re.findall(r"\b(?:REPLYBY_[A-Z_]+|SLACK_[A-Z_]+|MicrosoftApp\w+)\b", page(name))
    assert set(named) <= variables


@pytest.mark.parametrize("path", [HERE / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda one: one.name)
def test_every_link_to_a_file_of_ours_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)\s#]+)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target
