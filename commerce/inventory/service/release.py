"""Give back a part of what is held for somebody."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import HoldLostError
from commerce.inventory.rows import Units
from commerce.inventory.service.statements import lock_levels, merged
from commerce.kernel.statements import Statement

_SHRINK = Statement("""
UPDATE hold SET quantity = quantity - :units
WHERE merchant_id = :merchant AND owner_id = :owner AND variant_id = :variant
  AND location_id = :location AND quantity > :units
""")

_END = Statement("""
DELETE FROM hold
WHERE merchant_id = :merchant AND owner_id = :owner AND variant_id = :variant
  AND location_id = :location AND quantity = :units
""")

_FREE = Statement("""
UPDATE level SET held = held - :units
WHERE merchant_id = :merchant AND variant_id = :variant AND location_id = :location
""")


def release_units(
    session: Session, *, merchant_id: UUID, owner_id: UUID, lines: Sequence[Units]
) -> None:
    """Make `lines` free again that are held for `owner_id`; the rest stays held.

    Raises:
        HoldLostError: fewer units are held than are to be given back.
    """
    free = merged(lines)
    if not free:
        return
    lock_levels(session, merchant_id=merchant_id, lines=free)
    for line in free:
        what = {
            "merchant": merchant_id,
            "owner": owner_id,
            "variant": line.variant_id,
            "location": line.location_id,
            "units": line.quantity,
        }
        if not _SHRINK.run(session, what) and not _END.run(session, what):
            raise HoldLostError
        del what["owner"]
        _FREE.run(session, what)
