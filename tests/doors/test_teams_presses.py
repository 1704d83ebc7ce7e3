"""Buttons in Teams: where their answer appears, and that it is said once, however long it takes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from jinja2 import DictLoader

from bot.teams import answers as answers_module
from bot.teams.answers import ANSWERED, LATER
from bot.teams.saying import LAST_WORDS, Saying
from bot.turnstile import BURST, Turnstile
from bot.voice import Voice
from handlers.asking import Choice, Reply
from models.staff import Address
from scheduler.letter import Letter
from tests.doors.fake_teams import BOT, DANA, DANAS_ID, GONE, PERSONAL, TENANT, Microsoft, refusal
from tests.doors.teams_door import Office
from tests.doors.test_cards import buttons

IN_A_GROUP = {"conversationType": "groupChat", "tenantId": TENANT, "id": "19:group"}
ANSWER = Reply("unknown_inquiry", {"given": "INQ-9"}, (Choice("Mine", "inquiry mine"),))
HOME = Reply("unknown_inquiry", {"given": "INQ-9"}, again="home")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with Microsoft() as microsoft:
        office = await Office(microsoft, ANSWER).open()
        yield office
        await office.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers_module, "PAUSES", (0.0, 0.0))


def letter(office: Office, key: str) -> Letter:
    reference = {
        "serviceUrl": office.microsoft.url,
        "conversation": PERSONAL,
        "botId": BOT,
        "userId": DANAS_ID,
    }
    choices = tuple(one.fact() for one in ANSWER.choices)
    return Letter(
        key, Address("teams", TENANT, DANA), ANSWER.template, ANSWER.facts, choices, False, reference
    )


async def shown(office: Office, key: str) -> tuple[str, dict[str, Any]]:
    """The id and the card of a message that was sent."""
    receipt = await office.door.sender.send(letter(office, key))
    return receipt.provider_id, card_of(office.microsoft.said()[-1].body)


def as_a_message(office: Office, data: Any, reply_to: Any, **changes: Any) -> dict[str, Any]:
    """What an old client posts for a button: the fallback's data, as a message."""
    return office.microsoft.message(**{"text": GONE, "value": data, "replyToId": reply_to, **changes})


def card_of(body: Any) -> dict[str, Any]:
    card: dict[str, Any] = body["attachments"][0]["content"]
    return card


async def test_a_button_in_an_answer_is_answered_in_its_place(office):
    _, card = await shown(office, "answer:teams:x:1")
    [button] = buttons(card)
    answer = await office.post(office.microsoft.pressed(button["data"]["words"]))
    assert answer.json()["type"] == answers_module.CARD
    [ask] = office.heard
    assert (ask.words, ask.by_message, ask.key) == ("inquiry mine", False, f"teams:{PERSONAL}:f:1")
    assert len(office.microsoft.taken) == 1, "nothing is said beside it"


async def test_a_button_under_what_came_by_itself_is_answered_by_a_message_and_leaves_it_as_it_is(office):
    _, card = await shown(office, "due:7")
    [button] = buttons(card)
    value = {"action": {"type": "Action.Execute", "verb": "say", "data": button["data"]}, "trigger": "manual"}
    answer = await office.post(office.microsoft.pressed("", value=value))
    assert answer.json() == {"statusCode": 200, "type": answers_module.MESSAGE, "value": ANSWERED}
    [ask] = office.heard
    assert (ask.words, ask.by_message) == ("inquiry mine", True)


async def test_an_old_clients_button_in_an_answer_has_the_answer_put_in_its_place(office):
    message, card = await shown(office, "answer:teams:x:1")
    data = buttons(card)[0]["fallback"]["data"]
    answer = await office.post(as_a_message(office, data, message))
    assert (answer.status_code, answer.content) == (200, b"")
    [ask] = office.heard
    assert (ask.words, ask.by_message) == ("inquiry mine", False)
    _, edit = office.microsoft.taken
    assert (edit.method, edit.path) == ("PUT", f"/v3/conversations/{PERSONAL}/activities/{message}")
    assert "INQ-9" in json.dumps(card_of(edit.body))


async def test_an_old_clients_button_under_what_came_by_itself_is_answered_by_a_message(office):
    message, card = await shown(office, "due:7")
    await office.post(as_a_message(office, buttons(card)[0]["fallback"]["data"], message))
    assert [(ask.words, ask.by_message) for ask in office.heard] == [("inquiry mine", True)]
    assert office.microsoft.edited() == []


