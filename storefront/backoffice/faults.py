"""What went wrong at an address of a desk is told inside that desk: its nouns stay beside it."""

from http import HTTPStatus

from flask import Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from commerce.park.permissions import Permission
from commerce.web.faults import Fault
from commerce.web.identity.current import current_staff, may
from commerce.web.identity.faults import UnknownDeskError
from commerce.web.identity.guard import enter_desk
from storefront.backoffice.desk import ROOM, draw, link


def draw_fault(fault: Fault) -> Response | None:
    """Return the page of an error in its desk, or None where its reader has no desk to be in.

    A fault of ours does not lean on the database, and whoever tries too often costs no reading.
    """
    first, slug = (*request.path.removeprefix("/").split("/"), "")[:2]
    plain = fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if first != ROOM or plain or fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return None
    try:
        if not _is_let_in(slug):
            return None
        return draw(
            "fault.html",
            title=fault.title,
            status=fault.status,
            fault=fault,
            home=link("today"),
            back=_form_page() if fault.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "",
        )
    except SQLAlchemyError:
        return None


def _form_page() -> str:
    """Return the nearest page at or above this address: there the form stood that was sent."""
    addresses, path = current_app.url_map.bind(""), request.path
    while path.strip("/"):
        try:
            addresses.match(path, method="GET")
        except HTTPException:
            path = path.rstrip("/").rpartition("/")[0]
        else:
            return path
    return ""


def _is_let_in(slug: str) -> bool:
    """Return whether the reader may see the first page of this desk; no view had to be found."""
    staff = current_staff()
    if staff is None:
        return False
    if "merchant" not in g:
        try:
            enter_desk(staff, slug)
        except UnknownDeskError:
            return False
    return may(Permission.VIEW_DESK)
