"""What is known of tills: registers, shifts, their sales, parked baskets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from commerce.kernel.statements import Statement
from commerce.registers.parked import contents_of
from commerce.registers.rows import ParkedRow, RegisterRow, ShiftRow, VarianceKind, VarianceRow

_REGISTERS = Statement("""
SELECT id, location_id, name, series, device_hash, next_receipt, printer, active, name_zh,
       reader
FROM register ORDER BY name
""")

_REGISTER = Statement("""
SELECT id, location_id, name, series, device_hash, next_receipt, printer, active, name_zh,
       reader
FROM register WHERE id = :id
""")

SHIFT_COLUMNS = (
    "id, register_id, number, currency, float_minor, opened_by, opened_at, closed_by, closed_at, "
    "counted_minor, report"
)
_SHIFTS_FOUND = f"SELECT {SHIFT_COLUMNS} FROM shift "  # noqa: S608 - names of ours

_OPEN_SHIFT = Statement(
    _SHIFTS_FOUND + "WHERE register_id = :register AND closed_at IS NULL", ShiftRow
)

_OPEN_SHIFTS = Statement(_SHIFTS_FOUND + "WHERE closed_at IS NULL", ShiftRow)

_OPEN_DRAWERS = Statement("""
SELECT r.id, r.name, l.name AS store, l.name_zh AS store_zh, r.name_zh
FROM shift f
JOIN register r ON r.merchant_id = f.merchant_id AND r.id = f.register_id
JOIN location l ON l.merchant_id = r.merchant_id AND l.id = r.location_id
WHERE f.closed_at IS NULL AND f.currency = :currency AND r.active
ORDER BY l.name, r.name
""")

_SHIFTS = Statement(
    _SHIFTS_FOUND + "WHERE register_id = :register ORDER BY number DESC LIMIT :most", ShiftRow
)

_SHIFT = Statement(_SHIFTS_FOUND + "WHERE register_id = :register AND id = :shift", ShiftRow)

_SALE = Statement("""
SELECT id, register_id, shift_id, receipt, completed_at, voided_at FROM till_sale WHERE id = :id
""")

_RECENT = Statement("""
SELECT s.id, s.register_id, s.shift_id, s.receipt, s.completed_at, s.voided_at
FROM till_sale s WHERE s.shift_id = :shift AND s.completed_at IS NOT NULL
ORDER BY s.receipt DESC LIMIT :most
""")

_UNFINISHED = Statement("""
SELECT s.id, o.number, o.total_minor, COALESCE(sum(p.captured_minor - p.refunded_minor), 0) AS paid
FROM till_sale s
JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.id
LEFT JOIN payment p ON p.merchant_id = s.merchant_id AND p.order_id = s.id
WHERE s.shift_id = :shift AND o.state = 'awaiting_payment'
GROUP BY s.id, o.number, o.total_minor ORDER BY s.id
""")

_PAID = Statement("""
SELECT s.merchant_id, s.id
FROM till_sale s JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.id
WHERE s.receipt IS NULL AND o.state = 'awaiting_payment' AND o.total_minor <= (
  SELECT COALESCE(sum(p.captured_minor - p.refunded_minor), 0) FROM payment p
  WHERE p.merchant_id = o.merchant_id AND p.order_id = o.id
)
ORDER BY s.id LIMIT :most
""")

_PARKED = Statement("""
SELECT id, location_id, label, customer_id, lines, actor_id, at FROM parked_basket
WHERE location_id = :location ORDER BY at
""")

_VARIANCES = Statement("""
SELECT v.id, v.sale_id, o.number, r.name, r.name_zh, v.kind, v.facts, o.currency, v.sold_at
FROM sale_variance v
JOIN sales_order o ON o.merchant_id = v.merchant_id AND o.id = v.sale_id
JOIN register r ON r.merchant_id = o.merchant_id AND r.id = o.register_id
WHERE v.seen_at IS NULL ORDER BY v.id LIMIT :most
""")

_CHAIN = Statement("""
SELECT position, kind, body, previous_hash, hash, at FROM journal_entry
WHERE register_id = :register AND position > :after ORDER BY position LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class TillSaleRow:
    """What only the till knows of its order."""

    id: UUID
    register_id: UUID
    shift_id: UUID
    receipt: int | None
    completed_at: datetime | None
    voided_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnfinishedSale:
    """A sale that was begun and neither paid nor given up; amounts in minor units."""

    id: UUID
    order_number: str
    total_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class DrawerRow:
    """The drawer of an open register."""

    register_id: UUID
    register: str
    store: str
    store_zh: str
    register_zh: str


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One link of a register's chain."""

    position: int
    kind: str
    body: str
    previous_hash: str
    hash: str
    at: datetime


