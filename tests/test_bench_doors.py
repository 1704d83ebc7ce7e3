"""The benchmarks of whole doors: what they send, what they count, and nothing timed."""

from datetime import UTC, datetime

import pytest

from bench import b1_slack, b3_teams
from bench.b1_slack import unlike
from bench.front_doors import served
from bench.knocking import Answer, knock, post
from bot.slack import front
from tests.seeded import seeded


@pytest.fixture
def office(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}") as office:
        yield office


def test_what_is_acknowledged_is_compared_with_what_is_stored(office):
    answers = []
    for number in range(3):
        reply = office.say("dana", "inquiry log email from Jane Doe about a permit", key=f"slack:{number}")
        answers.append(Answer(200, f"{reply.facts['number']} logged".encode(), 0.0))
    address = office.store.url.render_as_string(hide_password=False)
    assert unlike(address, answers) == 0
    assert unlike(address, answers[:2]) > 0, "stored, and not acknowledged"
    assert unlike(address, [*answers, Answer(200, b"INQ-9 logged", 0.0)]) > 0, "acknowledged, and not stored"
    assert unlike(address, [*answers, answers[0]]) > 0, "acknowledged twice"
    assert unlike(address, [*answers, Answer(200, b"Working on it", 0.0)]) > 0


def test_the_callers_sign_what_the_door_takes_and_never_say_the_same_twice():
    first, second = b1_slack.Callers().requests(2)
    head, _, body = first.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    headers = {name.lower(): value for name, value in lines.items()}
    front.check(headers, body, b1_slack.SECRET, datetime.now(UTC))
    assert int(headers["content-length"]) == len(body)
    assert front.payload(headers["content-type"], body)["trigger_id"] != second.partition(b"trigger_id=")[2]
    assert len({*b3_teams.Callers("help").requests(3)}) == 3


async def _nothing(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 204, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _app():
    return _nothing


def test_every_request_gets_its_answer_over_few_connections():
    with served(_app) as port:
        answers = knock(port, [post("/", b"words", {}) for _ in range(20)], 3)
    assert [one.status for one in answers] == [204] * 20
