"""What is posted under a right token, and still is not for us, comes to nothing, over real HTTP."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from models.inquiry import Inquiry
from tests.doors.fake_teams import GONE, TENANT, mention
from tests.security.agency import TEAMS, tables
from tests.security.teams_town import LOG, SECRETS, Town


def activity_of(**changes: Any) -> Callable[[Town], tuple[Any, dict[str, Any]]]:
    return lambda town: (town.activity(**changes), {})


def served_at(url: str) -> Callable[[Town], tuple[Any, dict[str, Any]]]:
    """An activity that says to answer there, under a token that says so too."""
    return lambda town: (town.activity(serviceUrl=url), {"serviceurl": url})


def bytes_of(body: bytes) -> Callable[[Town], tuple[Any, dict[str, Any]]]:
    return lambda town: (body, {})


PERSONAL = {"conversationType": "personal", "id": "a:1"}
INVOKE = {"type": "invoke", "text": GONE, "id": "f:1"}
OURS = "https://smba.trafficmanager.net"

# What a right token carries in vain: what is posted, and how the token differs.
BODIES: dict[str, tuple[set[int], Callable[[Town], tuple[Any, dict[str, Any]]]]] = {
    "no body": ({400}, bytes_of(b"")),
    "not JSON": ({400}, bytes_of(b"text=help")),
    "half of it": ({400}, bytes_of(b'{"type": "message", "text": "')),
    "a list": ({400}, bytes_of(b"[]")),
    "nothing": ({400}, bytes_of(b"null")),
    "a number": ({400}, bytes_of(b"7")),
    "no UTF-8": ({400}, bytes_of(b'{"type": "\xff\xfe"}')),
    "UTF-7's way": ({400}, bytes_of(b"+AHs-")),
    "nested lists": ({400}, bytes_of(b"[" * 100_000)),
    "nested objects": ({400}, bytes_of(b'{"a":' * 40_000 + b"1" + b"}" * 40_000)),
    "a number of five thousand digits": ({400}, bytes_of(b'{"type": ' + b"9" * 5000 + b"}")),
    "an empty object": ({403}, bytes_of(b"{}")),
    "more than 256 KB": ({413}, bytes_of(b'{"text": "' + b"x" * 262_144 + b'"}')),
    "more than a megabyte": ({413}, bytes_of(b'{"text": "' + b"x" * 1_000_001 + b'"}')),
    "two tenants": ({403}, activity_of(conversation={**PERSONAL, "tenantId": "other"})),
    "another tenant in both": (
        {403},
        activity_of(channelData={"tenant": {"id": "other"}}, conversation={**PERSONAL, "tenantId": "other"}),
    ),
    "no tenant": ({403}, activity_of(channelData={}, conversation=PERSONAL)),
    "a tenant that is a list": ({403}, activity_of(channelData={"tenant": {"id": [TENANT]}})),
    "a tenant that is empty": ({403}, activity_of(channelData={"tenant": {"id": ""}})),
    "our tenant and more": ({403}, activity_of(channelData={"tenant": {"id": f"{TENANT},other"}})),
    "a tenant of the wrong kind of dash": (
        {403},
        activity_of(channelData={"tenant": {"id": TENANT.replace("-", "\u2010")}}),
    ),
    "another channel": ({403}, activity_of(channelId="directline")),
    "the emulator's channel": ({403}, activity_of(channelId="emulator")),
    "a channel in capitals": ({403}, activity_of(channelId="MSTEAMS")),
    "a channel that is nothing": ({403}, activity_of(channelId=None)),
    "a foreign host": ({403}, served_at("https://evil.example/")),
    "http": ({403}, served_at("http://smba.trafficmanager.net/amer/")),
    "a name before the host": ({403}, served_at("https://smba.trafficmanager.net@evil.example/")),
    "a name and a word before the host": ({403}, served_at(f"{OURS}:x@evil.example/")),
    "a host below ours that is not listed": ({403}, served_at("https://evil.smba.trafficmanager.net/")),
    "our host as another's start": ({403}, served_at("https://smba.trafficmanager.net.evil.example/")),
    "a port that is none": ({403}, served_at(f"{OURS}:999999/")),
    "a backslash": ({403}, served_at("https://evil.example\\smba.trafficmanager.net/")),
    "a line end": ({403}, served_at(f"{OURS}/\r\nHost: evil.example")),
    "a number for a host": ({403}, served_at("https://2130706433/")),
    "this machine by another name": ({403}, served_at("http://[::1]:8000/")),
    "the cloud's own data": ({403}, served_at("http://169.254.169.254/latest/")),
    "a host in other letters": ({403}, served_at("https://smbа.trafficmanager.net/")),  # noqa: RUF001  # that is the point
    "a service address of the token's own": (
        {403},
        lambda town: (town.activity(), {"serviceurl": f"{OURS}/amer/"}),
    ),
    "a service address of the activity's own": ({403}, activity_of(serviceUrl=f"{OURS}/amer/")),
    "a speaker without an account": ({200}, activity_of(**{"from": {"id": "29:x"}})),
    "a speaker who is a list": ({400}, activity_of(**{"from": [TEAMS["dana"]]})),
    "an account with a colon": (
        {200},
        activity_of(**{"from": {"id": "29:x", "aadObjectId": f"{TEAMS['dana']}:x"}}),
    ),
    "an account in a list": ({200}, activity_of(**{"from": {"id": "29:x", "aadObjectId": [TEAMS["dana"]]}})),
    "a type that is an object": ({400}, activity_of(type={"type": "message"})),
    "an unknown type": ({200}, activity_of(type="trace")),
    "an invoke of an unknown name": ({404}, activity_of(**INVOKE, name="task/unknown")),
    "an invoke that signs in": ({404}, activity_of(**INVOKE, name="signin/verifyState")),
    "an invoke without a name": ({404}, activity_of(**INVOKE)),
    "an invoke by a list": ({404}, activity_of(**INVOKE, name=["adaptiveCard/action"])),
    "a button that does another thing": (
        {400, 404},
        activity_of(**INVOKE, name="adaptiveCard/action", value={"action": {"verb": "run", "data": {}}}),
    ),
    "a button with a list of words": (
        {400},
        activity_of(**INVOKE, name="adaptiveCard/action", value={"action": {"data": {"words": [LOG]}}}),
    ),
    "a channel that mentions somebody else": (
        {200},
        activity_of(
            conversation={"conversationType": "channel", "tenantId": TENANT, "id": "19:x"},
            entities=[mention("29:1lee", "Lee")],
        ),
    ),
}  # fmt: skip


async def test_what_is_not_for_us_comes_to_nothing_under_the_best_of_tokens(town):
    before, taken = tables(town.agency.store), {}
    for name, (statuses, make) in BODIES.items():
        body, changes = make(town)
        answer = await town.post(body, town.microsoft.token(**changes))
        if answer.status_code not in statuses or tables(town.agency.store) != before:
            taken[name] = answer.status_code
    assert taken == {}
    assert town.microsoft.said() == []
    assert len(BODIES) >= 40


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "application/json-seq", "text/json"]
)
async def test_a_body_of_another_kind_is_not_read(town, kind):
    before = tables(town.agency.store)
    answer = await town.post(town.activity(), **{"content-type": kind})
    assert answer.status_code == 415
    assert tables(town.agency.store) == before


@pytest.mark.parametrize(("size", "status"), [(200_000, 200), (264_000, 413), (1_100_000, 413)])
@pytest.mark.parametrize("path", ["/api/messages", "/slack/events", "/survey/x"])
async def test_a_body_in_pieces_is_taken_up_to_its_measure(town, path, size, status):
    body = json.dumps(town.activity(padding="x" * (size - 1000))).encode()

    async def pieces():
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    headers = {"content-type": "application/json", **town.microsoft.bearer()}
    answer = await town.client.post(path, content=pieces(), headers=headers)
    if path == "/api/messages":
        assert answer.status_code == status
    else:
        assert answer.status_code in ({413, 415} if size > 1_000_000 else {400, 401, 404, 413, 415})


async def test_no_log_holds_what_was_said_or_who_signed(town, caplog):
    caplog.set_level(logging.DEBUG)
    for make in (make for _, make in BODIES.values()):
        body, changes = make(town)
        await town.post(body, town.microsoft.token(**changes))
    await town.post(town.activity())
    ours = [
        one for one in caplog.records if one.name.partition(".")[0] not in ("asyncio", "aiohttp", "httpcore")
    ]
    logged = [f"{one.getMessage()} {one.__dict__}" for one in ours]
    signature = town.microsoft.token().rpartition(".")[2]
    for secret in (*SECRETS, signature, TEAMS["dana"]):
        assert [one for one in logged if secret in one] == []


async def test_a_hundred_replays_of_an_activity_have_one_effect(town):
    body = town.activity()
    statuses = {(await town.post(body)).status_code for _ in range(100)}
    await town.agency.settled()
    assert statuses == {200}
    assert len(town.agency.office.rows(Inquiry)) == 1
    assert len(town.microsoft.said()) == 1
