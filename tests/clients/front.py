"""Slack's side of our door: what it sends, with its signature, and what emulate has of the conversations."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.clients.emulated import APP, SECRET, Emulated
from tests.clients.office import PATIENCE, Missed, Served
from tests.clients.said import Said, field_of
from tests.doors.fake_slack import signed

Json = dict[str, Any]

_FORM = "application/x-www-form-urlencoded"


@dataclass
class Front:
    """One workspace. `users` and `chats` are Slack's ids by handle; everybody is in the `channel`."""

    office: Served
    slack: Emulated
    team: str
    bot: str
    users: dict[str, str]
    chats: dict[str, str]
    channel: str
    numbers: Any = field(default_factory=lambda: count(1))

    async def slash(self, who: str, words: str) -> tuple[int, Json]:
        name, _, text = words.partition(" ")
        number, url = self.slack.response_url()
        told = {
            "command": f"/{name}", "text": text, "team_id": self.team, "team_domain": "riverbend",
            "channel_id": self.chats[who], "channel_name": "directmessage", "user_id": self.users[who],
            "user_name": who, "api_app_id": APP, "response_url": url, "trigger_id": await self.trigger(who),
        }  # fmt: skip
        return number, await self.post(urlencode(told), _FORM)

    async def event(self, who: str, inner: Json) -> None:
        number = next(self.numbers)
        told = {
            "type": "event_callback", "team_id": self.team, "api_app_id": APP, "event_id": f"Ev{number:08}",
            "event_time": int(self.office.now.timestamp()), "is_ext_shared_channel": False,
            "event": {"event_ts": f"{int(self.office.now.timestamp())}.{number:06}", **inner},
            "authorizations": [
                {"enterprise_id": None, "team_id": self.team, "user_id": self.bot, "is_bot": True,
                 "is_enterprise_install": False}
            ],
        }  # fmt: skip
        await self.post(json.dumps(told), "application/json")

    async def interact(self, who: str, said: Said, element: Mapping[str, Any], **more: Any) -> int:
        """Presses an element; the number of the response_url that goes with it."""
        channel, _, ts = said.place.partition("/")
        in_message = channel not in ("home", "ephemeral", "view")
        number, url = self.slack.response_url(channel, ts) if in_message else self.slack.response_url()
        action = {
            **{name: element[name] for name in ("type", "action_id", "value", "text") if name in element},
            "block_id": element.get("block_id", "b1"),
            "action_ts": f"{int(self.office.now.timestamp())}.{number:06}",
        }
        told: Json = {
            "type": "block_actions", "api_app_id": APP, "trigger_id": await self.trigger(who),
            "user": self.user(who),
            "team": {"id": self.team, "domain": "riverbend"}, "enterprise": None,
            "is_enterprise_install": False, "actions": [action], **more,
        }  # fmt: skip
        if channel in ("home", "view"):
            told = {"view": said.raw, "container": {"type": "view", "view_id": said.raw["id"]}, **told}
        else:
            chat = {"id": self.chats[who], "name": "directmessage"}
            container = {
                "type": "message",
                "message_ts": ts,
                "channel_id": chat["id"],
                "is_ephemeral": not in_message,
            }
            told |= {"channel": chat, "container": container, "response_url": url}
            if in_message:
                told["message"] = {
                    "type": "message",
                    "ts": ts,
                    "user": self.bot,
                    "blocks": said.raw["blocks"],
                }
        await self.post(*interactive(told))
        return number

    def user(self, who: str) -> Json:
        return {"id": self.users[who], "username": who, "name": who, "team_id": self.team}

    async def post(self, body: str, kind: str) -> Json:
        """Signs what Slack sends, and posts it. Raises Missed for any answer but 200."""
        headers = {"Content-Type": kind, **signed(body.encode(), self.office.now, secret=SECRET)}
        async with self.office.web.post(
            f"{self.office.url}/slack/events", data=body.encode(), headers=headers
        ) as answer:
            words = await answer.text()
            if answer.status != 200:
                raise Missed(f"Our door answers {answer.status}: {words[:200]}")
            return dict(json.loads(words)) if words else {}

    def filled(self, form: Said, values: dict[str, str]) -> Json:
        """The view as Slack sends it back, with what stands in its fields."""
        stands = {**form.fields, **values}
        state = {
            one["block_id"]: {
                one["element"]["action_id"]: _state(one["element"], stands[field_of(one["block_id"])])
            }
            for one in form.raw["blocks"]
            if one["type"] == "input"
        }
        return {**form.raw, "state": {"values": state}}

    async def history(self, who: str) -> list[Json]:
        """The bot's messages in somebody's chat, the oldest first."""
        told = await self.slack.api("conversations.history", channel=self.chats[who], limit=1000)
        return [one for one in reversed(told["messages"]) if one.get("user") == self.bot]

    async def trigger(self, who: str) -> str:
        made = await self.slack.api("views.generateTriggerId", user_id=self.users[who])
        return str(made["trigger_id"])

    async def responded(self, number: int) -> Json:
        for _ in range(int(PATIENCE / 0.05)):
            if self.slack.responses[number]:
                return self.slack.responses[number][-1]
            await asyncio.sleep(0.05)
        raise Missed("Nothing came to the response_url.")


def interactive(told: Json) -> tuple[str, str]:
    """A press or a submission as it travels."""
    return urlencode({"payload": json.dumps(told)}), _FORM


def _state(element: Json, value: str) -> Json:
    """What stands in a field, as Slack writes it down."""
    match element["type"]:
        case "static_select":
            chosen = next((one for one in element["options"] if one["value"] == value), None)
            return {"type": element["type"], "selected_option": chosen}
        case "datepicker":
            return {"type": element["type"], "selected_date": value or None}
        case "timepicker":
            return {"type": element["type"], "selected_time": value or None}
    return {"type": element["type"], "value": value or None}
