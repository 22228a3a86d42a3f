"""How pages of stock work are drawn: the tabs of the stock, and leave for the camera to scan."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy import Connection

from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.clock import utc_now
from commerce.park.queries.staff import list_colleagues
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from storefront.backoffice.desk import Crumb, draw, link
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stock.listing import tabs
from storefront.backoffice.words import in_language

_CAMERA = "camera=(self), geolocation=(), microphone=()"


def show(template: str, *, title: str, tab: str, **context: Any) -> Response:
    """Draw a page of stock work under `tab`; it may ask for the camera, to scan with."""
    if context.get("trail"):
        context["trail"] = (Crumb(_("Stock"), link("stock")), *context["trail"])
    answer = draw(f"stockroom/{template}", title=title, room="stock", tabs=tabs(tab), **context)
    answer.headers["Permissions-Policy"] = _CAMERA
    return answer


def today_here() -> date:
    """Return the day that it is where the merchant is."""
    return utc_now().astimezone(ZoneInfo(current_merchant().time_zone)).date()


def place_names(connection: Connection) -> dict[UUID, str]:
    """Return what every place is called in the page's language."""
    return {each.id: place_name(each) for each in locations(connection)}


def place_name(place: LocationRow) -> str:
    """Return what a place is called in the page's language."""
    return in_language(place.name, place.name_zh)


def people_names(connection: Connection) -> dict[UUID, str]:
    """Return what everybody who works here is called."""
    colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    return {each.staff_id: each.name_in(language()) for each in colleagues}
