"""`replyby try`, as typed: what was stored under another standard, from the command line."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from models.store import Store, database_url
from tests.doors.test_command_line import replyby
from tests.seeded import Office, seeded

FEBRUARY = ("--from", "2026-02-01", "--to", "2026-02-28")


def received(office: Office) -> None:
    office.say("dana", "inquiry log email from Ann Ho about tax", "Monday 2026-02-02 09:00")
    office.say("dana", "inquiry log call from Ben about tax")
    office.say("kim", "inquiry log email from Cy about rent")
    office.say("dana", "inquiry answer 1", "Tuesday 2026-02-03 10:00")
    office.say("dana", "inquiry answer 2")
    office.say("kim", "inquiry answer 3")


@pytest.fixture
def stored(tmp_path: Path) -> str:
    """The address of an SQLite file in which something was received in February."""
    address = f"sqlite:///{tmp_path / 'it.db'}"
    with seeded(address) as office:
        received(office)
    return address


def tried(address: str, *words: str) -> dict:  # type: ignore[type-arg]
    done = replyby("try", "--json", "--database", address, *words)
    assert done.stderr == ""
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def rows(address: str) -> list[object]:
    """Every row of every table."""
    engine = create_engine(database_url(address), poolclass=NullPool)
    with engine.connect() as connection:
        dialect = engine.dialect
        queries = {name: f'SELECT * FROM "{name}"' for name in dialect.get_table_names(connection)}  # noqa: S608  # our own
        return [
            (name, sorted(map(str, connection.execute(text(one))))) for name, one in sorted(queries.items())
        ]


def test_the_numbers_are_those_of_the_chat_on_either_database_and_nothing_is_written(database_url: str):
    with seeded(database_url) as office:
        received(office)
        chat = office.say("sam", 'desk try "email 4 business hours" February 2026', "Monday 2026-03-02 09:00")
        # What a connection of ours still holds is written out before the rows are looked at.
        office.store.engine.dispose()
        before = rows(database_url)
        found = tried(
            database_url, "--rule", "email 4 business hours", *FEBRUARY, "--department", "Human Resources"
        )
        assert rows(database_url) == before
    for name in ("inquiries", "today", "tried", "channels", "weekdays", "earlier", "later", "same"):
        assert found[name] == chat.facts[name], name
    assert found["tried"]["missed"] == 1
    assert found["rules"] == chat.facts["says"]
    (one,) = found["changed"]
    assert (one["number"], one["tried"]["due"]) == ("INQ-1", "2026-02-02T13:00:00-06:00")


def test_without_a_department_it_is_the_whole_agency_and_standards_and_rules_go_together(stored: str):
    found = tried(stored, "--standard", "madison-hr", "--period", "February 2026")
    assert (found["inquiries"], found["standard"], found["later"]) == (3, "madison-hr", 3)
    words = ("--rule", "email 1 business hour; call 1 business hour", "--rule", "letter 1 day")
    found = tried(stored, "--standard", "san-jose", *words, "--period", "Q1 2026")
    assert (found["tried"]["missed"], len(found["rules"]), len(found["changed"])) == (3, 3, 3)


def test_a_calendar_comes_from_a_file_and_a_standard_too(stored: str, tmp_path: Path):
    demo = (Path(__file__).parents[2] / "bot" / "demo" / "agency.toml").read_text()
    office = tmp_path / "office.toml"
    office.write_text(demo.replace("8:00-17:00", "6:00-9:30").replace('closures = "closures.toml"\n', ""))
    found = tried(stored, "--calendar", str(office), *FEBRUARY)
    assert (found["earlier"], found["tried"]["missed"], found["standard"]) == (3, 3, None)
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\ntitle = "Own"\nsource = "memo"\nversion = 1\nextends = "departmental"\n'
        '[[rule]]\nid = "P1"\ncitation = "memo 3"\nsays = "E-mail at once."\n'
        'channels = ["email"]\nkind = "respond"\ncount = { business_hours = 1 }\nmet_by = ["answer"]\n'
    )
    found = tried(stored, "--standard", str(own), *FEBRUARY)
    assert [one["tried"]["rule"] for one in found["changed"]] == ["P1", "P1"]


def test_a_person_reads_both_sides_by_channel_by_weekday_and_what_changed(stored: str):
    done = replyby("try", "--database", stored, "--rule", "email 4 business hours", *FEBRUARY)
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "from 2026-02-01 to 2026-02-28 (2026-02-01 to 2026-02-28), the whole agency: 3 received",
        "tried: E-mail gets a response within 4 business hours.",
        "as it is: 3 on time",
        "as tried: 1 on time, 2 missed",
        "due dates: 2 earlier, 0 later, 1 the same",
        "  email, 2",
        "  Monday, 3",
        "2 would have come out differently",
        "  INQ-1 Ann Ho, email received 2026-02-02T09:00:00-06:00",
        "otherwise. Nothing was written.",
    ):
        assert line in done.stdout.splitlines(), line


def test_a_period_in_which_nothing_was_received_is_all_zeros(stored: str):
    found = tried(stored, "--standard", "san-jose", "--period", "2021")
    assert (found["inquiries"], found["changed"], found["channels"]) == (0, [], [])
    done = replyby("try", "--database", stored, "--standard", "san-jose", "--period", "2021")
    assert "as tried: nothing" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Say what to try: --standard NAME"),
        (("--standard", "nobody"), "There is no standard called 'nobody'"),
        (("--rule", "email 4 hours"), "Write 4 business hours or 4 elapsed hours."),
        (("--rule", "fax 4 hours"), "“fax” is no channel"),
        (("--rule", "4 business hours"), "names no channel"),
        (("--rule", "email"), "is no count"),
        (
            ("--standard", "marion", "--department", "Parks"),
            "There are Administration, Human Resources, Permits.",
        ),
        (("--standard", "marion", "--period", "blursday"), "“blursday” is no period"),
        (("--standard", "marion", "--period", "2199"), "begins on 2199-01-01, which is still to come"),
        (("--standard", "marion", "--from", "2026-02-03", "--to", "2026-02-02"), "before it begins"),
        (("--standard", "marion", "--to", "2026-02-02"), "--to needs --from"),
        (("--standard", "marion", "--period", "2025", *FEBRUARY), "either --period, or --from and --to"),
        (("--calendar", "nowhere"), "nowhere cannot be read"),
    ],
)
def test_what_cannot_be_tried_is_a_sentence(stored: str, words, sentence):
    done = replyby("try", "--database", stored, *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path):
    done = replyby("try", "--standard", "marion", "--database", f"sqlite:///{tmp_path / 'no.db'}")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "There is no database at" in done.stderr


def test_a_database_of_another_revision_is_left_as_it_is(stored: str, tmp_path: Path):
    store = Store(stored)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    store.close()
    done = replyby("try", "--standard", "marion", "--database", stored)
    assert done.returncode == 2
    assert "Run `replyby migrate`" in done.stderr
    assert [one for one in tmp_path.iterdir() if "before" in one.name] == []


def test_a_database_without_an_agency_is_not_seeded(tmp_path: Path):
    address = f"sqlite:///{tmp_path / 'empty.db'}"
    assert replyby("migrate", "--database", address).returncode == 0
    done = replyby("try", "--standard", "marion", "--database", address)
    assert done.returncode == 2
    assert "no agency yet" in done.stderr


def test_it_reads_while_another_writes(stored: str):
    store = Store(stored)
    with store.transaction() as db:
        db.connection().execute(text("UPDATE agency SET name = 'Elsewhere'"))
        assert tried(stored, "--standard", "san-jose", *FEBRUARY)["inquiries"] == 3
    store.close()
