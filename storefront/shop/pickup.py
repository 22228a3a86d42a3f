"""What lies ready for an order, with the code that is shown at the counter."""

import io
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import segno
from flask import Response
from sqlalchemy import Connection

from commerce.fulfilment.pickup_codes import spaced
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.rows import FulfilmentRow, FulfilmentState
from commerce.fulfilment.service import PickupCode, pickup_code
from commerce.kernel.errors import NotFoundError
from commerce.orders.queries import order_by_token
from commerce.orders.rows import OrderRow, OrderState
from commerce.web.access import public
from commerce.web.bearer import shown_order
from commerce.web.mails.pickups import last_day
from commerce.web.services import services
from storefront.shop.visit import Visit, begin_visit, scope_of


@dataclass(frozen=True, slots=True)
class ReadyPickup:
    """A part of an order that lies ready: its digits, where, and the last day."""

    id: UUID
    digits: str
    store: str
    until: date


def pickups_of(connection: Connection, visit: Visit, order: OrderRow) -> tuple[ReadyPickup, ...]:
    """Return what lies ready for an order that is collected."""
    if order.state is not OrderState.PLACED or order.delivery.get("kind") == "parcel":
        return ()
    names = visit.facts.store_names
    return tuple(
        ReadyPickup(
            id=part.id,
            digits=spaced(code.digits),
            store=names.get(part.location_id, "") if part.location_id else "",
            until=last_day(part, visit.merchant.time_zone),
        )
        for part in fulfilments_of(connection, order_id=order.id)
        if (code := _code(connection, visit.merchant.id, part)) is not None
    )


@public
def picture(merchant: str, token: str, fulfilment_id: UUID) -> Response:
    """Draw the code of a part that lies ready, for the order's page and for letters."""
    with services().database.reading(scope_of(merchant)) as connection:
        visit = begin_visit(connection, merchant)
        found = order_by_token(connection, token=shown_order(token))
        parts = () if found is None else fulfilments_of(connection, order_id=found.id)
        part = next((each for each in parts if each.id == fulfilment_id), None)
        code = None if part is None else _code(connection, visit.merchant.id, part)
    if code is None:
        raise NotFoundError
    drawn = io.BytesIO()
    segno.make(code.code, error="m").save(drawn, kind="png", scale=6, border=3)
    response = Response(drawn.getvalue(), mimetype="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _code(connection: Connection, merchant_id: UUID, part: FulfilmentRow) -> PickupCode | None:
    if part.state is not FulfilmentState.READY or part.collect_by is None:
        return None
    return pickup_code(
        connection,
        vault=services().vault,
        merchant_id=merchant_id,
        order_id=part.order_id,
        fulfilment_id=part.id,
        until=part.collect_by,
    )
