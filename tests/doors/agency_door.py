"""The demonstration's agency behind Slack's door, on either database: real handlers, outbox and delivery."""

import asyncio
from contextlib import asynccontextmanager

from bot.assemble import TEMPLATES, knows
from bot.ear import Ear
from handlers.asking import House
from tests.doors.slack_door import Doorstep, door_to
from tests.seeded import demo

# Members of the demonstration by their Slack users, as their e-mail addresses tell.
PEOPLE = {f"U0{one.handle.upper()}": one.email for one in demo().staff}


class AgencyDoor:
    """`send` what Slack sends; `said` holds what followed at response_urls and as messages."""

    def __init__(self, slack, store, clock, **door):
        self.slack, self.store = slack, store
        self.carrying = []
        senders = {}
        ear = Ear(House(store), senders, clock, lambda work: self.carrying.append(asyncio.create_task(work)))
        self.door = door_to(slack, ear, clock, knows(store), TEMPLATES, **door)
        senders["slack"] = self.door.sender
        self.step = Doorstep(self.door, clock)

    async def send(self, travelling, **headers):
        return await self.step.send(travelling, **headers)

    async def settled(self):
        """When all is heard, and what is owed at once is carried."""
        while running := tuple(self.door._routes.running):
            await asyncio.gather(*running)
        await asyncio.gather(*self.carrying)


@asynccontextmanager
async def agency_door(slack, store, clock, **door):
    for user, email in PEOPLE.items():
        slack.add(user, email=email)
    agency = AgencyDoor(slack, store, clock, **door)
    await agency.door.start()
    try:
        yield agency
    finally:
        await agency.settled()
        await agency.door.stop()
        await agency.step.client.aclose()
