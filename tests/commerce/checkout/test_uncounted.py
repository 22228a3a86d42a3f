"""Goods that nobody counts are sent, called off and taken back like all others."""

from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.checkout.errors import (
    GoodsHaveLeftError,
    NoPlaceError,
    RestockBeyondSoldError,
    StillOwedError,
)
from commerce.checkout.service import (
    cancel_order,
    complete_order,
    find_goods_again,
    goods_of,
    refund_order,
    ship_order,
    waiting_for,
)
from commerce.fulfilment.carriers import Waybill
from commerce.fulfilment.queries import sources_of
from commerce.inventory.errors import HoldLostError
from commerce.inventory.queries import holds_of, levels_of
from commerce.inventory.rows import Units
from commerce.inventory.service import sell_at_till
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow, OrderState
from tests.support.orders import paid_order
from tests.support.shop import Shop, stock_product

CLERK = new_id()


def ship(shop: Shop, durable: Durable, order: OrderRow, location: UUID) -> dict[UUID, int]:
    with shop.database.transaction(shop.scope) as session:
        left = ship_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            location_id=location,
            waybill=Waybill("sf-express", "SF1234"),
            actor_id=CLERK,
        )
    return {units.variant_id: units.quantity for units in left}


def refund(shop: Shop, durable: Durable, order: OrderRow, *returned: Units) -> None:
    with shop.database.transaction(shop.scope) as session:
        refund_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            request_id=new_id(),
            amount=Money(100, "CNY"),
            reason="sent back",
            returned=returned,
            actor_id=CLERK,
        )


def find(shop: Shop, order: OrderRow) -> None:
    with shop.database.transaction(shop.scope) as session:
        find_goods_again(session, merchant_id=shop.merchant.id, order_id=order.id, actor_id=CLERK)


def waiting(shop: Shop, order: OrderRow) -> dict[UUID, dict[UUID, int]]:
    """Return what waits to leave each place."""
    found: dict[UUID, dict[UUID, int]] = {}
    with shop.database.reading(shop.scope) as connection:
        for units in waiting_for(connection, order_id=order.id):
            found.setdefault(units.location_id, {})[units.variant_id] = units.quantity
    return found


def state(shop: Shop, order: OrderRow) -> OrderState:
    with shop.database.reading(shop.scope) as connection:
        found = order_by_id(connection, order_id=order.id)
    assert found is not None
    return found.state


def standing(shop: Shop, order: OrderRow) -> list[tuple[int, int, int, int]]:
    with shop.database.reading(shop.scope) as connection:
        return [
            (each.wanted, each.held, each.gone, each.returned)
            for each in goods_of(connection, order_id=order.id)
        ]


@pytest.mark.parametrize("counted", [False, True], ids=["not counted", "sold when out"])
def test_an_order_of_uncounted_goods_waits_leaves_once_and_is_complete(
    shop: Shop, durable: Durable, *, counted: bool
) -> None:
    sofa = stock_product(shop, counted=counted, sell_when_out=counted)
    order = paid_order(shop, durable, (sofa, 2))
    assert waiting(shop, order) == {shop.warehouse: {sofa: 2}}
    with pytest.raises(StillOwedError), shop.database.transaction(shop.scope) as session:
        complete_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            actor_id=CLERK,
        )
    with pytest.raises(HoldLostError):
        ship(shop, durable, order, shop.store)
    assert ship(shop, durable, order, shop.warehouse) == {sofa: 2}
    assert state(shop, order) is OrderState.COMPLETED
    assert waiting(shop, order) == {}
    assert standing(shop, order) == [(2, 0, 2, 0)]


def test_a_mixed_order_leaves_as_one_parcel(shop: Shop, durable: Durable) -> None:
    bowl, sofa = stock_product(shop, in_store=3), stock_product(shop, counted=False)
    order = paid_order(shop, durable, (bowl, 1), (sofa, 1))
    assert waiting(shop, order) == {shop.store: {bowl: 1, sofa: 1}}
    assert ship(shop, durable, order, shop.store) == {bowl: 1, sofa: 1}
    assert state(shop, order) is OrderState.COMPLETED


def test_goods_leave_from_where_they_lie_and_both_parcels_are_needed(
    shop: Shop, durable: Durable
) -> None:
    bowl = stock_product(shop, in_warehouse=3)
    lamp = stock_product(shop, in_store=4, sell_when_out=True)
    order = paid_order(shop, durable, (bowl, 1), (lamp, 1))
    assert waiting(shop, order) == {shop.warehouse: {bowl: 1}, shop.store: {lamp: 1}}
    ship(shop, durable, order, shop.warehouse)
    assert state(shop, order) is OrderState.PLACED
    ship(shop, durable, order, shop.store)
    assert state(shop, order) is OrderState.COMPLETED


def test_services_wait_at_no_place(shop: Shop, durable: Durable) -> None:
    bowl, advice = stock_product(shop, in_warehouse=3), stock_product(shop, is_service=True)
    order = paid_order(shop, durable, (bowl, 1), (advice, 1))
    assert waiting(shop, order) == {shop.warehouse: {bowl: 1}}


