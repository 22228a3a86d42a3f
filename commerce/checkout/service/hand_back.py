"""Hand back at a till the cash that the desk promised, or take that promise back."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import RefundEndedError
from commerce.checkout.process import announce_refund
from commerce.checkout.service.give_back import Drawer
from commerce.checkout.service.locking import locked_order
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.payments.service import settle_refund

_WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class _Promise:
    """Cash that somebody was promised."""

    order_id: UUID
    amount: Money
    handed: Money


def _promise(order_id: UUID, amount_minor: int, rounding_minor: int, currency: str) -> _Promise:
    amount = Money(int(amount_minor), currency)
    return _Promise(order_id, amount, amount + Money(int(rounding_minor), currency))


_PROMISED = Statement(
    """
SELECT p.order_id, r.amount_minor, r.rounding_minor, r.currency
FROM refund r JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
WHERE r.merchant_id = :merchant AND r.id = :refund AND p.tender = 'cash'
""",
    _promise,
)


def hand_back_cash(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    refund_id: UUID,
    drawer: Drawer,
    actor_id: UUID,
) -> Money:
    """Pay a promised refund in cash out of `drawer`, once, and return what was handed over.

    Raises:
        NotFoundError: the merchant has no such refund in cash.
        RefundEndedError: it was paid or withdrawn before.
    """
    promise = _promise_at_hand(session, merchant_id, refund_id)
    _end(session, merchant_id, refund_id, done=True)
    drawer.pay_out(session, refund_id=refund_id, handed=promise.handed)
    announce_refund(session, durable=durable, merchant_id=merchant_id, refund_id=refund_id)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=promise.order_id,
        kind=EventKind.REFUNDED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        amount_minor=promise.amount.amount_minor,
        currency=promise.amount.currency,
    )
    return promise.handed


def withdraw_cash_refund(
    session: Session, *, merchant_id: UUID, refund_id: UUID, actor_id: UUID
) -> None:
    """Take back the promise that a till pays a refund: nobody came for it, or it was a mistake.

    The money can be given back another way.

    Raises:
        NotFoundError: the merchant has no such refund in cash.
        RefundEndedError: it was paid or withdrawn before.
    """
    promise = _promise_at_hand(session, merchant_id, refund_id)
    _end(session, merchant_id, refund_id, done=False)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=promise.order_id,
        kind=EventKind.REFUND_FAILED,
        actor=Actor.STAFF,
        actor_id=actor_id,
        amount_minor=promise.amount.amount_minor,
        currency=promise.amount.currency,
        reason=_WITHDRAWN,
    )


def _promise_at_hand(session: Session, merchant_id: UUID, refund_id: UUID) -> _Promise:
    """Return a promise with its order locked, in the order in which every refund takes its rows."""
    promise = _PROMISED.one_or_none(session, {"merchant": merchant_id, "refund": refund_id})
    if promise is None:
        raise NotFoundError
    locked_order(session, merchant_id=merchant_id, order_id=promise.order_id)
    return promise


def _end(session: Session, merchant_id: UUID, refund_id: UUID, *, done: bool) -> None:
    """End the promise; only who ends it first goes on."""
    if not settle_refund(
        session,
        merchant_id=merchant_id,
        refund_id=refund_id,
        done=done,
        refusal="" if done else _WITHDRAWN,
    ):
        raise RefundEndedError
