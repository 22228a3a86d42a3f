"""Hold an order's goods: the very ones it was promised, else the same from wherever they can come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.queries import sources_of
from commerce.fulfilment.service import replace_sources
from commerce.fulfilment.sourcing import choose_sources
from commerce.inventory.errors import HoldLostError, OutOfStockError
from commerce.inventory.queries import Source, online_sources
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import firm_up_holds, release_holds, reserve
from commerce.orders.rows import OrderRow

_ATTEMPTS = 3


def hold_best(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    wanted: Mapping[UUID, int],
    only_at: UUID | None,
    stage: Stage,
    expires_at: datetime | None,
    seen: Sequence[Source] | None = None,
) -> tuple[Units, ...]:
    """Hold `wanted` where it is best taken from; look again when somebody was quicker.

    `seen` is what could be promised a moment ago, if the caller has just looked.

    Raises:
        OutOfStockError: names every variant that falls short.
    """
    if not wanted:
        return ()
    for attempt in range(1, _ATTEMPTS + 1):
        sources = seen or online_sources(session.connection(), variant_ids=list(wanted))
        seen = None
        chosen = choose_sources(wanted=wanted, sources=sources, only_at=only_at)
        try:
            reserve(
                session,
                merchant_id=merchant_id,
                owner_id=order_id,
                lines=chosen,
                stage=stage,
                expires_at=expires_at,
            )
        except OutOfStockError:
            if attempt == _ATTEMPTS:
                raise
            # What this attempt did get is given back; the next looks at what is left now.
            release_holds(session, merchant_id=merchant_id, owner_id=order_id)
        else:
            return chosen
    raise AssertionError("unreachable")


def hold_promised(
    session: Session,
    *,
    merchant_id: UUID,
    order: OrderRow,
    stage: Stage,
    expires_at: datetime | None = None,
) -> None:
    """Move an order's holds to `stage`; when they are gone meanwhile, promise its goods anew.

    Goods that are sold without limit are not held: they stay with the place that was chosen.

    Raises:
        OutOfStockError: they are gone and cannot be had again; then nothing is held any more.
    """
    sources = [each for each in sources_of(session.connection(), order_id=order.id) if each.counted]
    if not sources:
        return
    try:
        firm_up_holds(
            session,
            merchant_id=merchant_id,
            owner_id=order.id,
            stage=stage,
            expires_at=expires_at,
            expected=len(sources),
        )
    except HoldLostError:
        release_holds(session, merchant_id=merchant_id, owner_id=order.id)
        chosen = hold_best(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            wanted=_added_up([(source.variant_id, source.quantity) for source in sources]),
            only_at=pickup_place(order),
            stage=stage,
            expires_at=expires_at,
        )
        replace_sources(session, merchant_id=merchant_id, order_id=order.id, units=chosen)


def pickup_place(order: OrderRow) -> UUID | None:
    """Return the store where an order is collected, or None when it is sent or served."""
    place = order.delivery.get("location_id") if order.delivery.get("kind") == "pickup" else None
    return UUID(place) if place else None


def _added_up(parts: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
    wanted: dict[UUID, int] = {}
    for variant_id, quantity in parts:
        wanted[variant_id] = wanted.get(variant_id, 0) + quantity
    return wanted
