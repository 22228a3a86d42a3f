"""Call an order off: its goods are free again, its money goes back."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import GoodsHaveLeftError
from commerce.checkout.process import announce_cancellation
from commerce.checkout.service.give_back import Drawer, give_back, wish_of_cancellation
from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.service import close_fulfilments, release_uncounted
from commerce.inventory.service import release_holds
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.rows import Actor, EventKind, OrderState
from commerce.orders.service import mark_cancelled, tell
from commerce.payments.queries import payments_of
from commerce.pricing.promotions.service import give_back_uses

CALLED_OFF = "called-off"
"""Why the parts of a cancelled order ended."""


def cancel_order(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    order_id: UUID,
    reason: str,
    told: str = "",
    actor_id: UUID | None,
    by: Actor = Actor.SHOPPER,
    drawer: Drawer | None = None,
) -> Money:
    """Cancel an order of which nothing has left, and return what goes back to the customer.

    Everything held for it becomes free and every captured payment is refunded in full, cash out of
    the `drawer`. Promotions that it made use of may be used again, unless it was paid and its
    customer let it go: whom the merchant's people sell nothing has had none of them. Money that
    arrives later is given back by `settle_payment`. Without an actor it is cancelled `by` the
    shopper, or the system; else one letter tells the customer of it and of the money. `reason` is
    for the merchant's people, `told` is what the customer reads of it.

    Raises:
        NotFoundError: the merchant has no such order.
        GoodsHaveLeftError: a part is on its way; take it back and refund it instead.
        IllegalTransitionError: it is completed or cancelled already.
        CashNeedsDrawerError: a part was paid in cash, and no drawer pays it out.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    connection = session.connection()
    mark_cancelled(session, merchant_id=merchant_id, order_id=order_id)
    if any(goods.gone for goods in goods_of(connection, order_id=order_id)):
        raise GoodsHaveLeftError
    release_holds(session, merchant_id=merchant_id, owner_id=order_id)
    release_uncounted(session, merchant_id=merchant_id, order_id=order_id)
    if order.state is OrderState.PLACED:
        close_fulfilments(session, merchant_id=merchant_id, order_id=order_id, reason=CALLED_OFF)
    if order.state is OrderState.AWAITING_PAYMENT or actor_id is not None:
        give_back_uses(session, merchant_id=merchant_id, order_id=order_id, email=order.email)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.CANCELLED,
        actor=by if actor_id is None else Actor.STAFF,
        actor_id=actor_id,
        reason=reason,
        **({"told": told} if told else {}),
    )
    payments = payments_of(connection, order_id=order_id)
    owed = Money(sum(each.refundable.amount_minor for each in payments), order.currency)
    if owed:
        give_back(
            session,
            durable=durable,
            merchant_id=merchant_id,
            payments=payments,
            request_id=wish_of_cancellation(order_id),
            amount=owed,
            reason=reason,
            actor_id=actor_id,
            drawer=drawer,
        )
    if actor_id is not None:
        announce_cancellation(session, durable=durable, merchant_id=merchant_id, order_id=order_id)
    return owed
