"""Cards at the till: wake a reader, ask how it goes, give up. Never with a transaction open."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from commerce.orders.rows import OrderState
from commerce.payments.errors import ReaderElsewhereError
from commerce.payments.rows import Finding, PaymentState
from commerce.plugins.terminals import Reader
from commerce.registers.queries import registers
from commerce.registers.readers import reader_of, readers_here
from commerce.web.identity import register
from commerce.web.refusals import why_refused
from commerce.web.services import services
from pos.api.bodies import ReaderBody, read_body
from pos.card_money import gateway, payment_here, write_down
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
    """Return the card readers that this till may ask at, the one to ask first in front."""
    till = current_till()
    return jsonify(
        own=reader_of(till.register, plugin),
        readers=[
            {"id": each.id, "label": each.label, "online": each.online}
            for each in _readers_here(till, plugin)
        ],
    )


@register
def start(payment_id: UUID) -> Response:
    """Let a reader ask for the card; asking twice charges once.

    A payment that was given up while its reader was being woken is called off there again.
    """
    till, reader = current_till(), read_body(ReaderBody).reader
    payment, order = payment_here(till, payment_id)
    if payment.state is not PaymentState.STARTED or order.state is not OrderState.AWAITING_PAYMENT:
        return _asked(till, payment_id)
    if all(each.id != reader for each in _readers_here(till, payment.plugin)):
        raise ReaderElsewhereError
    finding = gateway().start_reader(
        merchant_id=till.merchant.id, payment=payment, reader=reader, order_number=order.number
    )
    payment, order = payment_here(till, payment_id)
    if not payment.state.open or order.state is OrderState.CANCELLED:
        woken = replace(payment, handle=finding.handle or payment.handle)
        finding = gateway().cancel(merchant_id=till.merchant.id, payment=woken)
    return _answer(till, payment.id, finding)


@register
def ask(payment_id: UUID) -> Response:
    """Ask how a card payment goes, and complete the sale when it is paid."""
    return _asked(current_till(), payment_id)


@register
def cancel(payment_id: UUID) -> Response:
    """Give up a card payment; one that was paid meanwhile stays paid."""
    till = current_till()
    payment, _order = payment_here(till, payment_id)
    if not payment.state.open:
        return _answer(till, payment.id, None)
    finding = gateway().cancel(merchant_id=till.merchant.id, payment=payment)
    return _answer(till, payment.id, finding)


def _asked(till: Till, payment_id: UUID) -> Response:
    payment, _order = payment_here(till, payment_id)
    if not payment.state.open:
        return _answer(till, payment.id, None)
    finding = gateway().ask(merchant_id=till.merchant.id, payment=payment)
    return _answer(till, payment.id, finding)


def _readers_here(till: Till, plugin: str) -> tuple[Reader, ...]:
    found = gateway().readers(merchant_id=till.merchant.id, plugin=plugin)
    with services().database.reading(till.scope) as connection:
        tills = registers(connection)
    return readers_here(found, plugin=plugin, till=till.register, tills=tills)


def _answer(till: Till, payment_id: UUID, finding: Finding | None) -> Response:
    def write(session: Session) -> Response:
        payment = write_down(session, till, payment_id, finding)
        why = why_refused(plugin=payment.plugin, refusal=payment.refusal, detail=payment.detail)
        return jsonify(
            payment={"id": str(payment.id), "state": payment.state.value, "detail": why},
            sale=sale_answer(session, till, payment.order_id),
        )

    return services().database.run(till.scope, write)
