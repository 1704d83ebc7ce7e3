"""The web app: who answers where, how much is taken, and what a fault looks like from outside."""

import logging
import re
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, StreamingResponse

from bot.web import MOST, create_app, masked


class Echo:
    """A door that says how many bytes it was given."""

    async def handle(self, request):
        return PlainTextResponse(f"{request.method} {len(await request.body())}")


class Broken:
    """A door with a fault."""

    def __init__(self, fault):
        self.fault = fault

    async def handle(self, request):
        raise self.fault


def client(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://office.example")


async def test_each_door_answers_at_its_address():
    async with client(create_app(survey=Echo(), slack=Echo(), teams=Echo())) as web:
        for path in ("/slack/events", "/api/messages", "/survey/abc"):
            assert (await web.post(path, content=b"1234")).text == "POST 4"
        assert (await web.get("/survey/abc")).text == "GET 0"


async def test_a_door_that_is_not_set_up_says_so():
    async with client(create_app(survey=Echo())) as web:
        slack, teams = await web.post("/slack/events", content=b"{}"), await web.post("/api/messages")
    assert (slack.status_code, teams.status_code) == (404, 404)
    assert slack.text == "Slack is not set up in this Replyby.\n"
    assert teams.text == "Teams is not set up in this Replyby.\n"


async def test_health_is_told_in_words():
    async with client(create_app(survey=Echo(), slack=Echo())) as web:
        told = await web.get("/health")
        assert (await web.head("/health")).status_code == 200
    assert told.status_code == 200
    assert told.json() == {"status": "ok", "slack": "set up", "teams": "not set up"}
    assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("well", "status"), [(True, 200), (False, 503)])
async def test_readiness_is_a_page_and_a_status(well, status):
    async def ready():
        return well, {"checks": "in words"}

    async with client(create_app(survey=Echo(), ready=ready)) as web:
        told = await web.get("/ready")
    assert (told.status_code, told.json()) == (status, {"checks": "in words"})
    assert told.headers["cache-control"] == "no-store"


async def test_what_is_not_watched_is_not_there():
    async with client(create_app(survey=Echo())) as web:
        for path in ("/ready", "/metrics"):
            assert (await web.get(path)).text == "There is nothing at this address.\n"


async def test_the_front_page_says_what_this_is():
    async with client(create_app(survey=Echo())) as web:
        front = await web.get("/")
    assert front.status_code == 200
    assert front.text.startswith("This is Replyby.")
    assert front.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/survey/", 404),
        ("GET", "/survey/a/b", 404),
        ("GET", "/health/", 404),
        ("GET", "/slack/events", 405),
        ("PUT", "/survey/abc", 405),
        ("DELETE", "/", 405),
        ("OPTIONS", "/api/messages", 405),
    ],
)
async def test_what_is_not_there_is_refused_in_a_plain_sentence(method, path, status):
    async with client(create_app(survey=Echo(), slack=Echo(), teams=Echo())) as web:
        answer = await web.request(method, path, headers={"host": "elsewhere.example"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r"[A-Z][^<>]+\.\n", answer.text)
    assert "elsewhere" not in str(answer.headers)
    if status == 405:
        assert answer.headers["allow"]


async def in_pieces(total, piece=50_000):
    while total > 0:
        yield b"x" * min(piece, total)
        total -= piece


@pytest.mark.parametrize("size", [0, MOST, MOST + 1])
@pytest.mark.parametrize("announced", [True, False])
async def test_a_megabyte_is_taken_and_no_more_whether_or_not_it_is_announced(size, announced):
    async with client(create_app(survey=Echo(), slack=Echo())) as web:
        body = b"x" * size if announced else in_pieces(size)
        answer = await web.post("/slack/events", content=body)
    if size <= MOST:
        assert answer.text == f"POST {size}"
    else:
        assert answer.status_code == 413
        assert answer.text == "This is more than can be taken at once.\n"


@pytest.mark.parametrize("announced", ["1", "-1", "many", "", "9" * 30, "\N{SUPERSCRIPT TWO}", "1, 1"])
async def test_an_announced_length_that_is_wrong_changes_nothing(announced):
    messages = [
        {"type": "http.request", "body": b"x" * MOST, "more_body": True},
        {"type": "http.request", "body": b"x", "more_body": False},
    ]
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "query_string": b"",
        "headers": [(b"content-length", announced.encode())],
    }
    await create_app(survey=Echo(), slack=Echo())(scope, receive, send)
    assert sent[0]["status"] == 413


async def test_an_announced_length_that_is_too_much_is_refused_before_a_byte_is_read():
    reads, sent = [], []

    async def receive():
        reads.append(1)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "query_string": b"",
        "headers": [(b"content-length", str(MOST + 1).encode())],
    }
    await create_app(survey=Echo(), slack=Echo())(scope, receive, send)
    assert (sent[0]["status"], reads) == (413, [])


async def test_a_fault_is_logged_under_a_reference_and_nothing_else_is_shown(caplog):
    token = "T0p-secret_token"
    async with client(create_app(survey=Broken(RuntimeError("the inner workings")))) as web:
        answer = await web.get(f"/survey/{token}")
    assert answer.status_code == 500
    reference = re.fullmatch(r"Something went wrong on our side\. Our reference is (\w{8})\.\n", answer.text)
    assert reference
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert reference[1] in record.getMessage()
    assert "the inner workings" in caplog.text
    assert token not in caplog.text
    assert "/survey/…" in caplog.text


async def test_two_faults_have_two_references():
    async with client(create_app(survey=Echo(), slack=Broken(ValueError()))) as web:
        first, second = await web.post("/slack/events"), await web.post("/slack/events")
    assert first.text != second.text


async def test_a_caller_who_hangs_up_is_no_fault(caplog):
    app = create_app(survey=Echo(), slack=Broken(ClientDisconnect()))
    with pytest.raises(AssertionError):
        # Nobody is there to be answered, so nothing is sent.
        async with client(app) as web:
            await web.post("/slack/events")
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_fault_in_the_midst_of_an_answer_is_not_papered_over(caplog):
    class Halfway:
        async def handle(self, request):
            async def pieces():
                yield b"half"
                raise RuntimeError("in the midst")

            return StreamingResponse(pieces())

    with pytest.raises(RuntimeError, match="in the midst"):
        async with client(create_app(survey=Halfway())) as web:
            await web.get("/survey/abc")
    assert "reference" in caplog.text


async def test_the_doors_are_opened_and_closed_with_the_app():
    heard = []

    @asynccontextmanager
    async def lifespan(app):
        heard.append("open")
        yield
        heard.append("closed")

    app = create_app(survey=Echo(), lifespan=lifespan)
    async with app.router.lifespan_context(app):
        assert heard == ["open"]
    assert heard == ["open", "closed"]


def test_a_path_is_logged_without_the_token_of_a_survey():
    assert masked("/survey/abc-DEF_123") == "/survey/…"
    assert masked("/survey/abc/more") == "/survey/…/more"
    assert masked("/slack/events") == "/slack/events"
