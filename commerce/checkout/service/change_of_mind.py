"""Call a paid order off as its shopper, before anybody has begun to get it ready."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import BegunAlreadyError
from commerce.checkout.process import announce_cancellation
from commerce.checkout.service.cancel import cancel_order
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.rows import FulfilmentState
from commerce.fulfilment.service import lock_parts
from commerce.kernel.channel import Channel
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow, Tender

_UNTOUCHED = frozenset({FulfilmentState.OPEN, FulfilmentState.DECLINED, FulfilmentState.CANCELLED})


def may_change_mind(
    order: OrderRow, states: Iterable[FulfilmentState], payments: Iterable[PaymentRow]
) -> bool:
    """Return whether a shopper may still call a paid order off; `states` are those of its parts.

    What was sold or paid at a counter is given back at a counter.
    """
    at_counter = order.channel is Channel.TILL or any(
        each.tender is Tender.CASH for each in payments
    )
    return (
        order.state is OrderState.PLACED
        and not at_counter
        and all(state in _UNTOUCHED for state in states)
    )


def change_mind(session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID) -> Money:
    """Call a paid order off, as its shopper; return what goes back, which a letter tells.

    Raises:
        NotFoundError: the merchant has no such order.
        BegunAlreadyError: somebody gets it ready, it has left, or it is over.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    states = lock_parts(session, merchant_id=merchant_id, order_id=order_id)
    payments = payments_of(session.connection(), order_id=order_id)
    if not may_change_mind(order, states, payments):
        raise BegunAlreadyError
    owed = cancel_order(
        session,
        durable=durable,
        merchant_id=merchant_id,
        order_id=order_id,
        reason="withdrawn",
        actor_id=None,
    )
    announce_cancellation(session, durable=durable, merchant_id=merchant_id, order_id=order_id)
    return owed
