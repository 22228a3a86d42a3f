"""Suppliers, purchases, and every time that goods came in."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.rows import (
    PurchaseLineRow,
    PurchaseRow,
    PurchaseState,
    ReceiptLineRow,
    ReceiptRow,
    SupplierRow,
)
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement

_SUPPLIERS = Statement(
    """
SELECT id, code, name, name_zh, email, phone, lead_days, active FROM supplier
ORDER BY active DESC, code
""",
    SupplierRow,
)

_COLUMNS = """
SELECT p.id, p.number, p.supplier_id, p.location_id, p.state, p.reference, p.expected_on, p.note,
       p.ordered_by, p.created_at, p.ordered_at, p.ended_at,
       coalesce(s.ordered, 0), coalesce(s.received, 0)
FROM purchase p LEFT JOIN LATERAL (
  SELECT CAST(sum(l.ordered) AS bigint) AS ordered, CAST(sum(l.received) AS bigint) AS received
  FROM purchase_line l WHERE l.merchant_id = p.merchant_id AND l.purchase_id = p.id
) AS s ON true
"""


def _row(*columns: Any) -> PurchaseRow:
    values = [*columns]
    values[4] = PurchaseState(values[4])
    return PurchaseRow(*values)


def _line(*columns: Any) -> PurchaseLineRow:
    *values, lots, cost, currency = columns
    return PurchaseLineRow(*[*values, lots, Money(cost, currency)])


_LIST = Statement(
    f"""{_COLUMNS}
WHERE p.state = ANY(:states) AND (CAST(:place AS uuid) IS NULL OR p.location_id = :place)
  AND (CAST(:before AS uuid) IS NULL OR p.id < :before)
ORDER BY p.id DESC LIMIT :most
""",
    _row,
)

_ONE = Statement(f"{_COLUMNS} WHERE p.id = :purchase", _row)

_LINES = Statement(
    """
SELECT l.variant_id, l.ordered, l.received, l.surplus, v.lots, l.unit_cost_minor, l.currency
FROM purchase_line l JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
WHERE l.purchase_id = :purchase ORDER BY v.sku, l.variant_id
""",
    _line,
)

_RECEIPTS = Statement("""
SELECT r.id, r.note, r.actor_id, r.at, l.variant_id, coalesce(t.code, '') AS lot_code, l.quantity,
       l.surplus, l.damaged
FROM goods_receipt r
JOIN goods_receipt_line l ON l.merchant_id = r.merchant_id AND l.receipt_id = r.id
LEFT JOIN lot t ON t.merchant_id = l.merchant_id AND t.id = l.lot_id
WHERE r.transfer_id = :subject OR r.purchase_id = :subject
ORDER BY r.at, r.id, l.id
""")


def suppliers(connection: Connection) -> tuple[SupplierRow, ...]:
    """Return the merchant's suppliers, those in use first."""
    return tuple(_SUPPLIERS.all(connection))


def purchases(
    connection: Connection,
    *,
    states: Iterable[PurchaseState] = PurchaseState,
    location_id: UUID | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> tuple[PurchaseRow, ...]:
    """Return purchases for a place, newest first; `before` continues an earlier page."""
    asked = {
        "states": [state.value for state in states],
        "place": location_id,
        "before": before,
        "most": most,
    }
    return tuple(_LIST.all(connection, asked))


def purchase_by_id(
    connection: Connection, *, purchase_id: UUID
) -> tuple[PurchaseRow, Sequence[PurchaseLineRow]] | None:
    """Return a purchase with its lines, or None."""
    asked = {"purchase": purchase_id}
    row = _ONE.one_or_none(connection, asked)
    return None if row is None else (row, tuple(_LINES.all(connection, asked)))


def receipts_of(connection: Connection, *, subject_id: UUID) -> tuple[ReceiptRow, ...]:
    """Return every time that goods of a transfer or purchase came in, the first one first."""
    rows = _RECEIPTS.all(connection, {"subject": subject_id})
    return tuple(
        ReceiptRow(
            *head,
            lines=tuple(
                ReceiptLineRow(
                    line.variant_id, line.lot_code, line.quantity, line.surplus, line.damaged
                )
                for line in lines
            ),
        )
        for head, lines in groupby(rows, key=lambda row: (row.id, row.note, row.actor_id, row.at))
    )
