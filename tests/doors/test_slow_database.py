"""Many commands at once, and a database that is slow: each is stored once, and Slack has its answer in time.

Slack gives up after three seconds. The loop's own clock tells how long an answer took: that limit is the
promise itself, and the database's slowness is what is waited for.
"""

import asyncio
import re
import threading
from contextlib import contextmanager

from sqlalchemy import text
from sqlmodel import select

from bot.slack.door import PATIENCE
from models.inbox import Heard
from models.inquiry import Deadline, Inquiry
from models.store import Store
from tests.doors.agency_door import agency_door
from tests.doors.fake_slack import form, slash

LIMIT, SLOW = 3.0, 2.0
MANY = 200
LOG = "log call from Jane Doe 608-555-0133 about permit {} received 8:40"


@contextmanager
def held(store, seconds, table="inbox"):
    """Another process has the database to itself for so long; of PostgreSQL, that table."""
    other, begun, done = Store(_address(store)), threading.Event(), threading.Event()

    def hold():
        with other.transaction() as db:
            db.connection()  # which SQLite begins at once, as a writer
            if other.on_postgresql:
                db.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            begun.set()
            done.wait(seconds)

    holding = threading.Thread(target=hold)
    holding.start()
    begun.wait()
    try:
        yield
    finally:
        done.set()
        holding.join()
        other.close()


def _address(store):
    return store.url.render_as_string(hide_password=False)


async def timed(agency, number, slack, began):
    words = slash(LOG.format(number), trigger_id=f"t{number}", response_url=slack.response_url)
    answer = await agency.send(form(words))
    return answer, asyncio.get_running_loop().time() - began


def numbers(messages):
    return [found[0] for one in messages if (found := re.findall(r"INQ-\d+(?= logged)", one["text"]))]


async def test_two_hundred_commands_at_once_are_stored_once_and_answered_in_time(either, slack, clock):
    async with agency_door(slack, either.store, clock, patience=PATIENCE) as agency:
        with held(either.store, SLOW):
            began = asyncio.get_running_loop().time()
            found = await asyncio.gather(*(timed(agency, number, slack, began) for number in range(MANY)))
            await agency.settled()
        assert {answer.status_code for answer, _ in found} == {200}
        at_once = [answer.json() for answer, _ in found]
        waiting = [one for one in at_once if one["text"].startswith("Working on it")]
        assert waiting, "the database was not slow"
        assert max(seconds for _, seconds in found) < LIMIT
        # Whoever read "working on it" has the rest by response_url.
        assert len(slack.answered) == len(waiting)
        assert sorted(numbers([*at_once, *slack.answered]), key=lambda one: int(one[4:])) == [
            f"INQ-{number}" for number in range(1, MANY + 1)
        ]
    assert [len(either.rows(table)) for table in (Inquiry, Deadline)] == [MANY, MANY]
    with either.store.transaction() as db:
        assert len(db.exec(select(Heard)).all()) == MANY
