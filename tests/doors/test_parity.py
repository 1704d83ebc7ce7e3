"""The same day through Slack, Teams and the terminal: the same facts, and the same words where it matters.

Each door has an agency of its own. Slack hears signed slash commands, Teams signed activities, over HTTP.
"""

import asyncio
import json
import re
from contextlib import AsyncExitStack

import pytest

from bot.assemble import TEMPLATES, Ear, knows
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Ask, House
from models.staff import Address, by_name, remember_address
from models.store import Store
from scheduler.delivery import Receipt
from tests.doors.fake_slack import TEAM, FakeSlack, form, slash
from tests.doors.fake_teams import NOW, TENANT, Microsoft
from tests.doors.slack_door import Clock, Doorstep, door_to
from tests.doors.teams_door import Office
from tests.handlers.conftest import DEMO, migrate, read_agency, seed

DAY = [
    ("dana", "/inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40"),
    (
        "dana",
        '/inquiry log email from Ann Ho ann@example.org about "rent & *fees* <b>" received yesterday 16:30',
    ),
    ("dana", "/inquiry log letter from Ben about benefits owner lee"),
    ("dana", "/inquiry log fax from Ben about benefits"),
    ("dana", "/inquiry log call from Ben about tax received blursday"),
    ("dana", "/inquiry show INQ-1"),
    ("dana", "/inquiry why INQ-1"),
    ("dana", "/inquiry mine"),
    ("dana", "/inquiry ack INQ-1"),
    ("dana", '/inquiry ack INQ-1 by Thu "We are looking into it"'),
    ("dana", "/inquiry answer INQ-2"),
    ("dana", '/inquiry close INQ-2 "Explained the fees"'),
    ("dana", '/inquiry close INQ-1 "Permit sent"'),
    ("dana", "/inquiry assign INQ-3 to dana"),
    ("dana", "/away from 2026-03-09 to 2026-03-13"),
    ("dana", "/away"),
    ("dana", "/away back"),
    ("dana", "/desk team"),
    ("dana", "/inquiry lgo call"),
    ("sam", "/desk team"),
    ("sam", "/desk overdue"),
    ("kim", "/inquiry show INQ-1"),
    ("dana", "/inquiry log email from Wei Chen wei@example.org about a & b needed by Fri"),
    ("dana", "/inquiry extend INQ-4 information not readily available"),
    ("dana", "/inquiry extend INQ-4 the file is in the archive"),
    ("dana", "/inquiry extend INQ-4 the file is in the archive until Mar 9 12:00"),
    ("sam", "/desk decline 1 it is needed on Friday"),
    ("dana", "/inquiry ack INQ-4"),
    ("dana", "/inquiry assign INQ-4"),
    ("dana", "/inquiry pause INQ-4"),
    ("dana", "/inquiry pause INQ-4 waiting for the customer’s form"),
    ("dana", "/inquiry mine"),
    ("dana", "/inquiry resume INQ-4"),
    ("dana", "/inquiry needed INQ-4 by Thu"),
    ("dana", "/inquiry reopen INQ-2 the fees were wrong"),
    ("dana", "/inquiry standard"),
    ("sam", "/desk standard set email 4 business hours from 2026-03-09"),
    ("sam", "/desk standard reminders 2 business hours before, due, supervisor from 2026-03-09"),
    ("sam", "/desk standard reminders whenever"),
    ("sam", "/desk standard"),
    ("sam", "/desk standard undo"),
    ("sam", '/desk try "email 4 business hours" this month'),
    ("sam", '/desk closed tomorrow "burst pipe"'),
    ("sam", '/desk closed apply tomorrow "burst pipe"'),
    ("sam", "/desk closures"),
    ("sam", "/desk open tomorrow"),
    ("sam", "/desk hours Mon-Thu 8:00-18:00, Fri 8:00-12:00 from 2026-03-09"),
    ("sam", "/desk hours of dana Mon-Wed 8:00-17:00"),
    ("sam", "/desk team"),
    ("dana", "/inquiry why INQ-4"),
    ("dana", "/inquiry snooze INQ-4 1 hour"),
    ("dana", "/inquiry remind me of INQ-4 2026-04-20 9:00 about the form"),
    ("dana", "/inquiry quiet today"),
    ("dana", "/inquiry digest"),
    ("sam", "/inquiry digest"),
    ("dana", "/inquiry prefer digest 8:30"),
    ("dana", "/inquiry prefer language Spanish"),
    ("dana", "/inquiry prefer language Klingon"),
    ("sam", "/desk retry 999"),
]
AADS = {"dana": "d0d0d0d0-0000-0000-0000-000000000001", "sam": "5a5a5a5a-0000-0000-0000-000000000002"}
AADS["kim"] = "41414141-0000-0000-0000-000000000003"


