"""Where an order's goods come from."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Units of an order and the location they come from."""

    variant_id: UUID
    location_id: UUID
    quantity: int


_OF_ORDER = Statement(
    """
SELECT variant_id, location_id, quantity FROM order_source WHERE order_id = :order
ORDER BY location_id, variant_id
""",
    SourceRow,
)


def sources_of(connection: Connection, *, order_id: UUID) -> tuple[SourceRow, ...]:
    """Return where an order's goods come from, what has left already with it."""
    return tuple(_OF_ORDER.all(connection, {"order": order_id}))
