"""Book goods that came back where they were found to belong."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.checkout.service.goods import GoodsStanding, goods_of
from commerce.checkout.service.take_back import put_on_shelves
from commerce.fulfilment.service import take_back_uncounted
from commerce.inventory.rows import Units
from commerce.inventory.service import quarantine_of, write_off_returned
from commerce.orders.returns.rows import FoundUnits
from commerce.orders.rows import OrderLineRow

REASON = "return"

Found = Sequence[tuple[OrderLineRow, FoundUnits]]


def shelve(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    location_id: UUID,
    found: Found,
    actor_id: UUID,
) -> None:
    """Book units on the shelf, in the place's quarantine, or in and off the books again.

    Every unit that is kept comes back in the ledger as a movement of its order, so that nobody can
    take it back a second time. What is broken passes through the quarantine, where no order that
    lacks goods is given it. What no ledger counts moves nothing.
    """
    standing = goods_of(session.connection(), order_id=order_id)
    shelf = _units(standing, location_id, ((line, each.restocked) for line, each in found))
    aside: list[Units] = []
    spoilt: list[Units] = []
    if any(each.quarantined or each.written_off for _line, each in found):
        place = quarantine_of(session, merchant_id=merchant_id, location_id=location_id)
        aside = _units(standing, place, ((line, each.quarantined) for line, each in found))
        spoilt = _units(standing, place, ((line, each.written_off) for line, each in found))
    uncounted = {goods.variant_id for goods in standing if not goods.counted}
    broken = [units for units in spoilt if units.variant_id not in uncounted]
    put_on_shelves(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        standing=standing,
        returned=[*shelf, *aside, *broken],
        reason=REASON,
        actor_id=actor_id,
    )
    take_back_uncounted(
        session,
        merchant_id=merchant_id,
        order_id=order_id,
        lines=[units for units in spoilt if units.variant_id in uncounted],
    )
    write_off_returned(
        session,
        merchant_id=merchant_id,
        sale_id=order_id,
        lines=broken,
        reason=REASON,
        actor_id=actor_id,
    )


def _units(
    standing: Sequence[GoodsStanding],
    location_id: UUID,
    parts: Iterable[tuple[OrderLineRow, int]],
) -> list[Units]:
    """Return the units of a place that some ledger or source tells of."""
    told = {goods.variant_id for goods in standing}
    return [
        Units(line.variant_id, location_id, units)
        for line, units in parts
        if units and line.variant_id is not None and line.variant_id in told
    ]
