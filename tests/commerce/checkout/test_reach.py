"""What a cart is offered is within reach: a store hands over only what it has."""

from collections.abc import Iterator
from contextlib import closing
from datetime import time

import pytest

from commerce.fulfilment.rows import DeliveryKind, DeliverySetting, OpenSpan
from commerce.fulfilment.service import put_delivery_option, set_store_hours
from commerce.kernel.database import Database
from tests.support.orders import fill_cart, quote
from tests.support.shop import Shop, open_shop, stock_product


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with closing(Database(database_url)) as database:
        opened = open_shop(database)
        with database.transaction(opened.scope) as session:
            put_delivery_option(
                session,
                merchant_id=opened.merchant.id,
                option=DeliverySetting(
                    code="pickup",
                    kind=DeliveryKind.PICKUP,
                    name="Pick up in Nanjing Road",
                    name_zh="南京西路店自提",
                    location_id=opened.store,
                    working_days=(1, 2, 3, 4, 5, 6, 7),
                ),
            )
            set_store_hours(
                session,
                merchant_id=opened.merchant.id,
                location_id=opened.store,
                spans=[OpenSpan(day, time(10), time(21)) for day in range(1, 8)],
            )
        yield opened


@pytest.mark.parametrize(
    ("in_store", "wanted", "offered"),
    [
        (2, 2, ["parcel", "pickup"]),
        (1, 2, ["parcel"]),
        (0, 1, ["parcel"]),
    ],
)
def test_a_pickup_is_offered_where_everything_lies(
    shop: Shop, in_store: int, wanted: int, offered: list[str]
) -> None:
    teapot = stock_product(shop, in_warehouse=5, in_store=in_store)
    cart = fill_cart(shop, (teapot, wanted))
    assert [option.key for option in quote(shop, cart).options] == offered


def test_one_missing_line_is_enough_to_leave_the_store_out(shop: Shop) -> None:
    here = stock_product(shop, in_store=5)
    elsewhere = stock_product(shop, name="Cup", in_warehouse=5)
    cart = fill_cart(shop, (here, 1), (elsewhere, 1))
    assert [option.key for option in quote(shop, cart).options] == ["parcel"]
