"""The Slack door as its tests find it: a clock, somebody who hears, a fake Slack behind, a step in front."""

from collections.abc import Iterator

import pytest

from tests.doors.fake_slack import FakeSlack
from tests.doors.slack_door import Clock, Doorstep, Listener, door_to
from tests.seeded import Office, emptied, seeded


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


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path) -> Iterator[Office]:
    """The demonstration's office, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'either.db'}"
    else:
        address = emptied(request.getfixturevalue("postgres_url"))
    with seeded(address) as office:
        yield office
