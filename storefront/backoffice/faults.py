"""What went wrong at an address of a desk is told inside that desk: its nouns stay beside it."""

from http import HTTPStatus

from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from commerce.park.permissions import Permission
from commerce.web.faults import Fault
from commerce.web.identity.current import current_staff, may
from commerce.web.identity.faults import UnknownDeskError
from commerce.web.identity.guard import enter_desk
from commerce.web.ways_back import form_page
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
            back=form_page() if fault.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "",
        )
    except SQLAlchemyError:
        return None


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
