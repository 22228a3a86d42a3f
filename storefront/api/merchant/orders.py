"""A merchant's orders of every channel."""

from uuid import UUID

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import Connection

from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import OrderFilter, list_orders, order_by_id, order_by_number
from commerce.orders.rows import OrderRow, OrderState
from commerce.park.permissions import ApiScope
from commerce.web.identity import api_key, current_scope
from commerce.web.services import services
from storefront.api.answers import answer, linked, page
from storefront.api.interface import Interface
from storefront.api.orders import head_content, merchant_content
from storefront.api.shapes.order import MerchantOrderShape, OrderPlace, OrdersAsked, OrdersShape

TAG = Tag(name="Orders", description="Orders of every channel.")


def add_to(interface: Interface) -> None:
    """Add what merchants read of orders."""
    interface.view_to("GET", "/orders", tag=TAG, answers={200: OrdersShape})(list_merchant_orders)
    interface.view_to(
        "GET",
        "/orders/<number>",
        tag=TAG,
        answers={200: MerchantOrderShape},
        refuses=[NotFoundError],
    )(read_merchant_order)


@api_key(ApiScope.READ_ORDERS)
def list_merchant_orders(query: OrdersAsked) -> Response:
    """List orders, newest first."""
    narrowed = OrderFilter(
        channel=None if query.channel is None else Channel(query.channel),
        state=None if query.state is None else OrderState(query.state),
        words=query.q,
    )
    with services().database.reading(current_scope()) as connection:
        found = list_orders(connection, narrowed=narrowed, before=query.after, most=query.limit + 1)
    shown = found[: query.limit]
    after = shown[-1].id if len(found) > query.limit else None
    return linked(answer(page([head_content(order) for order in shown], after)), after)


@api_key(ApiScope.READ_ORDERS)
def read_merchant_order(path: OrderPlace) -> Response:
    """Read an order with its lines, goods, payments, refunds and whole timeline."""
    with services().database.reading(current_scope()) as connection:
        content = merchant_content(connection, order_named(connection, path.number))
    return answer(content)


def order_named(connection: Connection, number: str) -> OrderRow:
    """Return the order with this number or id.

    Raises:
        NotFoundError: the merchant has no such order.
    """
    try:
        order = order_by_id(connection, order_id=UUID(number))
    except ValueError:
        order = order_by_number(connection, number=number)
    if order is None:
        raise NotFoundError
    return order
