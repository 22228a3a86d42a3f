"""Set when a store is open."""

from uuid import UUID

from flask import Response, request

from commerce.fulfilment.rows import OpenSpan
from commerce.fulfilment.service import set_store_hours
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.finding import find_place
from storefront.backoffice.stores.hours import WEEK, read_hours
from storefront.backoffice.stores.places import PlaceForm, place_page


@needs(Permission.MANAGE_STORES)
def change_hours(location_id: UUID) -> Response:
    """Set the weekly hours, one line per day such as `10:00-20:00`."""
    found = find_place(location_id)
    form = PlaceForm(obj=found)
    spans: list[OpenSpan] = []
    for weekday in WEEK:
        typed = request.form.get(f"hours-{weekday}", "").strip()
        read = read_hours(weekday, typed)
        if read is None:
            told = _("Write the hours as 10:00-20:00, with a comma between two spans.")
            form.refusals.append({"field": f"hours-{weekday}", "message": told})
        else:
            spans += read
    if form.refusals:
        return place_page(found, form)
    try:
        with services().database.transaction(current_scope()) as session:
            set_store_hours(
                session,
                merchant_id=current_merchant().id,
                location_id=location_id,
                spans=spans,
            )
    except CommerceError as error:
        form.refuse(error)
        return place_page(found, form)
    announce(_("Saved."))
    return moved("place", location_id=location_id)
