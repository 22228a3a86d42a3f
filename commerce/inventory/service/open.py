"""Bring opening stock on the books, many lines at once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import MovementKind, Units
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import add_units, merged
from commerce.inventory.service.stock_places import check_shelves


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
    """Add units to their levels in three statements, however many lines there are.

    Raises:
        PlacesRefusedError: a place is not the merchant's, or goods only pass through it.
    """
    arrived = merged(lines)
    if not arrived:
        return
    check_shelves(session, merchant_id=merchant_id, lines=arrived)
    add_units(session, merchant_id=merchant_id, lines=arrived)
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
