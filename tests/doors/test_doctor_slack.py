"""What the doctor says of Slack: one test a fault."""

import pytest

from bot.doctor import slack
from bot.manifests.slack_scopes import BOT_SCOPES
from tests.doors.doctor_office import calling, fine, given, serving, worst

WELL = {"ok": True, "team_id": "T0RIVERBEND", "user_id": "U0REPLYBY", "bot_id": "B0REPLYBY"}
TOKEN, SECRET = "xoxb-made-up", "0123456789abcdef" * 2


@pytest.fixture
async def server():
    async with serving() as running:
        running.says("/api/auth.test", WELL, X_OAuth_Scopes=",".join(BOT_SCOPES))
        running.says("/api/apps.connections.open", {"ok": True, "url": "wss://nowhere.example"})
        yield running


async def examined(server, **environ):
    settings = given(
        **{
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "REPLYBY_SLACK_API_URL": f"{server.url}/api/",
            **environ,
        }
    )
    async with calling() as caller:
        found = await slack.check(settings, caller)
    said = " ".join(f"{one.says} {one.do}" for one in found)
    assert not any(one in said for one in (TOKEN, SECRET, "xapp-made-up"))
    return found


async def test_a_slack_that_is_well_is_in_order(server):
    found = await examined(server, SLACK_APP_TOKEN="xapp-made-up", REPLYBY_SLACK_TEAMS="T0RIVERBEND")
    assert worst(found) == []
    assert fine(found) == [
        "Slack knows the bot token; it belongs to the workspace T0RIVERBEND.",
        "The token may do what Replyby needs, and no more.",
        "Slack opens a Socket Mode connection for the app-level token.",
    ]
    assert server.asked == [
        ("POST", "/api/auth.test", f"Bearer {TOKEN}"),
        ("POST", "/api/apps.connections.open", "Bearer xapp-made-up"),
    ]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("invalid_auth", "it is not one that Slack has given out"),
        ("account_inactive", "the app was taken out of the workspace"),
        ("token_revoked", "it was revoked"),
        ("something_new", "(something_new)"),
        ("<b>strange</b>", "(no reason)"),
    ],
)
async def test_a_token_that_slack_refuses_is_a_fault_with_its_reason(server, word, says):
    server.says("/api/auth.test", {"ok": False, "error": word})
    (fault,) = worst(await examined(server))
    assert fault.startswith("FAULT slack: Slack refuses the bot token")
    assert says in fault
    assert "set SLACK_BOT_TOKEN" in fault


async def test_scopes_that_are_missing_are_named(server):
    server.says("/api/auth.test", WELL, X_OAuth_Scopes="chat:write,commands, im:history,im:write,users:read")
    (fault,) = worst(await examined(server))
    assert "lacks the scopes app_mentions:read, users:read.email" in fault
    assert "install it again" in fault


async def test_scopes_that_are_too_many_are_to_look_at(server):
    server.says("/api/auth.test", WELL, X_OAuth_Scopes=",".join((*BOT_SCOPES, "channels:history")))
    (one,) = worst(await examined(server))
    assert one.startswith("LOOK slack: The token may do more than Replyby needs: channels:history.")


async def test_scopes_that_slack_does_not_tell_are_to_look_at(server):
    server.says("/api/auth.test", WELL)
    assert worst(await examined(server)) == ["LOOK slack: Slack did not say what the token may do."]


async def test_a_workspace_that_is_not_on_the_list_is_a_fault(server):
    (fault,) = worst(await examined(server, REPLYBY_SLACK_TEAMS="T0OTHER"))
    assert "lists T0OTHER, and the token is of T0RIVERBEND: nobody there is heard. List T0RIVERBEND" in fault
    server.says("/api/auth.test", {**WELL, "enterprise_id": "E0GRID"}, X_OAuth_Scopes=",".join(BOT_SCOPES))
    assert worst(await examined(server, REPLYBY_SLACK_TEAMS="E0GRID")) == []


async def test_a_persons_token_is_a_fault(server):
    server.says("/api/auth.test", {**WELL, "bot_id": None}, X_OAuth_Scopes=",".join(BOT_SCOPES))
    assert "The token is a person's" in worst(await examined(server))[0]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("socket_mode_not_enabled", "Switch Socket Mode on"),
        ("invalid_auth", "Make one with connections:write"),
        ("missing_scope", "Make one with connections:write"),
    ],
)
async def test_an_app_token_that_opens_nothing_is_a_fault(server, word, says):
    server.says("/api/apps.connections.open", {"ok": False, "error": word})
    (fault,) = worst(await examined(server, SLACK_APP_TOKEN="xapp-made-up"))
    assert says in fault


async def test_a_signing_secret_of_another_shape_is_to_look_at(server):
    (one,) = worst(await examined(server, SLACK_SIGNING_SECRET="a-client-secret"))
    assert one.startswith("LOOK slack: SLACK_SIGNING_SECRET does not look like one")


async def test_its_shape_is_looked_at_without_the_network_too():
    settings = given(SLACK_BOT_TOKEN="xoxb-made-up", SLACK_SIGNING_SECRET="a-client-secret")
    (one,) = worst(await slack.check(settings, None))
    assert one.startswith("LOOK slack: SLACK_SIGNING_SECRET does not look like one")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("cut", "cuts the connection"),
        ((502, {}, "<html>bad gateway</html>"), "answers with something else than Slack does (HTTP 502)"),
        ((200, {}, []), "answers with something else than Slack does (HTTP 200)"),
    ],
)
async def test_a_slack_that_cannot_be_asked_is_a_fault(server, answer, says):
    server.answers["/api/auth.test"] = answer
    (fault,) = worst(await examined(server))
    assert f"{says}. Let this machine out" in fault


async def test_a_slack_that_was_asked_too_often_is_asked_again_later(server):
    server.says("/api/auth.test", "slow down", status=429)
    (one,) = worst(await examined(server))
    assert one.startswith("LOOK slack:")
    assert one.endswith("Ask the doctor again in a minute.")


async def test_a_port_where_nobody_listens_is_a_fault():
    async with serving() as gone:
        pass
    (fault,) = worst(await examined(gone))
    assert "refuses the connection. Let this machine out" in fault


async def test_a_token_is_not_sent_where_others_can_read_it(server):
    (fault,) = worst(await examined(server, REPLYBY_SLACK_API_URL="http://slack.example/api/"))
    assert "would carry the token where others can read it" in fault
