"""The Teams door over HTTP: what is heard, what is answered at once, and what never gets in."""

import asyncio
import copy
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.assemble import knows
from bot.cards import to_card
from bot.teams import answers as answers_module
from bot.teams import people as people_module
from handlers import answer
from handlers.asking import Ask, Choice, House, Reply
from models.agency_file import read_agency
from models.inbox import Heard
from models.inquiry import Inquiry
from models.migrating import migrate
from models.outbox import Owed, Sending
from models.seeding import seed
from models.staff import Address, reference_of
from models.store import Store
from scheduler.delivery import carry
from tests.doors.fake_teams import DANA, DANAS_ID, GONE, NOW, PERSONAL, TENANT, Microsoft, mention, refusal
from tests.doors.teams_door import Office, voice

DEMO = Path(__file__).parents[2] / "bot" / "demo"
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    async with Microsoft() as microsoft:
        yield microsoft


@pytest.fixture
async def office(microsoft: Microsoft) -> AsyncIterator[Office]:
    office = Office(microsoft)
    yield office
    await office.close()


async def test_a_message_is_heard_and_its_answer_is_left_to_delivery(office):
    await office.open()
    answer = await office.post(office.microsoft.message("<at>Replyby</at> help me"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert [(ask.words, ask.speaker, ask.now) for ask in office.heard] == [
        ("help me", Address("teams", TENANT, DANA), NOW)
    ]
    assert office.microsoft.taken == []


async def test_a_pressed_button_gets_the_answers_card_in_the_response(office):
    office.reply = Reply("unknown_inquiry", {"given": "INQ-9"}, (Choice("My inquiries", "inquiry mine"),))
    await office.open()
    answer = await office.post(office.microsoft.pressed("inquiry show INQ-9"))
    assert answer.status_code == 200
    card = to_card(voice().say("unknown_inquiry", {"given": "INQ-9"}), office.reply.choices)
    assert answer.json() == {"statusCode": 200, "type": ADAPTIVE, "value": card}
    assert "INQ-9" in json.dumps(card)
    assert [(ask.words, ask.by_message) for ask in office.heard] == [("inquiry show INQ-9", False)]


async def test_a_button_pressed_in_a_group_shows_nothing_there(office):
    office.reply = Reply("unknown_inquiry", {"given": "secret"})
    await office.open()
    group = {"conversationType": "groupChat", "tenantId": TENANT, "id": "19:group"}
    answer = await office.post(office.microsoft.pressed("inquiry show INQ-9", conversation=group))
    assert answer.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "I have answered you in our own chat.",
    }
    assert office.heard[0].by_message


async def test_an_answer_that_cannot_be_said_is_a_crash_with_a_reference(office, caplog):
    office.reply = Reply("unknown_inquiry", {})
    await office.open()
    answer = await office.post(office.microsoft.pressed("inquiry show INQ-9"))
    assert answer.status_code == 200
    [record] = [one for one in caplog.records if getattr(one, "action", "") == "teams_answer"]
    assert record.reference in json.dumps(answer.json()["value"])
    assert f"reference {record.reference}" in record.getMessage()


async def test_a_button_that_asks_for_all_replies_at_once_gets_its_card_all_the_same(office):
    await office.open()
    answer = await office.post(office.microsoft.pressed("help", deliveryMode="expectReplies"))
    assert answer.json()["type"] == ADAPTIVE


@pytest.mark.parametrize("missing", ["microsoft_app_id", "microsoft_app_tenant_id"])
async def test_without_an_app_or_a_tenant_the_door_is_shut(office, missing):
    await office.open(**{missing: None})
    for headers in ({}, None, {"authorization": f"Bearer {office.microsoft.token(aud='')}"}):
        answer = await office.post(office.microsoft.message(), headers=headers)
        assert (answer.status_code, answer.text) == (404, "Microsoft Teams is not set up here.")
    assert office.heard == []


BODIES: dict[str, tuple[int, bytes, str]] = {
    "nothing": (400, b"", "application/json"),
    "half an object": (400, b'{"type": "message"', "application/json"),
    "a list": (400, b"[]", "application/json"),
    "a word": (400, b'"message"', "application/json"),
    "null": (400, b"null", "application/json"),
    "a number": (400, b"NaN", "application/json"),
    "no UTF-8": (400, b'{"type": "\xff"}', "application/json"),
    "nested too deep": (400, b"[" * 100_000, "application/json"),
    "an object nested too deep": (400, b'{"a":' * 40_000, "application/json"),
    "an empty object": (403, b"{}", "application/json"),
    "too large by a byte": (413, b" " * (256 * 1024 + 1), "application/json"),
    "as large as it may be": (400, b" " * (256 * 1024), "application/json"),
    "a form": (415, b"type=message", "application/x-www-form-urlencoded"),
    "plain text": (415, b"{}", "text/plain"),
    "nearly JSON": (415, b"{}", "application/jsonp"),
    "no kind": (415, b"{}", ""),
}


@pytest.mark.parametrize(("status", "body", "kind"), BODIES.values(), ids=BODIES)
async def test_a_body_that_is_no_activity_is_refused(office, status, body, kind):
    await office.open()
    assert (await office.post(body, content_type=kind)).status_code == status
    assert office.heard == []


async def test_json_may_say_its_character_set(office):
    await office.open()
    answer = await office.post(office.microsoft.message(), content_type="Application/JSON; charset=utf-8")
    assert answer.status_code == 200


JUNK: tuple[Any, ...] = (0, 7, True, 1.5, [], {}, [1], {"a": 1}, "", "\x00", "\ud800", "a b", "x" * 600)
PLACES: tuple[tuple[str, ...], ...] = (
    ("type",),
    ("id",),
    ("serviceUrl",),
    ("channelId",),
    ("from",),
    ("from", "id"),
    ("from", "aadObjectId"),
    ("recipient",),
    ("recipient", "id"),
    ("conversation",),
    ("conversation", "id"),
    ("conversation", "tenantId"),
    ("channelData", "tenant", "id"),
    ("text",),
    ("value",),
    ("value", "action"),
    ("value", "action", "data"),
    ("value", "action", "data", "words"),
)


def spoilt() -> Iterator[tuple[bool, tuple[str, ...], Any]]:
    """A message or a button, with junk at a place that matters to it."""
    for pressed in (False, True):
        for place in PLACES:
            for junk in JUNK:
                # Any text is text; a message has no button; the words of a button are its own.
                harmless = place == ("text",) and (pressed or isinstance(junk, str))
                foreign = place[0] == "value" and (not pressed or (place[-1] == "words" and junk == "a b"))
                spoken = place[-1] == "words" and junk == "x" * 600
                if not (harmless or foreign or spoken):
                    yield pressed, place, junk


async def test_hundreds_of_malformed_activities_get_2xx_or_4xx_and_none_is_heard(office):
    await office.open()
    tried = 0
    for pressed, place, junk in spoilt():
        activity = copy.deepcopy(office.microsoft.pressed("help") if pressed else office.microsoft.message())
        within = activity
        for name in place[:-1]:
            within = within[name]
        within[place[-1]] = junk
        for name in ("\x00", None):
            broken = activity if name is None else {**activity, "timestamp": name, "entities": junk}
            answer = await office.post(broken)
            assert 200 <= answer.status_code < 500, (pressed, place, junk, answer.text)
            tried += 1
    assert office.heard == []
    assert office.microsoft.taken == []
    assert tried > 400


async def test_a_torn_message_is_refused_wherever_it_is_torn(office):
    await office.open()
    whole = json.dumps(office.microsoft.message()).encode()
    for end in range(0, len(whole), 9):
        assert (await office.post(whole[:end])).status_code == 400
    assert office.heard == []


@pytest.mark.parametrize(
    "odd",
    [
        {"timestamp": "yesterday"},
        {"entities": "mention"},
        {"attachments": [1]},
        {"membersAdded": {"id": "x"}},
        {"importance": {}},
    ],
)
async def test_what_botbuilder_cannot_read_is_refused_before_it_is_heard(office, odd):
    await office.open()
    answer = await office.post(office.microsoft.message(**odd))
    assert answer.status_code in (200, 400)
    assert len(office.heard) == (answer.status_code == 200)


async def known_to_all(_: Address) -> bool:
    return True


async def known_to_none(_: Address) -> bool:
    return False


async def broken(_: Address) -> bool:
    raise OSError("the database is away")


MEMBER = {
    "name": "Dana",
    "aadObjectId": DANA,
    "email": "dana@riverbend.example",
    "userPrincipalName": "dana@riverbend.example",
    "tenantId": TENANT,
    "userRole": "user",
}


@pytest.mark.parametrize(
    ("known", "member", "email"),
    [
        (known_to_none, MEMBER, "dana@riverbend.example"),
        (known_to_none, {**MEMBER, "userRole": "guest"}, None),
        (known_to_none, None, None),
        (known_to_all, MEMBER, None),
        (broken, MEMBER, None),
        (None, MEMBER, None),
    ],
)
async def test_somebody_new_is_looked_up_by_email(office, known, member, email):
    office.microsoft.members = {DANAS_ID: member} if member else {}
    await office.open(known=known)
    assert (await office.post(office.microsoft.message())).status_code == 200
    assert [ask.email for ask in office.heard] == [email]
    asked = [one.path for one in office.microsoft.taken]
    assert asked == ([f"/v3/conversations/{PERSONAL}/members/{DANAS_ID}"] if known is known_to_none else [])


@pytest.mark.parametrize("answer", ["cut", lambda: refusal(502), asyncio.Event])
async def test_a_look_up_that_fails_or_hangs_keeps_nobody_from_asking(office, monkeypatch, answer):
    monkeypatch.setattr(people_module, "LOOKING_UP_SECONDS", 0.2)
    office.microsoft.members = {DANAS_ID: MEMBER}
    scripted = answer() if answer is asyncio.Event else answer
    # A connection that breaks off is tried once more by the HTTP client, since asking changes nothing.
    office.microsoft.lookups.extend([scripted, scripted])
    await office.open(known=known_to_none)
    assert (await office.post(office.microsoft.message())).status_code == 200
    assert [ask.email for ask in office.heard] == [None]
    if isinstance(scripted, asyncio.Event):
        scripted.set()


async def test_somebody_in_a_channel_is_looked_up_in_the_channel_itself(office):
    office.microsoft.members = {DANAS_ID: MEMBER}
    await office.open(known=known_to_none)
    await office.post(office.microsoft.in_channel())
    assert [one.path for one in office.microsoft.taken] == [
        f"/v3/conversations/19:permits@thread.tacv2/members/{DANAS_ID}"
    ]
    assert office.heard[0].email == "dana@riverbend.example"


async def test_the_houses_own_settings_open_the_door(microsoft):
    from bot.settings import read_settings
    from bot.teams import TeamsDoor

    given = read_settings(
        {
            "MicrosoftAppId": "app",
            "MicrosoftAppPassword": "made-up",
            "MicrosoftAppTenantId": TENANT,
            "REPLYBY_TEAMS_OPENID_URL": microsoft.openid_url,
            "REPLYBY_TEAMS_SERVICE_HOSTS": "127.0.0.1",
        }
    )
    office = Office(microsoft)
    made = TeamsDoor(given, voice(), office.hear, lambda: NOW)
    await office.open(microsoft_app_id="app")
    try:
        assert (await office.post(microsoft.message(), microsoft.bearer(aud="app"))).status_code == 200
    finally:
        await made.stop()
        await office.close()


# The whole way: the demonstration's agency, a message in, its answer out.


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("teams") / "seeded.db"
    store = Store(f"sqlite:///{path}")
    migrate(store, NOW)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), NOW)
    store.close()
    return path


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{shutil.copy(seeded, tmp_path)}")
    yield store
    store.close()


