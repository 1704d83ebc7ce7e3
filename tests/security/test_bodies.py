"""No address reads more of a body than it may, or waits for one without end, whoever sends it."""

import asyncio

import httpx
import pytest
from starlette.routing import Route

from bot import limits
from bot.limits import limited
from bot.web import MOST
from tests.doors.fake_slack import signed
from tests.security.agency import agency
from tests.security.teams_town import teams_town

PIECE = b"x" * 50_000
FORM = "application/x-www-form-urlencoded"


def addresses(app):
    """Every address of the app with each of its methods."""
    for route in app.routes:
        assert isinstance(route, Route)
        for method in sorted(route.methods):
            yield method, route.path.replace("{token}", "a" * 43)


@pytest.fixture
async def office(tmp_path):
    async with agency(tmp_path) as one:
        yield one


async def asked(app, method, path, receive, headers=()):
    """The status that is answered to a request whose body comes from `receive`."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "client": ("127.0.0.1", 50_000),
    }
    await app(scope, receive, send)
    return sent[0]["status"]


@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain"])
async def test_no_address_reads_an_endless_body_to_its_end(office, kind):
    for method, path in addresses(office.app):
        read = 0

        async def endless():
            nonlocal read
            read += len(PIECE)
            return {"type": "http.request", "body": PIECE, "more_body": True}

        bearer = office.microsoft.bearer()["authorization"]
        headers = [("content-type", kind), ("authorization", bearer)]
        status = await asked(office.app, method, path, endless, headers)
        assert read <= MOST + len(PIECE), path
        assert status < 500
        assert status in (400, 401, 403, 404, 408, 413, 415) or (read == 0 and method in ("GET", "HEAD")), (
            path
        )


async def test_no_address_waits_for_a_body_without_end(office, monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.0)
    waited = []

    async def silent():
        await asyncio.Event().wait()

    for method, path in addresses(office.app):
        bearer = office.microsoft.bearer()["authorization"]
        for kind in (FORM, "application/json"):
            headers = [("content-type", kind), ("authorization", bearer)]
            status = await asked(office.app, method, path, silent, headers)
            assert status < 500
            waited += [path] if status == 408 else []
    assert {"/slack/events", "/api/messages", "/survey/" + "a" * 43} <= set(waited)


async def test_a_body_that_came_whole_is_not_hurried_afterwards(monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.0)
    gone, messages = asyncio.Event(), [{"type": "http.request", "body": b"x", "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    within = limited({"type": "http", "headers": []}, receive, 10)
    assert (await within())["body"] == b"x"
    leaving = asyncio.create_task(within())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not leaving.done()
    gone.set()
    assert (await leaving)["type"] == "http.disconnect"


@pytest.mark.parametrize("size", [MOST - 1000, MOST + 1])
async def test_a_signed_command_in_pieces_is_taken_up_to_a_megabyte(office, size):
    body = b"command=%2Finquiry&text=" + b"x" * (size - 24)

    async def pieces():
        for start in range(0, len(body), len(PIECE)):
            yield body[start : start + len(PIECE)]

    headers = {"Content-Type": FORM, **signed(body, office.clock())}
    status = (await office.client.post("/slack/events", content=pieces(), headers=headers)).status_code
    assert (status == 413) is (size > MOST)
    assert status < 500


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\nContent-Length: 6\n",
        "Content-Length: -5\n",
        "Content-Length: 5\nTransfer-Encoding: chunked\n",
        "Transfer-Encoding: chunked, identity\n",
        "Transfer-Encoding: xchunked\n",
        "Content-Length: 99999999999999999999999\n",
        "Content-Length: 1e3\n",
    ],
)
@pytest.mark.parametrize("path", ["/slack/events", "/api/messages", "/survey/x"])
async def test_lengths_that_contradict_each_other_are_refused(tmp_path, path, head):
    async with teams_town(tmp_path) as town:
        request = f"POST {path} HTTP/1.1\nHost: x\nContent-Type: application/json\nConnection: close\n{head}"
        answer = await town.raw(request, b"0\r\n\r\n")
    assert answer == b"" or 400 <= int(answer.split()[1]) < 500, answer


async def test_health_answers_while_bodies_are_being_waited_for(tmp_path):
    async with teams_town(tmp_path) as town:
        head = "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"
        lines = [await asyncio.open_connection("127.0.0.1", town.port) for _ in range(50)]
        for _, writer in lines:
            writer.write(head.encode())
            await writer.drain()
        answer: httpx.Response = await town.client.get("/health")
        for _, writer in lines:
            writer.close()
        assert answer.status_code == 200
