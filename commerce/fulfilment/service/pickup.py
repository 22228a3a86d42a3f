"""Codes for what lies ready: made for the customer, checked at the counter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import PickupCodeError
from commerce.fulfilment.pickup_codes import (
    PickupClaim,
    digits_of,
    digits_proof,
    new_key_pair,
    read_claim,
    sign_claim,
    typed_digits,
)
from commerce.kernel.clock import utc_now
from commerce.kernel.statements import Statement
from commerce.kernel.vault import Vault

_DIGITS_FOR = "quayside pickup digits"

_MAKE = Statement("""
INSERT INTO pickup_key (merchant_id, public_key, sealed_key, created_at)
VALUES (:merchant, :public, :sealed, :at) ON CONFLICT (merchant_id) DO NOTHING
""")

_KEY = Statement("SELECT public_key, sealed_key FROM pickup_key WHERE merchant_id = :merchant")

_READY = Statement("""
SELECT id FROM fulfilment WHERE merchant_id = :merchant AND state = 'ready'
  AND (CAST(:location AS uuid) IS NULL OR location_id = :location)
""")


@dataclass(frozen=True, slots=True)
class PickupCode:
    """What a customer shows, or says, to be handed what lies ready."""

    code: str
    digits: str
    until: datetime


def ensure_pickup_key(session: Session, *, vault: Vault, merchant_id: UUID) -> None:
    """Give a merchant a key pair for pickup codes, once."""
    if _KEY.one_or_none(session, {"merchant": merchant_id}) is not None:
        return
    private, public = new_key_pair()
    made = {
        "merchant": merchant_id,
        "public": public,
        "sealed": vault.seal(private, context=_context(merchant_id)),
        "at": utc_now(),
    }
    _MAKE.run(session, made)


def public_pickup_key(connection: Connection | Session, *, merchant_id: UUID) -> str:
    """Return the key by which tills know the merchant's codes; nothing before the first of them."""
    found = _KEY.one_or_none(connection, {"merchant": merchant_id})
    return "" if found is None else str(found.public_key)


def pickup_code(
    connection: Connection | Session,
    *,
    vault: Vault,
    merchant_id: UUID,
    order_id: UUID,
    fulfilment_id: UUID,
    until: datetime,
) -> PickupCode | None:
    """Return the code of a part that lies ready; None while the merchant has no key."""
    found = _KEY.one_or_none(connection, {"merchant": merchant_id})
    if found is None:
        return None
    private = vault.open(bytes(found.sealed_key), context=_context(merchant_id))
    claim = PickupClaim(order_id, fulfilment_id, until)
    return PickupCode(
        code=sign_claim(claim, private_key=private),
        digits=digits_of(fulfilment_id, secret=vault.derive(_DIGITS_FOR)),
        until=until,
    )


def digits_proofs(*, vault: Vault, fulfilment_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return by what tills know the digits of each part, see `pickup_codes.digits_proof`."""
    secret = vault.derive(_DIGITS_FOR)
    return {each: digits_proof(each, digits_of(each, secret=secret)) for each in fulfilment_ids}


def shown_fulfilment(
    session: Connection | Session,
    *,
    vault: Vault,
    merchant_id: UUID,
    shown: str,
    location_id: UUID | None = None,
) -> UUID:
    """Return which part a scanned code, or typed digits, stand for.

    Digits count only for what lies ready, at `location_id` if it is given. Whether the part may be
    handed over is for the verb that does so.

    Raises:
        PickupCodeError: the merchant has signed no such code, or nothing with these digits is ready.
    """
    public = public_pickup_key(session, merchant_id=merchant_id)
    if digits := typed_digits(shown):
        secret = vault.derive(_DIGITS_FOR)
        ready = _READY.all(session, {"merchant": merchant_id, "location": location_id})
        found = [row.id for row in ready if digits_of(row.id, secret=secret) == digits]
        if len(found) == 1:
            return UUID(str(found[0]))
    claim = read_claim(shown, public_key=public) if public else None
    if claim is None:
        raise PickupCodeError
    return claim.fulfilment_id


def _context(merchant_id: UUID) -> str:
    return f"pickup_key/{merchant_id}/sealed_key"
