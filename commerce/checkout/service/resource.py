"""Find goods anew for an order whose promise was taken by somebody at a till."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.locking import locked_order
from commerce.checkout.sourcing import choose_sources
from commerce.inventory.queries import online_sources
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import release_holds, reserve
from commerce.kernel.ids import new_id
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.rows import Actor, EventKind, OrderState
from commerce.orders.service import tell

# What has left stays with the place it left from; everything else is decided anew.
_FORGET = text("""
DELETE FROM order_source s WHERE s.merchant_id = :merchant AND s.order_id = :order
  AND NOT EXISTS (SELECT FROM movement m WHERE m.merchant_id = s.merchant_id
    AND m.variant_id = s.variant_id AND m.location_id = s.location_id
    AND m.subject_id = s.order_id AND m.kind = 'sold')
""")
_KEEP_GONE = text("""
UPDATE order_source s SET quantity = (
  SELECT -sum(m.quantity) FROM movement m WHERE m.merchant_id = s.merchant_id
    AND m.variant_id = s.variant_id AND m.location_id = s.location_id
    AND m.subject_id = s.order_id AND m.kind = 'sold')
WHERE s.merchant_id = :merchant AND s.order_id = :order
""")
_ADD = text("""
INSERT INTO order_source (merchant_id, id, order_id, variant_id, location_id, quantity)
VALUES (:merchant, :id, :order, :variant, :location, :quantity)
ON CONFLICT (merchant_id, order_id, variant_id, location_id)
  DO UPDATE SET quantity = order_source.quantity + EXCLUDED.quantity
""")


def find_goods_again(
    session: Session, *, merchant_id: UUID, order_id: UUID, actor_id: UUID
) -> tuple[Units, ...]:
    """Hold everything that a placed order is still owed, from wherever it can come now.

    What was held before may move to another location with it; what has left stays as it is.

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
    pickup = order.delivery.get("location_id") if order.delivery.get("kind") == "pickup" else None
    release_holds(session, merchant_id=merchant_id, owner_id=order_id)
    chosen = choose_sources(
        wanted=owed,
        sources=online_sources(connection, variant_ids=list(owed)),
        only_at=UUID(pickup) if pickup else None,
    )
    reserve(
        session,
        merchant_id=merchant_id,
        owner_id=order_id,
        lines=chosen,
        stage=Stage.PLACED,
        expires_at=None,
    )
    _remember(session, merchant_id, order_id, chosen)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.NOTE,
        actor=Actor.STAFF,
        actor_id=actor_id,
        note="goods-found-again",
    )
    return chosen


def _remember(
    session: Session, merchant_id: UUID, order_id: UUID, chosen: tuple[Units, ...]
) -> None:
    where = {"merchant": merchant_id, "order": order_id}
    session.execute(_FORGET, where)
    session.execute(_KEEP_GONE, where)
    if chosen:
        session.execute(
            _ADD,
            [
                {
                    **where,
                    "id": new_id(),
                    "variant": units.variant_id,
                    "location": units.location_id,
                    "quantity": units.quantity,
                }
                for units in chosen
            ],
        )
