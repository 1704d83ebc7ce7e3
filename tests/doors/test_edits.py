"""Edits of what was sent, through both doors that can change a message: words, buttons, refusals."""

import json
import logging

import pytest

from bot.assemble import TEMPLATES
from bot.layout import changed
from bot.plain import to_text
from bot.slack.line import Line
from bot.slack.sending import SlackSender
from bot.voice import Voice
from models.outbox import Sending
from models.staff import Address, Staff, remember_address
from scheduler.delivery import InDoubt, Letter, NotNow, Unreachable
from scheduler.timetable import tick
from tests.doors.fake_slack import BOT_TOKEN, TEAM
from tests.doors.fake_teams import BOT, DANA, DANAS_ID, PERSONAL, TENANT, Microsoft, refusal
from tests.doors.teams_door import Office as Teams
from tests.seeded import seeded

SHOW = ({"label": "Show", "words": "inquiry show INQ-9"},)
BY = {"by": "Dana Ruiz", "at": "2026-03-09T15:12:00+00:00"}
ANSWERED = {"number": "INQ-9", "what": "answered", **BY}
FACTS = {"given": "INQ-9", "since": [ANSWERED], "several": False}


def link(survey):
    return f"https://replies.example.gov/survey/{survey}"


@pytest.fixture
async def slack_sender(slack):
    line = Line(BOT_TOKEN, slack.api_url)
    yield SlackSender(line, Voice(TEMPLATES, "slack", "America/Chicago", link))
    await line.close()


@pytest.fixture
async def teams():
    async with Microsoft() as microsoft:
        office = await Teams(microsoft).open()
        yield office
        await office.close()


def to_slack(edits=None, choices=SHOW, **more):
    facts = {"given": "INQ-9"} if edits is None else FACTS
    return Letter(
        "k", Address("slack", TEAM, "U0DANA"), "unknown_inquiry", facts, choices, edits=edits, **more
    )


def to_teams(teams, edits=None, **more):
    reference = {
        "serviceUrl": teams.microsoft.url,
        "conversation": PERSONAL,
        "botId": BOT,
        "userId": DANAS_ID,
    }
    facts = {"given": "INQ-9"} if edits is None else FACTS
    return Letter(
        "k",
        Address("teams", TENANT, DANA),
        "unknown_inquiry",
        facts,
        SHOW,
        reference=reference,
        edits=edits,
        **more,
    )


@pytest.mark.parametrize(
    ("since", "several", "words"),
    [
        ([ANSWERED], False, "Answered by Dana Ruiz, Mon 2026-03-09 10:12 CDT."),
        ([{**ANSWERED, "what": "closed"}], False, "Closed by Dana Ruiz, Mon 2026-03-09 10:12 CDT."),
        (
            [{**ANSWERED, "what": "acknowledged", "until": "2026-03-12T22:00:00+00:00"}],
            False,
            "Acknowledged by Dana Ruiz, Mon 2026-03-09 10:12 CDT; due Thu 2026-03-12 17:00 CDT as promised.",
        ),
        (
            [{**ANSWERED, "what": "assigned", "to": "Lee Park"}],
            False,
            "Handed over to Lee Park by Dana Ruiz, Mon 2026-03-09 10:12 CDT.",
        ),
        (
            [{**ANSWERED, "what": "paused", "reason": "waiting for the customer"}],
            False,
            "Paused by Dana Ruiz, Mon 2026-03-09 10:12 CDT: waiting for the customer.",
        ),
        (
            [{**ANSWERED, "what": "extended", "due": "2026-03-10T22:00:00+00:00"}],
            False,
            "Now due Tue 2026-03-10 17:00 CDT: extended by Dana Ruiz, Mon 2026-03-09 10:12 CDT.",
        ),
        (
            [{**ANSWERED, "what": "resumed", "due": "2026-03-10T22:00:00+00:00"}],
            False,
            "Now due Tue 2026-03-10 17:00 CDT: resumed after a pause by Dana Ruiz, Mon 2026-03-09 10:12 CDT.",
        ),
        (
            [{**ANSWERED, "what": "moved", "due": "2026-03-10T22:00:00+00:00"}],
            False,
            "Now due Tue 2026-03-10 17:00 CDT: the office calendar has changed.",
        ),
        (
            [{**ANSWERED, "what": "needed"}],
            False,
            "The customer’s own deadline was recorded anew by Dana Ruiz, Mon 2026-03-09 10:12 CDT.",
        ),
        (
            [ANSWERED, {**ANSWERED, "number": "INQ-7"}],
            True,
            "- INQ-9: Answered by Dana Ruiz, Mon 2026-03-09 10:12 CDT. "
            "- INQ-7: Answered by Dana Ruiz, Mon 2026-03-09 10:12 CDT.",
        ),
        ([], False, ""),
    ],
)
def test_an_edit_is_told_in_a_sentence_before_the_message_as_it_was(since, several, words):
    for dialect in ("plain", "slack", "teams", "html"):
        voice = Voice(TEMPLATES, dialect, "America/Chicago", link)
        facts = {"given": "INQ-9", "since": since, "several": several}
        before = voice.say("unknown_inquiry", facts)
        said = changed(before, voice.say("edited", facts))
        assert (said.title, said.note, said.body[len(said.body) - len(before.body) :]) == (
            before.title,
            before.note,
            before.body,
        )
        if dialect == "plain":
            added = to_text(voice.say("edited", facts), width=10_000)
            assert " ".join(added.split()) == words


