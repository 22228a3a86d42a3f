"""What is known of returns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.orders.returns.rows import (
    OPEN_STATES,
    ClaimedUnits,
    ListedReturn,
    ReturnLineRow,
    ReturnRow,
    ReturnState,
    ReturnWay,
)


def _return(*columns: Any) -> ReturnRow:
    told = dict(zip((field.name for field in fields(ReturnRow)), columns, strict=True))
    told["state"], told["way"] = ReturnState(told["state"]), ReturnWay(told["way"])
    return ReturnRow(**told)


def _listed(*columns: Any) -> ListedReturn:
    told = dict(zip((field.name for field in fields(ListedReturn)), columns, strict=True))
    told["state"], told["way"] = ReturnState(told["state"]), ReturnWay(told["way"])
    return ListedReturn(**told)


_COLUMNS = ", ".join(field.name for field in fields(ReturnRow))
_LINE_COLUMNS = ", ".join(f"l.{field.name}" for field in fields(ReturnLineRow))

_OF_ORDERS = Statement(
    f"SELECT {_COLUMNS} FROM order_return "  # noqa: S608 - names of ours
    "WHERE order_id = ANY(:orders) ORDER BY order_id, position",
    _return,
)

_BY_ID = Statement(f"SELECT {_COLUMNS} FROM order_return WHERE id = :id", _return)  # noqa: S608

_LINES = Statement(
    f"""
SELECT {_LINE_COLUMNS} FROM order_return_line l
JOIN order_line o ON o.merchant_id = l.merchant_id AND o.id = l.order_line_id
WHERE l.return_id = ANY(:returns) ORDER BY l.return_id, o.position
""",  # noqa: S608 - names of ours
    ReturnLineRow,
)

_CLAIMED = Statement(
    "SELECT id, units, settled FROM returned_units WHERE order_id = :order", ClaimedUnits
)

_BOOKED = Statement("""
SELECT o.variant_id, sum(l.restocked + l.quarantined + l.written_off) AS units
FROM order_return r
JOIN order_return_line l ON l.merchant_id = r.merchant_id AND l.return_id = r.id
JOIN order_line o ON o.merchant_id = l.merchant_id AND o.id = l.order_line_id
WHERE r.order_id = :order AND o.variant_id IS NOT NULL
GROUP BY o.variant_id
""")

_OPEN_CLAIMS = Statement("""
SELECT o.variant_id, sum(c.units) - COALESCE((
    SELECT sum(l.restocked + l.quarantined + l.written_off)
    FROM order_return r
    JOIN order_return_line l ON l.merchant_id = r.merchant_id AND l.return_id = r.id
    JOIN order_line b ON b.merchant_id = l.merchant_id AND b.id = l.order_line_id
    WHERE r.order_id = :order AND b.variant_id = o.variant_id), 0) AS units
FROM returned_units c
JOIN order_line o ON o.merchant_id = c.merchant_id AND o.id = c.id
WHERE c.order_id = :order AND o.variant_id IS NOT NULL
GROUP BY o.variant_id
""")

_LISTED = Statement(
    """
SELECT r.id, r.order_id, o.number, r.position, r.state, r.way, r.location_id,
  (SELECT CAST(COALESCE(sum(l.quantity), 0) AS bigint) FROM order_return_line l
   WHERE l.merchant_id = r.merchant_id AND l.return_id = r.id),
  r.goods_minor, r.delivery_minor, r.refunded_minor, o.currency, o.email, r.asked_at, r.moved_at
FROM order_return r
JOIN sales_order o ON o.merchant_id = r.merchant_id AND o.id = r.order_id
WHERE r.state = ANY(:states)
  AND (CAST(:words AS text) = '' OR o.number ILIKE :part OR o.email ILIKE :part)
  AND (CAST(:before AS uuid) IS NULL OR r.id < :before)
ORDER BY r.id DESC LIMIT :most
""",
    _listed,
)

_OPEN = Statement("""
SELECT state, count(*) AS returns, min(asked_at) AS oldest FROM order_return
WHERE state IN ('requested', 'approved', 'received', 'inspected')
GROUP BY state
""")


def returns_of(connection: Connection | Session, *, order_id: UUID) -> tuple[ReturnRow, ...]:
    """Return the returns of an order, the first one first."""
    return tuple(_OF_ORDERS.all(connection, {"orders": [order_id]}))


def returns_of_orders(
    connection: Connection, *, order_ids: Iterable[UUID]
) -> tuple[ReturnRow, ...]:
    """Return the returns of several orders."""
    return tuple(_OF_ORDERS.all(connection, {"orders": list(order_ids)}))


def return_by_id(connection: Connection | Session, *, return_id: UUID) -> ReturnRow | None:
    """Return one return of the merchant, or None."""
    return _BY_ID.one_or_none(connection, {"id": return_id})


def return_lines(
    connection: Connection | Session, *, return_ids: Iterable[UUID]
) -> dict[UUID, tuple[ReturnLineRow, ...]]:
    """Return the lines of returns by the return, in the order in which they were sold."""
    wanted = list(return_ids)
    found: dict[UUID, list[ReturnLineRow]] = defaultdict(list)
    for line in _LINES.all(connection, {"returns": wanted}) if wanted else ():
        found[line.return_id].append(line)
    return {each: tuple(found[each]) for each in wanted}


def claimed_units(connection: Connection | Session, *, order_id: UUID) -> dict[UUID, ClaimedUnits]:
    """Return how many units of an order's lines returns lay claim to, by the line."""
    rows = _CLAIMED.all(connection, {"order": order_id})
    return {row.order_line_id: row for row in rows}


def booked_by_returns(connection: Connection | Session, *, order_id: UUID) -> dict[UUID, int]:
    """Return how many units of each variant came back to the books through returns."""
    rows = _BOOKED.all(connection, {"order": order_id})
    return {row.variant_id: int(row.units) for row in rows}


def open_claims(connection: Connection | Session, *, order_id: UUID) -> dict[UUID, int]:
    """Return the units of each variant that returns lay claim to and that are not booked yet."""
    rows = _OPEN_CLAIMS.all(connection, {"order": order_id})
    return {row.variant_id: int(row.units) for row in rows}


def list_returns(
    connection: Connection,
    *,
    open_only: bool,
    words: str = "",
    before: UUID | None = None,
    most: int = 50,
) -> tuple[ListedReturn, ...]:
    """Return returns, the newest first; `before` is the last one of the page before."""
    states = OPEN_STATES if open_only else tuple(ReturnState)
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "states": [each.value for each in states],
        "words": words,
        "part": f"%{escaped}%",
        "before": before,
        "most": most,
    }
    return tuple(_LISTED.all(connection, values))


def open_returns(connection: Connection) -> dict[ReturnState, tuple[int, datetime]]:
    """Return how many returns wait in each open state, and since when the oldest was asked for."""
    return {ReturnState(row.state): (row.returns, row.oldest) for row in _OPEN.all(connection)}
