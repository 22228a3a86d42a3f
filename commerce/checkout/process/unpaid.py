"""Call off orders that nobody paid, once nobody comes back for them."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from commerce.checkout.service.cancel import cancel_order
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.settle import settle_payment
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Work, scheduled
from commerce.kernel.errors import CommerceError
from commerce.kernel.statements import Statement
from commerce.orders.rows import Actor, OrderState
from commerce.payments.gateway import Gateways
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow

_log = structlog.get_logger("quayside.unpaid")

PAY_WITHIN = timedelta(days=7)
"""How long an order waits for its money, from its last attempt to pay on.

Set on 2026-11-23: its goods are free after half an hour anyway, hosted payment pages close within a
day, and whoever comes back within the week still pays by the link in their hand.
"""

CARD_BACK_WITHIN = timedelta(days=1)
"""The same for an order that a gift card or credit has begun to pay: its owner misses the money.

Set on 2026-11-23: hosted payment pages close within a day, so nobody pays the rest after that.
"""

_MOST = 200

_UNPAID = Statement("""
SELECT o.merchant_id, o.id FROM sales_order o
CROSS JOIN LATERAL (
  SELECT max(p.created_at) AS at,
    coalesce(bool_or(p.tender IN ('gift_card', 'store_credit')), false) AS by_card
  FROM payment p WHERE p.merchant_id = o.merchant_id AND p.order_id = o.id
) AS begun
WHERE o.state = 'awaiting_payment' AND o.channel <> 'till' AND o.created_at < CAST(:card_before AS timestamptz)
  AND greatest(o.created_at, begun.at) < CASE WHEN begun.by_card THEN CAST(:card_before AS timestamptz)
                                              ELSE CAST(:before AS timestamptz) END
ORDER BY o.created_at LIMIT :most
""")


@scheduled("checkout.end-unpaid", cron="0 17 * * * *")
def end_unpaid_orders(work: Work) -> None:
    """Cancel what was ordered and not paid for `PAY_WITHIN`; once an hour.

    A payment that is under way somewhere keeps its order: the money may still arrive.
    """
    now = utc_now()
    asked = {"before": now - PAY_WITHIN, "card_before": now - CARD_BACK_WITHIN, "most": _MOST}
    with work.database.reading(Scope.park()) as connection:
        unpaid = _UNPAID.all(connection, asked)
    for merchant_id, order_id in unpaid:
        try:
            _end(work, merchant_id, order_id)
        except CommerceError as error:
            _log.warning("unpaid_order_stays", order_id=str(order_id), code=error.code)


def _end(work: Work, merchant_id: UUID, order_id: UUID) -> None:
    scope = Scope.merchant(merchant_id)
    with work.database.reading(scope) as connection:
        payments = payments_of(connection, order_id=order_id)
    for payment in payments:
        if payment.state.open:
            _give_up(work, merchant_id, payment)
    work.database.run(
        scope,
        lambda session: expire_order(
            session,
            durable=work.part(Durable),
            merchant_id=merchant_id,
            order_id=order_id,
            now=utc_now(),
        ),
    )


def _give_up(work: Work, merchant_id: UUID, payment: PaymentRow) -> None:
    """Let the provider close an attempt that nobody finished; what was paid meanwhile counts."""
    finding = work.part(Gateways).payments.cancel(merchant_id=merchant_id, payment=payment)
    work.database.run(
        Scope.merchant(merchant_id),
        lambda session: settle_payment(
            session,
            durable=work.part(Durable),
            merchant_id=merchant_id,
            payment_id=payment.id,
            finding=finding,
        ),
    )


def expire_order(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID, now: datetime
) -> bool:
    """Cancel an order whose time to be paid is over; return whether it was.

    Its promotions may be used again, and gift cards have their money back. Nobody else gets a
    letter: whoever paid nothing may have typed anybody's address, and the order's page tells it.

    Raises:
        NotFoundError: the merchant has no such order.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    payments = payments_of(session.connection(), order_id=order_id)
    begun = max((payment.created_at for payment in payments), default=order.created_at)
    within = CARD_BACK_WITHIN if any(each.tender.stored for each in payments) else PAY_WITHIN
    waits = order.state is not OrderState.AWAITING_PAYMENT or begun > now - within
    if waits or any(payment.under_way for payment in payments):
        return False
    cancel_order(
        session,
        durable=durable,
        merchant_id=merchant_id,
        order_id=order_id,
        reason="expired",
        actor_id=None,
        by=Actor.SYSTEM,
    )
    return True
