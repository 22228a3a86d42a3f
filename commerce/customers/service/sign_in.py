"""Sign a shopper in with a password: counted, and equal in time for known and unknown names.

Three calls, so that the slow hash runs between two short transactions. Misses are counted for the
whole park, so both transactions are in `Scope.park()`:

    with database.transaction(Scope.park()) as session:
        attempt = begin_shopper_sign_in(session, merchant_id=..., email=..., origin=..., now=...)
    proof = check_shopper_password(attempt, password)
    with database.transaction(Scope.park()) as session:
        opened = finish_shopper_sign_in(session, attempt=attempt, proof=proof, ...)
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.emails import email_asked
from commerce.kernel.passwords import hash_password, verify_password
from commerce.park.origin import Origin
from commerce.park.service.shopper_sessions import OpenedShopperSession, open_shopper_session
from commerce.park.service.throttle import Limit, claim_attempt, settle_attempt

MISSES_OF_ACCOUNT = 5
MISSES_OF_ADDRESS = 30

_ACCOUNT = text("""
SELECT id, password_hash FROM customer
WHERE merchant_id = :merchant AND email = :email AND account_since IS NOT NULL
""")

# Locked, and only with the hash that was compared: a password changed meanwhile does not open.
_STILL = text("""
SELECT id FROM customer
WHERE merchant_id = :merchant AND id = :customer AND password_hash = :stored
FOR UPDATE
""")

_REHASH = text("""
UPDATE customer SET password_hash = :hash
WHERE merchant_id = :merchant AND id = :customer AND password_hash = :stored
""")


@dataclass(frozen=True, slots=True)
class ShopperAttempt:
    """Somebody who wants to sign in, counted already.

    Attributes:
        wait_until: when the next attempt will be looked at; None if this one is.
    """

    merchant_id: UUID
    customer_id: UUID | None
    wait_until: datetime | None
    limits: tuple[Limit, ...] = field(repr=False)
    stored: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShopperProof:
    """Whether the password fits, and its new hash when the old one is out of date."""

    fits: bool
    rehashed: str | None = field(default=None, repr=False)


def begin_shopper_sign_in(
    session: Session, *, merchant_id: UUID, email: str, origin: Origin, now: datetime
) -> ShopperAttempt:
    """Count an attempt and look up the account; commit afterwards, whatever comes next.

    The misses of a network are those of its shoppers: the guests of a store keep no staff out.
    """
    address = email_asked(email) or email.strip().lower()
    account = session.execute(_ACCOUNT, {"merchant": merchant_id, "email": address}).one_or_none()
    limits = (
        Limit.of("shopper", f"{merchant_id} {address}", allowed=MISSES_OF_ACCOUNT),
        Limit.of("shopper-address", origin.network, allowed=MISSES_OF_ADDRESS),
    )
    return ShopperAttempt(
        merchant_id=merchant_id,
        customer_id=account.id if account else None,
        wait_until=claim_attempt(session, limits=limits, now=now),
        limits=limits,
        stored=account.password_hash if account else None,
    )


def check_shopper_password(attempt: ShopperAttempt, clear: str) -> ShopperProof:
    """Compare the password, outside any transaction.

    An attempt that has to wait, or that names nobody, takes as long and never fits.

    Raises:
        SignInBusyError: too many passwords are being checked at this moment.
    """
    verdict = verify_password(attempt.stored if attempt.wait_until is None else None, clear)
    return ShopperProof(verdict.fits, hash_password(clear) if verdict.rehash else None)


def finish_shopper_sign_in(
    session: Session,
    *,
    attempt: ShopperAttempt,
    proof: ShopperProof,
    origin: Origin,
    now: datetime,
) -> OpenedShopperSession | None:
    """Open a session, or return None and commit the miss."""
    settled = settle_sign_in(session, attempt=attempt, proof=proof)
    if settled is None or attempt.customer_id is None:
        return None
    return open_shopper_session(
        session,
        merchant_id=attempt.merchant_id,
        customer_id=attempt.customer_id,
        origin=origin,
        now=now,
    )


def settle_sign_in(session: Session, *, attempt: ShopperAttempt, proof: ShopperProof) -> str | None:
    """Take an attempt that was right off the count and return the hash that is kept from now on.

    None, and the miss stays counted, when the password was wrong, had to wait, or is out of date.
    """
    if attempt.customer_id is None or not proof.fits or attempt.wait_until is not None:
        return None
    account = {
        "merchant": attempt.merchant_id,
        "customer": attempt.customer_id,
        "stored": attempt.stored,
    }
    if session.execute(_STILL, account).one_or_none() is None:
        return None
    own, *others = attempt.limits
    settle_attempt(session, forget=[own], give_back=others)
    if proof.rehashed is not None:
        session.execute(_REHASH, account | {"hash": proof.rehashed})
    return proof.rehashed or attempt.stored