@pytest.mark.parametrize("reply_to", [None, 5, "", "a b", ["m1"], "x" * 600])
async def test_a_press_that_does_not_say_where_it_stands_is_answered_by_a_message(office, reply_to):
    await office.post(as_a_message(office, {"words": "inquiry mine"}, reply_to))
    assert [ask.by_message for ask in office.heard] == [True]


async def test_a_press_in_a_group_never_changes_what_the_group_sees(office):
    at_us = {"conversation": IN_A_GROUP}
    await office.post(as_a_message(office, {"words": "inquiry mine"}, "m1", **at_us))
    [ask] = office.heard
    assert ask.by_message
    assert ask.reference is not None
    assert "conversation" not in ask.reference
    assert office.microsoft.taken == []


@pytest.mark.parametrize("failing", ["cut", lambda: refusal(403), lambda: refusal(404), lambda: refusal(503)])
async def test_a_card_that_cannot_be_changed_is_answered_beneath(office, failing):
    office.microsoft.answers.append(failing)
    await office.post(as_a_message(office, {"words": "inquiry mine"}, "m1"))
    [said] = office.microsoft.said()
    assert office.microsoft.edited(), "it was tried first"
    assert "INQ-9" in said.body["summary"]


# Cards that are renewed.


async def test_a_card_is_renewed_when_it_is_looked_at_again_and_leaves_no_trace(office):
    office.reply = HOME
    answer = await office.post(office.microsoft.renewed("home"))
    card = answer.json()["value"]
    assert card["refresh"]["action"]["data"] == {"words": "home"}
    assert card["refresh"]["userIds"] == [DANAS_ID]
    [ask] = office.heard
    assert (ask.words, ask.key, ask.by_message) == ("home", None, False)


async def test_a_further_page_of_the_home_is_not_renewed_by_itself(office):
    office.reply = Reply("unknown_inquiry", {"given": "INQ-9"}, again="home 2")
    for made in (office.microsoft.pressed("home 2"), office.microsoft.renewed("home 2")):
        answer = await office.post(made)
        assert answer.status_code == 200, "cards of old still ask"
        assert "refresh" not in answer.json()["value"]


@pytest.mark.parametrize(
    "words", ["inquiry log call from A about b", "inquiry mine", "homework", "home x", "yes"]
)
async def test_teams_says_nothing_by_itself_but_that_the_home_be_shown(office, words):
    answer = await office.post(office.microsoft.renewed(words))
    assert answer.status_code == 404
    assert office.heard == []


async def test_cards_that_are_looked_at_leave_their_reader_asks_of_their_own():
    async def hear(ask):
        return HOME

    async def nobody(_who):
        return None

    turnstile = Turnstile(hear, lambda: 0.0, nobody, lambda work: work.close())
    async with Microsoft() as microsoft:
        office = await Office(microsoft).open(hear=turnstile)
        types = {(await office.post(microsoft.renewed("home"))).json()["type"] for _ in range(BURST + 2)}
        assert types == {answers_module.CARD}
        answer = await office.post(microsoft.pressed("inquiry mine"))
        assert "INQ-9" in json.dumps(answer.json()["value"])
        await office.close()


async def test_a_pressed_card_that_can_be_renewed_is_renewed_from_then_on(office):
    office.reply = HOME
    answer = await office.post(office.microsoft.pressed("home"))
    assert answer.json()["value"]["refresh"]["userIds"] == [DANAS_ID]


@pytest.mark.parametrize(
    "failing", [Reply("crash", {"reference": "x"}), Reply("not_stored", {"trouble": "away"})]
)
async def test_a_card_that_cannot_be_renewed_stays_as_it_is(office, failing):
    office.reply = failing
    answer = await office.post(office.microsoft.renewed("home"))
    assert answer.status_code == 200
    assert answer.json()["type"] == "application/vnd.microsoft.error"
    assert office.microsoft.taken == []


async def test_a_card_that_is_renewed_late_stays_as_it_is_and_nothing_is_said(office):
    answer = await office.slowly(office.microsoft.renewed("home"))
    assert answer.json()["type"] == "application/vnd.microsoft.error"
    assert office.microsoft.taken == []


async def test_nothing_is_renewed_where_others_read_it(office):
    answer = await office.post(office.microsoft.renewed("home", conversation=IN_A_GROUP))
    assert answer.status_code == 404
    assert office.heard == []


# What is not there in time.