def hearing(store: Store) -> Callable[[Ask], Any]:
    house = House(store=store)

    async def hear(ask: Ask) -> Reply:
        return await asyncio.to_thread(answer, ask, house)

    return hear


def rows(store: Store, table: type) -> list[Any]:
    with store.transaction() as db:
        return list(db.exec(select(table)))


LOGGED = "inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40"


async def test_a_member_of_staff_is_met_by_email_and_answered_in_their_own_chat(office, store):
    office.microsoft.members = {DANAS_ID: MEMBER}
    await office.open(hear=hearing(store), known=knows(store))
    assert (await office.post(office.microsoft.in_channel(f"<at>Replyby</at> {LOGGED}"))).status_code == 200
    assert [one.number for one in rows(store, Inquiry)] == ["INQ-1"]
    assert office.microsoft.said() == []
    [delivered] = await carry(store, {"teams": office.door.sender}, NOW)
    assert delivered.state is Sending.SENT
    [said] = office.microsoft.said()
    assert said.path == "/v3/conversations/a:1created/activities"
    assert "INQ-1" in said.body["summary"]
    assert said.body["attachments"][0]["contentType"] == ADAPTIVE
    [row] = rows(store, Owed)
    assert (row.said, row.provider_id) == (said.body["summary"], "m1")
    # Now that the house knows Dana, nobody is looked up, and Dana's own chat is written to as it stands.
    office.microsoft.taken.clear()
    await office.post(office.microsoft.message("inquiry mine", id="2"))
    await carry(store, {"teams": office.door.sender}, NOW)
    assert [one.path for one in office.microsoft.taken] == [f"/v3/conversations/{PERSONAL}/activities"]
    with store.transaction() as db:
        kept = reference_of(db, Address("teams", TENANT, DANA))
    assert kept is not None
    assert kept["conversation"] == PERSONAL


