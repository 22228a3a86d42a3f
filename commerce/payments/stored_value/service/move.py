"""Change balances and explain each change: one statement, guarded, for as many accounts as wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement
from commerce.payments.stored_value.rows import ValueEntryKind

# The accounts are locked in the order of their ids, so that two orders that use the same cards wait
# for each other and never for ever. A balance that does not suffice leaves its row untouched.
_MOVE = Statement("""
WITH asked AS (
  SELECT * FROM unnest(
    CAST(:ids AS uuid[]), CAST(:accounts AS uuid[]), CAST(:kinds AS text[]),
    CAST(:amounts AS bigint[]), CAST(:currencies AS text[]), CAST(:payments AS uuid[]),
    CAST(:refunds AS uuid[]), CAST(:requests AS uuid[]), CAST(:reasons AS text[]))
    AS a (id, account, kind, amount, currency, payment, refund, request, reason)
), locked AS (
  SELECT v.id FROM stored_value v JOIN asked a ON a.account = v.id
  WHERE v.merchant_id = :merchant ORDER BY v.id FOR NO KEY UPDATE OF v
), moved AS (
  UPDATE stored_value v SET balance_minor = v.balance_minor + a.amount
  FROM asked a JOIN locked l ON l.id = a.account
  WHERE v.merchant_id = :merchant AND v.id = a.account AND v.currency = a.currency
    AND v.balance_minor + a.amount >= 0
    AND (a.kind <> 'redeemed' OR (
      v.blocked_at IS NULL AND (v.expires_at IS NULL OR v.expires_at > :now)))
  RETURNING a.*, v.balance_minor
)
INSERT INTO stored_value_entry (merchant_id, id, account_id, kind, amount_minor, balance_minor,
  payment_id, refund_id, request_id, reason, actor_id, at)
SELECT CAST(:merchant AS uuid), id, account, kind, amount, balance_minor, payment, refund, request,
  reason, CAST(:actor AS uuid), :now
FROM moved
""")


@dataclass(frozen=True, slots=True)
class Move:
    """One change that is wanted; amounts in minor units, below zero what is taken."""

    account_id: UUID
    kind: ValueEntryKind
    amount_minor: int
    currency: str
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    request_id: UUID = field(default_factory=new_id)
    reason: str = ""


def move(
    session: Session, *, merchant_id: UUID, moves: Sequence[Move], actor_id: UUID | None = None
) -> bool:
    """Make all `moves`, each of another account; return whether every one could be made.

    None would leave a balance below zero, and what is blocked or expired pays nothing. Where one
    could not be made the caller refuses, so that nothing of it is kept.
    """
    made = _MOVE.run(
        session,
        {
            "merchant": merchant_id,
            "actor": actor_id,
            "now": utc_now(),
            "ids": [new_id() for _ in moves],
            "accounts": [each.account_id for each in moves],
            "kinds": [each.kind.value for each in moves],
            "amounts": [each.amount_minor for each in moves],
            "currencies": [each.currency for each in moves],
            "payments": [each.payment_id for each in moves],
            "refunds": [each.refund_id for each in moves],
            "requests": [each.request_id for each in moves],
            "reasons": [each.reason for each in moves],
        },
    )
    return made == len(moves)
