"""Writes calls down: the intent before a provider is asked, the result after it answered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import bindparam

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.plugins.errors import CallConflictError

_CLAIM_NEW = text("""
INSERT INTO provider_call (merchant_id, id, plugin, operation, idempotency_key, request_hash,
                           state, attempt, claim_id, started_at)
VALUES (:merchant, :id, :plugin, :operation, :key, :hash, 'started', 1, :claim, :now)
ON CONFLICT (merchant_id, plugin, operation, idempotency_key) DO NOTHING
RETURNING id
""")

_KNOWN = text("""
SELECT id, request_hash, state, attempt, result, started_at FROM provider_call
WHERE merchant_id = :merchant AND plugin = :plugin AND operation = :operation
  AND idempotency_key = :key
FOR UPDATE
""")

_CLAIM_AGAIN = text("""
UPDATE provider_call
SET state = 'started', attempt = attempt + 1, claim_id = :claim, started_at = :now,
    finished_at = NULL, result = NULL
WHERE merchant_id = :merchant AND id = :id
""")

# The answer of a try that was given up and overtaken is not written over the later one's.
_FINISH = text("""
UPDATE provider_call SET state = :state, result = :result, finished_at = :now
WHERE merchant_id = :merchant AND id = :id AND claim_id = :claim AND state = 'started'
""").bindparams(bindparam("result", type_=JSONB(none_as_null=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallKey:
    """What makes a call one and the same wish."""

    merchant_id: UUID
    plugin: str
    operation: str
    idempotency_key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make a call now.

    `doubtful` says that an earlier try may have been carried out: ask before sending.
    """

    merchant_id: UUID
    id: UUID
    claim_id: UUID
    attempt: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The wish was answered before."""

    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class InFlight:
    """Somebody else is making the call at this moment."""


def claim(session: Session, key: CallKey, *, lapse: timedelta) -> Claim | Answered | InFlight:
    """Write down the intent, or say why the call is not to be made.

    A try that began longer than `lapse` ago and never ended died with its process; what it did is
    doubtful.

    Raises:
        CallConflictError: the key was used for another request.
    """
    now = utc_now()
    fresh = Claim(key.merchant_id, new_id(), new_id(), 1, doubtful=False)
    facts = {
        "merchant": key.merchant_id,
        "plugin": key.plugin,
        "operation": key.operation,
        "key": key.idempotency_key,
    }
    inserted = session.execute(
        _CLAIM_NEW,
        facts | {"id": fresh.id, "claim": fresh.claim_id, "hash": key.request_hash, "now": now},
    ).one_or_none()
    if inserted is not None:
        return fresh
    known = session.execute(_KNOWN, facts).one()
    if known.request_hash != key.request_hash:
        raise CallConflictError(plugin=key.plugin)
    if known.state in {"done", "refused", "waiting"} and known.result is not None:
        return Answered(known.result)
    if known.state == "started" and known.started_at + lapse > now:
        return InFlight()
    again = Claim(
        key.merchant_id,
        known.id,
        fresh.claim_id,
        known.attempt + 1,
        doubtful=known.state in {"started", "unknown"},
    )
    session.execute(
        _CLAIM_AGAIN,
        {"merchant": key.merchant_id, "id": again.id, "claim": again.claim_id, "now": now},
    )
    return again


def finish(session: Session, made: Claim, *, state: str, result: dict[str, Any] | None) -> None:
    """Write down what the provider answered to the try that `made` is."""
    session.execute(
        _FINISH,
        {
            "merchant": made.merchant_id,
            "id": made.id,
            "claim": made.claim_id,
            "state": state,
            "result": result,
            "now": utc_now(),
        },
    )
