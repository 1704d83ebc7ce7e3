"""Forms in Teams' dialogs: opened, looked at, sent, sent with faults, and what happens when it takes long."""

import copy
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogs import FIELD, NOTHING
from bot.teams.saying import ALSO, BACK, OPEN
from handlers.asking import Choice, Reply
from handlers.form import Field, Filling, Form, Kind, Option, Step
from tests.doors.fake_teams import DANA, DANAS_ID, PERSONAL, TENANT, THREAD, Microsoft
from tests.doors.teams_door import Office
from tests.doors.test_cards import buttons, elements, markdown

FORM = Form(
    "ack",
    "INQ-7",
    "Acknowledge INQ-7",
    "Acknowledge",
    (
        Field("by", "The customer hears more by", Kind.CHOICE, "thu", options=(Option("thu", "Thursday"),)),
        Field("said", "What you told the customer", Kind.TEXT, "We look into it", optional=True),
    ),
)
SHOWN = Reply("unknown_inquiry", {"given": "what stands in the form"}, form=FORM)
DATA = {"form": "ack", "about": "INQ-7"}
FETCH = {"msteams": {"type": "task/fetch"}, "words": "inquiry ack INQ-7"}


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with Microsoft() as microsoft:
        office = await Office(microsoft).open()
        yield office
        await office.close()


def submission(step: str = "submit", **values: Any) -> dict[str, Any]:
    return {**DATA, "step": step, **{FIELD + name: value for name, value in values.items()}}


