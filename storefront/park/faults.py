"""What went wrong at an address of the park is told inside the park's own frame."""

from http import HTTPStatus

from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from commerce.park.permissions import Permission
from commerce.web.faults import Fault
from commerce.web.identity.current import current_staff
from storefront.park.frame import ROOM, draw, link


def draw_fault(fault: Fault) -> Response | None:
    """Return the page of an error in the park's frame, or None for whoever does not work there.

    A fault of ours does not lean on the database, and whoever tries too often costs no reading.
    """
    plain = fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if plain or fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return None
    if request.path.removeprefix("/").split("/")[0] != ROOM:
        return None
    try:
        staff = current_staff()
    except SQLAlchemyError:
        return None
    if staff is None or Permission.VIEW_PARK not in staff.park_permissions:
        return None
    g.permissions = staff.park_permissions
    return draw(
        "backoffice/fault.html",
        title=fault.title,
        room="",
        status=fault.status,
        fault=fault,
        home=link("first"),
    )
