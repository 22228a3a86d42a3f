"""Complete a sale that is paid: goods leave, the receipt gets its number, the journal its entry."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import Displacement
from commerce.inventory.service import sell_at_till
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement
from commerce.orders.queries import lines_of, order_by_id
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import mark_completed, mark_placed, tell
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow
from commerce.registers.journal import append_entry
from commerce.registers.service.sale import locked_sale, tracked_units
from commerce.registers.service.shifts import require_open_shift

_NEXT_RECEIPT = Statement("""
UPDATE register SET next_receipt = next_receipt + 1
WHERE merchant_id = :merchant AND id = :register
RETURNING next_receipt - 1 AS receipt
""")

_COMPLETE = Statement("""
UPDATE till_sale SET receipt = :receipt, completed_at = :now
WHERE merchant_id = :merchant AND id = :sale
""")


def complete_if_paid(
    session: Session, *, merchant_id: UUID, sale_id: UUID
) -> tuple[Displacement, ...] | None:
    """Complete the sale when everything is paid: goods leave, the receipt gets its number.

    Returns None while something is still to be paid; afterwards the promises that the sale
    displaced, which is nothing as a rule. A completed sale stays as it is.

    Raises:
        NotFoundError: the merchant has no such sale.
        RegisterClosedError: the register is closed; it does not close while a sale is unfinished.
    """
    order = locked_sale(session, merchant_id, sale_id)
    if order.state is OrderState.COMPLETED:
        return ()
    if order.state is OrderState.AWAITING_PAYMENT and order.register_id is not None:
        require_open_shift(session, merchant_id=merchant_id, register_id=order.register_id)
    paid = sum(
        p.captured_minor - p.refunded_minor
        for p in payments_of(session.connection(), order_id=sale_id)
    )
    if order.state is not OrderState.AWAITING_PAYMENT or paid < order.total_minor:
        return None
    displaced = _hand_over(session, merchant_id, order)
    mark_placed(session, merchant_id=merchant_id, order_id=sale_id)
    mark_completed(session, merchant_id=merchant_id, order_id=sale_id)
    receipt = _number(session, merchant_id, order)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=sale_id,
        kind=EventKind.SOLD,
        actor=Actor.STAFF,
        actor_id=order.clerk_id,
        receipt=receipt,
    )
    return displaced


def _hand_over(session: Session, merchant_id: UUID, order: OrderRow) -> tuple[Displacement, ...]:
    displaced = sell_at_till(
        session,
        merchant_id=merchant_id,
        sale_id=order.id,
        lines=tracked_units(session, order),
        actor_id=order.clerk_id,
    )
    for promise in displaced:
        if order_by_id(session.connection(), order_id=promise.owner_id) is not None:
            tell(
                session,
                merchant_id=merchant_id,
                order_id=promise.owner_id,
                kind=EventKind.STOCK_SHORT,
                actor=Actor.SYSTEM,
                variant=str(promise.variant_id),
                units=promise.quantity,
                sold_by=order.number,
            )
    return displaced


def _number(session: Session, merchant_id: UUID, order: OrderRow) -> int:
    """Give the sale the register's next receipt number and chain it into the journal."""
    if order.register_id is None:
        raise NotFoundError
    connection = session.connection()
    receipt = int(
        _NEXT_RECEIPT.value(session, {"merchant": merchant_id, "register": order.register_id})
    )
    _COMPLETE.run(
        session, {"merchant": merchant_id, "sale": order.id, "receipt": receipt, "now": utc_now()}
    )
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=order.register_id,
        kind="sale",
        body=_journal_body(
            order,
            receipt,
            lines_of(connection, order_ids=[order.id]),
            payments_of(connection, order_id=order.id),
        ),
    )
    return receipt


def _journal_body(
    order: OrderRow, receipt: int, lines: Sequence[Any], payments: Sequence[PaymentRow]
) -> dict[str, Any]:
    return {
        "sale": str(order.id),
        "receipt": receipt,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "tax_minor": order.tax_minor,
        "clerk": str(order.clerk_id),
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "discount_minor": line.discount_minor,
                "tax_rate": f"{line.tax_rate:f}",
                "tax_minor": line.tax_minor,
                "total_minor": line.total_minor,
            }
            for line in lines
        ],
        "tenders": [
            {"tender": payment.tender.value, "amount_minor": payment.captured_minor}
            for payment in payments
            if payment.captured_minor
        ],
    }
