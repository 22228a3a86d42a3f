"""Lots that somebody means, made sure of while their levels are locked; and lots carried along."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.rows import LotUnits, Portion
from commerce.inventory.service.terms import refuse
from commerce.kernel.statements import Statement

_THERE = Statement("""
SELECT t.variant_id, n.lot_id, n.on_hand FROM lot_level n
JOIN lot t ON t.merchant_id = n.merchant_id AND t.id = n.lot_id
WHERE n.merchant_id = :merchant AND n.location_id = :location AND n.lot_id = ANY(:lots)
""")

_BROUGHT_BY = Statement(
    """
SELECT ml.lot_id, m.variant_id, m.location_id, CAST(sum(ml.quantity) AS bigint)
FROM movement m
JOIN movement_lot ml ON ml.merchant_id = m.merchant_id AND ml.movement_id = m.id
JOIN lot t ON t.merchant_id = ml.merchant_id AND t.id = ml.lot_id
WHERE m.merchant_id = :merchant AND m.variant_id = ANY(:variants)
  AND m.location_id = :location AND m.subject_id = :subject
GROUP BY ml.lot_id, m.variant_id, m.location_id, t.expires_on
HAVING sum(ml.quantity) > 0
ORDER BY t.expires_on NULLS LAST, ml.lot_id
""",
    LotUnits,
)


def chosen_lots(
    session: Session, *, merchant_id: UUID, location_id: UUID, portions: Sequence[Portion]
) -> tuple[LotUnits, ...]:
    """Return the lots that `portions` name, with their units; the levels are locked.

    Raises:
        LinesRefusedError: a lot is not here, is of other goods, or has fewer units.
    """
    meant: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for portion in portions:
        if portion.lot_id is not None and portion.quantity:
            meant[portion.variant_id, portion.lot_id] += portion.quantity
    if not meant:
        return ()
    asked = {
        "merchant": merchant_id,
        "location": location_id,
        "lots": [lot_id for _, lot_id in meant],
    }
    there = {(row.variant_id, row.lot_id): row.on_hand for row in _THERE.all(session, asked)}
    refuse(LineFault(key[0], "lot-unknown") for key in meant if key not in there)
    refuse(
        LineFault(key[0], "lot-short", {"available": there[key]})
        for key, units in meant.items()
        if units > there[key]
    )
    return tuple(
        LotUnits(lot_id, variant_id, location_id, units)
        for (variant_id, lot_id), units in meant.items()
    )


def lots_brought_by(
    session: Session,
    *,
    merchant_id: UUID,
    subject_id: UUID,
    location_id: UUID,
    variant_ids: Iterable[UUID],
) -> tuple[LotUnits, ...]:
    """Return the lots that a transfer has brought to a place and not taken from there."""
    return tuple(
        _BROUGHT_BY.all(
            session,
            {
                "merchant": merchant_id,
                "subject": subject_id,
                "location": location_id,
                "variants": list(variant_ids),
            },
        )
    )


def carried(
    lots: Iterable[LotUnits], *, to: UUID, units: Mapping[UUID, int]
) -> tuple[tuple[LotUnits, ...], tuple[LotUnits, ...]]:
    """Divide lots that left a place: the first `units` of each variant, at their new place `to`.

    Returns them, and what is left of `lots`.
    """
    wanted = dict(units)
    taken, left = [], []
    for lot in lots:
        part = min(lot.quantity, wanted.get(lot.variant_id, 0))
        if part:
            wanted[lot.variant_id] -= part
            taken.append(LotUnits(lot.lot_id, lot.variant_id, to, part))
        if part < lot.quantity:
            left.append(LotUnits(lot.lot_id, lot.variant_id, lot.location_id, lot.quantity - part))
    return tuple(taken), tuple(left)
