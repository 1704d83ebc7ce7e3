"""The day in Slack: our own signed requests in front of the door, and emulate's conversations behind it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.clients.emulated import APP, SECRET, TOKEN, emulated
from tests.clients.front import Front, Json, interactive
from tests.clients.office import PATIENCE, Missed, people, served
from tests.clients.said import Said, field_of, from_blocks
from tests.clients.tools import Tools


@dataclass
class Slack(Front):
    """The client of tests/clients/day.py. `shared`: the last shared message; `opened`: each form's press."""

    shared: str = ""
    door: str = "Slack"
    seen: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    opened: dict[str, tuple[int, str]] = field(default_factory=dict)

    async def home(self, who: str) -> Said:
        """What App Home shows when it is opened."""
        user = self.users[who]
        before = self.slack.homes.pop(user, None)
        await self.event(
            who, {"type": "app_home_opened", "user": user, "channel": self.chats[who], "tab": "home"}
        )
        for _ in range(int(PATIENCE / 0.05)):
            if user in self.slack.homes:
                view = self.slack.homes[user]
                return from_blocks(view["blocks"], f"home/{user}", view)
            await asyncio.sleep(0.05)
        raise Missed(f"No home was shown to {who}; before: {before is not None}")

    arrive = home

    async def shares(self, who: str, words: str) -> Said:
        """The shortcut on a message that Kim wrote in a channel."""
        known = set(self.slack.views)
        posted = await self.slack.api("chat.postMessage", channel=self.channel, text=words)
        self.shared = str(posted["ts"])
        message = {
            "type": "message",
            "user": self.users["kim"],
            "text": words,
            "ts": self.shared,
            "team": self.team,
        }
        _, url = self.slack.response_url()
        told = {
            "type": "message_action", "callback_id": "log_inquiry", "api_app_id": APP, "response_url": url,
            "trigger_id": await self.trigger(who), "user": self.user(who), "message_ts": self.shared,
            "action_ts": f"{self.office.now.timestamp():.6f}", "is_enterprise_install": False,
            "enterprise": None, "team": {"id": self.team, "domain": "riverbend"}, "message": message,
            "channel": {"id": self.channel, "name": "general"},
        }  # fmt: skip
        await self.post(*interactive(told))
        return await self._viewed(lambda view: view["type"] == "modal" and view["id"] not in known)

    async def thread(self, who: str) -> Said:
        """What conversations.replies has beneath the shared message."""
        for _ in range(int(PATIENCE / 0.1)):
            told = await self.slack.api("conversations.replies", channel=self.channel, ts=self.shared)
            if len(told["messages"]) > 1:
                message = told["messages"][-1]
                return from_blocks(message["blocks"], f"{self.channel}/{message['ts']}", message)
            await asyncio.sleep(0.1)
        raise Missed("Nothing was said beneath the shared message in Slack.")

    async def say(self, who: str, words: str) -> Said:
        escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        stamp = f"{int(self.office.now.timestamp())}.{next(self.numbers):06}"
        message = {"type": "message", "channel": self.chats[who], "channel_type": "im", "text": escaped}
        before = len(await self.history(who))
        await self.event(who, {**message, "user": self.users[who], "team": self.team, "ts": stamp})
        return await self._answered(who, 0, "", before)

    async def command(self, who: str, words: str) -> Said:
        """A slash command; its answer stands in the response, for the speaker alone."""
        number, answer = await self.slash(who, words)
        message = answer if answer else await self.responded(number)
        return from_blocks(message["blocks"], f"ephemeral/{number}", message)

    async def press(self, who: str, said: Said, label: str) -> Said:
        before = len(await self.history(who))
        number = await self.interact(who, said, said.button(label).raw)
        return await self._answered(who, number, said.place, before)

    async def _answered(self, who: str, number: int, place: str, before: int) -> Said:
        """What came to the response_url, or as a message of its own; `before`: how many there were."""
        for _ in range(int(PATIENCE / 0.05)):
            if self.slack.responses.get(number):
                message = self.slack.responses[number].pop()
                return from_blocks(message["blocks"], place, message)
            if (said := await self._unseen(who, before)) is not None:
                return said
            await asyncio.sleep(0.05)
        raise Missed(f"Nothing answers {who} in Slack.")

    async def opens(self, who: str, said: Said | None, words: str) -> Said:
        """A modal, by a button of a message or the home; words: what stands on it. Else by a command."""
        known = set(self.slack.views)
        if said is None:
            number, place = (await self.slash(who, words))[0], ""
        else:
            number, place = await self.interact(who, said, said.button(words).raw), said.place
        form = await self._viewed(lambda view: view["type"] == "modal" and view["id"] not in known)
        self.opened[form.raw["id"]] = number, place
        return form

    async def looks(self, who: str, form: Said, values: dict[str, str]) -> Said:
        """Changes a field that asks for a new preview."""
        before = form.raw
        block = next(one for one in before["blocks"] if one.get("dispatch_action"))
        element = {**block["element"], "block_id": block["block_id"]}
        await self.interact(who, form, element, view=self.filled(form, values))
        return await self._viewed(lambda view: view["id"] == before["id"] and view["hash"] != before["hash"])

    async def submits(self, who: str, form: Said, values: dict[str, str]) -> Said:
        """The faults, or what is said then: where the message stood that opened it, or in the chat."""
        before, (number, place) = len(await self.history(who)), self.opened.get(form.raw["id"], (0, ""))
        told: Json = {
            "type": "view_submission", "api_app_id": APP, "trigger_id": await self.trigger(who),
            "user": self.user(who), "team": {"id": self.team, "domain": "riverbend"}, "enterprise": None,
            "is_enterprise_install": False, "view": self.filled(form, values), "response_urls": [],
        }  # fmt: skip
        answer = await self.post(*interactive(told))
        if answer.get("response_action") == "errors":
            faults = {field_of(block): words for block, words in answer["errors"].items()}
            return replace(form, fields={**form.fields, **values}, faults=faults)
        if answer.get("response_action") == "update":
            raise Missed(f"The modal says: {from_blocks(answer['view']['blocks']).text}")
        return await self._answered(who, number, place, before)

    async def _viewed(self, wanted: Callable[[Json], bool]) -> Said:
        """Waits for such a view. Raises Missed."""
        for _ in range(int(PATIENCE / 0.05)):
            for view in reversed(self.slack.views.values()):
                if wanted(view):
                    return from_blocks(view["blocks"], f"view/{view['id']}", view)
            await asyncio.sleep(0.05)
        raise Missed("No such view was shown in Slack.")

    async def heard(self, who: str) -> Said:
        """The next message of the chat, by conversations.history."""
        for _ in range(int(PATIENCE / 0.1)):
            if (said := await self._unseen(who, 0)) is not None:
                return said
            await asyncio.sleep(0.1)
        raise Missed(f"Nothing was said to {who} in Slack.")

    async def _unseen(self, who: str, first: int) -> Said | None:
        """The first message from that number on that was not looked at yet."""
        told = await self.history(who)
        for at in range(first, len(told)):
            if at not in self.seen[who]:
                self.seen[who].add(at)
                return self._said(who, told[at])
        return None

    async def now_reads(self, who: str, said: Said) -> Said:
        """Waits until it reads otherwise."""
        ts = said.place.partition("/")[2]
        for _ in range(int(PATIENCE / 0.1)):
            for message in await self.history(who):
                if message["ts"] == ts and self._said(who, message) != said:
                    return self._said(who, message)
            await asyncio.sleep(0.1)
        raise Missed("The message reads as it did.")

    def _said(self, who: str, message: Json) -> Said:
        return from_blocks(message["blocks"], f"{self.chats[who]}/{message['ts']}", message)


@asynccontextmanager
async def slack(tools: Tools, folder: Path) -> AsyncIterator[Slack]:
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(emulated(tools, folder))
        told = await line.api("auth.test")
        listed = await line.api("users.list")
        ids = {one["name"]: one["id"] for one in listed["members"]}
        users = {handle: ids[handle] for handle in people()}
        chats = {
            handle: (await line.api("conversations.open", users=user))["channel"]["id"]
            for handle, user in users.items()
        }
        settings = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "REPLYBY_SLACK_API_URL": f"{line.address}/api/",
        }
        office = await stack.enter_async_context(served(folder, settings))
        rooms = {one["name"]: one["id"] for one in (await line.api("conversations.list"))["channels"]}
        yield Slack(office, line, told["team_id"], told["user_id"], users, chats, rooms["general"])
        if refused := sorted({f"{method}: {error}" for method, error in line.calls if error}):
            raise Missed(f"emulate refused what our door asked: {refused}")