async def test_the_same_activity_twice_has_one_effect_and_one_answer(office, store):
    office.microsoft.members = {DANAS_ID: MEMBER}
    await office.open(hear=hearing(store), known=knows(store))
    for _ in range(5):
        assert (await office.post(office.microsoft.message(LOGGED))).status_code == 200
        await carry(store, {"teams": office.door.sender}, NOW)
    assert len(rows(store, Inquiry)) == len(rows(store, Owed)) == len(rows(store, Heard)) == 1
    assert len(office.microsoft.said()) == 1


async def test_the_same_button_twice_shows_the_same_card(office, store):
    office.microsoft.members = {DANAS_ID: MEMBER}
    await office.open(hear=hearing(store), known=knows(store))
    first = await office.post(office.microsoft.pressed(LOGGED))
    second = await office.post(office.microsoft.pressed(LOGGED))
    assert "INQ-1" in first.text
    assert first.json() == second.json()
    assert len(rows(store, Inquiry)) == 1
    assert rows(store, Owed) == []


async def test_an_installation_greets_with_what_can_be_said(office, store):
    office.microsoft.members = {DANAS_ID: MEMBER}
    await office.open(hear=hearing(store), known=knows(store))
    added = {
        "text": GONE,
        "membersAdded": [{"id": DANAS_ID}, {"id": office.microsoft.message()["recipient"]["id"]}],
    }
    await office.post(office.microsoft.message(type="conversationUpdate", id="f:1", **added))
    await office.post(office.microsoft.message(type="installationUpdate", action="add", id="f:2", text=GONE))
    await carry(store, {"teams": office.door.sender}, NOW)
    [said] = office.microsoft.said()
    assert "inquiry log" in said.body["summary"]
    card = said.body["attachments"][0]["content"]
    assert card["refresh"]["userIds"] == [DANAS_ID]
    # Teams renews it by itself: that is heard, and leaves no trace.
    before = len(rows(store, Heard))
    answer = await office.post(office.microsoft.renewed(card["refresh"]["action"]["data"]["words"]))
    assert answer.json()["value"]["refresh"] == card["refresh"]
    assert len(rows(store, Heard)) == before


