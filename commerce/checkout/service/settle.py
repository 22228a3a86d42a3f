"""What a payment's outcome does to its order, whoever tells it and however often."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.process import announce_cancellation, confirm_order
from commerce.checkout.service.give_back import (
    give_back_to,
    request_for,
    wish_of_cancellation,
)
from commerce.checkout.service.holding import hold_promised
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.service import open_fulfilments
from commerce.inventory.errors import OutOfStockError
from commerce.inventory.rows import Stage
from commerce.inventory.service import release_holds
from commerce.kernel.channel import Channel
from commerce.kernel.durable import Durable
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.orders.queries import order_by_id
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import mark_cancelled, mark_placed, tell
from commerce.payments.queries import payment_by_id, payments_of
from commerce.payments.rows import Finding, PaymentRow, PaymentState
from commerce.payments.service import record_finding
from commerce.pricing.promotions.service import give_back_uses


class Outcome(StrEnum):
    """What the message meant for the order."""

    NOTHING_NEW = "nothing_new"
    WAITING = "waiting"
    PLACED = "placed"
    FAILED = "failed"
    REFUNDING = "refunding"


@dataclass(frozen=True, slots=True)
class Settled:
    """The order after a payment's message was taken in."""

    order: OrderRow
    outcome: Outcome


def settle_payment(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    payment_id: UUID,
    finding: Finding,
) -> Settled:
    """Merge a provider's finding and move the order on if it is paid now.

    The order's row is locked first, so messages about one order are taken in one after another.
    Money that arrives when the goods are gone, or for an order that was cancelled or is already
    paid, is given back by itself. Nothing here depends on the order of messages.

    Raises:
        NotFoundError: the merchant has no such payment.
    """
    connection = session.connection()
    payment = payment_by_id(connection, payment_id=payment_id)
    if payment is None:
        raise NotFoundError
    order = locked_order(session, merchant_id=merchant_id, order_id=payment.order_id)
    captured = record_finding(
        session, merchant_id=merchant_id, payment_id=payment_id, finding=finding
    )
    if captured == 0:
        return Settled(order, _without_money(session, merchant_id, order, payment, finding))
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        kind=EventKind.PAID,
        actor=Actor.PROVIDER,
        amount_minor=captured,
        currency=payment.currency,
        plugin=payment.plugin,
    )
    outcome = _with_money(session, durable, merchant_id, order, came=captured)
    moved = order_by_id(connection, order_id=order.id)
    return Settled(moved or order, outcome)


def place_if_paid(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID
) -> Outcome:
    """Place an order that awaits payment, if what was captured pays it; no provider said anything.

    Raises:
        NotFoundError: the merchant has no such order.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    return _with_money(session, durable, merchant_id, order, came=0)


def _without_money(
    session: Session, merchant_id: UUID, order: OrderRow, payment: PaymentRow, finding: Finding
) -> Outcome:
    ended = finding.state in {PaymentState.FAILED, PaymentState.CANCELLED}
    if not ended or not payment.state.open:
        return Outcome.WAITING if finding.state.open else Outcome.NOTHING_NEW
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        kind=EventKind.PAYMENT_FAILED,
        actor=Actor.PROVIDER,
        detail=finding.detail,
        refusal=finding.refusal,
        plugin=payment.plugin,
    )
    return Outcome.FAILED


def _with_money(
    session: Session, durable: Durable, merchant_id: UUID, order: OrderRow, *, came: int
) -> Outcome:
    """Do what `came`, the minor units newly captured, mean for the order."""
    payments = payments_of(session.connection(), order_id=order.id)
    paid = sum(payment.captured_minor - payment.refunded_minor for payment in payments)
    if order.state is not OrderState.AWAITING_PAYMENT:
        # An order that needs no more money owes back what came now, and nothing else: what was
        # given back of an earlier payment was given back on purpose.
        surplus = paid if order.state is OrderState.CANCELLED else came
        return _give_back(session, durable, merchant_id, payments, surplus)
    # A sale over the counter is completed by the till's own rules: its goods are not reserved, they
    # leave with the customer.
    if paid < order.total_minor or order.channel is Channel.TILL:
        return Outcome.WAITING
    if not _secure_goods(session, merchant_id, order):
        mark_cancelled(session, merchant_id=merchant_id, order_id=order.id)
        give_back_uses(session, merchant_id=merchant_id, order_id=order.id, email=order.email)
        tell(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            kind=EventKind.CANCELLED,
            actor=Actor.SYSTEM,
            reason="sold_out",
        )
        announce_cancellation(session, durable=durable, merchant_id=merchant_id, order_id=order.id)
        wish = wish_of_cancellation(order.id)
        return _give_back(session, durable, merchant_id, payments, paid, wish=wish)
    mark_placed(session, merchant_id=merchant_id, order_id=order.id)
    open_fulfilments(session, merchant_id=merchant_id, order=order)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        kind=EventKind.PLACED,
        actor=Actor.SYSTEM,
    )
    durable.enqueue(
        session,
        confirm_order,
        key=str(order.id),
        merchant_id=str(merchant_id),
        order_id=str(order.id),
    )
    _give_back(session, durable, merchant_id, payments, paid - order.total_minor)
    return Outcome.PLACED


def _secure_goods(session: Session, merchant_id: UUID, order: OrderRow) -> bool:
    """Make the promise firm; False when the goods are gone, and then nothing is held."""
    try:
        hold_promised(session, merchant_id=merchant_id, order=order, stage=Stage.PLACED)
    except OutOfStockError:
        release_holds(session, merchant_id=merchant_id, owner_id=order.id)
        return False
    return True


def _give_back(
    session: Session,
    durable: Durable,
    merchant_id: UUID,
    payments: tuple[PaymentRow, ...],
    surplus_minor: int,
    *,
    wish: UUID | None = None,
) -> Outcome:
    """Return what was paid too much, newest payment first; `wish` says what it is given back for."""
    if surplus_minor <= 0:
        return Outcome.NOTHING_NEW
    for payment in reversed(payments):
        amount = min(surplus_minor, payment.refundable.amount_minor)
        if amount <= 0:
            continue
        give_back_to(
            session,
            durable=durable,
            merchant_id=merchant_id,
            payment=payment,
            request_id=request_for(wish or new_id(), payment.id),
            amount=Money(amount, payment.currency),
            reason="not owed",
            actor_id=None,
        )
        surplus_minor -= amount
    return Outcome.REFUNDING
