"""A message of several words is known by its own key, and by the words in it."""

from dataclasses import replace

import pytest

from tests.doors.test_slack_sending import letter, line, sender

__all__ = ["line", "sender"]


def together(*says, key="a#1", doubtful=False):
    return replace(letter(key=key, doubtful=doubtful), says=says)


@pytest.mark.parametrize(
    "again",
    [together("a", "b", doubtful=True), together("a", doubtful=True), together("b", key="b", doubtful=True)],
)
async def test_words_that_a_message_holds_are_not_said_again(slack, sender, again):
    first = await sender.send(together("a", "b"))
    assert await sender.send(again) == first
    assert len(slack.posted) == 1


@pytest.mark.parametrize("says", [("c",), ("b", "c")])
async def test_words_that_no_message_holds_are_said(slack, sender, says):
    await sender.send(together("a", "b"))
    await sender.send(together(*says, key="c", doubtful=True))
    assert len(slack.posted) == 2


async def test_a_word_that_was_said_alone_is_found_by_itself(slack, sender):
    await sender.send(letter(key="a"))
    await sender.send(together("a", key="a:apart", doubtful=True))
    assert len(slack.posted) == 1
