"""Units that were picked and then refunded: they come out of the box before it leaves.

The timeline keeps what has to come out and who has taken it out; so a part knows it whatever
happens to its lines in between.
"""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.errors import TakeOutFirstError
from commerce.fulfilment.queries.taking_out import to_take_out
from commerce.fulfilment.service.picking import task_of
from commerce.kernel.statements import Statement
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell

_PICKED = Statement("""
SELECT f.id, f.location_id, l.variant_id, l.picked
FROM fulfilment f
JOIN fulfilment_line l ON l.merchant_id = f.merchant_id AND l.fulfilment_id = f.id
WHERE f.merchant_id = :merchant AND f.order_id = :order AND f.left_at IS NULL
""")

_IN_HAND = Statement("""
SELECT id FROM fulfilment
WHERE merchant_id = :merchant AND order_id = :order AND location_id = :location
  AND state IN ('picking', 'packed', 'ready')
""")

Picked = Mapping[tuple[UUID, UUID, UUID], int]
"""Units in hand, by the part, its place and the variant."""


def picked_of(session: Session, *, merchant_id: UUID, order_id: UUID) -> Picked:
    """Return what has been picked of an order and has not left."""
    rows = _PICKED.all(session, {"merchant": merchant_id, "order": order_id})
    return {(row.id, row.location_id, row.variant_id): row.picked for row in rows}


def note_what_comes_out(
    session: Session, *, merchant_id: UUID, order_id: UUID, before: Picked, actor_id: UUID
) -> None:
    """Say which units that were picked `before` no longer belong to the order, part by part."""
    if not any(before.values()):
        return
    now = picked_of(session, merchant_id=merchant_id, order_id=order_id)
    out: dict[tuple[UUID, UUID], dict[UUID, int]] = defaultdict(dict)
    for (part, place, variant), units in before.items():
        if units > now.get((part, place, variant), 0):
            out[part, place][variant] = units - now.get((part, place, variant), 0)
    for (part, place), goods in out.items():
        _tell(session, merchant_id, order_id, EventKind.TO_TAKE_OUT, part, place, goods, actor_id)


def confirm_taken_out(
    session: Session, *, merchant_id: UUID, fulfilment_id: UUID, clerk_id: UUID
) -> int:
    """Note that a clerk has laid back what had to come out, and return the units; none twice.

    Raises:
        UnknownFulfilmentError: the merchant has no such part.
    """
    task = task_of(session, merchant_id=merchant_id, fulfilment_id=fulfilment_id)
    goods = to_take_out(session, order_ids=[task.order_id]).get(task.id, {})
    if goods and task.location_id is not None:
        place, kind = task.location_id, EventKind.TAKEN_OUT
        _tell(session, merchant_id, task.order_id, kind, task.id, place, goods, clerk_id)
    return sum(goods.values())


def hold_until_taken_out(
    session: Session, *, merchant_id: UUID, order_id: UUID, location_id: UUID
) -> None:
    """Let nothing leave a place for an order while something in hand has to come out first.

    Raises:
        TakeOutFirstError: somebody has to lay units back, and to say so.
    """
    where = {"merchant": merchant_id, "order": order_id, "location": location_id}
    part = _IN_HAND.value(session, where)
    if part is not None and part in to_take_out(session, order_ids=[order_id]):
        raise TakeOutFirstError


def _tell(  # noqa: PLR0917 - what the timeline keeps
    session: Session,
    merchant_id: UUID,
    order_id: UUID,
    kind: EventKind,
    part: UUID,
    place: UUID,
    goods: Mapping[UUID, int],
    actor_id: UUID,
) -> None:
    tell(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        kind=kind,
        actor=Actor.STAFF,
        actor_id=actor_id,
        location=str(place),
        fulfilment=str(part),
        units=sum(goods.values()),
        goods=[{"variant_id": str(each), "quantity": units} for each, units in goods.items()],
    )
