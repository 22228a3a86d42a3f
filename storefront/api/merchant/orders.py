"""A merchant's orders of every channel."""

from flask import Response
from flask_openapi3.models.tag import Tag

from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import OrderFilter, list_orders, order_by_id
from commerce.orders.rows import OrderState
from commerce.park.permissions import ApiScope
from commerce.web.identity import api_key, current_scope
from commerce.web.services import services
from storefront.api.answers import answer, linked, page
from storefront.api.interface import Interface
from storefront.api.orders import head_content, merchant_content
from storefront.api.shapes.order import MerchantOrderShape, OrderIdPlace, OrdersAsked, OrdersShape

_TAG = Tag(name="Orders", description="Orders of every channel.")


def add_to(interface: Interface) -> None:
    """Add what merchants read of orders."""
    interface.view_to("GET", "/orders", tag=_TAG, answers={200: OrdersShape})(list_merchant_orders)
    interface.view_to(
        "GET",
        "/orders/<order_id>",
        tag=_TAG,
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
def read_merchant_order(path: OrderIdPlace) -> Response:
    """Read an order with its lines, payments, refunds and whole timeline."""
    with services().database.reading(current_scope()) as connection:
        order = order_by_id(connection, order_id=path.order_id)
        if order is None:
            raise NotFoundError
        content = merchant_content(connection, order)
    return answer(content)
