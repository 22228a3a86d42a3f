"""Bring opening stock on the books, many lines at once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.inventory.rows import MovementKind, Units
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import columns_of, lock_levels, merged

_ADD = text("""
UPDATE level l SET on_hand = l.on_hand + w.quantity
FROM unnest(
  CAST(:variants AS uuid[]), CAST(:locations AS uuid[]), CAST(:quantities AS bigint[])
) AS w(variant_id, location_id, quantity)
WHERE l.merchant_id = :merchant
  AND l.variant_id = w.variant_id AND l.location_id = w.location_id
""")


def open_stock(
    session: Session,
    *,
    merchant_id: UUID,
    lines: Sequence[Units],
    reason: str,
    kind: MovementKind = MovementKind.OPENING,
    subject_id: UUID | None = None,
    actor_id: UUID | None = None,
) -> None:
    """Add units to their levels in two statements, however many lines there are."""
    arrived = merged(lines)
    if not arrived:
        return
    lock_levels(session, merchant_id=merchant_id, lines=arrived)
    session.execute(_ADD, {"merchant": merchant_id, **columns_of(arrived)})
    book(
        session,
        merchant_id=merchant_id,
        kind=kind,
        lines=arrived,
        sign=1,
        reason=reason,
        subject_id=subject_id,
        actor_id=actor_id,
    )
