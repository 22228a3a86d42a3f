"""Say on which shelf goods lie: the order of picking, and what is counted together."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.rows import Units
from commerce.inventory.service.statements import lock_levels
from commerce.inventory.service.stock_places import check_countable
from commerce.inventory.service.terms import counted_goods, refuse
from commerce.kernel.statements import Statement

LONGEST_ZONE = 40

_SET = Statement("""
UPDATE level l SET zone = w.zone
FROM unnest(CAST(:variants AS uuid[]), CAST(:zones AS text[])) AS w(variant_id, zone)
WHERE l.merchant_id = :merchant AND l.location_id = :location AND l.variant_id = w.variant_id
""")


def set_zones(
    session: Session, *, merchant_id: UUID, location_id: UUID, zones: Mapping[UUID, str]
) -> None:
    """Say in which zone of a place each variant lies; an empty zone is none.

    Raises:
        PlacesRefusedError: the place is not the merchant's, or is where goods are in transit.
        LinesRefusedError: a variant is not the merchant's, or a zone's name is too long.
    """
    check_countable(session, merchant_id=merchant_id, location_id=location_id)
    counted_goods(session, merchant_id=merchant_id, variant_ids=list(zones))
    named = {variant_id: checked_zone(zone) for variant_id, zone in zones.items()}
    lock_levels(
        session, merchant_id=merchant_id, lines=[Units(each, location_id, 0) for each in named]
    )
    _SET.run(
        session,
        {
            "merchant": merchant_id,
            "location": location_id,
            "variants": list(named),
            "zones": list(named.values()),
        },
    )


def checked_zone(zone: str) -> str:
    """Return a zone's name without blanks around it, in capitals: shelves are written that way.

    Raises:
        LinesRefusedError: the name is too long.
    """
    zone = zone.strip().upper()
    refuse([LineFault(None, "zone", {"most": LONGEST_ZONE})] if len(zone) > LONGEST_ZONE else [])
    return zone
