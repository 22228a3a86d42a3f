"""However long a list is, it takes as many statements; no call takes more than it needs."""

from typing import Any

import pytest

from commerce.kernel.ids import new_code
from tests.storefront.api.counter import Caller, Counter, done
from tests.storefront.api.test_order_keeping import paid
from tests.storefront.api.test_product_writing import path_of, put
from tests.support.shop import stock_product
from tests.support.statements import statements_sent

# One of them is the guard's: the key with its merchant.
MOST_STATEMENTS = {
    "/shop/categories": 2,
    "/shop/products?limit=100": 5,
    "/shop/products?limit=100&q=cup": 5,
    "/shop/filters": 3,
    "/shop/payment-methods": 2,
    "/products?limit=100": 5,
    "/price-lists": 2,
    "/stock?limit=100": 5,
    "/locations": 2,
    "/orders?limit=100": 2,
}
PLACING = 21
MOST_OF_DOCUMENT = {"product": 27, "prices": 30, "stock": 10}
MOST_OF_STEP = 31
STEPS = {
    "notes": {"text": "Fragile"},
    "shipments": {"location_code": "WH1"},
    "refunds": {"amount": {"amount_minor": 1, "currency": "CNY"}, "reason": "goodwill"},
}


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


def test_a_document_takes_as_many_statements_however_long_it_is(
    counter: Counter, busy_shop: Caller
) -> None:
    took: dict[str, list[int]] = {"product": [], "prices": [], "stock": []}
    for variants in (1, 5):
        code = new_code(8)
        path, product = path_of(code), wide_product(code, variants)
        skus = [variant["sku"] for variant in product["variants"]]
        amount = {"amount_minor": 100, "currency": "CNY"}
        prices = {"prices": [{"sku": sku, "amount": amount} for sku in skus]}
        lines = [{"sku": sku, "location_code": "WH1", "change": 1} for sku in skus]
        with statements_sent() as statements:
            done(put(busy_shop, path, product), 201)
        took["product"].append(len(statements))
        done(put(busy_shop, f"{path}/prices", prices, If_Match="*"))
        prices["prices"] = prices["prices"][:1]
        with statements_sent() as statements:
            done(put(busy_shop, f"{path}/prices", prices, If_Match="*"))
        took["prices"].append(len(statements))
        with statements_sent() as statements:
            done(busy_shop.post("/stock/adjustments", {"reason": "x", "lines": lines}))
        took["stock"].append(len(statements))
    assert took["product"][1] <= took["product"][0] <= MOST_OF_DOCUMENT["product"], took
    assert max(took["prices"]) <= MOST_OF_DOCUMENT["prices"], took
    assert took["stock"][1] <= took["stock"][0] <= MOST_OF_DOCUMENT["stock"], took


def test_what_is_done_to_an_order_takes_few_statements(counter: Counter, busy_shop: Caller) -> None:
    number = paid(counter, busy_shop, (stock_product(counter.shop, in_warehouse=2), 1))
    for step, body in STEPS.items():
        with statements_sent() as statements:
            done(busy_shop.post(f"/orders/{number}/{step}", body))
        assert len(statements) <= MOST_OF_STEP, (step, statements)


def wide_product(code: str, variants: int) -> dict[str, Any]:
    keys = [f"size-{n}" for n in range(variants)]
    values = [{"key": key, "names": {"en": key}} for key in keys]
    return {
        "words": {"en": {"name": "Teapot"}},
        "options": [{"key": "size", "names": {"en": "Size"}, "values": values}],
        "variants": [{"sku": f"{code}-{key}", "choice": [key]} for key in keys],
    }


def test_a_cart_of_many_lines_takes_no_more_statements(counter: Counter, busy_shop: Caller) -> None:
    took = []
    for lines in (1, 6):
        cups = [stock_product(counter.shop, in_warehouse=2) for _ in range(lines)]
        token = busy_shop.open_cart(*((cup, 1) for cup in cups))
        with statements_sent() as statements:
            done(busy_shop.get(f"/shop/carts/{token}"))
        took.append(len(statements))
    assert took[0] == took[1]
