"""Let goods come from elsewhere that a place does not find, or does not send.

The holds move with them, and so does the reason. Where no other place has enough, a unit that is
missing is missing, and the merchant is told; a part that is merely declined stays promised at its
place until the merchant decides.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.elsewhere import Rerouted, lock_levels, move_elsewhere
from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.errors import UnknownFulfilmentError
from commerce.fulfilment.queries import fulfilment_by_id
from commerce.fulfilment.rows import DeclineReason, ShortReason
from commerce.fulfilment.service import (
    Task,
    align_fulfilments,
    call_short,
    decline_task,
    declined_by,
    say_nowhere_else,
)
from commerce.inventory.rows import MovementKind, Portion, Units
from commerce.inventory.service import adjust_stock, set_aside
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import tell

NOT_FOUND_WHEN_PICKING = "not found when picking"
DAMAGED_WHEN_PICKING = "damaged when picking"


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
    result = move_elsewhere(
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
    result = move_elsewhere(
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
    lock_levels(session, merchant_id, [each.variant_id for each in here], here)
    return order


def _counted(session: Session, order: OrderRow, units: Sequence[Units]) -> frozenset[UUID]:
    """Return which of these variants are held for the order; the others cannot run out."""
    counted = {
        goods.variant_id
        for goods in goods_of(session.connection(), order_id=order.id)
        if goods.counted
    }
    return frozenset(each.variant_id for each in units if each.variant_id in counted)


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
