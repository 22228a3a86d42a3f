"""Accounts: opened, and their passwords set anew, only by somebody who reads the person's mail.

That proof is what makes it safe to show an account the orders which its owner placed as a guest.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.errors import (
    AccountExistsError,
    AccountLinkSpentError,
    UnknownCustomerError,
)
from commerce.customers.queries.people import get_customer
from commerce.customers.rows import AccountLinkIssued, CustomerRow, LinkPurpose
from commerce.kernel.ids import new_id, new_token
from commerce.park.password_rules import FreshPassword
from commerce.park.service.shopper_sessions import revoke_shopper_sessions
from commerce.park.tokens import token_hash

LIFETIME = {LinkPurpose.OPEN: timedelta(days=7), LinkPurpose.RESET: timedelta(minutes=30)}

_FORGET_LINKS = text("""
DELETE FROM account_link WHERE merchant_id = :merchant AND customer_id = :customer
""")

_ISSUE = text("""
INSERT INTO account_link (merchant_id, id, customer_id, purpose, digest, expires_at)
VALUES (:merchant, :id, :customer, :purpose, :digest, :expires_at)
""")

_GOOD = text("""
SELECT customer_id FROM account_link
WHERE merchant_id = :merchant AND digest = :digest AND used_at IS NULL AND expires_at > :now
""")

_REDEEM = text("""
UPDATE account_link SET used_at = :now
WHERE merchant_id = :merchant AND digest = :digest AND used_at IS NULL AND expires_at > :now
RETURNING customer_id
""")

_SET_PASSWORD = text("""
UPDATE customer
SET password_hash = :hash, account_since = coalesce(account_since, :now)
WHERE merchant_id = :merchant AND id = :customer AND erased_at IS NULL AND email IS NOT NULL
RETURNING id
""")


def issue_account_link(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    purpose: LinkPurpose,
    now: datetime,
) -> AccountLinkIssued:
    """Make the link that is mailed to a person; an earlier one stops working.

    Raises:
        UnknownCustomerError: nobody there, erased, without an address, or no account to reset.
        AccountExistsError: there is an account, so none can be opened.
    """
    person = get_customer(session, customer_id=customer_id)
    if person.email is None or (purpose is LinkPurpose.RESET and not person.has_account):
        raise UnknownCustomerError
    if purpose is LinkPurpose.OPEN and person.has_account:
        raise AccountExistsError
    link = AccountLinkIssued(
        id=new_id(),
        customer_id=customer_id,
        email=person.email,
        token=new_token(),
        expires_at=now + LIFETIME[purpose],
    )
    owner = {"merchant": merchant_id, "customer": customer_id}
    session.execute(_FORGET_LINKS, owner)
    session.execute(
        _ISSUE,
        owner
        | {
            "id": link.id,
            "purpose": str(purpose),
            "digest": token_hash(link.token),
            "expires_at": link.expires_at,
        },
    )
    return link


def account_link_is_good(
    session: Session, *, merchant_id: UUID, token: str, now: datetime
) -> CustomerRow | None:
    """Return whose link it is, without using it up, or None when it works no longer."""
    customer_id = session.execute(
        _GOOD, {"merchant": merchant_id, "digest": token_hash(token), "now": now}
    ).scalar_one_or_none()
    return None if customer_id is None else get_customer(session, customer_id=customer_id)


def redeem_account_link(
    session: Session, *, merchant_id: UUID, token: str, password: FreshPassword, now: datetime
) -> CustomerRow:
    """Use a link up: open the account, or set its password anew and end every session.

    Of two people who use one link at the same time, one succeeds.

    Raises:
        AccountLinkSpentError: used, expired, or never issued.
    """
    customer_id = session.execute(
        _REDEEM, {"merchant": merchant_id, "digest": token_hash(token), "now": now}
    ).scalar_one_or_none()
    if customer_id is None:
        raise AccountLinkSpentError
    return set_password(
        session, merchant_id=merchant_id, customer_id=customer_id, password=password, now=now
    )


def set_password(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    password: FreshPassword,
    now: datetime,
) -> CustomerRow:
    """Give a person who has just proved who they are a password, and end every session.

    Raises:
        UnknownCustomerError: nobody there, erased, or without an e-mail address.
    """
    changed = session.execute(
        _SET_PASSWORD,
        {"merchant": merchant_id, "customer": customer_id, "hash": password.hash, "now": now},
    ).one_or_none()
    if changed is None:
        raise UnknownCustomerError
    revoke_shopper_sessions(session, merchant_id=merchant_id, customer_id=customer_id, now=now)
    return get_customer(session, customer_id=customer_id)
