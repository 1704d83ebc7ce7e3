"""What the tests of this folder may ask for."""

from collections.abc import Iterator

import pytest

from tests.seeded import Office, emptied, seeded


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demonstration's office, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path_factory.getbasetemp() / 'replyby.db'}"
    else:
        address = emptied(request.getfixturevalue("postgres_url"))
    with seeded(address) as office:
        yield office


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demonstration's office on SQLite, where the database is of no account."""
    with seeded(f"sqlite:///{tmp_path_factory.getbasetemp() / 'replyby.db'}") as office:
        yield office
