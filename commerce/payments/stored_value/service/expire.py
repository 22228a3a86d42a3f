"""Take off what nobody spent in time."""

from datetime import datetime
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
_FORGET_CODES = Statement("""
UPDATE stored_value SET sealed_code = NULL
WHERE merchant_id = :merchant AND sealed_code IS NOT NULL AND created_at < :before
""")


def expire_values(session: Session, *, merchant_id: UUID, now: datetime, most: int = 500) -> int:
    """Write off the rest of accounts whose time is over; return how many there were."""
    over = _OVER.all(session, {"merchant": merchant_id, "now": now, "most": most})
    moves = [
        Move(row.id, ValueEntryKind.EXPIRED, -int(row.balance_minor), row.currency) for row in over
    ]
    if moves:
        move(session, merchant_id=merchant_id, moves=moves)
    return len(moves)


def forget_codes(session: Session, *, merchant_id: UUID, before: datetime) -> int:
    """Forget the sealed codes of cards from `before`: whoever was to have them has them."""
    return _FORGET_CODES.run(session, {"merchant": merchant_id, "before": before})
