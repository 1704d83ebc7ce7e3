"""What every test may ask for, and the surroundings in which all of them run."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import Postgres

# Nobody's real tokens or databases reach a test.
for _name in list(os.environ):
    if _name.upper().startswith(("REPLYBY_", "SLACK_", "MICROSOFTAPP", "MICROSOFT_APP")):
        del os.environ[_name]

# A zone that no agency of ours lives in, so that a use of the machine's own zone shows.
os.environ["TZ"] = "Pacific/Chatham"
if hasattr(time, "tzset"):
    time.tzset()

# No example fails for being slow on a busy machine; CI tries the same examples each time.
settings.register_profile("replyby", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("replyby")


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Postgres]:
    # One server a worker: it starts in half a second, and only when a test asks for it.
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(_postgres: Postgres) -> str:
    """The SQLAlchemy address of a running PostgreSQL server's own database; leave that one empty."""
    return _postgres.url()


@pytest.fixture
def fresh_postgres(_postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy address of a new, empty PostgreSQL database, which is dropped afterwards."""
    name = _postgres.create()
    yield _postgres.url(name)
    _postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy address of a new, empty database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'replyby.db'}"
    address: str = request.getfixturevalue("fresh_postgres")
    return address
