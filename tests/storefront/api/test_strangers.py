"""A key opens its own merchant's shop; of everybody else's things it knows nothing."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from commerce.kernel.clock import utc_now
from commerce.park.permissions import ApiScope
from commerce.park.service.api_keys import find_api_key, read_key, revoke_api_key
from tests.storefront.api.counter import (
    ADDRESS,
    BACK,
    Caller,
    Counter,
    done,
    refused,
    take_payments,
)
from tests.support.shop import Shop, open_shop, stock_product


@dataclass(frozen=True)
class Neighbour:
    """Another merchant of the park with goods, a cart, an order and a payment."""

    shop: Shop
    client: Caller
    variant: UUID
    cart: str
    order: str
    order_id: str
    payment: str
    number: str
    handle: str


@pytest.fixture(scope="module")
def neighbour(counter: Counter) -> Neighbour:
    shop = open_shop(counter.database, slug="harbour-imports")
    take_payments(shop, counter.vault)
    client = counter.client(shop=shop)
    variant = stock_product(shop, in_warehouse=10)
    placed = client.place((variant, 1))
    return Neighbour(
        shop=shop,
        client=client,
        variant=variant,
        cart=client.ready_cart((variant, 1))[0],
        order=placed["token"],
        order_id=done(client.get("/orders"))["items"][0]["id"],
        payment=placed["payment"]["id"],
        number=placed["number"],
        handle=done(client.get("/products"))["items"][0]["handle"],
    )


def test_every_thing_of_a_neighbour_is_nowhere(client: Caller, neighbour: Neighbour) -> None:
    theirs = neighbour
    line = {"variant_id": str(theirs.variant), "quantity": 1}
    level = {"variant_id": str(theirs.variant), "location_id": str(theirs.shop.warehouse)}
    cart, order = f"/shop/carts/{theirs.cart}", f"/shop/orders/{theirs.order}"
    agreed = {"agreed_total": {"amount_minor": 1, "currency": "CNY"}}
    answers = [
        client.get(f"/shop/products/{theirs.handle}"),
        client.get(f"/products/{theirs.handle}"),
        client.get(cart),
        client.post(f"{cart}/lines", line),
        client.put(f"{cart}/lines/{theirs.variant}", {"quantity": 2}),
        client.delete(f"{cart}/lines/{theirs.variant}"),
        client.put(f"{cart}/destination", {"country": "CN"}),
        client.put(f"{cart}/contact", {"email": "a@example.com", "address": ADDRESS}),
        client.put(f"{cart}/delivery", {"option": "parcel"}),
        client.post(f"{cart}/order", agreed),
        client.get(order),
        client.post(f"{order}/payments", BACK),
        client.post(f"{order}/payments/{theirs.payment}/check"),
        client.put(f"/products/{theirs.handle}/prices", {"prices": []}),
        client.get(f"/orders/{theirs.order_id}"),
        client.get(f"/orders/{theirs.number}"),
        client.post(f"/orders/{theirs.number}/shipments", {"location_code": "WH1"}),
        client.post(f"/orders/{theirs.number}/cancellation", {"reason": "mine"}),
        client.post(
            f"/orders/{theirs.order_id}/refunds",
            {"amount": agreed["agreed_total"], "reason": "mine"},
        ),
        client.post(f"/orders/{theirs.number}/notes", {"text": "mine"}),
        client.get(f"/stock?variant_id={theirs.variant}"),
        client.get(f"/stock/movements?variant_id={theirs.variant}&location_id={theirs.shop.store}"),
        client.post("/stock/adjustments", {"reason": "mine", "lines": [{**level, "change": 1}]}),
        client.post("/stock/adjustments", {"reason": "gone", "lines": [{**level, "on_hand": 0}]}),
    ]
    assert [each.status_code for each in answers] == [404] * len(answers)


def test_a_neighbours_goods_do_not_go_into_ones_own_cart(
    client: Caller, neighbour: Neighbour
) -> None:
    cart = f"/shop/carts/{client.open_cart()}"
    line = {"variant_id": str(neighbour.variant), "quantity": 1}
    refused(client.post(f"{cart}/lines", line), 404, "variant-not-found")
    refused(
        client.put(f"{cart}/lines/{neighbour.variant}", {"quantity": 1}), 404, "variant-not-found"
    )


def test_a_neighbours_shelf_is_no_place_for_ones_own_goods(
    counter: Counter, client: Caller, neighbour: Neighbour
) -> None:
    mine = stock_product(counter.shop, in_warehouse=1)
    line = {
        "variant_id": str(mine),
        "location_id": str(neighbour.shop.warehouse),
        "change": 1,
    }
    wish = {"reason": "moved", "lines": [line]}
    refused(client.post("/stock/adjustments", wish), 404, "unknown-location")


def test_lists_and_searches_leave_the_neighbour_out(client: Caller, neighbour: Neighbour) -> None:
    assert done(client.get(f"/orders?q={neighbour.number}"))["items"] == []
    ids = {item["variant_id"] for item in done(client.get("/stock?limit=100"))["items"]}
    assert str(neighbour.variant) not in ids
    handles = {item["handle"] for item in done(client.get("/shop/products?limit=100"))["items"]}
    assert neighbour.handle not in handles


def test_a_payment_is_asked_after_under_its_own_order_only(
    counter: Counter, client: Caller
) -> None:
    cup = stock_product(counter.shop, in_warehouse=2)
    first, second = client.place((cup, 1)), client.place((cup, 1))
    check = f"{first['url']}/payments/{second['payment']['id']}/check"
    refused(client.post(check), 404, "not-found")


def test_a_revoked_key_opens_nothing_any_more(counter: Counter) -> None:
    leaver = counter.client(ApiScope.SHOP)
    done(leaver.get("/shop/categories"))
    claim = read_key(leaver.key)
    assert claim is not None
    with counter.database.transaction(counter.shop.scope) as session:
        key = find_api_key(session, claim=claim, now=utc_now())
        assert key is not None
        revoke_api_key(
            session,
            merchant_id=counter.shop.merchant.id,
            key_id=key.id,
            actor_id=None,
            now=utc_now(),
        )
    refused(leaver.get("/shop/categories"), 401, "api-key-needed")


@pytest.mark.parametrize(
    ("scope", "open_to"),
    [
        (ApiScope.SHOP, {"/shop/categories", "/shop/products", "/shop/payment-methods"}),
        (ApiScope.READ_PRODUCTS, {"/products", "/price-lists"}),
        (ApiScope.READ_STOCK, {"/stock", "/locations"}),
        (ApiScope.READ_ORDERS, {"/orders"}),
        (ApiScope.WRITE_STOCK, set()),
    ],
)
def test_a_scope_opens_its_own_doors_only(
    counter: Counter, scope: ApiScope, open_to: set[str]
) -> None:
    holder = counter.client(scope)
    doors = {
        "/shop/categories",
        "/shop/products",
        "/shop/payment-methods",
        "/products",
        "/price-lists",
        "/stock",
        "/locations",
        "/orders",
    }
    assert {door for door in doors if holder.get(door).status_code == 200} == open_to
