"""What a platform delivers four times, three of them at once, is stored once and answered alike."""

import asyncio

import pytest
from sqlmodel import col, select

from bot.assemble import knows
from bot.ear import Ear
from models.inbox import Heard
from models.inquiry import Event, Inquiry
from models.outbox import Owed, Sending
from scheduler.delivery import carry
from tests.doors.agency_door import agency_door
from tests.doors.fake_slack import as_json, button, direct_message, form, interactive, mention, slash
from tests.doors.fake_teams import DANAS_ID, NOW, Microsoft
from tests.doors.teams_door import Office as TeamsOffice
from tests.doors.test_teams import MEMBER

LOG = "log call from Jane Doe 608-555-0133 about a parking permit received 8:40"
DELIVERIES = {
    "a command": form(slash(LOG)),
    "a message": as_json(direct_message(f"inquiry {LOG}")),
    "a mention": as_json(mention(f"<@U0REPLYBY> inquiry {LOG}")),
    "a button": interactive(button(f"inquiry {LOG}")),
}


async def four_times(deliver):
    """Three at once, and one when they are answered."""
    return [*await asyncio.gather(*(deliver(number) for number in range(3))), await deliver(3)]


def stored(office):
    """How many inquiries, first events, deliveries and answers owed there are."""
    with office.store.transaction() as db:
        heard = db.exec(select(Heard).where(~col(Heard.key).startswith("replyby:"))).all()
    return len(office.rows(Inquiry)), len(office.rows(Event)), len(heard), len(office.rows(Owed))


@pytest.mark.parametrize("what", DELIVERIES)
async def test_what_slack_delivers_four_times_is_stored_once(either, slack, clock, what):
    async with agency_door(slack, either.store, clock) as agency:

        async def deliver(number):
            again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
            return await agency.send(DELIVERIES[what], **(again if number else {}))

        answers = await four_times(deliver)
        await agency.settled()
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        said = [one["text"] for one in slack.posted]
        if what == "a command":
            said.append(answers[0].json()["text"])
        [text] = said
        assert "INQ-1" in text
    assert stored(either) == (1, 1, 1, 0 if what == "a command" else 1)


@pytest.fixture
async def microsoft():
    async with Microsoft() as running:
        yield running


@pytest.mark.parametrize("what", ["message", "pressed"])
async def test_what_teams_delivers_four_times_is_stored_once(either, microsoft, what):
    microsoft.members = {DANAS_ID: MEMBER}
    office, senders, carrying = TeamsOffice(microsoft), {}, []
    ear = Ear(either.house, senders, lambda: NOW, lambda work: carrying.append(asyncio.create_task(work)))
    await office.open(hear=ear, known=knows(either.store))
    senders["teams"] = office.door.sender
    try:
        activity = getattr(microsoft, what)(f"inquiry {LOG}")
        answers = await four_times(lambda _number: office.post(activity))
        await asyncio.gather(*carrying)
        await carry(either.store, senders, NOW)
    finally:
        await office.close()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    words = answers[0].text if what == "pressed" else "".join(str(one.body) for one in microsoft.said())
    assert "INQ-1" in words
    assert len(microsoft.said()) == (0 if what == "pressed" else 1)
    assert stored(either) == (1, 1, 1, 0 if what == "pressed" else 1)
    assert {row.state for row in either.rows(Owed)} <= {Sending.SENT}
