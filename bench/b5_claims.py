"""B5: a thousand of a million inquiries fall due; their words are put and leased.

Against SQL by hand and APScheduler. Ours is the sweep as it is served, then one claim of all that it put.
Every round finds the same state: what a round put is taken away before the next, and the database is left to
settle.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

from sqlmodel import col, delete, select, update

from bench.crew import CLAIMERS, at_once, ticking
from bench.databases import KINDS, database, fsync_seconds, settle
from bench.figure import Figure
from bench.interleaved import in_turns
from bench.job_per_inquiry import jobs
from bench.million import DUE, INQUIRIES, NOW, STAFF, furnish
from bench.raw_claims import by_hand
from models.claiming import claim
from models.inquiry import Deadline
from models.outbox import Owed
from models.rounds import Round
from models.store import Store
from scheduler.reminders import sweep

PACKAGES = ("apscheduler", "psycopg", "sqlalchemy", "sqlmodel")
JOBS = 100_000
TURNS, PEER_TURNS = 7, 3


def figures() -> Iterator[Figure]:
    yield Figure("fsync", fsync_seconds() * 1000, " ms")
    for kind in KINDS:
        with ExitStack() as stack:
            address = stack.enter_context(database(kind))
            store = stack.enter_context(closing(Store(address)))
            furnish(store, INQUIRIES, DUE, STAFF)
            yield from against_sql(store, kind)
            yield from against_jobs(store, kind)
            yield from together(store, address, kind)
            yield from ticks(store, address, kind)


def ours(store: Store, due: int) -> Callable[[], None]:
    """Puts the words and leases them all. Raises RuntimeError when there are not as many as are due."""

    def once() -> None:
        put = sweep(store, NOW)
        with store.transaction() as db:
            leased = len(claim(db, NOW, due))
        if (put, leased) != (due, due):
            raise RuntimeError(f"{put} words were put and {leased} leased, of {due} that are due.")

    return once


def clearing(store: Store) -> Callable[[], None]:
    """Takes away what the last round put."""

    def once() -> None:
        with store.transaction() as db:
            db.exec(delete(Owed).where(col(Owed.kind) == "due_now"))
            said = update(Deadline).where(col(Deadline.due) == NOW)
            db.exec(said.values(told=["before-240"], next_at=NOW))
        settle(store, "outbox")

    return once


def against_sql(store: Store, kind: str) -> Iterator[Figure]:
    run, clear = ours(store, DUE), clearing(store)
    with by_hand(store, NOW) as hand:
        # The other way round: how many times as long as theirs we take.
        turns = in_turns(hand, run, TURNS, 0, before=(clear, clear))
        clear()
        hand()
        theirs = words(store)
    clear()
    run()
    mine = words(store)
    differ = max(len(theirs - mine), len(mine - theirs))
    yield Figure(f"sweep and claim vs raw SQL, {kind}", turns.ratio, "x", at_most=1.5)
    yield Figure(f"sweep and claim same as raw SQL, {kind}", differ, of=f" disagreements of {DUE}", at_most=0)
    yield Figure(f"sweep and claim, {kind}", turns.theirs * 1000, " ms")
    yield Figure(f"raw SQL, {kind}", turns.ours * 1000, " ms")


def words(store: Store) -> set[str]:
    """What was put, and in what state it is; without the ids and tokens, which are drawn anew."""
    passing = {"id", "lease_token"}
    with store.transaction() as db:
        rows = db.exec(select(Owed).where(Owed.kind == "due_now"))
        return {json.dumps(row.model_dump(mode="json", exclude=passing), sort_keys=True) for row in rows}


def against_jobs(store: Store, kind: str) -> Iterator[Figure]:
    clear = clearing(store)
    with store.transaction() as db:
        due = [one or 0 for one in db.exec(select(Deadline.id).where(Deadline.due == NOW))]
    with jobs(store, NOW, due, JOBS) as peer:

        def again() -> None:
            clear()
            peer.again()

        turns = in_turns(ours(store, DUE), peer.run, PEER_TURNS, 0, before=(clear, again))
        put = len(words(store))
    if put != DUE:
        raise RuntimeError(f"APScheduler put {put} words, of {DUE} that are due.")
    yield Figure(f"sweep and claim vs APScheduler, {JOBS} jobs, {kind}", turns.ratio, "x", at_least=60)
    yield Figure(f"APScheduler, {kind}", turns.theirs * 1000, " ms")


def together(store: Store, address: str, kind: str) -> Iterator[Figure]:
    """Processes that all put and claim at once: what was put or claimed twice, and what was not claimed."""
    clearing(store)()
    claimed = at_once(address, NOW)
    with store.transaction() as db:
        put = list(db.exec(select(Owed.deadline_id).where(Owed.kind == "due_now")))
    twice = sum(len(those) - len(set(those)) for those in (put, claimed))
    missing = DUE - len(set(claimed))
    yield Figure(f"{CLAIMERS} claimers, put or claimed twice, {kind}", twice, of=f" of {DUE}", at_most=0)
    yield Figure(f"{CLAIMERS} claimers, not claimed, {kind}", missing, of=f" of {DUE}", at_most=0)


def ticks(store: Store, address: str, kind: str) -> Iterator[Figure]:
    clearing(store)()
    with store.transaction() as db:
        # The first tick is an hour before: no clock is set back by it.
        db.exec(delete(Round))
    found = ticking(address, NOW)
    yield Figure(f"tick that puts {DUE} of {INQUIRIES}, {kind}", found.first * 1000, " ms", at_most=50)
    yield Figure(f"tick after it, {kind}", found.later * 1000, " ms", at_most=50)
    yield Figure(f"memory of what ticks, {kind}", found.memory / 1e6, " MB", at_most=200)
