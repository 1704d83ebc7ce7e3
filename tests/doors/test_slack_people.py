"""Whom Slack vouches for when somebody speaks for the first time."""

from datetime import timedelta

import pytest

from tests.doors.fake_slack import (
    TEAM,
    form,
    slash,
)
from tests.doors.slack_door import Doorstep, Listener, door_to


def knowing(*users):
    async def known(address):
        return address.user in users

    return known


async def email_of(slack, clock, user, known):
    hear = Listener()
    step = Doorstep(door_to(slack, hear, clock, known, REPLYBY_SLACK_TEAMS=TEAM), clock)
    await step.send(form(slash("mine", user_id=user)))
    await step.send(form(slash("mine", user_id=user)))
    clock.now += timedelta(seconds=61)
    await step.send(form(slash("mine", user_id=user)))
    await step.door.stop()
    await step.client.aclose()
    assert len({ask.email for ask in hear.asks}) == 1
    return hear.asks[-1].email


async def test_a_newcomer_is_known_by_the_address_that_slack_vouches_for(slack, clock):
    slack.add("U0NEW", email="new@example.gov")
    assert await email_of(slack, clock, "U0NEW", knowing()) == "new@example.gov"
    assert len(slack.calls("users.info")) == 2


async def test_slack_is_not_asked_about_those_whom_the_house_knows(slack, clock):
    slack.add("U0DANA")
    assert await email_of(slack, clock, "U0DANA", knowing("U0DANA")) is None
    assert await email_of(slack, clock, "U0DANA", None) is None
    assert slack.calls("users.info") == []


@pytest.mark.parametrize(
    "said",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_bot": True},
        {"deleted": True},
        {"is_stranger": True},
        {"team_id": "T0OTHER"},
        {"id": "U0SOMEBODYELSE"},
        {"is_email_confirmed": False},
        {"profile": None},
        {"profile": {"email": ["new@example.gov"]}},
    ],
)
async def test_slack_vouches_for_full_members_of_our_workspace_only(slack, clock, said):
    slack.add("U0NEW", **said)
    assert await email_of(slack, clock, "U0NEW", knowing()) is None
    assert len(slack.calls("users.info")) == 2


@pytest.mark.parametrize(
    "misdeeds",
    [
        [{"cut": True}, {"cut": True}],  # a question may be asked twice: aiohttp does
        [{"status": 500, "answer": ""}],
        [{"answer": {"ok": False, "error": "missing_scope"}}],
        [{"answer": ["U0NEW"]}],
    ],
)
async def test_a_speaker_is_heard_though_slack_does_not_say_who_it_is(slack, clock, hear, caplog, misdeeds):
    slack.add("U0NEW", email="new@example.gov")
    for misdeed in misdeeds:
        slack.next("users.info", **misdeed)
    step = Doorstep(door_to(slack, hear, clock, knowing(), REPLYBY_SLACK_TEAMS=TEAM), clock)
    await step.send(form(slash("mine", user_id="U0NEW")))
    clock.now += timedelta(seconds=11)
    await step.send(form(slash("mine", user_id="U0NEW")))
    await step.door.stop()
    await step.client.aclose()
    assert [ask.email for ask in hear.asks] == [None, "new@example.gov"]
    assert [one.action for one in caplog.records] == ["slack_people"]