async def test_a_stranger_is_told_kindly_whom_to_ask(office, store):
    guest = {**MEMBER, "userPrincipalName": "x_y.example#EXT#@riverbend.example", "userRole": "guest"}
    office.microsoft.members = {DANAS_ID: guest}
    await office.open(hear=hearing(store), known=knows(store))
    await office.post(office.microsoft.message(LOGGED))
    await carry(store, {"teams": office.door.sender}, NOW)
    [said] = office.microsoft.said()
    assert said.body["summary"].startswith("I do not know you yet")
    assert rows(store, Inquiry) == []


async def test_a_colleague_is_found_by_their_mention(office, store):
    office.microsoft.members = {DANAS_ID: MEMBER}
    await office.open(hear=hearing(store), known=knows(store))
    await office.post(office.microsoft.message(LOGGED))
    words = "inquiry assign INQ-1 to <at>Lee Okafor</at>"
    await office.post(office.microsoft.message(words, id="2", entities=[mention("29:1lee", "Lee Okafor")]))
    with store.transaction() as db:
        inquiry = db.exec(select(Inquiry)).one()
        from models.staff import Staff

        assert db.get_one(Staff, inquiry.owner_id).handle == "lee"


# After a crash nothing is stored, so nothing is owed: the door says so itself.

CRASH = Reply("crash", {"reference": "abcd1234"})
IN_A_GROUP = {"conversationType": "groupChat", "tenantId": TENANT, "id": "19:group"}


