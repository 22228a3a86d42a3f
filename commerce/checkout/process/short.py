"""What the clock asks for orders that a till robbed: hold their goods as soon as there are some."""

from uuid import UUID

import structlog

from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.resource import find_goods_again
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.statements import Statement
from commerce.orders.errors import IllegalTransitionError

_log = structlog.get_logger("quayside.short")

# Whoever gave money back since the till took the goods has dealt with it in another way: goods
# would then be promised that nobody pays for.
_ROBBED = Statement("""
SELECT o.merchant_id, o.id
FROM (
  SELECT merchant_id, displaced_owner_id AS order_id, max(at) AS at FROM discrepancy
  WHERE displaced_owner_id IS NOT NULL GROUP BY 1, 2
) AS taken
JOIN sales_order o ON o.merchant_id = taken.merchant_id AND o.id = taken.order_id
WHERE o.state = 'placed' AND NOT EXISTS (
  SELECT FROM order_event e WHERE e.merchant_id = o.merchant_id AND e.order_id = o.id
    AND e.kind IN ('refund_started', 'refunded') AND e.at >= taken.at
)
ORDER BY taken.at LIMIT :most
""")
_MOST = 200


@scheduled("checkout.find-goods", cron="50 * * * * *")
def find_goods_for_the_robbed(work: Work) -> None:
    """Hold goods for placed orders that lost theirs to a till, the longest waiting first.

    What has come back is held within a minute; an order whose goods are still nowhere stays as it
    is, and stays a task at the desk.
    """
    with work.database.reading(Scope.park()) as connection:
        waiting = _ROBBED.all(connection, {"most": _MOST})
    for merchant_id, order_id in waiting:
        _find_for(work, merchant_id, order_id)


def _find_for(work: Work, merchant_id: UUID, order_id: UUID) -> None:
    scope = Scope.merchant(merchant_id)
    with work.database.reading(scope) as connection:
        if not any(goods.short for goods in goods_of(connection, order_id=order_id)):
            return
    try:
        work.database.run(
            scope,
            lambda session: find_goods_again(
                session, merchant_id=merchant_id, order_id=order_id, actor_id=None
            ),
        )
    except (OutOfStockError, IllegalTransitionError):
        return
    _log.info("goods_found_again", order_id=str(order_id))
