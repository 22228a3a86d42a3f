"""The way out for what lies in transit and belongs to no transfer."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.rows import Units
from commerce.inventory.service.shift import shift
from commerce.inventory.service.statements import lock_levels
from commerce.inventory.service.stock_places import check_places
from commerce.inventory.service.terms import checked_reason, refuse
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class Stray:
    """Units of a variant that lie in transit beyond what transfers have under way."""

    variant_id: UUID
    transit_id: UUID
    units: int


_STRAYS = Statement(
    """
SELECT l.variant_id, l.location_id, CAST(l.on_hand - COALESCE(t.under_way, 0) AS bigint)
FROM location p
JOIN level l ON l.merchant_id = p.merchant_id AND l.location_id = p.id AND l.on_hand > 0
LEFT JOIN (
  SELECT t.merchant_id, n.variant_id, t.transit_id,
         sum(n.sent - n.received - n.lost - n.returned) AS under_way
  FROM transfer t
  JOIN transfer_line n ON n.merchant_id = t.merchant_id AND n.transfer_id = t.id
  WHERE t.state = 'sent'
  GROUP BY t.merchant_id, n.variant_id, t.transit_id
) AS t ON t.merchant_id = l.merchant_id AND t.variant_id = l.variant_id
  AND t.transit_id = l.location_id
WHERE p.kind = 'transit' AND l.on_hand > COALESCE(t.under_way, 0)
ORDER BY l.variant_id
LIMIT 200
""",
    Stray,
)


def strays_in_transit(connection: Connection | Session) -> tuple[Stray, ...]:
    """Return what lies in transit and belongs to no transfer: none, unless it was put there by hand."""
    return tuple(_STRAYS.all(connection))


def bring_in_stray(
    session: Session,
    *,
    merchant_id: UUID,
    variant_id: UUID,
    location_id: UUID,
    reason: str,
    actor_id: UUID | None = None,
) -> int:
    """Move all that belongs to no transfer out of transit to a place, and return the units.

    There it is stock like any other: counted, set aside or written off.

    Raises:
        PlacesRefusedError: the place is not the merchant's, in use, in transit or a quarantine.
        ReasonMissingError: nobody says why.
        LinesRefusedError: nothing of it lies in transit without a transfer.
    """
    reason = checked_reason(reason)
    check_places(session, merchant_id=merchant_id, places=[location_id])
    found = _stray_of(session, variant_id)
    if found is not None:
        places = (location_id, found.transit_id)
        lines = [Units(variant_id, place, 0) for place in places]
        lock_levels(session, merchant_id=merchant_id, lines=lines)
        # A transfer may have left or arrived until the levels were ours.
        found = _stray_of(session, variant_id)
    if found is None:
        refuse([LineFault(variant_id, "units", {"least": 0, "most": 0})])
        return 0
    arriving: Mapping[UUID, Mapping[UUID, int]] = {location_id: {variant_id: found.units}}
    shift(
        session,
        merchant_id=merchant_id,
        origin_id=found.transit_id,
        arriving=arriving,
        subject_id=new_id(),
        actor_id=actor_id,
        reason=reason,
    )
    return found.units


def _stray_of(session: Session, variant_id: UUID) -> Stray | None:
    return next(
        (each for each in strays_in_transit(session) if each.variant_id == variant_id), None
    )
