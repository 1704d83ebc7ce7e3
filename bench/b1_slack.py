"""B1: signed `/inquiry log …` through the whole path, on SQLite, against a Bolt that does nothing.

Both are served by uvicorn, each by one process, to the same callers. Ours looks up who speaks, reckons the
deadlines, stores all of it, and answers when it is on the disk; Bolt checks the signature and answers with
nothing. Bolt's usual way would leave the work for after the answer, so it has `process_before_response`.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import count
from statistics import median
from typing import Protocol
from urllib.parse import urlencode

from sqlalchemy import func
from sqlmodel import col, select

from bench.databases import database, fsync_seconds, settle
from bench.figure import Figure
from bench.front_doors import bolt, replyby, served
from bench.interleaved import in_turns
from bench.knocking import Answer, knock, post
from bench.million import TEAM, peopled
from bench.quick_slack import quick_slack
from models.inbox import Heard
from models.inquiry import Deadline, Inquiry
from models.store import Store
from tests.doors.fake_slack import signed, slash

PACKAGES = ("httptools", "slack-bolt", "sqlalchemy", "sqlmodel", "starlette", "uvicorn", "uvloop")
GOAL = 0.5
ASKS, ALONE = 500, 50  # in a turn: by 32 connections, and by one
CONNECTIONS = 32
TURNS = 7
STAFF, DEPARTMENTS = 1000, 3
SECRET, TOKEN = "made-up-signing-secret", "xoxb-made-up"  # of no workspace
LOGGED = re.compile(rb"INQ-(\d+) logged")


def figures() -> Iterator[Figure]:
    yield Figure("fsync of 4 KiB here", fsync_seconds() * 1000, " ms")
    yield from against_bolt("SQLite", GOAL)


class Requests(Protocol):
    """Whoever makes so many requests, ready to be sent, none of them twice."""

    def requests(self, many: int) -> list[bytes]: ...


class Callers:
    """Slack with many members of staff, who log one inquiry after the other."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def requests(self, many: int) -> list[bytes]:
        """So many signed commands, each with an id of its own, by another member each."""
        now = datetime.now(UTC)
        return [self._request(next(self._numbers), now) for _ in range(many)]

    def _request(self, number: int, now: datetime) -> bytes:
        words = f"log call from Jane Doe 608-555-0133 about parking permit {number}"
        said = slash(words, user=f"U{number % STAFF}", team_id=TEAM, trigger_id=f"1700.{number}")
        body = urlencode(said).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return post("/slack/events", body, {**kind, **signed(body, now, secret=SECRET)})


class Side:
    """One door, and what it answered."""

    def __init__(self, port: int, callers: Requests, many: int, connections: int) -> None:
        self._port, self._callers, self._many, self._connections = port, callers, many, connections
        self._requests: Sequence[bytes] = ()
        self.answers: list[Answer] = []

    def sign(self) -> None:
        self._requests = self._callers.requests(self._many)

    def run(self) -> None:
        self.answers += knock(self._port, self._requests, self._connections)

    def seconds(self) -> float:
        """The median of how long an answer took."""
        return median(one.seconds for one in self.answers)

    def refused(self) -> int:
        return sum(one.status != 200 for one in self.answers)


def against_bolt(kind: str, goal: float) -> Iterator[Figure]:
    with ExitStack() as stack:
        address = stack.enter_context(database(kind))
        slack = stack.enter_context(quick_slack())
        with closing(Store(address)) as store:
            peopled(store, STAFF, datetime.now(UTC), DEPARTMENTS)
        environ = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "REPLYBY_SLACK_TEAMS": TEAM,
            "REPLYBY_SLACK_API_URL": slack.url,
        }
        ours = stack.enter_context(served(replyby, environ, address))
        theirs = stack.enter_context(served(bolt, TOKEN, SECRET, slack.url, True))
        usual = stack.enter_context(served(bolt, TOKEN, SECRET, slack.url, False))
        callers = Callers()
        many = [Side(port, callers, ASKS, CONNECTIONS) for port in (ours, theirs)]
        turns = in_turns(many[0].run, many[1].run, TURNS, 0, before=(many[0].sign, many[1].sign))
        alone = [Side(port, callers, ALONE, 1) for port in (ours, theirs, usual)]
        for _ in range(TURNS):
            for side in alone:
                side.sign()
                side.run()
        name = f"/inquiry log, c={CONNECTIONS}, {kind}"
        yield Figure(f"{name}, vs Bolt no-op", turns.ratio, "x", at_least=goal)
        acknowledged = [*many[0].answers, *alone[0].answers]
        yield Figure(
            f"{name}, unlike its rows",
            unlike(address, acknowledged),
            of=f" of {len(acknowledged)}",
            at_most=0,
        )
        refused = sum(side.refused() for side in (*many, *alone))
        yield Figure(f"{name}, refused by either", refused, at_most=0)
        yield Figure(f"{name}, ours", ASKS / turns.ours, "/s")
        yield Figure(f"{name}, Bolt no-op", ASKS / turns.theirs, "/s")
        for side, who in zip(alone, ("ours", "Bolt no-op", "Bolt no-op as it comes"), strict=True):
            yield Figure(f"one /inquiry log at a time, {kind}, median of {who}", side.seconds() * 1000, " ms")


def unlike(address: str, answers: Sequence[Answer]) -> int:
    """How many acknowledged inquiries are not stored whole, or stored and not acknowledged."""
    told = [int(found[1]) for one in answers if (found := LOGGED.search(one.body))]
    with closing(Store(address)) as store:
        settle(store, "inquiry", "deadline")
        with store.reading() as db:
            stored = set(db.exec(select(Inquiry.id)))
            timed = set(db.exec(select(Deadline.inquiry_id)))
            heard = db.exec(
                select(func.count(col(Heard.key))).where(col(Heard.key).startswith("slack:"))
            ).one()
    lost = set(told) ^ (stored & timed)
    return len(lost) + (len(told) - len(set(told))) + abs(heard - len(told)) + (len(answers) - len(told))
