"""Take off what nobody spent in time, or whose owner has left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.payments.stored_value.rows import ValueEntryKind
from commerce.payments.stored_value.service.move import Move, move

_OVER = Statement("""
SELECT id, balance_minor, currency FROM stored_value
WHERE merchant_id = :merchant AND balance_minor > 0 AND expires_at <= :now
ORDER BY id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED
""")
_LEFT_BEHIND = Statement("""
SELECT id, balance_minor, currency FROM stored_value
WHERE merchant_id = :merchant AND customer_id = :customer AND balance_minor > 0
ORDER BY id FOR NO KEY UPDATE
""")
_FORGET_CODES = Statement("""
UPDATE stored_value SET sealed_code = NULL
WHERE sealed_code IS NOT NULL AND created_at < :before
""")


TELL_AGAIN = timedelta(hours=1)
"""For how long the code of a new card can be told once more."""


def expire_values(session: Session, *, merchant_id: UUID, now: datetime, most: int = 500) -> int:
    """Write off the rest of accounts whose time is over; return how many there were."""
    over = _OVER.all(session, {"merchant": merchant_id, "now": now, "most": most})
    return _write_off(session, merchant_id, over, actor_id=None)


def give_up_credit(
    session: Session, *, merchant_id: UUID, customer_id: UUID, actor_id: UUID | None
) -> int:
    """Write off the credit of a customer who leaves for good; return how many accounts had any.

    Whoever calls has told the customer, or has it from them: nobody can ever spend it afterwards.
    """
    rest = _LEFT_BEHIND.all(session, {"merchant": merchant_id, "customer": customer_id})
    return _write_off(session, merchant_id, rest, actor_id=actor_id)


def _write_off(
    session: Session, merchant_id: UUID, rows: Sequence[Any], *, actor_id: UUID | None
) -> int:
    moves = [
        Move(row.id, ValueEntryKind.EXPIRED, -int(row.balance_minor), row.currency) for row in rows
    ]
    if moves:
        move(session, merchant_id=merchant_id, moves=moves, actor_id=actor_id)
    return len(moves)


def forget_codes(session: Session, *, now: datetime) -> int:
    """Forget the sealed codes of every merchant that are older than `TELL_AGAIN`.

    Needs `Scope.park()`. Whoever was to have the cards has them.
    """
    return _FORGET_CODES.run(session, {"before": now - TELL_AGAIN})
