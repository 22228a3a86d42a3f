"""How lines become the arrays of a set-based statement."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import UnitsPromisedError
from commerce.inventory.rows import Units
from commerce.kernel.statements import Statement

_LOCK = Statement("""
SELECT l.variant_id, l.location_id, l.on_hand, l.held, l.safety
FROM level l
JOIN unnest(CAST(:variants AS uuid[]), CAST(:locations AS uuid[]))
  AS w(variant_id, location_id) USING (variant_id, location_id)
WHERE l.merchant_id = :merchant
ORDER BY l.variant_id, l.location_id
FOR UPDATE OF l
""")

_ENSURE = Statement("""
INSERT INTO level (merchant_id, variant_id, location_id, on_hand, held, safety, expired, zone)
SELECT :merchant, w.variant_id, w.location_id, 0, 0, 0, 0, ''
FROM unnest(CAST(:variants AS uuid[]), CAST(:locations AS uuid[])) AS w(variant_id, location_id)
ORDER BY w.variant_id, w.location_id
ON CONFLICT DO NOTHING
""")

_CHANGE = Statement("""
UPDATE level l SET on_hand = l.on_hand + w.change
FROM unnest(
  CAST(:variants AS uuid[]), CAST(:locations AS uuid[]), CAST(:changes AS bigint[])
) AS w(variant_id, location_id, change)
WHERE l.merchant_id = :merchant
  AND l.variant_id = w.variant_id AND l.location_id = w.location_id
  AND l.on_hand + w.change >= l.held
RETURNING l.variant_id, l.location_id
""")

_ADD = Statement("""
UPDATE level l SET on_hand = l.on_hand + w.quantity
FROM unnest(
  CAST(:variants AS uuid[]), CAST(:locations AS uuid[]), CAST(:quantities AS bigint[])
) AS w(variant_id, location_id, quantity)
WHERE l.merchant_id = :merchant
  AND l.variant_id = w.variant_id AND l.location_id = w.location_id
""")


def merged(lines: Iterable[Units]) -> list[Units]:
    """Return `lines` with equal variants and locations added up, in locking order."""
    totals: dict[tuple[UUID, UUID], int] = {}
    for line in lines:
        if line.quantity <= 0:
            raise ValueError(f"a line needs at least one unit, not {line.quantity}")
        key = (line.variant_id, line.location_id)
        totals[key] = totals.get(key, 0) + line.quantity
    return [Units(*key, quantity) for key, quantity in sorted(totals.items())]


def columns_of(lines: Sequence[Units]) -> dict[str, Any]:
    """Return the lines as three parallel arrays."""
    return {
        "variants": [line.variant_id for line in lines],
        "locations": [line.location_id for line in lines],
        "quantities": [line.quantity for line in lines],
    }


def lock_levels(
    session: Session, *, merchant_id: UUID, lines: Sequence[Units]
) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    """Lock the levels of `lines` in order, making rows that are missing; return (on hand, held)."""
    where = {"merchant": merchant_id, **columns_of(lines)}
    del where["quantities"]
    _ENSURE.run(session, where)
    rows = _LOCK.all(session, where)
    return {(row.variant_id, row.location_id): (row.on_hand, row.held) for row in rows}


def lock_known_levels(session: Session, *, merchant_id: UUID, lines: Sequence[Units]) -> None:
    """Lock those levels of `lines` that there are, in order, and open none."""
    where = {"merchant": merchant_id, **columns_of(lines)}
    del where["quantities"]
    _LOCK.run(session, where)


def change_levels(
    session: Session, *, merchant_id: UUID, changes: Mapping[tuple[UUID, UUID], int]
) -> None:
    """Change each level by signed units, locked in order; whoever calls it books the movements.

    The key is a variant and a location.

    Raises:
        UnitsPromisedError: names every line of which fewer units would remain than are promised.
            The caller's transaction must roll back.
    """
    ordered = [Units(*place, abs(change)) for place, change in sorted(changes.items()) if change]
    if not ordered:
        return
    levels = lock_levels(session, merchant_id=merchant_id, lines=ordered)
    places = [(line.variant_id, line.location_id) for line in ordered]
    changed = {
        (row.variant_id, row.location_id)
        for row in _CHANGE.all(
            session,
            {
                "merchant": merchant_id,
                "variants": [variant_id for variant_id, _ in places],
                "locations": [location_id for _, location_id in places],
                "changes": [changes[place] for place in places],
            },
        )
    }
    short = [place for place in places if place not in changed]
    if short:
        raise UnitsPromisedError(
            [(place[0], -changes[place], levels[place][0] - levels[place][1]) for place in short]
        )


def add_units(session: Session, *, merchant_id: UUID, lines: Sequence[Units]) -> None:
    """Put units on their levels, locked in order; whoever calls it books the movements as well."""
    lock_levels(session, merchant_id=merchant_id, lines=lines)
    _ADD.run(session, {"merchant": merchant_id, **columns_of(lines)})
