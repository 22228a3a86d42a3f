"""An order is sent without some of its goods: their promise ends, their money goes back."""

from uuid import UUID

import pytest

from commerce.checkout.errors import GiveUpBeyondOwedError, StillOwedError
from commerce.checkout.owing import Owing, count_owing, given_up_of, standings
from commerce.checkout.service import (
    GivenUp,
    complete_order,
    goods_of,
    refund_order,
    ship_order,
    waiting_for,
)
from commerce.checkout.service.refund import take_back
from commerce.inventory.queries import discrepancies, levels_of
from commerce.inventory.rows import Units
from commerce.inventory.service import sell_at_till
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of, order_by_id, timeline_of
from commerce.orders.rows import EventKind, OrderRow, OrderState
from tests.support.orders import paid_order
from tests.support.shop import Shop, stock_product

CLERK = new_id()


def give_up(shop: Shop, durable: Durable, order: OrderRow, *units: tuple[UUID, int]) -> None:
    with shop.database.transaction(shop.scope) as session:
        refund_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(100, "CNY"),
            reason="no longer wanted",
            given_up=[GivenUp(*each) for each in units],
            actor_id=CLERK,
        )


def ship(shop: Shop, durable: Durable, order: OrderRow, location: UUID) -> None:
    with shop.database.transaction(shop.scope) as session:
        ship_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            location_id=location,
            actor_id=CLERK,
        )


def held(shop: Shop, variant: UUID) -> int:
    with shop.database.reading(shop.scope) as connection:
        return sum(level.held for level in levels_of(connection, variant_ids=[variant]))


def waiting(shop: Shop, order: OrderRow) -> dict[UUID, int]:
    with shop.database.reading(shop.scope) as connection:
        return {
            each.variant_id: each.quantity for each in waiting_for(connection, order_id=order.id)
        }


def state(shop: Shop, order: OrderRow) -> OrderState:
    with shop.database.reading(shop.scope) as connection:
        found = order_by_id(connection, order_id=order.id)
    assert found is not None
    return found.state


def test_units_given_up_are_free_and_the_rest_is_sent(shop: Shop, durable: Durable) -> None:
    bowl, sofa = stock_product(shop, in_warehouse=3), stock_product(shop, counted=False)
    order = paid_order(shop, durable, (bowl, 3), (sofa, 2))
    give_up(shop, durable, order, (bowl, 2), (sofa, 1))
    assert held(shop, bowl) == 1
    assert waiting(shop, order) == {bowl: 1, sofa: 1}
    ship(shop, durable, order, shop.warehouse)
    assert state(shop, order) is OrderState.COMPLETED
    with shop.database.reading(shop.scope) as connection:
        told = timeline_of(connection, order_id=order.id, everything=False)
        lines = lines_of(connection, order_ids=[order.id])
        gone = given_up_of(connection, order_id=order.id, lines=lines, events=told)
    (facts,) = (event.facts for event in told if event.kind is EventKind.GIVEN_UP)
    assert facts["units"] == 3
    assert facts["goods"] == [
        {"variant_id": str(bowl), "quantity": 2},
        {"variant_id": str(sofa), "quantity": 1},
    ]
    assert {line.variant_id: gone[line.id] for line in lines} == {bowl: 2, sofa: 1}


def test_what_waits_last_is_given_up_and_completes_the_order(shop: Shop, durable: Durable) -> None:
    bowl, cup = stock_product(shop, in_warehouse=1), stock_product(shop, in_store=1)
    order = paid_order(shop, durable, (bowl, 1), (cup, 1))
    ship(shop, durable, order, shop.warehouse)
    give_up(shop, durable, order, (cup, 1))
    assert held(shop, cup) == 0
    assert state(shop, order) is OrderState.COMPLETED


