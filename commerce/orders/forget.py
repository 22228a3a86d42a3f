"""Reduce orders to what fiscal law keeps, once their buyer asked to be forgotten."""

from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

# Country and region decided the tax, so they stay; the shape stays that of an address.
_REDUCE = text("""
UPDATE sales_order
SET email = '', note = '', ship_to = CASE WHEN ship_to IS NULL OR NOT jsonb_exists(ship_to, 'country') THEN NULL
  ELSE jsonb_build_object(
  'country', ship_to -> 'country', 'region', COALESCE(ship_to -> 'region', '""'),
  'name', '', 'organisation', '', 'lines', '[]'::jsonb, 'district', '', 'city', '',
  'postcode', '', 'phone', '') END
WHERE merchant_id = :merchant
  AND (customer_id = :customer OR (CAST(:email AS text) <> '' AND lower(email) = :email))
RETURNING id
""")

_RETURNS = text("""
UPDATE order_return SET note = '', answer = ''
WHERE merchant_id = :merchant AND order_id = ANY(:orders) AND (note <> '' OR answer <> '')
""")

_OPEN = text("""
SELECT id, number FROM sales_order
WHERE state IN ('awaiting_payment', 'placed')
  AND (customer_id = :customer OR (CAST(:email AS text) <> '' AND lower(email) = :email))
ORDER BY id
""")


def open_orders_of(
    connection: Connection | Session, *, customer_id: UUID, email: str
) -> dict[UUID, str]:
    """Return the numbers of a person's orders that still have to be paid or sent, by id.

    `email` is lower-case and finds what was ordered without an account; empty finds nothing.
    """
    rows = connection.execute(_OPEN, {"customer": customer_id, "email": email})
    return {row.id: row.number for row in rows}


def forget_buyer(session: Session, *, merchant_id: UUID, customer_id: UUID, email: str) -> int:
    """Take name, street, telephone, e-mail address and note out of a person's orders; count them.

    What was written about their returns goes with it.

    Number, goods, amounts, tax, payments, country and region stay: tax law keeps them for years
    (E-Commerce Law of the PRC art. 31: three years; Directive 2006/112/EC art. 247 leaves the
    years to each state, usually six to ten). Doing it twice changes nothing.
    """
    owner = {"merchant": merchant_id, "customer": customer_id, "email": email}
    orders = [row.id for row in session.execute(_REDUCE, owner)]
    session.execute(_RETURNS, {"merchant": merchant_id, "orders": orders})
    return len(orders)
