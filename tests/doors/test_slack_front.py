"""Slack's signature, the age of a request, and what a body may be."""

import json
from datetime import UTC, datetime

import pytest

from bot.slack import front
from bot.slack.front import TurnedAway
from tests.doors.fake_slack import SECRET, as_json, direct_message, form, interactive, signed, slash

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # Monday
BODY = b"command=%2Finquiry&text=mine"


def lowered(headers):
    return {name.lower(): value for name, value in headers.items()}


def status_of(headers, body=BODY, secret=SECRET, now=NOW):
    try:
        front.check(lowered(headers), body, secret, now)
    except TurnedAway as away:
        return away.status
    return 200


def test_a_request_that_slack_signed_is_let_in():
    assert status_of(signed(BODY, NOW)) == 200


def test_the_signature_is_slacks_own_by_its_published_example():
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmib"
        b"IGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    then = datetime.fromtimestamp(1531420618, UTC)
    assert status_of(headers, body, "8f742231b10e8888abcd99yyyzzz85a5", then) == 200
    assert status_of(headers, body + b"x", "8f742231b10e8888abcd99yyyzzz85a5", then) == 401


@pytest.mark.parametrize(("age", "status"), [(299, 200), (-299, 200), (300, 200), (301, 401), (-301, 401)])
def test_a_timestamp_may_be_five_minutes_off_either_way(age, status):
    assert status_of(signed(BODY, NOW, age=age)) == status


@pytest.mark.parametrize(
    "stamp",
    [
        *[
            "",
            "soon",
            "1772463600.0",
            "-1772463600",
            "+1772463600",
            " 1772463600",
            "1_772_463_600",
            "1" * 400,
        ],
        *["\u0661\u0667\u0667\u0662\u0664\u0666\u0663\u0666\u0660\u0660", "0x69a5", "inf", "nan"],
    ],
)
def test_a_timestamp_that_is_no_whole_number_is_refused(stamp):
    assert status_of({**signed(BODY, NOW), "X-Slack-Request-Timestamp": stamp}) == 401


@pytest.mark.parametrize("signature", ["", "v0=", "v1=00", "v0=é\u2192\udcff", "v0=" + "0" * 64])
def test_a_signature_that_is_missing_or_wrong_is_refused(signature):
    assert status_of({**signed(BODY, NOW), "X-Slack-Signature": signature}) == 401


def test_a_request_without_any_of_slacks_headers_is_refused():
    assert status_of({}) == 401


def test_the_timestamp_is_part_of_what_is_signed():
    headers = signed(BODY, NOW, age=10)
    assert (
        status_of({**headers, "X-Slack-Request-Timestamp": signed(BODY, NOW)["X-Slack-Request-Timestamp"]})
        == 401
    )


@pytest.mark.parametrize("secret", [None, ""])
def test_nothing_is_let_in_where_no_secret_is_set(secret):
    assert status_of(signed(BODY, NOW, secret=""), secret=secret) == 401


def test_the_three_shapes_of_payload_are_read():
    for said, (body, kind) in (
        (slash("mine"), form(slash("mine"))),
        (direct_message("hello"), as_json(direct_message("hello"))),
        ({"type": "block_actions", "é": "—"}, interactive({"type": "block_actions", "é": "—"})),
    ):
        assert front.payload(f"{kind}; charset=utf-8", body) == said


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b'"words"'),
        ("application/json", b"{}"),
        ("application/json", b"\xff\xfe{}"),
        ("application/json", b'{"n": ' + b"1" * 5000 + b"}"),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"a":' * 50_000 + b"1"),
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"payload="),
        ("application/x-www-form-urlencoded", b"payload=[1]"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe"),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(200))),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b'{"type": "event_callback"}'),
        ("", b'{"type": "event_callback"}'),
    ],
)
def test_a_body_that_cannot_be_read_is_malformed(kind, body):
    with pytest.raises(TurnedAway) as away:
        front.payload(kind, body)
    assert (away.value.status, away.value.reason) == (400, "malformed")


def test_slack_gets_its_challenge_back():
    assert (
        front.challenge({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV"})
        == "3eZbrw1aBm2rZgRNFdxV"
    )
    assert front.challenge(direct_message("hello")) is None


@pytest.mark.parametrize("challenge", [None, 5, "", "x" * 501, "<script>\n", {"a": 1}])
def test_a_challenge_that_is_none_is_malformed(challenge):
    with pytest.raises(TurnedAway) as away:
        front.challenge({"type": "url_verification", "challenge": challenge})
    assert away.value.status == 400


@pytest.mark.parametrize(
    ("kind", "body", "is_one"),
    [
        ("application/x-www-form-urlencoded", b"ssl_check=1&token=x", True),
        ("application/x-www-form-urlencoded", b"ssl_check=0&token=x", False),
        ("application/x-www-form-urlencoded", b"text=ssl_check%3D1", False),
        ("application/x-www-form-urlencoded", b"ssl_check=1&\xff", False),
        ("application/x-www-form-urlencoded", b"ssl_check=1&x=" + b"y" * 2000, False),
        ("application/json", json.dumps({"ssl_check": "1"}).encode(), False),
    ],
)
def test_slacks_look_at_our_certificate_is_known(kind, body, is_one):
    assert front.is_ssl_check(kind, body) is is_one
