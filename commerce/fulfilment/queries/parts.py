"""In which parts orders leave, and how far each has come."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.rows import (
    DeliveryKind,
    FulfilmentLineRow,
    FulfilmentRow,
    FulfilmentState,
)
from commerce.kernel.statements import Statement

_COLUMNS = """
  f.id, f.order_id, f.location_id, f.kind, f.state, f.created_at, f.due_at, f.clerk_id, f.ready_at,
  f.collect_by, f.left_at, f.reason, f.note
"""

_OF_ORDER = Statement(
    f"SELECT {_COLUMNS} FROM fulfilment f WHERE f.order_id = :order ORDER BY f.id"  # noqa: S608
)
_BY_ID = Statement(f"SELECT {_COLUMNS} FROM fulfilment f WHERE f.id = :id")  # noqa: S608

_LINES = Statement("""
SELECT fulfilment_id, variant_id, quantity, picked, short FROM fulfilment_line
WHERE fulfilment_id = ANY(:fulfilments) ORDER BY fulfilment_id, variant_id
""")


def fulfilments_of(
    connection: Connection | Session, *, order_id: UUID
) -> tuple[FulfilmentRow, ...]:
    """Return the parts of an order, the first that was made first, those that ended among them."""
    return with_lines(connection, _OF_ORDER.all(connection, {"order": order_id}))


def fulfilment_by_id(
    connection: Connection | Session, *, fulfilment_id: UUID
) -> FulfilmentRow | None:
    """Return one part of an order, or None."""
    found = with_lines(connection, _BY_ID.all(connection, {"id": fulfilment_id}))
    return found[0] if found else None


def with_lines(connection: Connection | Session, found: Sequence[Any]) -> tuple[FulfilmentRow, ...]:
    """Return rows of fulfilments together with their lines."""
    lines = lines_by_fulfilment(connection, [row.id for row in found])
    return tuple(
        FulfilmentRow(
            id=row.id,
            order_id=row.order_id,
            location_id=row.location_id,
            kind=DeliveryKind(row.kind),
            state=FulfilmentState(row.state),
            created_at=row.created_at,
            due_at=row.due_at,
            clerk_id=row.clerk_id,
            ready_at=row.ready_at,
            collect_by=row.collect_by,
            left_at=row.left_at,
            reason=row.reason,
            note=row.note,
            lines=tuple(lines[row.id]),
        )
        for row in found
    )


def lines_by_fulfilment(
    connection: Connection | Session, fulfilment_ids: Iterable[UUID]
) -> dict[UUID, list[FulfilmentLineRow]]:
    """Return the lines of fulfilments, by the fulfilment."""
    lines: dict[UUID, list[FulfilmentLineRow]] = defaultdict(list)
    asked = list(fulfilment_ids)
    for row in _LINES.all(connection, {"fulfilments": asked}) if asked else ():
        lines[row.fulfilment_id].append(
            FulfilmentLineRow(row.variant_id, row.quantity, row.picked, row.short)
        )
    return lines
