"""Say at which places somebody works with stock."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.models import StockKeeper
from commerce.inventory.service.stock_places import check_places
from commerce.kernel.statements import Insertion, Statement

_POST = Insertion(StockKeeper)

_FORGET = Statement("""
DELETE FROM stock_keeper WHERE merchant_id = :merchant AND staff_id = :staff
""")


def post_keeper(
    session: Session, *, merchant_id: UUID, staff_id: UUID, location_ids: Collection[UUID]
) -> None:
    """Let somebody work with the stock of these places alone; with that of every place for none.

    The caller makes sure that `staff_id` works for the merchant.

    Raises:
        PlacesRefusedError: a place is not the merchant's, or goods only pass through it.
    """
    places = sorted(set(location_ids))
    check_places(session, merchant_id=merchant_id, places=places, in_use=False)
    _FORGET.run(session, {"merchant": merchant_id, "staff": staff_id})
    _POST.many(
        session,
        [
            {"merchant_id": merchant_id, "staff_id": staff_id, "location_id": place}
            for place in places
        ],
    )
