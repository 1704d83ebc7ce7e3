"""`replyby audit`, as typed; and what the command line itself leaves in the audit."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from models.audit import COMMAND_LINE, Audited
from models.audit_chain import seal
from models.store import Store
from tests.models.spelled_dates import at
from tests.seeded import MORNING, Office, seeded

DEMO = Path(__file__).parents[2] / "bot" / "demo"
LOG = "inquiry log email from Jane Doe about a permit"


def replyby(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=dict(os.environ),
    )


@pytest.fixture
def office(database_url):
    with seeded(database_url) as office:
        office.say("dana", LOG)
        office.say("dana", "inquiry ack INQ-1 by Thu")
        yield office


def audit(office, *words, **more):
    address = office.store.url.render_as_string(hide_password=False)
    return replyby("audit", *words, "--database", address, **more)


def test_a_chain_that_is_whole_is_told_with_its_head(office):
    rows = len(office.rows(Audited))
    new = audit(office, "verify")
    assert (new.returncode, new.stderr) == (0, "")
    assert new.stdout.startswith("0 rows, unbroken; nothing is sealed yet.\n")
    assert f"{rows} rows not sealed yet, since 2026-03-02 15:00:00 UTC." in new.stdout
    assert audit(office, "head").stdout == f"0 {'0' * 64}\n"
    seal(office.store, office.now)
    done = audit(office, "verify")
    assert done.stdout == f"{rows} rows, unbroken, sealed up to number {rows} (2026-03-02 15:00:00 UTC).\n"
    head = audit(office, "head").stdout.strip()
    assert head == f"{rows} {office.rows(Audited)[-1].hash}"
    assert audit(office, "verify", "--head", head).returncode == 0


def test_the_first_broken_row_is_named_and_the_command_fails(office):
    seal(office.store, office.now)
    row = office.rows(Audited)[-2]
    guard = "audit_only_grows ON audit" if office.store.on_postgresql else "audit_no_change"
    with office.store.transaction() as db:
        db.execute(text(f"DROP TRIGGER {guard}"))
        db.execute(text("UPDATE audit SET outcome = 'inquiry_closed' WHERE number = :it"), {"it": row.number})
    done = audit(office, "verify")
    assert (done.returncode, done.stderr) == (1, "")
    before = "1 row" if row.number == 2 else f"{row.number - 1} rows"
    assert done.stdout == (
        f"Broken at number {row.number}. {before} before it are whole.\n"
        "  wrong: content changed: it is not what was sealed\n"
        "  when: 2026-03-02 15:00:00 UTC\n"
        f"  who: {row.who}\n"
        "  what: inquiry log, about inquiry:1\n"
        "  outcome: inquiry_closed\n"
    )


def test_a_chain_that_ends_before_the_known_head_fails(office):
    seal(office.store, office.now)
    rows = len(office.rows(Audited))
    done = audit(office, "verify", "--head", f"{rows + 5} {'a' * 64}")
    assert done.returncode == 1
    assert f"Broken at number {rows + 1}." in done.stdout
    assert f"the known head has number {rows + 5}" in done.stdout
    other = audit(office, "verify", "--head", f"{rows} {'a' * 64}")
    assert other.returncode == 1
    assert "is not the one of the known head" in other.stdout


def test_words_are_proven_from_standard_input(office):
    seal(office.store, office.now)
    number = str(office.rows(Audited)[-2].number)
    assert audit(office, "words", number, typed=f"{LOG}\n").returncode == 0
    other = audit(office, "words", number, typed=LOG.replace("Jane", "Joan"))
    assert (other.returncode, other.stdout) == (1, f"Number {number} came of other words.\n")
    none = audit(office, "words", "1", typed=LOG)
    assert (none.returncode, "cannot tell" in none.stdout) == (1, True)
    assert audit(office, "words", "99", typed=LOG).returncode == 2


def test_what_cannot_be_verified_is_a_sentence(tmp_path, office):
    for words in (("verify", "--head", "7 abc"), ("verify", "--head", "soon")):
        done = audit(office, *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("replyby: A head")
    done = replyby("audit", "verify", "--database", f"sqlite:///{tmp_path / 'none.db'}")
    assert (done.returncode, "There is no database" in done.stderr) == (2, True)


@contextmanager
def opened(address):
    """An office at a database that the command line has filled."""
    store = Store(address)
    try:
        yield Office(store, at(MORNING))
    finally:
        store.close()


def acts(office):
    return [f"{row.what} {row.outcome}" for row in office.rows(Audited) if row.who == COMMAND_LINE]


def test_what_is_done_at_the_command_line_is_in_the_audit(tmp_path):
    address = f"sqlite:///{tmp_path / 'replyby.db'}"
    database = ("--database", address)
    files = tmp_path / "agency"
    shutil.copytree(DEMO, files)
    assert replyby("seed", *database).returncode == 0
    assert replyby("seed", *database).returncode == 0
    assert replyby("migrate", *database).returncode == 0
    assert replyby("backup", str(tmp_path / "kept.db"), *database).returncode == 0
    path = files / "agency.toml"
    path.write_text(path.read_text().replace("last_year = 2032", "last_year = 2033"))
    words = ("calendar", "--agency", str(files), *database)
    assert replyby(*words, typed="n\n").returncode == 0
    assert replyby(*words, "--yes").returncode == 0
    with opened(address) as office:
        first, *others = acts(office)
        assert first.startswith("migrate revision ")
        assert others == ["seed stored", "calendar applied"]
    assert replyby("restore", str(tmp_path / "kept.db"), "--replace", *database).returncode == 0
    with opened(address) as office:
        assert acts(office) == [first, "seed stored", "restore restored"]
        assert seal(office.store, office.now) == 3
