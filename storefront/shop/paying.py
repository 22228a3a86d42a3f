"""Off to pay and back: the provider is always asked with no transaction open.

Every address here may be opened again, in any language: a payment is opened under its own id as the
idempotency key and as it was opened first, and what a provider says is merged, so back, refresh and
a second click change nothing.
"""

from uuid import UUID

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from commerce.checkout.service import settle_payment
from commerce.checkout.service.retry import retry_payment
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.orders.queries import order_by_token
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.gateway import Gateways, Journey, PaymentGateway
from commerce.payments.queries import payments_of
from commerce.payments.rows import Finding, PaymentRow, PaymentState
from commerce.web.access import public
from commerce.web.bearer import shown_order
from commerce.web.faults import say
from commerce.web.services import services
from storefront.shop.frame import head, public_root, shown
from storefront.shop.methods import methods_for
from storefront.shop.orderpage import order_page
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303


@public
def pay(merchant: str, token: str) -> Response:
    """Open the waiting payment and send the shopper to where it is paid."""
    visit, order, payments = _found(merchant, token)
    waiting = _waiting(order, payments)
    if waiting is None:
        return _to_order(visit, order)
    opened = _gateway().open(
        merchant_id=visit.merchant.id, payment=waiting, journey=_journey(visit, order, waiting)
    )
    settle(visit, waiting.id, opened.finding)
    if opened.redirect_url is None or not opened.finding.state.open:
        return _to_order(visit, order)
    if opened.redirect_url.startswith("/"):
        return make_response(redirect(opened.redirect_url, _SEE_OTHER))
    return shown(
        "shop/handover.html",
        visit,
        head(visit, title=_("To the payment page")),
        address=opened.redirect_url,
    )


@public
def paid(merchant: str, token: str) -> Response:
    """Ask how the payments of an order stand, now that the shopper is back."""
    visit, order, payments = _found(merchant, token)
    for payment in payments:
        if payment.state.open or payment.state is PaymentState.AUTHORISED:
            finding = _gateway().ask(merchant_id=visit.merchant.id, payment=payment)
            settle(visit, payment.id, finding)
    return _to_order(visit, order)


@public
def pay_again(merchant: str, token: str) -> Response:
    """Begin a new attempt after one that failed; the goods are held anew."""
    visit, order, _payments = _found(merchant, token)
    wanted = request.form.get("method", "")
    with services().database.reading(visit.scope) as connection:
        offered = methods_for(connection, visit, currency=order.currency)
    plugin = next((each.plugin for each in offered if each.plugin == wanted), None)
    plugin = plugin or next((each.plugin for each in offered), None)
    if plugin is None:
        return _to_order(visit, order)
    try:
        services().database.run(
            visit.scope,
            lambda session: retry_payment(
                session,
                merchant_id=visit.merchant.id,
                order_id=order.id,
                plugin=plugin,
                at=visit.at,
            ),
        )
    except OutOfStockError:
        sentence = _("Meanwhile these goods were sold to somebody else. Nothing was charged.")
        return order_page(merchant, token, refusal=sentence)
    except CommerceError as error:
        return order_page(merchant, token, refusal=say(error.template, error.params))
    return make_response(redirect(visit.path("order", token, "pay"), _SEE_OTHER))


def settle(visit: Visit, payment_id: UUID, finding: Finding) -> None:
    """Write down what a provider said, and what follows for the order."""
    services().database.run(
        visit.scope,
        lambda session: settle_payment(
            session,
            durable=services().durable,
            merchant_id=visit.merchant.id,
            payment_id=payment_id,
            finding=finding,
        ),
    )


def _found(merchant: str, token: str) -> tuple[Visit, OrderRow, tuple[PaymentRow, ...]]:
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        order = order_by_token(connection, token=shown_order(token))
        if order is None:
            raise NotFoundError
        return visit, order, payments_of(connection, order_id=order.id)


def _waiting(order: OrderRow, payments: tuple[PaymentRow, ...]) -> PaymentRow | None:
    """Return the newest attempt that can still be paid."""
    if order.state is not OrderState.AWAITING_PAYMENT:
        return None
    return next((each for each in reversed(payments) if each.state.open), None)


def _journey(visit: Visit, order: OrderRow, payment: PaymentRow) -> Journey:
    here = f"{public_root()}{visit.order_path(order.id)}"
    return Journey(
        order_number=order.number,
        email=order.email,
        locale=visit.language,
        return_url=f"{here}/paid",
        cancel_url=f"{here}/paid",
        webhook_url=f"{public_root()}/webhooks/{visit.merchant.slug}/{payment.plugin}",
    )


def _gateway() -> PaymentGateway:
    return services().part(Gateways).payments


def _to_order(visit: Visit, order: OrderRow) -> Response:
    return make_response(redirect(visit.order_path(order.id), _SEE_OTHER))
