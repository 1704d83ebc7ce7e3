"""Guests, the deactivated, strangers, other workspaces and tenants, through the doors: the same words."""

import json

import pytest

from handlers.commands import COMMANDS
from tests.doors.fake_slack import as_json, button, direct_message, form, interactive, signed, slash
from tests.doors.fake_teams import GONE, TENANT
from tests.doors.slack_interactions import home_opened, shortcut
from tests.security.agency import TEAMS, agency, tables
from tests.security.forged import submission

OUTSIDERS = ("U0GUEST", "U0SINGLE", "U0EXTERNAL", "U0BOT", "U0GONE", "U0NOBODY", "U0LEE")
TRACES = ("inbox", "outbox")
"""What is kept of a stranger: that they were heard, and the answer that they are owed."""
STRANGER = "I do not know you yet"


@pytest.fixture
async def town(tmp_path):
    async with agency(tmp_path) as one:
        slack = one.slack
        # All of them bear the address of a colleague who is on the staff.
        slack.add("U0GUEST", email="sam@riverbend.example", is_restricted=True)
        slack.add("U0SINGLE", email="sam@riverbend.example", is_ultra_restricted=True)
        slack.add("U0EXTERNAL", email="sam@riverbend.example", is_stranger=True, team_id="T0OTHER")
        slack.add("U0BOT", email="sam@riverbend.example", is_bot=True)
        slack.add("U0GONE", email="sam@riverbend.example", deleted=True)
        one.office.change("lee", active=False)
        yield one


async def post(town, travelling):
    body, kind = travelling
    headers = {"Content-Type": kind, **signed(body, town.clock())}
    answer = await town.client.post("/slack/events", content=body, headers=headers)
    assert answer.status_code == 200
    return answer


async def test_every_command_of_an_outsider_in_slack_gets_the_same_words(town):
    before, said = tables(town.store, but=TRACES), set()
    for number, one in enumerate(COMMANDS):
        for user in OUTSIDERS:
            noun, _, rest = one.words.partition(" ")
            payload = slash(rest, command=f"/{noun}", user_id=user, trigger_id=f"1.{number}.{user}")
            said.add((await post(town, form(payload))).text)
    await town.settled()
    assert len(said) <= 1
    shown = [json.dumps(one["view"]["blocks"]) for one in town.slack.calls("views.open")]
    assert all(STRANGER in one for one in (*said, *shown))
    assert tables(town.store, but=TRACES) == before


async def test_whatever_else_an_outsider_does_in_slack_gets_the_same_words(town):
    before, shown = tables(town.store, but=TRACES), []
    for number, user in enumerate(OUTSIDERS):
        marks = {"action_ts": f"17724600{number}.1"}
        pressed = button("inquiry show INQ-1", user=user)
        pressed["actions"][0] |= marks
        for travelling in (
            as_json(direct_message("inquiry mine", user=user) | {"event_id": f"Ev{number}A"}),
            as_json(home_opened(user=user) | {"event_id": f"Ev{number}B"}),
            interactive(pressed),
            interactive(submission(user=user)),
            interactive(shortcut("x") | {"user": {"id": user, "team_id": "T0RIVERBEND"}}),
        ):
            shown.append((await post(town, travelling)).text)
            await town.settled()
    told = [*town.slack.posted, *town.slack.calls("views.publish"), *town.slack.calls("views.open")]
    assert len(told) >= 3 * len(OUTSIDERS)
    for one in told:
        assert STRANGER in json.dumps(one)
    assert not any("INQ-" in one for one in shown)
    assert tables(town.store, but=TRACES) == before


async def test_whoever_becomes_a_guest_is_a_stranger_from_their_second_ask_on_and_a_member_again_later(town):
    assert "INQ" in (await post(town, form(slash("log call from Jo about x", trigger_id="1.1")))).text
    await town.settled()
    town.slack.users["U0DANA"]["is_restricted"] = True
    town.clock.now = town.clock.now.replace(day=4)
    await post(town, form(slash("mine", trigger_id="1.2")))
    await town.settled()
    assert STRANGER in (await post(town, form(slash("mine", trigger_id="1.3")))).text
    town.slack.users["U0DANA"]["is_restricted"] = False
    town.clock.now = town.clock.now.replace(day=6)
    await post(town, form(slash("mine", trigger_id="1.4")))
    await town.settled()
    assert "INQ-1" in (await post(town, form(slash("mine", trigger_id="1.5")))).text


async def in_teams(town, **changes):
    activity = town.microsoft.message(**changes)
    answer = await town.client.post("/api/messages", json=activity, headers=town.microsoft.bearer())
    return answer.status_code


GUESTS = {
    "29:guest": {"email": "sam@riverbend.example", "userPrincipalName": "sam_else#EXT#@riverbend.example"},
    "29:role": {"email": "sam@riverbend.example", "userPrincipalName": "sam@x.example", "userRole": "guest"},
    "29:other": {"email": "sam@riverbend.example", "userPrincipalName": "s@x.example", "tenantId": "other"},
    "29:bare": {"email": "sam@riverbend.example"},
}


async def test_every_command_of_an_outsider_in_teams_gets_the_same_words(town):
    town.microsoft.members.update(GUESTS)
    before, number = tables(town.store, but=TRACES), 0
    for user in (*GUESTS, "29:nobody", "29:lee"):
        known = TEAMS["lee"] if user == "29:lee" else f"aaaa0000-{user[3:]}"
        place = {"conversationType": "personal", "tenantId": TENANT, "id": f"a:{user[3:]}"}
        for one in COMMANDS[::3]:
            number += 1
            sender = {"id": user, "aadObjectId": known}
            changes = {"text": one.words, "from": sender, "conversation": place, "id": f"1.{number}"}
            assert await in_teams(town, **changes) == 200
    await town.settled()
    said = [json.dumps(one.body) for one in town.microsoft.said()]
    assert len(said) == number
    assert {STRANGER in one for one in said} == {True}
    assert tables(town.store, but=TRACES) == before


@pytest.mark.parametrize("kind", ["message", "invoke", "installationUpdate", "conversationUpdate"])
async def test_another_tenant_is_not_heard_whatever_it_sends(town, kind):
    before = tables(town.store)
    for named in (
        {"channelData": {"tenant": {"id": "other"}}},
        {"channelData": GONE, "conversation": {"id": "a:1"}},
    ):
        for one in COMMANDS[::8]:
            sender = {"id": "29:sam", "aadObjectId": TEAMS["sam"]}
            value = {"action": {"verb": "say", "data": {"words": one.words}}}
            more = {
                "name": "adaptiveCard/action",
                "value": value,
                "action": "add",
                "membersAdded": [{"id": "28:x"}],
            }
            changes = {**named, **more, "type": kind, "text": one.words, "from": sender}
            assert await in_teams(town, **changes) == 403
    assert tables(town.store) == before
    assert town.microsoft.taken == []


async def test_another_workspace_is_not_heard_whatever_it_sends(town):
    before, asked = tables(town.store), len(town.slack.asked)
    for number, one in enumerate(COMMANDS):
        payload = slash(one.words, user_id="U0SAM", team_id="T0OTHER", trigger_id=f"1.{number}")
        body, kind = form(payload)
        headers = {"Content-Type": kind, **signed(body, town.clock())}
        assert (await town.client.post("/slack/events", content=body, headers=headers)).status_code == 403
    assert tables(town.store) == before
    assert len(town.slack.asked) == asked
