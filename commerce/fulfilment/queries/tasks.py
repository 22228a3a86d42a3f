"""What the people at the places have to do: parts of orders to pick, to pack, to hand over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.rows import DeliveryKind, FulfilmentState
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One part of an order in the list of what is to be done; times UTC."""

    id: UUID
    order_id: UUID
    number: str
    location_id: UUID
    kind: DeliveryKind
    state: FulfilmentState
    due_at: datetime | None
    ready_at: datetime | None
    clerk_id: UUID | None
    reason: str
    units: int
    picked: int
    zones: tuple[str, ...]
    """The shelves where its goods lie, in the order in which one walks along them."""


# What is on the pickup shelf waits for its customer, not for a clerk.
_TASKS = Statement("""
SELECT f.id, f.order_id, o.number, f.location_id, f.kind, f.state, f.due_at, f.ready_at,
  f.clerk_id, f.reason, n.units, n.picked, n.zones
FROM fulfilment f
JOIN sales_order o ON o.merchant_id = f.merchant_id AND o.id = f.order_id
JOIN LATERAL (
  SELECT sum(l.quantity) AS units, sum(l.picked) AS picked,
    array_remove(array_agg(DISTINCT e.zone ORDER BY e.zone), NULL) AS zones
  FROM fulfilment_line l
  LEFT JOIN level e ON e.merchant_id = l.merchant_id AND e.variant_id = l.variant_id
    AND e.location_id = f.location_id AND e.zone <> ''
  WHERE l.merchant_id = f.merchant_id AND l.fulfilment_id = f.id AND l.quantity > 0
) AS n ON true
WHERE f.state = ANY(:states) AND f.location_id IS NOT NULL
  AND (CAST(:location AS uuid) IS NULL OR f.location_id = :location)
ORDER BY f.due_at NULLS LAST, f.id LIMIT :most
""")

_COUNTS = Statement("""
SELECT location_id, state = 'ready' AS is_ready, count(*) AS parts FROM fulfilment
WHERE state IN ('open', 'picking', 'packed', 'ready') AND location_id IS NOT NULL
GROUP BY 1, 2
""")

_ZONES = Statement("""
SELECT variant_id, zone FROM level
WHERE location_id = :location AND variant_id = ANY(:variants) AND zone <> ''
""")

_NOWHERE = Statement("""
SELECT f.order_id, o.number, f.location_id, f.reason FROM fulfilment f
JOIN sales_order o ON o.merchant_id = f.merchant_id AND o.id = f.order_id
WHERE f.state IN ('open', 'picking', 'packed', 'ready') AND f.reason <> ''
ORDER BY f.id LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Stranded:
    """A part that waits for its merchant: nobody came for it, or no other place can send it."""

    order_id: UUID
    number: str
    location_id: UUID
    reason: str
    """Declined (`nowhere-else`) or `not_collected`."""


def tasks(
    connection: Connection | Session,
    *,
    states: Collection[FulfilmentState],
    location_id: UUID | None = None,
    most: int = 100,
) -> tuple[TaskRow, ...]:
    """Return parts of orders in these states, the most urgent first, at one place or at all."""
    rows = _TASKS.all(
        connection,
        {"states": [each.value for each in states], "location": location_id, "most": most},
    )
    return tuple(
        TaskRow(
            id=row.id,
            order_id=row.order_id,
            number=row.number,
            location_id=row.location_id,
            kind=DeliveryKind(row.kind),
            state=FulfilmentState(row.state),
            due_at=row.due_at,
            ready_at=row.ready_at,
            clerk_id=row.clerk_id,
            reason=row.reason,
            units=int(row.units or 0),
            picked=int(row.picked or 0),
            zones=tuple(row.zones or ()),
        )
        for row in rows
    )


def task_counts(connection: Connection | Session) -> Mapping[tuple[UUID, bool], int]:
    """Return how many parts wait at each place: for a clerk (False), or on the pickup shelf (True)."""
    return {(row.location_id, row.is_ready): int(row.parts) for row in _COUNTS.all(connection)}


def zones_of(
    connection: Connection | Session, *, location_id: UUID, variant_ids: Sequence[UUID]
) -> Mapping[UUID, str]:
    """Return the shelf of each variant at a place, where somebody has said so."""
    asked = {"location": location_id, "variants": list(variant_ids)}
    return {row.variant_id: row.zone for row in _ZONES.all(connection, asked)}


def stranded(connection: Connection | Session, *, most: int = 5) -> tuple[Stranded, ...]:
    """Return the parts about which the merchant has to decide, the longest waiting first."""
    rows = _NOWHERE.all(connection, {"most": most})
    return tuple(Stranded(row.order_id, row.number, row.location_id, row.reason) for row in rows)
