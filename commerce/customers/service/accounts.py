"""Accounts: opened, and their passwords set anew, only by somebody who reads the person's mail.

That proof is what makes it safe to show an account the orders which its owner placed as a guest.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.errors import (
    AccountExistsError,
    AccountLinkSpentError,
    UnknownCustomerError,
)
from commerce.customers.locking import lock_customer
from commerce.customers.queries.people import get_customer
from commerce.customers.rows import AccountLinkIssued, CustomerRow, LinkPurpose
from commerce.kernel.ids import new_id, new_token
from commerce.mail.service import erase_letters_about
from commerce.park.password_rules import FreshPassword
from commerce.park.service.shopper_sessions import revoke_shopper_sessions
from commerce.park.tokens import token_hash

LIFETIME = {
    LinkPurpose.OPEN: timedelta(days=7),
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.EMAIL: timedelta(days=1),
}
_BY_PASSWORD = (LinkPurpose.OPEN, LinkPurpose.RESET)

# A link that moved the account stays: it knows which address was left.
_FORGET_LINKS = text("""
DELETE FROM account_link
WHERE merchant_id = :merchant AND customer_id = :customer AND former_email IS NULL
  AND purpose = ANY(:purposes)
RETURNING id, purpose
""")

_ISSUE = text("""
INSERT INTO account_link (merchant_id, id, customer_id, purpose, digest, expires_at, new_email)
VALUES (:merchant, :id, :customer, :purpose, :digest, :expires_at, :new_email)
""")

_GOOD = text("""
SELECT customer_id FROM account_link
WHERE merchant_id = :merchant AND digest = :digest AND used_at IS NULL AND expires_at > :now
  AND purpose <> 'email'
""")

_REDEEM = text("""
UPDATE account_link SET used_at = :now
WHERE merchant_id = :merchant AND digest = :digest AND used_at IS NULL AND expires_at > :now
  AND purpose <> 'email'
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
    """Make the link that opens an account or sets its password; an earlier one stops working.

    The address cannot change before the caller's commit, so no link is mailed to one that was left.

    Raises:
        UnknownCustomerError: nobody there, erased, without an address, or no account to reset.
        AccountExistsError: there is an account, so none can be opened.
    """
    lock_customer(session, merchant_id=merchant_id, customer_id=customer_id)
    person = get_customer(session, customer_id=customer_id)
    if person.email is None or (purpose is LinkPurpose.RESET and not person.has_account):
        raise UnknownCustomerError
    if purpose is LinkPurpose.OPEN and person.has_account:
        raise AccountExistsError
    return keep_link(
        session,
        merchant_id=merchant_id,
        customer_id=customer_id,
        purpose=purpose,
        email=person.email,
        now=now,
    )


def keep_link(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    purpose: LinkPurpose,
    email: str,
    now: datetime,
) -> AccountLinkIssued:
    """Write a link to `email` down, in place of an earlier one; the person is locked.

    Who asks for a new password, which anybody may, does not stop a move to another address.
    """
    link = AccountLinkIssued(
        id=new_id(),
        customer_id=customer_id,
        email=email,
        token=new_token(),
        expires_at=now + LIFETIME[purpose],
    )
    alike = _BY_PASSWORD if purpose is not LinkPurpose.EMAIL else (LinkPurpose.EMAIL,)
    drop_links(session, merchant_id=merchant_id, customer_id=customer_id, purposes=alike)
    session.execute(
        _ISSUE,
        {
            "merchant": merchant_id,
            "customer": customer_id,
            "id": link.id,
            "purpose": str(purpose),
            "digest": token_hash(link.token),
            "expires_at": link.expires_at,
            "new_email": email if purpose is LinkPurpose.EMAIL else None,
        },
    )
    return link


def drop_links(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    purposes: Iterable[LinkPurpose] = tuple(LinkPurpose),
) -> None:
    """Let no link of a person work any more that is for one of `purposes`.

    A letter to an address that was never confirmed may have reached anybody: it is emptied.
    """
    wanted = [str(purpose) for purpose in purposes]
    owner = {"merchant": merchant_id, "customer": customer_id}
    dropped = session.execute(_FORGET_LINKS, owner | {"purposes": wanted})
    unconfirmed = [row.id for row in dropped if row.purpose == LinkPurpose.EMAIL]
    if unconfirmed:
        erase_letters_about(session, merchant_id=merchant_id, about=unconfirmed)


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
    link = {"merchant": merchant_id, "digest": token_hash(token), "now": now}
    owner = session.execute(_GOOD, link).scalar_one_or_none()
    if owner is not None:  # As whoever makes links: the person first, then their links.
        lock_customer(session, merchant_id=merchant_id, customer_id=owner)
    customer_id = session.execute(_REDEEM, link).scalar_one_or_none()
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
    """Give a person who has just proved who they are a password; end every session and link.

    Raises:
        UnknownCustomerError: nobody there, erased, or without an e-mail address.
    """
    changed = session.execute(
        _SET_PASSWORD,
        {"merchant": merchant_id, "customer": customer_id, "hash": password.hash, "now": now},
    ).one_or_none()
    if changed is None:
        raise UnknownCustomerError
    drop_links(session, merchant_id=merchant_id, customer_id=customer_id)
    revoke_shopper_sessions(session, merchant_id=merchant_id, customer_id=customer_id, now=now)
    return get_customer(session, customer_id=customer_id)
