"""Let goods go that are sold without limit: an order's sources tell how far they have come.

They are goods whose stock is not kept, and goods that are sold on when they are out. Nothing is held
of either; of the second, the level falls when they leave (`commerce.inventory.service.sell_on`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import Units
from commerce.kernel.statements import Statement

_SEND = Statement(
    """
WITH waiting AS (
  SELECT s.merchant_id, s.id, s.quantity - s.sent - COALESCE(k.units, 0) AS units
  FROM order_source s
  LEFT JOIN unnest(CAST(:kept AS uuid[]), CAST(:units AS bigint[])) AS k(variant_id, units)
    ON k.variant_id = s.variant_id
  WHERE s.merchant_id = :merchant AND s.order_id = :order AND s.location_id = :location
    AND NOT s.counted AND s.sent + COALESCE(k.units, 0) < s.quantity
  FOR UPDATE OF s
)
UPDATE order_source s SET sent = s.sent + w.units FROM waiting w
WHERE s.merchant_id = w.merchant_id AND s.id = w.id
RETURNING s.variant_id, s.location_id, w.units
""",
    Units,
)

_RELEASE = Statement("""
UPDATE order_source SET quantity = sent
WHERE merchant_id = :merchant AND order_id = :order AND NOT counted AND sent < quantity
""")

_OUT = Statement("""
SELECT id, sent - returned AS units FROM order_source
WHERE merchant_id = :merchant AND order_id = :order AND variant_id = :variant
  AND NOT counted AND returned < sent
ORDER BY id FOR UPDATE
""")

_RETURN = Statement("""
UPDATE order_source SET returned = returned + :units WHERE merchant_id = :merchant AND id = :id
""")


def send_uncounted(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    location_id: UUID,
    stays: Sequence[Units] = (),
) -> tuple[Units, ...]:
    """Note that an order's uncounted goods left a place; return what left, nothing the second time.

    What `stays` goes on waiting there.
    """
    kept = {"kept": [each.variant_id for each in stays], "units": [each.quantity for each in stays]}
    where = {"merchant": merchant_id, "order": order_id, "location": location_id}
    return tuple(_SEND.all(session, {**where, **kept}))


def release_uncounted(session: Session, *, merchant_id: UUID, order_id: UUID) -> None:
    """Wait no longer for uncounted goods of an order that was called off."""
    _RELEASE.run(session, {"merchant": merchant_id, "order": order_id})


def take_back_uncounted(
    session: Session, *, merchant_id: UUID, order_id: UUID, lines: Sequence[Units]
) -> None:
    """Note that uncounted goods came back; what rises a level is the inventory's matter.

    The caller has made sure that no more come back than have left.
    """
    for line in lines:
        rest = line.quantity
        where = {"merchant": merchant_id, "order": order_id, "variant": line.variant_id}
        for out in _OUT.all(session, where):
            units = min(rest, out.units)
            _RETURN.run(session, {"merchant": merchant_id, "id": out.id, "units": units})
            rest -= units
            if not rest:
                break
