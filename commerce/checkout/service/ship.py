"""Let an order's goods go: handed over at a store, or sent from a location."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.errors import StillOwedError
from commerce.checkout.process import announce_departure
from commerce.checkout.service.give_up import GivenUp, give_up, is_repaid
from commerce.checkout.service.goods import GoodsStanding, goods_of
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.carriers import Waybill
from commerce.fulfilment.labels.following import leave_with_label
from commerce.fulfilment.rows import DeliveryKind
from commerce.fulfilment.service import (
    align_fulfilments,
    fulfilment_left,
    hold_until_taken_out,
    kind_of,
    send_uncounted,
)
from commerce.inventory.errors import HoldLostError
from commerce.inventory.rows import Units
from commerce.inventory.service import sell_on, ship_held
from commerce.kernel.durable import Durable
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.queries import lines_of
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import mark_completed, tell
from commerce.payments.queries import payments_of

_NO_WAYBILL = Waybill()
_NO_FACTS: Mapping[str, Any] = {}
_OVER_COUNTER = frozenset({DeliveryKind.PICKUP, DeliveryKind.HAND_OVER})


@dataclass(frozen=True, slots=True)
class _Told:
    """Whose order is told of, and who did it."""

    merchant_id: UUID
    order_id: UUID
    actor_id: UUID


def ship_order(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    durable: Durable,
    location_id: UUID,
    waybill: Waybill = _NO_WAYBILL,
    stays: Sequence[Units] = (),
    actor_id: UUID,
) -> tuple[Units, ...]:
    """Let everything that waits for the order at one location leave it, and return what left.

    The order is completed when that was the last of its goods. `waybill` is for the shopper to see;
    a parcel with a booked label has the label's. Of goods that are sold without limit, what `stays`
    goes on waiting.
    A letter tells of every parcel; whoever takes goods over a counter needs none.

    Raises:
        NotFoundError: the merchant has no such order.
        IllegalTransitionError: it is not placed.
        HoldLostError: nothing waits there; a second click finds that the goods have left.
        TakeOutFirstError: units of it were refunded after they were picked, and lie there still.
    """
    order = _placed(session, merchant_id, order_id)
    told = _Told(merchant_id, order_id, actor_id)
    hold_until_taken_out(
        session, merchant_id=merchant_id, order_id=order_id, location_id=location_id
    )
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    left = _leave(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        location_id=location_id,
        stays=stays,
        actor_id=actor_id,
    )
    kind = kind_of(order)
    part = fulfilment_left(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        location_id=location_id,
        kind=kind,
        left=left,
        actor_id=actor_id,
    )
    departure: dict[str, Any] = {
        "location": str(location_id),
        "fulfilment": str(part),
        "units": sum(units.quantity for units in left),
        "goods": _listed(left),
    }
    if kind in _OVER_COUNTER:
        _tell(session, told, EventKind.HANDED_OVER, departure | waybill.facts)
    else:
        booked = part and leave_with_label(session, merchant_id=merchant_id, fulfilment_id=part)
        departure |= (booked.waybill if booked else waybill).facts
        event_id = _tell(session, told, EventKind.SHIPPED, departure)
        _announce(session, durable, told, event_id)
    if not _is_owed(goods_of(session.connection(), order_id=order_id)):
        _complete(session, told)
    return left


def complete_order(
    session: Session, *, durable: Durable, merchant_id: UUID, order_id: UUID, actor_id: UUID
) -> None:
    """Close an order of which nothing is left to send; one of a service is delivered with it.

    Where a part has left and the customer has the money of all the rest back, the rest is given up.

    Raises:
        NotFoundError: the merchant has no such order.
        IllegalTransitionError: it is not placed.
        StillOwedError: goods still wait to leave for it, or are missing, and are not repaid.
    """
    order = _placed(session, merchant_id, order_id)
    told = _Told(merchant_id, order_id, actor_id)
    standing = goods_of(session.connection(), order_id=order_id)
    if _is_owed(standing):
        if not _is_done(session.connection(), order_id, standing):
            raise StillOwedError
        given_up = [GivenUp(goods.variant_id, goods.owed) for goods in standing]
        give_up(session, merchant_id=merchant_id, order=order, given_up=given_up, actor_id=actor_id)
        return
    if order.delivery.get("kind") == DeliveryKind.SERVICE:
        fulfilment_left(
            session,
            merchant_id=merchant_id,
            order_id=order_id,
            location_id=None,
            kind=DeliveryKind.SERVICE,
            actor_id=actor_id,
        )
        event_id = _tell(session, told, EventKind.SERVICE_DELIVERED)
        _announce(session, durable, told, event_id)
    _complete(session, told)


def _listed(left: Sequence[Units]) -> list[dict[str, str | int]]:
    """Return what is in a parcel as the timeline keeps it."""
    units = Counter[UUID]()
    for each in left:
        units[each.variant_id] += each.quantity
    return [{"variant_id": str(variant), "quantity": count} for variant, count in units.items()]


def _leave(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    location_id: UUID,
    stays: Sequence[Units],
    actor_id: UUID,
) -> tuple[Units, ...]:
    """Book out what is held at a place, and note what left it that is sold without limit."""
    uncounted = send_uncounted(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        location_id=location_id,
        stays=stays,
    )
    sell_on(
        session,
        merchant_id=merchant_id,
        sale_id=order_id,
        lines=uncounted,
        actor_id=actor_id,
    )
    try:
        held = ship_held(
            session,
            merchant_id=merchant_id,
            owner_id=order_id,
            location_id=location_id,
            actor_id=actor_id,
        )
    except HoldLostError:
        if not uncounted:
            raise
        held = ()
    return (*held, *uncounted)


def _placed(session: Session, merchant_id: UUID, order_id: UUID) -> OrderRow:
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    if order.state is not OrderState.PLACED:
        raise IllegalTransitionError(number=order.number, state=order.state.value)
    return order


def _is_owed(standing: Sequence[GoodsStanding]) -> bool:
    return any(goods.held or goods.short for goods in standing)


def _is_done(connection: Connection, order_id: UUID, standing: Sequence[GoodsStanding]) -> bool:
    """Return whether a part has left and all the rest is repaid; else it would be called off."""
    payments = payments_of(connection, order_id=order_id)
    refunded = sum(each.refunded_minor + each.refunding_minor for each in payments)
    lines = lines_of(connection, order_ids=[order_id])
    gone = any(goods.gone for goods in standing)
    return gone and is_repaid(lines, standing, refunded_minor=refunded)


def _complete(session: Session, told: _Told) -> None:
    mark_completed(session, merchant_id=told.merchant_id, order_id=told.order_id)
    _tell(session, told, EventKind.COMPLETED)


def _announce(session: Session, durable: Durable, told: _Told, event_id: UUID) -> None:
    """Write the letter of a departure once what was booked is kept."""
    announce_departure(
        session,
        durable=durable,
        merchant_id=told.merchant_id,
        order_id=told.order_id,
        event_id=event_id,
    )


def _tell(
    session: Session, told: _Told, kind: EventKind, facts: Mapping[str, Any] = _NO_FACTS
) -> UUID:
    return tell(
        session,
        merchant_id=told.merchant_id,
        order_id=told.order_id,
        kind=kind,
        actor=Actor.STAFF,
        actor_id=told.actor_id,
        **facts,
    )
