"""Order: place a cart at the total that was agreed to."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.errors import (
    EmptyCartError,
    MissingDetailsError,
    NoDeliveryError,
    NotForSaleError,
    TotalChangedError,
    UnpaidByEmailError,
    UnpaidByPlaceError,
    ValueChangedError,
)
from commerce.checkout.service import Placement, place_order
from commerce.inventory.errors import OutOfStockError
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money, UnknownCurrencyError
from commerce.park.errors import ShopPausedError
from commerce.park.origin import Origin
from commerce.park.permissions import ApiScope
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.offers import offered_methods
from commerce.payments.rows import PaymentState
from commerce.plugins.manifest import Manifest
from commerce.plugins.registry import Registry
from commerce.pricing.promotions.errors import PromotionUsedUpError
from commerce.web.bearer import order_token, shown_cart
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from storefront.api.answers import answer
from storefront.api.interface import Interface, shopper_tag
from storefront.api.once import Done, once
from storefront.api.reading import field
from storefront.api.shapes.cart import CartPlace, OrderWish
from storefront.api.shapes.catalogue import PaymentMethodsShape
from storefront.api.shapes.order import PlacedShape
from storefront.api.writing import amount, url

_TAG = shopper_tag()


def add_to(interface: Interface) -> None:
    """Add what turns a cart into an order."""
    interface.view_to("GET", "/shop/payment-methods", tag=_TAG, answers={200: PaymentMethodsShape})(
        list_payment_methods
    )
    interface.view_to(
        "POST",
        "/shop/carts/<token>/order",
        tag=_TAG,
        answers={200: PlacedShape, 201: PlacedShape},
        refuses=[
            NotFoundError,
            OutOfStockError,
            TotalChangedError,
            EmptyCartError,
            MissingDetailsError,
            NoDeliveryError,
            NotForSaleError,
            PaymentMethodUnavailableError,
            PromotionUsedUpError,
            ShopPausedError,
            UnknownCurrencyError,
            UnpaidByEmailError,
            UnpaidByPlaceError,
            ValueChangedError,
        ],
    )(place_cart)


@api_key(ApiScope.SHOP)
def list_payment_methods() -> Response:
    """List the ways to pay in the merchant's currency, in the order in which they are offered."""
    with services().database.reading(current_scope()) as connection:
        offered = _offered(connection, current_merchant().currency)
    items = [
        {"id": each.id, "name": each.name.spoken(language()), "test": each.sandbox}
        for each in offered
    ]
    return answer({"items": items})


@api_key(ApiScope.SHOP)
def place_cart(path: CartPlace, body: OrderWish) -> Response:
    """Place the order: hold the goods at the agreed total.

    Answers 201 with the payment that is to be made, if gift cards leave one, or 200 when the cart was this order before.
    """
    current_merchant().check_open()
    with field("/agreed_total/currency", UnknownCurrencyError):
        agreed = Money(body.agreed_total.amount_minor, body.agreed_total.currency)
    value = body.agreed_gift_cards

    def work(session: Session) -> Done:
        method = offered_method(session.connection(), body.payment_method, currency=agreed.currency)
        placement = place_order(
            session,
            durable=services().durable,
            merchant=current_merchant(),
            cart_token=shown_cart(path.token),
            agreed_total=agreed,
            agreed_value=Money(value.amount_minor, value.currency) if value else None,
            payment_plugin=method,
            at=utc_now(),
            placed_from=_network(body),
        )
        status = HTTPStatus.OK if placement.repeated else HTTPStatus.CREATED
        return Done(_content(placement, method), status)

    return once(work)


def _network(body: OrderWish) -> str:
    """Return what stands for the shopper's network, if the program says from where they come."""
    if body.shopper_address is None:
        return ""
    origin = Origin(str(body.shopper_address))
    return origin.mark(services().vault, within=current_merchant().id)


def offered_method(connection: Connection, wanted: str | None, *, currency: str) -> str:
    """Return the way to pay that is asked for, else the first one.

    Raises:
        PaymentMethodUnavailableError: the merchant does not offer it, or none at all.
    """
    offered = [each.id for each in _offered(connection, currency)]
    found = next((plugin for plugin in offered if wanted in {None, plugin}), None)
    if found is None:
        refused = PaymentMethodUnavailableError()
        raise refused if wanted is None else refused.at("/payment_method")
    return found


def _offered(connection: Connection, currency: str) -> tuple[Manifest, ...]:
    return offered_methods(
        connection,
        registry=services().part(Registry),
        country=current_merchant().country,
        currency=currency,
    )


def _content(placement: Placement, method: str) -> dict[str, Any]:
    order, token = placement.order, order_token(placement.order.id)
    return {
        "number": order.number,
        "token": token,
        "url": url("shop", "orders", token),
        "total": amount(order.total),
        "payment": _payment(placement.payment_id, method),
        "repeated": placement.repeated,
    }


def _payment(payment_id: UUID | None, method: str) -> dict[str, Any] | None:
    if payment_id is None:
        return None
    return {"id": str(payment_id), "state": PaymentState.STARTED.value, "method": method}
