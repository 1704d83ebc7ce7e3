"""The three doors before agencies of their own, handled alike: say, press, look at a form, fill it in."""

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager

from bot.assemble import TEMPLATES, Ear, knows
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Ask, House
from handlers.forms import opens
from models.agency_file import read_agency
from models.migrating import migrate
from models.seeding import seed
from models.staff import Address, by_name, remember_address
from models.store import Store
from scheduler.delivery import Receipt
from tests.doors.fake_slack import TEAM, FakeSlack, button, form, interactive, slash
from tests.doors.fake_teams import NOW, TENANT, Microsoft
from tests.doors.slack_door import Clock, Doorstep, door_to
from tests.doors.slack_interactions import submitted
from tests.doors.teams_door import Office
from tests.handlers.conftest import DEMO

AADS = {
    "dana": "d0d0d0d0-0000-0000-0000-000000000001",
    "sam": "5a5a5a5a-0000-0000-0000-000000000002",
    "kim": "41414141-0000-0000-0000-000000000003",
}


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
        return self.replies[-1]


class SlackWay:
    """Signed slash commands, presses and modals over HTTP. `shown`: what the speaker saw last, as JSON."""

    def __init__(self, slack, heard, door):
        self.slack, self.heard, self.door = slack, heard, door
        self.step, self.count, self.shown = Doorstep(door, Clock()), 0, ""

    async def say(self, who, words):
        command, _, rest = words.partition(" ")
        escaped = rest.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self.count += 1
        asked = slash(escaped, command=command, user=f"U0{who.upper()}", trigger_id=f"t{self.count}")
        answer = await self._send(form(asked))
        self.shown = json.dumps(answer.json(), ensure_ascii=False) if answer.content else ""
        return await self.heard.settle()

    async def press(self, who, words):
        self.count += 1
        pressed = button(words, user=f"U0{who.upper()}", action_id="say:0", trigger_id=f"p{self.count}")
        # A press of its own: its own moment.
        pressed["actions"][0]["action_ts"] = f"1772460001.{self.count:06}"
        # Where our fake listens for what replaces the message.
        pressed["response_url"] = f"{self.slack.api_url}response/{self.count}"
        await self._send(interactive(pressed))
        return await self.heard.settle()

    look = press

    async def fill(self, who, words, values):
        await self.press(who, words)
        view = self.slack.views.last["id"]
        assert self.heard.replies[-1].form, words
        self.slack.views.fill(view, **values)
        await self._send(interactive(submitted(self.slack.views.views[view], user=f"U0{who.upper()}")))
        return await self.heard.settle()

    async def _send(self, travelling):
        answer = await self.step.send(travelling)
        assert answer.status_code == 200
        while running := tuple(self.door._routes.running):
            await asyncio.gather(*running)
        return answer


class TeamsWay:
    """Signed activities over HTTP: messages, pressed cards and dialogs."""

    def __init__(self, microsoft, heard, office):
        self.microsoft, self.heard, self.office = microsoft, heard, office
        self.count, self.shown = 0, ""

    async def say(self, who, words):
        before = len(self.microsoft.said())
        await self._post(self.microsoft.message(words, **self._from(who)))
        # Other words that are owed go out with the answer.
        mine = [one.body for one in self.microsoft.said()[before:] if f"personal-{who}" in one.path]
        self.shown = json.dumps(mine, ensure_ascii=False)
        return self.heard.replies[-1]

    async def press(self, who, words):
        await self._post(self.microsoft.pressed(words, **self._from(who)))
        return self.heard.replies[-1]

    async def look(self, who, words):
        await self._post(self.microsoft.fetched(self._fetch(words), **self._from(who)))
        return self.heard.replies[-1]

    async def fill(self, who, words, values):
        drawn = (await self.look(who, words)).form
        held = {f"field.{one.name}": one.value for one in drawn.fields}
        sent = held | {f"field.{name}": value for name, value in values.items()}
        data = {"form": drawn.name, "about": drawn.about, "step": "submit", **sent}
        await self._post(self.microsoft.submitted(data, **self._from(who)))
        return self.heard.replies[-1]

    def _fetch(self, words):
        return {"msteams": {"type": "task/fetch"}, "words": words}

    def _from(self, who):
        self.count += 1
        return {
            "id": f"a{self.count}",
            "from": {"id": f"29:{who}", "name": who, "aadObjectId": AADS[who]},
            "conversation": {
                "conversationType": "personal",
                "tenantId": TENANT,
                "id": f"a:1personal-{who}",
            },
        }

    async def _post(self, activity):
        assert (await self.office.post(activity)).status_code in (200, 202)
        await self.heard.settle()


class TerminalWay:
    """Typed lines. A form is a conversation: each question is answered, and the whole confirmed."""

    def __init__(self, heard, voice):
        self.heard, self._voice, self.shown = heard, voice, ""

    async def say(self, who, words):
        reply = await self.heard(Ask(Address("terminal", "", who), words, NOW))
        await self.heard.settle()
        said = self._voice.say(reply.template, reply.facts)
        self.shown = to_text(said, reply.choices, width=10_000)
        return reply

    press = say

    async def fill(self, who, words, values):
        filling, left = opens(words), dict(values)
        reply = await self.say(who, f"form {filling.form} {filling.about}".strip())
        while reply.template == "draft_asks":
            reply = await self.say(who, left.pop(reply.facts["field"], "skip"))
        for name, value in left.items():
            reply = await self.say(who, f"change {name}")
            reply = await self.say(who, value)
        assert reply.template == "understood", reply
        return await self.say(who, reply.choices[0].words)


@asynccontextmanager
async def slack_way(path, opening=False):
    """opening: whether words that lack something open a form, as they do in Slack."""
    async with FakeSlack() as slack:
        store, senders = agency(path), {}
        heard = Heard(store, senders)
        more = {"opens": opens} if opening else {}
        door = door_to(slack, heard, Clock(), knows(store), TEMPLATES, **more)
        senders["slack"] = door.sender
        await door.start()
        way = SlackWay(slack, heard, door)
        yield way
        await door.stop()
        await way.step.client.aclose()
        store.close()


@asynccontextmanager
async def teams_way(path):
    async with Microsoft() as microsoft, AsyncExitStack() as stack:
        store, senders = agency(path), {}
        heard = Heard(store, senders)
        office = Office(microsoft)
        await office.open(hear=heard, known=knows(store))
        stack.push_async_callback(office.close)
        senders["teams"] = office.door.sender
        yield TeamsWay(microsoft, heard, office)
        store.close()


@asynccontextmanager
async def terminal_way(path):
    store = agency(path)
    heard = Heard(store, {"terminal": Sink()})
    link = "https://example.gov/survey/{}".format
    yield TerminalWay(heard, Voice(TEMPLATES, "plain", "America/Chicago", link))
    store.close()


def without_salt(facts):
    """A survey's salt is drawn anew for each agency."""
    return {key: value for key, value in facts.items() if key != "survey"}
