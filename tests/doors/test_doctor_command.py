"""`replyby doctor`, as typed and as a whole: side by side, never with a secret, exit 1 for a fault."""

import asyncio
import os
import subprocess
import sys

import pytest

from bot.doctor import examine as examining
from bot.doctor import slack
from bot.doctor.examine import Patient, examine
from bot.doctor.finding import Level, fault, look, ok, report
from bot.manifests.slack_scopes import BOT_SCOPES
from tests.doors.doctor_office import NOW, serving, worst
from tests.doors.fake_teams import APP, TENANT
from tests.doors.mail_office import MailOffice
from tests.seeded import seeded

SECRETS = {
    "REPLYBY_SECRET": "made-up-survey-secret-0123456789abcdef",
    "SLACK_BOT_TOKEN": "xoxb-made-up-token",
    "SLACK_APP_TOKEN": "xapp-made-up-token",
    "SLACK_SIGNING_SECRET": "made-up-signing-secret",
    "MicrosoftAppPassword": "made-up-password",
}


@pytest.fixture
def database(tmp_path):
    address = f"sqlite:///{tmp_path / 'x.db'}"
    with seeded(address):
        pass
    (tmp_path / "x.db").chmod(0o600)
    return address


def replyby(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "doctor", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environ},
    )


async def test_all_of_it_is_examined_and_no_secret_is_said(database):
    async with serving() as server, MailOffice() as post:
        server.says(
            "/api/auth.test",
            {"ok": True, "team_id": "T0", "bot_id": "B0"},
            X_OAuth_Scopes=",".join(BOT_SCOPES),
        )
        server.says("/api/apps.connections.open", {"ok": True})
        environ = {
            **SECRETS,
            "REPLYBY_SLACK_API_URL": f"{server.url}/api/",
            "MicrosoftAppId": APP,
            "MicrosoftAppTenantId": TENANT,
            "REPLYBY_TEAMS_OPENID_URL": f"{server.url}/openid",
            "REPLYBY_SMTP_URL": f"smtp://us:made-up-letters@127.0.0.1:{post.port}",
            "REPLYBY_SMTP_FROM": "replies@riverbend.example",
            "REPLYBY_PUBLIC_URL": f"{server.url}",
        }

        class Login:
            def get_access_token(self):
                raise PermissionError(f"AADSTS7000215 {SECRETS['MicrosoftAppPassword']}")

        found = await examine(Patient(environ, lambda: NOW, database, credentials=Login()))
    assert {one.about for one in found} == {
        "settings", "survey key", "disk", "database", "directory", "calendar", "standards", "messages",
        "slack", "teams", "e-mail", "public address", "clock",
    }  # fmt: skip
    said = "\n".join(report(found))
    for secret in (*SECRETS.values(), "made-up-letters"):
        assert secret not in said
    faults = [one.split(":")[0] for one in worst(found) if one.startswith("FAULT")]
    assert sorted(set(faults)) == ["FAULT e-mail", "FAULT public address", "FAULT teams"]


async def test_a_check_that_breaks_hides_no_other_and_says_no_secret(database, monkeypatch):
    async def broken(*_):
        raise KeyError("xoxb-made-up")

    monkeypatch.setattr(slack, "check", broken)
    environ = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_APP_TOKEN": "xapp-made-up"}
    found = await examine(Patient(environ, lambda: NOW, database))
    (one,) = [one for one in found if one.about == "slack"]
    assert (one.level, one.says.startswith("This check broke (KeyError)")) == (Level.FAULT, True)
    assert "xoxb" not in "".join(report(found))
    assert any(one.about == "directory" for one in found)


async def test_a_check_that_hangs_is_not_waited_for(monkeypatch):
    async def hanging():
        await asyncio.Event().wait()

    monkeypatch.setattr(examining, "LONGEST", 0.01)
    (one,) = worst(await examining._patiently("slack", hanging))
    assert one.startswith("FAULT slack: No answer came within 0.01 seconds.")


async def test_the_checks_of_the_network_run_side_by_side(database, monkeypatch):
    both = asyncio.Barrier(2)

    async def meets(*_, **__):
        # Neither gets through before the other is there.
        await both.wait()
        return []

    monkeypatch.setattr(slack, "check", meets)
    monkeypatch.setattr(examining.public, "check", meets)
    environ = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_APP_TOKEN": "xapp-made-up"}
    found = await examine(Patient(environ, lambda: NOW, database))
    assert not [one for one in found if one.level is Level.FAULT]


def test_a_report_counts_and_gives_words():
    assert report(
        [ok("disk", "Fine."), look("slack", "Hm.", "See."), fault("e-mail", "No.", "Mend it.")]
    ) == [
        "OK     disk    Fine.",
        "LOOK   slack   Hm. See.",
        "FAULT  e-mail  No. Mend it.",
        "",
        "1 fault, 1 to look at, 1 in order.",
    ]


def test_the_command_says_what_is_so_and_exits_by_it(database):
    well = replyby("--offline", "--database", database)
    assert (well.returncode, well.stderr) == (0, "")
    assert "OK     directory   Riverbend County: 6 people in 3 departments." in well.stdout
    assert "LOOK   network     It was left out (--offline)" in well.stdout
    assert well.stdout.endswith("0 faults, 2 to look at, 11 in order.\n")
    wrong = replyby("--offline", "--database", database, SLACK_BOT_TOKEN="xoxp-hush", REPLYBY_ZONE="Gotham")
    assert wrong.returncode == 1
    assert "FAULT  settings    REPLYBY_ZONE must be the name of a time zone" in wrong.stdout
    assert "hush" not in wrong.stdout + wrong.stderr


def test_a_faulty_address_of_the_database_is_told_and_no_other_is_examined(tmp_path):
    done = replyby("--offline", REPLYBY_DATABASE_URL="mysql://us:hush@x/y")
    assert done.returncode == 1
    assert "REPLYBY_DATABASE_URL must be sqlite:///FILE or postgresql://" in done.stdout
    assert (" disk " in done.stdout, "hush" in done.stdout) == (False, False)
    done = replyby("--offline", "--database", f"sqlite:///{tmp_path / 'none.db'}")
    assert (done.returncode, "There is no file" in done.stdout, list(tmp_path.iterdir())) == (1, True, [])
