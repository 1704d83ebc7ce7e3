"""`replyby due`, `migrate` and `seed`, as typed."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def replyby(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environ},
    )


def due(*words: str, **environ: str) -> dict:  # type: ignore[type-arg]
    done = replyby("due", "--json", *words, **environ)
    assert done.stderr == ""
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_due_prints_deadlines_with_rule_and_reckoning():
    found = due("--standard", "departmental", "--channel", "email", "--received", "2026-03-06T16:30")
    assert (found["standard"], found["channel"]) == ("departmental", "email")
    assert found["received"] == "2026-03-06T16:30:00-06:00"
    (one,) = found["deadlines"]
    assert (one["kind"], one["rule"], one["due"]) == ("respond", "R5", "2026-03-09T17:00:00-05:00")
    assert any("Saturday 2026-03-07" in step for step in one["because"])


def test_a_range_has_an_aim_before_its_due():
    found = due("--standard", "madison-hr", "--channel", "call", "--received", "2026-03-06T16:30")
    (one,) = found["deadlines"]
    assert (one["aim"], one["due"]) == ("2026-03-09T16:30:00-05:00", "2026-03-10T16:30:00-05:00")


def test_a_naive_time_is_read_in_the_offices_zone_and_an_offset_is_kept_as_an_instant():
    words = ("--standard", "departmental", "--channel", "email", "--received")
    berlin = due(*words, "2026-03-06T16:30", REPLYBY_ZONE="Europe/Berlin")
    assert berlin["received"] == "2026-03-06T16:30:00+01:00"
    assert due(*words, "2026-03-06T22:30Z")["received"] == "2026-03-06T16:30:00-06:00"


def test_due_speaks_to_people_too():
    done = replyby(
        "due", "--standard", "departmental", "--channel", "letter", "--received", "2026-03-06T16:30"
    )
    assert "answer due 2026-03-13T17:00:00-05:00" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--standard", "x", "--channel", "email", "--received", "2026-03-06"), "no standard called 'x'"),
        (
            ("--standard", "departmental", "--channel", "fax", "--received", "2026-03-06"),
            "“fax” is no channel",
        ),
        (("--standard", "departmental", "--channel", "email", "--received", "soon"), "“soon” is no time"),
        (("--standard", "departmental", "--channel", "email", "--received", "1990-03-06"), "2020"),
    ],
)
def test_what_cannot_be_reckoned_is_a_sentence(words, sentence):
    done = replyby("due", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_and_seed_are_harmless_twice(database_url):
    for word in ("is stored", "has an agency already"):
        assert replyby("migrate", "--database", database_url).returncode == 0
        assert word in replyby("seed", "--database", database_url).stdout


def test_an_agency_file_with_a_fault_is_refused_by_name(tmp_path: Path):
    demo = Path(__file__).parents[2] / "bot" / "demo" / "agency.toml"
    text = demo.read_text()
    for old, new, sentence in (
        ('department = "Permits"', 'department = "Parking"', "Parking, which is not a department"),
        ('supervisor = "sam"', 'supervisor = "max"', "reports to max"),
        ('handle = "lee"', 'handle = "dana"', "two members of staff have the handle dana"),
        ('zone = "America/Chicago"', 'zone = "America/Gotham"', "America/Gotham"),
        ('standard = "departmental"', 'standard = "none-such"', "none-such"),
        ('name = "Permits"', 'nome = "Permits"', "department number 2, nome: is no entry"),
        ('name = "Permits"', 'name = ""', "must not be empty"),
        ('name = "Permits"', 'name = "Human Resources"', "two departments are called Human Resources"),
        (
            'email = "lee@riverbend.example"',
            'email = "lee"',
            "staff lee, email: “lee” is no e-mail address; write it as pat@",
        ),
        (
            'email = "lee@riverbend.example"',
            'email = "lee@riverbend"',
            "“lee@riverbend” is no e-mail address",
        ),
        (
            'email = "lee@riverbend.example"',
            'email = "DANA@riverbend.example"',
            "two members of staff have the e-mail",
        ),
        ('supervisor = "alex"', 'supervisor = "sam"', "the supervisors above dana go round in a circle"),
        ('role = "admin"', 'role = "chief"', "none of staff, supervisor, admin"),
        ("tuesday = ", "teusday = ", "hours, teusday: is no entry"),
    ):
        (tmp_path / "agency.toml").write_text(text.replace(old, new, 1).replace("closures.toml", "c.toml"))
        (tmp_path / "c.toml").write_text("")
        done = replyby("seed", "--database", f"sqlite:///{tmp_path / 'x.db'}", "--agency", str(tmp_path))
        assert done.returncode == 2
        assert sentence in done.stderr
        assert "agency.toml" in done.stderr


def test_what_is_no_folder_or_no_database_is_a_sentence(tmp_path: Path):
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and long enough to be looked at " * 30)
    for words in (
        ("seed", "--database", f"sqlite:///{tmp_path / 'x.db'}", "--agency", str(text)),
        ("migrate", "--database", f"sqlite:///{text}"),
        ("migrate", "--database", "sqlite:////proc/replyby/x.db"),
        ("migrate", "--database", "postgresql://nobody@127.0.0.1:1/none"),
        ("talk", "--database", f"sqlite:///{tmp_path / 'y.db'}", "--at", "2040-01-01T09:00"),
    ):
        done = replyby(*words)
        assert done.returncode == 2, words
        assert done.stderr.startswith("replyby: ")
        assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = replyby("serve", REPLYBY_DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}", REPLYBY_PORT=port)
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("standard", "rule", "expected"),
    [
        ("departmental", "R5", "2026-03-09T17:00:00-05:00"),
        ("madison-hr", "R1", "2026-03-10T17:00:00-05:00"),
        ("marion", "default", "2026-03-10T17:00:00-05:00"),
        ("san-jose", "R8", "2026-03-09T17:00:00-05:00"),
        ("williamson", "default", "2026-03-10T17:00:00-05:00"),
    ],
)
def test_due_takes_every_shipped_standard(standard, rule, expected):
    found = due("--standard", standard, "--channel", "email", "--received", "2026-03-06T16:30")
    (one,) = found["deadlines"]
    assert (found["standard"], one["rule"], one["due"]) == (standard, rule, expected)


MONDAY = ("--standard", "departmental", "--channel", "email", "--received", "2026-03-09T10:00")


def test_due_leaves_out_what_was_paused_however_often_and_in_any_order():
    spans = ("2026-03-10T09:00..2026-03-11T09:00", "2026-03-11T21:00Z..2026-03-12T09:00-05:00")
    for given in (spans, spans[::-1]):
        (one,) = due(*MONDAY, "--paused", given[0], "--paused", given[1])["deadlines"]
        assert one["due"] == "2026-03-12T17:00:00-05:00"
        assert "Skipped Tuesday 2026-03-10: paused." in one["because"]
        assert "Skipped Wednesday 2026-03-11: paused." in one["because"]
    plain = due(*MONDAY)
    paused = due(*MONDAY, "--paused", spans[0])
    assert paused["received"] == plain["received"]
    assert (list(paused), list(paused["deadlines"][0])) == (list(plain), list(plain["deadlines"][0]))


def test_due_reads_another_offices_calendar_from_a_file_or_a_folder(tmp_path: Path):
    text = """zone = "Europe/Berlin"
