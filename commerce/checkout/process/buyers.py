"""Know who bought: a guest whose order stands is a customer of the merchant like any other."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.customers.errors import PhoneNumberError
from commerce.customers.phones import phone_number
from commerce.customers.service import remember_customer
from commerce.kernel.mail import MailAddressError
from commerce.orders.owners import own_order
from commerce.orders.queries import order_by_id


def remember_buyer(session: Session, *, merchant_id: UUID, order_id: UUID) -> UUID | None:
    """Make the guest who placed an order known by the e-mail address, and the order theirs.

    Nothing happens to an order that is somebody's already or has no address, so doing it twice
    changes nothing. It is for orders that stand: what is not paid anybody may have begun with any
    address. Return who bought, None where nobody is known.
    """
    order = order_by_id(session.connection(), order_id=order_id)
    if order is None or order.customer_id is not None or not order.email:
        return order.customer_id if order else None
    told = order.ship_to or {}
    try:
        person = remember_customer(
            session,
            merchant_id=merchant_id,
            email=order.email,
            name=str(told.get("name") or ""),
            phone=_phone(told),
            locale=order.locale,
        )
    except MailAddressError:
        return None
    own_order(session, merchant_id=merchant_id, order_id=order_id, customer_id=person.id)
    return person.id


def _phone(told: Mapping[str, Any]) -> str | None:
    """Return the telephone of an address as a person is known by it; None where it is no number."""
    try:
        return phone_number(str(told.get("phone") or ""), country=str(told.get("country") or "CN"))
    except PhoneNumberError:
        return None
