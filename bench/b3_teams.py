"""B3: a Teams message through the whole path, on SQLite, against botbuilder's CloudAdapter that does nothing.

Both are served by uvicorn, each by one process, to the same callers, and check the same token by the keys of
the same server. Ours logs an inquiry and owes the answer as a row, all on the disk before it says 200.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import count

import jwt
from sqlalchemy import func
from sqlmodel import col, select

from bench.b1_slack import CONNECTIONS, DEPARTMENTS, STAFF, TURNS, Side
from bench.databases import database, settle
from bench.figure import Figure
from bench.front_doors import cloud_adapter, key_server, replyby_teams, served
from bench.interleaved import in_turns
from bench.knocking import post
from bench.million import TENANT, aad, peopled
from models.outbox import Owed
from models.store import Store
from tests.doors.fake_teams import APP, ISSUER, private_key

PACKAGES = ("botbuilder-core", "pyjwt", "sqlalchemy", "sqlmodel", "starlette", "uvicorn", "uvloop")
GOAL = 20
ASKS, PEERS = 500, 100  # in a turn
SERVICE = "https://smba.trafficmanager.net/amer/"
PASSWORD, KEY = "made-up", "one"


class Callers:
    """Teams with many members of staff, who say the same one after the other."""

    def __init__(self, words: str) -> None:
        self._numbers, self._words = count(1), words

    def requests(self, many: int) -> list[bytes]:
        """So many messages, each with an id of its own, by another member; one token for all."""
        now = int(datetime.now(UTC).timestamp())
        claims = {"aud": APP, "iss": ISSUER, "serviceurl": SERVICE, "iat": now, "nbf": now, "exp": now + 3600}
        token = jwt.encode(claims, private_key(KEY), algorithm="RS256", headers={"kid": KEY})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return [post("/api/messages", self._message(next(self._numbers)), headers) for _ in range(many)]

    def _message(self, number: int) -> bytes:
        member = number % STAFF
        said = {
            "type": "message",
            "id": f"17000{number}",
            "timestamp": "2026-03-02T15:00:00.0000000Z",
            "serviceUrl": SERVICE,
            "channelId": "msteams",
            "from": {"id": f"29:1{member}", "name": f"Member {member}", "aadObjectId": aad(member)},
            "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": f"a:1{member}"},
            "recipient": {"id": f"28:{APP}", "name": "Replyby"},
            "text": self._words,
            "textFormat": "plain",
            "entities": [{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Windows"}],
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
        }
        return json.dumps(said).encode()


def figures() -> Iterator[Figure]:
    yield from against_cloud_adapter(
        "inquiry log", "inquiry log call from Jane Doe 608-555-0133 about a permit", GOAL
    )
    yield from against_cloud_adapter("help", "help", None)


def against_cloud_adapter(name: str, words: str, goal: float | None) -> Iterator[Figure]:
    with ExitStack() as stack:
        address = stack.enter_context(database("SQLite"))
        with closing(Store(address)) as store:
            peopled(store, STAFF, datetime.now(UTC), DEPARTMENTS)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key(KEY).public_key(), as_dict=True)
        key = {**public, "kid": KEY, "use": "sig", "endorsements": ["msteams"]}
        openid = f"http://127.0.0.1:{stack.enter_context(served(key_server, {'keys': [key]}))}/openid"
        environ = {
            "MICROSOFT_APP_ID": APP,
            "MICROSOFT_APP_PASSWORD": PASSWORD,
            "MICROSOFT_APP_TENANT_ID": TENANT,
            "REPLYBY_TEAMS_OPENID_URL": openid,
        }
        callers = Callers(words)
        ours = Side(stack.enter_context(served(replyby_teams, environ, address)), callers, ASKS, CONNECTIONS)
        stock = stack.enter_context(served(cloud_adapter, APP, PASSWORD, openid, ISSUER))
        theirs = Side(stock, callers, PEERS, CONNECTIONS)
        turns = in_turns(ours.run, theirs.run, TURNS, 0, before=(ours.sign, theirs.sign))
        name = f"{name}, c={CONNECTIONS}"
        # A turn of ours is of more messages than one of theirs.
        yield Figure(f"{name}, vs CloudAdapter no-op", turns.ratio * ASKS / PEERS, "x", at_least=goal)
        acknowledged = len(ours.answers) - ours.refused()
        yield Figure(
            f"{name}, unlike its rows", abs(acknowledged - owed(address)), of=f" of {acknowledged}", at_most=0
        )
        yield Figure(f"{name}, refused by either", ours.refused() + theirs.refused(), at_most=0)
        yield Figure(f"{name}, ours", ASKS / turns.ours, "/s")
        yield Figure(f"{name}, CloudAdapter no-op", PEERS / turns.theirs, "/s")


def owed(address: str) -> int:
    """How many answers are owed, each its own."""
    with closing(Store(address)) as store:
        settle(store, "outbox")
        with store.reading() as db:
            answers = select(func.count(func.distinct(col(Owed.key)))).where(Owed.kind == "answer")
            return db.exec(answers).one()
