"""Write lines of the stock ledger. Whoever changes on hand calls this in the same transaction.

Variants that ask for lots have their lots moved with every line, in here and nowhere else, so that
whatever changes a level keeps its lots right as well.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import LotUnits, MovementKind, Units
from commerce.inventory.service.allocate import BookedLine, move_lots
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement

# One statement: most variants ask for no lots, and then nothing more is sent.
_BOOK = Statement(
    """
WITH booked AS (
  INSERT INTO movement (merchant_id, id, variant_id, location_id, quantity, kind, reason,
                        subject_id, actor_id, at)
  SELECT :merchant, w.id, w.variant_id, w.location_id, w.quantity, :kind, :reason, :subject,
         :actor, :at
  FROM unnest(
    CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:locations AS uuid[]),
    CAST(:quantities AS bigint[])
  ) AS w(id, variant_id, location_id, quantity)
  RETURNING id, variant_id, location_id, quantity
)
SELECT b.id, b.variant_id, b.location_id, b.quantity
FROM booked b JOIN variant v ON v.merchant_id = :merchant AND v.id = b.variant_id AND v.lots
""",
    BookedLine,
)


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
    lots: Sequence[LotUnits] = (),
) -> tuple[LotUnits, ...]:
    """Append one movement for each of `lines`; `sign` is +1 for what came, -1 for what left.

    The levels are locked and changed already. `lots` says which lots are meant; what it leaves open
    is chosen: the lot that expires first leaves first, and what comes without a word is in the lot
    that nobody told. Returns the lots that were moved; none for variants that ask for none.
    """
    if not lines:
        return ()
    booked = _BOOK.all(
        session,
        {
            "merchant": merchant_id,
            "ids": [new_id() for _ in lines],
            "variants": [line.variant_id for line in lines],
            "locations": [line.location_id for line in lines],
            "quantities": [sign * line.quantity for line in lines],
            "kind": kind.value,
            "reason": reason,
            "subject": subject_id,
            "actor": actor_id,
            "at": utc_now(),
        },
    )
    if not booked:
        return ()
    return move_lots(
        session,
        merchant_id=merchant_id,
        kind=kind,
        booked=booked,
        subject_id=subject_id,
        chosen=lots,
    )
