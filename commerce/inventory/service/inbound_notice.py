"""Tell availability what is coming: the one place where stock work speaks of it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.rows import Expected
from commerce.inventory.service.inbound import expect


def tell_inbound(
    session: Session,
    *,
    merchant_id: UUID,
    subject_id: UUID,
    location_id: UUID,
    coming: Mapping[UUID, int],
    expected_on: date | None,
) -> None:
    """Say which units of each variant a transfer or purchase still brings to its place, and when.

    What was said before is replaced. What comes on a day that nobody knows is promised to nobody.
    """
    expect(
        session,
        merchant_id=merchant_id,
        subject_id=subject_id,
        units=[
            Expected(variant_id, location_id, quantity, expected_on)
            for variant_id, quantity in sorted(coming.items())
            if quantity and expected_on
        ],
    )
