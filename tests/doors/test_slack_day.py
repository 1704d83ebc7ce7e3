"""A morning in Slack with the demonstration's agency: modals, a shared message, the home, presses."""

import pytest
from sqlmodel import SQLModel, select

from bot.assemble import DEMO
from handlers.forms import opens
from models.agency_file import read_agency
from models.inquiry import Inquiry
from models.outbox import Owed, Sending
from models.seeding import seed
from models.store import Store
from scheduler.delivery import carry
from tests.doors.agency_door import agency_door
from tests.doors.fake_slack import as_json, button, form, interactive, slash
from tests.doors.fake_views import texts
from tests.doors.slack_interactions import home_opened, looked_at, pressed_in, shortcut, submitted


class Morning:
    """Dana in front of Slack."""

    def __init__(self, agency, slack, clock):
        self.agency, self.slack, self.clock, self.pressed = agency, slack, clock, 0

    async def send(self, travelling):
        answer = await self.agency.send(travelling)
        assert answer.status_code == 200
        await self.agency.settled()
        await carry(self.agency.store, {"slack": self.agency.door.sender}, self.clock())
        return answer.json() if answer.content else None

    @property
    def modal(self):
        return self.slack.views.last

    @property
    def home(self):
        return self.slack.views.homes["U0DANA"]

    def fresh(self):
        """Slack's own marks of one press."""
        self.pressed += 1
        return {"trigger_id": f"press.{self.pressed}"}

    async def press(self, view, label):
        rows = [one["elements"] for one in view["blocks"] if one["type"] == "actions"]
        [words] = [one["value"] for row in rows for one in row if one["text"]["text"] == label]
        return await self.send(interactive(pressed_in(view, words, **self.fresh())))

    async def fill(self, look="", **values):
        self.slack.views.fill(self.modal["id"], **values)
        if look:
            assert await self.send(interactive(looked_at(self.modal, look, **self.fresh()))) is None

    async def submit(self, **values):
        await self.fill(**values)
        view = self.modal
        body = await self.send(interactive(submitted(view)))
        self.slack.views.respond(view["id"], body)
        return body

    def rows(self, table):
        with self.agency.store.transaction() as db:
            return list(db.exec(select(table)))


@pytest.fixture
async def dana(slack, clock, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}")
    SQLModel.metadata.create_all(store.engine)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), clock())
    slack.add("U0MARIA", real_name="Maria Lopez")
    async with agency_door(slack, store, clock, opens=opens) as agency:
        yield Morning(agency, slack, clock)
    store.close()


async def test_an_inquiry_is_logged_in_a_modal_with_its_deadlines_seen_before(dana, slack):
    assert await dana.send(form(slash("log"))) is None
    assert dana.modal["title"]["text"] == "Log an inquiry"
    assert "Choose how it came in" in texts(dana.modal)
    await dana.fill(look="channel", channel="call", customer="Jane Doe", subject="A parking permit")
    assert "Mon 2026-03-02" in texts(dana.modal)
    seen = texts(dana.modal)
    await dana.fill(look="received_day", received_day="2026-02-27")
    assert texts(dana.modal) != seen
    body = await dana.submit(customer="", subject="")
    assert set(body["errors"]) == {"customer", "subject"}
    assert all(body["errors"].values())
    assert dana.rows(Inquiry) == []
    assert await dana.submit(customer="Jane Doe", subject="A parking permit", phone="608-555-0133") is None
    [inquiry] = dana.rows(Inquiry)
    assert (inquiry.number, inquiry.customer, inquiry.channel) == ("INQ-1", "Jane Doe", "call")
    [told] = slack.posted
    assert (told["user"], "INQ-1" in told["text"]) == ("U0DANA", True)


