"""The cart: change, remove, undo, and the whole price before anything personal is asked."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.checkout.errors import QuantityError
from commerce.checkout.queries import lines_of_cart, pieces_in_cart
from commerce.checkout.quote import quote_cart
from commerce.checkout.rows import CartRow, Quote
from commerce.checkout.service import choose_delivery, put_line, set_destination
from commerce.kernel.channel import Channel
from commerce.kernel.errors import NotFoundError
from commerce.pricing.queries import prices_for
from commerce.web.access import public
from commerce.web.faults import say
from commerce.web.services import services
from storefront.shop.basket import (
    browser_cart,
    due_of,
    held_cart,
    keep_cart,
    new_cart,
    unpaid_order,
)
from storefront.shop.codes import enter_typed, leave_out, promotions_on, told_codes
from storefront.shop.currencies import offered_currency
from storefront.shop.deliveries import shown_options
from storefront.shop.destination import Destination
from storefront.shop.frame import head, shown
from storefront.shop.tax_told import tax_of_quote
from storefront.shop.value import laid_beside, value_name
from storefront.shop.visit import Visit, begin_shopping, scope_of

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_MOST_UNITS = 999
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Removed:
    """What was just taken out, and can be put back."""

    variant: SoldVariant
    quantity: int


@dataclass(frozen=True, slots=True)
class OddQuantity:
    """What was typed for a line and is no quantity; the line keeps the one it had."""

    variant_id: UUID
    sentence: str


@public
def cart(merchant: str) -> Response:
    """Show the cart with its whole price."""
    return _page(merchant)


@public
def change_codes(merchant: str) -> Response:
    """Take in a promotion's code that was typed, or leave one out."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        held = held_cart(connection, visit)
    if held is None:
        return _to_cart(visit)
    if "drop" in request.form:
        leave_out(visit, held, request.form["drop"])
        return _to_cart(visit, query="#codes")
    typed = request.form.get("code", "")
    fault = enter_typed(visit, held, typed) if typed.strip() else _("Type the code first.")
    return _page(merchant, typed, fault) if fault else _to_cart(visit, query="#codes")


def _page(
    merchant: str, typed: str = "", fault: str = "", odd: OddQuantity | None = None
) -> Response:
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        held = held_cart(connection, visit)
        quote = quote_of(connection, visit, held) if held else None
        options = shown_options(connection, visit, quote) if quote else ()
        removed = _removed(connection, visit)
        unpaid = unpaid_order(connection, visit)
        unpaid_due = due_of(connection, unpaid) if unpaid else None
        offered = offered_currency(connection, visit, quote) if quote else None
        laid = laid_beside(connection, held, quote, visit.at) if held and quote else None
    amiss = bool(fault or odd)
    return shown(
        "shop/cart.html",
        visit,
        head(
            visit,
            title=_("Error: %(title)s", title=_("Cart")) if amiss else _("Cart"),
            own="/cart",
        ),
        status=_UNPROCESSABLE if amiss else 200,
        quote=quote if quote and (quote.lines or quote.gone) else None,
        options=options,
        removed=removed,
        tax=tax_of_quote(quote, visit.language) if quote else None,
        unpaid=unpaid,
        unpaid_due=unpaid_due,
        offered=offered,
        codes=[
            *(told_codes(quote, visit.language) if quote else ()),
            *(laid.laid if laid else ()),
        ],
        paying=laid,
        value_name=value_name,
        off=promotions_on(quote, visit.language) if quote else {},
        typed=typed,
        fault=fault,
        odd=odd,
    )


@public
def cart_count(merchant: str) -> Response:
    """Return how many things lie in the cart, for the badge of pages that everybody shares.

    Whoever has an order that waits for its payment is told so at the foot of those pages.
    """
    token = browser_cart(merchant)
    if not token:
        return make_response("")
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_shopping(connection, merchant)
        count = pieces_in_cart(connection, token=token)
        unpaid = None if _tells_itself(visit) else unpaid_order(connection, visit)
    return make_response(
        render_template("shop/_badge.html", visit=visit, count=count, unpaid=unpaid)
    )


def _tells_itself(visit: Visit) -> bool:
    """Return whether the page that asks speaks of unpaid orders on its own."""
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path
    return page.startswith(tuple(visit.path(name) for name in ("cart", "checkout", "order")))


