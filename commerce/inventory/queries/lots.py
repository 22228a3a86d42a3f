"""Lots: what there is of each, what expires soon, and where a lot has gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import LotRow, MovementKind
from commerce.kernel.statements import Statement

_COLUMNS = """
SELECT t.id, t.variant_id, n.location_id, t.code, t.expires_on, t.expired_at, n.on_hand
FROM lot t JOIN lot_level n ON n.merchant_id = t.merchant_id AND n.lot_id = t.id
WHERE n.on_hand > 0
"""

_OF_VARIANTS = Statement(
    f"""{_COLUMNS} AND t.variant_id = ANY(:variants)
ORDER BY t.variant_id, n.location_id, t.expires_on NULLS LAST, t.code
""",
    LotRow,
)

_EXPIRING = Statement(
    f"""{_COLUMNS} AND t.expires_on <= :until
ORDER BY t.expires_on, t.variant_id, n.location_id LIMIT :most
""",
    LotRow,
)


@dataclass(frozen=True, slots=True)
class LotStep:
    """One line of the ledger that moved units of a lot; signed units."""

    location_id: UUID
    quantity: int
    kind: MovementKind
    subject_id: UUID | None
    at: datetime


_STEPS = Statement("""
SELECT m.location_id, ml.quantity, m.kind, m.subject_id, m.at FROM movement_lot ml
JOIN movement m ON m.merchant_id = ml.merchant_id AND m.id = ml.movement_id
WHERE ml.lot_id = :lot ORDER BY m.id LIMIT :most
""")


_KEPT = Statement("SELECT id FROM variant WHERE id = ANY(:variants) AND lots")


def kept_by_lot(connection: Connection, *, variant_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return which of the variants are kept by lot."""
    return frozenset(row.id for row in _KEPT.all(connection, {"variants": list(variant_ids)}))


def lots_of(connection: Connection, *, variant_ids: Iterable[UUID]) -> tuple[LotRow, ...]:
    """Return what there is of each lot of the variants, by place, the first to expire first."""
    return tuple(_OF_VARIANTS.all(connection, {"variants": list(variant_ids)}))


def lots_expiring(connection: Connection, *, until: date, most: int = 200) -> tuple[LotRow, ...]:
    """Return lots on hand whose last day is `until` or before, expired ones included."""
    return tuple(_EXPIRING.all(connection, {"until": until, "most": most}))


def steps_of_lot(
    connection: Connection, *, lot_id: UUID, most: int = 10_000
) -> tuple[LotStep, ...]:
    """Return where a lot came from and every sale that took of it: what a recall needs."""
    return tuple(
        LotStep(row.location_id, row.quantity, MovementKind(row.kind), row.subject_id, row.at)
        for row in _STEPS.all(connection, {"lot": lot_id, "most": most})
    )
