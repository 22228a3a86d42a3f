"""Clear up where a transfer came otherwise than it was sent: what was found also sets the books right."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import MovementKind
from commerce.inventory.service.count import adjust_stock
from commerce.inventory.service.resolve import resolve_discrepancy
from commerce.kernel.errors import NotFoundError
from commerce.kernel.statements import Statement


class Finding(StrEnum):
    """What came of looking into units that never arrived, or that nobody had sent."""

    LOST = "lost"
    TURNED_UP = "turned-up"
    """They came after all, and lie where they were sent."""
    MISCOUNTED_LEAVING = "miscounted-leaving"
    """Others left than was written down: the origin holds more or fewer than its books say."""
    MISCOUNTED_ARRIVING = "miscounted-arriving"
    """Others came than was written down."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Looked:
    variant_id: UUID
    origin_id: UUID
    destination_id: UUID
    missing: int
    surplus: int
    number: str
    closed: bool


_LOCK = Statement(
    """
SELECT d.variant_id, t.origin_id, t.destination_id, d.missing, d.surplus, t.number,
  d.resolved_at IS NOT NULL
FROM discrepancy d JOIN transfer t ON t.merchant_id = d.merchant_id AND t.id = d.transfer_id
WHERE d.merchant_id = :merchant AND d.id = :discrepancy
FOR UPDATE OF d
""",
    _Looked,
)


def clear_up_transfer(
    session: Session,
    *,
    merchant_id: UUID,
    discrepancy_id: UUID,
    finding: Finding,
    resolution: str,
    actor_id: UUID,
) -> None:
    """Close a discrepancy of a transfer with `finding`, and book what it says about the shelves.

    Missing units went off the books when they were missed, so units that never left or turned up are
    booked where they lie; units too many came onto the books of the place that received them, so they
    go off where they really left from, or off the receiving place when nothing more had come. What was
    closed before stays as it is, and nothing is booked again. `resolution` is the finding in the words
    of `actor_id`.

    Raises:
        NotFoundError: the merchant has no such discrepancy of a transfer.
        StockBelowHeldError: the place lacks units that are free to go off its books.
    """
    found = _LOCK.one_or_none(session, {"merchant": merchant_id, "discrepancy": discrepancy_id})
    if found is None:
        raise NotFoundError
    if found.closed:
        return
    place = _lies_at(found, finding)
    if place is not None:
        adjust_stock(
            session,
            merchant_id=merchant_id,
            variant_id=found.variant_id,
            location_id=place,
            change=found.missing - found.surplus,
            kind=MovementKind.ADJUSTED,
            reason=f"{found.number}: {resolution}",
            actor_id=actor_id,
        )
    resolve_discrepancy(
        session,
        merchant_id=merchant_id,
        discrepancy_id=discrepancy_id,
        resolution=resolution,
        actor_id=actor_id,
    )


def _lies_at(found: _Looked, finding: Finding) -> UUID | None:
    """Return the place whose books the finding sets right, if it does."""
    if finding is Finding.MISCOUNTED_LEAVING:
        return found.origin_id
    turned_up = finding is Finding.TURNED_UP and found.missing > 0
    return found.destination_id if turned_up or finding is Finding.MISCOUNTED_ARRIVING else None
