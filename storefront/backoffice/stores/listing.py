"""The places and the tills, with what they are doing now."""

from flask import Response

from commerce.fulfilment.queries import opening_hours
from commerce.inventory.queries import locations
from commerce.kernel.clock import utc_now
from commerce.park.permissions import Permission
from commerce.registers.queries import open_shifts, registers
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import draw
from storefront.backoffice.readings import locked_pads
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.finding import named, people_here


@needs(Permission.VIEW_STORES)
def stores() -> Response:
    """List the places and the tills."""
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
        tills = registers(connection)
        shifts = open_shifts(connection)
        hours = opening_hours(connection, location_ids=[place.id for place in places])
        locked = locked_pads(connection)
        people = people_here(connection)
    now = utc_now()
    return draw(
        "stores/list.html",
        title=_("Stores and tills"),
        room="stores",
        places=places,
        tills=tills,
        shifts=shifts,
        locked=locked,
        people=people,
        open_now={each: hours[each].is_open(now) for each in hours if hours[each].spans},
        names=named(places),
    )
