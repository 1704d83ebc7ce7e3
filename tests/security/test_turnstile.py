"""Nobody asks without measure, and no department waits for another."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import turnstile
from bot.assemble import TEMPLATES
from bot.turnstile import AT_ONCE, BURST, MOST_KNOWN, WAITING, Turnstile
from bot.voice import Voice
from handlers.asking import Ask, Reply
from handlers.form import Filling, Step
from models.staff import Address

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
FINE = Reply("said")


PLACES = 8


class Hall:
    """A turnstile, an ear that answers when it is told to; the department of "dana@1" is 1."""

    def __init__(self, **more):
        self.now = 1000.0
        self.heard, self.gates, self.looked, self.spawned = [], {}, [], []
        self.shut = False
        places = {"places": PLACES, **more}
        self.turnstile = Turnstile(self.hear, lambda: self.now, self.desk_of, self.spawn, **places)

    async def hear(self, ask):
        self.heard.append(ask.words)
        if self.shut:
            self.gates[ask.words] = asyncio.Event()
            await self.gates[ask.words].wait()
        return Reply("said", {"words": ask.words})

    async def desk_of(self, who):
        self.looked.append(who.user)
        return int(who.user.partition("@")[2] or 0) or None

    def spawn(self, work):
        self.spawned.append(asyncio.create_task(work))

    def ask(self, user, words="mine", **more):
        return self.turnstile(Ask(Address("slack", "T0", user), words, MONDAY, **more))

    async def start(self, user, words, **more):
        """Somebody asks, and stands wherever that brings them."""
        task = asyncio.create_task(self.ask(user, words, **more))
        await self.settle()
        return task

    async def settle(self):
        for _ in range(20):
            await asyncio.sleep(0)

    async def finish(self, words):
        self.gates.pop(words).set()
        await self.settle()

    async def meet(self, *users):
        """Each has asked before, so that their department is known."""
        for user in users:
            await self.ask(user)
        await asyncio.gather(*self.spawned)
        self.heard.clear()


@pytest.fixture
def hall():
    return Hall()


async def test_a_burst_is_heard_and_what_is_beyond_it_is_told_how_long_to_wait(hall):
    assert [(await hall.ask("dana@1", key=f"k{n}")).template for n in range(BURST)] == ["said"] * BURST
    refused = await hall.ask("dana@1", key="more")
    assert (refused.template, refused.facts) == ("too_many", {"seconds": 1, "busy": False})
    assert len(hall.heard) == BURST
    assert (await hall.ask("lee@1")).template == "said", "somebody else is not told to wait"


async def test_every_second_brings_one_more_and_never_more_than_a_burst(hall):
    for _ in range(BURST):
        await hall.ask("dana@1")
    hall.now += 0.4
    assert (await hall.ask("dana@1")).template == "too_many"
    hall.now += 0.6
    assert [(await hall.ask("dana@1")).template for _ in range(2)] == ["said", "too_many"]
    hall.now += 86_400
    assert [(await hall.ask("dana@1")).template for _ in range(BURST + 1)].count("said") == BURST


@pytest.mark.parametrize("words", ["home", "home 2", "/home"])
async def test_looks_at_the_home_count_little_and_not_nothing(hall, words):
    looks = [(await hall.ask("dana@1", words)).template for _ in range(BURST + 2)]
    assert set(looks) == {"said"}
    assert (await hall.ask("dana@1", "inquiry mine", key="k")).template == "said"
    for _ in range(10 * BURST):
        refused = await hall.ask("dana@1", words)
    assert (refused.template, refused.facts) == ("too_many", {"seconds": 1, "busy": False})
    hall.now += 0.25
    assert (await hall.ask("dana@1", words)).template == "said"


@pytest.mark.parametrize(
    ("words", "more"),
    [("homework", {}), ("home", {"key": "k{}"}), ("home", {"filling": Filling("log")}), ("log home", {})],
)
async def test_what_only_looks_like_a_look_at_the_home_counts_in_full(hall, words, more):
    async def ask(number):
        given = more | ({"key": more["key"].format(number)} if "key" in more else {})
        return (await hall.ask("dana@1", words, **given)).template

    assert [await ask(number) for number in range(BURST + 1)].count("said") == BURST


async def test_a_delivery_that_comes_again_is_counted_once(hall):
    for _ in range(3 * BURST):
        assert (await hall.ask("dana@1", key="same")).template == "said"
    others = [(await hall.ask("dana@1", key=f"k{n}")).template for n in range(BURST)]
    assert others.count("said") == BURST - 1


async def test_what_was_refused_is_counted_when_it_comes_again_and_is_heard(hall):
    for number in range(BURST):
        await hall.ask("dana@1", key=f"k{number}")
    assert (await hall.ask("dana@1", key="late")).template == "too_many"
    assert (await hall.ask("dana@1", key="late")).template == "too_many"
    hall.now += 1
    assert (await hall.ask("dana@1", key="late")).template == "said"
    assert (await hall.ask("dana@1", key="later")).template == "too_many"


async def test_a_delivery_that_comes_again_while_it_is_heard_is_heard_once(hall):
    hall.shut = True
    first, second = await hall.start("dana@1", "log", key="k"), await hall.start("dana@1", "log", key="k")
    assert hall.heard == ["log"]
    await hall.finish("log")
    assert await first == await second == Reply("said", {"words": "log"})


async def test_a_second_delivery_is_heard_by_itself_when_the_first_is_given_up(hall):
    hall.shut = True
    first, second = await hall.start("dana@1", "log", key="k"), await hall.start("dana@1", "log", key="k")
    first.cancel()
    await hall.settle()
    assert hall.heard == ["log", "log"]
    await hall.finish("log")
    assert (await second).template == "said"


async def test_giving_up_a_second_delivery_leaves_the_first_alone(hall):
    hall.shut = True
    first, second = await hall.start("dana@1", "log", key="k"), await hall.start("dana@1", "log", key="k")
    second.cancel()
    await hall.settle()
    await hall.finish("log")
    assert (await first).template == "said"
    assert second.cancelled()


@pytest.mark.parametrize(
    ("user", "more"),
    [
        ("lee@1", {"words": "log"}),
        ("dana@1", {"words": "other"}),
        ("dana@1", {"words": "log", "filling": Filling("log", values={"subject": "b"}, step=Step.SUBMIT)}),
    ],
)
async def test_the_same_key_with_anything_else_changed_does_not_get_another_answer(hall, user, more):
    hall.shut = True
    filling = Filling("log", values={"subject": "a"}, step=Step.SUBMIT)
    first = await hall.start("dana@1", "log", key="k", filling=filling)
    gate = hall.gates.pop("log")
    words = more.pop("words")
    second = await hall.start(user, words, key="k", **more)
    assert hall.heard == ["log", words]
    await hall.finish(words)
    assert second.done()
    assert not first.done()
    gate.set()
    await first


async def test_one_person_has_so_many_asks_under_way_and_is_told_when_it_is_one_more(hall):
    hall.shut = True
    tasks = [await hall.start("dana@1", f"a{number}") for number in range(WAITING)]
    assert hall.heard == [f"a{number}" for number in range(AT_ONCE)]
    refused = await hall.ask("dana@1", "one more")
    assert (refused.template, refused.facts["busy"]) == ("too_many", True)
    for number in range(WAITING):
        await hall.finish(f"a{number}")
    assert [(await task).facts["words"] for task in tasks] == [f"a{number}" for number in range(WAITING)]
    assert hall.heard == [f"a{number}" for number in range(WAITING)], "in the order in which they came"
    hall.shut = False
    assert (await hall.ask("dana@1")).template == "said"


async def test_a_busy_colleague_does_not_take_the_turns_of_the_others(hall):
    await hall.meet("dana@1", "lee@1")
    hall.turnstile._places._most = 2  # one place for the department
    hall.shut = True
    for number in range(5):
        await hall.start("dana@1", f"d{number}")
    await hall.start("lee@1", "l0")
    assert hall.heard == ["d0"]
    for words in ("d0", "d1", "l0"):
        await hall.finish(words)
    assert hall.heard == ["d0", "d1", "l0", "d2"]
    for number in range(2, 5):
        await hall.finish(f"d{number}")


async def test_a_slow_department_leaves_places_for_every_other_one(hall):
    slow = [f"s{number}@1" for number in range(40)]
    await hall.meet(*slow, "kim@2", "robin@3", "alex@4")
    hall.shut = True
    for user in slow:
        await hall.start(user, user)
    assert hall.heard == slow[: PLACES // 2]
    hall.shut = False
    for user in ("kim@2", "robin@3", "alex@4"):
        assert (await hall.ask(user, user)).template == "said", "nobody waits for department 1"
    for user in slow:
        if user in hall.gates:
            await hall.finish(user)
    assert hall.heard[-1] == slow[-1]


async def test_lines_are_served_in_turn_when_all_places_are_taken():
    hall = Hall(places=2)
    users = ["a1@1", "a2@1", "a3@1", "b1@2", "b2@2", "c1@3"]
    await hall.meet(*users)
    hall.shut = True
    for user in users:
        await hall.start(user, user)
    while hall.gates:
        await hall.finish(next(iter(hall.gates)))
    assert hall.heard == ["a1@1", "b1@2", "a2@1", "b2@2", "c1@3", "a3@1"]


async def test_the_unknown_share_one_line_and_a_department_is_learned_from_the_first_answer(hall):
    hall.shut = True
    strangers = [await hall.start(f"x{number}", f"x{number}") for number in range(20)]
    assert len(hall.heard) == PLACES // 2
    known = await hall.start("kim@2", "kim")
    assert "kim" not in hall.heard, "not known yet: behind the other unknown ones"
    hall.shut = False
    for words in list(hall.gates):
        await hall.finish(words)
    await asyncio.gather(known, *strangers, *hall.spawned)
    hall.heard.clear()
    hall.shut = True
    strangers = [await hall.start(f"x{number}", f"y{number}") for number in range(20)]
    known = await hall.start("kim@2", "kim")
    assert "kim" in hall.heard, "learned from what was answered before"
    hall.shut = False
    for words in list(hall.gates):
        await hall.finish(words)
    await asyncio.gather(known, *strangers)


async def test_a_department_is_looked_up_once_an_hour_and_an_unknown_one_once_a_minute(hall):
    for _ in range(3):
        await hall.ask("kim@2")
        await hall.ask("nobody")
        await hall.settle()
    assert hall.looked == ["kim@2", "nobody"]
    hall.now += turnstile.UNKNOWN
    await hall.ask("kim@2")
    await hall.ask("nobody")
    await hall.settle()
    assert hall.looked == ["kim@2", "nobody", "nobody"]
    hall.now += turnstile.KNOWN
    await hall.ask("kim@2")
    await hall.settle()
    assert hall.looked[3:] == ["kim@2"]


async def test_a_look_that_fails_keeps_nobody_from_asking(hall, caplog):
    async def broken(_who):
        raise OSError("the database, and a secret word")

    hall.turnstile._desk_of = broken
    assert (await hall.ask("kim@2")).template == "said"
    await asyncio.gather(*hall.spawned)
    assert (await hall.ask("kim@2")).template == "said"
    assert "secret" not in caplog.text


async def test_whoever_goes_away_while_waiting_takes_nobodys_turn(hall):
    hall.shut = True
    tasks = [await hall.start("dana@1", f"a{number}") for number in range(5)]
    tasks[2].cancel()
    tasks[4].cancel()
    await hall.settle()
    await hall.finish("a0")
    assert hall.heard == ["a0", "a1", "a3"]
    tasks[1].cancel()
    await hall.settle()
    await hall.finish("a3")
    assert is_empty(hall.turnstile)
    assert [task.cancelled() for task in tasks] == [False, True, True, False, True]


async def test_whoever_is_called_and_goes_away_in_the_same_moment_passes_the_place_on(hall):
    hall.shut = True
    tasks = [await hall.start("dana@1", f"a{number}") for number in range(4)]
    hall.gates["a0"].set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks[2].cancel()
    await hall.settle()
    assert "a3" in hall.heard
    for words in ("a1", "a3"):
        await hall.finish(words)
    assert is_empty(hall.turnstile)


async def test_a_fault_below_leaves_the_place_free(hall):
    async def broken(_ask):
        raise RuntimeError

    hall.turnstile._lanes._ears = (broken,)
    for _ in range(20):
        with pytest.raises(RuntimeError):
            await hall.ask("dana@1", key="k")
    assert is_empty(hall.turnstile)


async def test_a_slow_department_keeps_one_ear_busy_and_the_others_hear_everybody_else():
    heard, gates = [], {}

    def ear(number):
        async def hear(ask):
            heard.append((number, ask.speaker.user))
            if ask.words == "slow":
                gates[ask.speaker.user] = asyncio.Event()
                await gates[ask.speaker.user].wait()
            return FINE

        return hear

    hall = Hall(others=[ear(1), ear(2)])
    hall.turnstile._lanes._ears = (ear(0), *hall.turnstile._lanes._ears[1:])
    users = [f"{desk}{number}@{desk}" for desk in (1, 2, 3) for number in range(4)]
    await hall.meet(*users)
    heard.clear()
    slow = [await hall.start(user, "slow") for user in users[:3]]
    assert len({number for number, _ in heard}) == 1, "a department is heard by one of them"
    [busy] = {number for number, _ in heard}
    for user in users[4:]:
        assert await hall.ask(user, "quick") is FINE
    assert busy not in {number for number, user in heard if not user.endswith("@1")}
    for gate in list(gates.values()):
        gate.set()
    await asyncio.gather(*slow)
    assert (hall.turnstile._lanes._busy, hall.turnstile._lanes._of) == ([0, 0, 0], {})


def is_empty(one):
    places = one._places
    counts = (places._taken, places.waiting, len(places._lines), len(places._heard), len(one._under_way))
    return counts == (0, 0, 0, 0, 0) and all(p.asked == p.heard == 0 for p in one._people.values())


async def test_what_is_kept_does_not_grow_without_end(hall):
    for number in range(3 * MOST_KNOWN):
        await hall.ask(f"x{number}", key=f"k{number}")
    for number in range(10 * BURST):
        hall.now += 1
        await hall.ask("dana@1", key=f"d{number}")
    await asyncio.gather(*hall.spawned)
    assert len(hall.turnstile._people) == MOST_KNOWN
    assert max(len(one.counted) for one in hall.turnstile._people.values()) == BURST
    assert is_empty(hall.turnstile)


async def test_a_person_whose_ask_is_under_way_is_not_forgotten(hall):
    hall.shut = True
    slow = await hall.start("dana@1", "slow")
    hall.shut = False
    for number in range(2 * MOST_KNOWN):
        await hall.ask(f"x{number}")
    assert Address("slack", "T0", "dana@1") in hall.turnstile._people
    await hall.finish("slow")
    await slow


async def test_beyond_all_patience_everybody_is_told_to_come_again(hall, monkeypatch):
    monkeypatch.setattr(turnstile, "MOST_WAITING", 20)
    hall.shut = True
    tasks = [await hall.start(f"x{number}", f"x{number}") for number in range(PLACES // 2 + 20)]
    refused = await hall.ask("another")
    assert (refused.template, refused.facts["busy"]) == ("too_many", True)
    hall.shut = False
    for words in list(hall.gates):
        await hall.finish(words)
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("facts", [{"seconds": 1, "busy": False}, {"seconds": 5, "busy": True}])
@pytest.mark.parametrize("dialect", ["slack", "teams", "plain", "html"])
def test_the_refusal_says_that_nothing_was_done_and_how_long_to_wait(facts, dialect):
    voice = Voice(TEMPLATES, dialect, "America/Chicago", str)
    said = str(voice.say("too_many", facts))
    assert "done nothing" in said
    assert f"{facts['seconds']} second" in said


async def test_no_ask_is_changed_on_its_way(hall):
    heard = []

    async def hear(ask):
        heard.append(ask)
        return FINE

    hall.turnstile._lanes._ears = (hear,)
    ask = Ask(Address("slack", "T0", "dana@1"), "mine", MONDAY, "k", "dana@x.example", True, {"a": 1})
    assert await hall.turnstile(ask) is FINE
    assert await hall.turnstile(replace(ask, key=None, by_message=False)) is FINE
    assert heard[0] is ask
