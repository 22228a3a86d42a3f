"""Choose the country and the currency."""

from babel.numbers import get_currency_name
from flask import Response, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from commerce.checkout.service import set_destination
from commerce.web.access import public
from commerce.web.services import services
from storefront.shop.basket import cart_in, held_cart, keep_cart
from storefront.shop.currencies import proposed_currency
from storefront.shop.destination import (
    Destination,
    fitting,
    keep_destination,
)
from storefront.shop.frame import head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303


@public
def destination(merchant: str) -> Response:
    """Ask where the goods shall go and in which currency prices are shown."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
    return _page(visit, visit.destination, back=_back(visit, request.args.get("to", "")))


@public
def choose_destination(merchant: str) -> Response:
    """Keep the choice; a cart in another currency is filled anew at the prices of the chosen one.

    Who chooses another country and leaves the currency as it was is asked about it once.
    """
    with services().database.transaction(scope_of(merchant)) as session:
        connection = session.connection()
        visit = begin_visit(connection, merchant)
        chosen = fitting(
            visit.merchant,
            visit.facts,
            country=request.form.get("country", ""),
            currency=request.form.get("currency", ""),
        )
        back = _back(visit, request.form.get("to", ""))
        better = _worth_asking(connection, visit, chosen)
        if better is not None:
            return _page(visit, chosen, back=back, better=better)
        held = held_cart(connection, visit)
        if held is not None and held.currency != chosen.currency:
            held = cart_in(session, visit, held, chosen)
        elif held is not None and held.country != chosen.country:
            set_destination(
                session,
                merchant_id=visit.merchant.id,
                cart_id=held.id,
                country=chosen.country,
                region=None,
            )
    response = make_response(redirect(back, _SEE_OTHER))
    keep_destination(response, chosen)
    if held is not None:
        keep_cart(response, merchant, held.id)
    return response


def _worth_asking(connection: Connection, visit: Visit, chosen: Destination) -> str | None:
    """Return the currency of a newly chosen country, if nobody has said a word about it yet."""
    before = visit.destination
    decided = "asked" in request.form or chosen.currency != before.currency
    if decided or chosen.country == before.country:
        return None
    return proposed_currency(connection, visit, chosen)


def _page(visit: Visit, chosen: Destination, *, back: str, better: str = "") -> Response:
    title = _("In which currency?") if better else _("Delivery and currency")
    codes = (better, chosen.currency) if better else visit.facts.currencies
    return shown(
        "shop/destination.html",
        visit,
        head(visit, title=title),
        title=title,
        chosen=chosen,
        better=better,
        back=back,
        currencies=[
            (code, f"{code} · {get_currency_name(code, locale=visit.language)}") for code in codes
        ],
    )


def _back(visit: Visit, wanted: str) -> str:
    """Return the page of this shop that the shopper came from, never another site."""
    here = f"{visit.root}/"
    harmless = wanted.startswith(here) and "\\" not in wanted and wanted.isprintable()
    return wanted if harmless and wanted != visit.path("destination") else here
