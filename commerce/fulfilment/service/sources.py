"""Write down where an order's goods come from."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.fulfilment.models import Source
from commerce.inventory.rows import Units
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement

_INSERT = Insertion(Source)

_FORGET = Statement(
    "DELETE FROM order_source WHERE merchant_id = :merchant AND order_id = :order AND counted"
)

# What has left stays with the place it left from, and what was given up stays given up; everything
# else is decided anew.
_FORGET_OWED = Statement("""
DELETE FROM order_source s WHERE s.merchant_id = :merchant AND s.order_id = :order
  AND s.counted AND s.quantity > 0
  AND NOT EXISTS (SELECT FROM movement m WHERE m.merchant_id = s.merchant_id
    AND m.variant_id = s.variant_id AND m.location_id = s.location_id
    AND m.subject_id = s.order_id AND m.kind = 'sold')
""")
_KEEP_GONE = Statement("""
UPDATE order_source s SET quantity = (
  SELECT -sum(m.quantity) FROM movement m WHERE m.merchant_id = s.merchant_id
    AND m.variant_id = s.variant_id AND m.location_id = s.location_id
    AND m.subject_id = s.order_id AND m.kind = 'sold')
WHERE s.merchant_id = :merchant AND s.order_id = :order AND s.counted AND s.quantity > 0
""")
_ADD_OWED = Statement("""
INSERT INTO order_source (merchant_id, id, order_id, variant_id, location_id, quantity,
                          counted, sent, returned)
VALUES (:merchant, :id, :order, :variant, :location, :quantity, true, 0, 0)
ON CONFLICT (merchant_id, order_id, variant_id, location_id)
  DO UPDATE SET quantity = order_source.quantity + EXCLUDED.quantity
""")

_SHRINK = Statement("""
UPDATE order_source SET quantity = quantity - :units
WHERE merchant_id = :merchant AND order_id = :order AND variant_id = :variant
  AND location_id = :location
""")


def keep_sources(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    units: Iterable[Units],
    uncounted: Iterable[Units] = (),
) -> None:
    """Write down from where an order is served: `units` are held there, `uncounted` have no limit."""
    _INSERT.many(
        session,
        [
            {
                "merchant_id": merchant_id,
                "order_id": order_id,
                "variant_id": part.variant_id,
                "location_id": part.location_id,
                "quantity": part.quantity,
                "counted": counted,
            }
            for counted, parts in ((True, units), (False, uncounted))
            for part in parts
        ],
    )


def replace_sources(
    session: Session, *, merchant_id: UUID, order_id: UUID, units: Iterable[Units]
) -> None:
    """Serve the counted goods of an order of which nothing has left from other places than before."""
    _FORGET.run(session, {"merchant": merchant_id, "order": order_id})
    keep_sources(session, merchant_id=merchant_id, order_id=order_id, units=units)


def replace_owed_sources(
    session: Session, *, merchant_id: UUID, order_id: UUID, units: Iterable[Units]
) -> None:
    """Serve the counted goods that an order is still owed from `units`; what left keeps its place."""
    where = {"merchant": merchant_id, "order": order_id}
    _FORGET_OWED.run(session, where)
    _KEEP_GONE.run(session, where)
    for part in units:
        _ADD_OWED.run(
            session,
            {
                **where,
                "id": new_id(),
                "variant": part.variant_id,
                "location": part.location_id,
                "quantity": part.quantity,
            },
        )


def shrink_sources(
    session: Session, *, merchant_id: UUID, order_id: UUID, units: Iterable[Units]
) -> None:
    """Serve an order with fewer units than it was promised: these were given up."""
    for part in units:
        _SHRINK.run(
            session,
            {
                "merchant": merchant_id,
                "order": order_id,
                "variant": part.variant_id,
                "location": part.location_id,
                "units": part.quantity,
            },
        )
