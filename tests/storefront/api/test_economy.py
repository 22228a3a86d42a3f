"""However long a list is, it takes as many statements; no call takes more than it needs."""

import pytest

from tests.storefront.api.counter import Caller, Counter, done
from tests.support.shop import stock_product
from tests.support.statements import statements_sent

# One of them is the guard's: the key with its merchant.
MOST_STATEMENTS = {
    "/shop/categories": 2,
    "/shop/products?limit=100": 5,
    "/shop/products?limit=100&q=cup": 5,
    "/shop/filters": 3,
    "/shop/payment-methods": 2,
    "/products?limit=100": 4,
    "/stock?limit=100": 5,
    "/locations": 2,
    "/orders?limit=100": 2,
}
PLACING = 19


@pytest.fixture(scope="module")
def busy_shop(counter: Counter) -> Caller:
    """A shop with some goods and orders, and a program that has called before."""
    client = counter.client()
    cups = [stock_product(counter.shop, name=f"Cup {n}", in_warehouse=9) for n in range(8)]
    for cup in cups[:3]:
        client.place((cup, 1))
    return client


@pytest.mark.parametrize("path", MOST_STATEMENTS)
def test_a_list_takes_few_statements(counter: Counter, busy_shop: Caller, path: str) -> None:
    with statements_sent() as statements:
        done(busy_shop.get(path))
    assert len(statements) <= MOST_STATEMENTS[path], statements


def test_a_long_list_takes_no_more_statements_than_a_short_one(
    counter: Counter, busy_shop: Caller
) -> None:
    for path in ("/shop/products", "/products", "/stock", "/orders"):
        took = []
        for limit in (1, 3):
            with statements_sent() as statements:
                assert len(done(busy_shop.get(f"{path}?limit={limit}"))["items"]) == limit
            took.append(len(statements))
        assert took[0] == took[1], path


def test_placing_an_order_takes_few_statements(counter: Counter, busy_shop: Caller) -> None:
    cup = stock_product(counter.shop, name="Mug", in_warehouse=2)
    token, total = busy_shop.ready_cart((cup, 1))
    with statements_sent() as statements:
        done(busy_shop.post(f"/shop/carts/{token}/order", {"agreed_total": total}), 201)
    assert len(statements) <= PLACING, statements


def test_a_cart_of_many_lines_takes_no_more_statements(counter: Counter, busy_shop: Caller) -> None:
    took = []
    for lines in (1, 6):
        cups = [stock_product(counter.shop, in_warehouse=2) for _ in range(lines)]
        token = busy_shop.open_cart(*((cup, 1) for cup in cups))
        with statements_sent() as statements:
            done(busy_shop.get(f"/shop/carts/{token}"))
        took.append(len(statements))
    assert took[0] == took[1]
