"""Cards at the till: wake a reader, ask how it goes, give up. Never with a transaction open."""

from uuid import UUID, uuid5

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from commerce.checkout.service.give_back import give_back_to
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.gateway import Gateways, PaymentGateway
from commerce.payments.queries import payment_by_id
from commerce.payments.rows import Finding, PaymentRow
from commerce.payments.service import record_finding
from commerce.registers.service import complete_if_paid
from commerce.web.identity import register
from commerce.web.refusals import why_refused
from commerce.web.services import services
from pos.api.bodies import ReaderBody, read_body
from pos.deeds.sales import sale_answer
from pos.device import Till, current_till


def install(blueprint: Blueprint) -> None:
    """Add these views."""
    blueprint.add_url_rule("/api/readers/<plugin>", "api_readers", readers)
    for name, view in (("start", start), ("ask", ask), ("cancel", cancel)):
        blueprint.add_url_rule(
            f"/api/cards/<uuid:payment_id>/{name}", f"api_card_{name}", view, methods=["POST"]
        )


@register
def readers(plugin: str) -> Response:
    """Return the card readers of the merchant."""
    found = _gateway().readers(merchant_id=current_till().merchant.id, plugin=plugin)
    return jsonify(
        readers=[{"id": each.id, "label": each.label, "online": each.online} for each in found]
    )


@register
def start(payment_id: UUID) -> Response:
    """Let a reader ask for the card; asking twice charges once."""
    till, reader = current_till(), read_body(ReaderBody).reader
    payment, order = _payment(till, payment_id)
    if not payment.state.open or order.state is not OrderState.AWAITING_PAYMENT:
        return _answer(till, payment.id, None)
    finding = _gateway().start_reader(
        merchant_id=till.merchant.id, payment=payment, reader=reader, order_number=order.number
    )
    return _answer(till, payment.id, finding)


@register
def ask(payment_id: UUID) -> Response:
    """Ask how a card payment goes, and complete the sale when it is paid."""
    till = current_till()
    payment, _order = _payment(till, payment_id)
    if not payment.state.open:
        return _answer(till, payment.id, None)
    finding = _gateway().ask(merchant_id=till.merchant.id, payment=payment)
    return _answer(till, payment.id, finding)


@register
def cancel(payment_id: UUID) -> Response:
    """Give up a card payment; one that was paid meanwhile stays paid."""
    till = current_till()
    payment, _order = _payment(till, payment_id)
    if not payment.state.open:
        return _answer(till, payment.id, None)
    finding = _gateway().cancel(merchant_id=till.merchant.id, payment=payment)
    return _answer(till, payment.id, finding)


def _gateway() -> PaymentGateway:
    return services().part(Gateways).payments


def _payment(till: Till, payment_id: UUID) -> tuple[PaymentRow, OrderRow]:
    with services().database.reading(till.scope) as connection:
        payment = payment_by_id(connection, payment_id=payment_id)
        order = order_by_id(connection, order_id=payment.order_id) if payment else None
    if payment is None or order is None or order.register_id != till.register.id:
        raise NotFoundError
    return payment, order


def _answer(till: Till, payment_id: UUID, finding: Finding | None) -> Response:
    def write(session: Session) -> Response:
        if finding is not None:
            record_finding(
                session, merchant_id=till.merchant.id, payment_id=payment_id, finding=finding
            )
        payment = payment_by_id(session.connection(), payment_id=payment_id)
        if payment is None:
            raise NotFoundError
        complete_if_paid(session, merchant_id=till.merchant.id, sale_id=payment.order_id)
        _give_back_if_late(session, till, payment)
        why = why_refused(plugin=payment.plugin, refusal=payment.refusal, detail=payment.detail)
        return jsonify(
            payment={"id": str(payment.id), "state": payment.state.value, "detail": why},
            sale=sale_answer(session, till, payment.order_id),
        )

    return services().database.run(till.scope, write)


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
