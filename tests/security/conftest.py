"""The served app as the tests of Teams' address find it."""

import pytest

from tests.security.teams_town import teams_town


@pytest.fixture
async def town(tmp_path):
    async with teams_town(tmp_path) as one:
        yield one
