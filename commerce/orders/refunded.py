"""Which goods the money of a refund was worked out from: kept in the timeline, beside the refund."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement

# By the order first: that is how timelines are indexed.
_OF_ORDERS = Statement("""
SELECT facts FROM order_event
WHERE order_id = ANY(:orders) AND kind IN ('refunded', 'refund_started') AND facts ? 'goods'
""")


@dataclass(frozen=True, slots=True)
class RefundedGoods:
    """What one refund, or the wish that it is a part of, gives back the money of."""

    refund_id: UUID
    wish_minor: int
    """What the wish gives back to all tenders together."""
    units: Mapping[UUID, int]
    """By variant."""


def goods_facts(*, refund_id: UUID, wish_minor: int, units: Mapping[UUID, int]) -> dict[str, Any]:
    """Return what the timeline keeps of it; nothing for a sum that nobody worked out from goods."""
    if not units:
        return {}
    goods = [{"variant_id": str(each), "quantity": units[each]} for each in sorted(units)]
    return {"refund": str(refund_id), "wish_minor": wish_minor, "goods": goods}


def refunded_goods(
    connection: Connection, *, order_ids: Iterable[UUID]
) -> dict[UUID, RefundedGoods]:
    """Return the goods of the refunds of some orders, by the refund's id; free sums have none."""
    rows = _OF_ORDERS.all(connection, {"orders": list(order_ids)})
    found = (_read(row.facts) for row in rows)
    return {each.refund_id: each for each in found}


def _read(facts: Mapping[str, Any]) -> RefundedGoods:
    units = {UUID(each["variant_id"]): int(each["quantity"]) for each in facts["goods"]}
    return RefundedGoods(UUID(facts["refund"]), int(facts["wish_minor"]), units)
