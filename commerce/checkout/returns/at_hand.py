"""A return as its verbs find it, with its order locked, and how they tell the customer what was done."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.process.returns import announce_return
from commerce.checkout.service.locking import locked_order
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.orders.returns.queries import return_by_id
from commerce.orders.returns.rows import ReturnRow
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell


def locked_return(session: Session, *, merchant_id: UUID, return_id: UUID) -> ReturnRow:
    """Return a return as it is once its order is locked.

    Raises:
        NotFoundError: the merchant has no such return.
    """
    found = return_by_id(session, return_id=return_id)
    if found is None:
        raise NotFoundError
    locked_order(session, merchant_id=merchant_id, order_id=found.order_id)
    again = return_by_id(session, return_id=return_id)
    if again is None:
        raise NotFoundError
    return again


def tell_customer(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    found: ReturnRow,
    kind: EventKind,
    actor_id: UUID,
    **facts: Any,
) -> None:
    """Write a step that staff took into the order's timeline, and let a letter tell of it."""
    event_id = tell(
        session,
        merchant_id=merchant_id,
        order_id=found.order_id,
        kind=kind,
        actor=Actor.STAFF,
        actor_id=actor_id,
        **{"return": str(found.id), **facts},
    )
    announce_return(
        session,
        durable=durable,
        merchant_id=merchant_id,
        order_id=found.order_id,
        event_id=event_id,
    )
