"""A shopper's program buys: browse, gather, agree, pay, follow."""

from datetime import timedelta
from uuid import UUID

from commerce.inventory.queries import levels_of
from commerce.inventory.service import expire_holds
from commerce.kernel.clock import travelling, utc_now
from commerce.orders.rows import OrderState
from commerce.park.permissions import ApiScope
from tests.storefront.api.counter import (
    ADDRESS,
    BACK,
    METHOD,
    Counter,
    done,
    take_payments,
)
from tests.support.shop import stock_product


def test_a_program_buys_from_the_list_of_categories_to_the_timeline(counter: Counter) -> None:
    shopper = counter.client(ApiScope.SHOP)
    teapot = stock_product(counter.shop, price_minor=11300, in_warehouse=5)

    assert "items" in done(shopper.get("/shop/categories"))
    found = done(shopper.get("/shop/products?q=celadon"))["items"][0]
    product = done(shopper.get(found["url"]))
    (variant,) = product["variants"]
    assert (variant["id"], variant["available"]) == (str(teapot), 5)
    assert variant["price"] == {"amount_minor": 11300, "currency": "CNY"}

    cart = done(shopper.post("/shop/carts", {}), 201)
    lines = f"{cart['url']}/lines"
    done(shopper.post(lines, {"variant_id": variant["id"], "quantity": 1}))
    done(shopper.put(f"{lines}/{variant['id']}", {"quantity": 2}))
    done(shopper.put(f"{cart['url']}/destination", {"country": "CN", "region": "上海市"}))
    contact = {"email": "Lin@Example.com", "address": ADDRESS}
    cart = done(shopper.put(f"{cart['url']}/contact", contact))
    (option,) = cart["delivery_options"]
    assert (option["tax_country"], option["order_by"] is None) == ("CN", False)
    option = option["key"]
    cart = done(shopper.put(f"{cart['url']}/delivery", {"option": option}))

    (line,) = cart["lines"]
    assert line["price_list"]["includes_tax"] is True
    assert line["reasons"][0]["source"] == "test"
    assert line["tax"] == {"amount_minor": 2600, "currency": "CNY"}
    assert cart["delivery"]["gross"] == {"amount_minor": 1000, "currency": "CNY"}
    assert cart["total"] == {"amount_minor": 23600, "currency": "CNY"}

    wish = {"agreed_total": cart["total"], "payment_method": METHOD}
    placed = done(shopper.post(f"{cart['url']}/order", wish), 201)
    step = done(shopper.post(f"{placed['url']}/payments", BACK))
    assert step["redirect_url"] == f"https://bank.example/{placed['payment']['id']}"
    assert step["order_state"] == "awaiting_payment"

    counter.bank.pay(UUID(placed["payment"]["id"]), 23600)
    check = f"{placed['url']}/payments/{placed['payment']['id']}/check"
    assert done(shopper.post(check))["order_state"] == "placed"

    order = done(shopper.get(placed["url"]))
    assert (order["state"], order["channel"]) == ("placed", "api")
    assert order["still_to_come"] is True
    assert [event["kind"] for event in order["timeline"]] == ["paid", "placed"]
    assert order["payments"][0]["captured_minor"] == 23600
    assert order["email"] == "lin@example.com"
    for told in (cart, order):
        places = {name: told["address"][name] for name in ("region", "city", "district")}
        assert places.items() <= ADDRESS.items(), "read back as it was written"


def test_a_declined_card_may_be_followed_by_another_try(counter: Counter) -> None:
    shopper = counter.client(ApiScope.SHOP)
    cup = stock_product(counter.shop, in_warehouse=1)
    placed = shopper.place((cup, 1))
    first = done(shopper.post(f"{placed['url']}/payments", BACK))["payment"]
    counter.bank.decline(UUID(first["id"]))
    done(shopper.post(f"{placed['url']}/payments/{first['id']}/check"))
    second = done(shopper.post(f"{placed['url']}/payments", BACK))["payment"]
    assert second["id"] != first["id"]
    counter.bank.pay(UUID(second["id"]), placed["total"]["amount_minor"])
    done(shopper.post(f"{placed['url']}/payments/{second['id']}/check"))
    order = done(shopper.get(placed["url"]))
    assert [payment["state"] for payment in order["payments"]] == ["failed", "captured"]
    assert order["state"] == OrderState.PLACED


