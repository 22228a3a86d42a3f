"""Set when a store is open."""

from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from commerce.fulfilment.rows import OpenSpan
from commerce.fulfilment.service import set_store_hours
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.forms import sent
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stores.finding import find_place
from storefront.backoffice.stores.hours import WEEK, HoursForm, read_hours, standing_hours
from storefront.backoffice.stores.places import PlaceForm, place_page


@needs(Permission.MANAGE_STORES)
def change_hours(location_id: UUID) -> Response:
    """Set the weekly hours, one line per day such as `10:00-20:00`."""
    found = find_place(location_id)
    form: HoursForm = sent(HoursForm)
    spans: list[OpenSpan] = []
    for weekday in WEEK:
        line = form[f"hours-{weekday}"]
        read = read_hours(weekday, (line.data or "").strip())
        if read is None:
            line.errors = [_("Write the hours as 10:00-20:00, with a comma between two spans.")]
        else:
            spans += read
    if form.faults:
        return place_page(found, PlaceForm(obj=found), form)

    def drawn(connection: Connection) -> HoursForm:
        return standing_hours(connection, location_id)

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            set_store_hours(
                session,
                merchant_id=current_merchant().id,
                location_id=location_id,
                spans=spans,
            )
    except StaleFormError as stale:
        return place_page(found, PlaceForm(obj=found), stale.told_on(form))
    except CommerceError as error:
        form.refuse(error)
        return place_page(found, PlaceForm(obj=found), form)
    announce(_("Saved."))
    return moved("place", location_id=location_id)
