"""A message that is shared to be logged stands where it was shared: nobody has the bot write elsewhere."""

import json

import pytest

from models.inquiry import Inquiry
from models.outbox import THREAD, Owed
from tests.doors.fake_teams import GONE, TENANT
from tests.security.agency import tables

HERE, THEIRS = "19:ours@thread.v2", "19:theirs@thread.v2"
VALUES = {
    "channel": "call",
    "customer": "Jo",
    "subject": "x",
    "received_day": "2026-03-02",
    "received_time": "08:00",
}
ELSEWHERE = (
    f"message:teams:{THEIRS}|1699999999999",
    f"message:teams:{HERE}x|1699999999999",
    f"message:teams:|{HERE}|1",
    f"message:teams:{THEIRS}|{HERE}|1",
    "message:teams:a:1personal-kim|1",
    "message:slack:C0PERMITS:1700000000.000100",
    "message:teams:",
    "message:",
)


async def invoke(town, name, about, step="submit", place=HERE):
    filled = {f"field.{key}": value for key, value in VALUES.items()}
    data = {"form": "log", "about": about, "step": step, **filled}
    activity = town.activity(
        type="invoke",
        text=GONE,
        id=f"f:{name}{about}{step}",
        name=name,
        value={"commandId": "log_inquiry", "data": data},
        conversation={"conversationType": "channel", "tenantId": TENANT, "id": place},
    )
    answer = await town.post(json.loads(json.dumps(activity)))
    await town.agency.settled()
    return answer


@pytest.mark.parametrize("name", ["composeExtension/submitAction", "task/submit", "task/fetch"])
async def test_a_form_about_a_message_of_another_conversation_is_refused(town, name):
    before = tables(town.agency.store)
    for about in ELSEWHERE:
        for step in ("open", "look", "submit"):
            assert (await invoke(town, name, about, step)).status_code == 403, (about, step)
    assert tables(town.agency.store) == before
    assert town.microsoft.taken == []


@pytest.mark.parametrize("place", [HERE, f"{HERE};messageid=1699999999999"])
async def test_a_form_about_a_message_of_this_conversation_is_logged_and_told_there(town, place):
    about = f"message:teams:{place}|1699999999999"
    assert (await invoke(town, "composeExtension/submitAction", about, place=place)).status_code == 200
    [inquiry] = town.agency.office.rows(Inquiry)
    assert inquiry.source == about
    [told] = [one for one in town.agency.office.rows(Owed) if one.kind == THREAD]
    assert HERE in told.recipient
