"""A shop of its own for every test of what happens between cart and delivery."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from commerce.kernel.durable import Durable
from commerce.orders.rows import OrderRow
from tests.support.orders import paid_order
from tests.support.postgres import TestServer
from tests.support.returns import sent, sold_lines
from tests.support.shop import Shop, own_shop, stock_product


@pytest.fixture
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server, connections=12) as made:
        yield made


@pytest.fixture
def durable(shop: Shop) -> Iterator[Durable]:
    client = Durable(shop.database.url)
    yield client
    client.close()


@pytest.fixture
def order(shop: Shop, durable: Durable) -> OrderRow:
    """Three teapots at 688.00 and delivery for 10.00, sent to the buyer."""
    made = paid_order(shop, durable, (stock_product(shop, in_warehouse=5), 3))
    sent(shop, durable, made)
    return made


@pytest.fixture
def line(shop: Shop, order: OrderRow) -> UUID:
    return sold_lines(shop, order)[0].id