def registers(connection: Connection) -> tuple[RegisterRow, ...]:
    """Return the merchant's tills."""
    return tuple(RegisterRow(*row) for row in _REGISTERS.all(connection))


def register_by_id(connection: Connection, *, register_id: UUID) -> RegisterRow | None:
    """Return one till of the merchant, or None."""
    row = _REGISTER.one_or_none(connection, {"id": register_id})
    return None if row is None else RegisterRow(*row)


def open_shift_of(connection: Connection, *, register_id: UUID) -> ShiftRow | None:
    """Return the register's open shift, or None."""
    return _OPEN_SHIFT.one_or_none(connection, {"register": register_id})


def open_shifts(connection: Connection) -> dict[UUID, ShiftRow]:
    """Return the open shift of every register that has one, by register."""
    return {shift.register_id: shift for shift in _OPEN_SHIFTS.all(connection)}


def open_drawers(connection: Connection, *, currency: str) -> tuple[DrawerRow, ...]:
    """Return the open registers whose drawers hold `currency`: what can pay out cash now."""
    rows = _OPEN_DRAWERS.all(connection, {"currency": currency})
    return tuple(DrawerRow(*row) for row in rows)


def shifts_of(connection: Connection, *, register_id: UUID, most: int = 50) -> tuple[ShiftRow, ...]:
    """Return the register's shifts, newest first."""
    return tuple(_SHIFTS.all(connection, {"register": register_id, "most": most}))


def shift_by_id(connection: Connection, *, register_id: UUID, shift_id: UUID) -> ShiftRow | None:
    """Return one shift of the register, or None."""
    return _SHIFT.one_or_none(connection, {"register": register_id, "shift": shift_id})


def till_sale_by_id(connection: Connection, *, sale_id: UUID) -> TillSaleRow | None:
    """Return what the till knows of a sale, or None."""
    row = _SALE.one_or_none(connection, {"id": sale_id})
    return None if row is None else TillSaleRow(*row)


def recent_sales(
    connection: Connection, *, shift_id: UUID, most: int = 20
) -> tuple[TillSaleRow, ...]:
    """Return the newest completed sales of a shift."""
    rows = _RECENT.all(connection, {"shift": shift_id, "most": most})
    return tuple(TillSaleRow(*row) for row in rows)


def unfinished_sales(connection: Connection, *, shift_id: UUID) -> tuple[UnfinishedSale, ...]:
    """Return the sales that keep a shift from being closed, oldest first."""
    return tuple(
        UnfinishedSale(row.id, row.number, int(row.total_minor), int(row.paid))
        for row in _UNFINISHED.all(connection, {"shift": shift_id})
    )


def paid_and_open(connection: Connection, *, most: int = 100) -> tuple[tuple[UUID, UUID], ...]:
    """Return (merchant, sale) of sales that are paid in full and not completed; park's scope."""
    return tuple((row.merchant_id, row.id) for row in _PAID.all(connection, {"most": most}))


def parked_at(connection: Connection, *, location_id: UUID) -> tuple[ParkedRow, ...]:
    """Return the baskets set aside at a store, oldest first."""
    rows: Sequence[Any] = _PARKED.all(connection, {"location": location_id})
    return tuple(
        ParkedRow(
            id=row.id,
            location_id=row.location_id,
            label=row.label,
            customer_id=row.customer_id,
            contents=contents_of(row.lines),
            actor_id=row.actor_id,
            at=row.at,
        )
        for row in rows
    )


def open_variances(connection: Connection, *, most: int = 100) -> tuple[VarianceRow, ...]:
    """Return what sales that happened have against the rules and nobody has seen to, oldest first."""
    return tuple(
        VarianceRow(
            id=row.id,
            sale_id=row.sale_id,
            order_number=row.number,
            register=row.name,
            register_zh=row.name_zh,
            kind=VarianceKind(row.kind),
            facts=dict(row.facts),
            currency=row.currency,
            sold_at=row.sold_at,
        )
        for row in _VARIANCES.all(connection, {"most": most})
    )


def journal_of(
    connection: Connection, *, register_id: UUID, after: int = 0, most: int = 1000
) -> tuple[JournalRow, ...]:
    """Return links of a register's chain in order, from the one after position `after`."""
    rows = _CHAIN.all(connection, {"register": register_id, "after": after, "most": most})
    return tuple(JournalRow(*row) for row in rows)
