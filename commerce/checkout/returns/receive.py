"""Receive goods that come back: at any store or warehouse, whichever was asked for."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.returns.at_hand import locked_return, tell_customer
from commerce.inventory.service.stock_places import check_places
from commerce.kernel.durable import Durable
from commerce.orders.returns.errors import NothingToReturnError, ReturnCountError
from commerce.orders.returns.queries import return_lines
from commerce.orders.returns.record import move, note_received, release
from commerce.orders.returns.rows import ReturnState
from commerce.orders.rows import EventKind

_BEFORE = (ReturnState.REQUESTED, ReturnState.APPROVED)


def receive_return(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    return_id: UUID,
    location_id: UUID,
    came: Mapping[UUID, int],
    actor_id: UUID,
) -> None:
    """Note that goods came to a place: `came` says how many units of each sold line, the rest none.

    Units that did not come can be asked for again. A letter tells the customer.

    Raises:
        NotFoundError: the merchant has no such return.
        PlacesRefusedError: the place is not the merchant's, or goods only pass through it.
        NothingToReturnError: nothing came.
        ReturnCountError: more came of a line than was asked for.
        ReturnMovedOnError: it was received before, or has ended.
    """
    found = locked_return(session, merchant_id=merchant_id, return_id=return_id)
    check_places(session, merchant_id=merchant_id, places=[location_id], in_use=False)
    lines = return_lines(session, return_ids=[return_id])[return_id]
    check_came(came, {line.order_line_id: line.quantity for line in lines})
    move(
        session,
        merchant_id=merchant_id,
        return_id=return_id,
        to=ReturnState.RECEIVED,
        from_=_BEFORE,
        actor_id=actor_id,
        location_id=location_id,
    )
    for line in lines:
        where = {"merchant_id": merchant_id, "order_line_id": line.order_line_id}
        units = came.get(line.order_line_id, 0)
        note_received(session, return_id=return_id, units=units, **where)
        release(session, units=line.quantity - units, **where)
    tell_customer(
        session,
        durable=durable,
        merchant_id=merchant_id,
        found=found,
        kind=EventKind.RETURN_RECEIVED,
        actor_id=actor_id,
        location=str(location_id),
        units=sum(came.values()),
    )


def check_came(came: Mapping[UUID, int], asked: Mapping[UUID, int]) -> None:
    """Make sure that what came was asked for.

    Raises:
        NothingToReturnError: nothing came.
        ReturnCountError: more came of a line than was asked for, or of another line.
    """
    if not any(came.values()):
        raise NothingToReturnError
    if any(not 0 <= units <= asked.get(line, 0) for line, units in came.items()):
        raise ReturnCountError
