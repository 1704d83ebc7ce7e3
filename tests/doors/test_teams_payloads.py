"""What Teams posts becomes what was asked: words, speaker, key and the way back."""

from dataclasses import replace
from typing import Any

import pytest

from bot.teams.payloads import Heard, Way, read, vouched_email
from bot.teams.token import Refused
from bot.teams.words import LONGEST_TEXT, clean, typed
from models.staff import Address
from tests.doors.fake_teams import (
    APP,
    BOT,
    CHANNEL,
    DANA,
    DANAS_ID,
    GONE,
    NOW,
    PERSONAL,
    TENANT,
    Microsoft,
    mention,
)

URL = "https://smba.trafficmanager.net/amer/"
teams = Microsoft(url=URL)


def heard(activity: dict[str, Any]) -> Heard:
    found = read(activity, NOW)
    assert found is not None
    return found


def test_a_message_is_heard_with_all_that_is_needed_to_answer():
    assert heard(teams.message("inquiry mine")) == Heard(
        ask=replace(
            heard(teams.message()).ask,
            speaker=Address("teams", TENANT, DANA),
            words="inquiry mine",
            now=NOW,
            key=f"teams:{PERSONAL}:1700000000001",
            by_message=True,
            email=None,
            reference={
                "serviceUrl": URL,
                "conversation": PERSONAL,
                "tenantId": TENANT,
                "channelId": "msteams",
                "botId": BOT,
                "userId": DANAS_ID,
                "aadObjectId": DANA,
            },
        ),
        way=Way.MESSAGE,
        conversation=PERSONAL,
        user=DANAS_ID,
    )


MENTIONS: list[tuple[str, list[dict[str, Any]], str]] = [
    ("inquiry mine", [], "inquiry mine"),
    ("/inquiry mine", [], "/inquiry mine"),
    ("<at>Replyby</at> inquiry mine\n", [mention(BOT, "Replyby")], "inquiry mine"),
    ("<at>Replyby</at>&nbsp;inquiry&nbsp;mine", [mention(BOT, "Replyby")], "inquiry mine"),
    ("<at>Replyby</at>\xa0inquiry\u2003mine\u200b", [mention(BOT, "Replyby")], "inquiry mine"),
    ("please <at>Replyby</at> inquiry mine", [mention(BOT, "Replyby")], "please inquiry mine"),
    ('<at id="0">Replyby</at> help', [mention(BOT, "Replyby", '<at id="0">Replyby</at>')], "help"),
    ("<at>Replyby</at> help", [], "help"),
    ("<AT>Replyby</AT> help", [], "help"),
    (
        "inquiry assign INQ-1 to <at>Lee Ortiz</at>",
        [mention("29:1lee", "Lee Ortiz")],
        "inquiry assign INQ-1 to @Lee Ortiz",
    ),
    (
        "<at>Replyby</at> inquiry assign INQ-1 to <at>Lee</at>",
        [mention(BOT, "Replyby"), mention("29:1lee", "Lee")],
        "inquiry assign INQ-1 to @Lee",
    ),
    ("ask <at>Replyby</at>", [mention("29:1namesake", "Replyby")], "ask @Replyby"),
    (
        "log call from A &amp; B about &lt;b&gt;bold&lt;/b&gt; signs",
        [],
        "log call from A & B about <b>bold</b> signs",
    ),
    ("about &lt;at&gt;Replyby&lt;/at&gt;", [], "about <at>Replyby</at>"),
    ("first\r\nsecond\tthird", [], "first\nsecond third"),
    ("null\x00 half\ud83d bell\x07", [], "null half bell"),
    ("naïve café ☎ 608", [], "naïve café ☎ 608"),
    ("<at>Replyby</at>", [mention(BOT, "Replyby")], "help"),
    ("", [], "help"),
    ("5 < 6 and <at", [], "5 < 6 and <at"),
]


@pytest.mark.parametrize(("text", "entities", "words"), MENTIONS)
def test_mentions_entities_and_spaces_become_plain_words(text, entities, words):
    assert heard(teams.message(text, entities=entities)).ask.words == words


@pytest.mark.parametrize(
    "entities",
    [
        None,
        "mention",
        [None, 1, "x", []],
        [{"type": "mention"}],
        [{"type": "mention", "mentioned": "x", "text": "help"}],
        [{"type": "mention", "mentioned": {"id": BOT}, "text": "help"}],
        [{"type": None, "mentioned": {"id": BOT}}],
    ],
)
def test_entities_that_are_not_as_teams_writes_them_change_nothing(entities):
    assert heard(teams.message("help me", entities=entities)).ask.words == "help me"