@public
def add_line(merchant: str) -> Response:
    """Put something into the cart.

    Raises:
        NotFoundError: the shop has no such variant.
    """
    variant_id, quantity = _variant(request.form.get("variant", "")), _quantity("1")
    with services().database.transaction(scope_of(merchant)) as session:
        connection = session.connection()
        visit = begin_shopping(connection, merchant)
        held = held_cart(connection, visit) or new_cart(session, visit, visit.destination)
        put_line(
            session,
            merchant_id=visit.merchant.id,
            cart_id=held.id,
            variant_id=variant_id,
            quantity=max(quantity, 1),
            seen_price_minor=_price(connection, visit, held, variant_id),
            add=True,
        )
    response = _to_cart(visit)
    keep_cart(response, merchant, held.id)
    return response


@public
def change_line(merchant: str, variant: UUID) -> Response:
    """Set how many of something are wanted; none takes it out and offers to undo that.

    Raises:
        NotFoundError: the shop has no such variant.
    """
    try:
        quantity = _quantity("")
    except QuantityError as error:
        return _page(merchant, odd=OddQuantity(variant, say(error.template, error.params)))
    with services().database.transaction(scope_of(merchant)) as session:
        connection = session.connection()
        visit = begin_shopping(connection, merchant)
        held = held_cart(connection, visit)
        if held is None:
            return _to_cart(visit)
        before = {
            line.variant_id: line.quantity for line in lines_of_cart(connection, cart_id=held.id)
        }
        put_line(
            session,
            merchant_id=visit.merchant.id,
            cart_id=held.id,
            variant_id=variant,
            quantity=quantity,
            seen_price_minor=_price(connection, visit, held, variant),
            add=False,
        )
    gone = before.get(variant, 0) if quantity == 0 else 0
    return _to_cart(visit, query=f"?undo={variant}.{gone}" if gone else "")


@public
def choose_in_cart(merchant: str) -> Response:
    """Say where the goods go and how, so that the total is right."""
    with services().database.transaction(scope_of(merchant)) as session:
        connection = session.connection()
        visit = begin_shopping(connection, merchant)
        held = held_cart(connection, visit)
        if held is None:
            return _to_cart(visit)
        country = request.form.get("country", held.country)
        served = {code for code, _name in visit.facts.countries}
        if country != held.country and country in served:
            set_destination(
                session,
                merchant_id=visit.merchant.id,
                cart_id=held.id,
                country=country,
                region=None,
            )
        else:
            choose_delivery(
                session,
                merchant_id=visit.merchant.id,
                cart_id=held.id,
                option=request.form.get("delivery") or None,
            )
    return _to_cart(visit)


def quote_of(connection: Connection, visit: Visit, held: CartRow) -> Quote:
    """Return what the cart costs now, told in the page's language."""
    return quote_cart(
        connection,
        merchant=visit.merchant,
        cart=replace(held, locale=visit.language),
        lines=lines_of_cart(connection, cart_id=held.id),
        at=visit.at,
    )


def destination_of(held: CartRow) -> Destination:
    """Return where the cart goes."""
    return Destination(held.country, held.currency)


def _removed(connection: Connection, visit: Visit) -> Removed | None:
    written, _dot, quantity = request.args.get("undo", "").partition(".")
    if not _is_number(quantity) or not 0 < int(quantity) <= _MOST_UNITS:
        return None
    try:
        variant_id = UUID(written)
    except ValueError:
        return None
    found = variants_by_ids(connection, variant_ids=[variant_id], locale=visit.language)
    return Removed(found[variant_id], int(quantity)) if variant_id in found else None


def _price(connection: Connection, visit: Visit, held: CartRow, variant_id: UUID) -> int | None:
    """Return what one unit costs now, to tell the shopper when it has changed later.

    Raises:
        NotFoundError: the shop has no such variant.
    """
    prices = prices_for(
        connection,
        variant_ids=[variant_id],
        currency=held.currency,
        channel=Channel.WEB,
        at=visit.at,
    )
    if variant_id in prices:
        return prices[variant_id].amount.amount_minor
    if not variants_by_ids(connection, variant_ids=[variant_id], locale=visit.language):
        raise NotFoundError
    return None


def _variant(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise QuantityError from error


def _quantity(default: str) -> int:
    written = request.form.get("quantity", default).strip()
    if not _is_number(written) or int(written) > _MOST_UNITS:
        raise QuantityError
    return int(written)


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS


def _to_cart(visit: Visit, query: str = "") -> Response:
    return make_response(redirect(f"{visit.path('cart')}{query}", _SEE_OTHER))
