"""`make soak`: the soak in full. What it does is chosen by the environment:

SOAK_DATABASE=sqlite|postgresql · SOAK_KILLS=60 · SOAK_RESTARTS=0 (of PostgreSQL; with it one worker is
stopped in the middle of its work and never goes on, and nobody is killed unless SOAK_KILLS says so) ·
SOAK_DOOR=slack|teams|blind (Slack without the look before a repeat: the soak has to fail then) · SOAK_SEED
(another one each time).

The status is 0 when every reminder was said once and recorded, each in time where that is promised.
"""

import asyncio
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from models.leasing import LEASE
from tests.soak.plan import Outcome, Plan
from tests.soak.server import Server
from tests.soak.soak import soak

# How late a word may be when nobody is killed and the server comes back: a lease, and as much again.
LATEST = LEASE.total_seconds() + 60
LINES = 40  # of the workers' log, when something went wrong


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def plan_of(environ: Mapping[str, str], server: Server | None) -> Plan:
    """Raises ValueError for what is no number, or makes no sense."""
    restarts = int(environ.get("SOAK_RESTARTS") or 0)
    if restarts and server is None:
        raise ValueError("SOAK_RESTARTS needs SOAK_DATABASE=postgresql.")
    door = environ.get("SOAK_DOOR") or "slack"
    if door not in ("slack", "teams", "blind"):
        raise ValueError("SOAK_DOOR is slack, teams or blind.")
    return Plan(
        door=door,
        seed=int(environ.get("SOAK_SEED") or secrets.randbelow(1_000_000)),
        kills=int(environ.get("SOAK_KILLS") or (0 if restarts else 60)),
        restarts=restarts,
        frozen=1 if restarts else 0,
        restart=server.restart if server else None,
    )


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Server | None]]:
    """The address of an empty database, and its server. Raises ValueError for a kind that we do not know."""
    if kind == "sqlite":
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'soak.db'}", None
    elif kind == "postgresql":
        server = Server()
        try:
            yield server.url(server.create()), server
        finally:
            server.stop()
    else:
        raise ValueError("SOAK_DATABASE is sqlite or postgresql.")


def faults(outcome: Outcome) -> list[str]:
    """What is not as promised, in sentences."""
    plan, befell = outcome.plan, outcome.befell
    found = [f"Not recorded as said: {key}." for key in outcome.unsettled]
    found += [f"A worker was not to end: {each}." for each in outcome.failed]
    if (befell["kills"], befell["restarts"], befell["frozen"]) != (plan.kills, plan.restarts, plan.frozen):
        found.append("Not everything befell the workers that was to.")
    if not plan.kills and outcome.late_by(1) > LATEST:
        found.append(f"More than {LATEST:.0f} s late.")
    if outcome.lost or outcome.doubled:
        found.append("A reminder was lost or doubled.")
    return found


def report(outcome: Outcome, seconds: float) -> int:
    """Says what happened, what is wrong, and the closing line; the status to end with."""
    wrong, plan, befell, did = faults(outcome), outcome.plan, outcome.befell, outcome.did
    if wrong:
        say("\n".join(outcome.log.splitlines()[-LINES:]))
    say(
        f"{plan.reminders} reminders to {plan.members} people by {plan.workers} workers through {plan.door}: "
        f"{did['said']} messages tried, {did['looked']} other calls; of all these {did['crowded']} were "
        f"answered 429, {did['broken']} 500, and {did['cut']} were cut off."
    )
    say(
        f"{befell['kills']} kills, {befell['restarts']} restarts of the server, {befell['frozen']} workers "
        f"stopped for good: {befell['in flight']} of these in mid-call, {befell['calls']} calls in all."
    )
    say(
        f"{outcome.elapsed.total_seconds() / 60:.0f} minutes of the workers' clock in {seconds:.0f} s: it "
        f"skips the time in which all of them rest. Half of the reminders were at most "
        f"{outcome.late_by(0.5):.0f} s late, 9 of 10 at most {outcome.late_by(0.9):.0f} s."
    )
    if outcome.handed_on:
        say(f"Whether {outcome.handed_on} reminders arrived nobody could know: the supervisors were told.")
    for sentence in wrong:
        say(sentence)
    say(outcome.line)
    return 1 if wrong else 0


def main(environ: Mapping[str, str]) -> int:
    try:
        with database(environ.get("SOAK_DATABASE") or "sqlite") as (address, server):
            plan, began = plan_of(environ, server), time.monotonic()
            say(f"soak: seed {plan.seed}")
            return report(asyncio.run(soak(plan, address)), time.monotonic() - began)
    except ValueError as error:
        say(str(error))
        return 2


if __name__ == "__main__":
    sys.exit(main(os.environ))
