"""Prove once more, by the password, whose account it is before something that cannot be taken back.

As signing in: counted, and with the slow hash between two short transactions in `Scope.park()`. What
follows runs in the merchant's own scope and begins with `hold_proof`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.errors import PasswordNewMeanwhileError
from commerce.customers.service.sign_in import (
    MISSES_OF_ACCOUNT,
    ShopperAttempt,
    ShopperProof,
    settle_sign_in,
)
from commerce.park.service.throttle import Limit, claim_attempt

_STORED = text("""
SELECT password_hash FROM customer
WHERE merchant_id = :merchant AND id = :customer AND account_since IS NOT NULL
""")

_HOLD = text("""
SELECT id FROM customer
WHERE merchant_id = :merchant AND id = :customer AND password_hash = :stored
FOR UPDATE
""")


@dataclass(frozen=True, slots=True)
class ProvenShopper:
    """Whose password was right, and which one that was."""

    merchant_id: UUID
    customer_id: UUID
    stored: str = field(repr=False)


def begin_shopper_proof(
    session: Session, *, merchant_id: UUID, customer_id: UUID, now: datetime
) -> ShopperAttempt:
    """Count an attempt of somebody signed in; commit afterwards, whatever comes next.

    Strangers who guess at the sign-in, or in the same network, do not keep the owner from it:
    these misses are their own.
    """
    own = Limit.of("shopper-again", f"{merchant_id} {customer_id}", allowed=MISSES_OF_ACCOUNT)
    stored = session.execute(
        _STORED, {"merchant": merchant_id, "customer": customer_id}
    ).scalar_one_or_none()
    return ShopperAttempt(
        merchant_id=merchant_id,
        customer_id=customer_id,
        wait_until=claim_attempt(session, limits=[own], now=now),
        limits=(own,),
        stored=stored,
    )


def finish_shopper_proof(
    session: Session, *, attempt: ShopperAttempt, proof: ShopperProof
) -> ProvenShopper | None:
    """Return whose password it was, or None and commit the miss."""
    stored = settle_sign_in(session, attempt=attempt, proof=proof)
    if stored is None or attempt.customer_id is None:
        return None
    return ProvenShopper(attempt.merchant_id, attempt.customer_id, stored)


def hold_proof(session: Session, proven: ProvenShopper) -> None:
    """Keep the account as it was proved until the transaction ends: of two changes one is later.

    Raises:
        PasswordNewMeanwhileError: the password is another one by now, or the account is closed.
    """
    account = {
        "merchant": proven.merchant_id,
        "customer": proven.customer_id,
        "stored": proven.stored,
    }
    if session.execute(_HOLD, account).one_or_none() is None:
        raise PasswordNewMeanwhileError
