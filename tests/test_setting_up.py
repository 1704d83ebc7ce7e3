"""What `make setup` does on a newcomer's machine; a stand-in for Python only notes what it is told."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
STAND_IN = f"""#!/bin/sh
case "$*" in
    "-m venv "*) echo "$*" >>calls; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    "-m ensurepip "*) echo "$*" >>calls ;;
    "-m pip --version") ;;
    "-m pip install "*)
        echo "$*" >>calls
        if [ -e no-network ]; then echo "no route to host" >&2; exit 1; fi
        : >.venv/bin/replyby; chmod +x .venv/bin/replyby ;;
    *) exec "{sys.executable}" "$@" ;;
esac
"""
LACKS_VENV = f"""#!/bin/sh
case "$*" in *ensurepip*) exit 1 ;; esac
exec "{sys.executable}" "$@"
"""
WORKS = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
SHIM = "#!/bin/sh\necho 'this version is not active' >&2\nexit 127\n"
NAMES = ("python3.13", "python3.12", "python3.11", "python3")


class Machine:
    """A folder with our Makefile and requirements, and the programs that a newcomer has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "programs").mkdir()
        for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-test.txt"):
            shutil.copy(HERE / name, folder)

    def program(self, name: str, text: str) -> Path:
        path = self.folder / "programs" / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        # Not the variables by which one make speaks to another.
        plain = {name: value for name, value in os.environ.items() if "MAKE" not in name}
        for name in ("MFLAGS", "PYTHON"):
            plain.pop(name, None)
        plain["PATH"] = f"{self.folder / 'programs'}{os.pathsep}{plain['PATH']}"
        return subprocess.run(
            ["make", *words], cwd=self.folder, env=plain, capture_output=True, text=True, check=False
        )

    def calls(self) -> list[str]:
        """What Python was told since this was last asked."""
        notes = self.folder / "calls"
        said = notes.read_text().splitlines() if notes.exists() else []
        notes.unlink(missing_ok=True)
        return said


@pytest.fixture
def machine(tmp_path):
    made = Machine(tmp_path)
    made.program("python3.13", STAND_IN)
    return made


def test_make_alone_lists_every_target_with_a_line():
    listed = Machine.make.__get__(type("Here", (), {"folder": HERE}))().stdout
    named = re.findall(r"(?m)^  make (\S+) +\S", listed)
    assert named == [
        "help", "setup", "run", "test", "test-clients", "soak", "bench", "lint", "fmt", "docs",
        "lock", "clean",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("programs", "chosen"),
    [
        ((WORKS, WORKS, WORKS, WORKS), "python3.13"),
        ((SHIM, WORKS, WORKS, WORKS), "python3.12"),
        ((SHIM, LACKS_VENV, WORKS, WORKS), "python3.11"),
        ((SHIM, SHIM, SHIM, WORKS), "python3"),
    ],
)
def test_the_first_python_that_really_runs_is_taken(tmp_path, programs, chosen):
    machine = Machine(tmp_path)
    for name, text in zip(NAMES, programs, strict=True):
        machine.program(name, text)
    assert machine.make("python").stdout.strip() == chosen


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (SHIM, "Replyby needs Python 3.11 or later, and none was found."),
        (LACKS_VENV, "python3.13 lacks a part of Python's own library that is needed"),
    ],
)
def test_without_a_python_that_fits_a_sentence_says_what_is_missing(tmp_path, program, sentence):
    machine = Machine(tmp_path)
    for name in NAMES:
        machine.program(name, program)
    said = machine.make("setup")
    assert said.returncode != 0
    assert said.stderr.startswith(sentence)
    assert not (tmp_path / ".venv").exists()


def test_a_named_python_that_is_too_old_is_refused_by_name(machine):
    old = machine.program("old", SHIM)
    said = machine.make("setup", f"PYTHON={old}")
    assert said.returncode != 0
    assert said.stderr.startswith(f"PYTHON={old} does not run as Python 3.11 or later.")


def test_a_set_up_installs_only_what_is_pinned_and_hashed_and_then_replyby(machine):
    said = machine.make("setup")
    assert re.fullmatch(
        r"Building \.venv with Python [\d.]+ \(about a minute\)…\nReady: \.venv/bin/replyby\n", said.stdout
    )
    venv, pip, packages, own = machine.calls()
    assert venv.startswith("-m venv --clear")
    assert pip.startswith("-m ensurepip")
    assert packages.endswith(" --require-hashes --no-deps -r requirements.txt")
    assert own.endswith(" --no-deps --no-build-isolation -e .")
    container = (HERE / "Dockerfile").read_text()
    assert "-m pip install --require-hashes --no-deps -r requirements.txt\n" in container
    assert "-m pip install --no-deps --no-build-isolation .\n" in container


def test_a_second_set_up_does_and_says_nothing(machine):
    machine.make("setup-test")
    assert machine.calls()
    for target in ("setup", "setup-test", "setup"):
        said = machine.make(target)
        assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    assert machine.calls() == []


def test_the_extras_of_the_tests_are_added_to_what_is_there(machine):
    machine.make("setup")
    machine.calls()
    said = machine.make("setup-test")
    assert said.stdout.startswith("Bringing .venv up to date…\n")
    assert [call.split()[-1] for call in machine.calls()] == ["requirements-test.txt", "."]


def test_changed_requirements_are_installed_in_place(machine):
    machine.make("setup")
    machine.calls()
    with (machine.folder / "requirements.txt").open("a") as file:
        file.write("# another pin\n")
    assert machine.make("setup").stdout.startswith("Bringing .venv up to date…\n")
    assert len(machine.calls()) == 2


def test_an_environment_that_somebody_else_made_is_kept(machine):
    machine.make("setup")
    (machine.folder / ".venv" / ".ready-run").unlink()
    (machine.folder / ".venv" / "theirs").touch()
    assert machine.make("setup").stdout.startswith("Bringing .venv up to date…\n")
    assert (machine.folder / ".venv" / "theirs").exists()


def test_a_set_up_that_was_cut_short_begins_afresh(machine):
    machine.make("setup")
    gone = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True, check=True).stdout
    (machine.folder / ".venv" / ".unfinished").write_text(gone)
    assert machine.make("setup").stdout.startswith("Building .venv")
    assert not (machine.folder / ".venv" / ".unfinished").exists()
    assert machine.make("setup").stdout == ""


def test_a_folder_that_was_moved_is_set_right(machine, tmp_path_factory):
    machine.make("setup")
    machine.folder = machine.folder.rename(tmp_path_factory.mktemp("moved") / "here")
    assert machine.make("setup").stdout.startswith("Bringing .venv up to date…\n")


def test_without_a_network_the_reason_is_given_and_the_next_try_mends_it(machine):
    (machine.folder / "no-network").touch()
    said = machine.make("setup")
    assert said.returncode != 0
    assert "no route to host\nThe packages could not be installed; the reason is above." in said.stderr
    (machine.folder / "no-network").unlink()
    said = machine.make("setup")
    assert said.returncode == 0
    assert said.stdout.endswith("Ready: .venv/bin/replyby\n")
