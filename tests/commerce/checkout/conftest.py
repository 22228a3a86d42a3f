"""A shop of its own for every test of what happens between cart and delivery."""

from collections.abc import Iterator

import pytest

from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from tests.support.shop import Shop, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    database = Database(database_url, connections=12)
    yield open_shop(database)
    database.close()


@pytest.fixture
def durable(database_url: str) -> Iterator[Durable]:
    client = Durable(database_url)
    yield client
    client.close()
