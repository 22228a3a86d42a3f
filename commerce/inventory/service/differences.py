"""Put where goods and papers disagree before the person who looks into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.models import Discrepancy
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion

_INSERT = Insertion(Discrepancy)


@dataclass(frozen=True, slots=True)
class Difference:
    """Units of a transfer that never arrived, or that nobody had sent."""

    variant_id: UUID
    missing: int = 0
    surplus: int = 0


def note_differences(
    session: Session,
    *,
    merchant_id: UUID,
    transfer_id: UUID,
    location_id: UUID,
    differences: Sequence[Difference],
    reason: str,
    owner_id: UUID | None,
) -> None:
    """Open a discrepancy for each of `differences` at the place that waited for the goods."""
    _INSERT.many(
        session,
        [
            {
                "merchant_id": merchant_id,
                "id": new_id(),
                "variant_id": each.variant_id,
                "location_id": location_id,
                "transfer_id": transfer_id,
                "missing": each.missing,
                "displaced": 0,
                "surplus": each.surplus,
                "reason": reason,
                "owner_id": owner_id,
            }
            for each in differences
        ],
    )
