"""Pay once more for an order whose first attempt came to nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.attempt import begin_attempt
from commerce.checkout.service.holding import hold_promised
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.place import HOLD_FOR
from commerce.checkout.service.unpaid import KEEP_UNPAID
from commerce.inventory.rows import Stage
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.orders.rows import OrderState
from commerce.payments.queries import payments_of
from commerce.payments.rows import PaymentRow, kept_minor

MOST_ATTEMPTS = 10
"""Per order, at every counter: people do not have more cards, and thieves who try out numbers do."""


class TooManyAttemptsError(CommerceError):
    """So many payments of this order came to nothing that no further one is begun."""

    code = "too-many-attempts"
    status = 409
    template = "Too many payments of order %(number)s have failed. Ask the shop to help."


class NothingToPayError(CommerceError):
    """The order is paid, or cancelled."""

    code = "nothing-to-pay"
    status = 409
    template = "There is nothing left to pay for this order."


class KeptTooLongError(CommerceError):
    """The order has kept its goods unpaid for as long as it may."""

    code = "kept-too-long"
    status = 409
    template = (
        "Its goods were kept for %(hours)s hours, and are on sale again. Nothing was charged. "
        "Put them into the cart once more and order anew."
    )


def retry_payment(
    session: Session, *, merchant_id: UUID, order_id: UUID, plugin: str, at: datetime
) -> UUID:
    """Return the payment to be opened next: one with `plugin` that still waits, else a new one.

    The goods are held for another half an hour from `at`, and never beyond `KEEP_UNPAID`; when the
    old hold has expired they are held anew from wherever they can be. Of several clicks one begins
    an attempt and the others find it, because the order's row is locked first.

    Raises:
        NothingToPayError: the order does not await payment.
        KeptTooLongError: it has awaited payment for longer than goods are kept.
        TooManyAttemptsError: as many payments as an order may have were begun.
        OutOfStockError: the goods have been sold meanwhile. Nothing is written.
        NotFoundError: the merchant has no such order.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    payments = payments_of(session.connection(), order_id=order_id)
    due = order.total_minor - kept_minor(payments)
    if order.state is not OrderState.AWAITING_PAYMENT or due <= 0:
        raise NothingToPayError
    kept_until = order.created_at + KEEP_UNPAID
    if at >= kept_until:
        raise KeptTooLongError(hours=KEEP_UNPAID // timedelta(hours=1))
    hold_promised(
        session,
        merchant_id=merchant_id,
        order=order,
        stage=Stage.PAYMENT,
        expires_at=min(at + HOLD_FOR, kept_until),
    )
    waiting = _waiting(payments, plugin)
    if waiting is not None:
        return waiting.id
    if len(payments) >= MOST_ATTEMPTS:
        raise TooManyAttemptsError(number=order.number)
    return begin_attempt(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        plugin=plugin,
        due=Money(due, order.currency),
    )


def _waiting(payments: Sequence[PaymentRow], plugin: str) -> PaymentRow | None:
    return next(
        (each for each in reversed(payments) if each.state.open and each.plugin == plugin), None
    )
