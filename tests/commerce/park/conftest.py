"""A database for every test of the park."""

from collections.abc import Iterator

import pytest

from commerce.kernel.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()
