"""Hand over a part of what lies ready; the rest goes on waiting for the same customer."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import StaysBeyondReadyError
from commerce.checkout.service.goods import goods_of
from commerce.checkout.service.locking import locked_order
from commerce.checkout.service.pickup import hand_over, known_part, lay_ready
from commerce.fulfilment.errors import FulfilmentMovedOnError, UnknownFulfilmentError
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.rows import FulfilmentRow, FulfilmentState
from commerce.fulfilment.service import (
    add_uncounted,
    align_fulfilments,
    begin_picking,
    pack,
    pick,
    shrink_sources,
)
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import lock_known_levels, promise_again, release_units
from commerce.kernel.durable import Durable
from commerce.kernel.vault import Vault


def hand_over_some(
    session: Session,
    *,
    durable: Durable,
    vault: Vault,
    merchant_id: UUID,
    fulfilment_id: UUID,
    stays: Mapping[UUID, int],
    shelf: str = "",
    actor_id: UUID,
) -> tuple[Units, ...]:
    """Hand over what lies ready but for what `stays`, and return what left.

    What stays is a new part of the order: it lies ready anew, with a code and a last day of its own,
    of which the customer is told. Its goods are free to nobody in between: the transaction keeps them.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
        CollectedAlreadyError: somebody has come for it before.
        FulfilmentMovedOnError: it does not lie ready.
        StaysBeyondReadyError: nothing would stay, nothing would leave, or more than lies ready.
    """
    part = known_part(session, fulfilment_id)
    order = locked_order(session, merchant_id=merchant_id, order_id=part.order_id)
    part = known_part(session, fulfilment_id)
    place = part.location_id
    terms = {"merchant_id": merchant_id, "fulfilment_id": fulfilment_id, "actor_id": actor_id}
    if part.state is not FulfilmentState.READY or place is None:
        return hand_over(session, durable=durable, **terms)
    kept = [Units(each, place, units) for each, units in sorted(stays.items())]
    _check(part, stays)
    lying = [Units(line.variant_id, place, 0) for line in part.lines]
    lock_known_levels(session, merchant_id=merchant_id, lines=lying)
    counted = {
        each.variant_id
        for each in goods_of(session.connection(), order_id=order.id)
        if each.counted
    }
    _let_go(session, merchant_id, order.id, kept, counted)
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    left = hand_over(session, durable=durable, **terms)
    _keep_on(session, merchant_id, order.id, kept, counted)
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    rest = _waiting_at(session, order.id, place)
    _shelve(session, durable, vault, merchant_id, rest, shelf, actor_id)
    return left


def _check(part: FulfilmentRow, stays: Mapping[UUID, int]) -> None:
    """Refuse what is no part of what lies ready."""
    lying = {line.variant_id: line.quantity for line in part.lines}
    beyond = any(not 0 < units <= lying.get(each, 0) for each, units in stays.items())
    if beyond or not 0 < sum(stays.values()) < part.units:
        raise StaysBeyondReadyError


def _let_go(
    session: Session,
    merchant_id: UUID,
    order_id: UUID,
    kept: Collection[Units],
    counted: Collection[UUID],
) -> None:
    """Take out of what leaves what is to stay."""
    held = [each for each in kept if each.variant_id in counted]
    rest = [each for each in kept if each.variant_id not in counted]
    release_units(session, merchant_id=merchant_id, owner_id=order_id, lines=held)
    shrink_sources(session, merchant_id=merchant_id, order_id=order_id, units=rest)


def _keep_on(
    session: Session,
    merchant_id: UUID,
    order_id: UUID,
    kept: Collection[Units],
    counted: Collection[UUID],
) -> None:
    """Keep for the order again what stays.

    Raises:
        FulfilmentMovedOnError: what lies there may not be sold any more.
    """
    for each in kept:
        if each.variant_id in counted and not promise_again(
            session, merchant_id=merchant_id, owner_id=order_id, units=each, stage=Stage.PLACED
        ):
            raise FulfilmentMovedOnError
    rest = [each for each in kept if each.variant_id not in counted]
    add_uncounted(session, merchant_id=merchant_id, order_id=order_id, units=rest)


def _shelve(  # noqa: PLR0917 - who lays what where
    session: Session,
    durable: Durable,
    vault: Vault,
    merchant_id: UUID,
    part: FulfilmentRow,
    shelf: str,
    clerk_id: UUID,
) -> None:
    """Lay what stays back on the shelf: it is picked and packed already."""
    terms = {"merchant_id": merchant_id, "fulfilment_id": part.id}
    begin_picking(session, **terms, clerk_id=clerk_id)
    for line in part.lines:
        pick(session, **terms, variant_id=line.variant_id, units=line.quantity)
    pack(session, **terms, clerk_id=clerk_id)
    lay_ready(session, durable=durable, vault=vault, **terms, clerk_id=clerk_id, shelf=shelf)


def _waiting_at(session: Session, order_id: UUID, location_id: UUID) -> FulfilmentRow:
    for part in fulfilments_of(session, order_id=order_id):
        if part.location_id == location_id and part.state is FulfilmentState.OPEN:
            return part
    raise UnknownFulfilmentError
