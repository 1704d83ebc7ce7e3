"""The whole way in Teams: forms filled in and stored, a shared message logged once, our token kept."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.assemble import knows
from bot.dialogs import FIELD
from models import outbox
from models.inbox import Heard
from models.inquiry import Inquiry, State
from models.outbox import Owed, Sending
from models.staff import Address, Staff, by_name, remember_address
from models.store import Store
from scheduler.delivery import carry
from tests.doors.fake_teams import BOT, DANA, DANAS_ID, NOW, PERSONAL, TENANT, THREAD, Microsoft, refusal
from tests.doors.teams_door import Office, Token
from tests.doors.test_cards import buttons
from tests.doors.test_teams import LOGGED, MEMBER, hearing, rows, seeded  # noqa: F401  # a fixture
from tests.doors.test_teams_dialogs import dialog, inputs, text
from tests.doors.test_teams_words import of

LEE = "1ee00000-0000-0000-0000-000000000001"


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Iterator[Store]:  # noqa: F811  # the fixture above
    store = Store(f"sqlite:///{shutil.copy(seeded, tmp_path)}")
    yield store
    store.close()


@pytest.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    async with Microsoft(members={DANAS_ID: MEMBER}) as microsoft:
        office = await Office(microsoft).open(hear=hearing(store), known=knows(store))
        yield office
        await office.close()


class Watched(Token):
    """Credentials that count how often our token is asked for."""

    asked = 0

    def get_access_token(self) -> str:
        self.asked += 1
        return super().get_access_token()


async def told(office: Office, store: Store) -> list[Any]:
    """What is said when what is owed is carried."""
    before = len(office.microsoft.said())
    await carry(store, {"teams": office.door.sender}, NOW)
    return office.microsoft.said()[before:]


def filled(card: dict[str, Any], **values: str) -> dict[str, Any]:
    """What the dialog sends: what its inputs hold, with these values filled in."""
    held = {one["id"]: one.get("value", "") for one in inputs(card).values()}
    return {**card["actions"][0]["data"], **held, **{FIELD + name: said for name, said in values.items()}}


async def test_an_inquiry_is_logged_in_a_dialog_with_its_deadlines_shown_before(office, store):
    card = dialog(await office.post(office.microsoft.fetched({"words": "inquiry log"})))["card"]
    assert "Choose how it came in" in text(card)
    [look] = [one for one in buttons(card) if one["title"] == "Show when it is due"]
    looked = {**filled(card, channel="call", received_time="08:40"), **look["data"]}
    card = dialog(await office.post(office.microsoft.submitted(looked, id="f:2")))["card"]
    assert "R2" in text(card) or "due" in text(card)
    assert inputs(card)["channel"]["value"] == "call"
    faulty = dialog(await office.post(office.microsoft.submitted(filled(card), id="f:3")))["card"]
    assert "Please look again:" in text(faulty)
    assert rows(store, Inquiry) == rows(store, Owed) == []
    sent = filled(faulty, customer="Jane Doe", phone="608-555-0133", subject="a parking permit")
    done = dialog(await office.post(office.microsoft.submitted(sent, id="f:4")))["card"]
    assert "INQ-1" in text(done)
    again = dialog(await office.post(office.microsoft.submitted(sent, id="f:4")))["card"]
    assert again == done
    [inquiry] = rows(store, Inquiry)
    assert (inquiry.customer, inquiry.subject) == ("Jane Doe", "a parking permit")
    [said] = await told(office, store)
    assert "INQ-1" in said.body["summary"]
    assert said.path == f"/v3/conversations/{PERSONAL}/activities"


async def test_a_button_under_an_answer_opens_the_form_that_it_needs(office, store):
    await office.post(office.microsoft.message(LOGGED))
    [said] = await told(office, store)
    card = said.body["attachments"][0]["content"]
    opening = [one["data"] for one in buttons(card) if one["data"].get("msteams")]
    assert {"msteams": {"type": "task/fetch"}, "words": "inquiry ack INQ-1"} in opening
    for number, data in enumerate(opening):
        found = dialog(await office.post(office.microsoft.fetched(data, id=f"f:{number}")))
        assert inputs(found["card"]), data
    close = dialog(await office.post(office.microsoft.fetched({"words": "inquiry close INQ-1"})))["card"]
    sent = filled(close, resolution="Permit sent")
    assert "INQ-1" in text(dialog(await office.post(office.microsoft.submitted(sent, id="f:c")))["card"])
    assert [one.state for one in rows(store, Inquiry)] == [State.CLOSED]
    elsewhere = {**sent, "nonce": "0" * 16}
    stale = dialog(await office.post(office.microsoft.submitted(elsewhere, id="f:d")))["card"]
    assert "closed" in text(stale)


async def test_an_inquiry_of_another_department_has_no_form_and_reads_as_unknown(office, store):
    await office.post(office.microsoft.message(LOGGED))
    await told(office, store)
    with store.transaction() as db:
        [kim] = by_name(db, "kim")
        remember_address(db, kim, Address("teams", TENANT, "41414141-0"), NOW)
    other = {"from": {"id": "29:kim", "name": "Kim", "aadObjectId": "41414141-0"}}
    where = {"conversation": {"conversationType": "personal", "tenantId": TENANT, "id": "a:1kim"}}
    seen = []
    for number in ("INQ-1", "INQ-2"):
        data = {"form": "close", "about": number, "step": "submit", f"{FIELD}resolution": "x"}
        for made in (
            office.microsoft.fetched({"words": f"inquiry close {number}"}, **other, **where),
            office.microsoft.submitted(data, id=f"f:{number}", **other, **where),
        ):
            found = dialog(await office.post(made))["card"]
            assert inputs(found) == {}
            seen.append(text(found).replace(number, "INQ"))
    assert seen[0] == seen[2]
    assert seen[1] == seen[3]
    assert [one.state for one in rows(store, Inquiry)] == [State.OPEN]


async def test_a_shared_message_is_logged_once_and_its_thread_is_told_the_number(office, store):
    card = dialog(await office.post(office.microsoft.shared()))["card"]
    assert inputs(card)["customer"]["value"] == "Lee Okafor"
    assert inputs(card)["channel"]["value"] == "chat"
    assert (inputs(card)["received_day"]["value"], inputs(card)["received_time"]["value"]) == (
        "2026-03-02",
        "08:40",
    )
    for number in range(2):
        sent = {**filled(card), "nonce": f"{number}" * 16}
        found = dialog(await office.post(office.microsoft.shared(data=sent, id=f"f:{number}")))
        assert "INQ-1" in text(found["card"])
    again = dialog(await office.post(office.microsoft.shared(id="f:9")))["card"]
    assert inputs(again) == {}
    assert "logged already" in text(again)
    assert len(rows(store, Inquiry)) == 1
    said = await told(office, store) + await told(office, store)
    in_thread = [one for one in said if one.path == f"/v3/conversations/{THREAD}/activities"]
    assert [one.body["summary"] for one in in_thread] == ["Logged as INQ-1."]
    for one in said:
        assert one in in_thread or "personal" in one.path or "created" in one.path


async def test_a_thread_that_the_bot_is_not_in_bothers_nobody(office, store):
    card = dialog(await office.post(office.microsoft.shared()))["card"]
    await office.post(office.microsoft.shared(data=filled(card), id="f:2"))
    for _ in range(4):
        office.microsoft.answers.extend([lambda: refusal(403, "BotNotInConversationRoster")] * 2)
        await told(office, store)
        office.microsoft.answers.clear()
    with store.transaction() as db:
        rows_of_thread = [one for one in db.exec(select(Owed)) if one.kind == "thread"]
    assert [one.state for one in rows_of_thread] == [Sending.WITHDRAWN]


async def test_one_of_two_of_the_same_name_is_meant_by_the_mention(office, store):
    with store.transaction() as db:
        [lee] = by_name(db, "lee")
        db.add(
            Staff(
                handle="lee2",
                name=lee.name,
                email="lee2@riverbend.example",
                phone="1",
                department_id=lee.department_id,
            )
        )
        remember_address(db, lee, Address("teams", TENANT, LEE), NOW)
        name = lee.name
    await office.post(office.microsoft.message(LOGGED))
    entities = [of(name, LEE)]
    words = f"inquiry assign INQ-1 to <at>{name}</at>"
    await office.post(office.microsoft.message(words, id="2", entities=entities))
    with store.transaction() as db:
        assert db.get_one(Staff, db.exec(select(Inquiry)).one().owner_id).handle == "lee"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://smba.trafficmanager.net/",
        "https://smba.trafficmanager.net.evil.example/",
    ],
)
async def test_a_stored_reference_that_leads_elsewhere_is_never_called(office, store, url):
    """Whatever came into the table, from whatever backup: our token goes to Teams alone."""
    reference = {"serviceUrl": url, "conversation": PERSONAL, "botId": BOT, "userId": DANAS_ID}
    with store.transaction() as db:
        [dana] = by_name(db, "dana")
        remember_address(db, dana, Address("teams", TENANT, DANA), NOW, reference)
        outbox.put(db, "k", outbox.to_staff(dana), "unknown_inquiry", {"given": "x"}, now=NOW)
    token = Watched()
    other = await Office(office.microsoft).open(credentials=token)
    [delivered] = await carry(store, {"teams": other.door.sender}, NOW)
    await other.close()
    assert delivered.state is Sending.OWED
    assert token.asked == 0, "not even asked for"
    assert office.microsoft.taken == []
    with store.transaction() as db:
        [row] = db.exec(select(Owed)).all()
        assert row.unreachable == [f"teams:{TENANT}:{DANA}"]


async def test_a_form_that_is_sent_four_times_is_stored_once(office, store):
    card = dialog(await office.post(office.microsoft.fetched({"words": "inquiry log"})))["card"]
    sent = filled(card, channel="call", customer="Jane Doe", phone="608-555-0133", subject="a permit")
    clicks = [office.microsoft.submitted(sent, id=f"f:{number}") for number in (1, 2, 2, 3)]
    answers = [*await asyncio.gather(*map(office.post, clicks[:3])), await office.post(clicks[3])]
    assert len({one.text for one in answers}) == 1
    assert len(rows(store, Inquiry)) == len(rows(store, Heard)) == 1
