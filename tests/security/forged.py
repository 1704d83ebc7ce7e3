"""Requests to Slack's address that must come to nothing: good ones spoilt, the same ones from each seed."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bot.inputs import FILL
from bot.views import FORM
from tests.doors.fake_slack import (
    SECRET,
    TEAM,
    as_json,
    button,
    direct_message,
    form,
    interactive,
    signed,
    slash,
)
from tests.doors.slack_door import MONDAY
from tests.doors.slack_interactions import shortcut, submitted

SECRETS = ("Quillfeather", "heliotrope", "608-555-0133")
"""What is said in every request, and in no log."""
LOG = f"log call from Jane {SECRETS[0]} {SECRETS[2]} about {SECRETS[1]} permits"

Travel = Callable[[Any], tuple[bytes, str]]
Headers = list[tuple[str, bytes]]


def submission(**more: Any) -> dict[str, Any]:
    """The form that logs an inquiry, filled in and sent off."""
    texts = {"customer": f"Jane {SECRETS[0]}", "phone": SECRETS[2], "subject": f"{SECRETS[1]} permits"}
    values: dict[str, Any] = {
        name: {FILL: {"type": "plain_text_input", "value": text}} for name, text in texts.items()
    }
    values["channel"] = {FILL: {"type": "static_select", "selected_option": {"value": "call"}}}
    view = {
        "id": "V0VIEW",
        "type": "modal",
        "callback_id": FORM,
        "hash": "1772460000.abc",
        "private_metadata": json.dumps({"form": "log", "about": "", "words": "inquiry log"}),
        "blocks": [],
        "state": {"values": values},
    }
    return submitted(view, **more)


KINDS: dict[str, tuple[Callable[[], dict[str, Any]], Travel]] = {
    "command": (lambda: slash(LOG), form),
    "event": (lambda: direct_message(LOG), as_json),
    "block_actions": (lambda: button(f"inquiry {LOG}"), interactive),
    "view_submission": (submission, interactive),
    "message_action": (lambda: shortcut(LOG), interactive),
}


@dataclass(frozen=True)
class Request:
    """What is posted, how it was spoilt, and what may be answered."""

    how: str
    body: bytes
    headers: Headers
    statuses: frozenset[int]
    path: str = "/slack/events"


def good(kind: str) -> tuple[bytes, str]:
    make, travel = KINDS[kind]
    return travel(make())


def spoilt(kind: str, chance: random.Random) -> Request:
    """One request that Slack did not make, or that is not for us."""
    how = chance.choice(_WAYS)
    body, headers, statuses = how(kind, chance)
    return Request(how.__name__.strip("_"), body, headers, frozenset(statuses))


def _headers(content_type: str, signing: dict[str, str]) -> Headers:
    return [
        ("Content-Type", content_type.encode()),
        *((name, said.encode()) for name, said in signing.items()),
    ]


def _with(headers: Headers, name: str, *values: bytes) -> Headers:
    """The headers with these values of one; none takes it out."""
    return [*(one for one in headers if one[0] != name), *((name, value) for value in values)]


STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
Spoilt = tuple[bytes, Headers, set[int]]


def _bit_flipped_in_the_body(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    place = chance.randrange(len(body))
    flipped = bytes([body[place] ^ (1 << chance.randrange(8))])
    return body[:place] + flipped + body[place + 1 :], _headers(content_type, signed(body, MONDAY)), {401}


def _body_cut_or_lengthened(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    more = chance.choice([b"&user_id=U0ALEX", b"&payload={}", b" ", b"\x00", b"\n"])
    other = chance.choice([body[: chance.randrange(len(body))], body + more])
    return other, _headers(content_type, signed(body, MONDAY)), {401}


def _signature_changed(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    headers = _headers(content_type, signed(body, MONDAY))
    right = dict(headers)[SIGNATURE]
    place = chance.randrange(3, len(right))
    other = b"0" if right[place : place + 1] != b"0" else b"1"
    wrong = chance.choice(
        [
            right[:place] + other + right[place + 1 :],
            right[:place],
            right + b"0",
            right.replace(b"v0=", b"v1="),
            right.replace(b"v0=", b""),
            right.upper(),
            b"v0=" + b"0" * 64,
            b"v0=",
            b"",
            "v0=é→".encode(),
            b"v0=\xff\xfe\x80",
            right.replace(b"v0", "v\uff10".encode()),
            b"a" * 8000,
        ]
    )
    return body, _with(headers, SIGNATURE, wrong), {401}


def _timestamp_changed(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    headers = _headers(content_type, signed(body, MONDAY))
    now = int(MONDAY.timestamp())
    wrong = chance.choice(
        [
            str(now + chance.choice([-1, 1, 60, -60, 10**6])).encode(),
            f"{now}.0".encode(),
            f" {now}".encode() + b"0",
            f"+{now}".encode(),
            f"-{now}".encode(),
            b"0" + str(now).encode() + b"0" * 20,
            str(now).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).encode(),
            b"",
            b"soon",
            b"nan",
            b"inf",
            b"1e9",
            b"\xff\xff",
        ]
    )
    return body, _with(headers, STAMP, wrong), {401}


def _stale_or_from_the_future(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    age = chance.choice([-1, 1]) * chance.choice([301, 302, 600, 86_400, 10**8])
    return body, _headers(content_type, signed(body, MONDAY, age=age)), {401}


def _header_missing(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    headers = _headers(content_type, signed(body, MONDAY))
    for name in chance.choice([(STAMP,), (SIGNATURE,), (STAMP, SIGNATURE)]):
        headers = _with(headers, name)
    return body, headers, {401}


def _header_doubled(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    headers = _headers(content_type, signed(body, MONDAY))
    right = dict(headers)
    wrong = {STAMP: str(int(MONDAY.timestamp()) - 1).encode(), SIGNATURE: b"v0=" + b"0" * 64}
    name = chance.choice([STAMP, SIGNATURE])
    two = chance.choice([(right, wrong), (wrong, right), (right, right), (wrong, wrong)])
    return body, _with(headers, name, *(one[name] for one in two)), {401}


def _other_secret(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    secret = chance.choice(
        ["", "another", SECRET + " ", SECRET.upper(), SECRET[:-1], "old-verification-token"]
    )
    return body, _headers(content_type, signed(body, MONDAY, secret=secret)), {401}


def _signature_of_another_request(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    other, _ = chance.choice([good(one) for one in KINDS if one != kind])
    return body, _headers(content_type, signed(other, MONDAY)), {401}


def _other_content_type(kind: str, chance: random.Random) -> Spoilt:
    body, right = good(kind)
    kinds = [
        "text/plain",
        "",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonp",
        "*/*",
    ]
    kinds.append("application/json" if "form" in right else "text/json")
    return body, _headers(chance.choice(kinds), signed(body, MONDAY)), {400}


def _cannot_be_read(kind: str, chance: random.Random) -> Spoilt:
    body, content_type = good(kind)
    texts = [b"", b"[]", b"null", b"7", b'"x"', b"{", b"{}", b"\xff\xfe{}", b"[" * 50_000, b'{"a":' * 20_000]
    texts += [b'{"n": ' + b"9" * 5000 + b"}", b"\xef\xbb\xbf{}", b"NaN", body[: len(body) // 2] + b"\xff"]
    text = chance.choice(texts)
    if "form" in content_type:
        forms = [b"payload=" + text[:1000], b"payload", b"=", b"&", b"a=1&" * 200, b"%ff%fe=1", text[:1000]]
        text = chance.choice(forms)
    return text, _headers(content_type, signed(text, MONDAY)), {400, 403}


def _of_another_workspace(kind: str, chance: random.Random) -> Spoilt:
    make, travel = KINDS[kind]
    other = chance.choice(["T0OTHER", "T0RIVERBEND2", "E0OTHER"])
    payload = json.loads(json.dumps(make()).replace(TEAM, other))
    body, content_type = travel(payload)
    return body, _headers(content_type, signed(body, MONDAY)), {403}


def _said_by_a_visitor(kind: str, chance: random.Random) -> Spoilt:
    """Our own workspace hears it, but whoever says it belongs to another one."""
    make, travel = KINDS[kind]
    payload = make()
    if kind == "command":
        payload["team_id"] = "T0OTHER"
    elif kind == "event":
        payload["event"] |= {chance.choice(["team", "user_team", "source_team"]): "T0OTHER"}
    else:
        payload["user"]["team_id"] = "T0OTHER"
    body, content_type = travel(payload)
    return body, _headers(content_type, signed(body, MONDAY)), {200, 403}


def _id_that_is_none(kind: str, chance: random.Random) -> Spoilt:
    make, travel = KINDS[kind]
    payload = deepcopy(make())
    odd: list[Any] = [
        "",
        "u0dana",
        "U0DANA ",
        "U0DANA:T0",
        "U0DANA\u0000",
        "U\uff10DANA",
        "dana",
        "U" * 70,
        "'; --",
    ]
    if kind != "command":
        odd += [7, True, [], {"id": "U0DANA"}, -1.5]
    who = chance.choice(odd)
    if kind == "command":
        payload["user_id"] = who
    else:
        payload["event" if kind == "event" else "user"] |= {"user" if kind == "event" else "id": who}
    body, content_type = travel(payload)
    return body, _headers(content_type, signed(body, MONDAY)), {200, 400}


def _of_a_kind_that_is_not_ours(kind: str, chance: random.Random) -> Spoilt:
    make, travel = KINDS[kind]
    payload = make()
    others = ["block_suggestion", "workflow_step_edit", "function_executed", "dialog_submission", "url", ""]
    payload["type"] = chance.choice([*others, "view_closed"])
    payload.pop("command", None)
    body, content_type = travel(payload)
    return body, _headers(content_type, signed(body, MONDAY)), {200, 400, 403, 404}


_WAYS = (
    _bit_flipped_in_the_body,
    _bit_flipped_in_the_body,
    _body_cut_or_lengthened,
    _signature_changed,
    _signature_changed,
    _timestamp_changed,
    _stale_or_from_the_future,
    _header_missing,
    _header_doubled,
    _other_secret,
    _signature_of_another_request,
    _other_content_type,
    _cannot_be_read,
    _of_another_workspace,
    _said_by_a_visitor,
    _id_that_is_none,
    _of_a_kind_that_is_not_ours,
)
