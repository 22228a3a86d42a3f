"""Take an order's row, so that what is done to one order is done one after another."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow

# NO KEY: new payments and lines that only refer to the order need not wait.
_LOCK = text(
    "SELECT 1 FROM sales_order WHERE merchant_id = :merchant AND id = :order FOR NO KEY UPDATE"
)


def locked_order(session: Session, *, merchant_id: UUID, order_id: UUID) -> OrderRow:
    """Return the order, locked until the transaction ends.

    Raises:
        NotFoundError: the merchant has no such order.
    """
    session.execute(_LOCK, {"merchant": merchant_id, "order": order_id})
    order = order_by_id(session.connection(), order_id=order_id)
    if order is None:
        raise NotFoundError
    return order