def test_a_mention_without_a_name_keeps_what_it_shows():
    nameless = {"type": "mention", "mentioned": {"id": "29:x"}, "text": "<at>Lee</at>"}
    assert typed(teams.message("to <at>Lee</at>", entities=[nameless])).written() == "to @Lee"


def test_names_in_mentions_cannot_grow_a_message_without_end():
    tag = "<at>x</at>"
    growing = [mention("29:x", tag * 20_000, tag) for _ in range(50)]
    assert len(typed(teams.message(tag * 3000, entities=growing)).written()) <= LONGEST_TEXT


@pytest.mark.parametrize("text", ["<at>" * 50_000, "<at " * 50_000, "&" * 200_000, "<at></at>" * 30_000])
def test_hostile_text_is_read_no_further_than_a_message_may_be_long(text):
    assert len(typed(teams.message(text)).written()) <= LONGEST_TEXT


def test_a_pressed_button_says_its_words():
    pressed = heard(teams.message(text=GONE, value={"words": " inquiry show INQ-1 "}))
    assert pressed.ask.words == "inquiry show INQ-1"
    assert pressed.ask.by_message
    assert heard(teams.message("shown text", value={"words": "help"})).ask.words == "help"


def test_a_button_that_is_answered_in_place_is_not_owed_a_message():
    pressed = heard(teams.pressed("inquiry show INQ-1"))
    assert (pressed.ask.words, pressed.way, pressed.ask.by_message) == ("inquiry show INQ-1", Way.CARD, False)
    assert pressed.ask.key == f"teams:{PERSONAL}:f:1"
    assert pressed.ask.reference is not None
    assert pressed.ask.reference["conversation"] == PERSONAL


def test_in_a_channel_only_a_mention_is_heard_and_the_answer_is_personal():
    spoken = heard(teams.in_channel())
    assert (spoken.ask.words, spoken.ask.by_message, spoken.way) == ("inquiry mine", True, Way.MESSAGE)
    assert spoken.ask.reference is not None
    assert "conversation" not in spoken.ask.reference
    assert CHANNEL not in str(spoken.ask.reference)
    assert spoken.conversation == CHANNEL
    assert read(teams.in_channel("inquiry mine", entities=[]), NOW) is None
    assert (
        read(teams.in_channel("<at>Lee</at> inquiry mine", entities=[mention("29:1lee", "Lee")]), NOW) is None
    )


@pytest.mark.parametrize("kind", ["groupChat", "channel", "meeting", None, 5])
def test_a_button_pressed_outside_of_ones_own_chat_is_answered_there_and_not_in_place(kind):
    conversation = {"conversationType": kind, "tenantId": TENANT, "id": "19:group"}
    pressed = heard(teams.pressed("inquiry show INQ-1", conversation=conversation))
    assert (pressed.way, pressed.ask.by_message) == (Way.NOTICE, True)
    assert pressed.ask.reference is not None
    assert "conversation" not in pressed.ask.reference


def installation(**changes: Any) -> dict[str, Any]:
    return teams.message(
        **{"type": "installationUpdate", "action": "add", "text": GONE, "id": "f:i", **changes}
    )


def came(**changes: Any) -> dict[str, Any]:
    both = [{"id": DANAS_ID, "aadObjectId": DANA}, {"id": BOT}]
    return teams.message(
        **{"type": "conversationUpdate", "membersAdded": both, "text": GONE, "id": "f:c", **changes}
    )


def test_an_installation_is_greeted_once_though_teams_tells_of_it_twice():
    first, second = heard(installation()).ask, heard(came()).ask
    assert (first.words, first.by_message) == ("home", True)
    assert first.key == second.key == f"teams:greeting:{PERSONAL}:2026-03-02"
    assert first.reference is not None
    assert first.reference["conversation"] == PERSONAL


IN_TEAM = {"conversationType": "channel", "tenantId": TENANT, "id": CHANNEL}
SILENT: dict[str, dict[str, Any]] = {
    "the app is taken away": installation(action="remove"),
    "the app is renewed": installation(action="add-upgrade"),
    "the app comes to a team": installation(conversation=IN_TEAM),
    "the bot comes to a team": came(conversation=IN_TEAM),
    "somebody else comes": came(membersAdded=[{"id": "29:1lee"}]),
    "nobody comes": came(membersAdded=GONE),
    "a thumb up": teams.message(type="messageReaction", text=GONE),
    "an edit": teams.message("inquiry mine", type="messageUpdate"),
    "typing": teams.message(type="typing", text=GONE),
    "an event": teams.message(type="event", name="application/vnd.microsoft.readReceipt", text=GONE),
    "a picture without words": teams.message(text=GONE, attachments=[{"contentType": "image/png"}]),
    "another bot": teams.message("help", **{"from": {"id": "28:other", "name": "Other"}}),
    "the bot itself": teams.message("help", **{"from": {"id": BOT, "aadObjectId": APP}}),
    "somebody without an account": teams.message("help", **{"from": {"id": "29:x", "name": "Anonymous"}}),
    "an account that is no id": teams.message("help", **{"from": {"id": "29:x", "aadObjectId": "a:b c"}}),
}


