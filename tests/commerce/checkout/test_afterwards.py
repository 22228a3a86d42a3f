"""What happens to an order once it is placed: it is sent, called off, refunded, found goods for."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import pytest

from commerce.checkout.errors import (
    GoodsHaveLeftError,
    NothingToRefundError,
    RestockBeyondSoldError,
    StillOwedError,
)
from commerce.checkout.process.confirm import Mailers, confirm_order
from commerce.checkout.process.short import find_goods_for_the_robbed
from commerce.checkout.service import (
    cancel_order,
    complete_order,
    find_goods_again,
    goods_of,
    refund_order,
    ship_order,
)
from commerce.customers.queries import search_customers
from commerce.fulfilment.carriers import Waybill
from commerce.fulfilment.queries import sources_of
from commerce.inventory.errors import HoldLostError, OutOfStockError
from commerce.inventory.queries import holds_of, levels_of
from commerce.inventory.rows import LevelRow, MovementKind, Units
from commerce.inventory.service import adjust_stock, sell_at_till
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Work
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.queries import order_by_id, orders_of_customer, timeline_of
from commerce.orders.rows import EventKind, OrderRow, OrderState
from commerce.payments.errors import RefundExceedsPaymentError
from commerce.payments.queries import refunds_of
from commerce.payments.rows import RefundRow
from tests.support.orders import paid_order
from tests.support.park import create_merchant
from tests.support.shop import Shop, stock_product

CLERK = new_id()

Value = TypeVar("Value")


def reread(shop: Shop, order: OrderRow) -> OrderRow:
    with shop.database.reading(shop.scope) as connection:
        found = order_by_id(connection, order_id=order.id)
    assert found is not None
    return found


def level(shop: Shop, variant: UUID, location: UUID) -> LevelRow:
    with shop.database.reading(shop.scope) as connection:
        levels = levels_of(connection, variant_ids=[variant])
    return next(each for each in levels if each.location_id == location)


def refunds(shop: Shop, order: OrderRow) -> tuple[RefundRow, ...]:
    with shop.database.reading(shop.scope) as connection:
        return refunds_of(connection, order_id=order.id)


def told(shop: Shop, order: OrderRow) -> list[EventKind]:
    with shop.database.reading(shop.scope) as connection:
        return [event.kind for event in timeline_of(connection, order_id=order.id, everything=True)]


def ship(shop: Shop, durable: Durable, order: OrderRow, location: UUID, tracking: str = "") -> None:
    with shop.database.transaction(shop.scope) as session:
        ship_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            location_id=location,
            waybill=Waybill(number=tracking),
            actor_id=CLERK,
        )


def refund(
    shop: Shop,
    durable: Durable,
    order: OrderRow,
    minor: int,
    *,
    request_id: UUID | None = None,
    returned: tuple[Units, ...] = (),
) -> bool:
    with shop.database.transaction(shop.scope) as session:
        return refund_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            request_id=request_id or new_id(),
            amount=Money(minor, "CNY"),
            reason="broken spout",
            returned=returned,
            actor_id=CLERK,
        )


def cancel(shop: Shop, durable: Durable, order: OrderRow) -> Money:
    with shop.database.transaction(shop.scope) as session:
        return cancel_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            reason="asked by telephone",
            actor_id=CLERK,
        )


def test_goods_that_are_sent_leave_the_shelf_and_complete_the_order(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    order = paid_order(shop, durable, (teapot, 2))
    ship(shop, durable, order, shop.warehouse, tracking="SF123")
    left = level(shop, teapot, shop.warehouse)
    assert (left.on_hand, left.held) == (3, 0)
    assert reread(shop, order).state is OrderState.COMPLETED
    assert told(shop, order)[-2:] == [EventKind.SHIPPED, EventKind.COMPLETED]


def test_sending_twice_finds_that_the_goods_have_left(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    order = paid_order(shop, durable, (teapot, 1))
    ship(shop, durable, order, shop.warehouse)
    with pytest.raises(IllegalTransitionError):
        ship(shop, durable, order, shop.warehouse)
    assert level(shop, teapot, shop.warehouse).on_hand == 4


def test_an_order_from_two_places_is_complete_when_both_have_sent(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=1, in_store=1)
    order = paid_order(shop, durable, (teapot, 2))
    ship(shop, durable, order, shop.warehouse)
    assert reread(shop, order).state is OrderState.PLACED
    with pytest.raises(HoldLostError):
        ship(shop, durable, order, shop.warehouse)
    with pytest.raises(StillOwedError), shop.database.transaction(shop.scope) as session:
        complete_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            actor_id=CLERK,
        )
    ship(shop, durable, order, shop.store)
    assert reread(shop, order).state is OrderState.COMPLETED


def test_cancelling_frees_the_goods_and_gives_all_money_back_once(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    order = paid_order(shop, durable, (teapot, 2))
    assert cancel(shop, durable, order) == order.total
    assert level(shop, teapot, shop.warehouse).held == 0
    assert reread(shop, order).state is OrderState.CANCELLED
    with pytest.raises(IllegalTransitionError):
        cancel(shop, durable, order)
    (only,) = refunds(shop, order)
    assert only.amount_minor == order.total_minor


def test_an_order_of_which_a_part_has_left_is_not_cancelled(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=1, in_store=1)
    order = paid_order(shop, durable, (teapot, 2))
    ship(shop, durable, order, shop.warehouse)
    with pytest.raises(GoodsHaveLeftError):
        cancel(shop, durable, order)
    assert reread(shop, order).state is OrderState.PLACED
    assert level(shop, teapot, shop.store).held == 1


def test_the_same_wish_for_a_refund_is_carried_out_once(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    order = paid_order(shop, durable, (teapot, 1))
    ship(shop, durable, order, shop.warehouse)
    wish, back = new_id(), (Units(teapot, shop.store, 1),)
    assert refund(shop, durable, order, 10000, request_id=wish, returned=back)
    assert not refund(shop, durable, order, 10000, request_id=wish, returned=back)
    assert [each.amount_minor for each in refunds(shop, order)] == [10000]
    assert level(shop, teapot, shop.store).on_hand == 1
    assert EventKind.RETURNED in told(shop, order)


def test_no_more_is_refunded_than_was_paid(shop: Shop, durable: Durable) -> None:
    order = paid_order(shop, durable, (stock_product(shop, in_warehouse=5), 1))
    with pytest.raises(RefundExceedsPaymentError):
        refund(shop, durable, order, order.total_minor + 1)
    refund(shop, durable, order, order.total_minor - 1)
    with pytest.raises(RefundExceedsPaymentError):
        refund(shop, durable, order, 2)
    with pytest.raises(NothingToRefundError):
        refund(shop, durable, order, 0)


def test_no_more_goods_come_back_than_have_left(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    order = paid_order(shop, durable, (teapot, 1))
    with pytest.raises(RestockBeyondSoldError):
        refund(shop, durable, order, 100, returned=(Units(teapot, shop.store, 1),))
    ship(shop, durable, order, shop.warehouse)
    with pytest.raises(RestockBeyondSoldError):
        refund(
            shop,
            durable,
            order,
            100,
            returned=(Units(teapot, shop.store, 1), Units(teapot, shop.warehouse, 1)),
        )
    assert refunds(shop, order) == ()


def test_an_order_that_lost_its_goods_to_a_till_finds_them_elsewhere(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=2, in_store=3)
    order = paid_order(shop, durable, (teapot, 2))
    with shop.database.transaction(shop.scope) as session:
        sell_at_till(
            session,
            merchant_id=shop.merchant.id,
            sale_id=new_id(),
            lines=[Units(teapot, shop.warehouse, 1)],
        )
    with shop.database.reading(shop.scope) as connection:
        assert [goods.short for goods in goods_of(connection, order_id=order.id)] == [1]
    with shop.database.transaction(shop.scope) as session:
        find_goods_again(session, merchant_id=shop.merchant.id, order_id=order.id, actor_id=CLERK)
    with shop.database.reading(shop.scope) as connection:
        held = {hold.location_id: hold.quantity for hold in holds_of(connection, owner_id=order.id)}
        sources = {s.location_id: s.quantity for s in sources_of(connection, order_id=order.id)}
    assert held == sources == {shop.store: 2}
    ship(shop, durable, order, shop.store)
    assert reread(shop, order).state is OrderState.COMPLETED


def test_goods_that_are_nowhere_leave_the_holds_as_they_were(shop: Shop, durable: Durable) -> None:
    teapot = stock_product(shop, in_warehouse=2)
    order = paid_order(shop, durable, (teapot, 2))
    with shop.database.transaction(shop.scope) as session:
        sell_at_till(
            session,
            merchant_id=shop.merchant.id,
            sale_id=new_id(),
            lines=[Units(teapot, shop.warehouse, 1)],
        )
    with pytest.raises(OutOfStockError), shop.database.transaction(shop.scope) as session:
        find_goods_again(session, merchant_id=shop.merchant.id, order_id=order.id, actor_id=CLERK)
    assert level(shop, teapot, shop.warehouse).held == 1


def short(shop: Shop, order: OrderRow) -> int:
    with shop.database.reading(shop.scope) as connection:
        return sum(goods.short for goods in goods_of(connection, order_id=order.id))


def test_what_has_come_back_is_held_by_the_clock_for_the_order_that_a_till_robbed(
    shop: Shop, durable: Durable
) -> None:
    teapot, bowl = (stock_product(shop, in_warehouse=1) for _ in range(2))
    order, refunded = (paid_order(shop, durable, (goods, 1)) for goods in (teapot, bowl))
    both = [Units(goods, shop.warehouse, 1) for goods in (teapot, bowl)]
    with shop.database.transaction(shop.scope) as session:
        sell_at_till(session, merchant_id=shop.merchant.id, sale_id=new_id(), lines=both)
    refund(shop, durable, refunded, 10000)
    work = Work(shop.database, read_settings({}), Parts([]))
    find_goods_for_the_robbed.run(work)
    assert short(shop, order) == 1, "nothing has come back yet"
    with shop.database.transaction(shop.scope) as session:
        for units in both:
            adjust_stock(
                session,
                merchant_id=shop.merchant.id,
                variant_id=units.variant_id,
                location_id=units.location_id,
                change=1,
                kind=MovementKind.RECEIVED,
                reason="a delivery",
                actor_id=CLERK,
            )
    find_goods_for_the_robbed.run(work)
    assert short(shop, order) == 0
    assert short(shop, refunded) == 1, "its money has gone back instead"
    ship(shop, durable, order, shop.warehouse)
    assert reread(shop, order).state is OrderState.COMPLETED


class NoLetters:
    """A mailer of a shop that writes to nobody."""

    def confirm(self, *, merchant_id: UUID, order_id: UUID) -> None:
        """Write nothing."""

    def tell_departure(self, *, merchant_id: UUID, order_id: UUID, event_id: UUID) -> None:
        """Write nothing."""

    def tell_cancelled(self, *, merchant_id: UUID, order_id: UUID) -> None:
        """Write nothing."""

    def tell_refund(self, *, merchant_id: UUID, refund_id: UUID) -> None:
        """Write nothing."""


class AtOnce(Work):
    """Runs the steps of a process without a worker."""

    def step(self, _name: str, action: Callable[[], Value], *, attempts: int = 1) -> Value:
        """Run it, once."""
        assert attempts
        return action()


def test_a_guest_whose_order_stands_is_a_customer_from_then_on(
    shop: Shop, durable: Durable
) -> None:
    teapot = stock_product(shop, in_warehouse=5)
    first, second = (paid_order(shop, durable, (teapot, 1)) for _ in range(2))
    work = AtOnce(shop.database, read_settings({}), Parts([Mailers(NoLetters())]))
    for order in (first, second, second):
        confirm_order.run(work, merchant_id=str(shop.merchant.id), order_id=str(order.id))
    with shop.database.reading(shop.scope) as connection:
        (lin,) = search_customers(connection, words="lin@example.com")
        orders = orders_of_customer(connection, customer_id=lin.id)
    assert (lin.name, lin.has_account) == ("Lin Wei", False)
    assert [each.id for each in orders] == [second.id, first.id]


def test_nobody_ships_another_merchants_order(shop: Shop, durable: Durable) -> None:
    order = paid_order(shop, durable, (stock_product(shop, in_warehouse=5), 1))
    stranger = create_merchant(shop.database, slug="harbour-imports")
    with (
        pytest.raises(NotFoundError),
        shop.database.transaction(Scope.merchant(stranger)) as session,
    ):
        ship_order(
            session,
            durable=durable,
            merchant_id=stranger,
            order_id=order.id,
            location_id=shop.warehouse,
            actor_id=CLERK,
        )
