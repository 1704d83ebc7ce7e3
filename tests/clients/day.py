"""One day in an office, step by step, for whichever client: what is said, and what must be read then."""

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from tests.clients.office import PUBLIC, Missed, Served, people
from tests.clients.said import Said
from tests.clients.script import DAY, Step

CUSTOMERS = ("Jane Doe", "Ann Ho", "Ben Ode", "Maria Lopez")
MOST_PASSED = 10
NAMES = (*CUSTOMERS, *sorted(one.name for one in people().values()))


class Client(Protocol):
    """A person's chat with Replyby, as a client holds it."""

    door: str
    office: Served

    async def arrive(self, who: str) -> Said:
        """Has the app for the first time: what greets them."""
        ...

    async def say(self, who: str, words: str) -> Said:
        """Types a direct message; the answer."""
        ...

    async def command(self, who: str, words: str) -> Said:
        """Types a command; the answer. Where commands are not a thing of their own, a message."""
        ...

    async def press(self, who: str, said: Said, label: str) -> Said:
        """Presses a button; what stands in the place of its message then, or answers it."""
        ...

    async def heard(self, who: str) -> Said:
        """The next message that comes by itself."""
        ...

    async def now_reads(self, who: str, said: Said) -> Said:
        """A message as it reads now."""
        ...

    async def opens(self, who: str, said: Said | None, words: str) -> Said:
        """Opens a form by a button of a message; the form as it is shown."""
        ...

    async def looks(self, who: str, form: Said, values: dict[str, str]) -> Said:
        """Changes what stands in it, and asks for a new preview; the form as it is shown then."""
        ...

    async def home(self, who: str) -> Said:
        """What stands in somebody's home when they look at it."""
        ...

    async def shares(self, who: str, words: str) -> Said:
        """Chooses “Log as inquiry” on a colleague's message; the form that opens."""
        ...

    async def thread(self, who: str) -> Said:
        """What is said beneath the message that was shared last."""
        ...

    async def submits(self, who: str, form: Said, values: dict[str, str]) -> Said:
        """Submits it: the form with its faults, or what is said afterwards."""
        ...


class Wrong(Exception):  # a sentence about a step
    """A step did not go as the script says."""


async def live(client: Client, steps: tuple[Step, ...] = DAY) -> dict[str, Said]:
    """Goes through the day; what was read at each step. Raises Wrong at the first step that goes wrong."""
    read: dict[str, Said] = {}
    for step in steps:
        try:
            if step.at:
                await client.office.move_to(step.at)
            said = await _DOES[step.does](client, step, read)
            check(said, step)
        except (AssertionError, Missed) as fault:
            raise Wrong(
                f"{client.door}, {step.name}: {step.who}: {step.words or step.does}: {fault}"
            ) from fault
        read[step.name] = said
    return read


def check(said: Said, step: Step) -> None:
    whole = "\n".join([said.text, *(f"{one.label} {one.words}" for one in said.buttons)])
    for words in step.expects:
        assert words in whole, f"“{words}” is not in “{said.text[:1500]}”"
    for words in step.absent:
        assert words not in whole, f"“{words}” is in “{said.text[:1500]}”"
    assert "Something went wrong" not in said.text, said.text
    assert set(step.faults) == set(said.faults), f"faults {dict(said.faults)}"


async def _heard(client: Client, step: Step, read: dict[str, Said]) -> Said:
    """The next message that says what is expected; others may come before it (a digest, another reminder)."""
    passed: list[str] = []
    for _ in range(MOST_PASSED):
        try:
            said = await client.heard(step.who)
        except Missed as missed:
            raise Missed(f"{missed} Before that: {passed}") from missed
        if all(words in said.text for words in step.expects):
            return said
        passed.append(said.text[:200])
    raise AssertionError(f"only heard {passed}")


async def _read_again(client: Client, step: Step, read: dict[str, Said]) -> Said:
    return await client.now_reads(step.who, read[step.on])


async def _survey(client: Client, step: Step, read: dict[str, Said]) -> Said:
    """The customer follows the link and answers."""
    found = re.search(rf"{PUBLIC}(/survey/[\w.-]+)", read[step.on].text)
    assert found, "no survey link"
    address = f"{client.office.url}{found[1]}"
    async with client.office.web.get(address) as page:
        form = await page.text()
        assert page.status == 200, page.status
    fields = dict(re.findall(r'<input[^>]*type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', form))
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    assert fields, "the survey asks nothing"
    async with client.office.web.post(address, data={**hidden, **fields}) as page:
        thanks = await page.text()
        assert page.status == 200, f"{page.status}: {thanks[:300]}"
    async with client.office.web.post(address, data={**hidden, **fields}) as page:
        assert page.status != 200 or (await page.text()) != thanks, "the link works twice"
    return Said("answered", (), "", {})


_DOES: dict[str, Callable[[Client, Step, dict[str, Said]], Awaitable[Said]]] = {
    "arrive": lambda client, step, read: client.arrive(step.who),
    "say": lambda client, step, read: client.say(step.who, step.words),
    "command": lambda client, step, read: client.command(step.who, step.words),
    "press": lambda client, step, read: client.press(step.who, read[step.on], step.words),
    "heard": _heard,
    "reads": _read_again,
    "opens": lambda client, step, read: client.opens(step.who, read[step.on], step.words),
    "looks": lambda client, step, read: client.looks(step.who, read[step.on], dict(step.values)),
    "home": lambda client, step, read: client.home(step.who),
    "shares": lambda client, step, read: client.shares(step.who, step.words),
    "thread": lambda client, step, read: client.thread(step.who),
    "submits": lambda client, step, read: client.submits(step.who, read[step.on], dict(step.values)),
    "survey": _survey,
}


def differences(one: dict[str, Said], other: dict[str, Said]) -> list[str]:
    """Where two doors say other facts at the same step."""
    found = []
    for name, said in one.items():
        here, there = said.facts(NAMES), other[name].facts(NAMES)
        found += [f"{name}: {key}: {here[key]} / {there[key]}" for key in here if here[key] != there[key]]
    return found
