"""Promotions from the cart to the order: told on the line, agreed to, used once, given back."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest

from commerce.checkout.errors import FullCodesError, TotalChangedError, UnknownCodeError
from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import (
    cancel_order,
    drop_code,
    enter_code,
    forget_customer,
    reopen_order,
    settle_payment,
)
from commerce.customers.service import remember_customer
from commerce.inventory.service import expire_holds
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of, order_by_id
from commerce.orders.rows import OrderState
from commerce.payments.rows import Finding, PaymentState
from commerce.pricing.promotions.errors import PromotionUsedUpError
from commerce.pricing.promotions.queries import codes_of, promotion_cards, uses_of_order
from commerce.pricing.promotions.rows import (
    Amount,
    BuyGet,
    Shipping,
    Why,
)
from commerce.pricing.promotions.service import switch_promotion
from tests.support.orders import fill_cart, paid_order, place, quote
from tests.support.promotions import promote, welcome_to_club
from tests.support.shop import Shop, stock_product
from tests.support.statements import statements_sent


def type_code(shop: Shop, cart: CartRow, code: str) -> CartRow:
    with shop.database.transaction(shop.scope) as session:
        return enter_code(session, merchant_id=shop.merchant.id, cart_id=cart.id, typed=code)


def cart_with(shop: Shop, teapot: UUID, *codes: str, units: int = 1, **who: Any) -> CartRow:
    cart = fill_cart(shop, (teapot, units), **who)
    for code in codes:
        cart = type_code(shop, cart, code)
    return cart


def whys(found: Quote) -> list[Why]:
    return [each.why for each in found.discounts.turned_down]


def uses_of(shop: Shop, promotion: UUID) -> int:
    with shop.database.reading(shop.scope) as connection:
        return sum(each.used for each in codes_of(connection, promotion_id=promotion))


def test_a_quote_without_promotions_takes_nothing_off(shop: Shop) -> None:
    found = quote(shop, fill_cart(shop, (stock_product(shop, in_warehouse=2), 2)))
    assert found.discount == Money(0, "CNY")
    assert found.lines[0].full_price == found.lines[0].taxed.gross == Money(137600, "CNY")
    assert found.total == Money(138600, "CNY")


def test_tax_is_reckoned_on_what_is_left_to_pay(shop: Shop) -> None:
    promote(shop)
    promote(shop, Shipping())
    found = quote(shop, fill_cart(shop, (stock_product(shop, in_warehouse=2), 2)))
    (line,) = found.lines
    assert (line.full_price, line.discount) == (Money(137600, "CNY"), Money(13760, "CNY"))
    assert line.taxed.gross == Money(123840, "CNY")
    assert line.taxed.tax == Money(14247, "CNY")
    assert found.delivery is not None
    assert found.delivery.gross == Money(0, "CNY")
    assert (found.total, found.discount) == (Money(123840, "CNY"), Money(14760, "CNY"))


def test_an_order_keeps_what_was_taken_off_and_why(shop: Shop) -> None:
    promotion = promote(shop, code="TEA10")
    promote(shop, Shipping(5000))
    teapot = stock_product(shop, in_warehouse=5)
    placed = place(shop, cart_with(shop, teapot, "tea 10", units=2)).order
    with shop.database.reading(shop.scope) as connection:
        order = order_by_id(connection, order_id=placed.id)
        (line,) = lines_of(connection, order_ids=[placed.id])
        uses = uses_of_order(connection, order_id=placed.id)
    assert order is not None
    assert (order.discount_minor, order.goods_minor, order.total_minor) == (13760, 123840, 124340)
    assert (line.unit_price_minor, line.discount_minor, line.total_minor) == (68800, 13760, 123840)
    assert line.discount_reason == "Autumn tea"
    told = [each for each in line.reasons if each["kind"] == "promotion"]
    assert [(each["code"], each["amount_minor"], each["promotion_id"]) for each in told] == [
        ("TEA10", 13760, str(promotion))
    ]
    assert order.delivery["full_price_minor"] == 1000
    assert [each["effect"] for each in order.delivery["reasons"]] == ["shipping"]
    assert sorted(each.amount_minor for each in uses) == [500, 13760]


def test_placing_takes_one_statement_to_read_promotions_and_one_to_use_them(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=9)

    def statements_of_placing() -> int:
        cart = fill_cart(shop, (teapot, 2))
        total = quote(shop, cart).total
        with statements_sent() as sent:
            place(shop, cart, total)
        return len(sent)

    statements_of_placing()  # the first of a process also reads from where the shop sends
    plain = statements_of_placing()
    for _ in range(3):
        promote(shop, BuyGet(1, 1), limit_total=9, limit_per_customer=9)
    assert statements_of_placing() == plain + 1


def test_what_a_shopper_agreed_to_is_held_against_the_promotions_of_the_moment(shop: Shop) -> None:
    promotion = promote(shop)
    cart = fill_cart(shop, (stock_product(shop, in_warehouse=2), 1))
    agreed = quote(shop, cart).total
    with shop.database.transaction(shop.scope) as session:
        switch_promotion(session, merchant_id=shop.merchant.id, promotion_id=promotion, on=False)
    with pytest.raises(TotalChangedError):
        place(shop, cart, agreed)
    assert place(shop, cart).order.total == Money(69800, "CNY")


def test_a_typed_code_that_takes_nothing_off_says_why(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=2)
    promote(shop, code="BIG", minimum_amounts={"CNY": 100000})
    promote(shop, code="MEMBERS", groups=frozenset({shop.merchant.id}))
    cart = cart_with(shop, teapot, "BIG", "members")
    assert whys(quote(shop, cart)) == [Why.TOO_LITTLE, Why.NOT_IN_GROUP]
    with pytest.raises(UnknownCodeError):
        type_code(shop, cart, "NOBODY")
    with shop.database.transaction(shop.scope) as session:
        left = drop_code(session, merchant_id=shop.merchant.id, cart_id=cart.id, code="BIG")
    assert left.codes == ("MEMBERS",)


def test_a_cart_takes_a_code_once_and_five_codes_at_most(shop: Shop) -> None:
    cart = fill_cart(shop, (stock_product(shop, in_warehouse=2), 1))
    for number in range(6):
        promote(shop, code=f"CODE{number}")
    for number in range(5):
        type_code(shop, cart, f"CODE{number}")
        assert len(type_code(shop, cart, f"code{number}").codes) == number + 1
    with pytest.raises(FullCodesError):
        type_code(shop, cart, "CODE5")


def test_members_get_their_terms_once_they_are_signed_in(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    with shop.database.transaction(shop.scope) as session:
        lin = remember_customer(session, merchant_id=shop.merchant.id, email="lin@example.com").id
    club = welcome_to_club(shop, lin)
    promote(shop, groups=frozenset({club}))
    signed_in = fill_cart(shop, (teapot, 1), customer_id=lin)
    only_typed = fill_cart(shop, (teapot, 1), email="lin@example.com")
    assert quote(shop, signed_in).discount == Money(6880, "CNY")
    assert quote(shop, only_typed).discount == Money(0, "CNY")


def test_a_use_is_given_back_when_its_unpaid_order_is_called_off(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    promotion = promote(shop, code="ONCE", once=True)
    first = place(shop, cart_with(shop, teapot, "ONCE")).order
    waiting = cart_with(shop, teapot, "ONCE")
    assert whys(quote(shop, waiting)) == [Why.USED_UP]
    with shop.database.transaction(shop.scope) as session:
        again = reopen_order(
            session, durable=durable, merchant_id=shop.merchant.id, order_id=first.id
        )
    assert uses_of(shop, promotion) == 0
    assert again.codes == ("ONCE",)
    assert quote(shop, waiting).discount == quote(shop, again).discount == Money(6880, "CNY")


@pytest.mark.parametrize(("actor_id", "used"), [(None, 1), (UUID(int=7), 0)])
def test_a_paid_order_has_had_its_promotions_unless_the_merchant_calls_it_off(
    shop: Shop, durable: Durable, actor_id: UUID | None, used: int
) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    promote(shop, limit_total=1)
    order = paid_order(shop, durable, (teapot, 1))
    with shop.database.transaction(shop.scope) as session:
        cancel_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            reason="changed my mind",
            actor_id=actor_id,
        )
        (card,) = promotion_cards(session)
    assert card.used == used


def test_a_use_is_given_back_when_the_goods_are_gone_by_the_time_the_money_comes(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=1)
    promotion = promote(shop, code="ONCE", once=True)
    placement = place(shop, cart_with(shop, teapot, "ONCE"))
    assert placement.payment_id is not None
    with shop.database.transaction(Scope.park()) as session:
        expire_holds(session, now=utc_now() + timedelta(hours=1))
    paid_order(shop, durable, (teapot, 1))
    minor = placement.order.total.amount_minor
    with shop.database.transaction(shop.scope) as session:
        settled = settle_payment(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            payment_id=placement.payment_id,
            finding=Finding(
                PaymentState.CAPTURED, handle="h", authorised_minor=minor, captured_minor=minor
            ),
        )
    assert settled.order.state is OrderState.CANCELLED
    assert uses_of(shop, promotion) == 0


def test_who_is_forgotten_is_counted_no_more(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    promote(shop, limit_per_customer=1)
    with shop.database.transaction(shop.scope) as session:
        lin = remember_customer(session, merchant_id=shop.merchant.id, email="lin@example.com").id
    placed = place(shop, fill_cart(shop, (teapot, 1))).order
    assert whys(quote(shop, fill_cart(shop, (teapot, 1)))) == [Why.USED_BY_CUSTOMER]
    with shop.database.transaction(shop.scope) as session:
        cancel_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=placed.id,
            reason="x",
            actor_id=lin,
        )
        forget_customer(
            session,
            merchant_id=shop.merchant.id,
            customer_id=lin,
            actor_id=None,  # type: ignore[arg-type]
            now=utc_now(),
        )
    assert whys(quote(shop, fill_cart(shop, (teapot, 1)))) == []


@pytest.mark.race
def test_of_many_carts_with_the_one_use_code_one_becomes_an_order(shop: Shop) -> None:
    teapot = stock_product(shop, in_warehouse=50)
    promotion = promote(shop, Amount({"CNY": 5000}), code="LAST", once=True)
    carts = [
        cart_with(shop, teapot, "LAST", email=f"buyer{number}@example.com") for number in range(12)
    ]
    agreed = quote(shop, carts[0]).total
    gate, outcomes = Barrier(len(carts)), []

    def buy(cart: CartRow) -> None:
        gate.wait()
        try:
            place(shop, cart, agreed)
        except (PromotionUsedUpError, TotalChangedError):
            outcomes.append("refused")
        else:
            outcomes.append("placed")

    threads = [Thread(target=buy, args=(cart,)) for cart in carts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["placed"] + ["refused"] * 11
    assert uses_of(shop, promotion) == 1