def test_a_cancelled_order_waits_for_nothing_and_a_sent_one_cannot_be_cancelled(
    shop: Shop, durable: Durable
) -> None:
    bowl, sofa = stock_product(shop, in_store=3), stock_product(shop, counted=False)
    first = paid_order(shop, durable, (sofa, 1))
    second = paid_order(shop, durable, (sofa, 1), (bowl, 1))
    with shop.database.transaction(shop.scope) as session:
        cancel_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=first.id,
            reason="no more",
            actor_id=CLERK,
        )
    assert waiting(shop, first) == {}
    with shop.database.transaction(shop.scope) as session:
        session.execute(
            text("UPDATE order_source SET location_id = :here WHERE variant_id = :sofa"),
            {"here": shop.warehouse, "sofa": sofa},
        )
    ship(shop, durable, second, shop.warehouse)
    with pytest.raises(GoodsHaveLeftError), shop.database.transaction(shop.scope) as session:
        cancel_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=second.id,
            reason="too late",
            actor_id=CLERK,
        )


def test_what_was_sent_comes_back_once_and_moves_no_level(shop: Shop, durable: Durable) -> None:
    sofa = stock_product(shop, counted=False)
    order = paid_order(shop, durable, (sofa, 2))
    ship(shop, durable, order, shop.warehouse)
    refund(shop, durable, order, Units(sofa, shop.store, 2))
    assert standing(shop, order) == [(2, 0, 2, 2)]
    with shop.database.reading(shop.scope) as connection:
        assert levels_of(connection, variant_ids=[sofa]) == ()
    with pytest.raises(RestockBeyondSoldError):
        refund(shop, durable, order, Units(sofa, shop.store, 1))


def test_the_level_of_what_is_sold_on_falls_when_it_leaves_and_rises_when_it_comes_back(
    shop: Shop, durable: Durable
) -> None:
    lamp = stock_product(shop, in_warehouse=3, sell_when_out=True)

    def on_hand() -> tuple[int, int]:
        with shop.database.reading(shop.scope) as connection:
            (level,) = levels_of(connection, variant_ids=[lamp])
            booked = connection.scalar(text("SELECT sum(quantity) FROM movement"))
        assert booked == level.on_hand
        return level.on_hand, level.held

    orders = [paid_order(shop, durable, (lamp, 2)) for _ in range(3)]
    assert on_hand() == (3, 0)
    ship(shop, durable, orders[0], shop.warehouse)
    assert on_hand() == (1, 0)
    ship(shop, durable, orders[1], shop.warehouse)
    assert (on_hand(), state(shop, orders[1])) == ((0, 0), OrderState.COMPLETED)
    ship(shop, durable, orders[2], shop.warehouse)
    assert on_hand() == (0, 0)
    refund(shop, durable, orders[2], Units(lamp, shop.warehouse, 1))
    refund(shop, durable, orders[2], Units(lamp, shop.warehouse, 1))
    assert (on_hand(), standing(shop, orders[2])) == ((2, 0), [(2, 0, 2, 2)])
    with pytest.raises(RestockBeyondSoldError):
        refund(shop, durable, orders[2], Units(lamp, shop.warehouse, 1))


def test_goods_found_again_leave_uncounted_ones_where_they_wait(
    shop: Shop, durable: Durable
) -> None:
    bowl = stock_product(shop, in_warehouse=1, in_store=1)
    sofa = stock_product(shop, counted=False)
    order = paid_order(shop, durable, (bowl, 1), (sofa, 1))
    with shop.database.transaction(shop.scope) as session:
        sell_at_till(
            session,
            merchant_id=shop.merchant.id,
            sale_id=new_id(),
            lines=[Units(bowl, shop.warehouse, 1)],
            actor_id=CLERK,
        )
    find(shop, order)
    assert waiting(shop, order) == {shop.store: {bowl: 1}, shop.warehouse: {sofa: 1}}


def test_counting_that_begins_after_the_order_does_not_keep_it_here(
    shop: Shop, durable: Durable
) -> None:
    sofa = stock_product(shop, counted=False)
    order = paid_order(shop, durable, (sofa, 1))
    with shop.database.transaction(shop.scope) as session:
        session.execute(
            text("UPDATE variant SET stock_tracked = true WHERE id = :sofa"), {"sofa": sofa}
        )
    assert ship(shop, durable, order, shop.warehouse) == {sofa: 1}
    assert state(shop, order) is OrderState.COMPLETED


def test_a_merchant_without_a_place_owes_the_goods_until_there_is_one(
    shop: Shop, durable: Durable
) -> None:
    with shop.database.transaction(shop.scope) as session:
        places = session.execute(text("SELECT * FROM location")).mappings().all()
        session.execute(text("DELETE FROM location"))
    sofa = stock_product(shop, counted=False)
    order = paid_order(shop, durable, (sofa, 1))
    assert standing(shop, order) == [(1, 0, 0, 0)]
    with pytest.raises(StillOwedError), shop.database.transaction(shop.scope) as session:
        complete_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            actor_id=CLERK,
        )
    with pytest.raises(NoPlaceError):
        find(shop, order)
    with shop.database.transaction(shop.scope) as session:
        columns = ", ".join(str(name) for name in places[0])
        values = ", ".join(f":{name}" for name in places[0])
        session.execute(
            text(f"INSERT INTO location ({columns}) VALUES ({values})"),
            [dict(place) for place in places],
        )
    find(shop, order)
    assert waiting(shop, order) == {shop.warehouse: {sofa: 1}}
    with shop.database.reading(shop.scope) as connection:
        assert holds_of(connection, owner_id=order.id) == ()
        assert len(sources_of(connection, order_id=order.id)) == 1
