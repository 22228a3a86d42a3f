"""The one conflict rule: the goods that left the store win."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from commerce.inventory.models import Discrepancy
from commerce.inventory.rows import Displacement, MovementKind, Stage, Units
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import columns_of, lock_levels
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement

# The weakest promise goes first, and of equal ones the youngest: a paid order that has waited
# longest keeps its goods longest.
_HOLDS = Statement("""
SELECT id, owner_id, quantity, stage FROM hold
WHERE merchant_id = :merchant AND variant_id = :variant AND location_id = :location
ORDER BY array_position(
    ARRAY['cart', 'payment', 'transfer', 'placed', 'picking', 'shelf'], stage
  ), created_at DESC, id DESC
""")

_TAKE_PART = Statement("""
UPDATE hold SET quantity = quantity - :taken WHERE merchant_id = :merchant AND id = :id
""")

_TAKE_ALL = Statement("DELETE FROM hold WHERE merchant_id = :merchant AND id = :id")

_EXPIRED = Statement("""
SELECT l.variant_id, l.location_id, l.expired FROM level l
JOIN unnest(CAST(:variants AS uuid[]), CAST(:locations AS uuid[]))
  AS w(variant_id, location_id) USING (variant_id, location_id)
WHERE l.merchant_id = :merchant AND l.expired > 0
""")

_SET = Statement("""
UPDATE level SET on_hand = :on_hand, held = :held
WHERE merchant_id = :merchant AND variant_id = :variant AND location_id = :location
""")


def sell_regardless(
    session: Session,
    *,
    merchant_id: UUID,
    sale_id: UUID,
    lines: Sequence[Units],
    actor_id: UUID | None,
) -> tuple[Displacement, ...]:
    """Take `lines` off their levels although they are held or were never there.

    Missing units are first booked in as a discrepancy, so that the ledger still adds up to what is
    on hand; a discrepancy row names what is missing and whose promise was taken. The caller books
    the sale itself.
    """
    levels = lock_levels(session, merchant_id=merchant_id, lines=lines)
    expired = _expired(session, merchant_id, lines)
    displaced: list[Displacement] = []
    missing_lines: list[Units] = []
    records: list[dict[str, object]] = []
    for line in lines:
        on_hand, held = levels[line.variant_id, line.location_id]
        missing = max(0, line.quantity - on_hand)
        left = on_hand + missing - line.quantity
        good_left = left - min(left, expired.get((line.variant_id, line.location_id), 0))
        units = max(held - left, min(held - good_left, line.quantity))
        taken = _take_promises(session, merchant_id=merchant_id, line=line, units=units)
        _set_level(session, merchant_id, line, left, held - sum(t.quantity for t in taken))
        displaced.extend(taken)
        if missing:
            missing_lines.append(Units(line.variant_id, line.location_id, missing))
        records.extend(_records(merchant_id, sale_id, line, missing=missing, taken=taken))
    book(
        session,
        merchant_id=merchant_id,
        kind=MovementKind.DISCREPANCY,
        lines=missing_lines,
        sign=1,
        reason="sold at the till, not on the books",
        subject_id=sale_id,
        actor_id=actor_id,
    )
    session.execute(insert(Discrepancy), records)
    return tuple(displaced)


def _expired(
    session: Session, merchant_id: UUID, lines: Sequence[Units]
) -> dict[tuple[UUID, UUID], int]:
    """Return how many expired units each level has, apart from those that have none."""
    asked = {"merchant": merchant_id, **columns_of(lines)}
    del asked["quantities"]
    rows = _EXPIRED.all(session, asked)
    return {(row.variant_id, row.location_id): row.expired for row in rows}


def _take_promises(
    session: Session, *, merchant_id: UUID, line: Units, units: int
) -> list[Displacement]:
    where = {
        "merchant": merchant_id,
        "variant": line.variant_id,
        "location": line.location_id,
    }
    taken: list[Displacement] = []
    for hold in _HOLDS.all(session, where) if units > 0 else ():
        part = min(units, hold.quantity)
        change = {"merchant": merchant_id, "id": hold.id}
        if part == hold.quantity:
            _TAKE_ALL.run(session, change)
        else:
            _TAKE_PART.run(session, {**change, "taken": part})
        taken.append(
            Displacement(hold.owner_id, line.variant_id, line.location_id, part, Stage(hold.stage))
        )
        units -= part
        if units == 0:
            break
    return taken


def _set_level(session: Session, merchant_id: UUID, line: Units, on_hand: int, held: int) -> None:
    _SET.run(
        session,
        {
            "merchant": merchant_id,
            "variant": line.variant_id,
            "location": line.location_id,
            "on_hand": on_hand,
            "held": held,
        },
    )


def _records(
    merchant_id: UUID, sale_id: UUID, line: Units, *, missing: int, taken: Sequence[Displacement]
) -> list[dict[str, object]]:
    """Return a discrepancy for the missing units and one for each promise that was taken."""
    common = {
        "merchant_id": merchant_id,
        "variant_id": line.variant_id,
        "location_id": line.location_id,
        "sale_id": sale_id,
        "at": utc_now(),
    }
    rows: list[dict[str, object]] = [
        {
            **common,
            "id": new_id(),
            "missing": 0,
            "displaced": promise.quantity,
            "displaced_owner_id": promise.owner_id,
        }
        for promise in taken
    ]
    if missing:
        rows.append(
            {
                **common,
                "id": new_id(),
                "missing": missing,
                "displaced": 0,
                "displaced_owner_id": None,
            }
        )
    return rows