[hours]
monday = "9:00-16:00"
wednesday = "9:00-16:00"
[holidays]
first_year = 2026
last_year = 2026
closures = "own.toml"
"""
    (tmp_path / "agency.toml").write_text(text)
    (tmp_path / "office.toml").write_text(text)
    (tmp_path / "own.toml").write_text('[[closure]]\nday = 2026-03-11\nname = "Moving day"\n')
    for place in (tmp_path, tmp_path / "agency.toml", tmp_path / "office.toml"):
        found = due(*MONDAY, "--calendar", str(place), REPLYBY_ZONE="America/Denver")
        assert found["received"] == "2026-03-09T10:00:00+01:00"
        assert found["deadlines"][0]["due"] == "2026-03-16T16:00:00+01:00"
        assert "Skipped Wednesday 2026-03-11: Moving day." in found["deadlines"][0]["because"]
    demo = Path(__file__).parents[2] / "bot" / "demo"
    assert due(*MONDAY, "--calendar", str(demo)) == due(*MONDAY)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--paused", "2026-03-10T09:00"), "“2026-03-10T09:00” is no pause. Write it as"),
        (("--paused", "2026-03-10T09:00..soon"), "“soon” is no time"),
        (("--paused", "2026-03-10T09:00.."), "“” is no time"),
        (("--paused", "2026-03-10T09:00..2026-03-10T08:00"), "ends before it begins"),
        (("--paused", "2026-03-09T11:00..2040-01-01T08:00"), "knows the days from 2020-01-01 to 2032-12-31"),
        (("--calendar", "nowhere"), "nowhere cannot be read"),
        (("--calendar", "{bad}"), "bad.toml: hours, teusday: "),
        (("--calendar", "{worse}"), "worse.toml: "),
    ],
)
def test_a_pause_or_a_calendar_that_cannot_be_read_is_a_sentence(tmp_path: Path, words, sentence):
    demo = (Path(__file__).parents[2] / "bot" / "demo" / "agency.toml").read_text()
    (tmp_path / "bad.toml").write_text(demo.replace("tuesday", "teusday"))
    (tmp_path / "worse.toml").write_text("zone =")
    places = {"bad": tmp_path / "bad.toml", "worse": tmp_path / "worse.toml"}
    done = replyby("due", *MONDAY, *(one.format(**places) for one in words))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_due_reads_a_departments_own_standard_that_extends_a_shipped_one(tmp_path: Path):
    own = tmp_path / "permits.toml"
    own.write_text(
        'name = "permits"\ntitle = "Permits"\nsource = "Permits"\nversion = 1\nextends = "san-jose"\n'
        '[[rule]]\nid = "P1"\ncitation = "Permits memo"\nsays = "E-mail gets a response at once."\n'
        'channels = ["email"]\nkind = "respond"\ncount = { business_hours = 4 }\nmet_by = ["answer"]\n'
    )
    words = ("--standard", str(own), "--received", "2026-03-09T10:00", "--channel")
    assert due(*words, "email")["deadlines"][0]["due"] == "2026-03-09T14:00:00-05:00"
    assert due(*words, "call")["deadlines"][0]["rule"] == "R8"


def test_a_department_may_have_a_standard_of_its_own_beside_the_agencys_file(tmp_path: Path):
    demo = Path(__file__).parents[2] / "bot" / "demo" / "agency.toml"
    text = demo.read_text().replace('name = "Permits"\n', 'name = "Permits"\nstandard = "permits.toml"\n')
    (tmp_path / "agency.toml").write_text(text)
    (tmp_path / "closures.toml").write_text("")
    (tmp_path / "permits.toml").write_text(
        'name = "permits"\ntitle = "Permits"\nsource = "memo"\nversion = 1\nextends = "departmental"\n'
        '[[rule]]\nid = "P1"\ncitation = "Permits memo 3"\nsays = "E-mail within 4 business hours."\n'
        'channels = ["email"]\nkind = "respond"\ncount = { business_hours = 4 }\nmet_by = ["answer"]\n'
    )
    words = ("talk", "--database", f"sqlite:///{tmp_path / 'x.db'}", "--agency", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words, "--at", "2026-03-02T09:00"],
        input=":as kim\ninquiry log email from Jo about tax\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "P1, Permits memo 3" in done.stdout
    assert "Mon 2026-03-02 13:00 CST" in done.stdout


def test_a_reader_that_has_read_enough_is_no_fault():
    words = "due --json --standard departmental --channel email --received 2026-03-06T16:30"
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m bot {words} | head -n 1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("{\n", "")
