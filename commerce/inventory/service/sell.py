"""Let goods leave, and come back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import HoldLostError
from commerce.inventory.rows import Displacement, MovementKind, Units
from commerce.inventory.service.displace import sell_regardless
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import add_units, columns_of, merged
from commerce.inventory.service.stock_places import check_no_transit
from commerce.kernel.statements import Statement

# A unit that is held for somebody is still on the shelf, so a clerk may only take what is not held;
# safety stock protects web promises and does not bind a person who stands at the shelf. Nobody sells
# what has expired while something good lies beside it, so what was taken is taken as good.
_SELL = Statement("""
WITH want AS (
  SELECT * FROM unnest(
    CAST(:variants AS uuid[]), CAST(:locations AS uuid[]), CAST(:quantities AS bigint[])
  ) AS w(variant_id, location_id, quantity)
), locked AS (
  SELECT l.variant_id, l.location_id
  FROM level l JOIN want w USING (variant_id, location_id)
  WHERE l.merchant_id = :merchant
  ORDER BY l.variant_id, l.location_id
  FOR UPDATE OF l
)
UPDATE level l SET on_hand = l.on_hand - w.quantity
FROM want w JOIN locked k USING (variant_id, location_id)
WHERE l.merchant_id = :merchant
  AND l.variant_id = w.variant_id AND l.location_id = w.location_id
  AND l.on_hand - l.held - l.expired >= w.quantity
RETURNING l.variant_id, l.location_id
""")

_LOCK_OF_OWNER = Statement("""
SELECT count(*) FROM (
  SELECT 1 FROM level l
  WHERE l.merchant_id = :merchant AND (l.variant_id, l.location_id) IN (
    SELECT variant_id, location_id FROM hold
    WHERE merchant_id = :merchant AND owner_id = :owner AND location_id = :location
  )
  ORDER BY l.variant_id, l.location_id
  FOR UPDATE
) AS locked
""")

_SHIP = Statement("""
WITH gone AS (
  DELETE FROM hold
  WHERE merchant_id = :merchant AND owner_id = :owner AND location_id = :location
  RETURNING variant_id, location_id, quantity
)
UPDATE level l SET held = l.held - g.quantity, on_hand = l.on_hand - g.quantity
FROM gone g
WHERE l.merchant_id = :merchant
  AND l.variant_id = g.variant_id AND l.location_id = g.location_id
RETURNING l.variant_id, l.location_id, g.quantity
""")


def sell_at_till(
    session: Session,
    *,
    merchant_id: UUID,
    sale_id: UUID,
    lines: Sequence[Units],
    actor_id: UUID | None = None,
) -> tuple[Displacement, ...]:
    """Record that goods have left a store over the counter. This never fails for lack of stock.

    What happened is a fact even when the level says otherwise: units the level did not have are
    booked as a discrepancy, and units that were promised to others are taken from those promises.
    Returns the promises that were displaced, so that the caller can re-source or refund them.
    """
    wanted = merged(lines)
    if not wanted:
        return ()
    sold = {
        (row.variant_id, row.location_id)
        for row in _SELL.all(session, {"merchant": merchant_id, **columns_of(wanted)})
    }
    refused = [line for line in wanted if (line.variant_id, line.location_id) not in sold]
    displaced = (
        sell_regardless(
            session, merchant_id=merchant_id, sale_id=sale_id, lines=refused, actor_id=actor_id
        )
        if refused
        else ()
    )
    book(
        session,
        merchant_id=merchant_id,
        kind=MovementKind.SOLD,
        lines=wanted,
        sign=-1,
        subject_id=sale_id,
        actor_id=actor_id,
    )
    return displaced


def ship_held(
    session: Session,
    *,
    merchant_id: UUID,
    owner_id: UUID,
    location_id: UUID,
    actor_id: UUID | None = None,
) -> tuple[Units, ...]:
    """Let everything held for `owner_id` at a location leave it; return what left.

    Raises:
        HoldLostError: nothing is held there, because it left already or was displaced.
    """
    where = {"merchant": merchant_id, "owner": owner_id, "location": location_id}
    _LOCK_OF_OWNER.run(session, where)
    left = tuple(
        Units(row.variant_id, row.location_id, row.quantity) for row in _SHIP.all(session, where)
    )
    if not left:
        raise HoldLostError
    book(
        session,
        merchant_id=merchant_id,
        kind=MovementKind.SOLD,
        lines=left,
        sign=-1,
        subject_id=owner_id,
        actor_id=actor_id,
    )
    return left


def restock(
    session: Session,
    *,
    merchant_id: UUID,
    sale_id: UUID,
    lines: Sequence[Units],
    reason: str,
    actor_id: UUID | None = None,
) -> None:
    """Put goods that came back on the shelf again, or in quarantine, where nobody sells them.

    Raises:
        PlacesRefusedError: a place is not the merchant's, or is where goods are in transit.
    """
    returned = merged(lines)
    if not returned:
        return
    check_no_transit(session, merchant_id=merchant_id, lines=returned)
    add_units(session, merchant_id=merchant_id, lines=returned)
    book(
        session,
        merchant_id=merchant_id,
        kind=MovementKind.RETURNED,
        lines=returned,
        sign=1,
        reason=reason,
        subject_id=sale_id,
        actor_id=actor_id,
    )
