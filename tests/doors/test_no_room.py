"""A full disk, and a database that others hold: refused in words, nothing half stored, nothing lost."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.assemble import TEMPLATES
from bot.doors import NOT_KEPT
from bot.ear import Ear
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Ask, House, Reply
from models.inquiry import Inquiry
from models.outbox import Owed, Sending
from models.staff import Address
from models.store import Store
from scheduler import recording
from tests.doors import no_room
from tests.doors.agency_door import agency_door
from tests.doors.fake_slack import as_json, direct_message, form, slash
from tests.doors.test_slow_database import held
from tests.seeded import Office

ROOT = Path(__file__).parents[2]
# A disk of its own for one process: nobody else sees it, and nobody need be root.
DISK = ("unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=8m none "$1" && shift && exec "$@"', "-")
AS_PROMISED = {
    "refused": {"not_stored full": no_room.REFUSED},
    "kept when full": True,
    "goes on": 1,
    "kept with room": True,
    "said twice": 0,
    "unsaid": 0,
    "said": True,
}
LOG = "inquiry log email from Jane Doe about a permit"


def may_mount(folder):
    try:
        return not subprocess.run([*DISK, folder, "true"], capture_output=True, check=False).returncode
    except FileNotFoundError:
        return False


def test_on_a_disk_that_is_full_what_was_acknowledged_is_safe_and_readiness_says_so(tmp_path):
    if not may_mount(tmp_path):
        pytest.skip("this machine lets nobody mount a disk of their own")
    command = [*DISK, tmp_path, sys.executable, "-m", "tests.doors.no_room", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == AS_PROMISED | {"ready when full": False, "ready with room": True}


async def test_a_database_that_may_not_grow_refuses_in_words_and_goes_on(either, monkeypatch):
    monkeypatch.setattr(recording, "RECORDING_PAUSES", (0.0,))
    fill, free = (no_more_pages if not either.store.on_postgresql else no_more_rows)(either.store)
    facts = await no_room.story(either, fill, free)
    assert facts == AS_PROMISED | {"ready when full": None, "ready with room": None}


def no_more_pages(store):
    """SQLite, as it answers when the disk has no room for another page."""

    def limit(connection, _record):
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {used + 4}")

    def fill():
        event.listen(store.engine, "connect", limit)
        store.engine.dispose()

    def free():
        event.remove(store.engine, "connect", limit)
        store.engine.dispose()

    return fill, free


def no_more_rows(store):
    """PostgreSQL, as it answers when the disk has no room for what is inserted."""
    tables = ("inquiry", "outbox")
    function = """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"""

    def run(*statements):
        with store.transaction() as db:
            for one in statements:
                db.execute(text(one))

    def fill():
        trigger = "CREATE TRIGGER no_room BEFORE INSERT ON {} EXECUTE FUNCTION no_room()"
        run(function, *map(trigger.format, tables))

    def free():
        run("DROP FUNCTION no_room() CASCADE")

    return fill, free


@pytest.fixture
def hurried(either):
    """The same office, where nobody waits long for others."""
    store = Store(either.store.url.render_as_string(hide_password=False), busy_seconds=0.2)
    yield Office(store, either.now)
    store.close()


def deaf(office, carrying):
    """An ear that carries nothing by itself."""
    return Ear(House(office.store), {}, lambda: office.now, lambda work: (work.close(), carrying.append(1)))


async def test_where_others_hold_the_database_for_too_long_nothing_is_stored_and_it_is_said(hurried, caplog):
    carrying = []
    ask = Ask(Address("terminal", "", "dana"), LOG, hurried.now, key="key:1")
    with held(hurried.store, 30):
        reply = await deaf(hurried, carrying)(ask)
        assert reply == Reply("not_stored", {"trouble": "busy"})
    assert [(one.action, one.trouble) for one in caplog.records] == [("not_stored", "busy")]
    assert (hurried.rows(Inquiry), carrying) == ([], [])
    # The same delivery again is heard anew.
    assert (await deaf(hurried, carrying)(ask)).template == "inquiry_logged"


async def test_what_is_owed_waits_for_a_database_that_others_hold_and_is_said_once(hurried, monkeypatch):
    monkeypatch.setattr(recording, "RECORDING_PAUSES", (0.0,))
    hurried.say("dana", LOG)
    hurried.at("Tuesday 2026-03-03 13:00")
    with held(hurried.store, 30):
        await no_room.tried(hurried)
        if not hurried.store.on_postgresql:
            assert hurried.chat.letters == []
    await no_room.tried(hurried)
    assert len(hurried.chat.said) == 1
    assert [row.state for row in hurried.owed()] == [Sending.SENT]


async def test_an_outcome_that_finds_the_database_held_is_recorded_later_and_said_once(hurried, monkeypatch):
    monkeypatch.setattr(recording, "RECORDING_PAUSES", (0.0,))
    hurried.chat = no_room.Remembering()
    hurried.say("dana", LOG)
    hurried.at("Tuesday 2026-03-03 13:00")
    say, holding = hurried.chat.send, []

    async def held_meanwhile(letter):
        receipt = await say(letter)
        if not holding:
            holding.append(held(hurried.store, 30, "outbox"))
            await asyncio.to_thread(holding[0].__enter__)
        return receipt

    monkeypatch.setattr(hurried.chat, "send", held_meanwhile)
    await no_room.tried(hurried)
    holding[0].__exit__(None, None, None)
    assert [row.state for row in hurried.owed()] == [Sending.SENDING]
    await no_room.tried(hurried.at("Tuesday 2026-03-03 13:05"))
    assert [row.state for row in hurried.owed()] == [Sending.SENT]
    assert len(hurried.chat.said) == 1


async def test_slack_shows_the_refusal_to_whoever_spoke_in_either_way(hurried, slack, clock):
    async with agency_door(slack, hurried.store, clock) as agency:
        with held(hurried.store, 30):
            shown = (await agency.send(form(slash("log email from Jane Doe about a permit")))).json()
            await agency.send(as_json(direct_message(LOG)))
            await agency.settled()
    assert "The database was busy for too long, so nothing of this was stored." in shown["text"]
    assert [one["text"] for one in slack.posted] == [shown["text"]]
    assert (hurried.rows(Inquiry), hurried.rows(Owed)) == ([], [])


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("full", "The disk that the database is on is full, so nothing of this was stored."),
        ("busy", "The database was busy for too long, so nothing of this was stored."),
        ("away", "We do not know whether this was stored."),
    ],
)
def test_each_trouble_has_its_own_words(trouble, words):
    voice = Voice(TEMPLATES, "plain", "America/Chicago", str)
    assert words in " ".join(to_text(voice.say("not_stored", {"trouble": trouble}), width=500).split())
    assert "not_stored" in NOT_KEPT


@pytest.mark.parametrize("either", ["postgresql"], indirect=True)
async def test_a_server_that_is_away_for_a_moment_is_asked_again_and_stores_it_once(either, monkeypatch):
    monkeypatch.setattr("bot.ear.AWAY_PAUSES", (0.0,))
    cut = []

    def cut_off_after_the_commit(connection):
        if not cut:
            cut.append(True)
            connection.connection.driver_connection.commit()
            connection.connection.driver_connection.close()

    event.listen(either.store.engine, "commit", cut_off_after_the_commit)
    try:
        ask = Ask(Address("terminal", "", "dana"), LOG, either.now, key="key:1")
        reply = await deaf(either, [])(ask)
    finally:
        event.remove(either.store.engine, "commit", cut_off_after_the_commit)
    assert (reply.template, reply.facts["number"], cut) == ("inquiry_logged", "INQ-1", [True])
    assert [one.number for one in either.rows(Inquiry)] == ["INQ-1"]
