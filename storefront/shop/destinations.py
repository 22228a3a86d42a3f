"""Choose the country and the currency."""

from babel.numbers import get_currency_name
from flask import Response, make_response, redirect, request
from flask_babel import gettext as _

from commerce.checkout.service import set_destination
from commerce.web.access import public
from commerce.web.services import services
from storefront.shop.basket import cart_in, held_cart, keep_cart
from storefront.shop.destination import fitting, keep_destination
from storefront.shop.frame import head, shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_SEE_OTHER = 303


@public
def destination(merchant: str) -> Response:
    """Ask where the goods shall go and in which currency prices are shown."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
    return shown(
        "shop/destination.html",
        visit,
        head(visit, title=_("Delivery and currency")),
        back=_back(visit, request.args.get("to", "")),
        currencies=[
            (code, f"{code} · {get_currency_name(code, locale=visit.language)}")
            for code in visit.facts.currencies
        ],
    )


@public
def choose_destination(merchant: str) -> Response:
    """Keep the choice; a cart in another currency is filled anew at the prices of the chosen one."""
    with services().database.transaction(scope_of(merchant)) as session:
        connection = session.connection()
        visit = begin_visit(connection, merchant)
        chosen = fitting(
            visit.merchant,
            visit.facts,
            country=request.form.get("country", ""),
            currency=request.form.get("currency", ""),
        )
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
    response = make_response(redirect(_back(visit, request.form.get("to", "")), _SEE_OTHER))
    keep_destination(response, chosen)
    if held is not None:
        keep_cart(response, merchant, held.token)
    return response


def _back(visit: Visit, wanted: str) -> str:
    """Return the page of this shop that the shopper came from, never another site."""
    here = f"{visit.root}/"
    harmless = wanted.startswith(here) and "\\" not in wanted and wanted.isprintable()
    return wanted if harmless and wanted != visit.path("destination") else here
