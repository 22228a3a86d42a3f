"""Find goods anew for an order whose promise was taken by somebody at a till.

When the very goods come back, because the sale is voided or returned, a paid order that still lacks
them gets them back by itself, before anybody else. Carts and unpaid orders do not: their promise was
passing, and the moment they are ordered or paid takes the goods from wherever they are then
(`hold_best`, `hold_promised`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.errors import NoPlaceError
from commerce.checkout.service.elsewhere import served_elsewhere
from commerce.checkout.service.goods import GoodsStanding, goods_of, missing_from
from commerce.checkout.service.holding import demand_of, hold_best, pickup_place
from commerce.checkout.service.locking import locked_order
from commerce.fulfilment.queries import fulfilments_of, places_without_limit
from commerce.fulfilment.rows import FulfilmentState, Occasion
from commerce.fulfilment.service import (
    add_sources,
    add_to_fulfilments,
    align_fulfilments,
    keep_sources,
    replace_owed_sources,
    shrink_sources,
)
from commerce.inventory.errors import OutOfStockError, Shortfall
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import (
    TakenPromise,
    close_taken_promises,
    promise_again,
    release_holds,
    reserve_more,
)
from commerce.orders.errors import IllegalTransitionError
from commerce.orders.queries import order_by_id
from commerce.orders.rows import Actor, EventKind, OrderRow, OrderState
from commerce.orders.service import tell

FOUND_AGAIN, CAME_BACK = "goods-found-again", "goods-came-back"


def find_goods_again(
    session: Session, *, merchant_id: UUID, order_id: UUID, actor_id: UUID | None
) -> tuple[Units, ...]:
    """Hold everything that a placed order is still owed, from wherever it can come now.

    What was held before may move to another location with it, unless somebody has a part of the
    order in hand: then only what is missing is looked for. What has left stays as it is. Goods that
    are sold without limit and have no place yet get one. `actor_id` is None when the clock asks.

    Raises:
        NotFoundError: the merchant has no such order.
        IllegalTransitionError: it is not placed.
        OutOfStockError: the goods are nowhere; the holds stay as they were.
        NoPlaceError: the merchant has no place from which goods could leave.
    """
    order = locked_order(session, merchant_id=merchant_id, order_id=order_id)
    if order.state is not OrderState.PLACED:
        raise IllegalTransitionError(number=order.number, state=order.state.value)
    connection = session.connection()
    standing = goods_of(connection, order_id=order_id)
    owed = {
        goods.variant_id: goods.wanted - goods.gone
        for goods in standing
        if goods.counted and goods.wanted > goods.gone
    }
    in_hand = any(
        part.state.active and part.state is not FulfilmentState.OPEN
        for part in fulfilments_of(session, order_id=order_id)
    )
    find = _find_missing if in_hand else _find_all
    chosen = find(session, merchant_id, order, owed)
    unlimited = _placed_anew(session, order, standing, [units.location_id for units in chosen])
    keep_sources(session, merchant_id=merchant_id, order_id=order_id, units=(), uncounted=unlimited)
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.NOTE,
        actor=Actor.SYSTEM if actor_id is None else Actor.STAFF,
        actor_id=actor_id,
        note=FOUND_AGAIN,
    )
    close_taken_promises(
        session,
        merchant_id=merchant_id,
        owner_id=order_id,
        variant_ids=list(owed),
        resolution=FOUND_AGAIN,
        actor_id=actor_id,
    )
    return (*chosen, *unlimited)


def _find_all(
    session: Session, merchant_id: UUID, order: OrderRow, owed: Mapping[UUID, int]
) -> Sequence[Units]:
    """Decide anew from where everything comes that an order is owed."""
    release_holds(session, merchant_id=merchant_id, owner_id=order.id)
    sourced = hold_best(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        demand=demand_of(session, merchant_id=merchant_id, order=order, wanted=owed),
        stage=Stage.PLACED,
        expires_at=None,
        must_serve=True,
    )
    replace_owed_sources(session, merchant_id=merchant_id, order_id=order.id, sourced=sourced)
    return sourced.decision.units if sourced is not None else ()


def _find_missing(
    session: Session, merchant_id: UUID, order: OrderRow, owed: Mapping[UUID, int]
) -> Sequence[Units]:
    """Hold what nobody keeps for an order, and leave alone what is picked and packed already."""
    missing = [
        each
        for each in missing_from(session.connection(), order_id=order.id)
        if each.variant_id in owed
    ]
    wanted = Counter[UUID]()
    for each in missing:
        wanted[each.variant_id] += each.quantity
    if not wanted:
        return ()
    sourced = served_elsewhere(
        session, merchant_id=merchant_id, order=order, wanted=wanted, without=()
    )
    there = Counter[UUID]()
    for each in sourced.decision.units if sourced is not None else ():
        there[each.variant_id] += each.quantity
    if sourced is None or there != wanted:
        raise OutOfStockError(
            tuple(Shortfall(v, None, units, there[v]) for v, units in wanted.items())
        )
    chosen = sourced.decision.units
    reserve_more(
        session, merchant_id=merchant_id, owner_id=order.id, lines=chosen, stage=Stage.PLACED
    )
    shrink_sources(session, merchant_id=merchant_id, order_id=order.id, units=missing)
    add_sources(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        sourced=sourced,
        occasion=Occasion.FOUND_AGAIN,
    )
    return chosen


def _placed_anew(
    session: Session,
    order: OrderRow,
    standing: Sequence[GoodsStanding],
    serving: Sequence[UUID],
) -> tuple[Units, ...]:
    """Return places for goods without limit that were ordered when the merchant had none."""
    wanted = {goods.variant_id: goods.short for goods in standing if not goods.counted}
    missing = {variant_id: units for variant_id, units in wanted.items() if units}
    found = places_without_limit(
        session.connection(), wanted=missing, serving=serving, only_at=pickup_place(order)
    )
    if len(found) < len(missing):
        raise NoPlaceError
    return found


def keep_promises_again(
    session: Session,
    *,
    merchant_id: UUID,
    taken: Sequence[TakenPromise],
    back: Sequence[Units],
    actor_id: UUID,
) -> None:
    """Keep the units that came `back` for the paid orders that they had been taken from.

    An order gets no more than it lacks; one that is whole again needs nobody to look into it.
    """
    left: Counter[tuple[UUID, UUID]] = Counter()
    for units in back:
        left[units.variant_id, units.location_id] += units.quantity
    for promise in taken:
        units = promise.units
        spot = (units.variant_id, units.location_id)
        most = min(units.quantity, left[spot])
        if most:
            left[spot] -= _kept(session, merchant_id, promise.owner_id, units, most, actor_id)


def _kept(  # noqa: PLR0917 - one promise
    session: Session, merchant_id: UUID, owner_id: UUID, units: Units, most: int, actor_id: UUID
) -> int:
    """Keep up to `most` units for an order as far as it lacks them; return how many."""
    connection = session.connection()
    order = order_by_id(connection, order_id=owner_id)
    if order is None or order.state is not OrderState.PLACED:
        return 0
    goods = goods_of(connection, order_id=owner_id)
    short = sum(each.short for each in goods if each.variant_id == units.variant_id)
    lacking = min(short, most)
    again = Units(units.variant_id, units.location_id, lacking)
    if not lacking or not promise_again(
        session,
        merchant_id=merchant_id,
        owner_id=owner_id,
        units=again,
        stage=Stage.PLACED,
    ):
        return 0
    add_to_fulfilments(session, merchant_id=merchant_id, order=order, units=again)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=owner_id,
        kind=EventKind.NOTE,
        actor=Actor.SYSTEM,
        note=CAME_BACK,
    )
    if lacking == short:
        close_taken_promises(
            session,
            merchant_id=merchant_id,
            owner_id=owner_id,
            variant_ids=[units.variant_id],
            resolution=CAME_BACK,
            actor_id=actor_id,
        )
    return lacking
