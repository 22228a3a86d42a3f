"""Put goods of an order that came back on shelves, whoever took them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.goods import GoodsStanding
from commerce.checkout.service.resource import keep_promises_again
from commerce.fulfilment.service import take_back_uncounted
from commerce.inventory.rows import Units
from commerce.inventory.service import promises_taken_by, restock, restock_sold_on


def put_on_shelves(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    standing: Sequence[GoodsStanding],
    returned: Sequence[Units],
    reason: str,
    actor_id: UUID,
) -> None:
    """Put goods that came back on the shelves that `returned` names; no more than have left.

    A paid order from whose promise they were sold has them again before anybody else.
    """
    unlimited = {goods.variant_id for goods in standing if not goods.counted}
    restock(
        session,
        merchant_id=merchant_id,
        sale_id=order_id,
        lines=[units for units in returned if units.variant_id not in unlimited],
        reason=reason,
        actor_id=actor_id,
    )
    sold_on = [units for units in returned if units.variant_id in unlimited]
    take_back_uncounted(session, merchant_id=merchant_id, order_id=order_id, lines=sold_on)
    restock_sold_on(
        session,
        merchant_id=merchant_id,
        sale_id=order_id,
        lines=sold_on,
        reason=reason,
        actor_id=actor_id,
    )
    keep_promises_again(
        session,
        merchant_id=merchant_id,
        taken=promises_taken_by(session, merchant_id=merchant_id, sale_id=order_id),
        back=returned,
        actor_id=actor_id,
    )
