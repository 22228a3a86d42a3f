"""Every problem that the contract tells of can be met, and is told as the contract says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from time import sleep
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.catalogue.records import ProductSheet, VariantSheet, Words
from commerce.catalogue.service.put import put_products
from commerce.checkout.service import unpaid
from commerce.kernel.bearer import Opens, read_token
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_code, new_id
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.park.permissions import ApiScope
from commerce.park.service.api_keys import find_api_key, read_key
from commerce.park.service.pausing import pause_merchant, reopen_merchant
from commerce.pricing.service import set_price
from commerce.web.idempotency import forget_answers, make_claim, take_up
from storefront.api.pace import Pace
from storefront.api.problems import every_problem
from tests.storefront.api.counter import (
    ADDRESS,
    BACK,
    Caller,
    Counter,
    done,
    refused,
)
from tests.storefront.api.gift_card_scenes import GIFT_CARD_SCENES
from tests.storefront.api.merchant_scenes import MERCHANT_SCENES
from tests.storefront.api.test_order_keeping import paid
from tests.support import tills
from tests.support.promotions import promote
from tests.support.shop import stock_product

Scene = Callable[[Counter, Caller], TestResponse]

SCENES: dict[str, tuple[int, Scene]] = {}
POINTED = {
    "unknown-currency": "/agreed_total/currency",
    "currency-not-sold": "/currency",
    "unknown-destination": "/country",
    "mail-address": "/email",
    "unknown-delivery-option": "/option",
    "tracking-number": "/tracking",
    "carrier-name": "/carrier",
    "payment-method-unavailable": "/payment_method",
}
"""By problem the one field of its scene's request that is at fault."""
NOBODY = "x" * 43


def meets(code: str, status: int) -> Callable[[Scene], Scene]:
    """Register a scene in which the problem `code` is met."""

    def keep(scene: Scene) -> Scene:
        SCENES[code] = (status, scene)
        return scene

    return keep


@meets("api-key-needed", 401)
def without_a_key(counter: Counter, client: Caller) -> TestResponse:
    return Caller(client.http, "quay_nothing").get("/shop/categories")


@meets("missing-scope", 403)
def with_a_key_for_something_else(counter: Counter, client: Caller) -> TestResponse:
    return counter.client(ApiScope.SHOP).get("/orders")


@meets("too-many-calls", 429)
def with_call_upon_call(counter: Counter, client: Caller) -> TestResponse:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(counter.app.extensions, "quayside.pace", Pace(calls_a_minute=1, burst=1))
        done(client.get("/shop/categories"))
        return client.get("/shop/categories")


@meets("invalid-query", 422)
def with_too_long_a_page(counter: Counter, client: Caller) -> TestResponse:
    return client.get("/shop/products?limit=101")


@meets("json-needed", 415)
def with_a_form(counter: Counter, client: Caller) -> TestResponse:
    return client.call(
        "POST",
        "/shop/carts",
        b"currency=CNY",
        Idempotency_Key="k",
        Content_Type="application/x-www-form-urlencoded",
    )


@meets("malformed-json", 400)
def with_half_a_body(counter: Counter, client: Caller) -> TestResponse:
    return client.post("/shop/carts", b'{"currency":')


@meets("invalid-body", 422)
def with_an_unknown_field(counter: Counter, client: Caller) -> TestResponse:
    return client.post("/shop/carts", {"discount": 100})


@meets("body-too-large", 413)
def with_a_huge_body(counter: Counter, client: Caller) -> TestResponse:
    return client.post("/shop/carts", b'{"currency": "' + b"C" * 70_000 + b'"}')


@meets("cross-site", 403)
def from_another_site(counter: Counter, client: Caller) -> TestResponse:
    return client.call("POST", "/shop/carts", {}, Idempotency_Key="k", Sec_Fetch_Site="cross-site")


@meets("idempotency-key-missing", 400)
def without_an_idempotency_key(counter: Counter, client: Caller) -> TestResponse:
    return client.call("POST", "/shop/carts", {})


