"""A Slack door on an ASGI app, with somebody in front of it and a fake Slack behind."""

import asyncio
from datetime import UTC, datetime

import httpx
from jinja2 import DictLoader
from starlette.applications import Starlette
from starlette.routing import Route

from bot.settings import read_settings
from bot.slack import SlackDoor
from bot.voice import Voice
from handlers.asking import Choice, Reply
from tests.doors.fake_slack import (
    BOT_TOKEN,
    SECRET,
    TEAM,
    signed,
)

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 9:00 in Chicago
WORDS = {
    "said.j2": "{% block title %}Said{% endblock %}{% block body %}{{ words }}{% endblock %}",
    "working_on_it.j2": "{% block title %}Working on it{% endblock %}",
    "broken.j2": "{% block body %}{{ nowhere }}{% endblock %}",
    "crash.j2": "{% block title %}Our fault{% endblock %}{% block body %}{{ reference }}{% endblock %}",
    "form.j2": "{% block title %}Log{% endblock %}{% block body %}About {{ about }}{% endblock %}"
    "{% block fields %}Due: {{ due }}{% endblock %}",
    "lacking.j2": "{% block title %}Not yet{% endblock %}{% block body %}{{ what | bold }}{% endblock %}",
}


class Clock:
    def __init__(self):
        self.now = MONDAY

    def __call__(self):
        return self.now


class Listener:
    """Hears everything, and says it back."""

    def __init__(self):
        self.asks = []
        self.template = "said"
        self.gate = asyncio.Event()
        self.gate.set()
        self.turns = 0

    async def __call__(self, ask):
        self.asks.append(ask)
        await self.gate.wait()
        for _ in range(self.turns):
            await asyncio.sleep(0)
        choices = (Choice("Again", ask.words),)
        return Reply(self.template, {"words": ask.words}, choices)


def voice(source, dialect="slack"):
    return Voice(source, dialect, "America/Chicago", "https://replies.example.gov/survey/{}".format)


def no_forms(words):
    """Every command is answered in words, as through the other doors."""


def door_to(slack, hear, clock, known=None, source=None, patience=30.0, opens=no_forms, opening=30.0, **more):
    """A door that opens no form, unless it is told which words open one."""
    environ = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "REPLYBY_SLACK_API_URL": slack.api_url,
        **more,
    }
    source = source or DictLoader(WORDS)
    return SlackDoor(
        read_settings(environ),
        voice(source),
        hear,
        clock,
        known,
        plain=voice(source, "plain"),
        patience=patience,
        opens=opens,
        opening=opening,
    )


class Doorstep:
    """A door on the ASGI app, and somebody in front of it."""

    def __init__(self, door, clock):
        self.door, self.clock = door, clock
        app = Starlette(routes=[Route("/slack/events", door.handle, methods=["POST"])])
        transport = httpx.ASGITransport(app)
        self.client = httpx.AsyncClient(transport=transport, base_url="https://replies.example.gov")

    async def send(self, travelling, **headers):
        body, kind = travelling
        signing = signed(body, self.clock())
        return await self.raw(body, {"Content-Type": kind, **signing, **headers})

    async def raw(self, body, headers):
        return await self.client.post("/slack/events", content=body, headers=headers)


async def impatient(slack, hear, clock, **more):
    """A door that waits for nothing at all."""
    door = door_to(slack, hear, clock, patience=0.0, REPLYBY_SLACK_TEAMS=TEAM, **more)
    return Doorstep(door, clock)
