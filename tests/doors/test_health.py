"""/ready: each check by itself, a database that hangs, and the page as it is served."""

import asyncio
import shutil
import threading
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import text

from bot import health
from bot.health import Finding, Heartbeat, Watches, checks, database_check, disk_check, readiness
from bot.probe import Probe
from bot.web import create_app
from models.migrating import newest
from models.store import Store
from scheduler.watch import Outcome, Watch
from tests.seeded import seeded


@pytest.fixture
def office(database_url):
    with seeded(database_url) as office:
        yield office


async def test_a_replyby_that_is_well_is_ready(office):
    heartbeat = Heartbeat()
    heartbeat.swept()
    ready, page = await readiness(checks(office.store, heartbeat, 0))
    assert ready
    assert page["status"] == "ready"
    names = {"database", "schema", "sweep"} | (set() if office.store.on_postgresql else {"disk"})
    assert page["checks"].keys() == names
    assert all(one["ok"] for one in page["checks"].values())
    assert page["checks"]["schema"]["says"] == f"It is current (revision {newest()})."


async def test_one_check_that_fails_is_enough():
    async def well():
        return {"one": Finding(True, "It is well.")}

    async def ill():
        return {"two": Finding(False, "It is not."), "three": Finding(True, "It is.")}

    assert await readiness([well, ill]) == (
        False,
        {
            "status": "not ready",
            "checks": {
                "one": {"ok": True, "says": "It is well."},
                "two": {"ok": False, "says": "It is not."},
                "three": {"ok": True, "says": "It is."},
            },
        },
    )


async def test_another_schema_is_not_ours(office):
    check = database_check(office.store)
    with office.store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    found = await check()
    assert found["database"].ok
    assert not found["schema"].ok
    assert "has revision 9999" in found["schema"].says
    with office.store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": newest()})
    assert (await check())["schema"].ok


async def test_an_empty_database_has_no_schema(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    found = await database_check(store)()
    store.close()
    assert "no tables of Replyby" in found["schema"].says


async def test_a_database_that_is_gone_is_said_so_and_logged_once(tmp_path, caplog):
    store = Store(f"sqlite:///{tmp_path / 'folder' / 'gone.db'}")
    shutil.rmtree(tmp_path / "folder")
    check = database_check(store)
    for _ in range(3):
        found = await check()
        assert not found["database"].ok
        assert not found["schema"].ok
        assert found["database"].says == "It cannot be used."
    assert [one.action for one in caplog.records] == ["ready"]


async def test_a_writer_does_not_keep_the_check_waiting(office):
    check = database_check(office.store)
    with office.store.transaction() as db:
        db.execute(text("UPDATE agency SET name = 'Elsewhere'"))
        assert (await check())["database"].ok


async def test_a_database_that_hangs_is_not_waited_for_nor_asked_twice(monkeypatch):
    answer, asked = threading.Event(), []

    def hanging(_store):
        asked.append(1)
        answer.wait()
        return newest()

    monkeypatch.setattr(health, "revision", hanging)
    monkeypatch.setattr(health, "Probe", lambda question: Probe(question, seconds=0.05))
    check = database_check(SimpleNamespace())
    for _ in range(3):
        assert (await check())["database"] == Finding(False, "It does not answer in time.")
    assert len(asked) == 1
    answer.set()
    while not (await check())["database"].ok:
        pass
    assert (await check())["schema"].ok
    assert len(asked) <= 4


async def test_a_late_answer_to_nobody_is_no_fault():
    release = threading.Event()

    def question():
        release.wait()
        raise OSError("nobody listens")

    probe = Probe(question, seconds=0.01)
    with pytest.raises(TimeoutError):
        await probe()
    release.set()
    faults = []
    while not faults or isinstance(faults[-1], TimeoutError):
        with pytest.raises(OSError) as caught:  # noqa: PT011  # a TimeoutError is one too
            await probe()
        faults.append(caught.value)
    assert str(faults[-1]) == "nobody listens"


async def test_a_sweep_that_is_a_minute_old_is_too_old():
    clock = SimpleNamespace(at=100.0)
    heartbeat = Heartbeat(lambda: clock.at)
    assert (await heartbeat.check())["sweep"].says == "The first sweep has not come to its end yet."
    heartbeat.sweeping()
    heartbeat.sweep_failed()
    assert not (await heartbeat.check())["sweep"].ok
    heartbeat.swept()
    clock.at = 160.0
    assert (await heartbeat.check())["sweep"] == Finding(True, "The last one ended 60 seconds ago.")
    clock.at = 160.5
    assert not (await heartbeat.check())["sweep"].ok


async def test_the_disk_must_have_room(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=199_999_999))
    found = await disk_check(tmp_path, 200)()
    assert found["disk"] == Finding(False, "199 MB are free; REPLYBY_LEAST_DISK_MB asks for 200.")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000_000))
    assert (await disk_check(tmp_path, 200)())["disk"] == Finding(True, "200 MB are free.")
    monkeypatch.undo()
    assert not (await disk_check(tmp_path / "nowhere", 0)())["disk"].ok


def test_each_of_several_watches_is_told():
    heard = []

    class Listening(Watch):
        def __init__(self, name):
            self.name = name

        def sweeping(self):
            heard.append(f"{self.name} sweeping")

        def swept(self):
            heard.append(f"{self.name} swept")

        def sweep_failed(self):
            heard.append(f"{self.name} failed")

        def carried(self, outcomes):
            heard.append(f"{self.name} {len(outcomes)}")

    both = Watches(Listening("a"), Listening("b"))
    both.sweeping()
    both.swept()
    both.sweep_failed()
    both.carried([Outcome("message", "sent")])
    wanted = ["sweeping", "swept", "failed", "1"]
    assert heard == [f"{name} {word}" for word in wanted for name in "ab"]


async def test_a_round_tells_whether_its_sweep_came_to_its_end(office, monkeypatch):
    from scheduler import reminders, timetable

    heartbeat = Heartbeat()
    with monkeypatch.context() as trouble:
        trouble.setattr(reminders, "sweep", lambda *_: 1 / 0)
        await timetable.tick(office.store, office.senders, office.now, heartbeat)
        assert not (await heartbeat.check())["sweep"].ok
    await timetable.tick(office.store, office.senders, office.now, heartbeat)
    assert (await heartbeat.check())["sweep"].ok


async def test_the_page_tells_all_that_is_wrong_and_nothing_about_people(office):
    listed = checks(office.store, Heartbeat(), 10**9)

    async def nobody(_request):
        raise AssertionError

    app = create_app(survey=SimpleNamespace(handle=nobody), ready=lambda: readiness(listed))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://office.example") as web:
        told = await web.get("/ready")
        assert (await web.get("/health")).status_code == 200
    assert told.status_code == 503
    wrong = {name for name, one in told.json()["checks"].items() if not one["ok"]}
    assert wrong == {"sweep"} | (set() if office.store.on_postgresql else {"disk"})
    assert "replyby.db" not in told.text


async def test_a_hanging_database_does_not_hold_up_the_other_checks():
    hold = asyncio.Event()

    async def slow():
        await hold.wait()
        return {"slow": Finding(True, "At last.")}

    async def quick():
        hold.set()
        return {"quick": Finding(True, "At once.")}

    # The second lets the first go: one after the other they would never end.
    assert (await readiness([slow, quick]))[0]
