"""The day in Teams: one Playground a person, and between them and our door the line that signs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clients.office import PATIENCE, Missed, Served, served
from tests.clients.playground import GROUP, SETTINGS, Playground, aad, playground
from tests.clients.said import Said, from_card
from tests.clients.signing import Signing, signing
from tests.clients.tools import Tools
from tests.doors.fake_teams import BOT, TENANT

WHO = ("dana", "lee", "sam")
TRIES = 100


@dataclass
class Teams:
    """The client of tests/clients/day.py. `chats` are the Playgrounds by handle."""

    office: Served
    line: Signing
    chats: dict[str, Playground]
    door: str = "Teams"
    numbers: list[int] = field(default_factory=lambda: [0])

    async def arrive(self, who: str) -> Said:
        before = len(self.chats[who].cards)
        await self.chats[who].install()
        return await self._answer(who, before)

    async def say(self, who: str, words: str) -> Said:
        before = len(self.chats[who].cards)
        await self.chats[who].say(words)
        return await self._answer(who, before)

    command = say

    async def press(self, who: str, said: Said, label: str) -> Said:
        """A card that comes back takes the place of the message; other answers are messages of their own."""
        button, chat = said.button(label), self.chats[who]
        before = len(chat.cards)
        if button.raw["type"] != "Action.Execute":
            await chat.submit(said.place, dict(button.raw["data"]))
            return await self._answer(who, before)
        action = {name: value for name, value in button.raw.items() if name != "fallback"}
        answer = await chat.execute(said.place, action)
        told = answer.get("body") or answer
        if not isinstance(told.get("value"), dict):
            return await self._answer(who, before)
        card = dict(told["value"])
        # The Playground's page puts it there; without a page, we do.
        chat.cards[said.place] = {**chat.cards[said.place], "attachments": [{"content": card}]}
        return from_card(card, said.place, card)

    async def opens(self, who: str, said: Said | None, words: str) -> Said:
        """A dialog, by a button of a message; words: what stands on it."""
        assert said is not None, "Teams opens dialogs by buttons"
        data = dict(said.button(words).raw["data"])
        assert data.get("msteams", {}).get("type") == "task/fetch", f"“{words}” opens no dialog: {data}"
        return await self._dialog(who, "task/fetch", {"data": data, "context": {"theme": "default"}})

    async def looks(self, who: str, form: Said, values: dict[str, str]) -> Said:
        """Presses what shows a dialog anew."""
        return await self._sent(who, form, self._filled(form, values, "look"))

    async def submits(self, who: str, form: Said, values: dict[str, str]) -> Said:
        """The faults, or what was said in the chat afterwards."""
        before = len(self.chats[who].cards)
        shown = await self._sent(who, form, self._filled(form, values, "submit"))
        return shown if shown.fields else await self._answer(who, before)

    async def _sent(self, who: str, form: Said, data: dict[str, Any]) -> Said:
        """What a dialog sends, as the dialog was opened: by a button, or by the action on a message."""
        _, name, place = form.place.split(" ")
        if name.startswith("composeExtension/"):
            value = {"commandId": "log_inquiry", "commandContext": "message", "data": data}
            return await self._dialog(who, "composeExtension/submitAction", value, place)
        return await self._dialog(who, "task/submit", {"data": data, "context": {"theme": "default"}}, place)

    @staticmethod
    def _filled(form: Said, values: dict[str, str], step: str) -> dict[str, Any]:
        """What Teams sends: the data of the button, and what stands in the fields."""
        button = next(one.raw for one in form.buttons if one.raw["data"].get("step") == step)
        return {
            **button["data"],
            **{f"field.{name}": value for name, value in {**form.fields, **values}.items()},
        }

    async def _dialog(self, who: str, name: str, value: dict[str, Any], place: str = "") -> Said:
        status, answer = await self.invoke(who, name, value, place)
        if status != 200:
            raise Missed(f"Our door answers {status} to {name}: {str(answer)[:300]}")
        card = answer["task"]["value"]["card"]["content"]
        return from_card(card, f"dialog {name} {place}", card)

    async def home(self, who: str) -> Said:
        return await self.say(who, "home")

    async def shares(self, who: str, words: str) -> Said:
        """The action on a message in a group chat; the Playground has none there, so it is sent by us."""
        self.numbers[0] += 1
        user = {"userIdentityType": "aadUser", "id": aad("kim"), "displayName": "Kim Tran"}
        message = {
            "id": str(1772460000000 + self.numbers[0]), "messageType": "message",
            "createdDateTime": self.office.now.isoformat(), "from": {"user": user},
            "body": {"contentType": "html", "content": f"<p>{words}</p>"},
        }  # fmt: skip
        value = {
            "commandId": "log_inquiry", "commandContext": "message", "messagePayload": message,
            "context": {"theme": "default"},
        }  # fmt: skip
        return await self._dialog(who, "composeExtension/fetchTask", value, GROUP)

    async def thread(self, who: str) -> Said:
        chat = self.chats[who]
        try:
            async with asyncio.timeout(PATIENCE), chat.changed:
                await chat.changed.wait_for(lambda: bool(chat.elsewhere))
        except TimeoutError:
            raise Missed("Nothing was said beneath the shared message in Teams.") from None
        return self._said(*list(chat.elsewhere.items())[-1])

    async def heard(self, who: str) -> Said:
        return self._said(*await self.chats[who].next())

    async def now_reads(self, who: str, said: Said) -> Said:
        """Waits until it reads otherwise."""
        chat = self.chats[who]
        async with chat.changed:
            await chat.changed.wait_for(lambda: self._said(said.place, chat.cards[said.place]) != said)
        return self._said(said.place, chat.cards[said.place])

    async def invoke(self, who: str, name: str, value: dict[str, Any], place: str = "") -> tuple[int, Any]:
        """What the Playground cannot send, as Teams sends it, signed; the status and the answer."""
        self.numbers[0] += 1
        chat = self.chats[who]
        mine = {"id": chat.chat, "conversationType": "personal"}
        where = {"id": place, "conversationType": "groupChat", "isGroup": True} if place else mine
        told = {
            "type": "invoke", "name": name, "id": f"f:{self.numbers[0]}", "channelId": "msteams",
            "serviceUrl": f"{chat.url}/_connector", "value": value, "locale": "en-US",
            "from": {"id": f"29:1{who}", "name": who, "aadObjectId": aad(who)},
            "recipient": {"id": BOT, "name": "Replyby"},
            "conversation": {**where, "tenantId": TENANT}, "channelData": {"tenant": {"id": TENANT}},
        }  # fmt: skip
        return await self.line.hand_on(told)

    async def _answer(self, who: str, before: int) -> Said:
        return self._said(*await self.chats[who].answer(before))

    @staticmethod
    def _said(place: str, message: dict[str, Any]) -> Said:
        content = message["attachments"][0]["content"]
        return from_card(content, place, content)


@asynccontextmanager
async def teams(tools: Tools, folder: Path) -> AsyncIterator[Teams]:
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(signing())
        office = await stack.enter_async_context(served(folder, {**SETTINGS, **line.settings}))
        line.door = office
        chats = {
            who: await stack.enter_async_context(playground(tools, folder, who, line.url)) for who in WHO
        }
        yield Teams(office, line, chats)
        if refused := [f"{one['type']} {status}" for one, status in line.passed if status >= 400]:
            raise Missed(f"Our door refused what the Playground sent: {refused}")
