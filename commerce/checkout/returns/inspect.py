"""Look at goods that came back: onto the shelf, aside, off the books, or back to the customer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.returns.at_hand import locked_return
from commerce.checkout.returns.shelve import shelve
from commerce.checkout.returns.worth import share_of
from commerce.checkout.service.goods import goods_of
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import lines_of, order_by_id
from commerce.orders.returns.errors import ReturnCountError, ReturnMovedOnError
from commerce.orders.returns.queries import return_lines, returns_of
from commerce.orders.returns.record import move, note_found, release, settle_units
from commerce.orders.returns.rows import (
    FoundUnits,
    ReturnLineRow,
    ReturnRow,
    ReturnState,
)
from commerce.orders.rows import Actor, EventKind, OrderLineRow
from commerce.orders.service import tell


def inspect_return(
    session: Session,
    *,
    merchant_id: UUID,
    return_id: UUID,
    found: Sequence[FoundUnits],
    actor_id: UUID,
) -> None:
    """Decide about every unit that came; afterwards it is known what goes back to the customer.

    What is kept is booked where it came: on the shelf, in the place's quarantine, or in and off the
    books. What is handed back can be asked for again.

    Raises:
        NotFoundError: the merchant has no such return.
        ReturnCountError: not every unit that came is decided about, or more than came.
        ReturnMovedOnError: nothing waits to be looked at.
    """
    returned = locked_return(session, merchant_id=merchant_id, return_id=return_id)
    if returned.state is not ReturnState.RECEIVED or returned.location_id is None:
        raise ReturnMovedOnError
    lines = return_lines(session, return_ids=[return_id])[return_id]
    _check(found, lines)
    connection = session.connection()
    sold = {line.id: line for line in lines_of(connection, order_ids=[returned.order_id])}
    shelve(
        session,
        merchant_id=merchant_id,
        order_id=returned.order_id,
        location_id=returned.location_id,
        found=[(sold[each.order_line_id], each) for each in found],
        actor_id=actor_id,
    )
    goods = sum(_reckoned(session, merchant_id, return_id, sold, each) for each in found)
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.INSPECTED if goods else ReturnState.CLOSED,
        from_=(ReturnState.RECEIVED,),
        actor_id=actor_id,
        goods_minor=goods,
        delivery_minor=_delivery_back(session, returned) if goods else 0,
    )
    tell(
        session,
        merchant_id=merchant_id,
        order_id=returned.order_id,
        kind=EventKind.RETURN_INSPECTED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        **{"return": str(return_id)},
        units=sum(each.accepted for each in found),
        declined=sum(each.declined for each in found),
    )


def _check(found: Sequence[FoundUnits], lines: Sequence[ReturnLineRow]) -> None:
    came = {line.order_line_id: line.received for line in lines if line.received}
    decided = {each.order_line_id: each.units for each in found if each.units}
    parts = [
        part
        for each in found
        for part in (each.restocked, each.quarantined, each.written_off, each.declined)
    ]
    if came != decided or len(decided) < len(found) or min(parts, default=0) < 0:
        raise ReturnCountError


def _reckoned(
    session: Session,
    merchant_id: UUID,
    return_id: UUID,
    sold: dict[UUID, OrderLineRow],
    found: FoundUnits,
) -> int:
    """Note what became of a line's units; return what goes back for those that are kept."""
    line = found.order_line_id
    before = settle_units(
        session, merchant_id=merchant_id, order_line_id=line, units=found.accepted
    )
    net, tax = share_of(sold[line], before=before, units=found.accepted)
    note_found(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        found=found,
        net_minor=net,
        tax_minor=tax,
    )
    release(session, merchant_id=merchant_id, order_line_id=line, units=found.declined)
    return net + tax


def _delivery_back(session: Session, returned: ReturnRow) -> int:
    """Return the delivery's price where the buyer keeps nothing of the order, once.

    Who withdraws from the whole contract gets back all payments, those for the delivery among them
    (Directive 2011/83/EU, article 13 (1)).
    """
    order = order_by_id(session.connection(), order_id=returned.order_id)
    if order is None:
        raise NotFoundError
    given = sum(each.delivery_minor for each in returns_of(session, order_id=order.id))
    kept = any(
        goods.owed or goods.restockable
        for goods in goods_of(session.connection(), order_id=order.id)
    )
    return 0 if kept else max(0, order.delivery_minor - given)