async def test_whoever_wrote_a_message_reads_the_reference_of_a_crash(office):
    office.reply = CRASH
    await office.open()
    answer = await office.post(office.microsoft.message())
    assert (answer.status_code, answer.content) == (200, b"")
    [said] = office.microsoft.taken
    assert said.path == f"/v3/conversations/{PERSONAL}/activities"
    assert "abcd1234" in said.body["summary"]
    assert "abcd1234" in json.dumps(said.body["attachments"])


async def test_a_crash_in_a_channel_is_told_in_the_speakers_own_chat(office):
    office.reply = CRASH
    await office.open()
    assert (await office.post(office.microsoft.in_channel())).status_code == 200
    [said] = office.microsoft.said()
    assert said.path == "/v3/conversations/a:1created/activities"
    assert "abcd1234" in said.body["summary"]


async def test_a_button_that_crashes_shows_its_reference_in_place_and_sends_nothing(office):
    office.reply = CRASH
    await office.open()
    answer = await office.post(office.microsoft.pressed("inquiry mine"))
    assert "abcd1234" in json.dumps(answer.json()["value"])
    assert office.microsoft.taken == []


async def test_a_button_that_crashes_in_a_group_is_answered_in_the_speakers_own_chat(office):
    office.reply = CRASH
    await office.open()
    answer = await office.post(office.microsoft.pressed("inquiry mine", conversation=IN_A_GROUP))
    assert answer.json()["value"] == "I have answered you in our own chat."
    [said] = office.microsoft.said()
    assert said.path == "/v3/conversations/a:1created/activities"


async def test_a_message_that_comes_again_after_a_crash_is_heard_again(office):
    office.reply = CRASH
    await office.open()
    await office.post(office.microsoft.message())
    office.reply = Reply("working_on_it")
    await office.post(office.microsoft.message())
    assert (len(office.heard), len(office.microsoft.said())) == (2, 1)


@pytest.mark.parametrize("failing", ["cut", 403, 500, 503])
async def test_a_crash_that_cannot_be_told_raises_nothing_and_is_not_said_again(office, caplog, failing):
    office.reply = CRASH
    office.microsoft.answers.append("cut" if failing == "cut" else refusal(failing))
    await office.open()
    answer = await office.post(office.microsoft.message("secret words"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert len(office.microsoft.said()) == 1
    assert "teams_untold" in [getattr(one, "action", "") for one in caplog.records]
    assert "secret words" not in caplog.text


async def test_a_crash_in_a_group_that_cannot_be_told_claims_no_answer(office):
    office.reply = CRASH
    office.microsoft.answers.append(refusal(500))
    await office.open()
    answer = await office.post(office.microsoft.pressed("inquiry mine", conversation=IN_A_GROUP))
    assert answer.json()["value"] == answers_module.NOT_TOLD
