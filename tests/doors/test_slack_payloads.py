"""What a Slack payload asks, who speaks, and from where."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.asked import Place, asked_of
from bot.slack.payloads import Standing, check_shape, standing
from bot.slack.shapes import Malformed
from bot.slack.words import words
from handlers.asking import Ask
from models.staff import Address
from tests.doors.fake_slack import BOT_USER, TEAM, button, direct_message, event, mention, slash
from tests.doors.slack_interactions import home_opened, pressed_in, shortcut, submitted

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # Monday
DANA = Address("slack", TEAM, "U0DANA")


def ask_of(payload, now, bot=None):
    asked = asked_of(payload, now, bot)
    return asked and asked.ask


def test_a_slash_command_says_its_command_and_its_text():
    asked = ask_of(slash("log call from Jane Doe about a permit"), NOW)
    key = "slack:13345224609.738474920.8088930838d88f008e0"
    assert asked == Ask(DANA, "/inquiry log call from Jane Doe about a permit", NOW, key=key)


def test_a_slash_command_without_text_says_its_command_alone():
    assert ask_of(slash("", command="/desk"), NOW).words == "/desk"


def test_a_direct_message_is_answered_by_a_message():
    assert ask_of(direct_message("what is due?"), NOW) == Ask(
        DANA, "what is due?", NOW, key="slack:Ev0PV52K25", by_message=True
    )


def test_a_mention_in_a_channel_is_heard_without_our_own_name():
    asked = ask_of(mention(f"<@{BOT_USER}> <@{BOT_USER}|replyby>: inquiry mine"), NOW)
    assert (asked.words, asked.by_message) == ("inquiry mine", True)


def test_our_name_is_known_without_authorizations_once_slack_has_told_us():
    payload = {**mention(f"<@{BOT_USER}> inquiry mine"), "authorizations": []}
    assert ask_of(payload, NOW, BOT_USER).words == "inquiry mine"
    assert ask_of(payload, NOW).words == f"@{BOT_USER} inquiry mine"


def test_somebody_elses_name_at_the_start_stays():
    assert (
        ask_of(mention(f"<@U0LEE> asked <@{BOT_USER}> for help"), NOW).words
        == f"@U0LEE asked @{BOT_USER} for help"
    )


def test_a_button_says_its_words():
    key = f"slack:{TEAM}:U0DANA:1772460001.000300:"
    beneath = asked_of(button("/inquiry show INQ-1", action_id="say:3"), NOW)
    assert beneath.ask == Ask(DANA, "/inquiry show INQ-1", NOW, key=f"{key}say:3")
    assert beneath.place is Place.ORIGINAL
    told = asked_of(button("/inquiry show INQ-1", action_id="told:3"), NOW)
    assert told.ask == Ask(DANA, "/inquiry show INQ-1", NOW, key=f"{key}told:3", by_message=True)
    assert told.place is Place.MESSAGE


def test_a_message_with_a_file_is_still_a_persons_message():
    assert (
        ask_of(direct_message("log letter from Jane", subtype="file_share"), NOW).words
        == "log letter from Jane"
    )


@pytest.mark.parametrize(
    "payload",
    [
        direct_message("x", bot_id="B0OTHER"),
        direct_message("x", user=BOT_USER),
        direct_message("x", user="USLACKBOT"),
        direct_message("x", subtype="message_changed"),
        direct_message("x", subtype="message_deleted"),
        direct_message("x", subtype="bot_message"),
        direct_message("x", channel_type="channel"),
        direct_message("x", channel_type="mpim"),
        direct_message("x", user=None),
        mention("x", edited={"user": "U0DANA", "ts": "1"}),
        mention("x", bot_id="B0OTHER"),
        event({"type": "app_home_opened", "user": "U0DANA"}),
        home_opened(tab="messages"),
        button("x", action_id="link-1"),
        submitted({"id": "V1", "type": "modal", "callback_id": "notice"}),
        pressed_in({"id": "V1", "type": "modal"}, "x") | {"actions": [{"action_id": "fill"}]},
        {"type": "shortcut", "callback_id": "x"},
        {**shortcut("x"), "callback_id": "x"},
    ],
)
def test_what_asks_nothing_is_left_alone(payload):
    assert ask_of(payload, NOW) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a &amp; b &lt;c&gt; &amp;lt;", "a & b <c> &lt;"),
        ("from <mailto:jane@example.com|jane@example.com> about", "from jane@example.com about"),
        ("<mailto:jane@example.com|write me>", "jane@example.com"),
        ("<tel:6085550133|608-555-0133>", "608-555-0133"),
        ("<tel:608-555-0133>", "608-555-0133"),
        ("assign INQ-1 to <@U0LEE|lee>", "assign INQ-1 to @U0LEE"),
        ("assign INQ-1 to <@U0LEE>", "assign INQ-1 to @U0LEE"),
        ("see <#C0PERMITS|permits> and <#C0X>", "see #permits and #C0X"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<!here> <!subteam^S0HR|@hr> <!subteam^S0HR> <!channel|channel>", "@here @hr @S0HR channel"),
        ("<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"),
        ("ack INQ-1 by Thu “we’re on it”", "ack INQ-1 by Thu “we’re on it”"),
        ("received\u00a08:40\u202fAM ", "received 8:40 AM"),
        ("a\x00b\x1fc\ud800d\ne", "abcd\ne"),
        ("&lt;@U0LEE&gt;", "<@U0LEE>"),
    ],
)
def test_words_are_read_as_they_were_meant(written, meant):
    assert words(written) == meant


@given(st.text())
def test_words_can_always_be_stored(written):
    said = words(written)
    assert said.encode() is not None
    assert "\x00" not in said


def edited(payload, path, value):
    changed = deepcopy(payload)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("payload", "path", "value"),
    [
        (slash("x"), ("user_id",), "U1:evil"),
        (slash("x"), ("user_id",), None),
        (slash("x"), ("trigger_id",), ""),
        (slash("x"), ("trigger_id",), "a b"),
        (slash("x"), ("trigger_id",), "x" * 300),
        (direct_message("x"), ("event_id",), None),
        (direct_message("x"), ("event", "user"), 5),
        (direct_message("x"), ("event", "text"), ["x"]),
        (direct_message("x"), ("authorizations",), [None]),
        (direct_message("x"), ("event",), []),
        (button("x"), ("actions",), {"0": 1}),
        (button("x"), ("actions", 0, "value"), None),
        (button("x"), ("actions", 0, "action_ts"), 17),
        (button("x"), ("user",), []),
        (button("x"), ("user", "id"), "somebody"),
        (button("x"), ("view",), "V1"),
        (button("x"), ("response_url",), 5),
        (button("x"), ("trigger_id",), ["x"]),
    ],
)
def test_what_is_not_shaped_as_slack_shapes_it_is_malformed(payload, path, value):
    with pytest.raises(Malformed):
        ask_of(edited(payload, path, value), NOW)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback"},
        {"type": "event_callback", "event": {"type": 5}},
        {"type": "event_callback", "event": []},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{}]},
        {"type": "block_actions"},
        {"type": ["x"]},
        {"command": 5},
        {"type": "view_submission"},
        {"type": "view_submission", "view": "callback_id"},
        {"type": "view_closed", "view": {"type": "modal", "callback_id": 5}},
        {"type": "view_submission", "view": {"callback_id": "form"}},
        {"type": "message_action", "callback_id": ["x"]},
        {"type": "shortcut"},
    ],
)
def test_what_bolt_would_stumble_over_is_malformed(payload):
    with pytest.raises(Malformed):
        check_shape(payload)


@pytest.mark.parametrize("payload", [slash("x"), direct_message("x"), mention("x"), button("x")])
def test_only_allowed_workspaces_are_ours(payload):
    check_shape(payload)
    assert standing(payload, {TEAM}) is Standing.OURS
    assert standing(payload, {"T0OTHER"}) is Standing.ELSEWHERE
    assert standing(payload, set()) is Standing.ELSEWHERE


def test_an_organisation_may_speak_for_its_workspaces():
    inside = slash("x", enterprise_id="E0COUNTY")
    assert standing(inside, {"E0COUNTY"}) is Standing.OURS
    assert standing(inside, {"E0OTHER"}) is Standing.ELSEWHERE


def test_a_button_of_an_app_of_the_whole_organisation_names_its_workspace_with_the_user():
    payload = button("x", team=None, enterprise={"id": "E0COUNTY", "name": "County"})
    assert standing(payload, {TEAM, "E0COUNTY"}) is Standing.OURS
    assert ask_of(payload, NOW).speaker == DANA
    # The user's own word for a workspace is not enough: it may be a visitor's.
    assert standing(payload, {"E0COUNTY"}) is Standing.ELSEWHERE


@pytest.mark.parametrize(
    "payload",
    [
        direct_message("x", user_team="T0OTHER"),
        direct_message("x", source_team="T0OTHER"),
        direct_message("x", team="E0OTHER"),
        mention("x", user_team="T0OTHER"),
        {**button("x"), "user": {"id": "U0DANA", "team_id": "T0OTHER"}},
    ],
)
def test_somebody_of_another_workspace_in_a_shared_channel_is_a_visitor(payload):
    assert standing(payload, {TEAM}) is Standing.VISITOR


def test_a_member_of_our_own_organisation_is_no_visitor():
    payload = edited(
        direct_message("x", user_team="E0COUNTY"), ("authorizations", 0, "enterprise_id"), "E0COUNTY"
    )
    assert standing(payload, {TEAM}) is Standing.OURS
