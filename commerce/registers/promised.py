"""Refunds in cash that the desk promised and a till has still to pay."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.registers.receipts import receipt_number
from commerce.registers.rows import PromisedCash, ShiftRow


def _promised(  # noqa: PLR0917 - the columns of one row
    refund_id: UUID,
    order_id: UUID,
    order_number: str,
    series: str | None,
    receipt: int | None,
    location_id: UUID,
    handed_minor: int,
    currency: str,
    reason: str,
    asked_by: UUID,
    asked_at: datetime,
) -> PromisedCash:
    return PromisedCash(
        refund_id=refund_id,
        order_id=order_id,
        order_number=order_number,
        receipt=receipt_number(series or "", receipt),
        location_id=location_id,
        handed=Money(int(handed_minor), currency),
        reason=reason,
        asked_by=asked_by,
        asked_at=asked_at,
    )


_PAID = Statement(
    """
SELECT r.id, o.id, o.number, g.series, s.receipt, :location, -m.amount_minor, r.currency, m.reason,
       m.actor_id, m.at
FROM cash_movement m
JOIN refund r ON r.merchant_id = m.merchant_id AND r.id = m.refund_id
JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
LEFT JOIN till_sale s ON s.merchant_id = o.merchant_id AND s.id = o.id
LEFT JOIN register g ON g.merchant_id = s.merchant_id AND g.id = s.register_id
WHERE m.shift_id = :shift ORDER BY m.id DESC LIMIT :most
""",
    _promised,
)

_SELECT = """
SELECT t.id, o.id, o.number, g.series, s.receipt, t.location_id,
       r.amount_minor + r.rounding_minor, r.currency, r.reason, t.asked_by, t.asked_at
FROM till_refund t
JOIN refund r ON r.merchant_id = t.merchant_id AND r.id = t.id AND r.state = 'requested'
JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
JOIN sales_order o ON o.merchant_id = p.merchant_id AND o.id = p.order_id
LEFT JOIN till_sale s ON s.merchant_id = o.merchant_id AND s.id = o.id
LEFT JOIN register g ON g.merchant_id = s.merchant_id AND g.id = s.register_id
"""

_AT_STORE = Statement(
    f"{_SELECT} WHERE t.location_id = :location ORDER BY t.id LIMIT :most", _promised
)

_OF_ORDER = Statement(f"{_SELECT} WHERE p.order_id = :order ORDER BY t.id", _promised)


def promised_at(
    connection: Connection | Session, *, location_id: UUID, most: int = 50
) -> tuple[PromisedCash, ...]:
    """Return what the tills of a store have to pay, the longest promised first."""
    return tuple(_AT_STORE.all(connection, {"location": location_id, "most": most}))


def paid_in(
    connection: Connection, *, shift: ShiftRow, location_id: UUID, most: int = 50
) -> tuple[PromisedCash, ...]:
    """Return the refunds that a shift's drawer has paid, the newest first.

    The desk can let an open drawer pay at once; its clerk learns of it from here.
    """
    where = {"shift": shift.id, "location": location_id, "most": most}
    return tuple(_PAID.all(connection, where))


def promised_of(connection: Connection | Session, *, order_id: UUID) -> tuple[PromisedCash, ...]:
    """Return what tills have still to pay of one order."""
    return tuple(_OF_ORDER.all(connection, {"order": order_id}))
