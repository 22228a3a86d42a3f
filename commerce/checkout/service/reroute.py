"""Let goods come from elsewhere that a place does not find, or does not send.

The holds move with them, and so does the reason. Where no other place has enough, a unit that is
missing is missing, and the merchant is told; a part that is merely declined stays promised at its
place until the merchant decides.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.holding import demand_of, pickup_place
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.errors import UnknownFulfilmentError
from commerce.fulfilment.queries import (
    Sourced,
    fulfilment_by_id,
    places_without_limit,
    source_order,
)
from commerce.fulfilment.rows import DeclineReason, Occasion, ShortReason
from commerce.fulfilment.service import (
    Task,
    add_sources,
    align_fulfilments,
    call_short,
    decline_task,
    declined_by,
    move_uncounted,
    say_nowhere_else,
    shrink_sources,
)
from commerce.inventory.errors import OutOfStockError
from commerce.inventory.queries import Source, online_sources
from commerce.inventory.rows import MovementKind, Portion, Stage, Units
from commerce.inventory.service import (
    adjust_stock,
    lock_known_levels,
    release_units,
    reserve_more,
    set_aside,
)
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import tell

NOT_FOUND_WHEN_PICKING = "not found when picking"
DAMAGED_WHEN_PICKING = "damaged when picking"


@dataclass(frozen=True, slots=True)
class Rerouted:
    """What became of units that a place does not send: where they come from now, and how many do not."""

    moved: tuple[Units, ...]
    nowhere: int


def pick_short(
    session: Session,
    *,
    merchant_id: UUID,
    fulfilment_id: UUID,
    variant_id: UUID,
    units: int,
    reason: ShortReason,
    clerk_id: UUID,
) -> Rerouted:
    """Say that units are not where they should be picked, and find them elsewhere.

    They leave the books of the place: what is not found is taken off, what is damaged is set aside.
    What is nowhere else is told on the order as missing, and waits for the merchant.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: nobody picks it now.
        NotInFulfilmentError, ShortBeyondUnpickedError: it has fewer units to be picked.
    """
    order = _order_of(session, merchant_id, fulfilment_id)
    task = call_short(
        session,
        merchant_id=merchant_id,
        fulfilment_id=fulfilment_id,
        variant_id=variant_id,
        units=units,
    )
    place = task.location_id or UUID(int=0)
    missing = Units(variant_id, place, units)
    _tell(session, merchant_id, task, EventKind.PICKED_SHORT, clerk_id, units, reason.value)
    counted = _counted(session, order, [missing])
    result = _moved(
        session,
        merchant_id=merchant_id,
        order=order,
        away=[missing],
        without=[place, *declined_by(session, merchant_id=merchant_id, order_id=order.id)],
        counted=counted,
        gone=True,
    )
    if counted:
        _take_off(session, merchant_id, missing, reason, clerk_id)
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    _tell_rerouted(session, merchant_id, order, result)
    if result.nowhere:
        tell(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            kind=EventKind.STOCK_SHORT,
            actor=Actor.SYSTEM,
            variant=str(variant_id),
            units=result.nowhere,
            reason=NOT_FOUND_WHEN_PICKING
            if reason is ShortReason.NOT_FOUND
            else DAMAGED_WHEN_PICKING,
        )
    return result


def decline_fulfilment(
    session: Session,
    *,
    merchant_id: UUID,
    fulfilment_id: UUID,
    reason: DeclineReason,
    note: str = "",
    clerk_id: UUID,
) -> Rerouted:
    """Let other places send what one declines; what no other has stays there for the merchant.

    A place that has declined a part of an order is not asked again for that order.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        FulfilmentMovedOnError: it is past being declined.
        DeclineNoteError: the reason is another one, and nobody says which.
    """
    order = _order_of(session, merchant_id, fulfilment_id)
    task, units = decline_task(
        session,
        merchant_id=merchant_id,
        fulfilment_id=fulfilment_id,
        reason=reason,
        note=note,
        clerk_id=clerk_id,
    )
    count = sum(each.quantity for each in units)
    _tell(session, merchant_id, task, EventKind.DECLINED, clerk_id, count, reason.value, note)
    result = _moved(
        session,
        merchant_id=merchant_id,
        order=order,
        away=units,
        without=declined_by(session, merchant_id=merchant_id, order_id=order.id),
        counted=_counted(session, order, units),
        gone=False,
    )
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    _tell_rerouted(session, merchant_id, order, result)
    if result.nowhere and task.location_id is not None:
        say_nowhere_else(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            location_id=task.location_id,
            note=note or reason.value,
        )
    return result


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
    _lock_levels(session, merchant_id, variants)
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


def _moved(
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


def _order_of(session: Session, merchant_id: UUID, fulfilment_id: UUID) -> OrderRow:
    """Return the order of a part, locked, so that nothing else is decided about it meanwhile.

    The levels of its goods are locked next, before the part itself, as a sale over a counter does.
    """
    part = fulfilment_by_id(session, fulfilment_id=fulfilment_id)
    if part is None:
        raise UnknownFulfilmentError
    order = locked_order(session, merchant_id=merchant_id, order_id=part.order_id)
    if order.state is not OrderState.PLACED:
        raise IllegalTransitionError(number=order.number, state=order.state.value)
    here = [Units(line.variant_id, part.location_id, 0) for line in part.lines if part.location_id]
    _lock_levels(session, merchant_id, [each.variant_id for each in here], here)
    return order


def _lock_levels(
    session: Session,
    merchant_id: UUID,
    variants: Sequence[UUID],
    here: Sequence[Units] = (),
) -> None:
    """Lock the levels from which goods could come, and those that are `here`, in order."""
    seen = online_sources(session.connection(), variant_ids=variants)
    there = [Units(each.variant_id, each.location_id, 0) for each in seen]
    lock_known_levels(session, merchant_id=merchant_id, lines=[*here, *there])


def _counted(session: Session, order: OrderRow, units: Sequence[Units]) -> frozenset[UUID]:
    """Return which of these variants are held for the order; the others cannot run out."""
    counted = {
        goods.variant_id
        for goods in goods_of(session.connection(), order_id=order.id)
        if goods.counted
    }
    return frozenset(each.variant_id for each in units if each.variant_id in counted)


def _there(sources: Sequence[Source]) -> Counter[UUID]:
    there = Counter[UUID]()
    for each in sources:
        there[each.variant_id] += each.available
    return there


def _take_off(
    session: Session, merchant_id: UUID, missing: Units, reason: ShortReason, clerk_id: UUID
) -> None:
    """Let the books of a place say what its shelf does."""
    if reason is ShortReason.DAMAGED:
        set_aside(
            session,
            merchant_id=merchant_id,
            location_id=missing.location_id,
            portions=[Portion(missing.variant_id, missing.quantity)],
            reason=DAMAGED_WHEN_PICKING,
            actor_id=clerk_id,
        )
        return
    adjust_stock(
        session,
        merchant_id=merchant_id,
        variant_id=missing.variant_id,
        location_id=missing.location_id,
        change=-missing.quantity,
        kind=MovementKind.ADJUSTED,
        reason=NOT_FOUND_WHEN_PICKING,
        actor_id=clerk_id,
    )


def _tell(  # noqa: PLR0917 - what the timeline keeps
    session: Session,
    merchant_id: UUID,
    task: Task,
    kind: EventKind,
    clerk_id: UUID,
    units: int,
    reason: str,
    note: str = "",
) -> None:
    facts = {"note": note.strip()} if note.strip() else {}
    tell(
        session,
        merchant_id=merchant_id,
        order_id=task.order_id,
        kind=kind,
        actor=Actor.STAFF,
        actor_id=clerk_id,
        location=str(task.location_id),
        fulfilment=str(task.id),
        units=units,
        reason=reason,
        **facts,
    )


def _tell_rerouted(session: Session, merchant_id: UUID, order: OrderRow, result: Rerouted) -> None:
    units = Counter[UUID]()
    for each in result.moved:
        units[each.location_id] += each.quantity
    for location, count in units.items():
        tell(
            session,
            merchant_id=merchant_id,
            order_id=order.id,
            kind=EventKind.REROUTED,
            actor=Actor.SYSTEM,
            location=str(location),
            units=count,
        )
