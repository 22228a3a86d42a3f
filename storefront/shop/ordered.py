"""Where to lead somebody whose cart has become an order already."""

from collections.abc import Mapping

from flask import Response, make_response, redirect
from sqlalchemy import Connection

from commerce.checkout.rows import CartRow
from commerce.customers.addresses import postal
from commerce.orders.queries import order_by_id
from commerce.orders.rows import OrderRow, OrderState
from storefront.shop.contact import read_contact, settle_places
from storefront.shop.visit import Visit

_SEE_OTHER = 303


def order_of(connection: Connection, cart: CartRow | None) -> OrderRow | None:
    """Return the order that a cart has become."""
    return order_by_id(connection, order_id=cart.order_id) if cart and cart.order_id else None


def send_on(
    connection: Connection, visit: Visit, cart: CartRow | None, typed: Mapping[str, str]
) -> Response:
    """Send on who orders a second time: to the payment, if it is the same order in every word.

    Else the shopper came back to change something, and the order's page offers that.
    """
    order = order_of(connection, cart)
    if order is None:
        return make_response(redirect(visit.path("cart"), _SEE_OTHER))
    unpaid = order.state is OrderState.AWAITING_PAYMENT
    onward = ("pay",) if unpaid and _says(visit, order, typed) else ()
    return make_response(redirect(visit.order_path(order.id, *onward), _SEE_OTHER))


def _says(visit: Visit, order: OrderRow, typed: Mapping[str, str]) -> bool:
    """Return whether a form says what was ordered."""
    travels = postal(order.ship_to) is not None
    country = str((order.ship_to or {}).get("country") or typed.get("country", ""))
    if travels and country != typed.get("country"):
        return False
    contact, _faults = read_contact(
        settle_places(typed, country) if travels else typed,
        country=country,
        language=visit.language,
        travels=travels,
    )
    if contact is None or typed.get("delivery", order.delivery.get("key")) != order.delivery.get(
        "key"
    ):
        return False
    return (contact.email, contact.kept) == (order.email, order.ship_to)
