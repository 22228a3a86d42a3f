"""Let goods leave that are sold on when they are out, and take them back.

Nothing of them is held for an order: nobody can come too late for what is never out. The level falls
when they leave. It never falls below nothing, nor below what is held from the time before they were
sold on: what left beyond that was never on the books, so the ledger books it in with the sale, and a
level that is out says 0 however much is still to be supplied. What an order waits for is told by its
sources (`commerce.fulfilment.service.uncounted`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import MovementKind, Units
from commerce.inventory.service.ledger import book
from commerce.inventory.service.sell import restock
from commerce.inventory.service.statements import columns_of, lock_levels, merged
from commerce.kernel.statements import Statement

SOLD_ON = "sold on when it was out"

_TRACKED = Statement("""
SELECT id FROM variant WHERE merchant_id = :merchant AND id = ANY(:variants) AND stock_tracked
""")

_TAKE = Statement("""
UPDATE level l SET on_hand = l.on_hand - w.quantity
FROM unnest(
  CAST(:variants AS uuid[]), CAST(:locations AS uuid[]), CAST(:quantities AS bigint[])
) AS w(variant_id, location_id, quantity)
WHERE l.merchant_id = :merchant
  AND l.variant_id = w.variant_id AND l.location_id = w.location_id
""")

_OUT = Statement("""
SELECT variant_id, -sum(quantity) AS units FROM movement
WHERE merchant_id = :merchant AND variant_id = ANY(:variants) AND subject_id = :sale
  AND kind IN ('sold', 'returned')
GROUP BY variant_id
""")


def sell_on(
    session: Session,
    *,
    merchant_id: UUID,
    sale_id: UUID,
    lines: Sequence[Units],
    actor_id: UUID | None = None,
) -> None:
    """Book out goods that leave although they may be out; this never fails for lack of stock.

    Goods whose stock is not kept at all are left aside.
    """
    asked = {"merchant": merchant_id, "variants": [line.variant_id for line in lines]}
    tracked = {row.id for row in _TRACKED.all(session, asked)} if lines else set()
    leaving = merged(line for line in lines if line.variant_id in tracked)
    if not leaving:
        return
    levels = lock_levels(session, merchant_id=merchant_id, lines=leaving)
    taken, missing = [], []
    for line in leaving:
        on_hand, held = levels[line.variant_id, line.location_id]
        free = min(line.quantity, on_hand - held)
        if free:
            taken.append(Units(line.variant_id, line.location_id, free))
        if free < line.quantity:
            missing.append(Units(line.variant_id, line.location_id, line.quantity - free))
    _TAKE.run(session, {"merchant": merchant_id, **columns_of(taken)})
    for kind, lines_of_kind, sign, reason in (
        (MovementKind.DISCREPANCY, missing, 1, SOLD_ON),
        (MovementKind.SOLD, leaving, -1, ""),
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


def restock_sold_on(
    session: Session,
    *,
    merchant_id: UUID,
    sale_id: UUID,
    lines: Sequence[Units],
    reason: str,
    actor_id: UUID | None = None,
) -> None:
    """Put goods back that `sell_on` booked out, and no more: what it left aside raises no level."""
    asked = {
        "merchant": merchant_id,
        "sale": sale_id,
        "variants": [line.variant_id for line in lines],
    }
    out = {row.variant_id: int(row.units) for row in _OUT.all(session, asked)} if lines else {}
    back = []
    for line in lines:
        units = min(line.quantity, out.get(line.variant_id, 0))
        if units > 0:
            out[line.variant_id] -= units
            back.append(Units(line.variant_id, line.location_id, units))
    restock(
        session,
        merchant_id=merchant_id,
        sale_id=sale_id,
        lines=back,
        reason=reason,
        actor_id=actor_id,
    )
