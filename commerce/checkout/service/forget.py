"""Forget a customer everywhere: the person, the carts, the orders as far as the law allows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.checkout.errors import OpenOrdersError
from commerce.customers.queries import get_customer
from commerce.customers.service import erase_customer
from commerce.orders.forget import forget_buyer, open_orders_of
from commerce.park.service.security_log import note_security_event
from commerce.park.service.shopper_sessions import forget_shopper_browsers

_LOCK = text("SELECT 1 FROM customer WHERE merchant_id = :merchant AND id = :customer FOR UPDATE")

_CARTS = text("""
UPDATE cart SET email = '', ship_to = NULL, customer_id = NULL
WHERE merchant_id = :merchant
  AND (customer_id = :customer OR (CAST(:email AS text) <> '' AND lower(email) = :email))
""")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: so many orders tell no longer who bought."""

    orders: int


def forget_customer(
    session: Session, *, merchant_id: UUID, customer_id: UUID, actor_id: UUID, now: datetime
) -> Forgotten:
    """Erase a person at their wish (GDPR art. 17, PIPL art. 47) and note it in the security log.

    Name, addresses, e-mail address, telephone, password, sessions, carts and the words of letters
    are gone and nobody can sign in any more; orders and money records stay, without the name.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
        OpenOrdersError: an order still has to be paid or sent, so the address is needed.
    """
    owner = {"merchant": merchant_id, "customer": customer_id}
    session.execute(_LOCK, owner)
    email = (get_customer(session, customer_id=customer_id).email or "").lower()
    waiting = open_orders_of(session, customer_id=customer_id, email=email)
    if waiting:
        raise OpenOrdersError(numbers=", ".join(waiting))
    count = forget_buyer(session, merchant_id=merchant_id, customer_id=customer_id, email=email)
    session.execute(_CARTS, owner | {"email": email})
    forget_shopper_browsers(session, merchant_id=merchant_id, customer_id=customer_id)
    erase_customer(session, merchant_id=merchant_id, customer_id=customer_id, now=now)
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="customer-erased",
        actor_id=actor_id,
        subject=str(customer_id),
        facts={"orders": count},
    )
    return Forgotten(count)
