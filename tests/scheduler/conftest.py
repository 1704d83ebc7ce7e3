"""What the tests of this folder may ask for."""

from collections.abc import Iterator

import pytest

from tests.seeded import Office, emptied, seeded


@pytest.fixture
def with_digests() -> bool:
    """Whether everybody has their morning's digest; a file that is about them says so."""
    return False


@pytest.fixture(params=["sqlite", "postgresql"])
def either(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, with_digests: bool
) -> Iterator[Office]:
    """The demonstration's office, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path_factory.getbasetemp() / 'replyby.db'}"
    else:
        address = emptied(request.getfixturevalue("postgres_url"))
    with seeded(address, digests=with_digests) as office:
        if with_digests:
            office.tick()
        yield office


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, with_digests: bool) -> Iterator[Office]:
    """The demonstration's office on SQLite, where the database is of no account."""
    address = f"sqlite:///{tmp_path_factory.getbasetemp() / 'replyby.db'}"
    with seeded(address, digests=with_digests) as office:
        if with_digests:
            office.tick()
        yield office
