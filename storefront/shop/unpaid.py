"""Back from the payment page without having paid: change the order, or call it off, paid or not.

The provider is asked to give its payment up first, with no transaction open, so that nobody pays for
an order that is gone; money that arrives all the same is given back by itself.
"""

from contextlib import suppress

from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from commerce.checkout.errors import BegunAlreadyError, NotUnpaidError
from commerce.checkout.service import change_mind, lay_again, reopen_order, withdraw_order
from commerce.kernel.channel import Channel
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.orders.queries import order_by_token
from commerce.orders.rows import OrderRow, OrderState
from commerce.payments.gateway import Gateways
from commerce.payments.queries import payments_of
from commerce.web.access import public
from commerce.web.bearer import shown_order
from commerce.web.faults import say
from commerce.web.services import services
from storefront.shop.basket import forget_aside, held_cart, keep_cart, unpaid_order
from storefront.shop.orderpage import order_page
from storefront.shop.paying import settle
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303


@public
def change_order(merchant: str, token: str) -> Response:
    """Put the goods of an order that came to nothing into the cart again; unpaid, it is cancelled.

    The browser that placed it has its gift cards and credit beside the cart again, too.
    """
    visit, order = _found(merchant, token)
    with services().database.reading(visit.scope) as connection:
        waiting = unpaid_order(connection, visit)
    visit.merchant.check_open()
    if not _given_up(visit, order):
        return _too_late(merchant, token)
    try:
        with services().database.transaction(visit.scope) as session:
            cart = reopen_order(
                session,
                durable=services().durable,
                merchant_id=visit.merchant.id,
                order_id=order.id,
                into=held_cart(session.connection(), visit),
            )
            if waiting is not None and waiting.id == order.id:
                lay_again(
                    session,
                    merchant_id=visit.merchant.id,
                    cart_id=cart.id,
                    order_id=order.id,
                )
    except NotUnpaidError as error:
        return order_page(merchant, token, refusal=say(error.template, error.params))
    response = make_response(redirect(visit.path("cart"), _SEE_OTHER))
    keep_cart(response, merchant, cart.id)
    forget_aside(response, merchant)
    return response


@public
def call_off_order(merchant: str, token: str) -> Response:
    """Cancel an order that is unpaid, or that nobody has begun to get ready.

    Only a page that shows it as paid cancels a paid one: a tab may be older than the payment.
    """
    visit, order = _found(merchant, token)
    if not _given_up(visit, order):
        return _too_late(merchant, token)
    verb = change_mind if "paid" in request.form else withdraw_order
    try:
        with services().database.transaction(visit.scope) as session:
            verb(
                session,
                durable=services().durable,
                merchant_id=visit.merchant.id,
                order_id=order.id,
            )
    except (BegunAlreadyError, NotUnpaidError) as error:
        return order_page(merchant, token, refusal=say(error.template, error.params))
    response = make_response(redirect(visit.order_path(order.id), _SEE_OTHER))
    forget_aside(response, merchant)
    return response


@public
def back_to_order(merchant: str, token: str) -> Response:
    """Lead whoever opens the address of a deed again, from a bookmark or a stale tab, to the order."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
    return make_response(redirect(visit.path("order", token), _SEE_OTHER))


def _found(merchant: str, token: str) -> tuple[Visit, OrderRow]:
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        order = order_by_token(connection, token=shown_order(token))
    if order is None or order.channel is not Channel.WEB:
        raise NotFoundError
    return visit, order


def _given_up(visit: Visit, order: OrderRow) -> bool:
    """Ask the provider to give up what waits; False when money is under way already."""
    if order.state is not OrderState.AWAITING_PAYMENT:
        return True  # The service says why it cannot be.
    gateway = services().part(Gateways).payments
    with services().database.reading(visit.scope) as connection:
        waiting = [each for each in payments_of(connection, order_id=order.id) if each.state.open]
    for payment in waiting:
        # A provider that cannot be asked now takes nothing: what it took all the same goes back.
        with suppress(CommerceError):
            finding = gateway.cancel(merchant_id=visit.merchant.id, payment=payment)
            settle(visit, payment.id, finding)
    with services().database.reading(visit.scope) as connection:
        payments = payments_of(connection, order_id=order.id)
    return not any(each.under_way for each in payments)


def _too_late(merchant: str, token: str) -> Response:
    sentence = _("Your payment is under way, so the order cannot be changed now.")
    return order_page(merchant, token, refusal=sentence)
