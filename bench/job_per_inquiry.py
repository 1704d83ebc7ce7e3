"""What people have now: APScheduler with a persistent job for each inquiry, which puts its word when due.

It gets what it takes quickest: jobs that run in the scheduler's own thread, each of them one statement by
hand that puts the same word as ours. Nothing is claimed. Its jobs are fewer than our inquiries, because it
takes minutes to store a million; what is due is found by an index, so that their number is of no account.
"""

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import create_engine, delete, insert

from bench.raw_claims import ONE, connected, instants, put
from models.store import Store

PAST, FUTURE = datetime(2001, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
TOGETHER = 10_000
_put: list[Callable[[int], object]] = []


def remind(deadline: int) -> None:
    """The job. A stored job knows no more of it than its name, so the connection waits in this module."""
    _put[-1](deadline)


@dataclass(frozen=True)
class Jobs:
    """`run` runs what is due; `again` makes it due once more."""

    run: Callable[[], None]
    again: Callable[[], None]


@contextmanager
def jobs(store: Store, now: datetime, due: Sequence[int], number: int) -> Iterator[Jobs]:
    """So many jobs in the store's database, of which those for the deadlines of these ids are due."""
    from apscheduler.executors.debug import DebugExecutor
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.base import BaseScheduler
    from apscheduler.triggers.date import DateTrigger

    class AtOnce(BaseScheduler):  # type: ignore[misc]  # APScheduler has no types
        """Looks for due jobs when it is woken, and only then."""

        def wakeup(self) -> None:
            self._process_jobs()

        def shutdown(self, wait: bool = True) -> None:
            super().shutdown(wait)

    # On PostgreSQL an engine of its own: ours asks each time whether a connection still lives.
    engine = create_engine(store.url) if store.on_postgresql else store.engine
    kept = SQLAlchemyJobStore(engine=engine)
    scheduler = AtOnce(timezone=UTC, executors={"default": DebugExecutor()}, jobstores={"default": kept})
    scheduler.start()
    model = scheduler.add_job(remind, "date", run_date=FUTURE, misfire_grace_time=None, args=(0,))
    state = model.__getstate__()
    model.remove()

    def row(job: str, deadline: int, at: datetime) -> dict[str, Any]:
        own = {"id": job, "args": (deadline,), "next_run_time": at, "trigger": DateTrigger(at, UTC)}
        pickled = pickle.dumps(state | own, kept.pickle_protocol)
        return {"id": job, "next_run_time": at.timestamp(), "job_state": pickled}

    now_due = [row(f"due:{one}", one, PAST) for one in due]
    for first in range(len(due), number, TOGETHER):
        those = range(first, min(first + TOGETHER, number))
        with engine.begin() as connection:
            connection.execute(insert(kept.jobs_t), [row(f"later:{one}", one, FUTURE) for one in those])

    def again() -> None:
        with engine.begin() as connection:
            connection.execute(delete(kept.jobs_t).where(kept.jobs_t.c.next_run_time < FUTURE.timestamp()))
            connection.execute(insert(kept.jobs_t), now_due)

    kind = "PostgreSQL" if store.on_postgresql else "SQLite"
    statement, moments = put(kind, ONE), instants(kind, now=now)
    with connected(store) as own:
        _put.append(lambda deadline: own.execute(statement, {**moments, "deadline": deadline}))
        again()
        yield Jobs(scheduler.wakeup, again)
        _put.pop()
    scheduler.shutdown()
    kept.jobs_t.drop(store.engine)
    if engine is not store.engine:
        engine.dispose()
