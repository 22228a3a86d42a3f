"""Send less than was ordered: goods that nobody waits for any more are free for others."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.checkout.errors import GiveUpBeyondOwedError
from commerce.checkout.owing import Owing, standings
from commerce.checkout.service.goods import GoodsStanding, goods_of, missing_from, waiting_for
from commerce.fulfilment.service import (
    align_fulfilments,
    note_what_comes_out,
    picked_of,
    shrink_sources,
)
from commerce.inventory.rows import Units
from commerce.inventory.service import close_taken_promises, release_units
from commerce.orders.rows import Actor, EventKind, OrderLineRow, OrderRow, OrderState
from commerce.orders.service import mark_completed, tell

GIVEN_UP = "goods-given-up"


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Units of one variant that an order waits for no more."""

    variant_id: UUID
    quantity: int


def give_up(
    session: Session,
    *,
    merchant_id: UUID,
    order: OrderRow,
    given_up: Sequence[GivenUp],
    actor_id: UUID,
) -> None:
    """Take units out of what a locked order has to send; its money is the caller's matter.

    Units that nobody keeps for the order go first, then what waits to leave. An order of which
    something has left is completed when nothing of it waits any more; one of which nothing has left
    is completed by `close_repaid`.

    Raises:
        GiveUpBeyondOwedError: more units than still wait to leave, or the order is not placed.
    """
    left = Counter[UUID]()
    for each in given_up:
        left[each.variant_id] += each.quantity
    asked, units = dict(left), left.total()
    if not units:
        return
    connection = session.connection()
    missing = list(_taken(left, missing_from(connection, order_id=order.id)))
    waiting = list(_taken(left, _kept_for(connection, order.id)))
    if left.total() or order.state is not OrderState.PLACED:
        raise GiveUpBeyondOwedError
    _let_go(session, merchant_id, order, missing=missing, waiting=waiting, actor_id=actor_id)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order.id,
        kind=EventKind.GIVEN_UP,
        actor=Actor.STAFF,
        actor_id=actor_id,
        units=units,
        goods=[
            {"variant_id": str(variant_id), "quantity": quantity}
            for variant_id, quantity in asked.items()
            if quantity
        ],
    )
    close_taken_promises(
        session,
        merchant_id=merchant_id,
        owner_id=order.id,
        variant_ids=[each.variant_id for each in missing],
        resolution=GIVEN_UP,
        actor_id=actor_id,
    )
    standing = goods_of(connection, order_id=order.id)
    if any(each.gone for each in standing) and not any(each.owed for each in standing):
        _complete(session, merchant_id, order.id, actor_id)


def close_repaid(session: Session, *, merchant_id: UUID, order_id: UUID, actor_id: UUID) -> None:
    """Complete a locked order that owes neither goods nor money any more.

    Where some of the money was kept, whoever decides about that closes it.
    """
    standing = standings(session.connection(), order_ids=[order_id])[order_id]
    if standing.owing is Owing.NOTHING and standing.repaid:
        _complete(session, merchant_id, order_id, actor_id)


def is_repaid(
    lines: Sequence[OrderLineRow], standing: Sequence[GoodsStanding], *, refunded_minor: int
) -> bool:
    """Return whether an order's refunds cover every unit that the customer does not have.

    That is the case of an order whose missing units were refunded without being given up: nothing
    of it is left to send, although it owes goods on paper. `refunded_minor` is in the order's
    currency, with what is on its way; parts of a unit's price count for the customer.
    """
    kept = {goods.variant_id: goods.gone - goods.returned for goods in standing}
    paid, ordered = Counter[UUID](), Counter[UUID]()
    for line in lines:
        if line.variant_id is not None:
            paid[line.variant_id] += line.total_minor
            ordered[line.variant_id] += line.quantity
    lacking = {each: max(0, ordered[each] - kept.get(each, ordered[each])) for each in ordered}
    return refunded_minor >= sum(
        -(-paid[each] * lacking[each] // ordered[each]) for each in ordered
    )


def _let_go(
    session: Session,
    merchant_id: UUID,
    order: OrderRow,
    *,
    missing: Sequence[Units],
    waiting: Sequence[Units],
    actor_id: UUID,
) -> None:
    """Free what is held, and have what was picked already taken out of its box."""
    standing = goods_of(session.connection(), order_id=order.id)
    counted = {goods.variant_id for goods in standing if goods.counted}
    release_units(
        session,
        merchant_id=merchant_id,
        owner_id=order.id,
        lines=[each for each in waiting if each.variant_id in counted],
    )
    shrink_sources(session, merchant_id=merchant_id, order_id=order.id, units=[*missing, *waiting])
    in_hand = picked_of(session, merchant_id=merchant_id, order_id=order.id)
    align_fulfilments(session, merchant_id=merchant_id, order=order)
    note_what_comes_out(
        session, merchant_id=merchant_id, order_id=order.id, before=in_hand, actor_id=actor_id
    )


def _kept_for(connection: Connection, order_id: UUID) -> list[Units]:
    return [
        Units(each.variant_id, each.location_id, each.quantity)
        for each in waiting_for(connection, order_id=order_id)
    ]


def _complete(session: Session, merchant_id: UUID, order_id: UUID, actor_id: UUID) -> None:
    mark_completed(session, merchant_id=merchant_id, order_id=order_id)
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.COMPLETED,
        actor=Actor.STAFF,
        actor_id=actor_id,
    )


def _taken(left: Counter[UUID], there: Sequence[Units]) -> Iterator[Units]:
    """Take as much of what is `left` to be given up as is `there`, and count it down."""
    for each in there:
        units = min(left[each.variant_id], each.quantity)
        if units:
            left[each.variant_id] -= units
            yield Units(each.variant_id, each.location_id, units)
