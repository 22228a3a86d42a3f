"""What a pickup code, its digits or an order's number stand for, where the page does not know by itself."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask_babel import gettext
from sqlalchemy import Connection

from commerce.fulfilment.errors import PickupCodeError
from commerce.fulfilment.queries import fulfilment_by_id, fulfilments_of, waiting_pickups
from commerce.fulfilment.rows import DeliveryKind, FulfilmentRow, FulfilmentState
from commerce.fulfilment.service import is_collected, shown_fulfilment
from commerce.inventory.queries import locations
from commerce.orders.queries import order_by_id, order_by_number
from commerce.orders.rows import OrderRow, OrderState
from commerce.web.formats import moment
from commerce.web.identity import register
from commerce.web.services import services
from pos.api.bodies import read_body
from pos.api.work import pickups_json
from pos.api.work_bodies import ShownBody
from pos.authority import holder
from pos.device import Till, current_till
from pos.wording import store_name

_MOST = 1000


def _(words: str, **values: Any) -> str:
    """Return a sentence in the clerk's language."""
    return str(gettext(words, **values))


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/pickups", "api_pickups", find, methods=["POST"])


@register
def find() -> Response:
    """Return the pickup that something shown stands for, or say in words why it is none here."""
    till, asked = current_till(), read_body(ShownBody)
    with services().database.reading(till.scope) as connection:
        holder(connection, till, asked.badge)
        part, order = _meant(connection, till, asked.shown)
        if part is None or order is None:
            return jsonify(pickup=None, said=_unknown(order))
        if part.state is FulfilmentState.READY and part.location_id == till.store.id:
            return jsonify(pickup=_pickup(connection, till, part.id), said="")
        return jsonify(pickup=None, said=_said(connection, till, part, order))


def _meant(
    connection: Connection, till: Till, shown: str
) -> tuple[FulfilmentRow | None, OrderRow | None]:
    """Return the part that is meant, and its order; of a number, the part that is furthest here."""
    try:
        found = shown_fulfilment(
            connection, vault=services().vault, merchant_id=till.merchant.id, shown=shown
        )
    except PickupCodeError:
        order = order_by_number(connection, number=shown)
        return (None if order is None else _part_here(connection, till, order)), order
    part = fulfilment_by_id(connection, fulfilment_id=found)
    order = None if part is None else order_by_id(connection, order_id=part.order_id)
    return part, order


def _part_here(connection: Connection, till: Till, order: OrderRow) -> FulfilmentRow | None:
    parts = [p for p in fulfilments_of(connection, order_id=order.id) if is_collected(p.kind)]
    return max(parts, key=lambda part: _nearness(part, till.store.id), default=None)


def _nearness(part: FulfilmentRow, here: UUID) -> tuple[bool, bool, bool]:
    return part.state is FulfilmentState.READY, part.state.active, part.location_id == here


def _pickup(connection: Connection, till: Till, part_id: UUID) -> dict[str, Any] | None:
    waiting = waiting_pickups(connection, location_id=till.store.id, most=_MOST)
    mine = [each for each in waiting if each.id == part_id]
    return next(iter(pickups_json(connection, till, mine)), None)


def _unknown(order: OrderRow | None) -> str:
    """Say what becomes of something shown of which nothing is collected."""
    if order is None:
        return _("This is no pickup code of this shop, and no order has this number.")
    if order.state is OrderState.AWAITING_PAYMENT:
        return _(
            "Order %(number)s is not paid yet, so nothing is kept for it. "
            "The customer pays by the link in the order’s letter.",
            number=order.number,
        )
    if order.state is OrderState.CANCELLED:
        return _called_off(order)
    return _("Nothing of order %(number)s is collected.", number=order.number)


def _said(connection: Connection, till: Till, part: FulfilmentRow, order: OrderRow) -> str:
    """Say why a part of an order is not handed over here now, and what to do."""
    if part.state is FulfilmentState.COLLECTED and part.left_at is not None:
        return _(
            "Order %(number)s was handed over already, on %(moment)s.",
            number=order.number,
            moment=moment(part.left_at),
        )
    if order.state is OrderState.CANCELLED:
        return _called_off(order)
    if not part.state.active or part.kind is DeliveryKind.PARCEL:
        return _unknown(order)
    if part.location_id != till.store.id:
        return _(
            "Order %(number)s waits at %(place)s.",
            number=order.number,
            place=_place(connection, part),
        )
    return _("Order %(number)s is not ready yet. It is among the tasks.", number=order.number)


def _called_off(order: OrderRow) -> str:
    return _(
        "Order %(number)s was called off: its goods are free again and its money goes back. "
        "Hand nothing over; sell the goods anew.",
        number=order.number,
    )


def _place(connection: Connection, part: FulfilmentRow) -> str:
    return next(
        (store_name(each) for each in locations(connection) if each.id == part.location_id), ""
    )