async def test_slack_changes_the_message_in_place_and_keeps_its_key(slack, slack_sender):
    sent = await slack_sender.send(to_slack(choices=(*SHOW, *SHOW), doubtful=False))
    before = dict(slack.posted[0])
    receipt = await slack_sender.send(to_slack(edits=sent.provider_id, doubtful=True))
    [message] = slack.posted
    assert (message["channel"], message["ts"]) == (before["channel"], before["ts"])
    assert message["metadata"] == before["metadata"]
    assert "Answered" in message["text"]
    assert len(message["blocks"][-1]["elements"]) == 1
    assert (receipt.provider_id, receipt.said) == (sent.provider_id, message["text"])
    assert [name for name, _ in slack.asked] == ["chat.postMessage", "chat.update"], "nobody looks for it"


@pytest.mark.parametrize(
    "code",
    ["message_not_found", "cant_update_message", "edit_window_closed", "msg_too_long", "channel_not_found"],
)
async def test_slack_may_say_that_it_cannot_be_changed(slack, slack_sender, code):
    slack.next("chat.update", answer={"ok": False, "error": code})
    with pytest.raises(Unreachable, match=code):
        await slack_sender.send(to_slack(edits="D1/1.5", doubtful=False))
    assert slack.posted == []


async def test_that_a_message_is_gone_is_no_alarm(slack, slack_sender, caplog):
    with pytest.raises(Unreachable, match="message_not_found"):
        await slack_sender.send(to_slack(edits="D1/1.5", doubtful=False))
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_busy_slack_is_asked_again_and_a_cut_edit_is_in_doubt(slack, slack_sender):
    slack.next("chat.update", status=429, headers={"Retry-After": "30"}, answer={"ok": False})
    with pytest.raises(NotNow) as outcome:
        await slack_sender.send(to_slack(edits="D1/1.5", doubtful=False))
    assert outcome.value.seconds == 30
    slack.next("chat.update", cut=True)
    with pytest.raises(InDoubt):
        await slack_sender.send(to_slack(edits="D1/1.5", doubtful=False))


async def test_teams_puts_the_edit_in_the_place_of_the_message(teams):
    sent = await teams.door.sender.send(to_teams(teams, doubtful=False))
    receipt = await teams.door.sender.send(to_teams(teams, edits=sent.provider_id, doubtful=True))
    [edit] = teams.microsoft.edited()
    assert edit.path == f"/v3/conversations/{PERSONAL}/activities/{sent.provider_id}"
    [attachment] = edit.body["attachments"]
    assert "Answered" in json.dumps(attachment["content"])
    assert (receipt.provider_id, receipt.said) == (sent.provider_id, edit.body["summary"])
    assert "possibly repeated" not in receipt.said
    assert [one.method for one in teams.microsoft.taken] == ["POST", "PUT"], "nothing is asked first"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refusal(404, "ActivityNotFoundInConversation"), Unreachable),
        (refusal(403, "MessageWritesBlocked"), Unreachable),
        (refusal(429, Retry_After="7"), NotNow),
        (refusal(500), InDoubt),
        ("cut", InDoubt),
    ],
    ids=["404", "403", "429", "500", "cut"],
)
async def test_each_answer_to_an_edit_in_teams_has_its_outcome(teams, answer, outcome):
    # aiohttp asks once more by itself where a connection is cut: to put something twice does no harm.
    teams.microsoft.answers.extend([answer, answer])
    with pytest.raises(outcome):
        await teams.door.sender.send(to_teams(teams, edits="m1", doubtful=True))


async def test_an_answer_takes_the_buttons_off_what_slack_and_teams_were_told(
    slack, slack_sender, teams, database_url
):
    senders = {"slack": slack_sender, "teams": teams.door.sender}
    with seeded(database_url) as office:
        dana, sam = office.member("dana"), office.member("sam")
        reference = to_teams(teams, doubtful=False).reference
        with office.store.transaction() as db:
            remember_address(db, db.get_one(Staff, dana.id), Address("slack", TEAM, "U0DANA"), office.now)
            remember_address(
                db, db.get_one(Staff, sam.id), Address("teams", TENANT, DANA), office.now, dict(reference)
            )
        office.say("dana", "inquiry log email from Jane Doe about a permit")
        # The reminder is Dana's, in Slack; when it is overdue, Sam hears of it in Teams.
        for at in ("Tuesday 2026-03-03 13:00", "Wednesday 2026-03-04 14:00", "Wednesday 2026-03-04 16:30"):
            await tick(office.store, senders, office.at(at).now)
        permits = [one for one in slack.posted if "INQ-1 is due soon" in one["text"]]
        cards = [one for one in teams.microsoft.said() if "INQ-1 is overdue" in one.body["summary"]]
        assert (len(permits), len(cards)) == (1, 1)
        number = len(slack.posted), len(teams.microsoft.said())
        office.say("dana", "inquiry answer INQ-1", "Wednesday 2026-03-04 16:35")
        for _ in range(2):
            await tick(office.store, senders, office.now)
        assert (len(slack.posted), len(teams.microsoft.said())) == number, "nobody is told anew"
        now = next(one for one in slack.posted if one["ts"] == permits[0]["ts"])
        assert "*Answered* by Dana Whitfield, Wed 2026-03-04 16:35 CST." in now["text"]
        assert [one["text"]["text"] for one in now["blocks"][-1]["elements"]] == ["Show"]
        assert "INQ-1 is due soon" in now["text"]
        edit = next(one for one in teams.microsoft.edited() if "INQ-1 is overdue" in one.body["summary"])
        assert "Answered by Dana Whitfield, " in edit.body["summary"]
        actions = edit.body["attachments"][0]["content"]["body"][-1]["actions"]
        assert [one["title"] for one in actions] == ["Show"]
        assert not [one for one in office.owed(Sending.OWED, Sending.SENDING) if one.kind == "edit"]
