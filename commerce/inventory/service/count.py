"""Correct what the books say: counts, adjustments with a reason, safety stock."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import (
    NotInTransitHereError,
    StockBelowHeldError,
    StockBelowZeroError,
)
from commerce.inventory.rows import MovementKind, Units
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import lock_levels
from commerce.kernel.statements import Statement

_SET_ON_HAND = Statement("""
UPDATE level SET on_hand = :on_hand
WHERE merchant_id = :merchant AND variant_id = :variant AND location_id = :location
  AND location_id NOT IN (
    SELECT id FROM location WHERE merchant_id = :merchant AND kind = 'transit'
  )
""")

_SET_SAFETY = Statement("""
INSERT INTO level (merchant_id, variant_id, location_id, on_hand, held, safety, expired, zone)
VALUES (:merchant, :variant, :location, 0, 0, :safety, 0, '')
ON CONFLICT (merchant_id, variant_id, location_id) DO UPDATE SET safety = EXCLUDED.safety
""")


def count_stock(
    session: Session,
    *,
    merchant_id: UUID,
    variant_id: UUID,
    location_id: UUID,
    on_hand: int,
    reason: str,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> int:
    """Set on hand to what was counted, in units; return the difference that was booked.

    Raises:
        ValueError: `on_hand` is negative.
        StockBelowHeldError: fewer units were counted than are promised to orders.
        NotInTransitHereError: the place is where goods are in transit.
    """
    if on_hand < 0:
        raise ValueError(f"nobody can count {on_hand} units")
    return _move_to(
        session,
        merchant_id=merchant_id,
        line=Units(variant_id, location_id, 0),
        on_hand=on_hand,
        kind=MovementKind.COUNTED,
        reason=reason,
        actor_id=actor_id,
        subject_id=subject_id,
    )


def adjust_stock(
    session: Session,
    *,
    merchant_id: UUID,
    variant_id: UUID,
    location_id: UUID,
    change: int,
    kind: MovementKind,
    reason: str,
    actor_id: UUID | None = None,
) -> int:
    """Add `change` units (negative takes away) and return the new on hand.

    Raises:
        StockBelowHeldError: fewer units would remain than are promised to orders.
        StockBelowZeroError: there are not as many units.
        NotInTransitHereError: the place is where goods are in transit.
    """
    line = Units(variant_id, location_id, 0)
    on_hand, held = lock_levels(session, merchant_id=merchant_id, lines=[line])[
        variant_id, location_id
    ]
    if on_hand + change < 0:
        raise StockBelowZeroError(on_hand=on_hand, units=-change)
    if on_hand + change < held:
        raise StockBelowHeldError(held=held, on_hand=on_hand + change)
    _move_to(
        session,
        merchant_id=merchant_id,
        line=line,
        on_hand=on_hand + change,
        kind=kind,
        reason=reason,
        actor_id=actor_id,
        subject_id=None,
    )
    return on_hand + change


def set_safety_stock(
    session: Session, *, merchant_id: UUID, variant_id: UUID, location_id: UUID, units: int
) -> None:
    """Keep `units` back from every online promise at this location.

    Raises:
        ValueError: `units` is negative.
    """
    if units < 0:
        raise ValueError(f"safety stock cannot be {units} units")
    _SET_SAFETY.run(
        session,
        {
            "merchant": merchant_id,
            "variant": variant_id,
            "location": location_id,
            "safety": units,
        },
    )


def _move_to(
    session: Session,
    *,
    merchant_id: UUID,
    line: Units,
    on_hand: int,
    kind: MovementKind,
    reason: str,
    actor_id: UUID | None,
    subject_id: UUID | None,
) -> int:
    levels = lock_levels(session, merchant_id=merchant_id, lines=[line])
    before, held = levels[line.variant_id, line.location_id]
    if on_hand < held:
        raise StockBelowHeldError(held=held, on_hand=on_hand)
    difference = on_hand - before
    if difference == 0:
        return 0
    written = _SET_ON_HAND.run(
        session,
        {
            "merchant": merchant_id,
            "variant": line.variant_id,
            "location": line.location_id,
            "on_hand": on_hand,
        },
    )
    if not written:
        raise NotInTransitHereError
    book(
        session,
        merchant_id=merchant_id,
        kind=kind,
        lines=[Units(line.variant_id, line.location_id, abs(difference))],
        sign=1 if difference > 0 else -1,
        reason=reason,
        subject_id=subject_id,
        actor_id=actor_id,
    )
    return difference
