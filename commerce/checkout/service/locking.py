"""Take a cart's or an order's row, so that what is done to one is done one after another."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.queries import CART_COLUMNS, SHOWN_CART, cart_row
from commerce.checkout.rows import CartRow
from commerce.kernel.bearer import Shown
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow

# NO KEY: new payments and lines that only refer to the order need not wait.
_LOCK = Statement(
    "SELECT 1 FROM sales_order WHERE merchant_id = :merchant AND id = :order FOR NO KEY UPDATE"
)

_LOCK_CART = Statement(
    f"SELECT {CART_COLUMNS} FROM cart WHERE merchant_id = :merchant AND id = {SHOWN_CART} "  # noqa: S608
    "FOR NO KEY UPDATE",
    cart_row,
)


def locked_order(session: Session, *, merchant_id: UUID, order_id: UUID) -> OrderRow:
    """Return the order, locked until the transaction ends.

    Raises:
        NotFoundError: the merchant has no such order.
    """
    _LOCK.run(session, {"merchant": merchant_id, "order": order_id})
    order = order_by_id(session.connection(), order_id=order_id)
    if order is None:
        raise NotFoundError
    return order


def locked_cart(session: Session, *, merchant_id: UUID, token: Shown) -> CartRow:
    """Return the cart whose secret this is, locked until the transaction ends.

    Its lines must be read by a statement of their own: who waited for the lock would otherwise see
    them as they were before the wait.

    Raises:
        NotFoundError: the merchant has no such cart.
    """
    shown = {"id": token.id, "digest": token.digest}
    cart = _LOCK_CART.one_or_none(session, {"merchant": merchant_id, **shown})
    if cart is None:
        raise NotFoundError
    return cart
