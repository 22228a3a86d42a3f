"""Call an order off."""

from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from commerce.checkout.service import cancel_order
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.orders.queries import folded_number
from commerce.park.permissions import Permission
from commerce.web.formats import money
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import sent
from storefront.backoffice.once import is_first
from storefront.backoffice.orders.paying_out import chosen_drawer, to_hand_over
from storefront.backoffice.orders.showing import CancelForm, order_page, read
from storefront.backoffice.speech import gettext as _


@needs(Permission.EDIT_ORDERS)
def cancel(order_id: UUID) -> Response:
    """Call an order off: goods free, money back."""
    form = sent(CancelForm)
    file = read(order_id)
    number = file.order.number
    if form.validate() and folded_number(form.number.data) != number:
        form.number.errors = [_("Type %(number)s to confirm.", number=number)]
    if form.faults:
        return order_page(order_id, cancel=form)

    def work(session: Session) -> Money | None:
        if not is_first(session):
            return None
        return cancel_order(
            session,
            durable=services().durable,
            merchant_id=current_merchant().id,
            order_id=order_id,
            reason=form.reason.data,
            told=(form.told.data or "").strip(),
            actor_id=actor(),
            drawer=chosen_drawer(form.drawer.data, str(form.reason.data)),
        )

    try:
        owed = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return order_page(order_id, cancel=form)
    announce(
        _("Cancelled. %(amount)s goes back to the customer.", amount=money(owed))
        if owed
        else _("Cancelled. The goods are free again.")
    )
    if said := to_hand_over(file, form.drawer.data):
        announce(said)
    return moved("order", order_id=order_id)
