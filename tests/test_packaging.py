"""What is installed, by which lines, and with what in it: the pins, the package, the container, CI."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent.parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())
PINS = ("requirements.txt", "requirements-test.txt", "requirements-bench.txt", "requirements-clients.txt")
PACKAGES = ("bot", "handlers", "models", "scheduler", "templates")


def pins(name: str) -> dict[str, str]:
    """Package to version. Raises AssertionError for a line that is not pinned and hashed."""
    found = {}
    text = re.sub(r"(?m)^\s*#.*\n?", "", (HERE / name).read_text()).replace("\\\n", " ")
    for line in text.splitlines():
        requirement, *hashes = line.split(" --hash=")
        assert hashes, f"{name}: no hash: {line[:60]}"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one.strip()) for one in hashes), line[:60]
        pinned = re.fullmatch(r"([\w.-]+)==([\w.]+)( ; .+)?", requirement.strip())
        assert pinned, f"{name}: not pinned: {requirement}"
        found[canonicalize_name(pinned[1])] = pinned[2]
    return found


def instructions() -> list[tuple[str, str]]:
    """The lines of the Dockerfile as (word, rest), with continued lines joined and comments left out."""
    text = re.sub(r"(?m)^#.*\n", "", (HERE / "Dockerfile").read_text()).replace("\\\n", " ")
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def own_files() -> set[str]:
    """Every file of our packages, caches left out."""
    files = (path for package in PACKAGES for path in (HERE / package).rglob("*") if path.is_file())
    return {path.relative_to(HERE).as_posix() for path in files if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with Replyby installed from what the Dockerfile copies, by the command that it gives."""
    clean, target = tmp_path_factory.mktemp("src"), tmp_path_factory.mktemp("installed")
    for word, rest in instructions():
        if word == "COPY" and "--from=" not in rest:
            *sources, _ = rest.split()
            for source in sources:
                if (HERE / source).is_dir():
                    leave = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(HERE / source, clean / source, ignore=leave)
                else:
                    shutil.copy(HERE / source, clean / source)
    (command,) = [rest for word, rest in instructions() if word == "RUN" and rest.endswith(" .")]
    said = shlex.split(command)[1:]
    assert said[:3] == ["-m", "pip", "install"]
    run = [sys.executable, *said, "--quiet", "--disable-pip-version-check", "--no-index", "--target", target]
    subprocess.run(run, cwd=clean, check=True)
    return target


@pytest.mark.parametrize("name", PINS)
def test_every_requirement_is_pinned_and_hashed(name):
    assert len(pins(name)) > 50


def test_the_pins_meet_what_the_project_asks_for():
    extras = PROJECT["project"]["optional-dependencies"]
    build = PROJECT["build-system"]["requires"]
    assert build == PROJECT["dependency-groups"]["build"]
    asked = [PROJECT["project"]["dependencies"] + build, extras["test"], extras["bench"], extras["clients"]]
    for name, lines in zip(PINS, asked, strict=True):
        for requirement in map(Requirement, lines):
            version = pins(name).get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is not in {name} (make lock)"
            assert requirement.specifier.contains(version), f"{requirement} but {version} in {name}"


def test_the_tests_run_with_the_versions_that_are_served():
    served, tested = pins(PINS[0]), pins(PINS[1])
    assert {name: tested.get(name) for name in served} == served


def test_nothing_is_installed_that_a_pinned_package_lacks():
    pinned = pins("requirements-bench.txt")
    here = {canonicalize_name(one.name): one for one in distributions()}
    for name in pinned.keys() & here.keys():
        for line in here[name].requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in pinned, f"{name} needs {needed.name}"


def test_the_installed_package_has_every_file_of_the_tree_and_no_other(installed):
    found = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    found = {path for path in found if path.startswith(tuple(f"{one}/" for one in PACKAGES))}
    assert {path for path in found if "__pycache__" not in path} == own_files()


def test_the_files_that_are_read_at_run_time_are_among_them():
    files = own_files()
    for pattern in (
        r"templates/\w+\.j2",
        r"models/standards/[\w-]+\.toml",
        r"bot/demo/\w+\.toml",
        r"bot/locale/\w+\.po",
    ):
        assert any(re.fullmatch(pattern, path) for path in files), pattern
    assert any(path.startswith("models/migrations/") for path in files)


def test_the_installed_program_finds_its_standards_templates_migrations_and_demo_agency(installed, tmp_path):
    run = [sys.executable, "-P", "-m", "bot", "talk", "--at", "2026-03-02T09:00"]
    run += ["--database", f"sqlite:///{tmp_path / 'talk.db'}"]
    talk = subprocess.run(
        run,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        input="/inquiry log call from Jane Doe 608-555-0133 about a permit received 8:40\n:who\n:quit\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert talk.returncode == 0, talk.stderr
    assert "INQ-1" in talk.stdout
    assert "dana" in talk.stdout.casefold()


def test_the_container_is_built_from_files_that_are_there_and_ours():
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and "--from=" not in rest]
    sources = {source for group in copied for source in group}
    assert sources == {"requirements.txt", "pyproject.toml", "README.md", "LICENSE", *PACKAGES}
    assert [source for source in sources if not (HERE / source).exists()] == []
    sent = {line[1:] for line in (HERE / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert sent == sources


def test_the_container_serves_as_a_plain_user():
    lines = instructions()
    words = [word for word, _ in lines]
    assert words.index("USER") < words.index("CMD")
    assert dict(lines)["USER"] == "10001:10001"
    assert shlex.split(dict(lines)["CMD"].strip("[]").replace(",", " ")) == ["replyby", "serve"]
    assert PROJECT["project"]["scripts"] == {"replyby": "bot.__main__:main"}
    health = re.search(r'CMD \["python", "-c", "(.+)"\]', dict(lines)["HEALTHCHECK"])
    assert health
    compile(health[1], "HEALTHCHECK", "exec")


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_every_setting_of_the_container_is_one_that_replyby_knows(name):
    from bot.settings import Settings

    known = {str(info.validation_alias) for info in Settings.model_fields.values()}
    named = set(re.findall(r"REPLYBY_\w+", (HERE / name).read_text()))
    assert named
    assert named <= known


def test_ci_runs_what_a_developer_runs():
    script = HERE / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    assert [line for line in script.read_text().splitlines() if line.startswith("make")] == [
        "make lint",
        "make test",
        "make test-clients",
    ]
