"""Move an account to another e-mail address: asked for with the password, confirmed from the mailbox.

Until the link is used the old address counts. Only who is signed in to the account can use the link:
nobody shall be talked into confirming somebody else's account with a mailbox of their own.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.emails import email_key
from commerce.customers.errors import (
    AccountExistsError,
    AccountLinkSpentError,
    SameEmailError,
    UnknownCustomerError,
)
from commerce.customers.locking import lock_customer
from commerce.customers.queries.people import get_customer
from commerce.customers.rows import AccountLinkIssued, EmailMoved, LinkPurpose
from commerce.customers.service.accounts import drop_links, keep_link
from commerce.kernel.ids import new_id
from commerce.park.tokens import token_hash

_USE = text("""
UPDATE account_link SET used_at = :now, former_email = :former
WHERE merchant_id = :merchant AND customer_id = :customer AND digest = :digest
  AND purpose = 'email' AND used_at IS NULL AND expires_at > :now
RETURNING id, new_email
""")

# Whoever has the address is locked; where nobody has it, it is taken before anybody else can.
_TAKE = text("""
INSERT INTO customer AS c (merchant_id, id, email, name, locale, wants_marketing, created_at)
VALUES (:merchant, :id, :email, '', 'en', false, :now)
ON CONFLICT (merchant_id, email) DO UPDATE SET email = EXCLUDED.email
RETURNING id, account_since
""")

_DROP = text("DELETE FROM customer WHERE merchant_id = :merchant AND id = :id")

_ADDRESSES = text("""
UPDATE customer_address SET customer_id = :customer, is_default = false
WHERE merchant_id = :merchant AND customer_id = :guest
""")

_GROUPS = text("""
UPDATE customer_group_member m SET customer_id = :customer
WHERE m.merchant_id = :merchant AND m.customer_id = :guest AND NOT EXISTS (
  SELECT FROM customer_group_member own
  WHERE own.merchant_id = m.merchant_id AND own.customer_id = :customer
    AND own.group_id = m.group_id)
""")

_OTHER_GROUPS = text("""
DELETE FROM customer_group_member WHERE merchant_id = :merchant AND customer_id = :guest
""")

_DISSOLVE = text("""
UPDATE customer SET email = NULL, phone = NULL, name = '', wants_marketing = false, erased_at = :now
WHERE merchant_id = :merchant AND id = :guest
""")

_MOVE = text("""
UPDATE customer SET email = :email WHERE merchant_id = :merchant AND id = :customer
""")


def issue_email_link(
    session: Session, *, merchant_id: UUID, customer_id: UUID, email: str, now: datetime
) -> AccountLinkIssued:
    """Make the link that is mailed to the new address; an earlier one stops working.

    It is made whether or not somebody has that address: who asks learns nothing. See
    `redeem_email_link` for what happens then.

    Raises:
        MailAddressError: `email` is not an address.
        SameEmailError: the account has it already.
        UnknownCustomerError: nobody there, erased, or without an account.
    """
    wanted = email_key(email)
    lock_customer(session, merchant_id=merchant_id, customer_id=customer_id)
    person = get_customer(session, customer_id=customer_id)
    if not person.has_account:
        raise UnknownCustomerError
    if person.email == wanted:
        raise SameEmailError
    return keep_link(
        session,
        merchant_id=merchant_id,
        customer_id=customer_id,
        purpose=LinkPurpose.EMAIL,
        email=wanted,
        now=now,
    )


def withdraw_email_link(session: Session, *, merchant_id: UUID, customer_id: UUID) -> None:
    """Let the link to a new address work no longer: the account stays where it is.

    Raises:
        UnknownCustomerError: nobody there, or erased.
    """
    lock_customer(session, merchant_id=merchant_id, customer_id=customer_id)
    drop_links(
        session, merchant_id=merchant_id, customer_id=customer_id, purposes=(LinkPurpose.EMAIL,)
    )


def redeem_email_link(
    session: Session, *, merchant_id: UUID, customer_id: UUID, token: str, now: datetime
) -> EmailMoved:
    """Use a link up: the account has the new address from now on, and no other link works any more.

    Whoever was known by the new address as a guest is the same person: address book and groups go
    along, the guest is dissolved. What guests ordered is for `commerce.orders`, in this transaction.

    Raises:
        AccountLinkSpentError: used, expired, never issued, or somebody else's.
        AccountExistsError: an account with that address was opened first.
    """
    lock_customer(session, merchant_id=merchant_id, customer_id=customer_id)
    former = get_customer(session, customer_id=customer_id).email
    owner = {"merchant": merchant_id, "customer": customer_id, "now": now}
    used = session.execute(
        _USE, owner | {"digest": token_hash(token), "former": former}
    ).one_or_none()
    if used is None or former is None:
        raise AccountLinkSpentError
    guest = _take(session, owner, used.new_email)
    session.execute(_MOVE, owner | {"email": used.new_email})
    drop_links(session, merchant_id=merchant_id, customer_id=customer_id)
    moved = get_customer(session, customer_id=customer_id)
    return EmailMoved(moved, former, used.id, guest)


def _take(session: Session, owner: dict[str, object], email: str) -> UUID | None:
    """Let nobody have the address, and return who had it as a guest."""
    fresh = new_id()
    holder = session.execute(_TAKE, owner | {"id": fresh, "email": email}).one()
    if holder.account_since is not None:
        raise AccountExistsError
    if holder.id == fresh:
        session.execute(_DROP, owner | {"id": fresh})
        return None
    guest = {**owner, "guest": holder.id}
    for statement in (_ADDRESSES, _GROUPS, _OTHER_GROUPS, _DISSOLVE):
        session.execute(statement, guest)
    drop_links(session, merchant_id=_merchant(owner), customer_id=holder.id)
    return UUID(str(holder.id))


def _merchant(owner: dict[str, object]) -> UUID:
    return UUID(str(owner["merchant"]))
