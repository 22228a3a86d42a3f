"""Find units of a placed order at other places, and move what is held for it there."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.holding import demand_of, pickup_place
from commerce.fulfilment.queries import Sourced, places_without_limit, source_order
from commerce.fulfilment.rows import Occasion
from commerce.fulfilment.service import add_sources, move_uncounted, shrink_sources
from commerce.inventory.errors import OutOfStockError
from commerce.inventory.queries import Source, online_sources
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import lock_known_levels, release_units, reserve_more
from commerce.orders.rows import OrderRow


@dataclass(frozen=True, slots=True)
class Rerouted:
    """What became of units that a place does not send: where they come from now, and how many do not."""

    moved: tuple[Units, ...]
    nowhere: int


def served_elsewhere(
    session: Session,
    *,
    merchant_id: UUID,
    order: OrderRow,
    wanted: Mapping[UUID, int],
    without: Collection[UUID],
) -> Sourced | None:
    """Decide from where units of a placed order come, of what is there; None where nothing is.

    Every level in question is locked, so what is decided can be held. Places `without` give none.
    """
    connection = session.connection()
    variants = list(wanted)
    lock_levels(session, merchant_id, variants)
    only_at = pickup_place(order)
    sources = [
        each
        for each in online_sources(connection, variant_ids=variants)
        if each.location_id not in without and only_at in {None, each.location_id}
    ]
    there = _there(sources)
    found = {variant: min(units, there[variant]) for variant, units in wanted.items()}
    found = {variant: units for variant, units in found.items() if units > 0}
    if not found:
        return None
    try:
        return source_order(
            session,
            merchant_id=merchant_id,
            demand=demand_of(session, merchant_id=merchant_id, order=order, wanted=found),
            sources=sources,
            must_serve=True,
        )
    except OutOfStockError:
        return None


def move_elsewhere(
    session: Session,
    *,
    merchant_id: UUID,
    order: OrderRow,
    away: Sequence[Units],
    without: Collection[UUID],
    counted: Collection[UUID],
    gone: bool,
) -> Rerouted:
    """Move what is held at one place to others; what is `gone` is let go even if none has it."""
    held = [each for each in away if each.variant_id in counted]
    wanted = {each.variant_id: each.quantity for each in held}
    sourced = (
        served_elsewhere(
            session, merchant_id=merchant_id, order=order, wanted=wanted, without=without
        )
        if wanted
        else None
    )
    chosen = tuple(sourced.decision.units) if sourced is not None else ()
    found = Counter[UUID]()
    for each in chosen:
        found[each.variant_id] += each.quantity
    leaving = [
        Units(each.variant_id, each.location_id, found[each.variant_id])
        for each in held
        if found[each.variant_id]
    ]
    release_units(
        session,
        merchant_id=merchant_id,
        owner_id=order.id,
        lines=held if gone else leaving,
    )
    if sourced is not None:
        reserve_more(
            session,
            merchant_id=merchant_id,
            owner_id=order.id,
            lines=chosen,
            stage=Stage.PLACED,
        )
        shrink_sources(session, merchant_id=merchant_id, order_id=order.id, units=leaving)
        add_sources(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            sourced=sourced,
            occasion=Occasion.REROUTED,
        )
    unlimited = _moved_unlimited(session, merchant_id, order, away, without, counted)
    moved = (*chosen, *unlimited)
    count = sum(each.quantity for each in away) - sum(each.quantity for each in moved)
    return Rerouted(moved, count)


def _moved_unlimited(  # noqa: PLR0917 - what moves, and where it may not go
    session: Session,
    merchant_id: UUID,
    order: OrderRow,
    away: Sequence[Units],
    without: Collection[UUID],
    counted: Collection[UUID],
) -> tuple[Units, ...]:
    """Let goods that are sold without limit leave from another place, if there is one."""
    rest = [each for each in away if each.variant_id not in counted]
    if not rest:
        return ()
    to = places_without_limit(
        session.connection(),
        wanted={each.variant_id: each.quantity for each in rest},
        only_at=pickup_place(order),
        without=list(without),
    )
    move_uncounted(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        origin_id=rest[0].location_id,
        to=to,
    )
    return to


def lock_levels(
    session: Session,
    merchant_id: UUID,
    variants: Sequence[UUID],
    here: Sequence[Units] = (),
) -> None:
    """Lock the levels from which goods could come, and those that are `here`, in order."""
    seen = online_sources(session.connection(), variant_ids=variants)
    there = [Units(each.variant_id, each.location_id, 0) for each in seen]
    lock_known_levels(session, merchant_id=merchant_id, lines=[*here, *there])


def _there(sources: Sequence[Source]) -> Counter[UUID]:
    there = Counter[UUID]()
    for each in sources:
        there[each.variant_id] += each.available
    return there
