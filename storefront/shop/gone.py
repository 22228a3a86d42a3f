"""What was sold or withdrawn while the checkout was filled in: taken out without losing what was typed."""

from collections.abc import Mapping
from contextlib import suppress

from flask import Response, make_response, redirect

from commerce.checkout.errors import CartClosedError
from commerce.checkout.service import put_line, set_contact
from commerce.web.services import services
from storefront.shop.checkout_page import Desk, desk_for, page_of
from storefront.shop.contact import Contact, read_contact

_SEE_OTHER = 303
_ALL = "all"


def nothing_left(desk: Desk, typed: Mapping[str, str]) -> Response:
    """Lead to the cart, which says what is gone; who buys and where it goes stays with the cart."""
    contact = _as_far_as_right(desk, typed)
    with suppress(CartClosedError), services().database.transaction(desk.visit.scope) as session:
        if contact is not None:
            set_contact(
                session,
                merchant_id=desk.visit.merchant.id,
                cart_id=desk.cart.id,
                email=contact.email,
                ship_to=contact.kept,
            )
    return make_response(redirect(desk.visit.path("cart"), _SEE_OTHER))


def without(desk: Desk, typed: Mapping[str, str]) -> Response:
    """Take out what the form names, or all, of what cannot be bought any more; show what is left to order."""
    named = typed["take_out"]
    gone = [each for each in desk.quote.gone if named in (_ALL, str(each.id))]
    try:
        with services().database.transaction(desk.visit.scope) as session:
            for each in gone:
                put_line(
                    session,
                    merchant_id=desk.visit.merchant.id,
                    cart_id=desk.cart.id,
                    variant_id=each.id,
                    quantity=0,
                    seen_price_minor=None,
                    add=False,
                )
    except CartClosedError:  # ordered meanwhile, in another tab
        return make_response(redirect(desk.visit.path("checkout"), _SEE_OTHER))
    with services().database.reading(desk.visit.scope) as connection:
        now = desk_for(connection, desk.visit, desk.cart, desk.saved)
    return page_of(now, typed, {})


def _as_far_as_right(desk: Desk, typed: Mapping[str, str]) -> Contact | None:
    """Return the whole contact, or at least the e-mail address, if that is right."""
    for travels in (True, False):
        contact, _faults = read_contact(
            typed, country=desk.cart.country, language=desk.visit.language, travels=travels
        )
        if contact is not None:
            return contact
    return None
