"""Where a person left traces: their orders and carts, and the words by which others know these."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

_ORDERS = text("""
SELECT id, email FROM sales_order
WHERE customer_id = :customer OR (CAST(:email AS text) <> '' AND lower(email) = :email)
ORDER BY id
""")

_CARTS = text("""
SELECT id, email FROM cart
WHERE customer_id = :customer OR (CAST(:email AS text) <> '' AND lower(email) = :email)
   OR order_id = ANY(:orders)
ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class Traces:
    """What belongs to one person.

    Attributes:
        words: ids of the orders and carts and every e-mail address in them, lower-case:
            whatever was written about them elsewhere holds one of these.
    """

    order_ids: tuple[UUID, ...]
    cart_ids: tuple[UUID, ...]
    words: tuple[str, ...]


def traces_of(connection: Connection | Session, *, customer_id: UUID, email: str) -> Traces:
    """Return a person's orders and carts, also what they bought as a guest or for another address.

    `email` is lower-case and finds what was ordered without an account; empty finds nothing.
    """
    person = {"customer": customer_id, "email": email}
    orders = connection.execute(_ORDERS, person).all()
    order_ids = tuple(row.id for row in orders)
    carts = connection.execute(_CARTS, person | {"orders": list(order_ids)}).all()
    words = {word for row in (*orders, *carts) for word in _words(row)} | {email}
    return Traces(order_ids, tuple(row.id for row in carts), tuple(sorted(words - {""})))


def _words(row: Row[Any]) -> tuple[str, ...]:
    return str(row.id), row.email.lower()
