"""Who is meant by a mention in Teams: by name, and by the person's own id where two have one name."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.words import LONGEST_TEXT, Spoken, plain, typed
from models.staff import Address
from tests.doors.fake_teams import BOT, DANA, TENANT, Microsoft, mention
from tests.doors.teams_door import Office

URL = "https://smba.trafficmanager.net/amer/"
teams = Microsoft(url=URL)
LEE, OTHER_LEE = "1ee00000-0000-0000-0000-000000000001", "1ee00000-0000-0000-0000-000000000002"


def of(name: str, who: str | None) -> dict[str, Any]:
    found = mention(f"29:{who}", name)
    return {**found, "mentioned": {**found["mentioned"], **({"aadObjectId": who} if who else {})}}


def spoken(text: str, *entities: dict[str, Any]) -> Spoken:
    return typed(teams.message(text, entities=list(entities)))


NAMED: list[tuple[str, str]] = [
    ("inquiry assign INQ-1 to <at>Lee</at>", f"inquiry assign INQ-1 to @{LEE}"),
    ("/inquiry assign INQ-1 <at>Lee</at>", f"/inquiry assign INQ-1 @{LEE}"),
    ("assign INQ-1 to <at>Lee</at>", f"assign INQ-1 to @{LEE}"),
    (
        "inquiry log call from Jo about tax owner <at>Lee</at>",
        f"inquiry log call from Jo about tax owner @{LEE}",
    ),
    ("away from Mon to Fri alternate <at>Lee</at>", f"away from Mon to Fri alternate @{LEE}"),
    ("desk hours of <at>Lee</at> Mon-Wed", f"desk hours of @{LEE} Mon-Wed"),
    # In free text a name says more to whoever reads it later.
    ("inquiry log call from <at>Lee</at> about tax", "inquiry log call from @Lee about tax"),
    ("inquiry log call from Jo about asking <at>Lee</at>", "inquiry log call from Jo about asking @Lee"),
    ("inquiry close INQ-1 told the owner <at>Lee</at>", "inquiry close INQ-1 told the owner @Lee"),
    ("who covers for <at>Lee</at>?", "who covers for @Lee?"),
]


@pytest.mark.parametrize(("text", "words"), NAMED)
def test_a_colleague_is_named_by_their_id_where_a_command_takes_one(text, words):
    assert spoken(text, of("Lee", LEE)).written({LEE}) == words


def test_somebody_whom_the_house_does_not_know_by_id_keeps_their_name():
    found = spoken("inquiry assign INQ-1 to <at>Lee</at>", of("Lee", LEE))
    assert found.ids == {LEE}
    assert found.written() == found.written({OTHER_LEE}) == "inquiry assign INQ-1 to @Lee"


def test_two_of_one_name_are_two_people():
    text = "<at>Replyby</at> assign INQ-1 to <at>Lee</at> not <at>Lee</at>"
    found = spoken(text, mention(BOT, "Replyby"), of("Lee", LEE), of("Lee", OTHER_LEE))
    assert found.written({LEE, OTHER_LEE}) == f"assign INQ-1 to @{LEE} not @{OTHER_LEE}"
    assert spoken(text, mention(BOT, "Replyby"), of("Lee", None)).ids == set()


@pytest.mark.parametrize("who", ["a:b", "x y", "", "x" * 100, 7, None, ["x"]])
def test_an_id_that_is_none_counts_for_nothing(who):
    odd = {
        "type": "mention",
        "mentioned": {"id": "29:x", "name": "Lee", "aadObjectId": who},
        "text": "<at>Lee</at>",
    }
    found = typed(teams.message("assign INQ-1 to <at>Lee</at>", entities=[odd]))
    assert (found.ids, found.written()) == (set(), "assign INQ-1 to @Lee")


@pytest.mark.parametrize("text", ["\ue0fe0\ue0ff", "&#57598;0&#57599;", "&#xe0fe;7&#xe0ff; <at>Lee</at>"])
def test_nobody_can_write_what_stands_for_a_mention(text):
    assert spoken(text).written({LEE}) in ("0", "7 @Lee")


@given(st.text(max_size=300), st.text(max_size=40))
def test_whatever_is_typed_is_read(text, name):
    found = typed(teams.message(f"assign INQ-1 to <at>{name}</at> {text}", entities=[of(name, LEE)]))
    assert len(found.written({LEE})) <= LONGEST_TEXT


@given(st.text(max_size=400))
def test_whatever_a_message_is_made_of_its_words_hold_no_tags(text):
    assert "<p>" not in plain(f"<p>{text}</p>").replace("&lt;", "")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with Microsoft() as microsoft:
        office = Office(microsoft)
        yield office
        await office.close()


async def known(address: Address) -> bool:
    return address in (Address("teams", TENANT, DANA), Address("teams", TENANT, LEE))


async def known_but_broken(address: Address) -> bool:
    if address.user != DANA:
        raise OSError("the database is away")
    return True


@pytest.mark.parametrize(
    ("looking", "who", "words"),
    [
        (known, LEE, f"assign INQ-1 to @{LEE}"),
        (known, LEE.upper(), f"assign INQ-1 to @{LEE}"),
        (known, OTHER_LEE, "assign INQ-1 to @Lee"),
        (known_but_broken, LEE, "assign INQ-1 to @Lee"),
        (None, LEE, "assign INQ-1 to @Lee"),
    ],
)
async def test_whom_the_house_knows_is_asked_before_an_id_stands_for_a_name(office, looking, who, words):
    await office.open(known=looking)
    text = "assign INQ-1 to <at>Lee</at>"
    assert (await office.post(office.microsoft.message(text, entities=[of("Lee", who)]))).status_code == 200
    assert [ask.words for ask in office.heard] == [words]
