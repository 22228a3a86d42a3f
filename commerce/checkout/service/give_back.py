"""Give money back to the tender it came from: cash at once, everything else through its provider."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from commerce.checkout.errors import CashNeedsDrawerError
from commerce.checkout.process import announce_refund, refund_payment
from commerce.kernel.durable import Durable
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.orders.refunded import goods_facts
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.payments.errors import RefundExceedsPaymentError
from commerce.payments.queries import cash_left
from commerce.payments.rows import PaymentRow, RefundRow, Tender
from commerce.payments.service import request_refund, settle_refund
from commerce.payments.stored_value.queries import paid_from
from commerce.payments.stored_value.service import put_back
from commerce.pricing.queries import rounding_of
from commerce.pricing.rounding import round_cash

_ASKED = Statement("""
SELECT EXISTS (
  SELECT FROM refund WHERE merchant_id = :merchant AND request_id = ANY(:requests)
)
""")


def wish_of_cancellation(order_id: UUID) -> UUID:
    """Return what stands for the wish to give back all of a cancelled order: asked twice, it is one."""
    return uuid5(order_id, "cancelled")


def request_for(wish: UUID, payment_id: UUID) -> UUID:
    """Return what names the part of a wish that goes back to one payment."""
    return uuid5(wish, str(payment_id))


def belongs_to_cancellation(refund: RefundRow, *, order_id: UUID) -> bool:
    """Return whether money goes back because the order was called off, and for nothing else."""
    return refund.request_id == request_for(wish_of_cancellation(order_id), refund.payment_id)


class Drawer(Protocol):
    """Where cash comes from that is handed back other than by the till that took it."""

    @property
    def pays_now(self) -> bool:
        """Whether the cash is handed over now; else a clerk does so later (`hand_back_cash`)."""

    def pay_out(self, session: Session, *, refund_id: UUID, handed: Money) -> None:
        """Take `handed` out for a refund, so that a Z report tells of it, or see to it that it is."""


def give_back(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    payments: Sequence[PaymentRow],
    request_id: UUID,
    amount: Money,
    reason: str,
    actor_id: UUID | None,
    drawer: Drawer | None = None,
    onto: UUID | None = None,
    goods: Mapping[UUID, int] = MappingProxyType({}),
) -> bool:
    """Spread `amount` over `payments`, newest first; False when this was asked before.

    With `onto` all of it goes to that store credit, and not back to where it came from. `goods` are
    the units by variant that it was worked out from; none for a sum of its own.

    Raises:
        RefundExceedsPaymentError: more than is left of what was captured.
        CashNeedsDrawerError: a part was paid in cash, and no drawer pays it out.
    """
    names = {payment.id: request_for(request_id, payment.id) for payment in payments}
    asked = {"merchant": merchant_id, "requests": list(names.values())}
    if _ASKED.value(session, asked):
        return False
    left = sum(payment.refundable.amount_minor for payment in payments)
    if amount.amount_minor > left:
        raise RefundExceedsPaymentError(left=Money(left, amount.currency))
    for payment, part in spread(amount, payments):
        if payment.tender is Tender.CASH and drawer is None and onto is None:
            raise CashNeedsDrawerError
        give_back_to(
            session,
            durable=durable,
            merchant_id=merchant_id,
            payment=payment,
            request_id=names[payment.id],
            amount=part,
            reason=reason,
            actor_id=actor_id,
            drawer=drawer,
            onto=onto,
            goods=goods,
            wish_minor=amount.amount_minor,
        )
    return True


def spread(amount: Money, payments: Sequence[PaymentRow]) -> Iterator[tuple[PaymentRow, Money]]:
    """Give, newest payment first, how much of `amount` goes back to each that has something left."""
    rest = amount.amount_minor
    for payment in reversed(payments):
        part = min(rest, payment.refundable.amount_minor)
        if part > 0:
            yield payment, Money(part, payment.currency)
            rest -= part


def give_back_to(
    session: Session,
    *,
    durable: Durable,
    merchant_id: UUID,
    payment: PaymentRow,
    request_id: UUID,
    amount: Money,
    reason: str,
    actor_id: UUID | None,
    drawer: Drawer | None = None,
    onto: UUID | None = None,
    goods: Mapping[UUID, int] = MappingProxyType({}),
    wish_minor: int = 0,
) -> UUID | None:
    """Give `amount` back to one payment; return the refund's id, or None for a repeated request.

    Cash is handed over the counter now, from the drawer that took it or from `drawer`, or waits for
    the clerk who will hand it over. A gift card has it again at once, and so has store credit
    `onto` which it goes instead. For any other tender the amount is set aside and the worker asks
    the provider after the commit. The timeline keeps which `goods` the wish was worked out from, of
    which this is the part of one payment.

    Raises:
        RefundExceedsPaymentError: more than is left of what was captured.
    """
    account_id = onto or _held_by(session, payment)
    cash = payment.tender is Tender.CASH and account_id is None
    handed = cash_handed_back(session, payment, amount) if cash else amount
    refund_id = request_refund(
        session,
        merchant_id=merchant_id,
        payment_id=payment.id,
        request_id=request_id,
        amount=amount,
        reason=reason,
        actor_id=actor_id,
        rounding_minor=(handed - amount).amount_minor,
        account_id=account_id,
    )
    if refund_id is None:
        return None
    if account_id is not None:
        put_back(
            session,
            merchant_id=merchant_id,
            account_id=account_id,
            refund_id=refund_id,
            amount=amount,
        )
    # What rounding leaves nothing of, nobody has to hand over.
    over_counter = cash and (drawer is None or drawer.pays_now or not handed)
    at_once = over_counter or account_id is not None
    if at_once:
        settle_refund(session, merchant_id=merchant_id, refund_id=refund_id, done=True)
        announce_refund(session, durable=durable, merchant_id=merchant_id, refund_id=refund_id)
    elif not cash:
        _ask_provider(session, durable, merchant_id, refund_id)
    facts = goods_facts(refund_id=refund_id, wish_minor=wish_minor, units=goods)
    _tell(session, merchant_id, payment, amount, done=at_once, actor_id=actor_id, **facts)
    if cash and drawer is not None and handed:
        drawer.pay_out(session, refund_id=refund_id, handed=handed)
    return refund_id


def _ask_provider(session: Session, durable: Durable, merchant_id: UUID, refund_id: UUID) -> None:
    """Let the worker ask for the refund with the caller's commit, once."""
    durable.enqueue(
        session,
        refund_payment,
        key=str(refund_id),
        merchant_id=str(merchant_id),
        refund_id=str(refund_id),
    )


def _held_by(session: Session, payment: PaymentRow) -> UUID | None:
    """Return the gift card or credit that a payment came from, if it came from one."""
    if not payment.tender.stored:
        return None
    return paid_from(session, payment_ids=[payment.id])[payment.id][0]


def _tell(
    session: Session,
    merchant_id: UUID,
    payment: PaymentRow,
    amount: Money,
    *,
    done: bool,
    actor_id: UUID | None,
    **facts: Any,
) -> None:
    tell(
        session,
        merchant_id=merchant_id,
        order_id=payment.order_id,
        kind=EventKind.REFUNDED if done else EventKind.REFUND_STARTED,
        actor=Actor.SYSTEM if actor_id is None else Actor.STAFF,
        actor_id=actor_id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        **facts,
    )


def cash_handed_back(session: Session, payment: PaymentRow, amount: Money) -> Money:
    """Return the coins that go back for `amount` of a payment in cash.

    The whole gives back what was handed over, a part is rounded to coins, and never more goes back
    than was taken.
    """
    left = cash_left(session, payment=payment)
    if amount == payment.refundable:
        return left
    step = rounding_of(session, currency=amount.currency).cash_step_minor
    return min(round_cash(amount, step=step).to_pay, left)
