"""Pay: open a payment at its provider, and ask how it stands.

The provider is called between two transactions. The payment's id is the provider's idempotency key,
so calls that race, or come again after a crash between the two, charge once all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.service import settle_payment
from commerce.checkout.service.retry import (
    KeptTooLongError,
    NothingToPayError,
    TooManyAttemptsError,
    retry_payment,
)
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import order_by_token
from commerce.orders.rows import OrderRow, OrderState
from commerce.park.permissions import ApiScope
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.gateway import Gateways, Journey, Opened, PaymentGateway
from commerce.payments.queries import payment_by_id, payments_of
from commerce.payments.rows import PaymentRow, Tender
from commerce.web.bearer import shown_order
from commerce.web.idempotency import Claim
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.services import services
from storefront.api.errors import OrderNotPayableError, ProviderSilentError
from storefront.api.interface import Interface, shopper_tag
from storefront.api.once import Done, answered_before, claim_of_call, kept
from storefront.api.orders import payment_content
from storefront.api.shapes.order import (
    OrderTokenPlace,
    PaymentPlace,
    PaymentStepShape,
    PaymentWish,
)
from storefront.api.shop.placing import offered_method

_TAG = shopper_tag()


def add_to(interface: Interface) -> None:
    """Add what payments can do."""
    interface.view_to(
        "POST",
        "/shop/orders/<token>/payments",
        tag=_TAG,
        answers={200: PaymentStepShape},
        refuses=[
            NotFoundError,
            OrderNotPayableError,
            KeptTooLongError,
            TooManyAttemptsError,
            OutOfStockError,
            PaymentMethodUnavailableError,
            ProviderSilentError,
        ],
    )(open_payment)
    interface.view_to(
        "POST",
        "/shop/orders/<token>/payments/<payment_id>/check",
        tag=_TAG,
        answers={200: PaymentStepShape},
        refuses=[NotFoundError, PaymentMethodUnavailableError],
    )(check_payment)


@dataclass(frozen=True, slots=True)
class _Intent:
    """What is written before the provider is called."""

    order: OrderRow
    payment: PaymentRow


@api_key(ApiScope.SHOP)
def open_payment(path: OrderTokenPlace, body: PaymentWish) -> Response:
    """Begin to pay; send the shopper to `redirect_url` when there is one.

    An attempt that is still open is taken up again, and its page keeps the addresses that it was
    begun with, which the answer names; after a failed one a new one is begun.
    """
    return _between_two_transactions(
        lambda session: _intend(session, path.token, body.payment_method),
        lambda intent: _gateway().open(
            merchant_id=current_merchant().id,
            payment=intent.payment,
            journey=_journey(intent, body),
        ),
    )


@api_key(ApiScope.SHOP)
def check_payment(path: PaymentPlace) -> Response:
    """Ask the provider how a payment stands, such as when the shopper comes back."""

    def find(session: Session) -> _Intent:
        connection = session.connection()
        order = order_of(connection, path.token)
        payment = payment_by_id(connection, payment_id=path.payment_id)
        if payment is None or payment.order_id != order.id or payment.tender is not Tender.ONLINE:
            raise NotFoundError
        return _Intent(order, payment)

    def ask(intent: _Intent) -> Opened:
        finding = _gateway().ask(merchant_id=current_merchant().id, payment=intent.payment)
        return Opened(finding, redirect_url=None)

    return _between_two_transactions(find, ask)


def order_of(connection: Connection, token: str) -> OrderRow:
    """Return the order whose token this is.

    Raises:
        NotFoundError: the merchant has no such order.
    """
    order = order_by_token(connection, token=shown_order(token))
    if order is None:
        raise NotFoundError
    return order


def _between_two_transactions(
    intend: Callable[[Session], _Intent], call: Callable[[_Intent], Opened]
) -> Response:
    """Write the intent, call the provider, record what it says: each once per Idempotency-Key."""
    claim, database, scope = claim_of_call(), services().database, current_scope()

    def before(session: Session) -> Response | _Intent:
        answered = answered_before(session, claim)
        return intend(session) if answered is None else answered

    intent = database.run(scope, before)
    if isinstance(intent, Response):
        return intent
    opened = call(intent)
    response = database.run(scope, lambda session: _record(session, claim, intent, opened))
    if response is None:
        raise ProviderSilentError
    return response


def _record(session: Session, claim: Claim, intent: _Intent, opened: Opened) -> Response | None:
    """Write down what the provider said; None, and nothing to give again, where it was silent."""
    answered = answered_before(session, claim)
    if answered is not None:
        return answered
    merchant_id = current_merchant().id
    settled = settle_payment(
        session,
        durable=services().durable,
        merchant_id=merchant_id,
        payment_id=intent.payment.id,
        finding=opened.finding,
    )
    if not opened.answered:
        return None
    payment = payment_by_id(session.connection(), payment_id=intent.payment.id)
    if payment is None:
        raise NotFoundError
    return kept(session, claim, Done(_content(payment, opened, settled.order)))


def _intend(session: Session, token: str, method: str | None) -> _Intent:
    """Return the open attempt to pay the order, begun now if there is none; its goods are held.

    Raises:
        OrderNotPayableError: the order does not wait for a payment.
        KeptTooLongError: it has waited for longer than goods are kept.
        TooManyAttemptsError: as many payments as an order may have were begun.
        OutOfStockError: the hold had expired and the goods were sold meanwhile.
        PaymentMethodUnavailableError: the merchant does not offer this way to pay.
    """
    connection = session.connection()
    order = order_of(connection, token)
    if order.state is not OrderState.AWAITING_PAYMENT:
        raise OrderNotPayableError(number=order.number)
    try:
        payment_id = retry_payment(
            session,
            merchant_id=current_merchant().id,
            order_id=order.id,
            plugin=_plugin_for(connection, order, method),
            at=utc_now(),
        )
    except NothingToPayError as paid_meanwhile:
        raise OrderNotPayableError(number=order.number) from paid_meanwhile
    payment = payment_by_id(connection, payment_id=payment_id)
    if payment is None:
        raise NotFoundError
    return _Intent(order, payment)


def _plugin_for(connection: Connection, order: OrderRow, method: str | None) -> str:
    """Return the way to pay that is asked for, else that of the latest attempt, else the first."""
    attempts = payments_of(connection, order_id=order.id)
    for attempt in reversed(attempts):
        if attempt.state.open and method in {None, attempt.plugin}:
            return attempt.plugin
    latest = attempts[-1].plugin if attempts else None
    return offered_method(connection, method or latest, currency=order.currency)


def _gateway() -> PaymentGateway:
    return services().part(Gateways).payments


def _journey(intent: _Intent, wish: PaymentWish) -> Journey:
    root, slug = services().settings.public_url, current_merchant().slug
    return Journey(
        order_number=intent.order.number,
        email=intent.order.email,
        locale=intent.order.locale,
        return_url=wish.return_url,
        cancel_url=wish.cancel_url,
        webhook_url=f"{root}/webhooks/{slug}/{intent.payment.plugin}",
    )


def _content(payment: PaymentRow, opened: Opened, order: OrderRow) -> dict[str, Any]:
    journey = opened.journey
    return {
        "payment": payment_content(payment),
        "redirect_url": opened.redirect_url,
        "return_url": journey and journey.return_url,
        "cancel_url": journey and journey.cancel_url,
        "order_state": order.state.value,
    }