def dialog(answer: Any) -> dict[str, Any]:
    """What stands in the dialog: its title, size and card."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["task"]["type"] == "continue"
    value: dict[str, Any] = body["task"]["value"]
    assert value["card"]["contentType"] == "application/vnd.microsoft.card.adaptive"
    return {**value, "card": value["card"]["content"]}


def inputs(card: dict[str, Any]) -> dict[str, Any]:
    """The inputs by the name of their field."""
    return {one["id"].removeprefix(FIELD): one for one in elements(card) if one["type"].startswith("Input.")}


def text(card: dict[str, Any]) -> str:
    return "\n".join(markdown(card))


async def test_a_button_that_opens_a_form_gets_it_in_a_dialog(office):
    office.reply = SHOWN
    found = dialog(await office.post(office.microsoft.fetched(FETCH)))
    [ask] = office.heard
    assert (ask.words, ask.filling) == ("inquiry ack INQ-7", Filling("ack", "INQ-7"))
    assert (ask.key, ask.by_message) == (None, False), "what is only shown leaves no trace"
    assert (found["title"], found["height"], found["width"]) == ("Acknowledge INQ-7", "large", "medium")
    assert {name: one.get("value") for name, one in inputs(found["card"]).items()} == {
        "by": "thu",
        "said": "We look into it",
    }
    assert "what stands in the form" in text(found["card"])
    [submit] = buttons(found["card"])
    data = submit["data"]
    assert (submit["title"], data) == ("Acknowledge", {**DATA, "step": "submit", "nonce": data["nonce"]})
    assert office.microsoft.taken == []


async def test_a_form_is_opened_by_its_name_too(office):
    office.reply = SHOWN
    await office.post(office.microsoft.fetched({"words": "form prefer"}))
    await office.post(office.microsoft.fetched({**DATA, "step": "look", "values": {"by": "fri"}}))
    await office.post(office.microsoft.fetched(DATA))
    assert [ask.filling for ask in office.heard] == [
        Filling("prefer"),
        Filling("ack", "INQ-7", {"by": "fri"}, Step.LOOK),
        Filling("ack", "INQ-7"),
    ]


async def test_where_there_is_no_form_the_dialog_says_why(office):
    office.reply = Reply("unknown_inquiry", {"given": "INQ-9"}, (Choice("Mine", "inquiry mine"),))
    found = dialog(await office.post(office.microsoft.fetched(FETCH)))
    assert "INQ-9" in text(found["card"])
    assert [one["data"] for one in buttons(found["card"])] == [{"words": "inquiry mine"}]
    assert office.microsoft.taken == []


async def test_a_button_in_a_dialog_is_answered_in_the_dialog(office):
    office.reply = Reply("unknown_inquiry", {"given": "INQ-9"})
    assert "INQ-9" in text(
        dialog(await office.post(office.microsoft.submitted({"words": "inquiry mine"})))["card"]
    )
    office.reply = SHOWN
    assert inputs(
        dialog(await office.post(office.microsoft.submitted({"words": "inquiry ack INQ-7"})))["card"]
    )
    first, second = office.heard
    assert (first.words, first.filling, first.by_message) == ("inquiry mine", None, False)
    assert first.key == f"teams:{PERSONAL}:f:1"
    assert second.filling == Filling("ack", "INQ-7")


async def test_what_was_filled_in_is_sent_once_and_answered_twice(office):
    office.reply = Reply("unknown_inquiry", {"given": "done"}, (Choice("Mine", "inquiry mine"),))
    sent = submission(by="thu", said="We look\r\ninto it ", note=None, to=NOTHING)
    found = dialog(await office.post(office.microsoft.submitted(sent)))
    [ask] = office.heard
    values = {"by": "thu", "said": "We look\ninto it", "note": "", "to": ""}
    assert ask.filling == Filling("ack", "INQ-7", values, Step.SUBMIT)
    assert (ask.words, ask.key, ask.by_message) == ("inquiry ack", f"teams:{PERSONAL}:f:1", True)
    assert "done" in text(found["card"])
    assert ALSO in text(found["card"])
    assert buttons(found["card"]) == [], "its buttons stand in the message"


NONCE = "0123456789abcdef"


def nonces(card: dict[str, Any]) -> set[str]:
    """Those of its buttons."""
    return {one["data"]["nonce"] for one in buttons(card)}


async def test_each_dialog_has_a_nonce_of_its_own_and_keeps_it_until_it_is_taken(office):
    office.reply = SHOWN
    first, other = [nonces(dialog(await office.post(office.microsoft.fetched(FETCH)))["card"]) for _ in "12"]
    assert len(first) == len(other) == 1
    assert first != other
    [nonce] = first
    wrong = {"said": Reply("unknown_person", {"given": "bob"})}
    for step, reply in (("look", SHOWN), ("submit", replace(SHOWN, errors=wrong))):
        office.reply = reply
        sent = {**submission(step, by="thu"), "nonce": nonce}
        assert nonces(dialog(await office.post(office.microsoft.submitted(sent)))["card"]) == first
    for step, reply, send in (
        ("submit", Reply("crash", {"reference": "abcd1234"}), office.post),
        ("look", SHOWN, office.slowly),
    ):
        office.reply = reply
        found = dialog(await send(office.microsoft.submitted({**sent, "step": step})))
        assert found["card"]["actions"][0]["title"] == BACK
        assert nonces(found["card"]) == first


async def test_two_clicks_on_one_dialog_are_one_submission_and_two_dialogs_are_two(office):
    for number, nonce in enumerate((NONCE, NONCE, NONCE[::-1])):
        sent = {**submission(by="thu"), "nonce": nonce}
        await office.post(office.microsoft.submitted(sent, id=f"f:{number}"))
    one, two = f"teams:form:{DANA}:{NONCE}", f"teams:form:{DANA}:{NONCE[::-1]}"
    assert [ask.key for ask in office.heard] == [one, one, two]


@pytest.mark.parametrize(
    "nonce", [None, 7, "", [], NONCE[1:], f"{NONCE}0", NONCE.upper(), f"{NONCE}\n", "x" * 16]
)
async def test_a_nonce_that_is_none_of_ours_counts_for_nothing(office, nonce):
    await office.post(office.microsoft.submitted({**submission(by="thu"), "nonce": nonce}))
    assert [ask.key for ask in office.heard] == [f"teams:{PERSONAL}:f:1"]


async def test_a_nonce_keeps_no_key_of_what_is_only_shown(office):
    office.reply = SHOWN
    await office.post(office.microsoft.submitted({**submission("look", by="thu"), "nonce": NONCE}))
    assert [ask.key for ask in office.heard] == [None]


async def test_faults_come_back_beside_their_fields_and_nothing_is_said(office):
    wrong = Reply("unknown_person", {"given": "bob"})
    office.reply = Reply(SHOWN.template, SHOWN.facts, form=FORM, errors={"said": wrong})
    card = dialog(await office.post(office.microsoft.submitted(submission(said="bob"))))["card"]
    ids = [one.get("id") or one.get("text", "") for one in card["body"]]
    beside = next(number for number, words in enumerate(ids) if "called “bob”" in words)
    assert ids[beside - 1] == f"{FIELD}said"
    assert card["body"][beside]["color"] == "Attention"
    assert "Please look again: What you told the customer." in ids
    assert office.microsoft.taken == []


async def test_a_look_shows_the_form_anew_and_stores_nothing(office):
    office.reply = SHOWN
    found = dialog(await office.post(office.microsoft.submitted(submission("look", by="thu"))))
    [ask] = office.heard
    assert ask.filling == Filling("ack", "INQ-7", {"by": "thu"}, Step.LOOK)
    assert (ask.key, ask.by_message) == (None, False)
    assert inputs(found["card"])


@pytest.mark.parametrize(
    "failing",
    [
        Reply("crash", {"reference": "abcd1234"}),
        Reply("not_stored", {"trouble": "busy"}),
        Reply("too_many", {"busy": True, "seconds": 5}),
    ],
)
async def test_a_failure_is_told_in_the_dialog_with_a_way_back_to_what_was_filled_in(office, failing):
    office.reply = failing
    found = dialog(await office.post(office.microsoft.submitted(submission(by="thu", said="We look"))))
    [back] = found["card"]["actions"]
    assert back["title"] == BACK
    assert ALSO not in text(found["card"])
    office.reply = SHOWN
    await office.post(office.microsoft.submitted(back["data"]))
    assert office.heard[-1].filling == Filling("ack", "INQ-7", {"by": "thu", "said": "We look"}, Step.LOOK)
    assert office.microsoft.taken == []


async def test_a_form_that_cannot_be_said_is_a_crash_with_a_reference(office, caplog):
    office.reply = Reply("unknown_inquiry", {}, form=FORM)
    found = dialog(await office.post(office.microsoft.fetched(FETCH)))
    [record] = [one for one in caplog.records if getattr(one, "action", "") == "teams_answer"]
    assert record.reference in text(found["card"])


async def test_in_a_group_a_dialog_is_for_the_one_who_pressed_and_the_message_goes_to_their_own_chat(office):
    group = {"conversationType": "groupChat", "tenantId": TENANT, "id": "19:group"}
    dialog(await office.post(office.microsoft.submitted(submission(by="thu"), conversation=group)))
    [ask] = office.heard
    assert ask.by_message
    assert ask.reference is not None
    assert "conversation" not in ask.reference
    assert ask.reference["userId"] == DANAS_ID


JUNK: dict[str, Any] = {
    "nothing": None,
    "a list": [],
    "a word": "words",
    "neither words nor a form": {},
    "no words": {"words": ""},
    "words that are a list": {"words": ["help"]},
    "an unknown form": {"form": "rm"},
    "a form that is a list": {"form": ["ack"]},
    "about a number": {**DATA, "about": 7},
    "about a book": {**DATA, "about": "x" * 5000},
    "an unknown step": {**DATA, "step": "jump"},
    "a step that is a list": {**DATA, "step": ["look"]},
    "values that are a list": {**DATA, "values": ["x"]},
    "a value that is an object": {**DATA, "values": {"by": {}}},
    "a field that is a number": submission(by=5),
    "a field as long as a book": submission(said="x" * 20_000),
}


@pytest.mark.parametrize("data", JUNK.values(), ids=JUNK)
@pytest.mark.parametrize("kind", ["fetched", "submitted", "shared"])
async def test_what_no_dialog_of_ours_sends_is_refused(office, kind, data):
    made = office.microsoft.shared(data=data) if kind == "shared" else getattr(office.microsoft, kind)(data)
    assert (await office.post(made)).status_code == 400
    assert office.heard == []


async def test_half_a_character_in_a_field_reaches_nobody(office):
    office.reply = SHOWN
    raw = json.dumps(office.microsoft.submitted(submission(said="half \ud83d")))
    assert (await office.post(raw.encode())).status_code == 200
    assert office.heard[0].filling.values["said"] == "half"


# What is not there in time.


async def test_a_form_that_takes_too_long_can_be_asked_for_again(office):
    office.reply = SHOWN
    found = dialog(await office.slowly(office.microsoft.fetched(FETCH)))
    [back] = found["card"]["actions"]
    await office.post(office.microsoft.submitted(back["data"]))
    assert [ask.filling for ask in office.heard] == [Filling("ack", "INQ-7")] * 2
    assert office.microsoft.taken == [], "a form is no message"


async def test_a_look_that_takes_too_long_keeps_what_was_filled_in(office):
    office.reply = SHOWN
    found = dialog(await office.slowly(office.microsoft.submitted(submission("look", by="thu"))))
    assert found["card"]["actions"][0]["data"]["values"] == {"by": "thu"}
    assert office.microsoft.taken == []


async def test_what_is_stored_late_is_told_by_the_message_that_is_owed_and_by_no_other(office):
    found = dialog(await office.slowly(office.microsoft.submitted(submission(by="thu"))))
    assert "The answer follows in our own chat." in text(found["card"])
    assert found["card"].get("actions") is None, "the form must not be sent a second time"
    assert office.heard[0].by_message
    assert office.microsoft.taken == []


async def test_faults_that_are_found_late_are_told_by_a_message_that_opens_the_form_again(office):
    wrong = Reply("unknown_person", {"given": "bob"})
    office.reply = Reply(SHOWN.template, SHOWN.facts, form=FORM, errors={"said": wrong})
    dialog(await office.slowly(office.microsoft.submitted(submission(said="bob"))))
    [said] = office.microsoft.said()
    [attachment] = said.body["attachments"]
    assert "called “bob”" in text(attachment["content"])
    [button] = buttons(attachment["content"])
    assert button["title"] == OPEN
    office.reply = SHOWN
    assert inputs(dialog(await office.post(office.microsoft.fetched(button["data"])))["card"])
    values = {"by": "thu", "said": "We look into it"}
    assert office.heard[-1].filling == Filling("ack", "INQ-7", values, Step.LOOK)


FAILING = [
    (Reply("crash", {"reference": "abcd1234"}), "abcd1234"),
    (Reply("not_stored", {"trouble": "busy"}), "could not be stored"),
    (Reply("too_many", {"busy": True, "seconds": 5}), "done nothing"),
]


@pytest.mark.parametrize(("failing", "told"), FAILING)
async def test_a_failure_that_comes_late_is_told_by_a_message_that_has_what_was_filled_in(
    office, failing, told
):
    office.reply = failing
    sent = {**submission(by="thu", said="ten minutes of typing"), "nonce": NONCE}
    dialog(await office.slowly(office.microsoft.submitted(sent)))
    [said] = office.microsoft.said()
    assert told in said.body["summary"]
    [button] = [one for one in buttons(said.body["attachments"][0]["content"]) if one["title"] == OPEN]
    office.reply = SHOWN
    found = dialog(await office.post(office.microsoft.fetched(button["data"])))
    values = {"by": "thu", "said": "ten minutes of typing"}
    assert office.heard[-1].filling == Filling("ack", "INQ-7", values, Step.LOOK)
    assert nonces(found["card"]) == {NONCE}, "should it have been stored after all, it is not stored twice"


async def test_a_shared_message_that_is_not_logged_in_time_opens_in_ones_own_chat(office):
    office.reply = Reply("not_stored", {"trouble": "busy"})
    sent = {
        "form": "log",
        "about": f"message:teams:{THREAD}|1",
        "step": "submit",
        f"{FIELD}subject": "a permit",
    }
    dialog(await office.slowly(office.microsoft.shared(data=sent)))
    [said] = office.microsoft.said()
    [button] = [one for one in buttons(said.body["attachments"][0]["content"]) if one["title"] == OPEN]
    assert (await office.post(office.microsoft.fetched({**sent, "step": "look"}))).status_code == 403
    office.reply = SHOWN
    assert (await office.post(office.microsoft.fetched(button["data"]))).status_code == 200
    assert office.heard[-1].filling == Filling("log", "", {"subject": "a permit"}, Step.LOOK)


async def test_words_in_a_dialog_that_take_too_long_are_answered_by_a_message(office):
    office.reply = Reply("unknown_inquiry", {"given": "INQ-9"})
    found = dialog(await office.slowly(office.microsoft.submitted({"words": "inquiry mine"})))
    assert "follows in our own chat" in text(found["card"])
    [said] = office.microsoft.said()
    assert "INQ-9" in said.body["summary"]


PLACES: tuple[tuple[str, ...], ...] = (
    ("name",),
    ("value",),
    ("value", "data"),
    ("value", "data", "words"),
    ("value", "data", "form"),
    ("value", "data", "about"),
    ("value", "data", "step"),
    ("value", "data", "values"),
    ("value", "data", f"{FIELD}by"),
    ("value", "commandId"),
    ("value", "messagePayload"),
    ("value", "messagePayload", "id"),
    ("value", "messagePayload", "createdDateTime"),
    ("value", "messagePayload", "body"),
    ("value", "messagePayload", "body", "content"),
    ("value", "messagePayload", "from"),
    ("value", "messagePayload", "from", "user"),
    ("replyToId",),
    ("conversation", "conversationType"),
)
ODD: tuple[Any, ...] = (0, True, 1.5, None, [], {}, [1], {"a": 1}, "", "\x00", "\ud800", "a b", "x" * 20_000)


async def test_hundreds_of_malformed_dialogs_get_2xx_or_4xx(office):
    office.reply = SHOWN
    made = office.microsoft
    whole = (
        made.fetched(FETCH),
        made.submitted(submission(by="x")),
        made.shared(),
        made.shared(data=submission()),
    )
    tried = 0
    for activity in whole:
        for place in PLACES:
            for junk in ODD:
                broken = copy.deepcopy(activity)
                within = broken
                for name in place[:-1]:
                    within = within.get(name) if isinstance(within, dict) else None
                if isinstance(within, dict):
                    within[place[-1]] = junk
                    answer = await office.post(broken)
                    assert 200 <= answer.status_code < 500, (place, junk, answer.text)
                    tried += 1
    assert tried > 500
    assert office.microsoft.taken == []
    for ask in office.heard:
        assert ask.filling is None or set(map(type, ask.filling.values.values())) <= {str}
