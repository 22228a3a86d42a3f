"""Let goods leave, close what is done, find goods again that a till took."""

from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from commerce.checkout.service import complete_order, find_goods_again, ship_order
from commerce.fulfilment.carriers import Waybill, clean_waybill
from commerce.fulfilment.errors import CarrierNameError, TrackingNumberError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor
from storefront.backoffice.forms import sent, sentence, typed_id
from storefront.backoffice.once import is_first
from storefront.backoffice.orders.showing import OTHER_CARRIER, ShipForm, carried_out, order_page
from storefront.backoffice.packing.proof import check_collector_of_order
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.posts import hold_to_place


@needs(Permission.FULFIL_ORDERS)
def ship(order_id: UUID) -> Response:
    """Let what is held at one place leave it."""
    form = sent(ShipForm)
    location = typed_id(form.location.data)
    waybill = typed_waybill(form)
    if waybill is None or location is None:
        # Each place has a form of its own: the summary leads to the field of this one.
        for field in (form.other, form.tracking):
            field.id = f"{field.name}-{location}"
        return order_page(order_id, ship=form)

    def work(session: Session) -> None:
        if is_first(session):
            hold_to_place(session, location)
            check_collector_of_order(session, order_id=order_id)
            ship_order(
                session,
                durable=services().durable,
                merchant_id=current_merchant().id,
                order_id=order_id,
                location_id=location,
                waybill=waybill,
                actor_id=actor(),
            )

    return carried_out(order_id, work, _("The goods have left."))


def typed_waybill(form: ShipForm) -> Waybill | None:
    """Return who carries the parcel and its number; None when the form says what to correct."""
    form.validate()
    other = form.carrier.data == OTHER_CARRIER
    if other and not (form.other.data or "").strip():
        form.other.errors = [_("Fill in the carrier’s name, or choose one of the list.")]
    waybill = None
    try:
        number = clean_waybill(number=form.tracking.data or "").number
        carrier = form.other.data if other else form.carrier.data
        waybill = clean_waybill(carrier=carrier or "", number=number)
    except TrackingNumberError as error:
        form.tracking.errors = [sentence(error)]
    except CarrierNameError as error:
        form.other.errors = [sentence(error)]
    return None if form.faults else waybill


@needs(Permission.FULFIL_ORDERS)
def complete(order_id: UUID) -> Response:
    """Close an order of which nothing is left to send."""

    def work(session: Session) -> None:
        if is_first(session):
            complete_order(
                session,
                durable=services().durable,
                merchant_id=current_merchant().id,
                order_id=order_id,
                actor_id=actor(),
            )

    return carried_out(order_id, work, _("The order is completed."))


@needs(Permission.EDIT_ORDERS)
def find_again(order_id: UUID) -> Response:
    """Hold the goods of an order anew, from wherever they can come."""

    def work(session: Session) -> None:
        if is_first(session):
            find_goods_again(
                session, merchant_id=current_merchant().id, order_id=order_id, actor_id=actor()
            )

    return carried_out(order_id, work, _("The goods are held again."))
