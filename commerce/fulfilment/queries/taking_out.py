"""What lies in somebody's box or on the pickup shelf and no longer belongs to its order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement

# Whoever lays everything back, or declines the part, has laid this back as well.
_TO_TAKE_OUT = Statement("""
SELECT CAST(e.facts ->> 'fulfilment' AS uuid) AS fulfilment_id,
       CAST(g.goods ->> 'variant_id' AS uuid) AS variant_id,
       sum(CAST(g.goods ->> 'quantity' AS int)) AS units
FROM order_event e
CROSS JOIN LATERAL jsonb_array_elements(e.facts -> 'goods') AS g(goods)
WHERE e.order_id = ANY(:orders) AND e.kind = 'to_take_out' AND NOT EXISTS (
  SELECT FROM order_event d
  WHERE d.merchant_id = e.merchant_id AND d.order_id = e.order_id AND d.id > e.id
    AND d.kind IN ('taken_out', 'put_back', 'declined')
    AND d.facts ->> 'fulfilment' = e.facts ->> 'fulfilment'
)
GROUP BY 1, 2 ORDER BY 1, 2
""")

_TAKEN_OUT_SINCE = Statement("""
SELECT EXISTS (
  SELECT FROM order_event
  WHERE order_id = :order AND kind = 'taken_out' AND at > :since
    AND facts ->> 'fulfilment' = CAST(:part AS text)
)
""")

# Parts that ended lately: of older ones nobody has anything in hand any more.
_ENDED = Statement("""
SELECT f.id, f.order_id, o.number, f.location_id
FROM (SELECT merchant_id, id, order_id, location_id, state FROM fulfilment
      ORDER BY id DESC LIMIT 500) AS f
JOIN sales_order o ON o.merchant_id = f.merchant_id AND o.id = f.order_id
WHERE f.state = 'cancelled' AND f.location_id IS NOT NULL
  AND (CAST(:location AS uuid) IS NULL OR f.location_id = :location)
ORDER BY f.id
""")


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Units that lie picked for a part that has ended."""

    id: UUID
    number: str
    location_id: UUID
    units: int


def to_take_out(
    connection: Connection | Session, *, order_ids: Iterable[UUID]
) -> Mapping[UUID, Mapping[UUID, int]]:
    """Return which units have to be laid back out of each part of these orders, by the variant."""
    found: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for row in _TO_TAKE_OUT.all(connection, {"orders": list(order_ids)}):
        found[row.fulfilment_id][row.variant_id] = int(row.units)
    return found


def was_taken_out_since(
    connection: Connection | Session, *, order_id: UUID, fulfilment_id: UUID, since: datetime
) -> bool:
    """Return whether units came out of a part's box after a moment (UTC)."""
    asked = {"order": order_id, "part": str(fulfilment_id), "since": since}
    return bool(_TAKEN_OUT_SINCE.value(connection, asked))


def left_behind(
    connection: Connection | Session, *, location_id: UUID | None = None
) -> tuple[LeftBehind, ...]:
    """Return the parts that ended while units of them were picked, and nobody has laid them back."""
    ended = _ENDED.all(connection, {"location": location_id})
    if not ended:
        return ()
    units = to_take_out(connection, order_ids={row.order_id for row in ended})
    return tuple(
        LeftBehind(row.id, row.number, row.location_id, sum(units[row.id].values()))
        for row in ended
        if row.id in units
    )
