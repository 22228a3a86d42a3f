"""Send: where a cart's goods go, to whom, and how."""

from flask import Response

from commerce.checkout.rows import Quote
from commerce.checkout.service import choose_delivery, set_contact, set_destination
from commerce.customers.addresses import Address, clean_address
from commerce.customers.emails import email_key
from commerce.customers.errors import AddressFaultError
from commerce.fulfilment.errors import UnknownDeliveryOptionError
from commerce.kernel.errors import FieldProblem
from commerce.kernel.mail import MailAddressError
from commerce.park.permissions import ApiScope
from commerce.web.identity import api_key, current_merchant
from commerce.web.languages import language
from storefront.api.errors import UnknownCountryError
from storefront.api.interface import Answers, Interface, shopper_tag
from storefront.api.reading import field
from storefront.api.shapes.cart import (
    AddressWish,
    CartPlace,
    CartShape,
    ContactWish,
    DeliveryWish,
    DestinationWish,
)
from storefront.api.shop.carts import CHANGES, change_cart, region_key

_TAG = shopper_tag()


def add_to(interface: Interface) -> None:
    """Add what says where the goods go."""
    cart = "/shop/carts/<token>"
    shown: Answers = {200: CartShape}
    interface.view_to(
        "PUT",
        f"{cart}/destination",
        tag=_TAG,
        answers=shown,
        refuses=[*CHANGES, UnknownCountryError],
    )(change_destination)
    interface.view_to(
        "PUT",
        f"{cart}/contact",
        tag=_TAG,
        answers=shown,
        refuses=[*CHANGES, AddressFaultError, MailAddressError],
    )(change_contact)
    interface.view_to(
        "PUT",
        f"{cart}/delivery",
        tag=_TAG,
        answers=shown,
        refuses=[*CHANGES, UnknownDeliveryOptionError],
    )(change_delivery)


@api_key(ApiScope.SHOP)
def change_destination(path: CartPlace, body: DestinationWish) -> Response:
    """Say where the goods shall go; the address is forgotten and the delivery chosen anew."""
    region = region_key(body.country, body.region)
    return change_cart(
        path.token,
        lambda session, cart: set_destination(
            session,
            merchant_id=current_merchant().id,
            cart_id=cart.id,
            country=body.country,
            region=region,
        ),
    )


@api_key(ApiScope.SHOP)
def change_contact(path: CartPlace, body: ContactWish) -> Response:
    """Say who orders, and to which address the goods go."""
    with field("/email", MailAddressError):
        email = email_key(body.email)
    address = None if body.address is None else _cleaned(body.address)
    return change_cart(
        path.token,
        lambda session, cart: set_contact(
            session,
            merchant_id=current_merchant().id,
            cart_id=cart.id,
            email=email,
            ship_to=None if address is None else address.as_json(),
        ),
    )


@api_key(ApiScope.SHOP)
def change_delivery(path: CartPlace, body: DeliveryWish) -> Response:
    """Choose one of the delivery options that the cart lists."""

    def accept(quote: Quote) -> None:
        if quote.chosen is None or quote.chosen.key != body.option:
            raise UnknownDeliveryOptionError().at("/option")

    return change_cart(
        path.token,
        lambda session, cart: choose_delivery(
            session, merchant_id=current_merchant().id, cart_id=cart.id, option=body.option
        ),
        accept=accept,
    )


def _cleaned(wish: AddressWish) -> Address:
    try:
        given = Address(**{**wish.model_dump(), "lines": tuple(wish.lines)})
        return clean_address(given, language=language())
    except AddressFaultError as error:
        raise AddressFaultError(*(_below_address(each) for each in error.problems)) from error


def _below_address(problem: FieldProblem) -> FieldProblem:
    return FieldProblem(
        pointer=f"/address{problem.pointer}",
        code=problem.code,
        template=problem.template,
        **problem.params,
    )
