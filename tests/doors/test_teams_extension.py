"""The action “Log as inquiry” on a message in Teams, and the word in its thread."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.dialogs import FIELD
from handlers.asking import Reply
from handlers.form import Field, Filling, Form, Step
from models.staff import Address
from scheduler.letter import InDoubt, Letter, NotNow, Unreachable
from tests.doors.fake_teams import BOT, DANAS_ID, SHARED, TENANT, THREAD, Microsoft, merged, refusal
from tests.doors.teams_door import Office
from tests.doors.test_teams_dialogs import dialog, inputs, text

ABOUT = f"message:teams:{THREAD}|1700000000888"
TO_THREAD = Address("teams", TENANT, f"thread:{THREAD}|1700000000888")
FORM = Form("log", ABOUT, "Log an inquiry", "Log it", (Field("subject", "About"),))


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with Microsoft() as microsoft:
        office = await Office(microsoft, Reply("unknown_inquiry", {"given": "x"}, form=FORM)).open()
        yield office
        await office.close()


async def values(office: Office, **changes: Any) -> dict[str, str]:
    """What the form is filled in with for a message that is changed so."""
    answer = await office.post(office.microsoft.shared(merged(SHARED, changes)))
    assert answer.status_code == 200
    return dict(office.heard[-1].filling.values)


async def test_the_action_on_a_message_opens_the_form_filled_in_from_the_message(office):
    found = dialog(await office.post(office.microsoft.shared()))
    [ask] = office.heard
    assert ask.filling == Filling(
        "log",
        ABOUT,
        {
            "subject": "Ann Ho asks about her permit & the fee\n608-555-0133",
            "customer": "Lee Okafor",
            "channel": "chat",
            "received": "2026-03-02T14:40:11+00:00",
        },
    )
    assert (ask.words, ask.key, ask.by_message) == ("inquiry log", None, False)
    assert found["title"] == "Log an inquiry"
    data = found["card"]["actions"][0]["data"]
    assert data == {"form": "log", "about": ABOUT, "step": "submit", "nonce": data["nonce"]}
    assert list(inputs(found["card"])) == ["subject"]
    assert office.microsoft.taken == []


async def test_the_same_message_is_about_the_same_whoever_chose_the_action(office):
    for name in ("dana", "sam"):
        who = {"id": f"29:{name}", "name": name, "aadObjectId": f"{name}-0000"}
        await office.post(office.microsoft.shared(**{"from": who}))
    first, second = office.heard
    assert first.speaker != second.speaker
    assert first.filling.about == second.filling.about == ABOUT


async def test_what_is_logged_is_told_in_the_dialog_and_owed_as_a_message(office):
    office.reply = Reply("unknown_inquiry", {"given": "INQ-7"})
    data = {"form": "log", "about": ABOUT, "step": "submit", f"{FIELD}subject": "a permit"}
    found = dialog(await office.post(office.microsoft.shared(data=data)))
    [ask] = office.heard
    assert ask.filling == Filling("log", ABOUT, {"subject": "a permit"}, Step.SUBMIT)
    assert (ask.key, ask.by_message) == (f"teams:{THREAD}:f:1", True)
    assert ask.reference is not None
    assert "conversation" not in ask.reference, "residents' data goes to one's own chat"
    assert "INQ-7" in text(found["card"])


BODIES: list[tuple[Any, str]] = [
    ({"contentType": "text", "content": "5 < 6 & <b>7</b>"}, "5 < 6 & <b>7</b>"),
    ({"contentType": "html", "content": '<div><at id="0">Sam</at>: look<br>here</div>'}, "Sam: look\nhere"),
    ({"contentType": "html", "content": "5 &lt; 6 &amp;&nbsp;<i>x</i><script>y</script>"}, "5 < 6 & xy"),
    ({"contentType": "html", "content": '<p>Thanks <img alt="👍" src="x"></p>'}, "Thanks 👍"),
    ({"contentType": "html", "content": '<attachment id="1"></attachment>'}, ""),
    ({"contentType": "html", "content": "<ul><li>one</li><li>two</li></ul>"}, "one\ntwo"),
    ({"contentType": "html", "content": "a<p" * 20_000}, ""),
    ({"contentType": "html", "content": "<" * 30_000}, "<" * 3000),
    ({"contentType": "html", "content": '<img alt="' * 3000}, ""),
    ({"content": ["x"]}, ""),
    ("x", ""),
    (None, ""),
]


@pytest.mark.parametrize(("body", "subject"), BODIES)
async def test_a_message_in_html_becomes_plain_words(office, body, subject):
    found = (await values(office, body=body))["subject"]
    assert found == subject if subject else len(found) <= 3000


AUTHORS: list[tuple[Any, str]] = [
    ({"user": {"displayName": "Ann <b>Ho</b>"}}, "Ann <b>Ho</b>"),
    ({"user": None, "application": {"displayName": "Forms"}}, "Forms"),
    ({"user": {"displayName": 7}}, ""),
    ({}, ""),
    (None, ""),
    ("Lee", ""),
]


@pytest.mark.parametrize(("author", "customer"), AUTHORS)
async def test_whoever_wrote_the_message_is_the_customer_until_somebody_says_otherwise(
    office, author, customer
):
    assert (await values(office, **{"from": author}))["customer"] == customer


@pytest.mark.parametrize(
    "written",
    [
        None,
        "yesterday",
        1700000000888,
        "2026-03-02T14:40:11",
        "0001-01-01T00:00:00+23:00",
        "1999-12-31T00:00:00Z",
    ],
)
async def test_a_time_that_cannot_be_read_is_left_to_the_speaker(office, written):
    assert "received" not in await values(office, createdDateTime=written)


@pytest.mark.parametrize(
    "message",
    [{}, [], "x", {"id": 7}, {"id": ""}, {"id": "1 2"}, {"id": "1" * 600}, {"body": {"content": "x"}}],
)
async def test_a_message_without_an_id_of_teams_is_refused(office, message):
    assert (await office.post(office.microsoft.shared(message))).status_code == 400
    assert office.heard == []


@pytest.mark.parametrize("name", ["composeExtension/fetchTask", "composeExtension/submitAction"])
async def test_another_action_is_none_of_ours(office, name):
    value = {"commandId": "delete_all", "messagePayload": SHARED, "data": {"words": "help"}}
    assert (await office.post(office.microsoft.invoked(name, value))).status_code == 404
    assert (await office.post(office.microsoft.invoked(name, None))).status_code == 404


# The number, in the thread.


def letter(*, doubtful: bool = False, to: Address = TO_THREAD) -> Letter:
    return Letter("thread:1", to, "logged_in_thread", {"number": "INQ-7"}, (), doubtful)


async def test_a_thread_is_told_where_the_message_stands(office):
    await office.post(office.microsoft.shared())
    receipt = await office.door.sender.send(letter())
    [said] = office.microsoft.taken
    assert said.path == f"/v3/conversations/{THREAD}/activities"
    assert said.body["from"] == {"id": BOT}
    assert "recipient" not in said.body
    assert DANAS_ID not in json.dumps(said.body)
    assert receipt.said == "Logged as INQ-7."


async def test_a_group_chat_is_told_in_the_chat(office):
    office.reply = Reply("working_on_it")
    await office.post(office.microsoft.message())
    await office.door.sender.send(letter(to=Address("teams", TENANT, "thread:19:group@thread.v2|17")))
    [said] = office.microsoft.said()
    assert said.path == "/v3/conversations/19:group@thread.v2/activities"


async def test_before_anybody_was_heard_a_thread_waits(office):
    with pytest.raises(NotNow):
        await office.door.sender.send(letter())
    assert office.microsoft.taken == []


async def test_a_request_that_is_refused_shows_no_way_to_a_thread(office):
    stranger = office.microsoft.bearer(aud="other")
    assert (await office.post(office.microsoft.shared(), stranger)).status_code == 401
    elsewhere = office.microsoft.shared(channelData={"tenant": {"id": "elsewhere"}})
    assert (await office.post(elsewhere)).status_code == 403
    with pytest.raises(NotNow):
        await office.door.sender.send(letter())


@pytest.mark.parametrize("code", ["BotNotInConversationRoster", "ConversationNotFound"])
async def test_a_conversation_that_the_bot_is_not_in_cannot_be_reached(office, code):
    await office.post(office.microsoft.shared())
    office.microsoft.answers.append(lambda: refusal(403 if code.startswith("Bot") else 404, code))
    with pytest.raises(Unreachable):
        await office.door.sender.send(letter())


async def test_a_thread_is_told_once_more_at_most(office):
    await office.post(office.microsoft.shared())
    office.microsoft.answers.extend([lambda: refusal(502), lambda: refusal(502)])
    with pytest.raises(InDoubt):
        await office.door.sender.send(letter())
    with pytest.raises(Unreachable, match="twice"):
        await office.door.sender.send(letter(doubtful=True))
    assert [one.method for one in office.microsoft.taken] == ["POST", "POST"], "nobody is looked up"


async def test_a_thread_whose_name_is_odd_leads_nowhere_else(office):
    await office.post(office.microsoft.shared())
    odd = Address("teams", TENANT, "thread:19:x/../../evil?y=#z|17")
    await office.door.sender.send(letter(to=odd))
    [said] = office.microsoft.taken
    assert said.path == "/v3/conversations/19:x/../../evil?y=#z/activities", "one piece of the path, quoted"


def test_the_way_to_a_thread_is_the_latest_that_was_verified():
    from bot.teams.met import MOST_MET, Met

    met = Met()
    for number in range(MOST_MET + 5):
        speaker = Address("teams", TENANT, str(number))
        met.note(speaker, {"serviceUrl": f"https://{number}.example/", "botId": BOT, "userId": "29:x"})
    assert met.find(TO_THREAD) == {"serviceUrl": f"https://{MOST_MET + 4}.example/", "botId": BOT}
    assert met.find(Address("teams", TENANT, "4")) is None, "the oldest are forgotten"
    assert met.find(Address("teams", TENANT, "5")) is not None