@meets("idempotency-key-in-flight", 409)
def while_the_first_call_is_at_work(counter: Counter, client: Caller) -> TestResponse:
    claim = make_claim(
        merchant_id=counter.shop.merchant.id,
        caller=key_id(counter, client),
        key="busy",
        method="POST",
        path="/api/v1/shop/carts",
        body=b"{}",
    )
    claimed, answered = Event(), Event()

    def be_busy() -> None:
        with counter.database.transaction(counter.shop.scope) as session:
            take_up(session, claim)
            claimed.set()
            answered.wait(timeout=10)

    busy = Thread(target=be_busy)
    busy.start()
    claimed.wait(timeout=10)
    response = client.post("/shop/carts", {}, once="busy")
    answered.set()
    busy.join()
    assert response.headers["Retry-After"] == "1"
    return response


@meets("idempotency-key-reused", 422)
def with_a_key_of_another_wish(counter: Counter, client: Caller) -> TestResponse:
    done(client.post("/shop/carts", {}, once="mine"), 201)
    return client.post("/shop/carts", {"country": "DE"}, once="mine")


@meets("idempotency-answer-forgotten", 410)
def with_a_key_whose_answer_told_of_a_forgotten_person(
    counter: Counter, client: Caller
) -> TestResponse:
    token = done(client.post("/shop/carts", {}, once="of-lin"), 201)["token"]
    cart = str(read_token(counter.vault, Opens.CART, token).id)
    with counter.database.transaction(counter.shop.scope) as session:
        forget_answers(session, merchant_id=counter.shop.merchant.id, words=[cart])
    return client.post("/shop/carts", {}, once="of-lin")


@meets("not-found", 404)
def with_a_cart_that_nobody_opened(counter: Counter, client: Caller) -> TestResponse:
    return client.get(f"/shop/carts/{NOBODY}")


@meets("product-not-found", 404)
def with_a_product_that_nobody_sells(counter: Counter, client: Caller) -> TestResponse:
    return client.get("/shop/products/no-such-thing")


