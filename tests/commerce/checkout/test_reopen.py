"""An unpaid order is taken back by its shopper: called off, or put into a cart again."""

from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.checkout.errors import NotUnpaidError
from commerce.checkout.process.unpaid import PAY_WITHIN, end_unpaid_orders
from commerce.checkout.queries import lines_of_cart
from commerce.checkout.rows import CartRow
from commerce.checkout.service import (
    Placement,
    choose_delivery,
    reopen_order,
    settle_payment,
    withdraw_order,
)
from commerce.inventory.queries import holds_of
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.durable import Durable, Work
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.orders.queries import order_by_id, timeline_of
from commerce.orders.rows import Actor, EventKind, OrderState
from commerce.payments.gateway import Gateways, PaymentGateway
from commerce.payments.queries import refunds_of
from commerce.payments.rows import Finding, PaymentRow, PaymentState
from tests.support.orders import ADDRESS, fill_cart, paid_order, place
from tests.support.promotions import promote
from tests.support.shop import Shop, stock_product


def reopen(shop: Shop, durable: Durable, order: UUID, into: CartRow | None = None) -> CartRow:
    with shop.database.transaction(shop.scope) as session:
        return reopen_order(
            session, durable=durable, merchant_id=shop.merchant.id, order_id=order, into=into
        )


def withdraw(shop: Shop, durable: Durable, order: UUID) -> None:
    with shop.database.transaction(shop.scope) as session:
        withdraw_order(session, durable=durable, merchant_id=shop.merchant.id, order_id=order)


def contents(shop: Shop, cart: CartRow) -> dict[UUID, int]:
    with shop.database.reading(shop.scope) as connection:
        return {
            line.variant_id: line.quantity for line in lines_of_cart(connection, cart_id=cart.id)
        }


def state(shop: Shop, placement: Placement) -> OrderState:
    with shop.database.reading(shop.scope) as connection:
        found = order_by_id(connection, order_id=placement.order.id)
    assert found is not None
    return found.state


def pay(shop: Shop, durable: Durable, placement: Placement) -> None:
    assert placement.payment_id is not None
    minor = placement.order.total.amount_minor
    with shop.database.transaction(shop.scope) as session:
        settle_payment(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            payment_id=placement.payment_id,
            finding=Finding(
                PaymentState.CAPTURED, handle="h", authorised_minor=minor, captured_minor=minor
            ),
        )


def test_the_goods_lie_in_a_cart_again_with_the_address_and_nothing_is_held(
    shop: Shop, durable: Durable
) -> None:
    teapot, cup = stock_product(shop, in_warehouse=5), stock_product(shop, in_warehouse=5)
    first = fill_cart(shop, (teapot, 2), (cup, 1))
    placement = place(shop, first)
    cart = reopen(shop, durable, placement.order.id)
    assert contents(shop, cart) == {teapot: 2, cup: 1}
    assert (cart.email, cart.ship_to, cart.country) == ("lin@example.com", ADDRESS, "CN")
    assert (cart.id != first.id, cart.order_id) == (True, None)
    assert state(shop, placement) is OrderState.CANCELLED
    with shop.database.reading(shop.scope) as connection:
        assert not holds_of(connection, owner_id=placement.order.id)
        told = timeline_of(connection, order_id=placement.order.id, everything=True)
    (cancelled,) = [event for event in told if event.kind is EventKind.CANCELLED]
    assert cancelled.actor is Actor.SHOPPER


def test_the_chosen_delivery_stays_chosen(shop: Shop, durable: Durable) -> None:
    first = fill_cart(shop, (stock_product(shop, in_warehouse=5), 1))
    with shop.database.transaction(shop.scope) as session:
        choose_delivery(session, merchant_id=shop.merchant.id, cart_id=first.id, option="parcel")
    assert reopen(shop, durable, place(shop, first).order.id).delivery_option == "parcel"


