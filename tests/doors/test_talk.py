"""The third door: `replyby talk` through a pipe, as a script would hold a conversation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DAY = [
    "/inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40",
    ":until 2026-03-03 14:00",
    "/inquiry ack INQ-1 by Thu “We are looking into it”",
    ":later 3d",
    ":as sam",
    "/desk overdue",
    ":inbox",
    ":as dana",
    '/inquiry close INQ-1 "Permit sent by mail"',
]


def talk(
    lines: list[str], database: str, *options: str, at: str = "2026-03-02T09:00"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "talk", "--database", database, "--at", at, *options],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'demo.db'}"


def test_a_day_through_a_pipe_ends_well(database_url):
    done = talk(DAY, database_url)
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    assert "INQ-1 logged" in said
    assert "Tue 2026-03-03 17:00 CST" in said
    assert "R5, FED L3 (3)" in said
    assert re.search(r"→ Dana Whitfield \(dana\) · Tue 2026-03-03 13:00 CST\s+INQ-1 is due soon", said)
    assert "INQ-1 acknowledged" in said
    assert re.search(r"→ Dana Whitfield \(dana\) · Thu 2026-03-05 17:00 CST\s+INQ-1 is due now", said)
    # The digest of the morning says that it is past due; no word of its own says so an hour later.
    assert re.search(r"→ Dana Whitfield \(dana\) · Fri 2026-03-06 08:00 CST\s+.*: 1 overdue", said)
    assert "INQ-1 is past due" not in said
    assert re.search(r"→ Sam Castellano \(sam\) · Fri 2026-03-06 10:00 CST\s+INQ-1 is overdue", said)
    assert "sam> /desk overdue" in said
    assert re.search(r"http://127\.0\.0\.1:8000/survey/[\w-]{43}\b", said)


def test_the_conversation_goes_on_where_it_was_left(file):
    talk(DAY[:1], file)
    again = talk(["inquiry mine"], file, at="2026-03-02T10:00")
    assert "INQ-1" in again.stdout
    assert again.returncode == 0


def test_steering_says_what_it_cannot_do(file):
    lines = [
        ":as nobody",
        ":as",
        ":later",
        ":later soon",
        ":until yesterday",
        ":later " + "9999w" * 60,
        ":until 9999-12-31T23:59-12:00",
        ":until 2026-03-01",
        ":dance",
        ":who",
        ":inbox",
    ]
    said = talk(lines, file).stdout
    assert "“nobody” is nobody here" in said
    assert said.count("Say how far") == 5
    assert "The clock moves ahead only." in said
    assert ":quit               leave" in said
    assert re.search(r"dana +Dana Whitfield +staff +Human Resources +sam", said)
    assert "No messages yet." in said


def test_quit_ends_the_conversation(file):
    said = talk([":quit", "help"], file).stdout
    assert "What you can say" not in said


def test_moving_the_clock_far_ahead_says_each_reminder_once(file):
    said = talk([DAY[0], ":later 3w"], file).stdout
    for title in ("INQ-1 is due soon", "INQ-1 is due now"):
        assert said.count(title) == 1
    # The supervisor first, and eight working hours later the one above.
    assert said.count("INQ-1 is overdue") == 2


def test_the_clock_of_an_agency_that_is_served_is_not_moved(file, tmp_path):
    demo = Path(__file__).parents[2] / "bot" / "demo"
    described = (
        (demo / "agency.toml").read_text().replace('handle = "dana"', 'handle = "dana"\nslack = "T1:U1"')
    )
    (tmp_path / "agency.toml").write_text(described)
    (tmp_path / "closures.toml").write_text("")
    said = talk([DAY[0], ":later 2d"], file, "--agency", str(tmp_path)).stdout
    assert "its clock is the real one" in said
    assert "due soon" not in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--database", "mysql://x/y"], "The database must be SQLite"),
        (["--agency", "nowhere"], "There is no nowhere/agency.toml"),
        (["--at", "noonish"], "“noonish” is no time that can be read"),
    ],
)
def test_a_wrong_option_is_a_sentence_and_exit_status_two(file, options, sentence):
    done = talk([], file, *options)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_conversation_in_the_readme_is_the_one_that_is_held(file):
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    shown = [
        line[4:].strip() for line in readme.split("## A conversation")[1].split("Lines with")[0].splitlines()
    ]
    asked = [line.removeprefix("dana> ") for line in shown if line.startswith("dana> ")]
    assert len(asked) == 4
    held = " ".join(talk(asked, file).stdout.split())
    for line in filter(None, shown):
        assert " ".join(line.removesuffix("…").split()) in held
