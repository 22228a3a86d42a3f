"""Pay an order out of stored value."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion
from commerce.payments.models import Payment
from commerce.payments.rows import PaymentState, Tender
from commerce.payments.stored_value.errors import (
    GiftCardBlockedError,
    GiftCardExpiredError,
    OtherCurrencyValueError,
    UnknownGiftCardError,
    ValueShortError,
)
from commerce.payments.stored_value.queries import account_by_id
from commerce.payments.stored_value.rows import PLUGIN, ValueAccount, ValueEntryKind, ValueKind
from commerce.payments.stored_value.service.move import Move, move

_INSERT = Insertion(Payment)
_TENDERS = {
    ValueKind.GIFT_CARD: Tender.GIFT_CARD,
    ValueKind.STORE_CREDIT: Tender.STORE_CREDIT,
}


def redeem(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    parts: Sequence[tuple[ValueAccount, Money]],
) -> None:
    """Pay an order with a part of each account's balance, and write each down as a payment.

    The amounts are exact: all of them are taken, or the first that cannot be is told. However many
    ask at once, no account gives more than it holds.

    Raises:
        ValueShortError, GiftCardBlockedError, GiftCardExpiredError, OtherCurrencyValueError: an
            account cannot pay its part now. Nothing may be kept.
    """
    now = utc_now()
    payments = [new_id() for _ in parts]
    _INSERT.many(
        session,
        [
            {
                "merchant_id": merchant_id,
                "id": payment_id,
                "order_id": order_id,
                "tender": _TENDERS[account.kind].value,
                "plugin": PLUGIN,
                "currency": amount.currency,
                "amount_minor": amount.amount_minor,
                "authorised_minor": amount.amount_minor,
                "captured_minor": amount.amount_minor,
                "state": PaymentState.CAPTURED.value,
                "created_at": now,
                "settled_at": now,
            }
            for payment_id, (account, amount) in zip(payments, parts, strict=True)
        ],
    )
    moves = [
        Move(
            account.id,
            ValueEntryKind.REDEEMED,
            -amount.amount_minor,
            amount.currency,
            payment_id=payment_id,
        )
        for payment_id, (account, amount) in zip(payments, parts, strict=True)
    ]
    if not move(session, merchant_id=merchant_id, moves=moves):
        for account, amount in parts:
            require_able(session, account_id=account.id, amount=amount)
        raise ValueShortError(left=Money.zero(parts[0][1].currency))


def require_able(session: Session, *, account_id: UUID, amount: Money) -> None:
    """Refuse an account that cannot pay `amount` now, and say why.

    Raises:
        UnknownGiftCardError, OtherCurrencyValueError, GiftCardBlockedError, GiftCardExpiredError,
        ValueShortError: so it is.
    """
    account = account_by_id(session, account_id=account_id)
    if account is None:
        raise UnknownGiftCardError
    if account.currency != amount.currency:
        raise OtherCurrencyValueError(currency=account.currency)
    if account.blocked_at is not None:
        raise GiftCardBlockedError
    if account.expires_at is not None and account.expires_at <= utc_now():
        raise GiftCardExpiredError
    if account.balance_minor < amount.amount_minor:
        raise ValueShortError(left=account.balance)