@pytest.mark.parametrize("activity", SILENT.values(), ids=SILENT)
def test_what_asks_for_nothing_is_not_heard(activity):
    assert read(activity, NOW) is None


BROKEN: dict[str, tuple[int, dict[str, Any]]] = {
    "no type": (400, teams.message(type=GONE)),
    "a type that is a number": (400, teams.message(type=1)),
    "no speaker": (400, teams.message(**{"from": GONE})),
    "a speaker that is a name": (400, teams.message(**{"from": "dana"})),
    "a speaker without an id": (400, teams.message(**{"from": {"aadObjectId": DANA}})),
    "no recipient": (400, teams.message(recipient=GONE)),
    "no conversation": (400, teams.message(conversation=GONE)),
    "a conversation without an id": (400, teams.message(conversation={"conversationType": "personal"})),
    "an id with a space": (400, teams.message(id="1 2")),
    "an id as long as a book": (400, teams.message(id="1" * 513)),
    "an id with a null": (400, teams.message(id="1\x00")),
    "no id": (400, teams.message(id=GONE)),
    "text that is a list": (400, teams.message(["help"])),
    "words that are a list": (400, teams.message("help", value={"words": ["help"]})),
    "another invoke": (404, teams.pressed("help", name="signin/verifyState")),
    "another app’s button": (
        404,
        teams.pressed("help", value={"action": {"verb": "buy", "data": {"words": "help"}}}),
    ),
    "an invoke without a name": (404, teams.pressed("help", name=GONE)),
    "a button without a value": (400, teams.pressed("help", value=GONE)),
    "a button without an action": (400, teams.pressed("help", value={})),
    "a button without data": (400, teams.pressed("help", value={"action": {"type": "Action.Execute"}})),
    "a button with empty words": (400, teams.pressed("\u200b ")),
    "a button pressed by nobody": (403, teams.pressed("help", **{"from": {"id": "29:x"}})),
}


@pytest.mark.parametrize(("status", "activity"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_as_teams_writes_it_is_refused(status, activity):
    with pytest.raises(Refused) as refused:
        read(activity, NOW)
    assert refused.value.status == status


def test_a_speakers_id_is_the_same_in_capitals():
    shouted = teams.message("help", **{"from": {"id": DANAS_ID, "aadObjectId": DANA.upper()}})
    assert heard(shouted).ask.speaker == Address("teams", TENANT, DANA)


MEMBERS: list[tuple[dict[str, Any], str | None]] = [
    ({"email": "dana@agency.example", "userPrincipalName": "dana@agency.example"}, "dana@agency.example"),
    ({"email": "D@a.example", "userPrincipalName": "d@a.example", "userRole": "User"}, "D@a.example"),
    ({"userPrincipalName": "dana@agency.example", "tenantId": TENANT.upper()}, "dana@agency.example"),
    ({"email": "", "userPrincipalName": "dana@agency.example"}, "dana@agency.example"),
    ({"email": "g@else.example", "userPrincipalName": "g_else.example#EXT#@agency.example"}, None),
    ({"email": "g@else.example", "userPrincipalName": "g_else.example#ext#@agency.example"}, None),
    ({"email": "g@else.example", "userPrincipalName": "g@else.example", "userRole": "guest"}, None),
    ({"email": "g@else.example", "userPrincipalName": "g@else.example", "userRole": "anonymous"}, None),
    ({"email": "d@agency.example", "userPrincipalName": "d@agency.example", "tenantId": "other"}, None),
    ({"email": "dana@agency.example"}, None),
    ({"email": ["dana@agency.example"], "userPrincipalName": "dana@agency.example"}, None),
    ({"email": "dana", "userPrincipalName": "dana"}, None),
    ({}, None),
]  # fmt: skip


@pytest.mark.parametrize(("member", "email"), MEMBERS)
def test_only_members_of_our_own_tenant_have_an_email_address_that_counts(member, email):
    assert vouched_email(member, TENANT) == email


def test_cleaning_leaves_the_joiners_that_names_are_spelled_with():
    assert clean("\u0645\u06cc\u200c\u062e ") == "\u0645\u06cc\u200c\u062e"
