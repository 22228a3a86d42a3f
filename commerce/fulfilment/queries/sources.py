"""Where an order's goods come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import Units
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Units of an order and the location they come from."""

    variant_id: UUID
    location_id: UUID
    quantity: int
    counted: bool
    """Whether they are held there; goods that are sold without limit are not."""


_OF_ORDER = Statement(
    """
SELECT variant_id, location_id, quantity, counted FROM order_source
WHERE order_id = :order AND quantity > 0
ORDER BY location_id, variant_id
""",
    SourceRow,
)


def sources_of(connection: Connection, *, order_id: UUID) -> tuple[SourceRow, ...]:
    """Return where an order's goods come from, what has left already with it."""
    return tuple(_OF_ORDER.all(connection, {"order": order_id}))


# Where such goods lie comes first, then where the rest of the order leaves from: one parcel.
_PLACES = Statement(
    """
SELECT DISTINCT ON (w.variant_id) w.variant_id, p.id AS location_id, w.quantity
FROM unnest(CAST(:variants AS uuid[]), CAST(:quantities AS bigint[])) AS w(variant_id, quantity)
CROSS JOIN location p
LEFT JOIN level l ON l.merchant_id = p.merchant_id AND l.variant_id = w.variant_id
  AND l.location_id = p.id AND l.on_hand > 0
WHERE (CAST(:only_at AS uuid) IS NULL OR p.id = :only_at)
  AND (cardinality(CAST(:without AS uuid[])) = 0
       OR p.id <> ALL(:without) AND p.active AND p.kind NOT IN ('transit', 'quarantine'))
ORDER BY w.variant_id, p.active DESC, p.kind NOT IN ('transit', 'quarantine') DESC, p.sells_online DESC,
  l.variant_id IS NOT NULL DESC, p.id = ANY(:serving) DESC, p.priority, p.code
""",
    Units,
)


def places_without_limit(
    connection: Connection,
    *,
    wanted: Mapping[UUID, int],
    serving: Sequence[UUID] = (),
    only_at: UUID | None = None,
    without: Sequence[UUID] = (),
) -> tuple[Units, ...]:
    """Return from where goods leave whose stock nobody counts: one place for each variant.

    `serving` are the places from which other goods of the order leave, `only_at` is where it is
    collected, and they leave from none `without`. Nothing is returned where no place is left.
    """
    if not wanted:
        return ()
    asked = {
        "variants": list(wanted),
        "quantities": list(wanted.values()),
        "serving": list(serving),
        "only_at": only_at,
        "without": list(without),
    }
    return tuple(_PLACES.all(connection, asked))
