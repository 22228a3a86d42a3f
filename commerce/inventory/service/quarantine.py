"""Goods that cannot be sold: set aside, put back, or written off, always with a reason."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault
from commerce.inventory.rows import MovementKind, Portion, Units
from commerce.inventory.service.chosen_lots import chosen_lots
from commerce.inventory.service.ledger import book
from commerce.inventory.service.shift import lines_at, shift
from commerce.inventory.service.statements import change_levels, lock_levels, merged
from commerce.inventory.service.stock_places import (
    check_countable,
    check_places,
    quarantine_of,
)
from commerce.inventory.service.terms import checked_reason, counted_goods, refuse, units_faults
from commerce.kernel.ids import new_id


def set_aside(
    session: Session,
    *,
    merchant_id: UUID,
    location_id: UUID,
    portions: Sequence[Portion],
    reason: str,
    actor_id: UUID | None = None,
) -> UUID:
    """Move goods of a place to its quarantine, where they are never sold; return the deed's id.

    The ledger knows both of its sides by that id.

    Raises:
        PlacesRefusedError: the place is not the merchant's, or goods only pass through it.
        LinesRefusedError: names every line that cannot be meant.
        ReasonMissingError: nobody says why.
        UnitsPromisedError: names every line of which fewer units are free.
    """
    check_places(session, merchant_id=merchant_id, places=[location_id], in_use=False)
    aside = quarantine_of(session, merchant_id=merchant_id, location_id=location_id)
    return _move(session, merchant_id, location_id, aside, portions, reason, actor_id)


def put_back(
    session: Session,
    *,
    merchant_id: UUID,
    location_id: UUID,
    portions: Sequence[Portion],
    reason: str,
    actor_id: UUID | None = None,
) -> UUID:
    """Move goods from the quarantine of a place back to it; return the deed's id.

    Raises:
        PlacesRefusedError: the place is not the merchant's, or goods only pass through it.
        LinesRefusedError: names every line that cannot be meant.
        ReasonMissingError: nobody says why.
        UnitsPromisedError: names every line of which fewer units are in quarantine.
    """
    check_places(session, merchant_id=merchant_id, places=[location_id], in_use=False)
    aside = quarantine_of(session, merchant_id=merchant_id, location_id=location_id)
    return _move(session, merchant_id, aside, location_id, portions, reason, actor_id)


def write_off(
    session: Session,
    *,
    merchant_id: UUID,
    location_id: UUID,
    portions: Sequence[Portion],
    reason: str,
    actor_id: UUID | None = None,
) -> UUID:
    """Take goods off the books that are broken or spoilt, at a place or in quarantine.

    Returns the deed's id, under which the ledger knows it.

    Raises:
        PlacesRefusedError: the place is not the merchant's, or is where goods are in transit.
        LinesRefusedError: names every line that cannot be meant.
        ReasonMissingError: nobody says why.
        UnitsPromisedError: names every line of which fewer units are free.
    """
    check_countable(session, merchant_id=merchant_id, location_id=location_id)
    reason, deed = checked_reason(reason), new_id()
    units = _units(session, merchant_id, portions)
    lines = lines_at(location_id, units)
    lock_levels(session, merchant_id=merchant_id, lines=lines)
    lots = chosen_lots(session, merchant_id=merchant_id, location_id=location_id, portions=portions)
    change_levels(
        session,
        merchant_id=merchant_id,
        changes={(line.variant_id, location_id): -line.quantity for line in lines},
    )
    book(
        session,
        merchant_id=merchant_id,
        kind=MovementKind.DAMAGED,
        lines=lines,
        sign=-1,
        reason=reason,
        subject_id=deed,
        actor_id=actor_id,
        lots=lots,
    )
    return deed


def write_off_returned(
    session: Session,
    *,
    merchant_id: UUID,
    sale_id: UUID,
    lines: Sequence[Units],
    reason: str,
    actor_id: UUID | None = None,
) -> None:
    """Take goods off the books that have just come back with `sale_id` and are worth nothing.

    The ledger knows both sides by the sale; of goods with lots, what expires first is meant.
    """
    broken = merged(lines)
    if not broken:
        return
    changes = {(line.variant_id, line.location_id): -line.quantity for line in broken}
    change_levels(session, merchant_id=merchant_id, changes=changes)
    book(
        session,
        merchant_id=merchant_id,
        kind=MovementKind.DAMAGED,
        lines=broken,
        sign=-1,
        reason=reason,
        subject_id=sale_id,
        actor_id=actor_id,
    )


def _move(  # noqa: PLR0917 - one deed
    session: Session,
    merchant_id: UUID,
    origin_id: UUID,
    destination_id: UUID,
    portions: Sequence[Portion],
    reason: str,
    actor_id: UUID | None,
) -> UUID:
    reason, deed = checked_reason(reason), new_id()
    units = _units(session, merchant_id, portions)
    lock_levels(
        session,
        merchant_id=merchant_id,
        lines=[Units(each, place, 0) for each in units for place in (origin_id, destination_id)],
    )
    shift(
        session,
        merchant_id=merchant_id,
        origin_id=origin_id,
        arriving={destination_id: units},
        subject_id=deed,
        actor_id=actor_id,
        reason=reason,
        lots=chosen_lots(
            session, merchant_id=merchant_id, location_id=origin_id, portions=portions
        ),
    )
    return deed


def _units(session: Session, merchant_id: UUID, portions: Sequence[Portion]) -> Counter[UUID]:
    """Return the units of each variant, lots together."""
    variants = list(dict.fromkeys(each.variant_id for each in portions))
    keeps_lots = counted_goods(session, merchant_id=merchant_id, variant_ids=variants)
    refuse(
        LineFault(each.variant_id, "lot-which" if each.lot_id is None else "lot-unwanted")
        for each in portions
        if keeps_lots[each.variant_id] is (each.lot_id is None)
    )
    refuse(units_faults((each.variant_id, each.quantity) for each in portions))
    named = Counter((each.variant_id, each.lot_id) for each in portions)
    refuse(LineFault(variant_id, "twice") for (variant_id, _), times in named.items() if times > 1)
    units: Counter[UUID] = Counter()
    for each in portions:
        units[each.variant_id] += each.quantity
    return units
