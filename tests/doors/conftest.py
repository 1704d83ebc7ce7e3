"""The Slack door as its tests find it: a clock, somebody who hears, a fake Slack behind, a step in front."""

import pytest

from tests.doors.fake_slack import FakeSlack
from tests.doors.slack_door import Clock, Doorstep, Listener, door_to


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hear():
    return Listener()


@pytest.fixture
async def slack():
    async with FakeSlack() as running:
        yield running


@pytest.fixture
async def step(slack, hear, clock):
    door = door_to(slack, hear, clock)
    await door.start()
    doorstep = Doorstep(door, clock)
    yield doorstep
    hear.gate.set()
    await door.stop()
    await doorstep.client.aclose()