def test_no_more_is_given_up_than_waits(shop: Shop, durable: Durable) -> None:
    bowl = stock_product(shop, in_warehouse=5)
    order = paid_order(shop, durable, (bowl, 2))
    with pytest.raises(GiveUpBeyondOwedError):
        give_up(shop, durable, order, (bowl, 3))
    give_up(shop, durable, order, (bowl, 1), (bowl, 1))
    with pytest.raises(GiveUpBeyondOwedError):
        give_up(shop, durable, order, (bowl, 1))
    assert (held(shop, bowl), state(shop, order)) == (0, OrderState.PLACED)
    with shop.database.reading(shop.scope) as connection:
        standing = standings(connection, order_ids=[order.id])[order.id]
        assert (standing.owing, standing.awaited) == (Owing.NOTHING, False)
        assert count_owing(connection) == {Owing.NOTHING: 1}


def test_units_that_a_till_took_are_given_up_first(shop: Shop, durable: Durable) -> None:
    bowl = stock_product(shop, in_warehouse=2)
    order = paid_order(shop, durable, (bowl, 2))
    with shop.database.transaction(shop.scope) as session:
        sell_at_till(
            session,
            merchant_id=shop.merchant.id,
            sale_id=new_id(),
            lines=[Units(bowl, shop.warehouse, 1)],
            actor_id=CLERK,
        )
    give_up(shop, durable, order, (bowl, 1))
    assert waiting(shop, order) == {bowl: 1}
    with shop.database.reading(shop.scope) as connection:
        (standing,) = goods_of(connection, order_id=order.id)
        assert discrepancies(connection) == ()
    assert (standing.wanted, standing.short) == (1, 0)


def refund_missing(shop: Shop, durable: Durable, order: OrderRow, amount_minor: int) -> None:
    """Give money back without a word about the goods, as every refund once was."""
    with shop.database.transaction(shop.scope) as session:
        refund_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(amount_minor, "CNY"),
            reason="sold at the till",
            actor_id=CLERK,
        )


def close(shop: Shop, durable: Durable, order: OrderRow) -> None:
    with shop.database.transaction(shop.scope) as session:
        complete_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            actor_id=CLERK,
        )


def test_an_order_whose_missing_units_were_only_refunded_can_be_closed(
    shop: Shop, durable: Durable
) -> None:
    bowl = stock_product(shop, in_warehouse=3, price_minor=9900)
    order = paid_order(shop, durable, (bowl, 3))
    with shop.database.transaction(shop.scope) as session:
        sell_at_till(
            session,
            merchant_id=shop.merchant.id,
            sale_id=new_id(),
            lines=[Units(bowl, shop.warehouse, 1)],
            actor_id=CLERK,
        )
    refund_missing(shop, durable, order, 9900)
    with pytest.raises(StillOwedError):
        close(shop, durable, order)
    ship(shop, durable, order, shop.warehouse)
    assert state(shop, order) is OrderState.PLACED
    close(shop, durable, order)
    assert state(shop, order) is OrderState.COMPLETED
    with shop.database.reading(shop.scope) as connection:
        (standing,) = goods_of(connection, order_id=order.id)
        kinds = [e.kind for e in timeline_of(connection, order_id=order.id, everything=True)]
        assert discrepancies(connection) == ()
    assert (standing.wanted, standing.owed, held(shop, bowl)) == (2, 0, 0)
    assert {EventKind.GIVEN_UP, EventKind.COMPLETED} <= set(kinds)


def test_an_order_is_not_closed_on_money_that_went_back_for_something_else(
    shop: Shop, durable: Durable
) -> None:
    bowl, cup = (
        stock_product(shop, in_warehouse=1, price_minor=9900),
        stock_product(shop, in_store=1, price_minor=9900),
    )
    order = paid_order(shop, durable, (bowl, 1), (cup, 1))
    ship(shop, durable, order, shop.warehouse)
    with shop.database.transaction(shop.scope) as session:
        take_back(
            session,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            returned=(Units(bowl, shop.warehouse, 1),),
            reason="cracked",
            actor_id=CLERK,
        )
    for amount in (9900, 9899):
        refund_missing(shop, durable, order, amount)
        with pytest.raises(StillOwedError):
            close(shop, durable, order)
    assert held(shop, cup) == 1
    refund_missing(shop, durable, order, 1)
    close(shop, durable, order)
    assert (held(shop, cup), state(shop, order)) == (0, OrderState.COMPLETED)
