"""What is said in a thread of a channel: once, by its own key, and never at the cost of anything else."""

import logging

import pytest

from bot.slack.said_before import Spot, spot_of
from scheduler.delivery import InDoubt, NotNow, Unreachable
from tests.doors.test_slack_sending import letter, line, sender

__all__ = ["line", "sender"]

THREAD = "thread:C0GENERAL:1772460000.000100"


async def test_the_number_is_said_in_the_thread_of_its_message(slack, sender):
    receipt = await sender.send(letter(user=THREAD, choices=({"label": "Show", "words": "x"},)))
    [posted] = slack.posted
    assert (posted["channel"], posted["thread_ts"]) == ("C0GENERAL", "1772460000.000100")
    assert receipt.provider_id == f"C0GENERAL/{posted['ts']}"
    assert (posted["unfurl_links"], posted["unfurl_media"]) == (False, False)
    assert posted["blocks"][-1]["elements"][0]["action_id"] == "told:0"
    assert slack.calls("conversations.open") == []


async def test_a_message_within_a_thread_is_answered_in_that_thread(slack, sender):
    await sender.send(letter(user=f"{THREAD}:1772450000.000900"))
    assert slack.posted[0]["thread_ts"] == "1772450000.000900"


@pytest.mark.parametrize(
    "user", ["thread:", "thread:C1", "thread:general:1.2", "thread:C123:now", "thread:C123:1.2:3.4:5.6"]
)
async def test_a_thread_that_is_none_is_unreachable(slack, sender, user):
    with pytest.raises(Unreachable):
        await sender.send(letter(user=user))
    assert slack.asked == []


def test_a_person_is_no_thread():
    assert spot_of("U0DANA") == Spot("U0DANA", None)


async def test_a_doubtful_word_is_looked_for_in_its_thread(slack, sender):
    slack.page = 1
    await sender.send(letter(key="thread:1", user=THREAD))
    await sender.send(letter(key="thread:2", user=THREAD))
    again = await sender.send(letter(key="thread:1", user=THREAD, doubtful=True))
    assert len(slack.posted) == 2
    assert again.provider_id == f"C0GENERAL/{slack.posted[0]['ts']}"
    assert [one["ts"] for one in slack.calls("conversations.replies")] == ["1772460000.000100"] * 2
    await sender.send(letter(key="thread:1", user="thread:C0GENERAL:1772460000.000200", doubtful=True))
    assert len(slack.posted) == 3


@pytest.mark.parametrize(
    "code",
    [
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "thread_not_found",
        "restricted_action_thread_locked",
    ],
)
async def test_a_thread_that_cannot_be_written_to_is_unreachable(slack, sender, code):
    slack.next("chat.postMessage", answer={"ok": False, "error": code})
    with pytest.raises(Unreachable, match=code):
        await sender.send(letter(user=THREAD))


@pytest.mark.parametrize("code", ["missing_scope", "no_permission", "not_allowed_token_type"])
async def test_a_thread_that_may_not_be_read_stops_nobody_else(slack, sender, caplog, code):
    slack.next("conversations.replies", answer={"ok": False, "error": code})
    with pytest.raises(Unreachable):
        await sender.send(letter(user=THREAD, doubtful=True))
    assert slack.posted == []
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_a_crowded_or_doubtful_thread_is_tried_again(slack, sender):
    slack.next("conversations.replies", status=429, headers={"Retry-After": "7"}, answer={"ok": False})
    with pytest.raises(NotNow):
        await sender.send(letter(user=THREAD, doubtful=True))
    slack.next("chat.postMessage", done=True, cut=True)
    with pytest.raises(InDoubt):
        await sender.send(letter(user=THREAD))


@pytest.mark.parametrize(("key", "begins"), [("answer:slack:Ev1", "say:"), ("deadline:1", "told:")])
async def test_the_buttons_of_an_answer_replace_it_and_those_of_other_words_do_not(
    slack, sender, key, begins
):
    await sender.send(letter(key=key, choices=({"label": "Show", "words": "x"},)))
    assert slack.posted[0]["blocks"][-1]["elements"][0]["action_id"] == f"{begins}0"
