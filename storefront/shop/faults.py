"""What went wrong at an address of a shop is told inside that shop: its name, its rooms, the cart."""

from http import HTTPStatus

from flask import request
from flask.wrappers import Response
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from commerce.park.errors import ShopPausedError, UnknownMerchantError
from commerce.web.faults import Fault, render_refusal
from commerce.web.languages import LANGUAGES
from commerce.web.pages import Page
from commerce.web.services import services
from commerce.web.ways_back import in_other_languages
from storefront.shop.frame import shown
from storefront.shop.visit import Visit, begin_visit, scope_of

_AGAIN_IN_SECONDS = 3600


def draw_fault(fault: Fault) -> Response | None:
    """Return the page of an error in its shop, or None where there is no shop to be in.

    A fault of ours does not lean on the database, and whoever tries too often costs no reading.
    """
    own, plain = fault.status < HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.TOO_MANY_REQUESTS
    visit = _visit() if own and fault.status != plain else None
    if visit is None:
        return None
    page = Page(title=f"{fault.title} · {visit.name}", alternates=in_other_languages())
    return shown("shop/fault.html", visit, page, status=fault.status, fault=fault)


def draw_closed(error: ShopPausedError) -> Response:
    """Say that the shop is closed, and lead to what is open: orders, the account, the stores."""
    visit = None if request.headers.get("HX-Request") else _visit()
    if visit is None:
        return render_refusal(error)
    title = _("Closed for the time being")
    page = Page(title=f"{title} · {visit.name}", alternates=in_other_languages())
    answer = shown("shop/closed.html", visit, page, status=error.status, title=title)
    answer.headers["Retry-After"] = str(_AGAIN_IN_SECONDS)
    return answer


def _visit() -> Visit | None:
    first, slug = (*request.path.removeprefix("/").split("/"), "")[:2]
    if first not in LANGUAGES or not slug:
        return None
    try:
        with services().database.reading(scope_of(slug)) as connection:
            return begin_visit(connection, slug)
    except (UnknownMerchantError, SQLAlchemyError):
        return None
