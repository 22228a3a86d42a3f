"""A merchant's programs send, call off, refund and remark on orders."""

from typing import Any
from uuid import UUID

import pytest

from commerce.inventory.queries import levels_of
from commerce.kernel.ids import new_id
from commerce.park.permissions import ApiScope
from tests.storefront.api.counter import BACK, Caller, Counter, done, refused
from tests.storefront.api.test_once import at_once, same_program
from tests.support.shop import stock_product


def paid(counter: Counter, client: Caller, *lines: tuple[UUID, int]) -> str:
    """Place an order, pay it, and return its number."""
    placed = client.place(*lines)
    payment = placed["payment"]["id"]
    done(client.post(f"{placed['url']}/payments", BACK))
    counter.bank.pay(UUID(payment), placed["total"]["amount_minor"])
    done(client.post(f"{placed['url']}/payments/{payment}/check"))
    number: str = placed["number"]
    return number


def read(client: Caller, number: str) -> dict[str, Any]:
    return done(client.get(f"/orders/{number}"))


def told(order: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in order["timeline"]]


def level(counter: Counter, variant: UUID) -> tuple[int, int]:
    with counter.database.reading(counter.shop.scope) as connection:
        (found,) = levels_of(connection, variant_ids=[variant])
    return found.on_hand, found.held


def test_an_order_is_found_by_its_number_and_by_its_id(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=1)
    number = paid(counter, client, (cup, 1))
    order = read(client, number)
    assert order == read(client, order["id"]) == read(client, number.lower())
    assert order["held"] == [
        {
            "variant_id": str(cup),
            "location_id": str(counter.shop.warehouse),
            "quantity": 1,
            "stage": "placed",
        }
    ]


def test_a_warehouse_sends_what_it_holds(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5)
    number = paid(counter, client, (cup, 2))
    sent = {"location_code": "WH1", "carrier": "DHL", "tracking": " 12345678 90 "}
    crooked = client.post(f"/orders/{number}/shipments", {**sent, "tracking": "x"})
    assert crooked.json["type"].endswith("/tracking-number")
    order = done(client.post(f"/orders/{number}/shipments", sent))
    assert order["state"] == "completed"
    assert order["goods"] == [
        {"variant_id": str(cup), "wanted": 2, "held": 0, "gone": 2, "returned": 0, "short": 0}
    ]
    (shipped,) = (event for event in order["timeline"] if event["kind"] == "shipped")
    assert shipped["facts"]["goods"] == [{"variant_id": str(cup), "quantity": 2}]
    assert shipped["facts"]["carrier"] == "dhl"
    assert shipped["facts"]["carrier_name"] == "DHL"
    assert shipped["facts"]["tracking"] == "1234567890"
    assert shipped["facts"]["tracking_url"].endswith("tracking-id=1234567890")
    assert level(counter, cup) == (3, 0)
    assert read(client, number) == order


def test_a_program_sends_goods_that_nobody_counts(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5)
    sofa = stock_product(counter.shop, counted=False)
    number = paid(counter, client, (cup, 1), (sofa, 2))
    held = {each["variant_id"]: each["quantity"] for each in read(client, number)["held"]}
    assert held == {str(cup): 1, str(sofa): 2}
    order = done(client.post(f"/orders/{number}/shipments", {"location_code": "WH1"}))
    assert (order["state"], order["held"]) == ("completed", [])
    back = {
        "amount": {"amount_minor": 100, "currency": "CNY"},
        "reason": "too large",
        "returned": [{"variant_id": str(sofa), "location_code": "WH1", "quantity": 2}],
    }
    goods = done(client.post(f"/orders/{number}/refunds", back))["goods"]
    (standing,) = (each for each in goods if each["variant_id"] == str(sofa))
    assert (standing["gone"], standing["returned"], standing["short"]) == (2, 2, 0)
    refused(client.post(f"/orders/{number}/refunds", back), 409, "restock-beyond-sold")


def test_goods_are_given_up_with_their_money(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5)
    number = paid(counter, client, (cup, 3))
    wish = {
        "amount": {"amount_minor": 100, "currency": "CNY"},
        "reason": "one is enough",
        "given_up": [{"variant_id": str(cup), "quantity": 2}],
    }
    order = done(client.post(f"/orders/{number}/refunds", wish))
    assert [each["quantity"] for each in order["held"]] == [1]
    assert [each["given_up"] for each in order["lines"]] == [2]
    (facts,) = (each["facts"] for each in order["timeline"] if each["kind"] == "given_up")
    assert facts == {"units": 2, "goods": wish["given_up"]}
    assert level(counter, cup) == (5, 1)
    refused(client.post(f"/orders/{number}/refunds", wish), 409, "give-up-beyond-owed")


