"""Give up an unfinished sale, or void a finished one."""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from commerce.checkout.service.give_back import give_back_to
from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.resource import keep_promises_again
from commerce.inventory.service import unsell
from commerce.kernel.clock import utc_now
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement
from commerce.orders.queries import lines_of
from commerce.orders.returns.queries import open_claims
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import mark_cancelled, mark_voided, tell
from commerce.payments.queries import payments_of
from commerce.pricing.promotions.service import give_back_uses
from commerce.registers.errors import SaleNotOpenError, SaleNotVoidableError, SaleReturnedError
from commerce.registers.journal import append_entry
from commerce.registers.queries import TillSaleRow, till_sale_by_id
from commerce.registers.service.sale import buyer_at_counter, locked_sale, tracked_units
from commerce.registers.service.shifts import require_open_shift

_VOID = Statement("""
UPDATE till_sale SET voided_at = :now
WHERE merchant_id = :merchant AND id = :sale AND completed_at IS NOT NULL AND voided_at IS NULL
RETURNING id
""")


def abandon_sale(
    session: Session, *, durable: Durable, merchant_id: UUID, sale_id: UUID, actor_id: UUID
) -> None:
    """Give up an unfinished sale; what was paid towards it goes back. Twice is as good as once.

    Raises:
        SaleNotOpenError: the sale is completed.
    """
    order = locked_sale(session, merchant_id, sale_id)
    if order.state is OrderState.CANCELLED:
        return
    if order.state is not OrderState.AWAITING_PAYMENT:
        raise SaleNotOpenError
    if order.register_id is not None:
        require_open_shift(session, merchant_id=merchant_id, register_id=order.register_id)
    mark_cancelled(session, merchant_id=merchant_id, order_id=sale_id)
    _give_uses_back(session, merchant_id, order)
    _refund_all(session, durable, merchant_id, sale_id, reason="abandoned", actor_id=actor_id)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=sale_id,
        kind=EventKind.CANCELLED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        reason="abandoned",
    )


def void_sale(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    sale_id: UUID,
    reason: str,
    actor_id: UUID,
) -> None:
    """Take back a completed sale of the open shift: goods to the shelf, money to each tender.

    The receipt keeps its number; a void is an entry of its own in the journal.

    Raises:
        SaleNotVoidableError: another shift's sale, or voided before.
        SaleReturnedError: goods or money of it were given back before.
    """
    order = locked_sale(session, merchant_id, sale_id)
    sale = till_sale_by_id(session.connection(), sale_id=sale_id)
    if sale is None or order.register_id is None or order.location_id is None:
        raise NotFoundError
    shift = require_open_shift(session, merchant_id=merchant_id, register_id=order.register_id)
    voided = _VOID.run(session, {"merchant": merchant_id, "sale": sale_id, "now": utc_now()})
    if sale.shift_id != shift.id or not voided:
        raise SaleNotVoidableError
    _refuse_returned(session, sale_id)
    goods = tracked_units(session, order, lines_of(session.connection(), order_ids=[sale_id]))
    taken = unsell(
        session,
        merchant_id=merchant_id,
        sale_id=sale_id,
        lines=goods,
        reason=reason,
        actor_id=actor_id,
    )
    keep_promises_again(
        session, merchant_id=merchant_id, taken=taken, back=goods, actor_id=actor_id
    )
    mark_voided(session, merchant_id=merchant_id, order_id=sale_id)
    _give_uses_back(session, merchant_id, order)
    _refund_all(session, durable, merchant_id, sale_id, reason=reason, actor_id=actor_id)
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=order.register_id,
        kind="void",
        body=_void_body(order, sale, reason=reason, actor_id=actor_id),
    )
    tell(
        session,
        merchant_id=merchant_id,
        order_id=sale_id,
        kind=EventKind.RETURNED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        reason=reason,
    )


def _give_uses_back(session: Session, merchant_id: UUID, order: OrderRow) -> None:
    """Let others use the promotions of a sale that is none any more, and the customer again."""
    buyer = buyer_at_counter(session, order.customer_id)
    give_back_uses(session, merchant_id=merchant_id, order_id=order.id, email=buyer.email)


def _void_body(
    order: OrderRow, sale: TillSaleRow, *, reason: str, actor_id: UUID
) -> dict[str, Any]:
    """Return what the journal keeps of a void."""
    return {
        "sale": str(order.id),
        "receipt": sale.receipt,
        "total_minor": order.total_minor,
        "currency": order.currency,
        "reason": reason,
        "actor": str(actor_id),
    }


def _refuse_returned(session: Session, sale_id: UUID) -> None:
    connection = session.connection()
    goods_came = any(each.returned for each in goods_of(connection, order_id=sale_id))
    money_went = any(
        payment.refunded_minor or payment.refunding_minor
        for payment in payments_of(connection, order_id=sale_id)
    )
    if goods_came or money_went or any(open_claims(connection, order_id=sale_id).values()):
        raise SaleReturnedError


def _refund_all(
    session: Session,
    durable: Durable,
    merchant_id: UUID,
    sale_id: UUID,
    *,
    reason: str,
    actor_id: UUID,
) -> None:
    """Give back everything that was paid; derived from the payment, so voiding twice asks once."""
    for payment in payments_of(session.connection(), order_id=sale_id):
        if payment.refundable:
            give_back_to(
                session,
                durable=durable,
                merchant_id=merchant_id,
                payment=payment,
                request_id=uuid5(payment.id, "void"),
                amount=payment.refundable,
                reason=reason,
                actor_id=actor_id,
            )
