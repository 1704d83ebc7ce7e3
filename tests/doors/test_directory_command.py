"""`replyby directory`, as typed: it shows, asks, stores, and writes what it can read again."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.doors.agency_door import agency_door
from tests.doors.fake_slack import form, slash
from tests.seeded import seeded

PAT = "Name;E-Mail;Dept;Manager\r\nPat Jones;pat@riverbend.example;Permits;Robin Adeyemi\r\n"


@pytest.fixture
def database(tmp_path):
    address = f"sqlite:///{tmp_path / 'x.db'}"
    with seeded(address):
        pass
    return ("--database", address)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(PAT)
    return path


def replyby(*words: str, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "directory", *words],
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=dict(os.environ),
    )


def typed(answer: str, *words: str) -> subprocess.CompletedProcess[str]:
    """With somebody at a terminal who types the answer."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    try:
        return replyby(*words, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)


def test_it_shows_asks_and_stores(database, file):
    words = ("import", str(file), *database)
    nobody = replyby(*words)
    assert (nobody.returncode, "Say --yes to apply it" in nobody.stderr) == (2, True)
    assert "New: 1\n  Pat Jones <pat@riverbend.example>, handle pat, Permits" in nobody.stdout
    no = typed("n", *words)
    assert (no.returncode, no.stdout.endswith("Apply this? [y/N]: Nothing was stored.\n")) == (0, True)
    assert typed("y", *words).stdout.endswith("Stored.\n")
    again = replyby(*words)
    assert (again.returncode, "Unchanged: 1." in again.stdout) == (0, True)
    assert again.stdout.endswith("Nothing to change.\n")


def test_yes_asks_nobody_and_more_than_forty_lines_are_cut(database, file):
    many = "".join(f"Person {n};p{n}@x.example;Permits;robin\n" for n in range(50))
    file.write_text(f"Name;E-Mail;Dept;Manager\n{many}")
    words = ("import", str(file), *database)
    cut = replyby(*words)
    assert ("and 10 more lines (--all shows them)" in cut.stdout, "Person 49" in cut.stdout) == (True, False)
    done = replyby(*words, "--all", "--yes")
    assert ("Person 49" in done.stdout, done.returncode) == (True, 0)


def test_faults_are_told_by_line_and_nothing_is_stored(database, file):
    file.write_text(f"{PAT}Ann;ann;Permits;\r\nBo;b@x.example;Parking;zed\r\n")
    done = replyby("import", str(file), "--yes", *database)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "Line 3: “ann” is no e-mail address. Write it as pat@example.gov.",
        "Line 4: There is no department called “Parking”. There are Administration, Human Resources, "
        "Permits; --new-departments STANDARD adds those that are not there.",
        "Line 4: Bo reports to “zed”, who is neither in the file nor in the database.",
        "Nothing was stored.",
    ]
    file.write_text(PAT)
    assert "New: 1" in replyby("import", str(file), *database).stdout


def test_a_file_of_a_few_names_five_of_the_others_and_all_when_asked(database, file):
    file.write_text(f"{PAT}".replace("Jones", "Quinn"))
    few = replyby("import", str(file), *database).stdout.splitlines()
    at = next(n for n, line in enumerate(few) if line.startswith("In the database and not in the file"))
    assert few[at].endswith(": 6")
    assert (len(few[at + 1 : at + 6]), few[at + 6]) == (5, "  and 1 more lines (--all shows them)")
    whole = replyby("import", str(file), "--all", *database).stdout
    assert "more lines" not in whole


def test_departments_and_who_is_missing_go_by_options(database, file):
    file.write_text("name,mail,department\nPat,pat@x.example,Parking\nAlex Moreau,alex@riverbend.example,\n")
    words = ("import", str(file), "--yes", "--deactivate-missing", "--new-departments")
    assert "no standard called 'strict'" in replyby(*words, "strict", *database).stderr
    done = replyby(*words, "san-jose", *database)
    assert "New departments: 1\n  Parking, with the standard san-jose" in done.stdout
    assert "Leaving: they are refused in chat, and get no more messages: 5" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "nowhere.csv"), "nowhere.csv: No such file"),
        (("import", "."), "Is a directory"),
        (("export", "{file}"), "staff.csv is there already, and stays as it is. Choose another name."),
    ],
)
def test_what_cannot_be_read_or_written_is_a_sentence(database, file, words, sentence):
    done = replyby(*(one.format(file=file) for one in words), *database)
    assert (done.returncode, sentence in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_a_database_without_an_agency_is_a_sentence(tmp_path, file):
    fresh = ("--database", f"sqlite:///{tmp_path / 'fresh.db'}")
    for words in (("import", str(file)), ("export", str(tmp_path / "out.csv"))):
        done = replyby(*words, *fresh)
        assert (done.returncode, "no agency yet" in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_what_is_exported_can_be_imported_and_is_the_owners_alone(database, file, tmp_path):
    out = tmp_path / "out.csv"
    replyby("import", str(file), "--yes", *database)
    assert replyby("export", str(out), *database).returncode == 0
    assert Path(out).stat().st_mode & 0o077 == 0
    done = replyby("import", str(out), *database)
    assert ("Unchanged: 7." in done.stdout, "Nothing to change." in done.stdout) == (True, True)


async def test_an_imported_person_is_known_in_slack_by_the_address_that_slack_vouches_for(
    tmp_path, file, slack, clock
):
    address = f"sqlite:///{tmp_path / 'slack.db'}"
    with seeded(address) as office:
        assert replyby("import", str(file), "--yes", "--database", address).returncode == 0
        slack.add("U0PAT", email="Pat@riverbend.example")
        async with agency_door(slack, office.store, clock) as agency:
            answer = await agency.send(form(slash("log call from Jane Doe about a permit", user_id="U0PAT")))
            assert "INQ-1" in answer.text
            stranger = await agency.send(form(slash("mine", user_id="U0NOBODY", trigger_id="2")))
            assert "I do not know you yet" in stranger.text
