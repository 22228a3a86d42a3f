"""A cart with as many things as it can hold."""

import pytest

from tests.storefront.api.counter import Counter, done
from tests.support.shop import stock_product


def test_a_full_cart_still_changes_and_says_why_it_takes_no_more(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.checkout.service.cart.MOST_LINES", 2)
    shopper = counter.client()
    first, second, third = (stock_product(counter.shop, in_warehouse=5) for _ in range(3))
    cart = f"/shop/carts/{done(shopper.post('/shop/carts', {}), 201)['token']}"
    for variant in (first, second):
        done(shopper.post(f"{cart}/lines", {"variant_id": str(variant), "quantity": 2}))

    refused = shopper.post(f"{cart}/lines", {"variant_id": str(third), "quantity": 1})

    assert (refused.status_code, refused.json["type"]) == (422, "/api/problems/full-cart")  # type: ignore[index]
    for quantity in (3, 1):
        done(shopper.put(f"{cart}/lines/{first}", {"quantity": quantity}))
    done(shopper.delete(f"{cart}/lines/{first}"))
    done(shopper.post(f"{cart}/lines", {"variant_id": str(third), "quantity": 1}))
