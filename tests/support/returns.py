"""Returns for tests, made as shoppers and staff make them."""

from uuid import UUID

from commerce.checkout.returns import (
    approve_return,
    ask_return,
    inspect_return,
    receive_return,
    refund_return,
    returnable_lines,
)
from commerce.checkout.service import ship_order
from commerce.fulfilment.carriers import Waybill
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.queries import lines_of, order_by_id
from commerce.orders.returns.queries import return_by_id, return_lines
from commerce.orders.returns.rows import (
    AskedUnits,
    FoundUnits,
    ReturnLineRow,
    ReturnRow,
    ReturnWay,
)
from commerce.orders.rows import OrderLineRow, OrderRow
from commerce.payments.queries import refunds_of
from tests.support.shop import Shop

CLERK = new_id()


def sent(shop: Shop, durable: Durable, order: OrderRow, location: UUID | None = None) -> None:
    """Let the goods of an order leave."""
    with shop.database.transaction(shop.scope) as session:
        ship_order(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            order_id=order.id,
            location_id=location or shop.warehouse,
            waybill=Waybill(),
            actor_id=CLERK,
        )


def sold_lines(shop: Shop, order: OrderRow) -> tuple[OrderLineRow, ...]:
    with shop.database.reading(shop.scope) as connection:
        return lines_of(connection, order_ids=[order.id])


def ask(
    shop: Shop,
    durable: Durable,
    order: OrderRow,
    *wanted: tuple[UUID, int],
    return_id: UUID | None = None,
    way: ReturnWay = ReturnWay.POST,
    reason: str = "changed-mind",
    actor_id: UUID | None = None,
) -> UUID:
    """Ask for units of lines to be taken back; return the return's id."""
    wish = return_id or new_id()
    with shop.database.transaction(shop.scope) as session:
        ask_return(
            session,
            durable=durable,
            merchant=shop.merchant,
            order_id=order.id,
            return_id=wish,
            asked=[AskedUnits(line, units, reason) for line, units in wanted],
            way=way,
            now=utc_now(),
            actor_id=actor_id,
        )
    return wish


def approve(shop: Shop, durable: Durable, wish: UUID) -> None:
    with shop.database.transaction(shop.scope) as session:
        approve_return(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            return_id=wish,
            actor_id=CLERK,
        )


def receive(
    shop: Shop, durable: Durable, wish: UUID, came: dict[UUID, int], at: UUID | None = None
) -> None:
    with shop.database.transaction(shop.scope) as session:
        receive_return(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            return_id=wish,
            location_id=at or shop.store,
            came=came,
            actor_id=CLERK,
        )


def inspect(shop: Shop, wish: UUID, *found: FoundUnits) -> None:
    with shop.database.transaction(shop.scope) as session:
        inspect_return(
            session,
            merchant_id=shop.merchant.id,
            return_id=wish,
            found=found,
            actor_id=CLERK,
        )


def pay_back(
    shop: Shop, durable: Durable, wish: UUID, minor: int | None = None, answer: str = ""
) -> Money:
    with shop.database.transaction(shop.scope) as session:
        return refund_return(
            session,
            durable=durable,
            merchant_id=shop.merchant.id,
            return_id=wish,
            amount=None if minor is None else Money(minor, "CNY"),
            answer=answer,
            actor_id=CLERK,
        )


def brought_back(
    shop: Shop, durable: Durable, order: OrderRow, line: UUID, units: int = 1
) -> Money:
    """Let units come back from the wish to the money, onto the store's shelf."""
    wish = ask(shop, durable, order, (line, units))
    receive(shop, durable, wish, {line: units})
    inspect(shop, wish, FoundUnits(line, restocked=units))
    return pay_back(shop, durable, wish)


def reread(shop: Shop, wish: UUID) -> tuple[ReturnRow, tuple[ReturnLineRow, ...]]:
    with shop.database.reading(shop.scope) as connection:
        found = return_by_id(connection, return_id=wish)
        assert found is not None
        return found, return_lines(connection, return_ids=[wish])[wish]


def left_to_return(shop: Shop, order: OrderRow) -> list[int]:
    """Return how many units of each line could come back now."""
    with shop.database.reading(shop.scope) as connection:
        again = order_by_id(connection, order_id=order.id)
        assert again is not None
        return [each.units for each in returnable_lines(connection, order=again)]


def refunds(shop: Shop, order: OrderRow) -> list[int]:
    with shop.database.reading(shop.scope) as connection:
        return [each.amount_minor for each in refunds_of(connection, order_id=order.id)]
