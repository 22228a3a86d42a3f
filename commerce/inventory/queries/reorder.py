"""Reorder rules, and what they propose today."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import Proposal, ReorderRuleRow
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement

_RULE = """r.variant_id, r.location_id, r.point, r.up_to, r.pack, r.supplier_id, r.source_id,
       r.unit_cost_minor, r.currency"""


def _rule(*columns: Any) -> ReorderRuleRow:
    *values, cost, currency = columns
    return ReorderRuleRow(*[*values, None if cost is None else Money(cost, currency)])


def _proposal(*columns: Any) -> Proposal:
    return Proposal(_rule(*columns[:9]), *columns[9:])


_RULES = Statement(
    f"SELECT {_RULE} FROM reorder_rule r "  # noqa: S608 - a text of ours
    "WHERE CAST(:place AS uuid) IS NULL OR r.location_id = :place "
    "ORDER BY r.location_id, r.variant_id",
    _rule,
)

# What is drafted counts as coming: once somebody has agreed, the proposal is gone.
_PROPOSALS = Statement(
    f"""
WITH coming AS (
  SELECT t.destination_id AS location_id, l.variant_id,
         CASE t.state WHEN 'draft' THEN l.asked
                      ELSE l.sent - l.received - l.lost - l.returned END AS units
  FROM transfer t JOIN transfer_line l ON l.merchant_id = t.merchant_id AND l.transfer_id = t.id
  WHERE t.state IN ('draft', 'sent')
  UNION ALL
  SELECT p.location_id, l.variant_id, l.ordered - l.received
  FROM purchase p JOIN purchase_line l ON l.merchant_id = p.merchant_id AND l.purchase_id = p.id
  WHERE p.state IN ('draft', 'ordered')
), total AS (
  SELECT location_id, variant_id, CAST(sum(units) AS bigint) AS units
  FROM coming GROUP BY location_id, variant_id
), stand AS (
  SELECT r.*, coalesce(n.on_hand - n.held - n.expired, 0) AS available,
         coalesce(c.units, 0) AS coming,
         CASE WHEN r.source_id IS NOT NULL
              THEN greatest(coalesce(s.on_hand - s.held - s.safety - s.expired, 0), 0)
              END AS at_source
  FROM reorder_rule r
  LEFT JOIN level n ON n.merchant_id = r.merchant_id AND n.variant_id = r.variant_id
    AND n.location_id = r.location_id
  LEFT JOIN level s ON s.merchant_id = r.merchant_id AND s.variant_id = r.variant_id
    AND s.location_id = r.source_id
  LEFT JOIN total c ON c.variant_id = r.variant_id AND c.location_id = r.location_id
  WHERE CAST(:place AS uuid) IS NULL OR r.location_id = :place
)
SELECT {_RULE}, r.available, r.coming,
       (r.up_to - r.available - r.coming + r.pack - 1) / r.pack * r.pack, r.at_source
FROM stand r
WHERE r.available + r.coming <= r.point
ORDER BY r.location_id, r.supplier_id, r.source_id, r.variant_id LIMIT :most
""",  # noqa: S608 - a text of ours
    _proposal,
)


def reorder_rules(
    connection: Connection, *, location_id: UUID | None = None
) -> tuple[ReorderRuleRow, ...]:
    """Return the rules of a place, or all of them."""
    return tuple(_RULES.all(connection, {"place": location_id}))


def reorder_proposals(
    connection: Connection, *, location_id: UUID | None = None, most: int = 500
) -> tuple[Proposal, ...]:
    """Return what the rules of a place propose now: those at or below their point.

    What is coming counts, drafts included. Units are in whole packs, so they may fill up a little
    further than the rule says. What the other place could give is told and does not bound them.
    """
    return tuple(_PROPOSALS.all(connection, {"place": location_id, "most": most}))
