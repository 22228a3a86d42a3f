"""Undo a sale over the counter: what it did to the level, the ledger and others' promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import MovementKind, Stage, Units
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import add_units, merged
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement

_CLOSE = Statement("""
UPDATE discrepancy SET resolved_at = :now, resolution = :reason, owner_id = :actor
WHERE merchant_id = :merchant AND sale_id = :sale AND resolved_at IS NULL
RETURNING variant_id, location_id, missing
""")

# The strongest promise was taken last, so it is the first to get its units back.
_TAKEN = Statement("""
SELECT variant_id, location_id, displaced, displaced_owner_id FROM discrepancy
WHERE merchant_id = :merchant AND sale_id = :sale AND displaced_owner_id IS NOT NULL
ORDER BY id DESC
""")

_PROMISE = Statement("""
WITH room AS (
  UPDATE level SET held = held + :quantity
  WHERE merchant_id = :merchant AND variant_id = :variant AND location_id = :location
    AND on_hand - held - expired >= :quantity
  RETURNING variant_id
)
INSERT INTO hold (merchant_id, id, owner_id, variant_id, location_id, quantity, stage, expires_at,
                  created_at)
SELECT :merchant, :id, :owner, :variant, :location, :quantity, :stage, NULL, :now FROM room
ON CONFLICT (merchant_id, owner_id, variant_id, location_id)
DO UPDATE SET quantity = hold.quantity + excluded.quantity
""")


@dataclass(frozen=True, slots=True)
class TakenPromise:
    """Units that a sale took from a promise: their owner comes first when they are free again."""

    owner_id: UUID
    units: Units


def unsell(
    session: Session,
    *,
    merchant_id: UUID,
    sale_id: UUID,
    lines: Sequence[Units],
    reason: str,
    actor_id: UUID,
) -> tuple[TakenPromise, ...]:
    """Undo `sell_at_till`: the level has what it had, and what the sale left open is closed.

    Units that were booked in only because more was sold than the level had go off the books with
    the sale. A discrepancy that somebody has closed is left alone: what they found is true of the
    goods, and all of them are back on the shelf. Returns the promises that the sale had taken, also
    those that somebody has looked into, so that the caller can renew what still counts
    (`promise_again`).
    """
    returned = merged(lines)
    if not returned:
        return ()
    closed = _CLOSE.all(
        session,
        {
            "merchant": merchant_id,
            "sale": sale_id,
            "now": utc_now(),
            "reason": reason,
            "actor": actor_id,
        },
    )
    invented = {(row.variant_id, row.location_id): row.missing for row in closed if row.missing}
    _add_real(session, merchant_id, returned, invented)
    for kind, lines_of_kind, sign in (
        (MovementKind.RETURNED, returned, 1),
        (MovementKind.DISCREPANCY, [Units(*key, each) for key, each in invented.items()], -1),
    ):
        book(
            session,
            merchant_id=merchant_id,
            kind=kind,
            lines=lines_of_kind,
            sign=sign,
            reason=reason,
            subject_id=sale_id,
            actor_id=actor_id,
        )
    return promises_taken_by(session, merchant_id=merchant_id, sale_id=sale_id)


def promises_taken_by(
    session: Session, *, merchant_id: UUID, sale_id: UUID
) -> tuple[TakenPromise, ...]:
    """Return the promises that a sale took, the strongest first."""
    return tuple(
        TakenPromise(row.displaced_owner_id, Units(row.variant_id, row.location_id, row.displaced))
        for row in _TAKEN.all(session, {"merchant": merchant_id, "sale": sale_id})
    )


def promise_again(
    session: Session, *, merchant_id: UUID, owner_id: UUID, units: Units, stage: Stage
) -> bool:
    """Hold units for an owner once more, beside what is held already; False when they are not free."""
    return bool(
        _PROMISE.run(
            session,
            {
                "merchant": merchant_id,
                "id": new_id(),
                "owner": owner_id,
                "variant": units.variant_id,
                "location": units.location_id,
                "quantity": units.quantity,
                "stage": stage.value,
                "now": utc_now(),
            },
        )
    )


def _add_real(
    session: Session,
    merchant_id: UUID,
    returned: Sequence[Units],
    invented: Mapping[tuple[UUID, UUID], int],
) -> None:
    """Put on the shelf what the level had when the sale took it."""
    real = [
        Units(line.variant_id, line.location_id, line.quantity - missing)
        for line in returned
        if line.quantity > (missing := invented.get((line.variant_id, line.location_id), 0))
    ]
    add_units(session, merchant_id=merchant_id, lines=real)
