"""The Microsoft 365 Agents Playground: one person's own Teams, over its HTTP and WebSocket interface."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from models.agency_file import StaffEntry
from tests.clients.office import PATIENCE, Missed, people
from tests.clients.processes import free_port, running
from tests.clients.tools import HERE, Tools
from tests.doors.fake_teams import APP, BOT, TENANT

Json = dict[str, Any]

GROUP = "19:front-desk"


def aad(handle: str) -> str:
    """A member's account in the tenant, made up."""
    number = sorted(people()).index(handle) + 1
    return f"d0d0d0d0-0000-0000-0000-{number:012}"


def _member(one: StaffEntry) -> Json:
    first, _, last = one.name.partition(" ")
    return {
        "id": f"29:1{one.handle}", "name": one.name,
        "userPrincipleName": one.email,  # as the Playground spells it
        "aadObjectId": aad(one.handle), "givenName": first, "surname": last, "email": one.email,
    }  # fmt: skip


def _config(handle: str) -> Json:
    """The tenant as this person sees it; everybody else is in it too."""
    others = [_member(one) for name, one in people().items() if name != handle]
    return {
        "version": "0.1.1", "tenantId": TENANT, "bot": {"id": BOT, "name": "Replyby"},
        "currentUser": _member(people()[handle]), "users": others,
        "personalChat": {"id": f"a:1personal-{handle}"},
        "groupChat": {"id": GROUP, "name": "Front desk"},
        "team": {"id": "19:permits", "name": "Permits", "aadGroupId": "00000000-0000-0000-0000-000000000031",
                 "channels": [{"id": "19:counter", "name": "Counter"}]},
    }  # fmt: skip


@dataclass
class Playground:
    """`handle`'s chat with the bot. `cards`: each message by its id, as it reads now, in the order of coming.

    `elsewhere`: the same of what is said in a group.
    """

    handle: str
    url: str
    web: aiohttp.ClientSession = field(repr=False)
    cards: dict[str, Json] = field(default_factory=dict)
    elsewhere: dict[str, Json] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    seen: set[int] = field(default_factory=set)

    @property
    def chat(self) -> str:
        return f"a:1personal-{self.handle}"

    async def post(self, path: str, **body: Any) -> Any:
        """Raises Missed when the Playground does not take it."""
        async with self.web.post(f"{self.url}{path}", json=body) as answer:
            words = await answer.text()
            if answer.status >= 300:
                raise Missed(f"The Playground answers {answer.status} to {path}: {words[:300]}")
        return json.loads(words) if words else None

    async def install(self) -> None:
        await self.post(f"/_debug/conversation/{self.chat}/installation")

    async def say(self, words: str) -> None:
        who = {"id": f"29:1{self.handle}"}
        path = f"/_conversation/v1/conversations/{self.chat}/messages"
        await self.post(path, **{"from": who, "text": words, "textFormat": "plain"})

    async def submit(self, message: str, value: Json) -> None:
        """A button with Action.Submit."""
        who = {"id": f"29:1{self.handle}"}
        told = {"conversation": {"id": self.chat}, "from": who, "replyToId": message, "value": value}
        await self.post("/_conversation/v1/submit", **told)

    async def execute(self, message: str, action: Json) -> Json:
        """A button with Action.Execute; the card that comes back takes the place of the message."""
        who = {"id": f"29:1{self.handle}"}
        value = {"action": action, "trigger": "manual"}
        invoked = {"name": "adaptiveCard/action", "replyToId": message, "value": value}
        answer = await self.post(
            "/_conversation/v1/invoke", **{"conversation": {"id": self.chat}, "from": who, **invoked}
        )
        return dict(answer or {})

    async def next(self) -> tuple[str, Json]:
        """The next message that was not looked at yet, with its id. Raises Missed."""
        return await self._wait(0)

    async def answer(self, before: int) -> tuple[str, Json]:
        """The first message after so many. Raises Missed."""
        return await self._wait(before)

    async def _wait(self, first: int) -> tuple[str, Json]:
        def unseen() -> int | None:
            return next((at for at in range(first, len(self.cards)) if at not in self.seen), None)

        try:
            async with asyncio.timeout(PATIENCE), self.changed:
                await self.changed.wait_for(lambda: unseen() is not None)
        except TimeoutError:
            raise Missed(f"Nothing was said to {self.handle} in Teams.") from None
        at = unseen()
        assert at is not None
        self.seen.add(at)
        return list(self.cards.items())[at]

    async def listen(self, stream: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in stream:
            told = json.loads(frame.data)
            message = told.get("message") or {}
            if told.get("action") in ("createMessage", "updateMessage") and message.get("attachments"):
                async with self.changed:
                    held = self.cards if told.get("actionConversationId") == self.chat else self.elsewhere
                    held[message["messageId"]] = message
                    self.changed.notify_all()


@asynccontextmanager
async def playground(tools: Tools, folder: Path, handle: str, bot: str) -> AsyncIterator[Playground]:
    """Starts it for this person; what they say goes to the address `bot`."""
    folder.mkdir(parents=True, exist_ok=True)
    port, config = free_port(), folder / f"{handle}.yml"
    config.write_text(json.dumps(_config(handle)))  # JSON is YAML too
    cli = tools.modules / "@microsoft" / "m365agentsplayground" / "cli.js"
    command = [
        str(tools.node), "--require", str(HERE / "loopback.cjs"), str(cli), "start", "--disable-telemetry",
        "-p", str(port), "-c", "msteams", "--service-url", f"http://127.0.0.1:{port}/_connector",
    ]  # fmt: skip
    environ = tools.environ(
        TEAMSAPPTESTER_BROWSER="none",
        BOT_ENDPOINT=bot,
        M365_AGENTS_PLAYGROUND_CONFIG_PATH=str(config),
        M365_AGENTS_PLAYGROUND_LOGFILE=str(folder / f"{handle}.playground.log"),
    )
    url = f"http://127.0.0.1:{port}"
    name = f"{handle}’s Playground"
    async with (
        running(name, command, folder / f"{handle}.log", environ, f"{url}/_debug/ping"),
        aiohttp.ClientSession() as web,
    ):
        async with web.get(f"{url}/_internal/v1/config") as answer:
            assert (await answer.json())["config"]["bot"]["id"] == BOT
        async with web.ws_connect(f"{url}/_ws_conversation/v1/conversations/stream") as stream:
            one = Playground(handle, url, web)
            listening = asyncio.create_task(one.listen(stream))
            try:
                yield one
            finally:
                listening.cancel()


SETTINGS = {"MicrosoftAppId": APP, "MicrosoftAppTenantId": TENANT, "MicrosoftAppType": "UserAssignedMSI"}
