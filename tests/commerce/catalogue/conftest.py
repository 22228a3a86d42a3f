from collections.abc import Iterator
from uuid import UUID

import pytest

from commerce.kernel.database import Database
from tests.support.park import create_merchant


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)
