"""Move units from one place to another: out of one level, into another, both on the ledger."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import LotUnits, MovementKind, Units
from commerce.inventory.service.chosen_lots import carried
from commerce.inventory.service.ledger import book
from commerce.inventory.service.statements import change_levels


def shift(
    session: Session,
    *,
    merchant_id: UUID,
    origin_id: UUID,
    arriving: Mapping[UUID, Mapping[UUID, int]],
    subject_id: UUID | None,
    actor_id: UUID | None,
    reason: str = "",
    lots: Sequence[LotUnits] = (),
) -> None:
    """Move units out of `origin_id`; `arriving` is by place, then by variant. Lots go with them.

    Raises:
        UnitsPromisedError: names every line of which fewer units are free at the origin.
    """
    leaving: dict[UUID, int] = defaultdict(int)
    changes: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for place, units in arriving.items():
        for variant_id, quantity in units.items():
            leaving[variant_id] += quantity
            changes[variant_id, place] += quantity
            changes[variant_id, origin_id] -= quantity
    change_levels(session, merchant_id=merchant_id, changes=changes)
    write = partial(
        book,
        session,
        merchant_id=merchant_id,
        reason=reason,
        subject_id=subject_id,
        actor_id=actor_id,
    )
    left = write(
        kind=MovementKind.MOVED_OUT,
        lines=lines_at(origin_id, leaving),
        sign=-1,
        lots=lots,
    )
    for place, units in arriving.items():
        here, left = carried(left, to=place, units=units)
        write(
            kind=MovementKind.MOVED_IN,
            lines=lines_at(place, units),
            sign=1,
            lots=here,
        )


def lines_at(location_id: UUID, units: Mapping[UUID, int]) -> list[Units]:
    """Return the units of each variant at a place, without those that are none."""
    return [
        Units(variant_id, location_id, quantity)
        for variant_id, quantity in sorted(units.items())
        if quantity
    ]
