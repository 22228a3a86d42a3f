"""What waits for somebody in the stock rooms, and what goods have cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.money import Money
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many papers and lots wait for somebody."""

    arriving: int
    """Transfers and purchases that are to come today."""
    overdue: int
    """Those that were to come before today."""
    to_send: int
    """Transfers that were asked for and have not left."""
    to_count: int
    """Open sheets that somebody has to go on counting."""
    to_approve: int
    """Open sheets on which all is counted."""
    expired: int
    """Lots past their last day that are still on hand outside quarantine."""


_WAITING = Statement(
    """
WITH due AS (
  SELECT expected_on FROM transfer
  WHERE state = 'sent' AND expected_on <= :today
    AND (CAST(:places AS uuid[]) IS NULL OR destination_id = ANY(:places))
  UNION ALL
  SELECT expected_on FROM purchase
  WHERE state = 'ordered' AND expected_on <= :today
    AND (CAST(:places AS uuid[]) IS NULL OR location_id = ANY(:places))
), sheet AS (
  SELECT count(c.variant_id) FILTER (WHERE NOT c.left_out) AS lines,
         count(*) FILTER (WHERE NOT c.left_out AND (c.counted IS NULL OR
           (c.recounted IS NULL AND abs(c.counted - c.expected) > s.tolerance))) AS undone
  FROM count_sheet s
  LEFT JOIN count_line c ON c.merchant_id = s.merchant_id AND c.sheet_id = s.id
  WHERE s.state = 'open' AND (CAST(:places AS uuid[]) IS NULL OR s.location_id = ANY(:places))
  GROUP BY s.merchant_id, s.id
)
SELECT (SELECT count(*) FROM due WHERE expected_on = :today),
       (SELECT count(*) FROM due WHERE expected_on < :today),
       (SELECT count(*) FROM transfer WHERE state = 'draft'
          AND (CAST(:places AS uuid[]) IS NULL OR origin_id = ANY(:places))),
       (SELECT count(*) FROM sheet WHERE undone > 0 OR lines = 0),
       (SELECT count(*) FROM sheet WHERE undone = 0 AND lines > 0),
       (SELECT count(DISTINCT t.id) FROM lot t
          JOIN lot_level n ON n.merchant_id = t.merchant_id AND n.lot_id = t.id
          JOIN location p ON p.merchant_id = n.merchant_id AND p.id = n.location_id
        WHERE t.expires_on < :today AND n.on_hand > 0 AND p.kind <> 'quarantine'
          AND (CAST(:places AS uuid[]) IS NULL OR p.id = ANY(:places)))
""",
    Waiting,
)

_COSTS = Statement("""
SELECT DISTINCT ON (l.variant_id) l.variant_id, l.unit_cost_minor, l.currency
FROM purchase_line l JOIN purchase p ON p.merchant_id = l.merchant_id AND p.id = l.purchase_id
WHERE l.variant_id = ANY(:variants) AND p.state IN ('ordered', 'received')
  AND l.unit_cost_minor > 0
ORDER BY l.variant_id, p.ordered_at DESC
""")


def waiting_work(
    connection: Connection, *, today: date, places: Iterable[UUID] | None = None
) -> Waiting:
    """Return what waits at these places, or at all of them; `today` is the merchant's own day."""
    asked = {"today": today, "places": None if places is None else sorted(places)}
    return _WAITING.one(connection, asked)


def last_costs(connection: Connection, *, variant_ids: Iterable[UUID]) -> dict[UUID, Money]:
    """Return what one unit of each variant cost when it was ordered last; others are left out."""
    rows = _COSTS.all(connection, {"variants": list(variant_ids)})
    return {row.variant_id: Money(row.unit_cost_minor, row.currency) for row in rows}
