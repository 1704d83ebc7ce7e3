"""The log: what a line has, in both styles, and that a day full of faults tells nothing of people."""

import io
import json
import logging
import re
import sqlite3
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from bot.assemble import Ear, Tasks
from bot.logs import Json, Text, configure
from bot.metrics import Metrics
from bot.web import create_app
from handlers.asking import Ask
from models.inquiry import Inquiry
from models.staff import Address, Staff
from scheduler import looking_again
from scheduler.delivery import InDoubt, NotNow, Unreachable
from scheduler.timetable import Rounds
from tests.seeded import seeded

log = logging.getLogger("bot.somewhere")


@pytest.fixture
def written():
    """Makes the process write its log into what is returned, as `replyby serve` does."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers[:] = []

    def begin(style):
        stream = io.StringIO()
        configure(style, stream)
        return stream

    yield begin
    root.handlers[:], root.level = before[0], before[1]


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_its_time_level_logger_message_and_marks(written):
    stream = written("json")
    log.warning(
        "an outcome was %s", "lost", extra={"action": "record", "row": 7, "reference": "ab12", "who": "x"}
    )
    (line,) = lines(stream)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line == {
        "level": "WARNING",
        "logger": "bot.somewhere",
        "message": "an outcome was lost",
        "action": "record",
        "row": 7,
        "reference": "ab12",
    }


def test_the_same_as_text(written):
    stream = written("text")
    log.error("undelivered", extra={"action": "undelivered", "row": 7})
    log.info("on its own")
    first, second = stream.getvalue().splitlines()
    assert re.sub(r"^\S+ ", "", first) == "ERROR bot.somewhere undelivered [action=undelivered row=7]"
    assert second.endswith("INFO bot.somewhere on its own")


def test_a_fault_is_told_by_kind_and_place_without_its_words(written):
    stream = written("json")

    def inner():
        raise ValueError("Jane Doe is no time")

    try:
        try:
            inner()
        except ValueError as error:
            raise KeyError("Max Roe") from error
    except KeyError:
        log.exception("it failed", extra={"action": "ask"})
    (line,) = lines(stream)
    fault = "\n".join(line["fault"])
    assert re.search(
        r"^KeyError\n  tests/doors/test_logs\.py, line \d+, in test_a_fault_\w+\nValueError\n", fault
    )
    assert re.search(r"  tests/doors/test_logs\.py, line \d+, in inner$", fault)
    assert "Jane" not in stream.getvalue()
    assert "Roe" not in stream.getvalue()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (sqlite3.OperationalError("database is locked"), "OperationalError: database is locked"),
        (
            DBAPIError("SELECT 'Jane'", {"name": "Jane"}, sqlite3.OperationalError("disk I/O error")),
            "DBAPIError: disk I/O error",
        ),
        (OSError(28, "No space left on device", "jane.db"), "OSError: No space left on device"),
        (RuntimeError("Jane"), "RuntimeError"),
    ],
)
def test_what_the_database_and_the_system_say_is_told(written, error, told):
    stream = written("json")
    log.error("it failed", exc_info=error)
    assert lines(stream)[0]["fault"] == [told]


def test_what_a_library_says_is_told_by_its_place_alone(written):
    stream = written("json")
    logging.getLogger("slack_bolt.AsyncApp").warning("Unhandled request: {'text': 'call from Jane'}")
    logging.getLogger("aiohttp.access").error("GET /survey/abcdef %s", "jane.doe@example.com")
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task Jane Doe>")
    logging.getLogger("uvicorn.error").error("Traceback (most recent call last):\n  …\nValueError: Jane Doe")
    messages = [line["message"] for line in lines(stream)]
    assert re.fullmatch(r"a notice of slack_bolt \(test_logs, line \d+\)", messages[0])
    assert re.fullmatch(r"a notice of aiohttp \(test_logs, line \d+\)", messages[1])
    assert messages[2:] == ["Task exception was never retrieved", "ValueError"]


def test_addresses_and_keys_of_surveys_are_masked_wherever_they_slip_in(written):
    for style in ("json", "text"):
        stream = written(style)
        log.info(
            "to <jane.doe@example.com>, GET /survey/T0p-secret?x", extra={"reason": "550 jane@example.com"}
        )
        assert "to <(address)>, GET /survey/…" in stream.getvalue()
        assert "550 (address)" in stream.getvalue()
        assert "jane" not in stream.getvalue()
        assert "T0p" not in stream.getvalue()


def test_a_message_of_several_lines_is_one_object(written):
    stream = written("json")
    log.info("one\ntwo “three”")
    assert [line["message"] for line in lines(stream)] == ["one\ntwo “three”"]
    assert "“three”" in stream.getvalue()


def test_chatty_libraries_are_kept_quiet_and_nothing_is_written_twice(written):
    written("text")
    stream = written("text")
    for name in ("alembic", "apscheduler", "slack_sdk", "uvicorn.error"):
        logging.getLogger(name).info("hello")
    log.info("once")
    assert stream.getvalue().count("\n") == 1


# What a customer and a colleague would not want to read in a log.
SAID = (
    "inquiry log call from Jane Zacharias 608-555-0133 about a wobbly lamppost received 8:40",
    "inquiry log email from Quentin Oxblood quentin@oxblood.example about his garden received 8:45",
    'inquiry ack INQ-1 by Thu "Electrician comes on Wednesday"',
    'inquiry close INQ-2 "Hedgehog was relocated"',
    "inquiry close INQ-1 Hedgehog",
    "inquiry log carrier pigeon from Zebedee about tulips",
    "away from 2026-03-09 to 2026-03-13",
    "wobbly nonsense",
)
WORDS = {
    *("jane", "zacharias", "608-555-0133", "0133", "wobbly", "lamppost", "quentin", "oxblood", "garden"),
    *("electrician", "hedgehog", "relocated", "zebedee", "tulips", "pigeon", "nonsense", "vanilla"),
}


class Faulty:
    """A door out whose every kind of fault repeats what it was to say."""

    def __init__(self):
        self.count = 0

    async def send(self, letter):
        self.count += 1
        words = f"{letter.to} {letter.facts} vanilla"
        kinds = (NotNow, InDoubt, RuntimeError, KeyError, Unreachable)
        raise kinds[self.count % len(kinds)](words)


@pytest.mark.parametrize("style", ["json", "text"])
async def test_a_day_full_of_faults_tells_nothing_of_anybody(database_url, style, written, monkeypatch):
    stream = written(style)
    # As loud as it can be made, too.
    logging.getLogger("bot").setLevel(logging.DEBUG)
    with seeded(database_url) as office:
        faulty, tasks = Faulty(), Tasks()
        senders = {"terminal": faulty, "email": faulty}
        metrics = Metrics(office.store, lambda: office.now)
        ear = Ear(office.house, senders, lambda: office.now, tasks.spawn, metrics)

        async def say(words, key):
            where = Address("terminal", "", "dana")
            return await ear(Ask(where, words, office.now, key=key, by_message=True))

        for number, words in enumerate(SAID):
            await say(words, f"k{number}")
        with monkeypatch.context() as trouble:
            trouble.setattr("handlers.answering._hear", spoil)
            for number, words in enumerate(SAID):
                await say(words, f"l{number}")
        await tasks.finish()

        with monkeypatch.context() as trouble:
            trouble.setattr("scheduler.reminders.sweep", raising)
            await a_round(office, senders)
        office.at("Tuesday 2026-03-03 12:55")
        with monkeypatch.context() as trouble:
            trouble.setattr(looking_again, "_untrue", raising)
            await a_round(office, senders)
        for day in ("Tuesday 2026-03-03 13:00", "Thursday 2026-03-05 13:00", "Friday 2026-03-06 10:00"):
            office.at(day)
            for _ in range(8):
                await a_round(office, senders)
        await knock(ear, office)
        with office.store.transaction() as db:
            people = [(one.name, one.handle, one.email) for one in db.exec(select(Staff))]
            assert len(list(db.exec(select(Inquiry)))) == 2
    told = stream.getvalue()
    assert {"ask", "send", "look_again", "sweep", "web"} <= set(re.findall(r'action(?:=|": ")(\w+)', told))
    assert faulty.count > 5
    private = WORDS | {
        word.casefold() for one in people for whole in one for word in re.split(r"[ @]", whole)
    }
    private -= {"example"}
    found = {
        word for word in private if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", told, re.IGNORECASE)
    }
    assert found == set()
    assert "/survey/T0p" not in told


def raising(*args, **_):
    raise ValueError(f"{args} wobbly Jane Zacharias")


def spoil(ask, _house, db):
    """A fault with the words in it: our own, or the database's with the row."""
    if "close" in ask.words:
        raise RuntimeError(ask.words)
    insert = "INSERT INTO inquiry (customer, subject, state) VALUES (:customer, :subject, 'open')"
    db.execute(text(insert), {"customer": "Jane Zacharias", "subject": ask.words})


async def a_round(office, senders):
    from scheduler.timetable import tick

    async def job():
        await tick(office.store, senders, office.now)

    rounds = Rounds(job, office.now)
    await rounds._round()


async def knock(ear, office):
    """Somebody at a door that fails, with the key of a survey in the path."""

    async def handle(request):
        raise LookupError((await request.body()).decode())

    app = create_app(survey=SimpleNamespace(handle=handle))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://office.example") as web:
        answer = await web.post("/survey/T0p-secret", content="comments=wobbly+hedgehog")
    assert answer.status_code == 500


def test_both_styles_are_formatters_that_tell_the_same():
    record = logging.LogRecord("bot", logging.INFO, __file__, 1, "words", (), None)
    record.action = "start"
    assert json.loads(Json().format(record))["action"] == "start"
    assert Text().format(record).endswith("words [action=start]")
