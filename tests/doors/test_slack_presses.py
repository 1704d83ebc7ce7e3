"""A press: beneath an answer the next one takes its place, beneath other words a message answers."""

import pytest

from bot.slack import outward
from tests.doors.fake_slack import TEAM, button, interactive
from tests.doors.slack_desk import Desk, Front
from tests.doors.slack_door import Doorstep, door_to


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
async def front(slack, desk, clock):
    front = Doorstep(door_to(slack, desk, clock, REPLYBY_SLACK_TEAMS=TEAM), clock)
    yield front
    desk.gate.set()
    await front.door.stop()
    await front.client.aclose()


def beneath(slack, words="inquiry show INQ-1", **more):
    """A press beneath an answer."""
    return interactive(button(words, action_id="say:0", **{"response_url": slack.response_url, **more}))


async def test_an_answer_is_replaced_by_the_answer_to_its_button(front, slack, desk):
    answer = await front.send(beneath(slack))
    assert (answer.status_code, answer.content) == (200, b"")
    [said] = slack.answered
    assert (said["text"], said["replace_original"]) == ("Said\ninquiry show INQ-1", True)
    assert [block["type"] for block in said["blocks"]] == ["header", "section", "actions"]
    # Its own buttons replace it in turn.
    assert said["blocks"][-1]["elements"][0]["action_id"] == "say:0"
    assert (desk.asks[0].by_message, slack.posted) == (False, [])


async def test_what_came_by_itself_stays_and_is_answered_by_a_message(front, slack, desk):
    told = button("inquiry show INQ-1", action_id="told:0", response_url=slack.response_url)
    await front.send(interactive(told))
    assert (desk.asks[0].by_message, slack.answered) == (True, [])


async def test_a_fault_leaves_the_answer_with_its_buttons_where_it_is(front, slack, desk):
    desk.instead = "crash"
    await front.send(beneath(slack))
    [said] = slack.answered
    assert (said["replace_original"], said["response_type"]) == (False, "ephemeral")
    assert "abcd1234" in said["text"]


@pytest.mark.parametrize("address", ["https://attacker.example/x", "", None])
async def test_what_cannot_be_replaced_is_said_by_message_and_nowhere_else(front, slack, address):
    await front.send(beneath(slack, response_url=address))
    assert slack.answered == []
    [told] = slack.posted
    assert (told["user"], told["text"]) == ("U0DANA", "Said\ninquiry show INQ-1")
    assert "replace_original" not in told
    assert "response_type" not in told


async def test_a_response_url_that_is_used_up_is_made_up_for_by_message(front, slack, monkeypatch):
    monkeypatch.setattr(outward, "PAUSES", (0, 0))
    slack.next("response_url", status=404)
    await front.send(beneath(slack))
    assert [one["text"] for one in slack.posted] == ["Said\ninquiry show INQ-1"]
    for _ in range(2):
        slack.next("response_url", status=500)
    await front.send(beneath(slack))
    assert (len(slack.answered), len(slack.posted)) == (1, 1)


async def test_a_slow_press_is_taken_at_once_and_replaces_when_it_comes(slack, desk, clock):
    front = Doorstep(door_to(slack, desk, clock, patience=0.0, REPLYBY_SLACK_TEAMS=TEAM), clock)
    desk.gate.clear()
    answer = await front.send(beneath(slack))
    assert (answer.status_code, answer.content, slack.answered) == (200, b"", [])
    desk.gate.set()
    await front.door.stop()
    await front.client.aclose()
    assert [one["text"] for one in slack.answered] == ["Said\ninquiry show INQ-1"]


async def sent_from_beneath(slack, desk, clock, values, **more):
    """A form that was opened from an answer, and what its submission asked."""
    front = Front(slack, desk, clock)
    press = button("ack INQ-7", action_id="say:0", **{"response_url": slack.response_url, **more})
    await front.send(interactive(press))
    view = slack.views.last["id"]
    await front.look(view, "channel", channel="email")
    await front.submit(view)
    assert (slack.answered, slack.posted) == ([], [])
    await front.submit(view, **values)
    await front.settled()
    await front.leave()
    return desk.asks[-1]


async def test_a_form_from_beneath_an_answer_takes_its_place_when_it_is_done(slack, desk, clock):
    ask = await sent_from_beneath(slack, desk, clock, {"subject": "A permit"})
    assert (ask.key, ask.by_message) == ("slack:view:V00000001", False)
    assert [(one["text"], one["replace_original"]) for one in slack.answered] == [("Said\nlogged", True)]
    assert (slack.posted, slack.views.views) == ([], {})


async def test_where_the_answer_cannot_be_replaced_the_form_is_answered_by_message(slack, desk, clock):
    slack.next("response_url", status=404)
    await sent_from_beneath(slack, desk, clock, {"subject": "A permit"})
    assert slack.answered == []
    assert [one["text"] for one in slack.posted] == ["Said\nlogged"]


async def test_an_address_in_a_modal_that_is_not_slacks_is_not_posted_to(slack, desk, clock):
    elsewhere = {"response_url": "https://attacker.example/x"}
    await sent_from_beneath(slack, desk, clock, {"subject": "A permit"}, **elsewhere)
    assert [one["text"] for one in slack.posted] == ["Said\nlogged"]
