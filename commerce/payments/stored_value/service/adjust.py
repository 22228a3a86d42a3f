"""Set a balance right for a reason, and stop a card."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.payments.stored_value.errors import ValueShortError
from commerce.payments.stored_value.limits import check_card_holds
from commerce.payments.stored_value.queries import account_by_id
from commerce.payments.stored_value.rows import ValueEntryKind, ValueKind
from commerce.payments.stored_value.service.move import Move, move

_LOCK = Statement("""
SELECT EXISTS (SELECT FROM stored_value_entry e
               WHERE e.merchant_id = v.merchant_id AND e.request_id = :request) AS asked
FROM stored_value v WHERE v.merchant_id = :merchant AND v.id = :account FOR NO KEY UPDATE
""")
_BLOCK = Statement("""
UPDATE stored_value SET blocked_at = CASE WHEN :blocked THEN coalesce(blocked_at, :now) END
WHERE merchant_id = :merchant AND id = :account AND kind = 'gift_card'
""")
_EXPIRY = Statement("""
UPDATE stored_value SET expires_at = :until
WHERE merchant_id = :merchant AND id = :account AND kind = 'gift_card'
""")


def adjust_value(
    session: Session,
    *,
    merchant_id: UUID,
    account_id: UUID,
    by: Money,
    reason: str,
    request_id: UUID,
    actor_id: UUID,
) -> None:
    """Change a balance `by` an amount, up or down, for a `reason`; once for each `request_id`.

    Raises:
        ValueShortError: less is left than was to be taken away.
        GiftCardTooLargeError: the law of the merchant's country lets no card hold as much.
        NotFoundError: the merchant has no such account, or it is in another currency.
    """
    locked = _LOCK.one_or_none(
        session, {"merchant": merchant_id, "account": account_id, "request": request_id}
    )
    account = account_by_id(session, account_id=account_id)
    if locked is None or account is None or account.currency != by.currency:
        raise NotFoundError
    if locked.asked:
        return
    if by.amount_minor > 0 and account.kind is ValueKind.GIFT_CARD:
        check_card_holds(session, merchant_id=merchant_id, amount=account.balance + by)
    change = Move(
        account_id,
        ValueEntryKind.ADJUSTED,
        by.amount_minor,
        by.currency,
        request_id=request_id,
        reason=reason,
    )
    if not move(session, merchant_id=merchant_id, moves=[change], actor_id=actor_id):
        raise ValueShortError(left=account.balance)


def block_card(session: Session, *, merchant_id: UUID, account_id: UUID) -> None:
    """Stop a card: it pays nothing until it is unblocked, and keeps what it holds.

    Raises:
        NotFoundError: the merchant has no such card.
    """
    _set_blocked(session, merchant_id, account_id, blocked=True)


def unblock_card(session: Session, *, merchant_id: UUID, account_id: UUID) -> None:
    """Let a card pay again.

    Raises:
        NotFoundError: the merchant has no such card.
    """
    _set_blocked(session, merchant_id, account_id, blocked=False)


def _set_blocked(session: Session, merchant_id: UUID, account_id: UUID, *, blocked: bool) -> None:
    asked = {"merchant": merchant_id, "account": account_id, "blocked": blocked, "now": utc_now()}
    if not _BLOCK.run(session, asked):
        raise NotFoundError


def set_expiry(
    session: Session, *, merchant_id: UUID, account_id: UUID, until: datetime | None
) -> None:
    """Say from which moment on a card pays no more; None is never.

    Raises:
        NotFoundError: the merchant has no such card.
    """
    asked = {"merchant": merchant_id, "account": account_id, "until": until}
    if not _EXPIRY.run(session, asked):
        raise NotFoundError
