"""How far an order's goods have come: by the ledger and the holds, and where none is kept, by its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import Units
from commerce.kernel.statements import Statement

# Goods that are sold on when they are out move on the ledger as well; their sources tell of them.
# Asked by variant, because that is how the ledger is indexed; the order is its movements' subject.
_STANDING = Statement("""
WITH wanted AS (
  SELECT variant_id, sum(quantity) AS units, bool_or(counted) AS counted,
    sum(quantity - sent) FILTER (WHERE NOT counted) AS waiting,
    sum(sent) AS sent, sum(returned) AS returned
  FROM order_source WHERE order_id = :order
  GROUP BY variant_id
  UNION ALL
  -- A sale at a till takes its goods without a decision about sources.
  SELECT l.variant_id, sum(l.quantity), true, 0, 0, 0 FROM order_line l
  JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
  WHERE l.order_id = :order AND v.stock_tracked
    AND NOT EXISTS (SELECT FROM order_source s WHERE s.merchant_id = l.merchant_id
                    AND s.order_id = l.order_id)
    AND EXISTS (SELECT FROM sales_order o WHERE o.merchant_id = l.merchant_id
                AND o.id = l.order_id AND o.channel = 'till')
  GROUP BY l.variant_id
  UNION ALL
  -- Goods that have to travel and have no source: the merchant had no place when they were ordered.
  SELECT l.variant_id, sum(l.quantity), bool_or(v.stock_tracked AND NOT v.sell_when_out), 0, 0, 0
  FROM order_line l
  JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
  WHERE l.order_id = :order AND v.requires_shipping
    AND NOT EXISTS (SELECT FROM order_source s WHERE s.merchant_id = l.merchant_id
                    AND s.order_id = l.order_id AND s.variant_id = l.variant_id)
    AND EXISTS (SELECT FROM sales_order o WHERE o.merchant_id = l.merchant_id
                AND o.id = l.order_id AND o.channel <> 'till' AND o.state = 'placed'
                AND o.delivery ->> 'kind' IS DISTINCT FROM 'service')
  GROUP BY l.variant_id
)
SELECT w.variant_id, w.units AS wanted, w.counted, COALESCE(w.waiting, 0)
  + COALESCE((SELECT sum(h.quantity) FROM hold h
              WHERE h.owner_id = :order AND h.variant_id = w.variant_id), 0) AS held, w.sent
  + COALESCE((SELECT -sum(m.quantity) FROM movement m
              WHERE m.variant_id = w.variant_id AND m.subject_id = :order
                AND m.kind = 'sold' AND w.counted), 0) AS gone, w.returned
  + COALESCE((SELECT sum(m.quantity) FROM movement m
              WHERE m.variant_id = w.variant_id AND m.subject_id = :order
                AND m.kind = 'returned' AND w.counted), 0) AS returned
FROM wanted w ORDER BY w.variant_id
""")

# Of a place, what it owes beyond what left it and what it holds: a till has taken it.
_MISSING = Statement("""
SELECT variant_id, location_id, quantity - left_it - held AS units FROM (
  SELECT s.variant_id, s.location_id, s.quantity,
    COALESCE((SELECT -sum(m.quantity) FROM movement m
              WHERE m.variant_id = s.variant_id AND m.location_id = s.location_id
                AND m.subject_id = s.order_id AND m.kind = 'sold'), 0) AS left_it,
    COALESCE((SELECT sum(h.quantity) FROM hold h
              WHERE h.owner_id = s.order_id AND h.variant_id = s.variant_id
                AND h.location_id = s.location_id), 0) AS held
  FROM order_source s WHERE s.order_id = :order AND s.counted
) AS standing
WHERE quantity > left_it + held ORDER BY variant_id, location_id
""")

_WAITING = Statement("""
SELECT variant_id, location_id, quantity, stage FROM hold WHERE owner_id = :order
UNION ALL
SELECT s.variant_id, s.location_id, s.quantity - s.sent,
  CASE o.state WHEN 'placed' THEN 'placed' ELSE 'payment' END
FROM order_source s
JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.order_id
WHERE s.order_id = :order AND NOT s.counted AND s.sent < s.quantity
  AND o.state IN ('awaiting_payment', 'placed')
ORDER BY variant_id, location_id
""")


@dataclass(frozen=True, slots=True)
class GoodsStanding:
    """Units of one variant of an order: wanted, still kept for it, gone out, come back."""

    variant_id: UUID
    wanted: int
    held: int
    """Units that wait to leave: held, or of goods that are sold without limit."""
    gone: int
    returned: int
    counted: bool = True
    """Whether holds and the ledger tell of it; else the order's sources do."""

    @property
    def short(self) -> int:
        """Units that are owed and that nobody keeps for this order."""
        return max(0, self.wanted - self.held - self.gone)

    @property
    def owed(self) -> int:
        """Units that have not left, whether they are kept for the order or not."""
        return max(0, self.wanted - self.gone)

    @property
    def restockable(self) -> int:
        """Units that could still come back on a shelf."""
        return max(0, self.gone - self.returned)


@dataclass(frozen=True, slots=True)
class WaitingUnits:
    """Units that wait at a place to leave it for an order."""

    variant_id: UUID
    location_id: UUID
    quantity: int
    stage: str
    """How firm the promise is, as of holds."""


def goods_of(connection: Connection, *, order_id: UUID) -> tuple[GoodsStanding, ...]:
    """Return how far the goods of an order have come, by variant; services have none."""
    return tuple(
        GoodsStanding(
            row.variant_id,
            int(row.wanted),
            int(row.held),
            int(row.gone),
            int(row.returned),
            row.counted,
        )
        for row in _STANDING.all(connection, {"order": order_id})
    )


def waiting_for(connection: Connection, *, order_id: UUID) -> tuple[WaitingUnits, ...]:
    """Return what a shipment from each place would take: what is held, and what has no limit."""
    rows = _WAITING.all(connection, {"order": order_id})
    return tuple(WaitingUnits(*row) for row in rows)


def missing_from(connection: Connection, *, order_id: UUID) -> tuple[Units, ...]:
    """Return what places owe an order and do not keep for it any more."""
    rows = _MISSING.all(connection, {"order": order_id})
    return tuple(Units(row.variant_id, row.location_id, int(row.units)) for row in rows)


def beyond_what_left(
    standing: tuple[GoodsStanding, ...],
    returned: tuple[Units, ...],
    claimed: Mapping[UUID, int] = MappingProxyType({}),
) -> tuple[Units, ...]:
    """Return which of `returned` are more units than have gone out and not come back.

    Units that are `claimed` are on their way back already.
    """
    left = {
        each.variant_id: each.restockable - claimed.get(each.variant_id, 0) for each in standing
    }
    asked: dict[UUID, int] = {}
    for units in returned:
        asked[units.variant_id] = asked.get(units.variant_id, 0) + units.quantity
    return tuple(
        units for units in returned if asked[units.variant_id] > left.get(units.variant_id, 0)
    )
