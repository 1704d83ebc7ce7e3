"""Somebody who draws and takes forms behind Slack's door, and somebody who fills them in before it."""

import asyncio

from handlers.asking import Choice, Reply
from handlers.form import Field, Filling, Form, Kind, Option, Step
from tests.doors.fake_slack import TEAM, form, interactive, slash
from tests.doors.slack_door import Doorstep, Listener, door_to
from tests.doors.slack_interactions import looked_at, submitted

CHANNELS = (Option("call", "Call"), Option("email", "E-mail"))


def opens(words):
    """Which words open a form: "log", "ack INQ-7"."""
    verb, _, about = words.removeprefix("/inquiry ").partition(" ")
    return Filling(verb, about) if verb in ("log", "ack") else None


class Desk(Listener):
    """Draws and takes forms. `instead`: the template of what it says where there is no form.

    An e-mail is received on another day than a call; a subject is needed; nobody may ask.
    """

    def __init__(self):
        super().__init__()
        self.instead = ""

    async def __call__(self, ask):
        self.asks.append(ask)
        await self.gate.wait()
        for _ in range(self.turns):
            await asyncio.sleep(0)
        filling = ask.filling
        if filling is None or self.instead:
            # What Replyby says when nothing is kept, or what it says of any words.
            facts = {"words": ask.words, "reference": "abcd1234"}
            return Reply(self.instead or self.template, facts, (Choice("Again", ask.words),), again="home 2")
        values = {"channel": "call", "customer": "", "subject": "", "day": "2026-03-02", **filling.values}
        if filling.step is Step.LOOK:
            values["day"] = "2026-03-04" if values["channel"] == "email" else values["day"]
        lacking = {"subject": values["subject"], "": values["customer"] != "nobody"}
        errors = {
            name: Reply("lacking", {"what": f"No {name or 'way'} & so"})
            for name, one in lacking.items()
            if not one
        }
        if filling.step is Step.SUBMIT and not errors:
            return Reply("said", {"words": "logged"})
        fields = (
            Field("channel", "How", Kind.CHOICE, values["channel"], options=CHANNELS, redraws=True),
            Field("customer", "From", value=values["customer"], optional=True),
            Field("subject", "About", Kind.TEXT, values["subject"], optional=True),
            Field("day", "Received on", Kind.DAY, values["day"]),
        )
        form = Form(filling.form, filling.about, "Log", "Log it", fields)
        facts = {"about": filling.about or "nothing", "due": f"two days from {values['day']}"}
        return Reply("form", facts, form=form, errors=errors if filling.step is Step.SUBMIT else {})


class Front(Doorstep):
    """Somebody in front of a modal."""

    def __init__(self, slack, desk, clock, **more):
        super().__init__(door_to(slack, desk, clock, opens=opens, REPLYBY_SLACK_TEAMS=TEAM, **more), clock)
        self.slack = slack

    async def log(self):
        assert (await self.send(form(slash("log")))).status_code == 200
        return self.slack.views.last["id"]

    def view(self, view_id):
        return self.slack.views.views[view_id]

    async def look(self, view_id, field, **values):
        self.slack.views.fill(view_id, **values)
        answer = await self.send(interactive(looked_at(self.view(view_id), field)))
        assert (answer.status_code, answer.content) == (200, b"")

    async def submit(self, view_id, **values):
        self.slack.views.fill(view_id, **values)
        answer = await self.send(interactive(submitted(self.view(view_id))))
        assert answer.status_code == 200
        body = answer.json() if answer.content else None
        self.slack.views.respond(view_id, body)
        return body

    async def settled(self):
        while running := tuple(self.door._routes.running):
            await asyncio.gather(*running)

    async def leave(self):
        await self.door.stop()
        await self.client.aclose()
