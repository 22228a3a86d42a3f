"""A shop with a counter to sell over."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from commerce.kernel.database import Database
from commerce.kernel.durable import Durable
from tests.support.shop import Shop, open_shop
from tests.support.tills import counter_in, open_register, with_reader


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    database = Database(database_url, connections=12)
    yield with_reader(open_shop(database))
    database.close()


@pytest.fixture
def durable(database_url: str) -> Iterator[Durable]:
    client = Durable(database_url)
    yield client
    client.close()


@pytest.fixture
def register(shop: Shop) -> UUID:
    """Give a register that nobody has opened yet."""
    return counter_in(shop)


@pytest.fixture
def open_counter(shop: Shop, register: UUID) -> UUID:
    """Give a register that is open with a float of 500 yuan."""
    open_register(shop, register)
    return register
