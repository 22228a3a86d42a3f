"""Forget a person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.queries.people import get_customer
from commerce.mail.service import erase_letters_about, erase_mail_to
from commerce.park.service.shopper_sessions import revoke_shopper_sessions

_ERASE = text("""
UPDATE customer
SET email = NULL, phone = NULL, name = '', password_hash = NULL, account_since = NULL,
    wants_marketing = false, erased_at = coalesce(erased_at, :now)
WHERE merchant_id = :merchant AND id = :customer
""")

_ERASE_ADDRESSES = text("""
DELETE FROM customer_address WHERE merchant_id = :merchant AND customer_id = :customer
""")

_ERASE_LINKS = text("""
DELETE FROM account_link WHERE merchant_id = :merchant AND customer_id = :customer RETURNING id
""")

_ERASE_MEMBERSHIPS = text("""
DELETE FROM customer_group_member WHERE merchant_id = :merchant AND customer_id = :customer
""")


def erase_customer(
    session: Session, *, merchant_id: UUID, customer_id: UUID, now: datetime
) -> str | None:
    """Make a person a number (GDPR 17, PIPL 47); return the e-mail address that was known.

    Name, e-mail, telephone, addresses, password, groups, sessions and the words of letters that
    have left are gone; the row remains, so that orders keep adding up, and so does the proof of consent,
    which names nobody. What fiscal law keeps of an order is for `commerce.orders` to reduce, in
    the same transaction. Erasing twice changes nothing.

    Raises:
        UnknownCustomerError: the merchant knows nobody with this id.
    """
    person = get_customer(session, customer_id=customer_id)
    owner = {"merchant": merchant_id, "customer": customer_id, "now": now}
    for statement in (_ERASE, _ERASE_ADDRESSES, _ERASE_MEMBERSHIPS):
        session.execute(statement, owner)
    links = session.execute(_ERASE_LINKS, owner).scalars().all()
    erase_letters_about(session, merchant_id=merchant_id, about=links)
    revoke_shopper_sessions(session, merchant_id=merchant_id, customer_id=customer_id, now=now)
    if person.email is not None:
        erase_mail_to(session, merchant_id=merchant_id, address=person.email)
    return person.email
