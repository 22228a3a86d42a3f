"""Gather: carts and their lines."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from flask import Response
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries import variants_by_ids
from commerce.checkout.errors import (
    CartClosedError,
    FullCartError,
    FullCodesError,
    NotForSaleError,
    QuantityError,
    UnknownCodeError,
)
from commerce.checkout.queries import cart_by_token
from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import drop_code, enter_code, open_cart, put_line
from commerce.customers.addresses import rules_of
from commerce.customers.place_names import key_of
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.park.errors import ShopPausedError
from commerce.park.permissions import ApiScope
from commerce.pricing.promotions.codes import code_key
from commerce.pricing.queries import prices_for
from commerce.web.bearer import shown_cart
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from storefront.api.answers import answer
from storefront.api.errors import CurrencyNotSoldError, UnknownCountryError, UnknownVariantError
from storefront.api.interface import Answers, Interface, Refusals, shopper_tag
from storefront.api.once import Done, once
from storefront.api.shapes.cart import (
    CartLinePlace,
    CartPlace,
    CartShape,
    CartWish,
    CodePlace,
    LineWish,
    QuantityWish,
)
from storefront.api.shop.currencies import sold_currency
from storefront.api.shop.quotes import quote_content, read_quote

_TAG = shopper_tag()
CHANGES: Refusals = [NotFoundError, CartClosedError]


def add_to(interface: Interface) -> None:
    """Add what carts can do."""
    cart = "/shop/carts/<token>"
    opened: Answers = {201: CartShape}
    shown: Answers = {200: CartShape}
    selling: Refusals = [
        *CHANGES,
        UnknownVariantError,
        NotForSaleError,
        QuantityError,
        FullCartError,
        ShopPausedError,
    ]
    interface.view_to(
        "POST",
        "/shop/carts",
        tag=_TAG,
        answers=opened,
        refuses=[CurrencyNotSoldError, ShopPausedError, UnknownCountryError],
    )(open_a_cart)
    interface.view_to("GET", cart, tag=_TAG, answers=shown, refuses=[NotFoundError])(read_cart)
    interface.view_to("POST", f"{cart}/lines", tag=_TAG, answers=shown, refuses=selling)(add_line)
    line = f"{cart}/lines/<variant_id>"
    interface.view_to("PUT", line, tag=_TAG, answers=shown, refuses=selling)(change_line)
    interface.view_to("DELETE", line, tag=_TAG, answers=shown, refuses=CHANGES)(remove_line)
    code = f"{cart}/codes/<code>"
    typing: Refusals = [*CHANGES, UnknownCodeError, FullCodesError]
    interface.view_to("PUT", code, tag=_TAG, answers=shown, refuses=typing)(put_code)
    interface.view_to("DELETE", code, tag=_TAG, answers=shown, refuses=CHANGES)(remove_code)


@api_key(ApiScope.SHOP)
def open_a_cart(body: CartWish) -> Response:
    """Open an empty cart.

    Its token is the secret that leads to it; keep it on the shopper's side.
    """
    merchant = current_merchant()
    merchant.check_open()
    country = body.country or merchant.country
    region_key(country, None)

    def work(session: Session) -> Done:
        currency = sold_currency(session.connection(), body.currency)
        cart = open_cart(
            session,
            merchant_id=merchant.id,
            channel=Channel.API,
            currency=currency,
            locale=body.language or language(),
            country=country,
        )
        return Done(_content(session.connection(), cart), HTTPStatus.CREATED)

    return once(work)


@api_key(ApiScope.SHOP)
def read_cart(path: CartPlace) -> Response:
    """Read a cart with its whole price now, and the reason for every amount."""
    with services().database.reading(current_scope()) as connection:
        content = _content(connection, cart_of(connection, path.token))
    return answer(content)


@api_key(ApiScope.SHOP)
def add_line(path: CartPlace, body: LineWish) -> Response:
    """Add units of a variant to a cart."""
    return _sell_into(path.token, body.variant_id, body.quantity, add=True)


@api_key(ApiScope.SHOP)
def change_line(path: CartLinePlace, body: QuantityWish) -> Response:
    """Set how many units of a variant lie in a cart."""
    return _sell_into(path.token, path.variant_id, body.quantity, add=False)


@api_key(ApiScope.SHOP)
def remove_line(path: CartLinePlace) -> Response:
    """Take a variant out of a cart; one that is not there is left out all the same."""
    return change_cart(
        path.token,
        lambda session, cart: put_line(
            session,
            merchant_id=current_merchant().id,
            cart_id=cart.id,
            variant_id=path.variant_id,
            quantity=0,
            seen_price_minor=None,
            add=False,
        ),
    )


@api_key(ApiScope.SHOP)
def put_code(path: CodePlace) -> Response:
    """Put a promotion's code into a cart, however it is written.

    What it takes off stands with the lines and the delivery; `turned_down` says why it takes nothing.
    """
    return change_cart(
        path.token,
        lambda session, cart: enter_code(
            session, merchant_id=current_merchant().id, cart_id=cart.id, typed=path.code
        ),
    )


@api_key(ApiScope.SHOP)
def remove_code(path: CodePlace) -> Response:
    """Take a promotion's code out of a cart; one that is not there is left out all the same."""
    return change_cart(
        path.token,
        lambda session, cart: drop_code(
            session, merchant_id=current_merchant().id, cart_id=cart.id, code=code_key(path.code)
        ),
    )


