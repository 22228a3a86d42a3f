"""Move a customer to another e-mail address, with everything that the old one led to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.rows import EmailMoved
from commerce.customers.service import redeem_email_link
from commerce.mail.service import erase_account_mail_to
from commerce.orders.owners import hand_over_orders, readdress_orders
from commerce.park.service.security_log import note_security_event

_CARTS = text("""
UPDATE cart SET customer_id = :customer WHERE merchant_id = :merchant AND customer_id = :guest
""")

# A cart that is nobody's may be of anybody who typed the old address: it never learns the new one.
_READDRESS_CARTS = text("""
UPDATE cart c SET email = CASE WHEN c.customer_id IS NOT NULL OR EXISTS (
  SELECT FROM sales_order o
  WHERE o.merchant_id = c.merchant_id AND o.id = c.order_id AND o.customer_id = :customer
) THEN :after ELSE '' END
WHERE c.merchant_id = :merchant AND lower(c.email) = :before
  AND (c.customer_id = :customer OR c.customer_id IS NULL)
""")


def readdress_customer(
    session: Session, *, merchant_id: UUID, customer_id: UUID, token: str, now: datetime
) -> EmailMoved:
    """Use the link that confirms the new address, and note it in the security log.

    What was ordered with the old address, as a guest too, has the new one from now on: letters go
    where they are read, and whoever has the old address later never finds it. What was ordered as
    a guest with the new one comes along. Letters to the old address that tell of no order are
    emptied: after this nothing finds them by the person.

    Raises:
        AccountLinkSpentError: used, expired, never issued, or somebody else's.
        AccountExistsError: an account with that address was opened first.
    """
    moved = redeem_email_link(
        session, merchant_id=merchant_id, customer_id=customer_id, token=token, now=now
    )
    mine = {"merchant_id": merchant_id, "customer_id": customer_id}
    before, after = moved.former, moved.person.email or ""
    readdress_orders(session, **mine, before=before, after=after)
    session.execute(
        _READDRESS_CARTS,
        {"merchant": merchant_id, "customer": customer_id, "before": before, "after": after},
    )
    if moved.guest_id is not None:
        hand_over_orders(session, **mine, guest_id=moved.guest_id)
        session.execute(
            _CARTS,
            {"merchant": merchant_id, "customer": customer_id, "guest": moved.guest_id},
        )
    erase_account_mail_to(session, merchant_id=merchant_id, address=moved.former)
    note_security_event(
        session,
        merchant_id=merchant_id,
        action="customer-readdressed",
        actor_id=None,
        subject=str(customer_id),
    )
    return moved
