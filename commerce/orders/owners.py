"""Whose orders they are, when a buyer has another address or turns out to be known already."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# What a guest has not paid may have been begun by anybody who typed the address.
_READDRESS = text("""
UPDATE sales_order SET customer_id = :customer, email = :after
WHERE merchant_id = :merchant AND CAST(:before AS text) <> '' AND lower(email) = :before
  AND (customer_id = :customer OR (customer_id IS NULL AND state <> 'awaiting_payment'))
""")

_HAND_OVER = text("""
UPDATE sales_order SET customer_id = :customer
WHERE merchant_id = :merchant AND customer_id = :guest
""")

_OWN = text("""
UPDATE sales_order SET customer_id = :customer
WHERE merchant_id = :merchant AND id = :order AND customer_id IS NULL
""")


def own_order(session: Session, *, merchant_id: UUID, order_id: UUID, customer_id: UUID) -> None:
    """Let an order that is nobody's be a person's."""
    session.execute(_OWN, {"merchant": merchant_id, "order": order_id, "customer": customer_id})


def readdress_orders(
    session: Session, *, merchant_id: UUID, customer_id: UUID, before: str, after: str
) -> None:
    """Take a person's orders along to their new address, and those they placed as a guest.

    Letters about them go there from now on, and whoever has the old address later finds none of
    them by it. Both addresses are lower-case.
    """
    session.execute(
        _READDRESS,
        {"merchant": merchant_id, "customer": customer_id, "before": before, "after": after},
    )


def hand_over_orders(
    session: Session, *, merchant_id: UUID, guest_id: UUID, customer_id: UUID
) -> None:
    """Give a person the orders of the guest they were so far."""
    session.execute(
        _HAND_OVER, {"merchant": merchant_id, "customer": customer_id, "guest": guest_id}
    )
