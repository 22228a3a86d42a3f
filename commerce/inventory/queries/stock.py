"""What the inventory knows: places, levels, availability by channel, the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import LevelRow, LocationRow, MovementKind, MovementRow
from commerce.kernel.statements import Statement

_LOCATIONS = Statement("""
SELECT id, code, kind, name, name_zh, address, address_zh, country, phone, sells_online, priority,
       active, latitude, longitude, belongs_to
FROM location
ORDER BY priority, code
""")

_LEVELS = Statement("""
SELECT l.variant_id, l.location_id, l.on_hand, l.held, l.safety,
       v.stock_tracked AND NOT v.sell_when_out AS counted, l.expired, l.zone
FROM level l JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
WHERE l.variant_id = ANY(:variants)
ORDER BY l.variant_id, l.location_id
""")

_AT = Statement("""
SELECT l.variant_id, l.location_id, l.on_hand, l.held, l.safety,
       v.stock_tracked AND NOT v.sell_when_out AS counted, l.expired, l.zone
FROM level l JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
WHERE l.location_id = ANY(:places) AND l.on_hand > 0
  AND (CAST(:zone AS text) IS NULL OR l.zone = :zone)
ORDER BY l.location_id, l.zone = '', l.zone, v.sku, v.id
LIMIT :most OFFSET :from
""")

_ZONES = Statement("""
SELECT DISTINCT zone FROM level WHERE location_id = :place AND zone <> '' ORDER BY zone LIMIT 500
""")

_ONLINE = Statement("""
SELECT l.variant_id, sum(greatest(l.on_hand - l.held - l.safety - l.expired, 0)) AS available
FROM level l JOIN location p ON p.merchant_id = l.merchant_id AND p.id = l.location_id
JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id AND v.stock_tracked
WHERE l.variant_id = ANY(:variants) AND p.sells_online AND p.active
GROUP BY l.variant_id
""")

_SOURCES = Statement("""
SELECT l.variant_id, l.location_id, greatest(l.on_hand - l.held - l.safety - l.expired, 0) AS available
FROM level l JOIN location p ON p.merchant_id = l.merchant_id AND p.id = l.location_id
WHERE l.variant_id = ANY(:variants) AND p.sells_online AND p.active
ORDER BY p.priority, p.code, l.variant_id
""")

_HISTORY = Statement("""
SELECT id, variant_id, location_id, quantity, kind, reason, subject_id, actor_id, at
FROM movement
WHERE variant_id = :variant AND location_id = :location
  AND (CAST(:before AS uuid) IS NULL OR id < :before)
ORDER BY id DESC
LIMIT :most
""")

_DISCREPANCIES = Statement("""
SELECT id, variant_id, location_id, sale_id, missing, displaced, displaced_owner_id, at,
       resolved_at, resolution, transfer_id, surplus, reason, owner_id
FROM discrepancy
WHERE :with_resolved OR resolved_at IS NULL
ORDER BY id DESC
LIMIT :most
""")

_HOLDS = Statement("""
SELECT variant_id, location_id, quantity, stage, expires_at
FROM hold WHERE owner_id = :owner
ORDER BY variant_id, location_id
""")


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """A till sale that the level denied, or a transfer that came otherwise than it was sent."""

    id: UUID
    variant_id: UUID
    location_id: UUID
    sale_id: UUID | None
    missing: int
    displaced: int
    displaced_owner_id: UUID | None
    at: datetime
    resolved_at: datetime | None
    resolution: str | None
    transfer_id: UUID | None
    surplus: int
    reason: str
    owner_id: UUID | None
    """The member of staff who looks into it."""


@dataclass(frozen=True, slots=True)
class HoldRow:
    """Units promised to an owner."""

    variant_id: UUID
    location_id: UUID
    quantity: int
    stage: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Source:
    """Units that a location could still promise online."""

    variant_id: UUID
    location_id: UUID
    available: int


def locations(connection: Connection) -> tuple[LocationRow, ...]:
    """Return the merchant's places, in the order in which they serve."""
    return tuple(LocationRow(*row) for row in _LOCATIONS.all(connection))


def levels_of(connection: Connection, *, variant_ids: Iterable[UUID]) -> tuple[LevelRow, ...]:
    """Return every level of the given variants."""
    rows = _LEVELS.all(connection, {"variants": list(variant_ids)})
    return tuple(LevelRow(*row) for row in rows)


def levels_at(
    connection: Connection,
    *,
    location_ids: Iterable[UUID],
    zone: str | None = None,
    after: int = 0,
    most: int = 200,
) -> tuple[LevelRow, ...]:
    """Return what lies at these places, in the order of the shelves, goods without one last.

    `zone` narrows it to one shelf; a blank one to the goods that nobody has given a shelf.
    """
    asked = {"places": list(location_ids), "zone": zone, "most": most, "from": after}
    return tuple(LevelRow(*row) for row in _AT.all(connection, asked))


def zones_of(connection: Connection, *, location_id: UUID) -> tuple[str, ...]:
    """Return the shelves of a place that goods were put on."""
    return tuple(row.zone for row in _ZONES.all(connection, {"place": location_id}))


def available_online(connection: Connection, *, variant_ids: Iterable[UUID]) -> Mapping[UUID, int]:
    """Return how many units of each variant the web may promise, all locations together.

    A variant without any level is left out: it has never been stocked. So is one whose stock is not
    counted: it is sold without limit, whatever lies about.
    """
    rows = _ONLINE.all(connection, {"variants": list(variant_ids)})
    return {row.variant_id: int(row.available) for row in rows}


def online_sources(connection: Connection, *, variant_ids: Sequence[UUID]) -> tuple[Source, ...]:
    """Return which location could promise how many units, the first to serve first."""
    rows = _SOURCES.all(connection, {"variants": list(variant_ids)})
    return tuple(Source(*row) for row in rows)


def history(
    connection: Connection,
    *,
    variant_id: UUID,
    location_id: UUID,
    before: UUID | None = None,
    most: int = 50,
) -> tuple[MovementRow, ...]:
    """Return the ledger of one level, newest first; `before` continues an earlier page."""
    rows = _HISTORY.all(
        connection, {"variant": variant_id, "location": location_id, "before": before, "most": most}
    )
    return tuple(
        MovementRow(
            id=row.id,
            variant_id=row.variant_id,
            location_id=row.location_id,
            quantity=row.quantity,
            kind=MovementKind(row.kind),
            reason=row.reason,
            subject_id=row.subject_id,
            actor_id=row.actor_id,
            at=row.at,
        )
        for row in rows
    )


def discrepancies(
    connection: Connection, *, with_resolved: bool = False, most: int = 100
) -> tuple[DiscrepancyRow, ...]:
    """Return where goods and books disagree, newest first."""
    rows = _DISCREPANCIES.all(connection, {"with_resolved": with_resolved, "most": most})
    return tuple(DiscrepancyRow(*row) for row in rows)


def holds_of(connection: Connection, *, owner_id: UUID) -> tuple[HoldRow, ...]:
    """Return what is held for a cart, an order or a transfer."""
    return tuple(HoldRow(*row) for row in _HOLDS.all(connection, {"owner": owner_id}))
