"""Put money that goes back onto the account that it goes to."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.payments.stored_value.errors import OtherCurrencyValueError
from commerce.payments.stored_value.rows import ValueEntryKind
from commerce.payments.stored_value.service.move import Move, move

STAYS_GOOD = timedelta(days=30)
"""How long a card that gets money back can at least be spent from then on. Set on 2026-11-23."""

_STAY = Statement("""
UPDATE stored_value SET expires_at = :until
WHERE merchant_id = :merchant AND id = :account AND expires_at < :until
""")


def put_back(
    session: Session, *, merchant_id: UUID, account_id: UUID, refund_id: UUID, amount: Money
) -> None:
    """Put the money of a refund onto an account: the refund's own name makes it once for ever.

    A card that is blocked gets it too; one that is about to expire, or has, stays good for
    `STAYS_GOOD`, for nobody shall lose what they got back before they could spend it.

    Raises:
        OtherCurrencyValueError: the account is in another currency.
    """
    back = Move(
        account_id,
        ValueEntryKind.REFUNDED,
        amount.amount_minor,
        amount.currency,
        refund_id=refund_id,
        request_id=refund_id,
    )
    if not move(session, merchant_id=merchant_id, moves=[back]):
        raise OtherCurrencyValueError(currency=amount.currency)
    until = utc_now() + STAYS_GOOD
    _STAY.run(session, {"merchant": merchant_id, "account": account_id, "until": until})
