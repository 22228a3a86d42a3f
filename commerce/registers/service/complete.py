"""Complete a sale that is paid: goods leave, the receipt gets its number, the journal its entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.service import take_from_fulfilments
from commerce.inventory.rows import Displacement, Units
from commerce.inventory.service import sell_at_till
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement
from commerce.orders.charged import promotions_of
from commerce.orders.queries import order_by_id
from commerce.orders.rows import Actor, EventKind, OrderLineRow, OrderState
from commerce.orders.service import mark_completed, mark_placed, tell
from commerce.registers.journal import JournalHead, append_entry
from commerce.registers.service.sale import SaleAtHand, locked_sale, sale_at_hand
from commerce.registers.service.shifts import require_open_shift

_NEXT_RECEIPT = Statement("""
UPDATE register SET next_receipt = next_receipt + 1
WHERE merchant_id = :merchant AND id = :register
RETURNING next_receipt - 1 AS receipt, journal_length, journal_hash
""")

_COMPLETE = Statement("""
UPDATE till_sale SET receipt = :receipt, completed_at = :now
WHERE merchant_id = :merchant AND id = :sale
""")


@dataclass(frozen=True, slots=True)
class Completion:
    """A sale that is done: its number in the register's series, and the promises it displaced."""

    receipt: int
    displaced: tuple[Displacement, ...]


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
    done = complete_at_hand(session, merchant_id=merchant_id, sale=sale_at_hand(session, order))
    return None if done is None else done.displaced


def complete_at_hand(session: Session, *, merchant_id: UUID, sale: SaleAtHand) -> Completion | None:
    """Complete a sale that the transaction has read already, its register's shift held open."""
    order = sale.order
    if order.state is not OrderState.AWAITING_PAYMENT or sale.paid_minor < order.total_minor:
        return None
    displaced = _hand_over(session, merchant_id, sale)
    sold_at = sale.sold_at or utc_now()
    mark_placed(session, merchant_id=merchant_id, order_id=order.id, at=sold_at)
    mark_completed(session, merchant_id=merchant_id, order_id=order.id)
    receipt = _number(session, merchant_id, sale, sold_at)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        kind=EventKind.SOLD,
        actor=Actor.STAFF,
        actor_id=order.clerk_id,
        receipt=receipt,
    )
    return Completion(receipt, displaced)


def _hand_over(session: Session, merchant_id: UUID, sale: SaleAtHand) -> tuple[Displacement, ...]:
    order = sale.order
    displaced = sell_at_till(
        session,
        merchant_id=merchant_id,
        sale_id=order.id,
        lines=sale.goods,
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
            take_from_fulfilments(
                session,
                merchant_id=merchant_id,
                order_id=promise.owner_id,
                units=Units(promise.variant_id, promise.location_id, promise.quantity),
            )
    return displaced


def _number(session: Session, merchant_id: UUID, sale: SaleAtHand, sold_at: datetime) -> int:
    """Give the sale the register's next receipt number and chain it into the journal."""
    order = sale.order
    if order.register_id is None:
        raise NotFoundError
    given = _NEXT_RECEIPT.one(session, {"merchant": merchant_id, "register": order.register_id})
    receipt = int(given.receipt)
    _COMPLETE.run(
        session, {"merchant": merchant_id, "sale": order.id, "receipt": receipt, "now": sold_at}
    )
    append_entry(
        session,
        merchant_id=merchant_id,
        register_id=order.register_id,
        kind="sale",
        body=_journal_body(sale, receipt),
        head=JournalHead(given.journal_length, given.journal_hash),
    )
    return receipt


def _promotions(line: OrderLineRow) -> dict[str, Any]:
    """Return what promotions took off, with their ids; nothing where none did."""
    told = [
        {"promotion": each["promotion_id"], "amount_minor": each["amount_minor"]}
        for each in promotions_of(line)
    ]
    return {"promotions": told} if told else {}


def _journal_body(sale: SaleAtHand, receipt: int) -> dict[str, Any]:
    order = sale.order
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
                **_promotions(line),
                "tax_rate": f"{line.tax_rate:f}",
                "tax_minor": line.tax_minor,
                "total_minor": line.total_minor,
            }
            for line in sale.lines
        ],
        "tenders": [
            {
                "tender": payment.tender.value,
                "amount_minor": payment.captured_minor,
                **({"rounding_minor": payment.rounding_minor} if payment.rounding_minor else {}),
            }
            for payment in sale.payments
            if payment.captured_minor
        ],
    }
