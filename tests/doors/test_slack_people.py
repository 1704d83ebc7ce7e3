"""Whom Slack vouches for when somebody speaks for the first time."""

import asyncio
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


async def test_no_address_is_asked_of_those_whom_the_house_knows(slack, clock):
    slack.add("U0DANA")
    assert await email_of(slack, clock, "U0DANA", knowing("U0DANA")) is None
    assert len(slack.calls("users.info")) == 1
    assert await email_of(slack, clock, "U0DANA", None) is None
    assert len(slack.calls("users.info")) == 1


async def heard_days(slack, clock, hear, *happens, known=("U0DANA",)):
    """Whether the speaker is barred, at two asks on each of these days; what happens, happens first."""
    step = Doorstep(door_to(slack, hear, clock, knowing(*known), REPLYBY_SLACK_TEAMS=TEAM), clock)
    running = step.door._routes.running
    found = []
    for happen in happens:
        happen()
        for _ in range(2):
            await step.send(form(slash("mine")))
            found.append(hear.asks[-1].barred)
            await asyncio.gather(*running)
            clock.now += timedelta(hours=12)
    await step.door.stop()
    await step.client.aclose()
    return found


@pytest.mark.parametrize("mark", ["deleted", "is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_whoever_is_no_full_member_any_more_is_barred_from_their_second_ask_on(
    slack, clock, hear, mark
):
    slack.add("U0DANA")

    def nothing():
        pass

    def leaves():
        slack.users["U0DANA"][mark] = True

    def comes_back():
        slack.users["U0DANA"][mark] = False

    found = await heard_days(slack, clock, hear, nothing, leaves, comes_back)
    assert found == [False, False, False, True, True, False]
    assert len(slack.calls("users.info")) == 3


async def test_a_known_speaker_does_not_wait_for_slack(slack, clock, hear):
    slack.next("users.info", status=500, answer="")
    slack.add("U0DANA", is_restricted=True)
    step = Doorstep(door_to(slack, hear, clock, knowing("U0DANA"), REPLYBY_SLACK_TEAMS=TEAM), clock)
    for _ in range(3):
        await step.send(form(slash("mine")))
    await asyncio.gather(*step.door._routes.running)
    # Slack did not say: it is asked again after a while, and not at each ask.
    assert len(slack.calls("users.info")) == 1
    clock.now += timedelta(minutes=11)
    await step.send(form(slash("mine")))
    await asyncio.gather(*step.door._routes.running)
    await step.send(form(slash("mine")))
    assert [ask.barred for ask in hear.asks] == [False, False, False, False, True]
    await step.door.stop()
    await step.client.aclose()


async def test_a_newcomer_was_looked_at_already(slack, clock, hear):
    slack.add("U0NEW", email="new@example.gov")
    members = set()

    async def known(address):
        return address.user in members

    step = Doorstep(door_to(slack, hear, clock, known, REPLYBY_SLACK_TEAMS=TEAM), clock)
    await step.send(form(slash("mine", user_id="U0NEW")))
    members.add("U0NEW")
    await step.send(form(slash("mine", user_id="U0NEW")))
    await step.door.stop()
    assert len(slack.calls("users.info")) == 1
    await step.client.aclose()


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
