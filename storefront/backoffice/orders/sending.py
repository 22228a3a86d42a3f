"""Let goods leave, close what is done, find goods again that a till took."""

from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from commerce.checkout.service import complete_order, find_goods_again, ship_order
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, needs
from storefront.backoffice.desk import actor
from storefront.backoffice.forms import sent, typed_id
from storefront.backoffice.once import is_first
from storefront.backoffice.orders.showing import ShipForm, carried_out, order_page
from storefront.backoffice.speech import gettext as _


@needs(Permission.FULFIL_ORDERS)
def ship(order_id: UUID) -> Response:
    """Let what is held at one place leave it."""
    form = sent(ShipForm)
    location = typed_id(form.location.data)
    if not form.validate() or location is None:
        return order_page(order_id, ship=form)

    def work(session: Session) -> None:
        if is_first(session):
            ship_order(
                session,
                merchant_id=current_merchant().id,
                order_id=order_id,
                location_id=location,
                tracking=(form.tracking.data or "").strip(),
                actor_id=actor(),
            )

    return carried_out(order_id, work, _("The goods have left."))


@needs(Permission.FULFIL_ORDERS)
def complete(order_id: UUID) -> Response:
    """Close an order of which nothing is left to send."""

    def work(session: Session) -> None:
        if is_first(session):
            complete_order(
                session, merchant_id=current_merchant().id, order_id=order_id, actor_id=actor()
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