async def test_a_message_whose_answer_is_late_is_taken_at_once_and_answered_by_what_is_owed(office):
    answer = await office.slowly(office.microsoft.message())
    assert (answer.status_code, answer.content) == (200, b"")
    assert len(office.heard) == 1
    assert office.microsoft.taken == [], "the answer is owed as a row"


async def test_a_crash_that_comes_late_is_told_all_the_same(office):
    office.reply = Reply("crash", {"reference": "abcd1234"})
    assert (await office.slowly(office.microsoft.message())).status_code == 200
    [said] = office.microsoft.said()
    assert "abcd1234" in said.body["summary"]


async def test_a_button_whose_answer_is_late_shows_that_it_is_worked_on_and_the_answer_follows(office):
    answer = await office.slowly(office.microsoft.pressed("inquiry mine"))
    assert "Working on it" in json.dumps(answer.json()["value"])
    [said] = office.microsoft.said()
    assert said.path == f"/v3/conversations/{PERSONAL}/activities"
    assert "INQ-9" in said.body["summary"]
    assert [one["title"] for one in buttons(card_of(said.body))] == ["Mine"]


async def test_a_late_answer_that_teams_does_not_take_yet_is_said_again(office):
    office.microsoft.answers.extend([lambda: refusal(429), lambda: refusal(503)])
    await office.slowly(office.microsoft.pressed("inquiry mine"))
    assert len(office.microsoft.said()) == 3


@pytest.mark.parametrize("failing", ["cut", lambda: refusal(403), lambda: refusal(500)])
async def test_a_late_answer_that_may_have_been_said_is_not_said_twice(office, caplog, failing):
    office.microsoft.answers.append(failing)
    await office.slowly(office.microsoft.pressed("inquiry mine"))
    assert len(office.microsoft.said()) == 1
    assert "teams_untold" in [getattr(one, "action", "") for one in caplog.records]


async def test_an_old_clients_button_whose_answer_is_late_is_changed_late(office):
    answer = await office.slowly(as_a_message(office, {"words": "inquiry mine"}, "m1"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert [one.method for one in office.microsoft.taken][:1] == ["PUT"]


async def test_a_button_in_a_group_whose_answer_is_late_says_where_it_will_be(office):
    answer = await office.slowly(office.microsoft.pressed("inquiry mine", conversation=IN_A_GROUP))
    assert answer.json() == {"statusCode": 200, "type": answers_module.MESSAGE, "value": LATER}
    assert office.microsoft.taken == [], "the answer is owed as a row"


async def test_a_crash_in_a_group_that_comes_late_is_told_in_ones_own_chat(office):
    office.reply = Reply("crash", {"reference": "abcd1234"})
    office.microsoft.answers.append(lambda: refusal(503))
    answer = await office.slowly(office.microsoft.pressed("inquiry mine", conversation=IN_A_GROUP))
    assert answer.json()["value"] == LATER
    assert "abcd1234" in office.microsoft.said()[-1].body["summary"]
    assert len(office.microsoft.said()) == 2, "what Teams did not take is said again"


async def test_a_door_that_closes_lets_what_it_hears_finish(office):
    office.gate = asyncio.Event()
    posted = asyncio.create_task(office.post(office.microsoft.pressed("inquiry mine")))
    while not office.heard:
        await asyncio.sleep(0)
    closing = asyncio.create_task(office.door.stop())
    await asyncio.sleep(0)
    office.gate.set()
    await closing
    assert (await posted).json()["type"] == answers_module.CARD


async def test_an_ear_that_breaks_its_word_never_to_raise_is_a_crash_with_a_reference(caplog):
    async def broken(ask):
        raise RuntimeError("secret words")

    async with Microsoft() as microsoft:
        office = await Office(microsoft).open(hear=broken)
        answer = await office.post(microsoft.pressed("inquiry mine"))
        assert answer.status_code == 200
        [record] = [one for one in caplog.records if getattr(one, "action", "") == "teams_answer"]
        assert record.reference in json.dumps(answer.json()["value"])
        assert (await office.post(microsoft.message())).status_code == 200
        assert len(microsoft.said()) == 1
        assert "secret words" not in caplog.text.replace(
            'RuntimeError("secret words")', "the line of the test"
        )
        await office.close()


async def test_templates_that_fail_altogether_leave_a_reference_to_give():
    broken = Voice(DictLoader({}), "teams", "America/Chicago", str)
    found = Saying(broken).message(ANSWER)
    assert found.words.startswith(LAST_WORDS)