def test_a_cart_begun_meanwhile_gets_the_goods_besides_its_own(
    shop: Shop, durable: Durable
) -> None:
    teapot, cup = stock_product(shop, in_warehouse=9), stock_product(shop, in_warehouse=9)
    placement = place(shop, fill_cart(shop, (teapot, 2)))
    begun = fill_cart(shop, (teapot, 1), (cup, 1))
    cart = reopen(shop, durable, placement.order.id, into=begun)
    assert cart.id == begun.id
    assert contents(shop, cart) == {teapot: 3, cup: 1}


def test_a_paid_order_is_not_taken_back(shop: Shop, durable: Durable) -> None:
    order = paid_order(shop, durable, (stock_product(shop, in_warehouse=5), 1))
    for take_back in (reopen, withdraw):
        with pytest.raises(NotUnpaidError):
            take_back(shop, durable, order.id)


def test_an_order_is_taken_back_once_and_its_goods_may_be_ordered_again(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    placement = place(shop, fill_cart(shop, (teapot, 2)))
    withdraw(shop, durable, placement.order.id)
    with pytest.raises(NotUnpaidError):
        withdraw(shop, durable, placement.order.id)
    cart = reopen(shop, durable, placement.order.id)
    assert reopen(shop, durable, placement.order.id, into=cart).id == cart.id
    assert contents(shop, cart) == {teapot: 2}, "however often the button is pressed"


def test_money_that_arrives_all_the_same_goes_back_by_itself(shop: Shop, durable: Durable) -> None:
    placement = place(shop, fill_cart(shop, (stock_product(shop, in_warehouse=5), 1)))
    withdraw(shop, durable, placement.order.id)
    pay(shop, durable, placement)
    with shop.database.reading(shop.scope) as connection:
        (refund,) = refunds_of(connection, order_id=placement.order.id)
    assert refund.amount == placement.order.total
    assert state(shop, placement) is OrderState.CANCELLED


class Bank:
    """A provider that says one thing of every attempt that is given up."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding

    def cancel(self, *, merchant_id: UUID, payment: PaymentRow) -> Finding:
        return self.finding


def a_week_later(shop: Shop, durable: Durable, finding: Finding) -> None:
    bank = cast("PaymentGateway", Bank(finding))  # nothing else of it is asked
    work = Work(shop.database, read_settings({}), Parts([Gateways(bank), durable]))
    with travelling(utc_now() + PAY_WITHIN):
        end_unpaid_orders.run(work)


def test_what_nobody_paid_within_a_week_is_called_off_and_its_code_is_free(
    shop: Shop, durable: Durable
) -> None:
    promote(shop, code="ONCE", once=True)
    bowl = stock_product(shop, in_warehouse=2)
    placement = place(shop, fill_cart(shop, (bowl, 1), codes=("ONCE",)))
    work = Work(shop.database, read_settings({}), Parts([durable]))
    end_unpaid_orders.run(work)
    assert state(shop, placement) is OrderState.AWAITING_PAYMENT, "it has just been placed"
    a_week_later(shop, durable, Finding(PaymentState.PENDING))
    assert state(shop, placement) is OrderState.AWAITING_PAYMENT, "the money may still arrive"
    a_week_later(shop, durable, Finding(PaymentState.CANCELLED))
    assert state(shop, placement) is OrderState.CANCELLED
    with shop.database.reading(shop.scope) as connection:
        *_, last = timeline_of(connection, order_id=placement.order.id, everything=True)
        (used,) = connection.execute(text("SELECT used FROM promotion_code")).scalars()
    assert (last.kind, last.actor, last.facts["reason"]) == (
        EventKind.CANCELLED,
        Actor.SYSTEM,
        "expired",
    )
    assert used == 0


def test_what_was_paid_in_the_last_moment_is_placed(shop: Shop, durable: Durable) -> None:
    placement = place(shop, fill_cart(shop, (stock_product(shop, in_warehouse=1), 1)))
    minor = placement.order.total.amount_minor
    a_week_later(shop, durable, Finding(PaymentState.CAPTURED, "bank", minor, minor))
    assert state(shop, placement) is OrderState.PLACED