def test_an_open_payment_is_taken_up_again(counter: Counter) -> None:
    shopper = counter.client(ApiScope.SHOP)
    placed = shopper.place((stock_product(counter.shop, in_warehouse=1), 1))
    first = done(shopper.post(f"{placed['url']}/payments", BACK))
    again = done(shopper.post(f"{placed['url']}/payments", BACK))
    assert first["payment"]["id"] == again["payment"]["id"] == placed["payment"]["id"]


def test_goods_whose_hold_had_run_out_are_held_again_before_anybody_pays(counter: Counter) -> None:
    shopper = counter.client(ApiScope.SHOP)
    cup = stock_product(counter.shop, in_warehouse=1)
    placed = shopper.place((cup, 1))
    later = utc_now() + timedelta(hours=1)
    with counter.database.transaction(counter.shop.scope) as session:
        expire_holds(session, now=later)
    with travelling(later):
        done(shopper.post(f"{placed['url']}/payments", BACK))
    with counter.database.reading(counter.shop.scope) as connection:
        (level,) = levels_of(connection, variant_ids=[cup])
    assert level.held == 1


def test_the_shopper_comes_back_to_the_program(counter: Counter) -> None:
    shopper = counter.client(ApiScope.SHOP)
    placed = shopper.place((stock_product(counter.shop, in_warehouse=1), 1))
    done(shopper.post(f"{placed['url']}/payments", BACK))
    journey = counter.bank.journeys[-1]
    assert (journey.return_url, journey.cancel_url) == (BACK["return_url"], BACK["cancel_url"])


def test_a_merchant_reads_what_shoppers_ordered(counter: Counter) -> None:
    placed = counter.client(ApiScope.SHOP).place((stock_product(counter.shop, in_warehouse=2), 2))
    office = counter.client(ApiScope.READ_ORDERS)
    head = done(office.get(f"/orders?q={placed['number']}"))["items"][0]
    order = done(office.get(head["url"]))
    assert order["number"] == placed["number"]
    assert order["lines"][0]["quantity"] == 2
    assert [event["kind"] for event in order["timeline"]] == ["payment_started"]


def test_a_line_that_is_taken_out_is_gone(counter: Counter) -> None:
    shopper = counter.client(ApiScope.SHOP)
    cup = stock_product(counter.shop, in_warehouse=1)
    token = shopper.open_cart((cup, 1))
    assert done(shopper.delete(f"/shop/carts/{token}/lines/{cup}"))["lines"] == []


def test_an_answer_speaks_the_language_that_is_asked_for(counter: Counter) -> None:
    shopper = counter.client(ApiScope.SHOP)
    stock_product(counter.shop, name="Teapot")
    chinese = shopper.get("/shop/products?limit=1", Accept_Language="zh-CN")
    assert done(chinese)["items"][0]["name"] == "青瓷壶"


def test_a_card_reader_of_the_till_is_no_way_to_pay_online(counter: Counter) -> None:
    take_payments(counter.shop, counter.vault, "sandbox-reader")
    shopper = counter.client(ApiScope.SHOP)
    offered = done(shopper.get("/shop/payment-methods"))["items"]
    assert "sandbox-reader" not in {each["id"] for each in offered}
    assert all(each["name"] and each["test"] for each in offered)
    token, total = shopper.ready_cart((stock_product(counter.shop, in_warehouse=1), 1))
    wish = {"agreed_total": total, "payment_method": "sandbox-reader"}
    refused = shopper.post(f"/shop/carts/{token}/order", wish)
    assert refused.status_code == 422
    assert refused.get_json()["type"] == "/api/problems/payment-method-unavailable"
