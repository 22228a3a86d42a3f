"""What is on its way to a place, with the paper that brings it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class Coming:
    """Units of one variant that are on their way to a place; without a day nobody promises them."""

    variant_id: UUID
    location_id: UUID
    quantity: int
    expected_on: date | None
    transfer_id: UUID | None
    purchase_id: UUID | None
    number: str


_COMING = Statement(
    """
SELECT l.variant_id, t.destination_id, l.sent - l.received - l.lost - l.returned AS quantity,
       t.expected_on, t.id, CAST(NULL AS uuid), t.number
FROM transfer t JOIN transfer_line l ON l.merchant_id = t.merchant_id AND l.transfer_id = t.id
WHERE t.state = 'sent' AND l.variant_id = ANY(:variants)
  AND l.sent > l.received + l.lost + l.returned
UNION ALL
SELECT l.variant_id, p.location_id, l.ordered - l.received, p.expected_on, NULL, p.id, p.number
FROM purchase p JOIN purchase_line l ON l.merchant_id = p.merchant_id AND l.purchase_id = p.id
WHERE p.state = 'ordered' AND l.variant_id = ANY(:variants) AND l.ordered > l.received
ORDER BY 1, 2, 4 NULLS LAST, 7
""",
    Coming,
)


def coming_units(connection: Connection, *, variant_ids: Iterable[UUID]) -> tuple[Coming, ...]:
    """Return what is ordered or sent of the variants and has not come, the earliest first."""
    return tuple(_COMING.all(connection, {"variants": list(variant_ids)}))
