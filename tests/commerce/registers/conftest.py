"""A shop with a counter to sell over."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from commerce.kernel.durable import Durable
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop
from tests.support.tills import counter_in, open_register, shop_with_reader


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, found=shop_with_reader, connections=12) as made:
        yield made


@pytest.fixture
def durable(shop: Shop) -> Iterator[Durable]:
    client = Durable(shop.database.url)
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
