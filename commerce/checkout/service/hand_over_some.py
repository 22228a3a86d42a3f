"""Hand over a part of what lies ready; the rest goes on waiting for the same customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
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
    align_fulfilments,
    begin_picking,
    pack,
    pick,
)
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import lock_known_levels, promise_again, release_units
from commerce.kernel.durable import Durable
from commerce.kernel.vault import Vault


@dataclass(frozen=True, slots=True)
class _Rest:
    """What stays at its place: held there, or sold without limit."""

    held: tuple[Units, ...]
    unlimited: tuple[Units, ...]


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
    terms: dict[str, Any] = {"merchant_id": merchant_id, "fulfilment_id": fulfilment_id}
    if part.state is not FulfilmentState.READY or place is None:
        return hand_over(session, durable=durable, **terms, actor_id=actor_id)
    _check(part, stays)
    lying = [Units(line.variant_id, place, 0) for line in part.lines]
    lock_known_levels(session, merchant_id=merchant_id, lines=lying)
    rest = _rest(session, order.id, [Units(each, place, stays[each]) for each in sorted(stays)])
    release_units(session, merchant_id=merchant_id, owner_id=order.id, lines=rest.held)
    left = hand_over(session, durable=durable, **terms, stays=rest.unlimited, actor_id=actor_id)
    _keep_on(session, merchant_id, order.id, rest.held)
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    fresh = _waiting_at(session, order.id, place)
    _shelve(session, durable, vault, merchant_id, fresh, shelf, actor_id)
    return left


def _check(part: FulfilmentRow, stays: Mapping[UUID, int]) -> None:
    """Refuse what is no part of what lies ready."""
    lying = {line.variant_id: line.quantity for line in part.lines}
    beyond = any(not 0 < units <= lying.get(each, 0) for each, units in stays.items())
    if beyond or not 0 < sum(stays.values()) < part.units:
        raise StaysBeyondReadyError


def _rest(session: Session, order_id: UUID, stays: Sequence[Units]) -> _Rest:
    standing = goods_of(session.connection(), order_id=order_id)
    counted = {each.variant_id for each in standing if each.counted}
    return _Rest(
        tuple(each for each in stays if each.variant_id in counted),
        tuple(each for each in stays if each.variant_id not in counted),
    )


def _keep_on(session: Session, merchant_id: UUID, order_id: UUID, held: Sequence[Units]) -> None:
    """Hold for the order again what stays.

    Raises:
        FulfilmentMovedOnError: what lies there may not be sold any more.
    """
    terms = {"merchant_id": merchant_id, "owner_id": order_id}
    for each in held:
        if not promise_again(session, **terms, units=each, stage=Stage.PLACED):
            raise FulfilmentMovedOnError


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
