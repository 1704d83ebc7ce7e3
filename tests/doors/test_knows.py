"""Whom the house knows: asked by a door before every ask, so not looked for each time."""

from bot import assemble
from bot.assemble import knows
from models.staff import Address
from tests.seeded import counted

DANA, NOBODY = Address("terminal", "", "dana"), Address("terminal", "", "nobody")


async def test_who_was_known_a_moment_ago_is_not_looked_for_again(either):
    known = knows(either.store)
    assert await known(DANA)
    with counted(either) as statements:
        assert await known(DANA)
    assert statements == []


async def test_who_is_not_known_is_looked_for_each_time(either):
    known = knows(either.store)
    assert not await known(NOBODY)
    with counted(either) as statements:
        assert not await known(NOBODY)
    assert statements != []


async def test_a_member_who_has_left_is_looked_for_after_a_while(either, monkeypatch):
    monkeypatch.setattr(assemble, "MET_SECONDS", 0.0)
    known = knows(either.store)
    assert await known(DANA)
    either.change("dana", active=False)
    assert not await known(DANA)


async def test_only_so_many_are_kept_in_mind(either, monkeypatch):
    monkeypatch.setattr(assemble, "MOST_MET", 1)
    known = knows(either.store)
    for user in ("dana", "sam"):
        assert await known(Address("terminal", "", user))
    with counted(either) as statements:
        assert await known(Address("terminal", "", "sam"))
        assert statements == []
        assert await known(DANA)
    assert statements != []
