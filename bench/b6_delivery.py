"""B6: a thousand words owed are sent to Slack and marked as sent, against aiohttp that posts the same bodies.

Ours is delivery as it is served: rows claimed, looked at again, rendered, posted by the real sender,
recorded. Theirs is a loop of posts on connections that are kept open. Both have as many connections as the
line says, and uvloop, as `replyby serve` has it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import Any

import aiohttp
import uvloop
from sqlmodel import col, update

from bench.databases import KINDS, database, settle
from bench.figure import Figure
from bench.interleaved import in_turns
from bench.million import NOW, furnish
from bench.quick_slack import QuickSlack, quick_slack
from bot.assemble import TEMPLATES
from bot.slack.line import Line
from bot.slack.sending import SlackSender
from bot.voice import Voice
from models.outbox import Owed, Sending
from models.store import Store
from scheduler.delivery import carry
from scheduler.reminders import sweep

PACKAGES = ("aiohttp", "psycopg", "slack-sdk", "sqlalchemy", "sqlmodel", "uvloop")
MESSAGES = 1000
GOALS = {1: 0.75, 16: 0.55}
TURNS = 5
TOKEN = "xoxb-made-up"  # noqa: S105  # of no workspace


def figures() -> Iterator[Figure]:
    for kind in KINDS:
        with ExitStack() as stack:
            slack = stack.enter_context(quick_slack())
            store = stack.enter_context(closing(Store(stack.enter_context(database(kind)))))
            # Each word to somebody else: what is for one person goes out one after the other.
            furnish(store, MESSAGES, MESSAGES, MESSAGES + 2)
            sweep(store, NOW)
            for connections, goal in GOALS.items():
                yield from against_aiohttp(store, slack, connections, goal, kind)


def against_aiohttp(
    store: Store, slack: QuickSlack, connections: int, goal: float, kind: str
) -> Iterator[Figure]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        line, session = runner.run(opened(slack, connections))
        senders = {"slack": SlackSender(line, Voice(TEMPLATES, "slack", "America/Chicago", "{}".format))}
        owe_again(store)
        slack.messages()
        runner.run(deliver(store, senders))
        bodies = [body.encode() for body in slack.messages()]

        def ours() -> None:
            runner.run(deliver(store, senders))

        def theirs() -> None:
            runner.run(post(session, f"{slack.url}chat.postMessage", bodies, connections))

        posted = [0, 0]

        def counting(run: Callable[[], None], side: int) -> Callable[[], None]:
            def counted() -> None:
                run()
                posted[side] += 1

            return counted

        turns = in_turns(
            counting(ours, 0), counting(theirs, 1), TURNS, 0, before=(lambda: owe_again(store), list)
        )
        arrived = Counter(slack.messages())
        runner.run(line.close())
        runner.run(session.close())
    # Each body is another message, the same from either side.
    expected = Counter({body.decode(): sum(posted) for body in bodies})
    differ = ((arrived - expected) + (expected - arrived)).total()
    name = f"{MESSAGES} messages, c={connections}, {kind}"
    yield Figure(f"{name}, vs raw aiohttp", turns.ratio, "x", at_least=goal)
    yield Figure(f"{name}, lost or doubled", differ, of=f" of {posted[0] * MESSAGES}", at_most=0)
    yield Figure(f"{name}, ours", MESSAGES / turns.ours, "/s")
    yield Figure(f"{name}, raw aiohttp", MESSAGES / turns.theirs, "/s")


async def opened(slack: QuickSlack, connections: int) -> tuple[Line, aiohttp.ClientSession]:
    """Our line to Slack, and a session beside it, each with so many connections."""
    line = Line(TOKEN, slack.url)
    web = line.web()
    assert web.session is not None
    await web.session.close()
    web.session, beside = (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) for _ in range(2)
    )
    return line, beside


async def deliver(store: Store, senders: dict[str, SlackSender]) -> None:
    """Carries until nothing is owed. Raises RuntimeError unless every word was marked as sent."""
    sent = 0
    while done := await carry(store, senders, NOW):
        sent += sum(one.state is Sending.SENT for one in done)
    if sent != MESSAGES:
        raise RuntimeError(f"{sent} words were sent, of {MESSAGES}.")


async def post(session: aiohttp.ClientSession, url: str, bodies: Sequence[bytes], connections: int) -> None:
    """Posts the bodies, so many at a time."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json;charset=utf-8"}
    left = iter(bodies)

    async def one_by_one() -> None:
        for body in left:
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()

    await asyncio.gather(*(one_by_one() for _ in range(connections)))


def owe_again(store: Store) -> None:
    """What was sent is owed, as it was before."""
    fresh: dict[str, Any] = {
        "state": Sending.OWED, "attempts": 0, "sent_to": None, "provider_id": None, "said": None,
        "finished_at": None,
    }  # fmt: skip
    with store.transaction() as db:
        db.exec(update(Owed).where(col(Owed.kind) == "due_now").values(**fresh))
    settle(store, "outbox")
