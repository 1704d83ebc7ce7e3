"""A form whose answer comes too late for Slack: told in the modal, or by message where that is closed."""

import pytest

from bot.slack import modals
from tests.doors.fake_views import texts
from tests.doors.slack_desk import Desk, Front


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
async def hurried(slack, desk, clock, monkeypatch):
    """A front whose Slack waits for nothing."""
    monkeypatch.setattr(modals, "SETTLING_SECONDS", 0)
    front = Front(slack, desk, clock)
    yield front
    desk.gate.set()
    await front.leave()


@pytest.mark.parametrize(
    ("values", "instead", "words"),
    [
        ({"subject": "A permit"}, "", "Said\nClose\nlogged"),
        ({"customer": "nobody"}, "", "*Not yet*\n*No subject &amp; so*\n*Not yet*\n*No way &amp; so*"),
        ({"subject": "A permit"}, "crash", "*Our fault*\nabcd1234"),
    ],
)
async def test_what_comes_too_late_shows_up_in_the_modal(
    slack, desk, clock, hurried, monkeypatch, values, instead, words
):
    view = await hurried.log()
    desk.gate.clear()
    hurried.door._patience = 0.0
    body = await hurried.submit(view, **values)
    assert body["response_action"] == "update"
    assert texts(hurried.view(view)).startswith("Working on it")
    desk.instead = instead
    desk.gate.set()
    await hurried.settled()
    assert words in texts(hurried.view(view))
    assert slack.posted == []
    if "submit" in hurried.view(view):
        fields = {one["block_id"] for one in hurried.view(view)["blocks"] if one["type"] == "input"}
        assert fields == {"channel", "customer", "subject", "day"}
        # What was typed is there once more, though the waiting view had no fields.
        said = hurried.view(view)["state"]["values"]
        assert said["subject"]["fill"]["value"] == values.get("subject")


@pytest.mark.parametrize(
    ("values", "instead", "told"),
    [
        ({"subject": "A permit"}, "", []),
        ({}, "", ["Not yet\n*No subject &amp; so*"]),
        ({"customer": "nobody"}, "", ["Not yet\n*No subject &amp; so*\nNot yet\n*No way &amp; so*"]),
        ({"subject": "A permit"}, "crash", ["Our fault\nabcd1234"]),
    ],
)
async def test_whoever_closed_the_modal_meanwhile_reads_a_late_fault_by_message(
    slack, desk, hurried, values, instead, told
):
    view = await hurried.log()
    desk.gate.clear()
    hurried.door._patience = 0.0
    await hurried.submit(view, **values)
    slack.views.close(view)
    desk.instead = instead
    desk.gate.set()
    await hurried.settled()
    assert [one["text"] for one in slack.posted] == told