def cart_of(connection: Connection, token: str) -> CartRow:
    """Return the cart whose token this is.

    Raises:
        NotFoundError: the merchant has no such cart.
    """
    cart = cart_by_token(connection, token=shown_cart(token))
    if cart is None:
        raise NotFoundError
    return cart


def change_cart(
    token: str,
    change: Callable[[Session, CartRow], CartRow],
    *,
    accept: Callable[[Quote], None] = lambda _quote: None,
) -> Response:
    """Change a cart once per key, and answer with what it is then.

    `accept` may refuse what the change came to; then nothing of it remains.
    """

    def work(session: Session) -> Done:
        connection = session.connection()
        quote = read_quote(connection, change(session, cart_of(connection, token)))
        accept(quote)
        return Done(quote_content(connection, quote))

    return once(work)


def _sell_into(token: str, variant_id: UUID, quantity: int, *, add: bool) -> Response:
    current_merchant().check_open()

    def change(session: Session, cart: CartRow) -> CartRow:
        return put_line(
            session,
            merchant_id=current_merchant().id,
            cart_id=cart.id,
            variant_id=variant_id,
            quantity=quantity,
            seen_price_minor=_price_of(session.connection(), cart, variant_id),
            add=add,
        )

    return change_cart(token, change)


def _price_of(connection: Connection, cart: CartRow, variant_id: UUID) -> int:
    """Return what one unit costs in the cart's currency, in minor units.

    Raises:
        UnknownVariantError: the merchant has no such variant.
        NotForSaleError: it is not on sale, or not in this currency.
    """
    variant = variants_by_ids(connection, variant_ids=[variant_id], locale=cart.locale).get(
        variant_id
    )
    if variant is None:
        raise UnknownVariantError
    price = prices_for(
        connection,
        variant_ids=[variant_id],
        currency=cart.currency,
        channel=cart.channel,
        at=utc_now(),
    ).get(variant_id)
    if price is None or not variant.sellable:
        raise NotForSaleError((variant.product_name,))
    return price.amount.amount_minor


def _content(connection: Connection, cart: CartRow) -> dict[str, object]:
    return quote_content(connection, read_quote(connection, cart))


def region_key(country: str, region: str | None) -> str | None:
    """Return the key of a region; free text where the country has no list.

    Raises:
        UnknownCountryError: there is no such country, or it has no such region.
    """
    try:
        rules = rules_of(country)
    except ValueError as error:
        raise UnknownCountryError(place=country).at("/country") from error
    if region is None or not rules.country_area_choices:
        return region
    key = key_of(region, rules.country_area_choices)
    if key is None:
        raise UnknownCountryError(place=region).at("/region")
    return key
