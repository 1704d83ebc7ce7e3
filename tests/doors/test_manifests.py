"""What Slack and Teams are told of the app: within their limits, from our own table, the same each time.

`make test-clients` holds Teams' manifest against Microsoft's own schema.
"""

import ast
import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from bot.front_page import FRONT_PAGE
from bot.manifests import teams
from bot.manifests.picture import ACCENT, full_colour, outline
from bot.manifests.reaching import why_unreachable
from bot.manifests.slack import nouns, slack_manifest, where_to_paste
from bot.manifests.slack_scopes import BOT_EVENTS, BOT_SCOPES
from bot.manifests.teams import Label, package, teams_manifest
from bot.settings import read_settings
from handlers.commands import COMMANDS, find

HERE = Path(__file__).parent.parent.parent
PUBLIC = {"REPLYBY_PUBLIC_URL": "https://replies.example.gov"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
BOT = "7C9E6679-7425-40DE-944B-E07FC1F90AE7"
TEAMS = {**PUBLIC, "MicrosoftAppId": BOT, "MicrosoftAppTenantId": "t", "MicrosoftAppPassword": "p"}


def slack(environ, *args, **options):
    return slack_manifest(read_settings(environ), *args, **options)


def teams_of(environ=None, version="0.1.0", **label):
    return teams_manifest(read_settings({**TEAMS, **(environ or {})}), Label(**label), version)


def pixels(png):
    """The rows of an RGBA picture, each pixel as (red, green, blue, opacity). Raises AssertionError."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        name, said = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(name + said),)
        chunks[name] = said
        at += 12 + size
    wide, high, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 6, 0, 0, 0]
    rows = zlib.decompress(chunks[b"IDAT"])
    assert len(rows) == high * (4 * wide + 1)
    lines = [rows[n * (4 * wide + 1) : (n + 1) * (4 * wide + 1)] for n in range(high)]
    assert {one[0] for one in lines} == {0}
    return [[tuple(one[1 + 4 * n : 5 + 4 * n]) for n in range(wide)] for one in lines]


# Slack


def test_socket_mode_is_chosen_by_its_token_and_names_no_address():
    told = slack({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    assert told["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(told)


def test_requests_go_to_the_public_address():
    told = slack({**SLACK, **PUBLIC})
    here = "https://replies.example.gov/slack/events"
    assert told["settings"]["socket_mode_enabled"] is False
    assert told["settings"]["event_subscriptions"]["request_url"] == here
    assert told["settings"]["interactivity"] == {"is_enabled": True, "request_url": here}
    assert [one["url"] for one in told["features"]["slash_commands"]] == [here] * 3


def test_before_there_is_any_token_the_way_may_be_said():
    assert slack({}, socket=True)["settings"]["socket_mode_enabled"] is True
    both = {**PUBLIC, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert slack(both, socket=False)["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (None, "this machine’s own"),
        ("http://localhost:8000", "this machine’s own"),
        ("https://[::1]", "this machine’s own"),
        ("https://10.0.0.7", "private network"),
        ("https://192.168.1.2:8443", "private network"),
        ("http://replies.example.gov", "https://"),
    ],
)
def test_an_address_that_slack_cannot_call_is_refused_in_a_sentence(address, why):
    with pytest.raises(ValueError, match=re.escape(why)) as refused:
        slack({**SLACK, **({"REPLYBY_PUBLIC_URL": address} if address else {})})
    assert "REPLYBY_PUBLIC_URL" in str(refused.value)
    assert "--socket" in str(refused.value)


@pytest.mark.parametrize(
    "address", ["https://replies.example.gov", "https://93.184.215.14", "https://a.b:8443/x"]
)
def test_an_address_that_the_world_could_call_passes(address):
    assert why_unreachable(address) is None


def test_the_app_asks_for_what_is_named_and_no_more():
    told = slack({}, socket=True)
    assert told["oauth_config"] == {"scopes": {"bot": list(BOT_SCOPES)}}
    assert told["settings"]["event_subscriptions"]["bot_events"] == list(BOT_EVENTS)
    assert not [one for one in BOT_SCOPES if re.match(r"(channels|groups|mpim|files|admin|search)[:.]", one)]
    assert not {"chat:write.public", "chat:write.customize"} & set(BOT_SCOPES)


# Which scopes each method of Slack's needs (none: it needs a token only).
NEEDS = {
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"im:history"},
    "conversations_open": {"im:write"},
    # A thread that may not be read is not looked at: the number in it is not said twice.
    "conversations_replies": set(),
    "users_info": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
EVENTS_NEED = {"app_home_opened": set(), "app_mention": {"app_mentions:read"}, "message.im": {"im:history"}}


def test_each_scope_serves_a_method_that_is_called_or_an_event_and_none_is_missing():
    called = set()
    for path in (HERE / "bot" / "slack").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and re.match(
                r"(auth|chat|conversations|users|views|reactions|files|team|bots)_", node.attr
            ):
                called.add(node.attr)
    assert called <= NEEDS.keys(), f"say in NEEDS which scopes {called - NEEDS.keys()} asks for"
    needed = {"commands"}.union(*(NEEDS[one] for one in called), *(EVENTS_NEED[one] for one in BOT_EVENTS))
    assert needed == set(BOT_SCOPES)


def test_the_slash_commands_are_those_of_the_table_and_mentions_come_with_ids():
    told = slack({}, socket=True)["features"]["slash_commands"]
    assert [one["command"] for one in told] == ["/inquiry", "/away", "/desk"]
    assert [f"/{noun}" for noun in nouns()] == [one["command"] for one in told]
    assert all(one["should_escape"] is True for one in told)
    for one in told:
        hint = set(re.findall(r"[\w-]+", one["usage_hint"]))
        verbs = {c.verb.split()[0] for c in COMMANDS if f"/{c.noun}" == one["command"] and c.verb}
        assert hint == verbs | {"help"}


def test_home_and_messages_are_open_for_writing():
    assert slack({}, socket=True)["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_slacks_limits_are_kept():
    told = slack({}, "N" * 35, socket=True)
    shown, features = told["display_information"], told["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9A-F]{6}", shown["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    for one in features["shortcuts"]:
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150
        assert one["type"] == "message"
        assert one["callback_id"] == "log_inquiry"
    for one in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z]{1,31}", one["command"])
        assert 0 < len(one["description"]) <= 2000
        assert 0 < len(one["usage_hint"]) <= 1000


@pytest.mark.parametrize("name", ["", "  ", "N" * 36])
def test_a_name_that_slack_does_not_take_is_refused(name):
    with pytest.raises(ValueError, match="1 to 35 characters"):
        slack({}, name, socket=True)


@pytest.mark.parametrize(
    ("teams_allowed", "whole"), [("", False), ("T0123ABCD", False), ("T1,E0123ABCD", True)]
)
def test_an_organisation_among_those_allowed_installs_for_all_of_it(teams_allowed, whole):
    told = slack({"REPLYBY_SLACK_TEAMS": teams_allowed}, socket=True)["settings"]
    assert told["org_deploy_enabled"] is whole
    assert told["token_rotation_enabled"] is False


def test_govslack_has_its_own_page():
    assert where_to_paste(read_settings({})) == "https://api.slack.com/apps"
    government = read_settings({"REPLYBY_SLACK_API_URL": "https://slack-gov.com/api/"})
    assert where_to_paste(government) == "https://api.slack-gov.com/apps"


# Teams


def test_teams_limits_are_kept():
    told = teams_of(name="N" * 30, publisher="P" * 32)
    assert told["manifestVersion"] == "1.19"
    assert told["$schema"].endswith("/teams/v1.19/MicrosoftTeams.schema.json")
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"])
    assert len(told["developer"]["name"]) <= 32
    assert all(
        told["developer"][one].startswith("https://") for one in ("websiteUrl", "privacyUrl", "termsOfUseUrl")
    )
    assert len(told["name"]["short"]) <= 30
    assert len(told["name"]["full"]) <= 100
    assert len(told["description"]["short"]) <= 80
    assert len(told["description"]["full"]) <= 4000
    assert told["accentColor"] == ACCENT
    assert set(told["permissions"]) == {"identity", "messageTeamMembers"}
    assert "webApplicationInfo" not in told


def test_the_bot_offers_commands_of_the_table_in_each_scope():
    (bot,) = teams_of()["bots"]
    assert bot["botId"] == BOT.lower()
    assert bot["supportsFiles"] is False
    assert sorted(bot["scopes"]) == ["groupChat", "personal", "team"]
    assert sorted(scope for one in bot["commandLists"] for scope in one["scopes"]) == sorted(bot["scopes"])
    for listed in bot["commandLists"]:
        assert 0 < len(listed["commands"]) <= 10
        for one in listed["commands"]:
            command, rest = find(one["title"])
            assert (command.says, rest) == (one["description"], "")
            assert len(one["title"]) <= 32
            assert len(one["description"]) <= 128


def test_a_message_can_be_logged_from_its_menu():
    (extension,) = teams_of()["composeExtensions"]
    (command,) = extension["commands"]
    assert extension["botId"] == BOT.lower()
    assert (command["id"], command["type"], command["context"]) == ("log_inquiry", "action", ["message"])
    assert command["fetchTask"] is True
    assert len(command["title"]) <= 32
    assert len(command["description"]) <= 128


def test_the_app_keeps_its_own_id_and_another_bot_has_another():
    assert teams_of()["id"] == teams_of({"MicrosoftAppId": BOT.lower()})["id"]
    assert teams_of()["id"] != BOT.lower()
    other = "00000000-0000-0000-0000-000000000001"
    assert teams_of({"MicrosoftAppId": other})["id"] != teams_of()["id"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", teams_of()["id"])


def test_without_pages_of_the_agencys_the_front_page_stands_for_them():
    told = teams_of()["developer"]
    assert told == {
        "name": "replies.example.gov",
        "websiteUrl": "https://replies.example.gov/",
        "privacyUrl": "https://replies.example.gov/",
        "termsOfUseUrl": "https://replies.example.gov/",
    }
    assert "\nPrivacy\n" in FRONT_PAGE
    assert "\nTerms of use\n" in FRONT_PAGE


def test_an_agency_may_name_itself_its_pages_and_a_version():
    label = {
        "name": "Riverbend Replies",
        "publisher": "Riverbend County",
        "privacy": "https://www.example.gov/privacy",
        "terms": "https://www.example.gov/terms",
        "version": "1.0.1",
    }
    told = teams_of(**label)
    assert (told["name"]["short"], told["version"]) == ("Riverbend Replies", "1.0.1")
    assert told["developer"]["name"] == "Riverbend County"
    assert told["developer"]["privacyUrl"] == "https://www.example.gov/privacy"
    assert told["developer"]["termsOfUseUrl"] == "https://www.example.gov/terms"


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ({"name": ""}, "--name"),
        ({"name": "N" * 31}, "1 to 30"),
        ({"publisher": "P" * 33}, "--publisher"),
        ({"privacy": "http://www.example.gov/privacy"}, "--privacy"),
        ({"terms": "terms.html"}, "--terms"),
        ({"version": "1.0"}, "--version"),
        ({"version": "01.0.0"}, "--version"),
        ({"version": "1.0.0rc1"}, "--version"),
    ],
)
def test_a_label_that_teams_does_not_take_is_refused_in_a_sentence(label, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        teams_of(**label)


def test_a_package_needs_the_bot_and_an_address_that_teams_can_call():
    with pytest.raises(ValueError, match="MicrosoftAppId is not set"):
        teams_manifest(read_settings(PUBLIC), Label(), "0.1.0")
    with pytest.raises(ValueError, match="MicrosoftAppId is no application"):
        teams_of({"MicrosoftAppId": "app"})
    with pytest.raises(ValueError, match="REPLYBY_PUBLIC_URL"):
        teams_of({"REPLYBY_PUBLIC_URL": "http://127.0.0.1:8000"})


def test_words_that_are_no_command_cannot_be_offered():
    for words in ("inquiry sing", "log call from Jane Doe", ""):
        with pytest.raises(ValueError, match="is no command"):
            teams.offered(("inquiry log", words))


def test_the_package_is_the_same_byte_for_byte():
    assert package(teams_of()) == package(teams_of())
    with zipfile.ZipFile(io.BytesIO(package(teams_of()))) as folder:
        assert folder.testzip() is None
        assert folder.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert {one.date_time for one in folder.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert json.loads(folder.read("manifest.json")) == teams_of()
        assert folder.read("color.png") == full_colour(192)
        assert folder.read("outline.png") == outline(32)


# Pictures


def test_the_colour_picture_fills_its_square_and_stays_within_the_safe_middle():
    rows = pixels(full_colour(192))
    assert (len(rows), len(rows[0])) == (192, 192)
    assert {one[3] for row in rows for one in row} == {255}
    ground = rows[0][0]
    assert "#{:02X}{:02X}{:02X}".format(*ground[:3]) == ACCENT
    marked = [(x, y) for y, row in enumerate(rows) for x, one in enumerate(row) if one != ground]
    assert len(marked) > 4000
    assert all(36 <= x < 156 and 36 <= y < 156 for x, y in marked)


def test_the_outline_is_white_on_nothing():
    rows = pixels(outline(32))
    assert (len(rows), len(rows[0])) == (32, 32)
    assert {one[:3] for row in rows for one in row} == {(255, 255, 255)}
    seen = [one[3] for row in rows for one in row]
    assert seen.count(255) > 100
    assert seen.count(0) > 400
    assert rows[0][0][3] == rows[-1][0][3] == 0


# The command line


def replyby(*words, **environ):
    return subprocess.run(
        [sys.executable, "-m", "bot", "manifest", *words],
        cwd=HERE,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_slack_manifest_is_printed_alone_and_where_to_paste_it_is_said_beside(tmp_path):
    said = replyby("slack", "--socket", "--name", "Replies", "--icon", str(tmp_path / "replyby.png"))
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["display_information"]["name"] == "Replies"
    assert "https://api.slack.com/apps" in said.stderr
    assert len(pixels((tmp_path / "replyby.png").read_bytes())) == 512


def test_the_teams_package_is_written(tmp_path):
    said = replyby("teams", str(tmp_path / "replyby.zip"), **TEAMS)
    assert said.returncode == 0, said.stderr
    assert "Upload" in said.stdout
    with zipfile.ZipFile(tmp_path / "replyby.zip") as folder:
        assert json.loads(folder.read("manifest.json"))["bots"][0]["botId"] == BOT.lower()


def test_what_cannot_be_described_ends_in_one_sentence(tmp_path):
    for words in (("slack",), ("teams", str(tmp_path / "replyby.zip"))):
        said = replyby(*words)
        assert (said.returncode, said.stdout) == (2, "")
        assert re.fullmatch(r"replyby: [^\n]+\n", said.stderr), said.stderr
    assert list(tmp_path.iterdir()) == []
