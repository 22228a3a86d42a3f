"""What came back of what was sold, and where it was put."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement

_CAME_BACK = Statement("""
SELECT variant_id, location_id, CAST(sum(quantity) AS integer) AS units FROM movement
WHERE subject_id = :sale AND kind = 'returned'
GROUP BY variant_id, location_id ORDER BY variant_id, location_id
""")


@dataclass(frozen=True, slots=True)
class CameBack:
    """Units of one variant that were put at one place."""

    variant_id: UUID
    location_id: UUID
    units: int


def came_back(connection: Connection, *, sale_id: UUID) -> tuple[CameBack, ...]:
    """Return what came back of a sale."""
    return tuple(CameBack(*row) for row in _CAME_BACK.all(connection, {"sale": sale_id}))
