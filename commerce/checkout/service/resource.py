"""Find goods anew for an order whose promise was taken by somebody at a till."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.holding import hold_best, pickup_place
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.service import replace_owed_sources
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import release_holds
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.rows import Actor, EventKind, OrderState
from commerce.orders.service import tell


def find_goods_again(
    session: Session, *, merchant_id: UUID, order_id: UUID, actor_id: UUID | None
) -> tuple[Units, ...]:
    """Hold everything that a placed order is still owed, from wherever it can come now.

    What was held before may move to another location with it; what has left stays as it is.
    `actor_id` is None when the clock asks.

    Raises:
        NotFoundError: the merchant has no such order.
        IllegalTransitionError: it is not placed.
        OutOfStockError: the goods are nowhere; the holds stay as they were.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    if order.state is not OrderState.PLACED:
        raise IllegalTransitionError(number=order.number, state=order.state.value)
    connection = session.connection()
    owed = {
        goods.variant_id: goods.wanted - goods.gone
        for goods in goods_of(connection, order_id=order_id)
        if goods.wanted > goods.gone
    }
    release_holds(session, merchant_id=merchant_id, owner_id=order_id)
    chosen = hold_best(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        wanted=owed,
        only_at=pickup_place(order),
        stage=Stage.PLACED,
        expires_at=None,
    )
    replace_owed_sources(session, merchant_id=merchant_id, order_id=order_id, units=chosen)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.NOTE,
        actor=Actor.SYSTEM if actor_id is None else Actor.STAFF,
        actor_id=actor_id,
        note="goods-found-again",
    )
    return chosen