def agency(path):
    """A database of its own for a door, whose speakers are known there."""
    store = Store(f"sqlite:///{path}")
    migrate(store, NOW)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), NOW)
        for handle, aad in AADS.items():
            [member] = by_name(db, handle)
            remember_address(db, member, Address("slack", TEAM, f"U0{handle.upper()}"), NOW)
            remember_address(db, member, Address("teams", TENANT, aad), NOW)
    return store


class Sink:
    """Takes every letter."""

    async def send(self, letter):
        return Receipt(None, letter.template)


class Heard:
    """An ear that keeps what was replied."""

    def __init__(self, store, senders):
        self.tasks, self.replies = [], []
        self.ear = Ear(House(store, secret="s" * 32), senders, lambda: NOW, self._spawn)

    def _spawn(self, work):
        self.tasks.append(asyncio.create_task(work))

    async def __call__(self, ask):
        reply = await self.ear(ask)
        self.replies.append(reply)
        return reply

    async def settle(self):
        await asyncio.gather(*self.tasks)


async def by_slack(path):
    async with FakeSlack() as slack:
        store, senders = agency(path), {}
        heard = Heard(store, senders)
        door = door_to(slack, heard, Clock(), knows(store), TEMPLATES)
        senders["slack"] = door.sender
        await door.start()
        step, texts = Doorstep(door, Clock()), []
        for number, (who, words) in enumerate(DAY):
            command, _, rest = words.partition(" ")
            escaped = rest.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            asked = slash(escaped, command=command, user=f"U0{who.upper()}", trigger_id=f"t{number}")
            answer = await step.send(form(asked))
            assert answer.status_code == 200
            texts.append(json.dumps(answer.json(), ensure_ascii=False))
            await heard.settle()
        await door.stop()
        await step.client.aclose()
        store.close()
        return heard.replies, texts


async def by_teams(path):
    async with Microsoft() as microsoft, AsyncExitStack() as stack:
        store, senders = agency(path), {}
        heard = Heard(store, senders)
        office = Office(microsoft)
        await office.open(hear=heard, known=knows(store))
        stack.push_async_callback(office.close)
        senders["teams"] = office.door.sender
        texts = []
        for number, (who, words) in enumerate(DAY):
            activity = microsoft.message(
                words,
                id=f"a{number}",
                **{"from": {"id": f"29:{who}", "name": who, "aadObjectId": AADS[who]}},
                conversation={"conversationType": "personal", "tenantId": TENANT, "id": f"a:1personal-{who}"},
            )
            assert (await office.post(activity)).status_code in (200, 202)
            await heard.settle()
            mine = [one.body for one in microsoft.said() if f"personal-{who}" in one.path]
            texts.append(json.dumps(mine[-1], ensure_ascii=False))
        store.close()
        return heard.replies, texts


async def by_terminal(path):
    store = agency(path)
    heard = Heard(store, {"terminal": Sink()})
    voice = Voice(
        TEMPLATES, "plain", "America/Chicago", lambda made_of: f"https://example.gov/survey/{made_of}"
    )
    texts = []
    for who, words in DAY:
        reply = await heard(Ask(Address("terminal", "", who), words, NOW))
        await heard.settle()
        texts.append(to_text(voice.say(reply.template, reply.facts), reply.choices, width=10_000))
    store.close()
    return heard.replies, texts


@pytest.fixture
async def days(tmp_path):
    found = {}
    for name, door in (("slack", by_slack), ("teams", by_teams), ("terminal", by_terminal)):
        found[name] = await door(tmp_path / f"{name}.db")
    return found


def without_salt(facts):
    """A survey's salt is drawn anew for each agency."""
    return {key: value for key, value in facts.items() if key != "survey"}


async def test_the_same_ask_through_every_door_has_the_same_facts_and_the_same_words(days):
    for at, (who, words) in enumerate(DAY):
        replies = {name: replies[at] for name, (replies, _) in days.items()}
        first = replies["terminal"]
        assert first.template not in ("crash", "stranger", "not_set_up"), words
        for name, reply in replies.items():
            assert reply.template == first.template, f"{name}: {who}: {words}"
            assert without_salt(reply.facts) == without_salt(first.facts), f"{name}: {words}"
            assert reply.choices == first.choices, f"{name}: {words}"
        spoken = {name: texts[at] for name, (_, texts) in days.items()}
        for word in set(re.findall(r"INQ-\d+|R\d\b|\d{4}-\d\d-\d\d \d\d:\d\d C[SD]T", spoken["terminal"])):
            for name, text in spoken.items():
                assert word in text, f"{name} does not say {word}: {words}"
        for choice in first.choices:
            in_json = json.dumps(choice.words, ensure_ascii=False)[1:-1]
            for name, text in spoken.items():
                assert choice.words in text or in_json in text, f"{name}: {words}: {choice.words}"