async def test_a_shared_message_is_logged_once_and_its_number_stands_in_the_thread(dana, slack):
    shared = shortcut("Can I get a <tel:608-555-0133|608-555-0133> tree permit &amp; a map?")
    await dana.send(interactive(shared))
    values = {name: one["fill"] for name, one in dana.modal["state"]["values"].items()}
    assert values["customer"]["value"] == "Maria Lopez"
    assert values["subject"]["value"] == "Can I get a 608-555-0133 tree permit & a map?"
    assert values["received_time"]["selected_time"] == "08:00"
    assert await dana.submit() is None
    [inquiry] = dana.rows(Inquiry)
    assert inquiry.source == "message:slack:C0GENERAL:1772460000.000100"
    threads = [one for one in slack.posted if one["channel"] == "C0GENERAL"]
    assert [(one["thread_ts"], one["text"]) for one in threads] == [
        ("1772460000.000100", "Logged as *INQ-1*.")
    ]
    await dana.send(interactive(shared | {"trigger_id": "again.1"}))
    assert "This message is logged already, as INQ-1" in texts(dana.modal)
    assert len(dana.rows(Inquiry)) == 1


async def test_a_thread_that_cannot_be_reached_bothers_nobody(dana, slack):
    slack.shut.add("C0GENERAL")
    await dana.send(interactive(shortcut("A permit")))
    assert await dana.submit() is None
    [thread] = [row for row in dana.rows(Owed) if ":thread:" in row.recipient]
    assert thread.state not in (Sending.OWED, Sending.SENDING, Sending.SENT)
    assert {row.template for row in dana.rows(Owed)} == {"inquiry_logged", "logged_in_thread"}
    assert [one["user"] for one in slack.posted] == ["U0DANA"]


async def test_the_home_shows_the_morning_and_what_is_done_from_it(dana, slack):
    await dana.send(as_json(home_opened()))
    assert "Welcome, Dana Whitfield" in texts(dana.home)
    await dana.press(dana.home, "Log an inquiry")
    await dana.fill(look="channel", channel="call")
    assert await dana.submit(customer="Jane Doe", subject="A parking permit") is None
    assert "INQ-1" in texts(dana.home)
    await dana.press(dana.home, "Refresh")
    assert "Jane Doe" in texts(dana.home)


async def test_a_press_beneath_an_answer_opens_a_form_or_takes_its_place(dana, slack):
    await dana.send(form(slash("log call from Jane Doe 608-555-0133 about a permit")))
    press = {"action_id": "say:0", "response_url": slack.response_url}
    await dana.send(interactive(button("inquiry ack INQ-1", **press, **dana.fresh())))
    assert dana.modal["title"]["text"] == "Acknowledge INQ-1"
    assert await dana.submit() is None
    assert "INQ-1 acknowledged" in slack.answered[-1]["text"]
    assert slack.answered[-1]["replace_original"] is True
    assert slack.posted == []
    await dana.send(interactive(button("inquiry show INQ-1", **press, **dana.fresh())))
    assert slack.answered[-1]["replace_original"] is True
    # What is closed meanwhile has no form; the modal says so.
    await dana.send(form(slash("close INQ-1 explained", trigger_id="t.9")))
    await dana.send(interactive(button("inquiry ack INQ-1", **press, **dana.fresh())))
    assert "submit" not in dana.modal
    assert "closed" in texts(dana.modal)


@pytest.mark.parametrize("words", ["away from", "form prefer", "assign INQ-1", "extend INQ-1", "close INQ-1"])
async def test_every_form_is_taken_by_slack_and_redrawn(dana, slack, words):
    await dana.send(form(slash("log call from Jane Doe 608-555-0133 about a permit", trigger_id="t.0")))
    await dana.send(interactive(button(words, **dana.fresh())))
    view = dana.modal
    assert "submit" in view, texts(view)
    redrawing = [one["block_id"] for one in view["blocks"] if one.get("dispatch_action")]
    for name in redrawing:
        await dana.fill(look=name)
    assert len(slack.calls("views.update")) == len(redrawing)
    assert dana.modal["hash"] != view["hash"] or not redrawing
