"""A shop of its own for every test of what happens between cart and delivery."""

from collections.abc import Iterator

import pytest

from commerce.kernel.durable import Durable
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, connections=12) as made:
        yield made


@pytest.fixture
def durable(shop: Shop) -> Iterator[Durable]:
    client = Durable(shop.database.url)
    yield client
    client.close()
