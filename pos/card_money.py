"""What providers say of cards at the till, written down; and readers that are to ask no more."""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from commerce.checkout.service.give_back import give_back_to
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.gateway import Gateways, PaymentGateway
from commerce.payments.queries import payment_by_id
from commerce.payments.rows import Finding, PaymentRow
from commerce.payments.service import record_finding
from commerce.plugins.errors import PluginMissingError
from commerce.registers.service import complete_if_paid
from commerce.web.services import services
from pos.device import Till


def gateway() -> PaymentGateway:
    """Return what reaches the providers; never called with a transaction open."""
    return services().part(Gateways).payments


def payment_here(till: Till, payment_id: UUID) -> tuple[PaymentRow, OrderRow]:
    """Return a payment of this register with its order.

    Raises:
        NotFoundError: this register took no such payment.
    """
    with services().database.reading(till.scope) as connection:
        payment = payment_by_id(connection, payment_id=payment_id)
        order = order_by_id(connection, order_id=payment.order_id) if payment else None
    if payment is None or order is None or order.register_id != till.register.id:
        raise NotFoundError
    return payment, order


def write_down(
    session: Session, till: Till, payment_id: UUID, finding: Finding | None
) -> PaymentRow:
    """Record a finding and what follows: the sale is complete, or the money goes back.

    Raises:
        NotFoundError: the merchant has no such payment.
    """
    if finding is not None:
        record_finding(
            session, merchant_id=till.merchant.id, payment_id=payment_id, finding=finding
        )
    payment = payment_by_id(session.connection(), payment_id=payment_id)
    if payment is None:
        raise NotFoundError
    complete_if_paid(session, merchant_id=till.merchant.id, sale_id=payment.order_id)
    _give_back_if_late(session, till, payment)
    return payment


def call_off(till: Till, answer: dict[str, Any]) -> dict[str, Any]:
    """Let readers that still ask for a card of a sale that was given up ask no more."""
    for payment_id in (UUID(each["id"]) for each in answer["payments"]):
        payment, order = payment_here(till, payment_id)
        if payment.state.open and order.state is OrderState.CANCELLED:
            _call_off(till, payment)
    return {}


def _call_off(till: Till, payment: PaymentRow) -> None:
    try:
        finding = gateway().cancel(merchant_id=till.merchant.id, payment=payment)
    except (PaymentMethodUnavailableError, PluginMissingError):
        return  # whoever no longer takes this card has no reader that asks for it
    services().database.run(
        till.scope, lambda session: write_down(session, till, payment.id, finding)
    )


def _give_back_if_late(session: Session, till: Till, payment: PaymentRow) -> None:
    """Return money that a reader took for a sale that was given up meanwhile."""
    order = order_by_id(session.connection(), order_id=payment.order_id)
    if order is None or order.state is not OrderState.CANCELLED or not payment.refundable:
        return
    give_back_to(
        session,
        durable=services().durable,
        merchant_id=till.merchant.id,
        payment=payment,
        request_id=uuid5(payment.id, "late"),
        amount=payment.refundable,
        reason="late",
        actor_id=None,
    )
