"""The whole web app over a real store, with Slack and Microsoft faked behind it, and no timetable."""

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlmodel import SQLModel

from bot.assemble import TEMPLATES, department_of, knows
from bot.ear import Ear
from bot.survey_page import SurveyPage
from bot.teams import TeamsDoor
from bot.turnstile import Turnstile
from bot.web import create_app
from handlers.asking import House
from models.staff import Address, by_name, remember_address
from models.store import Store
from tests.doors import teams_door
from tests.doors.fake_slack import TEAM, FakeSlack
from tests.doors.fake_teams import APP, TENANT, Microsoft
from tests.doors.slack_door import Clock, door_to
from tests.seeded import Office, demo, seeded

SLACK = {one.handle: f"U0{one.handle.upper()}" for one in demo().staff}
TEAMS = {
    one.handle: f"d0d0d0d0-0000-0000-0000-{number:012}" for number, one in enumerate(demo().staff, start=1)
}


def tables(store: Store, *, but: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table."""
    path = str(store.url.database)
    names = sorted(set(SQLModel.metadata.tables) - set(but))
    with sqlite3.connect(path) as db:
        rows = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608  # our names
    db.close()
    return rows


def know_everybody(store: Store, clock: Clock) -> None:
    """All staff have been seen in Slack and in Teams."""
    with store.transaction() as db:
        for one in demo().staff:
            [member] = by_name(db, one.handle)
            for address in (
                Address("slack", TEAM, SLACK[one.handle]),
                Address("teams", TENANT, TEAMS[one.handle]),
            ):
                remember_address(db, member, address, clock())


@dataclass
class Agency:
    """Somebody in front of the app, and what stands behind it."""

    office: Office
    slack: FakeSlack
    microsoft: Microsoft
    clock: Clock
    app: Any
    client: httpx.AsyncClient
    slack_door: Any
    teams_door: Any
    carrying: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.office.store

    async def settled(self) -> None:
        """When all is heard, and what is owed at once is carried."""
        while running := tuple(self.slack_door._routes.running):
            await asyncio.gather(*running)
        while self.carrying:
            await self.carrying.pop()


@asynccontextmanager
async def agency(path: Any, **more: Any) -> AsyncIterator[Agency]:
    """The demonstration's agency behind both doors. more: settings of the Slack door."""
    clock = Clock()
    async with FakeSlack() as slack, Microsoft() as microsoft:
        for one in demo().staff:
            slack.add(SLACK[one.handle], email=one.email)
        with seeded(f"sqlite:///{path / 'agency.db'}") as office:
            know_everybody(office.store, clock)
            senders: dict[str, Any] = {}
            carrying: list[asyncio.Task[None]] = []

            def spawn(work: Any) -> None:
                carrying.append(asyncio.create_task(work))

            ticks = itertools.count()
            ear = Ear(House(office.store, emails_customers=True), senders, clock, spawn)
            hear = Turnstile(ear, lambda: float(next(ticks)), department_of(office.store), spawn)
            known = knows(office.store)
            slack_door = door_to(
                slack, hear, clock, known, TEMPLATES, **{"REPLYBY_SLACK_TEAMS": TEAM, **more}
            )
            settings = teams_door.Settings(
                teams_openid_url=microsoft.openid_url, microsoft_app_id=APP, microsoft_app_tenant_id=TENANT
            )
            teams = TeamsDoor(
                settings, teams_door.voice(), hear, clock, known, credentials=teams_door.Token()
            )
            senders.update(slack=slack_door.sender, teams=teams.sender)
            page = SurveyPage(office.store, None, clock)
            app = create_app(survey=page, slack=slack_door, teams=teams)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url="https://replies.example.gov"
            ) as client:
                await slack_door.start()
                await teams.start()
                one = Agency(office, slack, microsoft, clock, app, client, slack_door, teams, carrying)
                try:
                    yield one
                finally:
                    await one.settled()
                    await slack_door.stop()
                    await teams.stop()
