"""Whoever collects shows the code, or a colleague answers for having checked who it is."""

from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import PickupCodeError
from commerce.fulfilment.service import shown_fulfilment
from commerce.kernel.errors import CommerceError
from commerce.orders.queries import order_by_id
from commerce.web.identity import current_merchant
from commerce.web.services import services

_COLLECTED = frozenset({"pickup", "hand_over"})


class UnprovedPickupError(CommerceError):
    """Goods that lie ready are handed to whoever shows the code, or is known."""

    code = "pickup-unproved"
    template = "Scan the pickup code, or tick that you have checked who it is."


def check_collector(session: Session, *, fulfilment_id: UUID | None) -> None:
    """Make sure that the form says why this is the right person.

    Raises:
        UnprovedPickupError: neither a code nor the tick was sent.
        PickupCodeError: the code is none, or of other goods.
    """
    if request.form.get("checked") == "y":
        return
    shown = request.form.get("code", "").strip()
    if not shown:
        raise UnprovedPickupError
    found = shown_fulfilment(
        session, vault=services().vault, merchant_id=current_merchant().id, shown=shown
    )
    if found != fulfilment_id:
        raise PickupCodeError


def check_collector_of_order(session: Session, *, order_id: UUID) -> None:
    """Do the same where a whole order is handed over; who gets a parcel is the carrier's to check."""
    order = order_by_id(session.connection(), order_id=order_id)
    if order is not None and order.delivery.get("kind") in _COLLECTED:
        check_collector(session, fulfilment_id=None)
