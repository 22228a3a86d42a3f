"""Idempotency-Key: an unsafe call with the same key is done once and answered alike.

After the IETF draft "The Idempotency-Key HTTP Header Field" (07, 2025-10-15): 400 when the key is
missing, 409 while the first call is under way, 422 when the key comes with another request.

The answer is written in the transaction that does the work, so there is no moment in which the work
is done and the answer unknown. While it runs, a lock named after the key stands for the claim; it
goes with the transaction, so a call that dies leaves the key free for the next try. Answers are
kept for good: a till or a client may be offline for longer than any time-out.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.web.models import KeptAnswer

MOST_CHARACTERS = 255

_CLAIM = Statement("SELECT pg_try_advisory_xact_lock(hashtextextended(CAST(:name AS text), 1))")

_FIND = Statement("""
SELECT request_hash, status, body FROM kept_answer
WHERE merchant_id = :merchant AND caller = :caller AND key = :key
""")


_KEEP = Insertion(KeptAnswer)


class MissingKeyError(CommerceError):
    """An unsafe call without a usable key."""

    code = "idempotency-key-missing"
    status = 400
    template = (
        "Send an Idempotency-Key header of 1 to 255 characters, such as a UUID, "
        "and the same one when you try again."
    )


class CallUnderWayError(CommerceError):
    """The first call with this key has not been answered yet."""

    code = "idempotency-key-in-flight"
    status = 409
    template = "The first call with this key is still being worked on. Ask again in a moment."


class KeyReusedError(CommerceError):
    """The key belongs to another request."""

    code = "idempotency-key-reused"
    status = 422
    template = "This key was used for another request. Use a new key for a new wish."


@dataclass(frozen=True, slots=True)
class Claim:
    """One call: whose, under which key, and what it asks for."""

    merchant_id: UUID
    caller: UUID
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that was given before."""

    status: int
    body: str


def make_claim(
    *, merchant_id: UUID, caller: UUID, key: str | None, method: str, path: str, body: bytes
) -> Claim:
    """Return the claim of a call.

    Raises:
        MissingKeyError: there is no key, or it is too long.
    """
    if not key or len(key) > MOST_CHARACTERS:
        raise MissingKeyError
    digest = hashlib.sha256(f"{method} {path}\n".encode() + body).digest()
    return Claim(merchant_id, caller, key, digest)


def take_up(session: Session, claim: Claim) -> Kept | None:
    """Claim the key for this transaction; return the answer if the work was done before.

    Raises:
        CallUnderWayError: another call with this key is at work.
        KeyReusedError: the key was used for another request.
    """
    name = f"{claim.merchant_id} {claim.caller} {claim.key}"
    if not _CLAIM.value(session, {"name": name}):
        raise CallUnderWayError
    found = _FIND.one_or_none(
        session, {"merchant": claim.merchant_id, "caller": claim.caller, "key": claim.key}
    )
    if found is None:
        return None
    if bytes(found.request_hash) != claim.request_hash:
        raise KeyReusedError
    return Kept(found.status, found.body)


def keep(session: Session, claim: Claim, *, status: int, body: str) -> None:
    """Keep the answer with the work that it reports."""
    _KEEP.one(
        session,
        {
            "merchant_id": claim.merchant_id,
            "id": new_id(),
            "caller": claim.caller,
            "key": claim.key,
            "request_hash": claim.request_hash,
            "status": status,
            "body": body,
            "created_at": utc_now(),
        },
    )
