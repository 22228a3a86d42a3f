"""Hold an order's goods: the very ones it was promised, else the same from wherever they can come."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.queries import Sourced, described, source_order, sources_of
from commerce.fulfilment.service import replace_sources
from commerce.fulfilment.sourcing import Demand, Line
from commerce.inventory.errors import HoldLostError, OutOfStockError
from commerce.inventory.queries import Source, online_sources
from commerce.inventory.rows import Stage
from commerce.inventory.service import firm_up_holds, release_holds, reserve
from commerce.kernel.clock import utc_now
from commerce.orders.queries import lines_of
from commerce.orders.rows import OrderRow
from commerce.park.queries.merchants import get_merchant

_ATTEMPTS = 3


def hold_best(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    demand: Demand,
    stage: Stage,
    expires_at: datetime | None,
    seen: Sequence[Source] | None = None,
    version: tuple[int, str] | None = None,
    must_serve: bool = False,
) -> Sourced | None:
    """Hold what is wanted where it is best taken from; look again when somebody was quicker.

    Returns the decision, None when nothing is wanted. `seen` is what could be promised a moment
    ago, if the caller has just looked, and `version` the merchant card's `network`. An order that
    is promised already `must_serve`: then rules give way.

    Raises:
        OutOfStockError: names every variant that falls short.
        RulesLeaveNoPlaceError: there is enough, but not where the merchant's rules allow it.
    """
    if not demand.lines:
        return None
    wanted = [line.variant_id for line in demand.lines]
    for attempt in range(1, _ATTEMPTS + 1):
        sources = seen or online_sources(session.connection(), variant_ids=wanted)
        seen = None
        sourced = source_order(
            session,
            merchant_id=merchant_id,
            demand=demand,
            sources=sources,
            version=version,
            must_serve=must_serve,
        )
        try:
            reserve(
                session,
                merchant_id=merchant_id,
                owner_id=order_id,
                lines=sourced.decision.units,
                stage=stage,
                expires_at=expires_at,
            )
        except OutOfStockError:
            if attempt == _ATTEMPTS:
                raise
            # What this attempt did get is given back; the next looks at what is left now.
            release_holds(session, merchant_id=merchant_id, owner_id=order_id)
        else:
            return sourced
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
        wanted = _added_up([(each.variant_id, each.quantity) for each in sources])
        sourced = hold_best(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            demand=demand_of(session, merchant_id=merchant_id, order=order, wanted=wanted),
            stage=stage,
            expires_at=expires_at,
            must_serve=True,
        )
        if sourced is not None:
            replace_sources(session, merchant_id=merchant_id, order_id=order.id, sourced=sourced)


def demand_of(
    session: Session, *, merchant_id: UUID, order: OrderRow, wanted: Mapping[UUID, int]
) -> Demand:
    """Return what sourcing has to know of an order of which `wanted` has to be found now."""
    connection = session.connection()
    merchant = get_merchant(connection, merchant_id=merchant_id)
    prices = {
        line.variant_id: line.unit_price_minor
        for line in lines_of(connection, order_ids=[order.id])
        if order.currency == merchant.currency
    }
    latest = order.delivery.get("latest")
    ship_to = order.ship_to or {}
    demand = Demand(
        lines=tuple(
            Line(variant, units, value_minor=prices.get(variant))
            for variant, units in wanted.items()
        ),
        country=ship_to.get("country") or merchant.country,
        region=ship_to.get("region") or None,
        at=utc_now(),
        channel=order.channel,
        option=order.delivery.get("key", ""),
        promised=date.fromisoformat(latest) if latest else None,
        only_at=pickup_place(order),
    )
    return described(connection, demand)


def pickup_place(order: OrderRow) -> UUID | None:
    """Return the store where an order is collected, or None when it is sent or served."""
    place = order.delivery.get("location_id") if order.delivery.get("kind") == "pickup" else None
    return UUID(place) if place else None


def _added_up(parts: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
    wanted: dict[UUID, int] = {}
    for variant_id, quantity in parts:
        wanted[variant_id] = wanted.get(variant_id, 0) + quantity
    return wanted
