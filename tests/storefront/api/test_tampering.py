"""What a client sends is never believed: amounts are compared, quantities bounded, ids looked up."""

from typing import Any
from uuid import UUID

import pytest

from tests.storefront.api.counter import METHOD, Caller, Counter, done, refused
from tests.support.shop import stock_product

HOSTILE_NUMBERS = [
    b"-1",
    b"0",
    b"1000",
    b"0.0001",
    b"1.5",
    b"1e309",
    b"-1e309",
    b"NaN",
    b"Infinity",
    b"99999999999999999999999999999999",
    b'"1"',
    b"true",
    b"null",
    b"[]",
    b"{}",
]


@pytest.fixture(scope="module")
def cup(counter: Counter) -> UUID:
    return stock_product(counter.shop, price_minor=10000, in_warehouse=1000)


@pytest.mark.parametrize("number", HOSTILE_NUMBERS, ids=bytes.decode)
def test_a_hostile_quantity_changes_nothing(client: Caller, cup: UUID, number: bytes) -> None:
    token = client.open_cart((cup, 2))
    lines = f"/shop/carts/{token}/lines"
    added = client.post(
        lines, b'{"variant_id": "%b", "quantity": %b}' % (str(cup).encode(), number)
    )
    put = client.put(f"{lines}/{cup}", b'{"quantity": %b}' % number)
    assert {added.status_code, put.status_code} <= {400, 422}
    assert done(client.get(f"/shop/carts/{token}"))["lines"][0]["quantity"] == 2


@pytest.mark.parametrize("number", HOSTILE_NUMBERS, ids=bytes.decode)
def test_a_hostile_total_places_nothing(client: Caller, cup: UUID, number: bytes) -> None:
    token, _ = client.ready_cart((cup, 1))
    wish = b'{"agreed_total": {"amount_minor": %b, "currency": "CNY"}}' % number
    answer = client.post(f"/shop/carts/{token}/order", wish)
    assert answer.status_code in {400, 409, 422}
    assert done(client.get(f"/shop/carts/{token}"))["ordered"] is False


@pytest.mark.parametrize("number", [*HOSTILE_NUMBERS[3:], b"10000000"], ids=bytes.decode)
def test_a_hostile_adjustment_moves_nothing(
    counter: Counter, client: Caller, cup: UUID, number: bytes
) -> None:
    line = b'{"variant_id": "%b", "location_id": "%b", "change": %b}' % (
        str(cup).encode(),
        str(counter.shop.warehouse).encode(),
        number,
    )
    wish = b'{"reason": "x", "lines": [%b]}' % line
    assert client.post("/stock/adjustments", wish).status_code in {400, 422}


def test_the_same_number_in_another_currency_is_another_total(client: Caller, cup: UUID) -> None:
    token, total = client.ready_cart((cup, 1))
    agreed = {"amount_minor": total["amount_minor"], "currency": "JPY"}
    path = f"/shop/carts/{token}/order"
    refused(client.post(path, {"agreed_total": agreed}), 409, "total-changed")


@pytest.mark.parametrize(
    "extra",
    [
        {"unit_price_minor": 1},
        {"price": {"amount_minor": 1, "currency": "CNY"}},
        {"discount_minor": 9999},
        {"merchant_id": str(UUID(int=1))},
    ],
    ids=str,
)
def test_a_price_of_ones_own_is_refused(client: Caller, cup: UUID, extra: dict[str, Any]) -> None:
    line = {"variant_id": str(cup), "quantity": 1, **extra}
    problem = refused(
        client.post(f"/shop/carts/{client.open_cart()}/lines", line), 422, "invalid-body"
    )
    (fault,) = problem["errors"]
    assert (fault["pointer"], fault["code"]) == (f"/{next(iter(extra))}", "unknown")


def test_faults_deep_in_a_body_are_pointed_at(client: Caller) -> None:
    contact = {"email": "a@example.com", "address": {"country": "China", "lines": ["a", 7]}}
    problem = refused(
        client.put(f"/shop/carts/{client.open_cart()}/contact", contact), 422, "invalid-body"
    )
    assert {each["pointer"]: each["code"] for each in problem["errors"]} == {
        "/address/country": "form",
        "/address/name": "missing",
        "/address/lines/1": "text",
    }


def test_a_parameter_that_comes_twice_is_refused(client: Caller) -> None:
    problem = refused(client.get("/shop/products?limit=1&limit=100"), 422, "invalid-query")
    assert problem["errors"][0]["pointer"] == "/limit"
    assert problem["errors"][0]["code"] == "twice"


def test_a_parameter_that_nobody_knows_is_refused(client: Caller) -> None:
    problem = refused(client.get("/locations?status=any&a/b=1"), 422, "invalid-query")
    assert [each["pointer"] for each in problem["errors"]] == ["/status", "/a~1b"]


@pytest.mark.parametrize("body", [b"[" * 100_00, b'{"a":' * 5_000], ids=["lists", "objects"])
def test_a_deep_body_is_not_climbed_into(client: Caller, body: bytes) -> None:
    refused(client.post("/shop/carts", body), 400, "malformed-json")


@pytest.mark.parametrize("text", ["\u0000", "a\nb", "\ud800", "x" * 201], ids=repr)
def test_a_text_that_no_column_could_hold_is_refused(client: Caller, text: str) -> None:
    answer = client.put(f"/shop/carts/{client.open_cart()}/contact", {"email": text})
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "ftp://a.example/", "https://a b/"]
)
def test_a_shopper_is_sent_back_to_web_addresses_only(
    counter: Counter, client: Caller, address: str
) -> None:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    wish = {"return_url": address, "cancel_url": "https://client.example/"}
    refused(client.post(f"{placed['url']}/payments", wish), 422, "invalid-body")


def test_steps_cannot_be_skipped(client: Caller, cup: UUID) -> None:
    token = client.open_cart((cup, 1))
    total = done(client.get(f"/shop/carts/{token}"))["total"]
    wish = {"agreed_total": total, "payment_method": METHOD}
    refused(client.post(f"/shop/carts/{token}/order", wish), 422, "missing-details")
