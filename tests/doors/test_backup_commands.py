"""`replyby backup` and `replyby restore`, as typed."""

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from models import outbox
from tests.seeded import seeded


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'replyby.db'}"


def typed(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_backup_and_a_restore_say_what_they_did(url, tmp_path):
    file = tmp_path / "one.db"
    with seeded(url) as office:
        with office.store.transaction() as db:
            outbox.put(db, "a", "staff:1", "help", {}, now=office.now)
        office.store.close()
        made = typed("backup", file, "--database", url)
        assert made.exit_code == 0
        assert made.output.startswith(f"{file} holds the whole database: ")
        assert made.output.endswith("checked.\n")
        refused = typed("restore", file, "--database", url)
        assert refused.exit_code == 2
        assert "With --replace it is replaced" in refused.output
        done = typed("restore", file, "--database", url, "--replace")
    assert done.exit_code == 0
    kept, holds, owed, lost = done.output.splitlines()
    assert kept.startswith(f"What the database held before is in {tmp_path / 'replyby-before-restore-'}")
    assert holds == f"{file} is restored. Inquiries: 0."
    assert owed.startswith("Messages still to be said at the time of the backup: 1; due by now: 1.")
    assert lost.startswith("What was done since the backup is lost")


@pytest.mark.skipif(os.name != "posix", reason="a shell limits what may be written")
def test_a_disk_that_is_full_is_a_sentence_and_leaves_nothing_half(url, tmp_path):
    with seeded(url) as office:
        office.store.close()
    full = tmp_path / "full"
    full.mkdir()
    limited = f'ulimit -f 64; exec "{sys.executable}" -m bot backup "{full / "one.db"}" --database "{url}"'
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"replyby: {full / 'one.db'} cannot be written: ")
    assert list(full.iterdir()) == []


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_cannot_be_done_is_a_sentence(command, url, tmp_path):
    done = typed(command, tmp_path / "missing.db", "--database", url)
    assert done.exit_code == 2
    assert done.output.startswith("replyby: There is no ")
    assert done.output.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