def test_goods_leave_once_however_often_a_program_says_so(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5)
    number = paid(counter, client, (cup, 2))
    path, body = f"/orders/{number}/shipments", {"location_code": "WH1"}
    answers = at_once(
        [(same_program(counter, client), path, body, str(new_id())) for _ in range(4)]
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert level(counter, cup) == (3, 0)


def test_nothing_leaves_from_where_nothing_is_held(counter: Counter, client: Caller) -> None:
    number = paid(counter, client, (stock_product(counter.shop, in_warehouse=1), 1))
    path = f"/orders/{number}/shipments"
    refused(client.post(path, {"location_code": "NJR"}), 409, "hold-lost")
    refused(client.post(path, {"location_code": "MOON"}), 404, "unknown-location")
    assert read(client, number)["state"] == "placed"


def test_an_unpaid_order_does_not_leave(counter: Counter, client: Caller) -> None:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    answer = client.post(f"/orders/{placed['number']}/shipments", {"location_code": "WH1"})
    refused(answer, 409, "illegal-transition")


def test_a_cancelled_order_frees_its_goods_and_gives_its_money_back(
    counter: Counter, client: Caller
) -> None:
    cup = stock_product(counter.shop, in_warehouse=5, price_minor=10000)
    number = paid(counter, client, (cup, 2))
    path, body = f"/orders/{number}/cancellation", {"reason": "the kiln broke"}
    order = done(client.post(path, body, once="off"))
    assert (order["state"], order["held"]) == ("cancelled", [])
    assert level(counter, cup) == (5, 0)
    (refund,) = order["refunds"]
    assert refund["amount"] == {"amount_minor": 21000, "currency": "CNY"}
    assert refund["reason"] == "the kiln broke"
    again = client.post(path, body, once="off")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(read(client, number)["refunds"]) == 1
    refused(client.post(path, body), 409, "illegal-transition")


def test_an_order_that_has_left_is_refunded_not_cancelled(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5)
    service = paid(counter, client, (cup, 1))
    done(client.post(f"/orders/{service}/shipments", {"location_code": "WH1"}))
    answer = client.post(f"/orders/{service}/cancellation", {"reason": "late"})
    refused(answer, 409, "illegal-transition")


def test_a_part_goes_back_with_the_goods_that_came_back(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5, price_minor=10000)
    number = paid(counter, client, (cup, 2))
    done(client.post(f"/orders/{number}/shipments", {"location_code": "WH1"}))
    back = {
        "amount": {"amount_minor": 10000, "currency": "CNY"},
        "reason": "one had a crack",
        "returned": [{"variant_id": str(cup), "location_code": "WH1", "quantity": 1}],
    }
    order = done(client.post(f"/orders/{number}/refunds", back))
    assert [each["amount"]["amount_minor"] for each in order["refunds"]] == [10000]
    assert order["goods"][0]["returned"] == 1
    assert told(order)[-2:] == ["refund_started", "returned"]
    assert level(counter, cup) == (4, 0)


def test_no_more_goes_back_than_was_captured(counter: Counter, client: Caller) -> None:
    cup = stock_product(counter.shop, in_warehouse=5, price_minor=10000)
    number = paid(counter, client, (cup, 1))
    path = f"/orders/{number}/refunds"

    def ask(amount_minor: int) -> Any:
        amount = {"amount_minor": amount_minor, "currency": "CNY"}
        return client.post(path, {"amount": amount, "reason": "goodwill"})

    refused(ask(11001), 409, "refund-exceeds-payment")
    done(ask(11000))
    refused(ask(1), 409, "refund-exceeds-payment")
    refused(ask(0), 422, "invalid-body")


def test_of_refunds_at_once_only_what_was_captured_goes_back(
    counter: Counter, client: Caller
) -> None:
    cup = stock_product(counter.shop, in_warehouse=5, price_minor=10000)
    number = paid(counter, client, (cup, 1))
    body = {"amount": {"amount_minor": 6000, "currency": "CNY"}, "reason": "goodwill"}
    answers = at_once(
        [
            (same_program(counter, client), f"/orders/{number}/refunds", body, str(new_id()))
            for _ in range(4)
        ]
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    refunds = read(client, number)["refunds"]
    assert sum(each["amount"]["amount_minor"] for each in refunds) == 6000


def test_a_refund_is_in_the_money_of_the_order(counter: Counter, client: Caller) -> None:
    number = paid(counter, client, (stock_product(counter.shop, in_warehouse=1), 1))
    body = {"amount": {"amount_minor": 100, "currency": "USD"}, "reason": "goodwill"}
    problem = refused(client.post(f"/orders/{number}/refunds", body), 422, "invalid-body")
    assert problem["errors"][0]["pointer"] == "/amount/currency"


def test_more_does_not_come_back_than_has_left_and_then_no_money_goes_either(
    counter: Counter, client: Caller
) -> None:
    cup = stock_product(counter.shop, in_warehouse=5)
    number = paid(counter, client, (cup, 1))
    body = {
        "amount": {"amount_minor": 100, "currency": "CNY"},
        "reason": "came back",
        "returned": [{"variant_id": str(cup), "location_code": "WH1", "quantity": 1}],
    }
    refused(client.post(f"/orders/{number}/refunds", body), 409, "restock-beyond-sold")
    assert read(client, number)["refunds"] == []
    assert level(counter, cup) == (5, 1)


def test_a_note_is_for_staff_alone(counter: Counter, client: Caller) -> None:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    note = {"text": "Packed with tissue, 请勿倒置"}
    order = done(client.post(f"/orders/{placed['number']}/notes", note))
    assert order["timeline"][-1]["facts"] == {"note": note["text"]}
    assert "note" not in told(done(client.get(placed["url"])))


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("shipments", {"location_code": "WH1"}),
        ("cancellation", {"reason": "x"}),
        ("refunds", {"amount": {"amount_minor": 1, "currency": "CNY"}, "reason": "x"}),
        ("notes", {"text": "x"}),
    ],
)
def test_only_a_key_for_changes_changes_an_order(
    counter: Counter, client: Caller, step: str, body: dict[str, Any]
) -> None:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    path = f"/orders/{placed['number']}/{step}"
    refused(counter.client(ApiScope.READ_ORDERS).post(path, body), 403, "missing-scope")
    refused(client.post(f"/orders/261123-NOBDY/{step}", body), 404, "not-found")
    assert counter.client(ApiScope.WRITE_ORDERS).post(path, body).status_code in {200, 409}
