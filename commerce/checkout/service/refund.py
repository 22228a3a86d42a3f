"""Give money back on an order, and put goods that came back on a shelf."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.checkout.errors import NothingToRefundError, RestockBeyondSoldError
from commerce.checkout.service.goods import beyond_what_left, goods_of
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.settle import start_refund
from commerce.inventory.rows import Units
from commerce.inventory.service import restock
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.payments.errors import RefundExceedsPaymentError
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow, Tender
from commerce.payments.service import request_refund, settle_refund

_ASKED = text("""
SELECT EXISTS (
  SELECT FROM refund WHERE merchant_id = :merchant AND request_id = ANY(:requests)
)
""")


def refund_order(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    order_id: UUID,
    request_id: UUID,
    amount: Money,
    reason: str,
    returned: Sequence[Units] = (),
    actor_id: UUID,
) -> bool:
    """Give `amount` back, from the newest payment on, and take `returned` back into stock.

    `request_id` names the wish: the same one asks once, however often it comes, and False says
    that it had come before. Cards are refunded by the worker; cash counts as handed back at once.

    Raises:
        NotFoundError: the merchant has no such order.
        NothingToRefundError: the amount is zero or less.
        RefundExceedsPaymentError: more than is left of what was captured.
        RestockBeyondSoldError: more units than have left and not come back.
    """
    locked_order(session, merchant_id=merchant_id, order_id=order_id)
    if amount.amount_minor <= 0:
        raise NothingToRefundError
    payments = payments_of(session.connection(), order_id=order_id)
    if not give_back(
        session,
        durable=durable,
        merchant_id=merchant_id,
        payments=payments,
        request_id=request_id,
        amount=amount,
        reason=reason,
        actor_id=actor_id,
    ):
        return False
    take_back(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        returned=tuple(returned),
        reason=reason,
        actor_id=actor_id,
    )
    return True


def give_back(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    payments: Sequence[PaymentRow],
    request_id: UUID,
    amount: Money,
    reason: str,
    actor_id: UUID | None,
) -> bool:
    """Spread `amount` over `payments`, newest first; False when this was asked before.

    Raises:
        RefundExceedsPaymentError: more than is left of what was captured.
    """
    names = {payment.id: uuid5(request_id, str(payment.id)) for payment in payments}
    asked = {"merchant": merchant_id, "requests": list(names.values())}
    if session.execute(_ASKED, asked).scalar_one():
        return False
    left = sum(payment.refundable.amount_minor for payment in payments)
    if amount.amount_minor > left:
        raise RefundExceedsPaymentError(left=Money(left, amount.currency))
    rest = amount.amount_minor
    for payment in reversed(payments):
        part = min(rest, payment.refundable.amount_minor)
        if part > 0:
            _refund_part(
                session,
                durable=durable,
                merchant_id=merchant_id,
                payment=payment,
                request_id=names[payment.id],
                amount=Money(part, payment.currency),
                reason=reason,
                actor_id=actor_id,
            )
            rest -= part
    return True


def take_back(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    returned: tuple[Units, ...],
    reason: str,
    actor_id: UUID,
) -> None:
    """Put goods of an order that came back on the shelves that `returned` names.

    Raises:
        RestockBeyondSoldError: more units than have left and not come back.
    """
    if not returned:
        return
    if beyond_what_left(goods_of(session.connection(), order_id=order_id), returned):
        raise RestockBeyondSoldError
    restock(
        session,
        merchant_id=merchant_id,
        sale_id=order_id,
        lines=returned,
        reason=reason,
        actor_id=actor_id,
    )
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.RETURNED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        units=sum(units.quantity for units in returned),
    )


def _refund_part(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    payment: PaymentRow,
    request_id: UUID,
    amount: Money,
    reason: str,
    actor_id: UUID | None,
) -> None:
    if payment.tender is not Tender.CASH:
        start_refund(
            session,
            durable=durable,
            merchant_id=merchant_id,
            payment=payment,
            request_id=request_id,
            amount=amount,
            reason=reason,
            actor_id=actor_id,
        )
        return
    refund_id = request_refund(
        session,
        merchant_id=merchant_id,
        payment_id=payment.id,
        request_id=request_id,
        amount=amount,
        reason=reason,
        actor_id=actor_id,
    )
    if refund_id is not None:
        settle_refund(session, merchant_id=merchant_id, refund_id=refund_id, done=True)
        tell(
            session,
            merchant_id=merchant_id,
            order_id=payment.order_id,
            kind=EventKind.REFUNDED,
            actor=Actor.STAFF,
            actor_id=actor_id,
            amount_minor=amount.amount_minor,
            currency=amount.currency,
        )