@meets("unknown-currency", 422)
def with_a_total_in_a_currency_that_is_none(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    token, total = client.ready_cart((cup, 1))
    wish = {"agreed_total": {**total, "currency": "ABC"}}
    return client.post(f"/shop/carts/{token}/order", wish)


@meets("invalid-cursor", 400)
def with_a_cursor_of_ones_own(counter: Counter, client: Caller) -> TestResponse:
    return client.get("/shop/products?after=somewhere")


@meets("currency-not-sold", 422)
def with_a_cart_in_a_currency_without_prices(counter: Counter, client: Caller) -> TestResponse:
    return client.post("/shop/carts", {"currency": "EUR"})


@meets("unknown-destination", 422)
def with_a_country_that_is_none(counter: Counter, client: Caller) -> TestResponse:
    return client.post("/shop/carts", {"country": "QQ"})


@meets("cart-closed", 409)
def with_a_cart_that_was_ordered(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    token, total = client.ready_cart((cup, 1))
    done(client.post(f"/shop/carts/{token}/order", {"agreed_total": total}), 201)
    return client.delete(f"/shop/carts/{token}/lines/{cup}")


@meets("variant-not-found", 404)
def with_a_variant_that_nobody_made(counter: Counter, client: Caller) -> TestResponse:
    return client.post(f"/shop/carts/{client.open_cart()}/lines", {"variant_id": str(uuid4())})


@meets("not-for-sale", 422)
def with_a_variant_without_a_price(counter: Counter, client: Caller) -> TestResponse:
    unpriced = VariantSheet(id=new_id(), sku=f"SKU-{new_code(8)}")
    sheet = ProductSheet(
        handle=f"unpriced-{new_code(8).lower()}",
        words={"en": Words(name="Sample")},
        variants=(unpriced,),
        status="active",
    )
    with counter.database.transaction(counter.shop.scope) as session:
        put_products(session, merchant_id=counter.shop.merchant.id, sheets=[sheet])
    return client.post(f"/shop/carts/{client.open_cart()}/lines", {"variant_id": str(unpriced.id)})


@meets("quantity", 422)
def with_more_than_a_line_may_hold(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    token = client.open_cart((cup, 999))
    return client.post(f"/shop/carts/{token}/lines", {"variant_id": str(cup), "quantity": 1})


@meets("full-cart", 422)
def with_more_things_than_a_cart_may_hold(counter: Counter, client: Caller) -> TestResponse:
    cup, bowl = (stock_product(counter.shop, in_warehouse=1) for _ in range(2))
    token = client.open_cart((cup, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("commerce.checkout.service.cart.MOST_LINES", 1)
        return client.post(f"/shop/carts/{token}/lines", {"variant_id": str(bowl), "quantity": 1})


@meets("address-fault", 422)
def with_a_province_that_china_has_not(counter: Counter, client: Caller) -> TestResponse:
    contact = {"email": "lin@example.com", "address": {**ADDRESS, "region": "Bavaria"}}
    response = client.put(f"/shop/carts/{client.open_cart()}/contact", contact)
    assert response.get_json()["errors"][0]["pointer"] == "/address/region"
    return response


@meets("mail-address", 422)
def with_an_address_that_gets_no_mail(counter: Counter, client: Caller) -> TestResponse:
    return client.put(f"/shop/carts/{client.open_cart()}/contact", {"email": "nobody"})


@meets("unknown-delivery-option", 404)
def by_a_carrier_that_nobody_offers(counter: Counter, client: Caller) -> TestResponse:
    token = client.open_cart((stock_product(counter.shop, in_warehouse=1), 1))
    return client.put(f"/shop/carts/{token}/delivery", {"option": "stork"})


@meets("out-of-stock", 409)
def with_more_than_there_is(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    token, total = client.ready_cart((cup, 2))
    response = client.post(f"/shop/carts/{token}/order", {"agreed_total": total})
    assert response.get_json()["errors"][0]["pointer"] == f"/lines/{cup}"
    return response


@meets("unpaid-by-email", 409)
def with_a_sixth_order_of_somebody_who_paid_none(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=6)
    for _ in range(6):
        token, total = client.ready_cart((cup, 1), email="lin@example.com")
        response = client.post(f"/shop/carts/{token}/order", {"agreed_total": total})
    return response


@meets("unpaid-by-place", 409)
def from_a_network_that_pays_for_nothing(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpaid, "MOST_BY_PLACE", 5)
        for turn, place in enumerate((*["192.0.2.7"] * 5, "2001:db8::7", "192.0.2.7")):
            token, total = client.ready_cart((cup, 1), email=f"{turn}@example.com")
            wish = {"agreed_total": total, "shopper_address": place}
            response = client.post(f"/shop/carts/{token}/order", wish)
            assert response.status_code == (201 if turn < 6 else 409)
    return response


@meets("total-changed", 409)
def with_another_total(counter: Counter, client: Caller) -> TestResponse:
    token, total = client.ready_cart((stock_product(counter.shop, in_warehouse=1), 1))
    agreed = {**total, "amount_minor": total["amount_minor"] - 1}
    response = client.post(f"/shop/carts/{token}/order", {"agreed_total": agreed})
    assert response.get_json()["detail"].startswith("The total has changed from ¥697.99 to ¥698.00")
    return response


@meets("shop-paused", 503)
def of_a_merchant_that_the_park_has_paused(counter: Counter, client: Caller) -> TestResponse:
    told = {"merchant_id": counter.shop.merchant.id, "actor_id": new_id()}
    database = counter.shop.database
    with database.transaction(Scope.park()) as session:
        pause_merchant(session, **told, reason="The licence has run out.", now=utc_now())
    answer = client.post("/shop/carts", {})
    with database.transaction(Scope.park()) as session:
        reopen_merchant(session, **told)
    return answer


@meets("empty-cart", 422)
def with_nothing_in_it(counter: Counter, client: Caller) -> TestResponse:
    token, total = client.ready_cart()
    return client.post(f"/shop/carts/{token}/order", {"agreed_total": total})


@meets("missing-details", 422)
def without_saying_who_one_is(counter: Counter, client: Caller) -> TestResponse:
    token = client.open_cart((stock_product(counter.shop, in_warehouse=1), 1))
    total = done(client.get(f"/shop/carts/{token}"))["total"]
    response = client.post(f"/shop/carts/{token}/order", {"agreed_total": total})
    assert {each["pointer"] for each in response.get_json()["errors"]} == {"/email", "/address"}
    return response


@meets("no-delivery", 422)
def with_a_service_that_nobody_delivers(counter: Counter, client: Caller) -> TestResponse:
    consultation = VariantSheet(id=new_id(), sku=f"SKU-{new_code(8)}", requires_shipping=False)
    variant = sell(counter, replace(consultation, stock_tracked=False))
    token, total = client.ready_cart((variant, 1))
    return client.post(f"/shop/carts/{token}/order", {"agreed_total": total})


@meets("payment-method-unavailable", 422)
def with_shells(counter: Counter, client: Caller) -> TestResponse:
    token, total = client.ready_cart((stock_product(counter.shop, in_warehouse=1), 1))
    wish = {"agreed_total": total, "payment_method": "cowrie-shells"}
    return client.post(f"/shop/carts/{token}/order", wish)


@meets("unknown-promotion-code", 422)
def with_a_code_that_nobody_gave_out(counter: Counter, client: Caller) -> TestResponse:
    return client.put(f"/shop/carts/{client.open_cart()}/codes/GUESS", None)


@meets("too-many-codes", 422)
def with_one_code_more_than_a_cart_takes(counter: Counter, client: Caller) -> TestResponse:
    token = client.open_cart()
    for number in range(6):
        code = f"{new_code(8)}{number}"
        promote(counter.shop, code=code)
        response = client.put(f"/shop/carts/{token}/codes/{code}", None)
    return response


@meets("promotion-used-up", 409)
def with_a_code_that_somebody_else_is_using_up(counter: Counter, client: Caller) -> TestResponse:
    cup, code = stock_product(counter.shop, in_warehouse=1), new_code(8)
    promote(counter.shop, code=code, once=True)
    token, _ = client.ready_cart((cup, 1))
    total = done(client.put(f"/shop/carts/{token}/codes/{code}", None))["total"]
    answers: list[TestResponse] = []

    def order() -> None:
        answers.append(client.post(f"/shop/carts/{token}/order", {"agreed_total": total}))

    with counter.database.transaction(counter.shop.scope) as session:
        use = text("UPDATE promotion_code SET used = 1 WHERE code = :code")
        session.execute(use, {"code": code})
        second = Thread(target=order)
        second.start()
        wait_for_a_queue(counter)
    second.join()
    return answers[0]


def wait_for_a_queue(counter: Counter) -> None:
    """Wait until somebody waits for a row that somebody else has locked."""
    queue = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(500):
        with counter.database.reading(counter.shop.scope) as connection:
            if connection.execute(queue).scalar_one():
                return
        sleep(0.01)
    pytest.fail("nobody waits")


@meets("order-not-payable", 409)
def with_an_order_that_is_paid(counter: Counter, client: Caller) -> TestResponse:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    payment = placed["payment"]["id"]
    done(client.post(f"{placed['url']}/payments", BACK))
    counter.bank.pay(UUID(payment), placed["total"]["amount_minor"])
    done(client.post(f"{placed['url']}/payments/{payment}/check"))
    return client.post(f"{placed['url']}/payments", BACK)


@meets("too-many-attempts", 409)
def with_card_after_card(counter: Counter, client: Caller) -> TestResponse:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    for _ in range(10):
        payment = done(client.post(f"{placed['url']}/payments", BACK))["payment"]["id"]
        counter.bank.decline(UUID(payment))
        done(client.post(f"{placed['url']}/payments/{payment}/check"))
    return client.post(f"{placed['url']}/payments", BACK)


@meets("kept-too-long", 409)
def with_an_order_of_this_morning(counter: Counter, client: Caller) -> TestResponse:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    with travelling(utc_now() + timedelta(hours=3)):
        return client.post(f"{placed['url']}/payments", BACK)


@meets("unknown-location", 404)
def in_a_place_that_nobody_rents(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    line = {"variant_id": str(cup), "location_id": str(uuid4()), "change": 1}
    return client.post("/stock/adjustments", {"reason": "found", "lines": [line]})


@meets("corrections-refused", 409)
def with_units_that_were_promised(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    client.place((cup, 1))
    line = {
        "variant_id": str(cup),
        "location_id": str(counter.shop.warehouse),
        "change": -1,
    }
    wish = {"kind": "damaged", "reason": "broken", "lines": [line]}
    return client.post("/stock/adjustments", wish)


@meets("illegal-transition", 409)
def with_an_order_that_is_not_paid(counter: Counter, client: Caller) -> TestResponse:
    placed = client.place((stock_product(counter.shop, in_warehouse=1), 1))
    return client.post(f"/orders/{placed['number']}/shipments", {"location_code": "WH1"})


@meets("hold-lost", 409)
def from_where_nothing_is_held(counter: Counter, client: Caller) -> TestResponse:
    number = paid(counter, client, (stock_product(counter.shop, in_warehouse=1), 1))
    return client.post(f"/orders/{number}/shipments", {"location_code": "NJR"})


@meets("tracking-number", 422)
def under_a_number_that_is_none(counter: Counter, client: Caller) -> TestResponse:
    number = paid(counter, client, (stock_product(counter.shop, in_warehouse=1), 1))
    parcel = {"location_code": "WH1", "tracking": "a/b?"}
    return client.post(f"/orders/{number}/shipments", parcel)


@meets("carrier-name", 422)
def by_a_carrier_with_a_name_that_fits_on_no_label(
    counter: Counter, client: Caller
) -> TestResponse:
    number = paid(counter, client, (stock_product(counter.shop, in_warehouse=1), 1))
    parcel = {"location_code": "WH1", "carrier": "Li " * 30}
    return client.post(f"/orders/{number}/shipments", parcel)


@meets("goods-have-left", 409)
def of_which_a_part_has_left(counter: Counter, client: Caller) -> TestResponse:
    cups = [
        stock_product(counter.shop, in_warehouse=1),
        stock_product(counter.shop, in_store=1),
    ]
    number = paid(counter, client, *((cup, 1) for cup in cups))
    done(client.post(f"/orders/{number}/shipments", {"location_code": "WH1"}))
    return client.post(f"/orders/{number}/cancellation", {"reason": "too late"})


@meets("refund-exceeds-payment", 409)
def with_more_than_was_paid(counter: Counter, client: Caller) -> TestResponse:
    number = paid(counter, client, (stock_product(counter.shop, in_warehouse=1), 1))
    wish = {"amount": {"amount_minor": 10**9, "currency": "CNY"}, "reason": "joy"}
    return client.post(f"/orders/{number}/refunds", wish)


@meets("payment-provider-silent", 503)
def with_a_provider_that_says_nothing(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    token, total = client.ready_cart((cup, 1))
    placed = done(client.post(f"/shop/carts/{token}/order", {"agreed_total": total}), 201)
    payments, key = f"{placed['url']}/payments", str(new_id())
    counter.bank.silent = True
    try:
        silence = client.post(payments, BACK, once=key)
    finally:
        counter.bank.silent = False
    again = done(client.post(payments, BACK, once=key))
    assert again["redirect_url"] == f"https://bank.example/{placed['payment']['id']}"
    assert silence.headers["Retry-After"]
    return silence


@meets("cash-needs-drawer", 409)
def with_cash_that_no_drawer_pays_out(counter: Counter, client: Caller) -> TestResponse:
    shop, cup = counter.shop, stock_product(counter.shop, in_store=1)
    register = tills.counter_in(shop)
    tills.open_register(shop, register)
    sold = tills.command(register, cup, total=68800, tenders=(tills.cash(68800),))
    tills.sell(shop, sold)
    with shop.database.reading(shop.scope) as connection:
        order = order_by_id(connection, order_id=sold.id)
    assert order is not None
    wish = {"amount": {"amount_minor": 1, "currency": "CNY"}, "reason": "not wanted"}
    return client.post(f"/orders/{order.number}/refunds", wish)


@meets("restock-beyond-sold", 409)
def with_goods_that_never_left(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    number = paid(counter, client, (cup, 1))
    wish = {
        "amount": {"amount_minor": 1, "currency": "CNY"},
        "reason": "came back",
        "returned": [{"variant_id": str(cup), "location_code": "WH1", "quantity": 1}],
    }
    return client.post(f"/orders/{number}/refunds", wish)


@meets("give-up-beyond-owed", 409)
def with_more_than_is_still_to_be_sent(counter: Counter, client: Caller) -> TestResponse:
    cup = stock_product(counter.shop, in_warehouse=1)
    number = paid(counter, client, (cup, 1))
    wish = {
        "amount": {"amount_minor": 1, "currency": "CNY"},
        "reason": "not wanted",
        "given_up": [{"variant_id": str(cup), "quantity": 2}],
    }
    return client.post(f"/orders/{number}/refunds", wish)


SCENES.update(MERCHANT_SCENES)
SCENES.update(GIFT_CARD_SCENES)


@pytest.mark.parametrize("code", sorted(SCENES))
def test_a_problem_is_told_as_the_contract_says(
    counter: Counter, client: Caller, code: str
) -> None:
    status, scene = SCENES[code]
    problem = refused(scene(counter, client), status, code)
    assert problem["detail"]
    if code in POINTED:
        assert [each["pointer"] for each in problem["errors"]] == [POINTED[code]]
    assert "%(" not in problem["detail"]
    assert problem["instance"].startswith("urn:quayside:request:")
    assert done(client.get(problem["type"]))["status"] == status


def test_no_documented_problem_is_left_out(client: Caller) -> None:
    contract = done(client.get("/api/openapi.json"))
    told = {
        code
        for item in contract["paths"].values()
        for operation in item.values()
        for code in operation["x-problems"]
    }
    assert told == set(SCENES)


def test_a_code_means_one_thing() -> None:
    told = {(error.code, error.status) for error in every_problem()}
    assert len(told) == len({code for code, _ in told})


def test_an_unknown_address_is_a_problem_too(client: Caller) -> None:
    refused(client.get("/nothing-here"), 404, "not-found")


def test_an_unknown_method_is_a_problem_too(client: Caller) -> None:
    problem = client.call("PATCH", "/shop/carts")
    refused(problem, 405, "method-not-allowed")
    assert "POST" in problem.headers["Allow"]


def test_who_shows_no_key_is_told_how(client: Caller) -> None:
    response = client.http.get("/api/v1/orders")
    refused(response, 401, "api-key-needed")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_problem_speaks_chinese(client: Caller) -> None:
    response = client.call("GET", "/shop/products?limit=0", Accept_Language="zh")
    problem = refused(response, 422, "invalid-query")
    assert problem["errors"] == [
        {"pointer": "/limit", "code": "too-small", "detail": "请填写 1 或更大的数。"}
    ]


def test_no_answer_tells_of_our_machinery(client: Caller) -> None:
    for path in ("/shop/products/%00", "/shop/products?q=%00", "/orders/1", "/stock?after=x"):
        response = client.get(path)
        assert response.status_code in {404, 422}, path
        assert not any(word in response.text for word in ("Traceback", "psycopg", "pydantic"))


def sell(counter: Counter, variant: VariantSheet) -> UUID:
    """Sell a variant that is no parcel, for 100.00."""
    sheet = ProductSheet(
        handle=f"product-{new_code(8).lower()}",
        words={"en": Words(name="Consultation")},
        variants=(variant,),
        kind="service",
        status="active",
    )
    merchant_id = counter.shop.merchant.id
    with counter.database.transaction(counter.shop.scope) as session:
        put_products(session, merchant_id=merchant_id, sheets=[sheet])
        set_price(
            session, merchant_id=merchant_id, variant_id=variant.id, amount=Money(10000, "CNY")
        )
    return variant.id


def key_id(counter: Counter, client: Caller) -> UUID:
    """Return the id of a program's key."""
    claim = read_key(client.key)
    assert claim is not None
    with counter.database.reading(counter.shop.scope) as connection:
        found = find_api_key(connection, claim=claim, now=utc_now())
    assert found is not None
    return found.id
