"""Write lines of the stock ledger. Whoever changes on hand calls this in the same transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.models import Movement
from commerce.inventory.rows import MovementKind, Units
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion

_INSERT = Insertion(Movement)


def book(
    session: Session,
    *,
    merchant_id: UUID,
    kind: MovementKind,
    lines: Sequence[Units],
    sign: int,
    reason: str = "",
    subject_id: UUID | None = None,
    actor_id: UUID | None = None,
) -> None:
    """Append one movement for each of `lines`; `sign` is +1 for what came, -1 for what left."""
    if not lines:
        return
    at = utc_now()
    _INSERT.many(
        session,
        [
            {
                "merchant_id": merchant_id,
                "id": new_id(),
                "variant_id": line.variant_id,
                "location_id": line.location_id,
                "quantity": sign * line.quantity,
                "kind": kind.value,
                "reason": reason,
                "subject_id": subject_id,
                "actor_id": actor_id,
                "at": at,
            }
            for line in lines
        ],
    )
