"""The demonstration's agency over Slack: real handlers, outbox and delivery."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import SQLModel, select

from bot.assemble import DEMO, TEMPLATES, Ear, knows
from handlers.asking import House
from models.agency_file import read_agency
from models.inquiry import Inquiry
from models.outbox import Owed
from models.seeding import seed
from models.store import Store
from tests.doors.fake_slack import (
    as_json,
    button,
    direct_message,
    form,
    interactive,
    signed,
    slash,
)
from tests.doors.slack_door import MONDAY, Doorstep, door_to


class Agency:
    """The demonstration's agency behind the door, with its real handlers, outbox and delivery."""

    def __init__(self, slack, store, clock):
        self.store = store
        self.carrying = []
        senders = {}
        ear = Ear(House(store), senders, clock, lambda work: self.carrying.append(asyncio.create_task(work)))
        self.door = door_to(slack, ear, clock, knows(store), TEMPLATES)
        senders["slack"] = self.door.sender
        self.step = Doorstep(self.door, clock)

    async def send(self, travelling, **headers):
        answer = await self.step.send(travelling, **headers)
        await asyncio.gather(*self.carrying)
        return answer

    def rows(self, table):
        with self.store.transaction() as db:
            return list(db.exec(select(table)))


@pytest.fixture
async def agency(slack, clock, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}")
    SQLModel.metadata.create_all(store.engine)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), clock())
    slack.add("U0DANA", email="dana@riverbend.example")
    slack.add("U0GUEST", email="lee@riverbend.example", is_restricted=True)
    house = Agency(slack, store, clock)
    await house.door.start()
    yield house
    await house.door.stop()
    await house.step.client.aclose()
    store.close()


LOG = "log call from Jane Doe <tel:608-555-0133|608-555-0133> about a parking permit received 8:40"


async def test_an_inquiry_is_logged_over_slack_and_a_replay_changes_nothing(agency, slack):
    body, kind = form(slash(LOG))
    headers = {"Content-Type": kind, **signed(body, MONDAY)}
    answers = [await agency.step.raw(body, headers) for _ in range(5)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert "INQ-1" in answers[0].json()["text"]
    [inquiry] = agency.rows(Inquiry)
    assert (inquiry.number, inquiry.customer) == ("INQ-1", "Jane Doe")
    assert len(slack.calls("users.info")) == 1


async def test_a_direct_message_is_answered_once_however_often_slack_brings_it(agency, slack):
    for number in range(3):
        answer = await agency.send(as_json(direct_message("help")), **{"X-Slack-Retry-Num": str(number)})
        assert answer.status_code == 200
    [posted] = slack.posted
    assert posted["user"] == "U0DANA"
    [row] = agency.rows(Owed)
    assert (row.state.value, row.said, row.provider_id) == ("sent", posted["text"], f"DU0DANA/{posted['ts']}")


async def test_the_button_under_an_answer_puts_its_own_answer_in_its_place(agency, slack):
    said = (await agency.send(form(slash(LOG)))).json()
    buttons = next(block for block in said["blocks"] if block["type"] == "actions")["elements"]
    shown = next(one for one in buttons if "show" in one["value"])
    press = button(shown["value"], action_id=shown["action_id"], response_url=slack.response_url)
    await agency.send(interactive(press))
    await agency.send(interactive(press))
    assert slack.posted == []
    assert len({str(one) for one in slack.answered}) == 1
    assert slack.answered[0]["replace_original"] is True
    assert "INQ-1" in slack.answered[0]["text"]


async def test_a_colleague_who_is_a_guest_by_now_is_a_stranger(agency, slack):
    assert "INQ-1" in (await agency.send(form(slash(LOG)))).json()["text"]
    slack.users["U0DANA"]["is_restricted"] = True
    agency.step.clock.now += timedelta(days=1)
    for trigger in ("t1", "t2"):
        said = (await agency.send(form(slash("mine", trigger_id=trigger)))).json()
        await asyncio.gather(*agency.door._routes.running)
    assert said["text"].startswith("I do not know you yet")


async def test_a_guest_with_a_colleagues_address_is_a_stranger(agency):
    said = (await agency.send(form(slash("mine", user_id="U0GUEST")))).json()
    stranger = (await agency.send(form(slash("mine", user_id="U0NOBODY")))).json()
    assert said["text"].startswith("I do not know you yet")
    assert said["blocks"] == stranger["blocks"]
