"""Pickups to test with: ordered online, got ready in the store of a counter."""

from typing import Any
from uuid import UUID

from commerce.checkout.service import lay_ready
from commerce.fulfilment.queries import fulfilments_of
from commerce.fulfilment.rows import FulfilmentRow
from commerce.fulfilment.service import PickupCode, begin_picking, pack, pick, pickup_code
from commerce.orders.rows import OrderRow
from tests.pos.counter import Counter
from tests.support.orders import picked_up
from tests.support.shop import put_pickup
from tests.support.stockroom import do, read

POT = "LQ-POT-320"


def ordered(counter: Counter, units: int = 1, **more: int) -> OrderRow:
    """Let somebody order pots online, and what `more` is said, to be collected at the counter's store."""
    put_pickup(counter.shop)
    wanted = [(counter.goods[sku.replace("_", "-")], each) for sku, each in more.items()]
    return picked_up(counter.shop, counter.durable, counter.goods[POT], units, *wanted)


def part_of(counter: Counter, order: OrderRow) -> FulfilmentRow:
    """Return the part of an order that was made last."""
    found: tuple[FulfilmentRow, ...] = read(counter.shop, fulfilments_of, order_id=order.id)
    return found[-1]


def waiting(
    counter: Counter, units: int = 1, *, shelf: str = "", **more: int
) -> tuple[OrderRow, FulfilmentRow]:
    """Let an order lie on the pickup shelf."""
    order = ordered(counter, units, **more)
    part = part_of(counter, order)
    terms: dict[str, Any] = {"fulfilment_id": part.id, "clerk_id": counter.clerk}
    do(counter.shop, begin_picking, **terms)
    for line in part.lines:
        what = {"variant_id": line.variant_id, "units": line.quantity}
        do(counter.shop, pick, fulfilment_id=part.id, **what)
    do(counter.shop, pack, **terms)
    here = {"durable": counter.durable, "vault": counter.vault, "shelf": shelf}
    do(counter.shop, lay_ready, **here, **terms)
    return order, part_of(counter, order)


def code_of(counter: Counter, part: FulfilmentRow) -> PickupCode:
    """Return what the customer shows."""
    terms = {"order_id": part.order_id, "fulfilment_id": part.id, "until": part.collect_by}
    found: PickupCode = do(counter.shop, pickup_code, vault=counter.vault, **terms)
    return found


def handing(
    part: FulfilmentRow, taken: dict[UUID, int] | None = None, **more: Any
) -> dict[str, Any]:
    """Return the body of a hand-over of all that lies ready, or of what is `taken`."""
    lines = taken or {line.variant_id: line.quantity for line in part.lines}
    return {
        "fulfilment": str(part.id),
        "by": "code",
        "lines": [{"variant": str(each), "quantity": units} for each, units in lines.items()],
        **more,
    }
