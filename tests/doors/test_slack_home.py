"""The App Home over Slack: shown when it is opened, turned, and renewed by what is done from it."""

import pytest

from tests.doors.fake_slack import as_json, interactive
from tests.doors.fake_views import texts
from tests.doors.slack_desk import Desk, Front
from tests.doors.slack_interactions import home_opened, pressed_in

REFUSED = {"answer": {"ok": False, "error": "not_enabled"}}


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
async def front(slack, desk, clock):
    front = Front(slack, desk, clock)
    yield front
    desk.gate.set()
    await front.leave()


async def home_of(front):
    answer = await front.send(as_json(home_opened()))
    assert (answer.status_code, answer.content) == (200, b"")
    return front.slack.views.homes["U0DANA"]


async def test_whoever_opens_the_home_sees_it(front, slack, desk):
    home = await home_of(front)
    [ask] = desk.asks
    assert (ask.words, ask.key, ask.by_message) == ("home", None, False), "no inbox keeps residents' names"
    assert texts(home) == "Said\nhome\nAgain"
    assert (home["type"], home["private_metadata"]) == ("home", '{"home": "home 2"}')
    assert slack.posted == []


async def test_the_messages_tab_asks_nothing(front, desk):
    assert (await front.send(as_json(home_opened(tab="messages")))).status_code == 200
    assert desk.asks == []


async def test_a_home_that_fails_is_not_blank(front, slack, desk, caplog):
    desk.instead = "crash"
    assert "Our fault" in texts(await home_of(front))
    desk.instead = "broken"
    home = await home_of(front)
    [told] = [one for one in caplog.records if one.action == "slack_answer"]
    assert told.reference in texts(home)


async def test_a_home_that_slack_does_not_take_is_logged_and_no_more(front, slack, caplog):
    slack.next("views.publish", **REFUSED)
    assert (await front.send(as_json(home_opened()))).status_code == 200
    assert [(one.action, one.error) for one in caplog.records] == [("slack_home", "not_enabled")]
    assert slack.posted == []


async def test_a_slow_home_is_taken_at_once_and_shown_when_it_comes(front, slack, desk):
    desk.gate.clear()
    front.door._patience = 0.0
    assert (await front.send(as_json(home_opened()))).status_code == 200
    assert slack.views.homes == {}
    desk.gate.set()
    await front.settled()
    assert "Said" in texts(slack.views.homes["U0DANA"])


async def test_its_own_buttons_turn_it(front, slack, desk):
    home = await home_of(front)
    answer = await front.send(interactive(pressed_in(home, "home 3")))
    assert (answer.status_code, answer.content) == (200, b"")
    assert texts(slack.views.homes["U0DANA"]) == "Said\nhome 3\nAgain"
    assert desk.asks[-1].key is None
    assert slack.posted == []


async def test_another_button_is_answered_by_a_message_and_the_same_page_is_shown_anew(front, slack, desk):
    home = await home_of(front)
    await front.send(interactive(pressed_in(home, "inquiry answer INQ-1")))
    await front.settled()
    answered, renewed = desk.asks[-2:]
    assert (answered.words, answered.by_message) == ("inquiry answer INQ-1", True)
    assert answered.key.startswith("slack:T0RIVERBEND:U0DANA:")
    assert (renewed.words, renewed.key, renewed.by_message) == ("home 2", None, False)
    assert texts(slack.views.homes["U0DANA"]) == "Said\nhome 2\nAgain"


async def test_a_form_from_the_home_renews_it_when_it_is_sent_and_not_before(front, slack, desk):
    home = await home_of(front)
    await front.send(interactive(pressed_in(home, "ack INQ-7")))
    view = slack.views.last["id"]
    assert len(slack.views.published) == 1
    await front.look(view, "channel", channel="email")
    assert (await front.submit(view))["response_action"] == "errors"
    await front.settled()
    assert len(slack.views.published) == 1
    assert await front.submit(view, subject="A permit") is None
    await front.settled()
    assert len(slack.views.published) == 2
    assert desk.asks[-1].words == "home 2"


@pytest.mark.parametrize("instead", ["crash", "broken"])
async def test_a_home_that_cannot_be_drawn_anew_stays_as_it_is(front, slack, desk, instead):
    home = await home_of(front)
    desk.instead = instead
    await front.send(interactive(pressed_in(home, "inquiry answer INQ-1")))
    await front.settled()
    assert texts(slack.views.homes["U0DANA"]) == "Said\nhome\nAgain"
    # A crash of the press itself is said; an answer that is owed is said by delivery.
    assert ["abcd1234" in one["text"] for one in slack.posted] == ([True] if instead == "crash" else [])


async def test_a_renewal_that_slack_does_not_take_is_logged_and_no_more(front, slack, desk, caplog):
    home = await home_of(front)
    slack.next("views.publish", **REFUSED)
    await front.send(interactive(pressed_in(home, "inquiry answer INQ-1")))
    await front.settled()
    assert [one.action for one in caplog.records] == ["slack_home"]
    assert slack.posted == []
