"""What the clock asks for: give back expired holds, ask after payments nobody told us about."""

from datetime import timedelta
from uuid import UUID

import structlog

from commerce.checkout.service.settle import settle_payment
from commerce.inventory.service import expire_holds as expire
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Work, scheduled
from commerce.kernel.errors import CommerceError
from commerce.orders.queries import order_by_id
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.payments.gateway import Gateways
from commerce.payments.queries import payment_by_id, still_open

_log = structlog.get_logger("quayside.sweep")

_BATCH = 500
_ASK_AFTER = timedelta(minutes=2)


@scheduled("inventory.expire-holds", cron="*/20 * * * * *")
def expire_holds(work: Work) -> None:
    """Free what unpaid carts and orders have held for too long, in small batches."""
    while True:
        owners = work.database.run(
            Scope.park(), lambda session: expire(session, now=utc_now(), most=_BATCH)
        )
        for merchant_id, owner_id in owners:
            _tell_expiry(work, merchant_id, owner_id)
        if len(owners) < _BATCH:
            return


@scheduled("payment.reconcile", cron="30 * * * * *")
def reconcile_payments(work: Work) -> None:
    """Ask each provider about attempts that ended without a word; webhooks alone can get lost."""
    with work.database.reading(Scope.park()) as connection:
        waiting = still_open(connection, before=utc_now() - _ASK_AFTER)
    for merchant_id, payment_id in waiting:
        try:
            _ask_after(work, merchant_id, payment_id)
        except CommerceError as error:
            _log.warning("payment_not_reconciled", payment_id=str(payment_id), code=error.code)


def _tell_expiry(work: Work, merchant_id: UUID, owner_id: UUID) -> None:
    with work.database.transaction(Scope.merchant(merchant_id)) as session:
        if order_by_id(session.connection(), order_id=owner_id) is not None:
            tell(
                session,
                merchant_id=merchant_id,
                order_id=owner_id,
                kind=EventKind.HOLD_EXPIRED,
                actor=Actor.SYSTEM,
            )


def _ask_after(work: Work, merchant_id: UUID, payment_id: UUID) -> None:
    scope = Scope.merchant(merchant_id)
    with work.database.reading(scope) as connection:
        payment = payment_by_id(connection, payment_id=payment_id)
    if payment is None:
        return
    finding = work.part(Gateways).payments.ask(merchant_id=merchant_id, payment=payment)
    work.database.run(
        scope,
        lambda session: settle_payment(
            session,
            durable=work.part(Durable),
            merchant_id=merchant_id,
            payment_id=payment_id,
            finding=finding,
        ),
    )
